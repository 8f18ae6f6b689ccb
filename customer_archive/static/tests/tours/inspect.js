/* From a planned inspection to finished with one finding; then the account manager answers, the archivist closes. No
   step looks at a translated text, so that the same tours run in every language. */
import {registry} from "@web/core/registry";

const answers = ".o_field_widget[name='answer_ids']";
const tours = registry.category("web_tour.tours");

tours.add("customer_archive_inspect", {
    steps: () => [
        {
            content: "A new inspection: month, checklist and inspector are filled in",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Which account manager's archives",
            trigger: ".o_field_widget[name='owner_ids'] input",
            run: "edit Clerk of the Tour",
        },
        {
            content: "Choose them",
            trigger: ".o-autocomplete--dropdown-menu .dropdown-item:contains('Clerk of the Tour')",
            run: "click",
        },
        {
            content: "Draw the sample",
            trigger: ".o_inspection_start:not(:disabled)",
            run: "click",
        },
        {
            content: "Inspect the first archive",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:first .o_inspection_line_open",
            run: "click",
        },
        {
            content: "The remark of the first item",
            trigger: `${answers} .o_data_row:first td[name='remark']`,
            run: "click",
        },
        {
            content: "Say what was found",
            trigger: `${answers} .o_selected_row td[name='remark'] input`,
            run: "edit 电话缺失",
        },
        {
            content: "Open the choice of results",
            trigger: `${answers} .o_selected_row td[name='result'] input`,
            run: "click",
        },
        {
            content: "It is a finding",
            trigger: ".o_select_menu_menu .o_select_menu_item:eq(1)",
            run: "click",
        },
        {
            content: "The rest is in order",
            trigger: ".o_inspection_rest_ok:not(:disabled)",
            run: "click",
        },
        {
            content: "Go on: it was the last one",
            trigger: ".o_inspection_next:not(:disabled)",
            run: "click",
        },
        {
            content: "Finish the inspection",
            trigger: ".o_inspection_finish:not(:disabled)",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It is finished, the findings are one click away",
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value='done']",
        },
        {
            content: "Open them",
            trigger: ".o_inspection_findings",
            run: "click",
        },
        {
            content: "There is one",
            trigger: ".o_list_view .o_data_row",
        },
    ],
});

const step = (button, text, state) => [
    {
        content: "Open the finding",
        trigger: ".o_list_view .o_data_row:first .o_data_cell[name='subject']",
        run: "click",
    },
    {
        content: "Take the step",
        trigger: button,
        run: "click",
    },
    {
        content: "Say what was done, or seen",
        trigger: ".modal .o_field_widget[name='text'] textarea",
        run: `edit ${text}`,
    },
    {
        content: "Apply",
        trigger: ".modal .o_finding_apply",
        run: "click",
    },
    {
        content: "It has gone on",
        trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
    },
];

tours.add("customer_archive_finding_mended", {
    steps: () => step(".o_finding_measure", "已补电话", "answered"),
});

tours.add("customer_archive_finding_closed", {
    steps: () => step(".o_finding_passed", "已核对", "closed"),
});
