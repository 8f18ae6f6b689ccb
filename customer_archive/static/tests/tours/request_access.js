import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("customer_archive_request_access", {
    steps: () => [
        {
            content: "the customer is restricted; ask for it",
            trigger: ".modal .o_archive_request",
            run: "click",
        },
        {
            content: "the dialog knows which",
            trigger: ".modal .o_field_widget[name=label]:contains(Restricted customer)",
        },
        {
            trigger: ".modal .o_field_widget[name=purpose] textarea",
            run: "edit 巡航拜访",
        },
        {
            trigger: ".modal button[name=action_request]:visible",
            run: "click",
        },
        {
            content: "the loan is there, and waits",
            trigger: ".o_form_view .o_arrow_button_current:contains(Requested)",
        },
        {
            content: "the customer stays masked",
            trigger: ".o_field_widget[name=archive_id]:contains(Restricted customer)",
        },
    ],
});
