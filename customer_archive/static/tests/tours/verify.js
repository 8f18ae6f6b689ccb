/* From the work list to a finished verification: open one, say what it rests on, confirm section by section, finish. No
   step looks at a translated text, so that the same tour runs in every language. */
import {registry} from "@web/core/registry";

const title = (number) => `.o_field_widget[name='line_ids'] tr.o_data_row:has(.o_verification_section):eq(${number})`;

registry.category("web_tour.tours").add("customer_archive_verify", {
    steps: () => [
        {
            content: "The work list has a card in the column of what is overdue",
            trigger: ".o_kanban_group:first .o_kanban_record .o_archive_verify",
            run: "click",
        },
        {
            content: "What the first section rests on",
            trigger: `${title(0)} td[name='log_id']`,
            run: "click",
        },
        {
            content: "Write the number or the subject of the log",
            trigger: ".o_selected_row td[name='log_id'] input",
            run: "edit 核对",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-menu .dropdown-item:contains('电话核对资料')",
            run: "click",
        },
        {
            content: "Confirm all of the section",
            trigger: `${title(0)} .o_verification_section`,
            run: "click",
        },
        {
            content: "Its fields have their answer",
            trigger: ".o_field_widget[name='line_ids'] tr.o_data_row:eq(1) td[name='answer']:not(:empty)",
        },
        {
            content: "Finish",
            trigger: ".o_verification_finish:not(:disabled)",
            run: "click",
        },
        {
            content: "The verification is done",
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value='done']",
        },
    ],
});
