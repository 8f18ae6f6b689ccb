/* After a call: open the customer, write a log, see it in the timeline. No step looks at a translated text, so that the
   same tour runs in every language, on a wide screen and on a telephone. */
import {registry} from "@web/core/registry";

const SUBJECT = "询问交期与价格";

registry.category("web_tour.tours").add("customer_archive_write_log", {
    steps: () => [
        {
            content: "The page with the timeline",
            trigger: ".o_notebook_headers .nav-link[name='archive_timeline']",
            run: "click",
        },
        {
            content: "Nothing was written yet",
            trigger: ".o_archive_timeline .o_archive_timeline_empty",
        },
        {
            content: "Write a log",
            trigger: ".o_archive_timeline .o_archive_timeline_write",
            run: "click",
        },
        {
            content: "What it was about",
            trigger: ".modal .o_field_widget[name='subject'] input",
            run: `edit ${SUBJECT}`,
        },
        {
            content: "The dialog is no wider than the screen",
            trigger: ".modal .o_archive_quick_log",
            run({anchor}) {
                const {right} = anchor.getBoundingClientRect();
                if (right > window.innerWidth + 1) {
                    throw new Error(`The dialog reaches to ${right}, the screen to ${window.innerWidth}.`);
                }
            },
        },
        {
            content: "Another type: a visit",
            trigger: ".modal .o_field_widget[name='type_id'] .o_selection_badge:nth-child(3)",
            run: "click",
        },
        {
            content: "What is to be done next",
            trigger: ".modal .o_field_widget[name='next_step'] input",
            run: "edit 发送报价 && press Tab",
        },
        {
            content: "A day is proposed",
            trigger: ".modal .o_field_widget[name='next_on']",
        },
        {
            content: "Save",
            trigger: ".modal footer .o_form_button_save, .modal footer button.btn-primary:not(:disabled)",
            run: "click",
        },
        {
            content: "The dialog is closed, the line is there",
            trigger: `body:not(:has(.modal)) .o_archive_timeline_line:contains('${SUBJECT}'):contains('J0001')`,
        },
        {
            content: "With its next step",
            trigger: ".o_archive_timeline_next:contains('发送报价')",
        },
        {
            content: "Nothing is wider than the screen",
            trigger: ".o_archive_timeline",
            run({anchor}) {
                if (
                    anchor.scrollWidth > anchor.clientWidth + 1 ||
                    anchor.getBoundingClientRect().right > window.innerWidth + 1
                ) {
                    throw new Error("The timeline is wider than the screen.");
                }
            },
        },
    ],
});
