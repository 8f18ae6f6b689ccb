import {registry} from "@web/core/registry";

// An archivist has the archives looked through.
registry.category("web_tour.tours").add("customer_archive_cleaning_start", {
    steps: () => [
        {
            trigger: ".o_control_panel button:contains(/Look through the Archives|检查全部档案|查找问题档案/):visible",
            run: "click",
        },
        {trigger: ".o_notification"},
    ],
});

// Decides on what was found, applies it, and undoes it.
registry.category("web_tour.tours").add("customer_archive_cleaning", {
    steps: () => [
        {trigger: ".o_list_view .o_data_row .o_data_cell[name=name]", run: "click"},
        {trigger: ".o_statusbar_buttons .o_cleaning_decide:visible", run: "click"},
        {trigger: ".o_list_view .o_group_header", run: "click"},
        {trigger: ".o_list_view .o_data_row:contains(巡航清理):eq(1)"},
        {
            content: "All lines of the rule are selected",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_control_panel button[name=action_accept]:visible", run: "click"},
        {trigger: "body:not(:has(.o_control_panel button[name=action_accept]:visible))"},
        {trigger: ".o_back_button", run: "click"},
        {trigger: ".o_statusbar_buttons button[name=action_apply]:visible", run: "click"},
        {trigger: ".o_statusbar_buttons button[name=action_undo]:visible", run: "click"},
        {trigger: ".modal .btn-primary:visible", run: "click"},
        {
            trigger: ".o_form_view .o_statusbar_status .o_arrow_button_current:contains(/Undone|已撤销/)",
        },
    ],
});
