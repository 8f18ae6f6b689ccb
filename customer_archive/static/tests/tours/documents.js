import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("customer_archive_renew_contract", {
    steps: () => [
        {
            content: "the register shows the contract in its column",
            trigger: ".o_kanban_record:contains(巡航框架合同)",
            run: "click",
        },
        {
            content: "renew it",
            trigger: ".o_statusbar_buttons button[name=action_renew]",
            run: "click",
        },
        {
            content: "the follow-up is a draft",
            trigger: ".o_field_widget[name=renews_id]:contains(巡航框架合同)",
        },
        {
            content: "give it a number",
            trigger: ".o_field_widget[name=contract_number] input",
            run: "edit HT-2027-0001",
        },
        {
            content: "file it",
            trigger: ".o_statusbar_buttons button[name=action_put_in_force]",
            run: "click",
        },
        {
            content: "it has its number within the archive",
            trigger: ".o_field_widget[name=item_reference]:contains(-0002)",
        },
    ],
});

function scan(code) {
    return [
        {
            content: `scan ${code}`,
            trigger: ".o_archive_scan input:enabled",
            run: `edit ${code}`,
        },
        {
            trigger: ".o_archive_scan input",
            run: "press Enter",
        },
    ];
}

registry.category("web_tour.tours").add("customer_archive_scan_documents", {
    steps: () => [
        {
            trigger: ".o_archive_scan input",
        },
        ...scan("C99-9999-0001"),
        {
            content: "an unknown number",
            trigger: ".o_archive_scan .list-group-item-warning:contains(C99-9999-0001)",
        },
        ...scan("巡航-0001"),
        {
            content: "it is in its place: lend it",
            trigger: ".modal .o_field_widget[name=purpose] textarea",
            run: "edit 复印合同",
        },
        {
            content: "to a colleague",
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit 巡航借阅人",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(巡航借阅人)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_request]:visible",
            run: "click",
        },
        {
            content: "it is lent",
            trigger: ".o_notification:contains(lent)",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        ...scan("巡航-0001"),
        {
            content: "it is out: take it back",
            trigger: ".modal .o_field_widget[name=document_text]:contains(0001)",
        },
        {
            trigger: ".modal button[name=action_apply]:visible",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        ...scan("巡航-0001"),
        {
            content: "it lies in its place again",
            trigger: ".modal .o_field_widget[name=purpose]",
        },
    ],
});
