import {registry} from "@web/core/registry";

// An archivist merges four customers that are the same one, looks at what moves, and undoes it.
registry.category("web_tour.tours").add("customer_archive_merge_customers", {
    steps: () => [
        {trigger: ".o_list_view .o_data_row:contains(巡航合并):eq(3)"},
        {
            content: "All customers that the search found are selected",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_control_panel .o_cp_action_menus button:has(.fa-cog)", run: "click"},
        {
            trigger: ".o-dropdown--menu .o_menu_item:contains(/Merge Customers|合并客户/)",
            run: "click",
        },
        {trigger: ".modal button[name=action_review]:visible", run: "click"},
        {
            content: "What moves is shown",
            trigger: ".modal .nav-link[name=tables]",
            run: "click",
        },
        {trigger: ".modal .o_field_widget[name=table_ids] .o_data_row"},
        {trigger: ".modal button[name=action_merge]:visible", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=name]"},
    ],
});

registry.category("web_tour.tours").add("customer_archive_merge_undo", {
    steps: () => [
        {trigger: ".o_list_view .o_data_row:contains(巡航合并) .o_data_cell", run: "click"},
        {trigger: ".o_statusbar_buttons button[name=action_undo]:visible", run: "click"},
        {trigger: ".modal button[name=action_undo]:visible", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_statusbar_status .o_arrow_button_current:contains(/Undone|已撤销/)",
        },
    ],
});
