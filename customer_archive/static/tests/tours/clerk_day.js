/* The clerk's day: import, open archives, find, complete, print. No step looks at a translated text, so that the
   same tour runs in every language. */
import {registry} from "@web/core/registry";

// What the company has today: two customers with a category, one without.
const CUSTOMERS = [
    "name,is_company,phone,city,archive_category_id",
    "巡航测试甲有限公司,True,13800138001,苏州市,KH.QY",
    "张伟巡航,False,13800138002,武汉市,KH.GR",
    "巡航测试乙有限公司,True,13800138003,成都市,",
].join("\n");

function chooseFile() {
    const transfer = new DataTransfer();
    transfer.items.add(new File([CUSTOMERS], "customers.csv", {type: "text/csv"}));
    const input = document.querySelector(".o_control_panel input[type='file']");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}

function search(text, found) {
    return [
        {
            content: `Type ${text}`,
            trigger: ".o_searchview_input",
            run: `edit ${text}`,
        },
        {
            content: "Search",
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: `Only ${found} is left`,
            trigger: `.o_list_renderer tbody:has(.o_data_row:contains('${found}')):not(:has(.o_data_row:not(:contains('${found}'))))`,
        },
    ];
}

const removeFacets = {
    content: "Remove the facet",
    trigger: ".o_facet_remove:last",
    run: "click",
};

registry.category("web_tour.tours").add("customer_archive_clerk_day", {
    steps: () => [
        // Import
        {
            content: "Open the gear menu",
            trigger: ".o_control_panel .o_cp_action_menus button",
            run: "click",
        },
        {
            content: "Import records",
            trigger: ".o_import_menu",
            run: "click",
        },
        {
            content: "Two templates are offered",
            trigger: ".o_nocontent_help a[href*='customer_archive/static/xls']",
        },
        {
            content: "Choose the file",
            trigger: ".o_import_file",
            run: chooseFile,
        },
        {
            content: "The columns are recognised",
            trigger: ".o_import_data_content table tbody tr:nth-child(5)",
        },
        {
            content: "Test run",
            trigger: ".o_control_panel_main_buttons .btn-primary",
            run: "click",
        },
        {
            content: "The test run has no complaint",
            trigger: ".o_import_data_content .alert-info",
        },
        {
            content: "Import",
            trigger: ".o_control_panel_main_buttons .btn-primary",
            run: "click",
        },
        // Open archives for those that came without a category
        {
            content: "The imported customers are shown",
            trigger: ".o_list_renderer .o_data_row",
        },
        {
            content: "Back to all customers",
            trigger: "[data-menu-xmlid='customer_archive.res_partner_menu']",
            run: "click",
        },
        {
            content: "Only those with an archive are shown at first",
            trigger: ".o_searchview_facet",
        },
        removeFacets,
        ...search("巡航测试乙", "巡航测试乙"),
        {
            content: "Select the customer without archive",
            trigger: ".o_data_row:contains('巡航测试乙') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open archives",
            trigger: ".o_archive_open",
            run: "click",
        },
        {
            content: "Confirm the category",
            trigger: ".modal footer button[name='action_open']",
            run: "click",
        },
        {
            content: "It has a number now",
            trigger: ".o_data_row:contains('巡航测试乙'):contains('KH.QY')",
        },
        removeFacets,
        // Find by initials, by two characters
        ...search("zwxh", "张伟巡航"),
        {
            content: "Found by initials",
            trigger: ".o_data_row:contains('张伟巡航')",
        },
        removeFacets,
        ...search("张伟", "张伟"),
        {
            content: "Found by two characters",
            trigger: ".o_data_row:contains('张伟巡航') td[name='complete_name']",
            run: "click",
        },
        // Fill in what is missing
        {
            content: "The occupation is missing: click on it",
            trigger: ".o_field_widget[name='archive_todo'] button[data-field='card_occupation']",
            run: "click",
        },
        {
            content: "The cursor is in the field",
            trigger: ".o_field_widget[name='card_occupation'] input:focus",
            run: "edit 工程师",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved, and no longer missing",
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
        {
            content: "The panel no longer lists it",
            trigger: ".o_field_widget[name='archive_todo']:not(:has(button[data-field='card_occupation']))",
        },
    ],
});
