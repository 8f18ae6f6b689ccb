import {registry} from "@web/core/registry";

// An archivist looks at why two customers may be one, says that two others are none, and merges a group of four.
registry.category("web_tour.tours").add("customer_archive_duplicates", {
    steps: () => [
        {
            trigger: ".o_list_view .o_data_row:contains(巡航无关) .o_data_cell",
            run: "click",
        },
        {
            content: "The points say why",
            trigger: ".o_form_view .o_field_widget[name=reason_lines] td:contains(/./)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_not_duplicate]:visible",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(/Not a Duplicate|不是重复|非重复/)",
        },
        {trigger: ".o_back_button", run: "click"},
        {
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(巡航无关))) .o_data_row:contains(巡航合并) .o_data_cell",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_merge_group]:visible",
            run: "click",
        },
        {trigger: ".modal button[name=action_review]:visible", run: "click"},
        {trigger: ".modal button[name=action_merge]:visible", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=name]"},
    ],
});
