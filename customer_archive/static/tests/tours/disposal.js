/* A disposal from the draft to the certificate, each step by whoever takes it. No step looks at a translated text, so that
   the same tours run in every language. */
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const state = (value) =>
    `body:not(:has(.modal)) .o_form_view .o_statusbar_status .o_arrow_button_current[data-value='${value}']`;
const openFirst = {trigger: ".o_list_view .o_data_row:first .o_data_cell[name=name]", run: "click"};
const press = (name) => ({trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]:visible`, run: "click"});

function choose(field, name) {
    return [
        {trigger: `.o_field_widget[name=${field}] input`, run: `edit ${name}`},
        {
            trigger: `.o-autocomplete--dropdown-menu .dropdown-item:contains('${name}')`,
            run: "click",
        },
    ];
}

// The archivist takes what the night proposed, names who judges and approves, and sends it.
tours.add("customer_archive_disposal_send", {
    steps: () => [
        openFirst,
        {
            content: "The page says what comes next and who is to act",
            trigger: ".o_disposal_next .o_field_widget[name=waiting_for]:not(:empty)",
        },
        ...choose("appraiser_ids", "巡航鉴定甲"),
        {trigger: ".o_field_widget[name=appraiser_ids] .o_tag:contains('巡航鉴定甲')"},
        ...choose("appraiser_ids", "巡航鉴定乙"),
        {trigger: ".o_field_widget[name=appraiser_ids] .o_tag:contains('巡航鉴定乙')"},
        ...choose("approver_id", "巡航批准"),
        press("action_send_to_appraisal"),
        {trigger: state("appraisal")},
    ],
});

// An appraiser finds the lines, sees whom they are about, and gives one opinion on all.
tours.add("customer_archive_disposal_judge", {
    steps: () => [
        {trigger: ".o_list_view .o_data_row td[name=title]:contains('巡航销毁')"},
        {trigger: "thead .o_list_record_selector input", run: "click"},
        {trigger: ".o_control_panel button[name=action_ask_judge]:visible", run: "click"},
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit 期限已满，无争议",
        },
        {trigger: ".modal button[name=action_apply]", run: "click"},
        {
            content: "Nothing waits any more",
            trigger: "body:not(:has(.modal)) .o_view_nocontent",
        },
    ],
});

tours.add("customer_archive_disposal_submit", {
    steps: () => [openFirst, press("action_submit"), {trigger: state("approval")}],
});

// The approver signs with their own password.
tours.add("customer_archive_disposal_approve", {
    steps: () => [
        openFirst,
        press("action_ask_approve"),
        {trigger: ".modal .o_field_widget[name=password] input", run: "edit disposal_director"},
        {trigger: ".modal button[name=action_sign]:visible", run: "click"},
        {trigger: state("cooling")},
    ],
});

tours.add("customer_archive_disposal_witnesses", {
    steps: () => [
        openFirst,
        {trigger: ".o_notebook .nav-link[name=witnesses]", run: "click"},
        {trigger: ".o_field_widget[name=witness_ids] .o_field_x2many_list_row_add a", run: "click"},
        ...choose("user_id", "巡航鉴定甲"),
        {trigger: ".o_field_widget[name=witness_ids] .o_field_x2many_list_row_add a", run: "click"},
        {
            trigger: ".o_field_widget[name=witness_ids] .o_data_row:eq(1) .o_field_widget[name=role] input",
            run: "click",
        },
        {trigger: ".o_select_menu_menu .o_select_menu_item:eq(1)", run: "click"},
        ...choose("user_id", "巡航监销"),
        {trigger: ".o_form_button_save:visible", run: "click"},
        {trigger: ".o_form_view .o_form_saved, .o_form_status_indicator_buttons.invisible"},
    ],
});

// A witness finds the list, and proves that they are there.
tours.add("customer_archive_disposal_watch_first", {steps: () => watch("disposal_appraiser_one")});
tours.add("customer_archive_disposal_watch_second", {steps: () => watch("disposal_witness")});

function watch(password) {
    return [
        openFirst,
        press("action_ask_watch"),
        {trigger: ".modal .o_field_widget[name=password] input", run: "edit wrong"},
        {trigger: ".modal button[name=action_sign]:visible", run: "click"},
        {
            content: "A wrong password is refused",
            trigger: ".modal:contains(/Nothing was done|未做任何操作/)",
        },
        {trigger: ".modal:last .modal-footer .btn-primary:visible", run: "click"},
        {trigger: ".modal .o_field_widget[name=password] input", run: `edit ${password}`},
        {trigger: ".modal button[name=action_sign]:visible", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_ask_watch]:visible))"},
    ];
}

tours.add("customer_archive_disposal_carry_out", {
    steps: () => [
        openFirst,
        press("action_carry_out"),
        {trigger: ".modal .modal-footer .btn-primary", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=job_state]:visible"},
    ],
});

tours.add("customer_archive_disposal_certificate", {
    steps: () => [
        {trigger: state("done")},
        {trigger: ".o_statusbar_buttons button[name=action_print_certificate]:visible"},
        {trigger: "button[name=action_view_destroyed]:visible", run: "click"},
        {trigger: ".o_list_view .o_data_row:eq(1)"},
    ],
});

// The stub says that the archive was destroyed, and shows the certificate.
tours.add("customer_archive_disposal_stub", {
    steps: () => [
        {
            trigger: ".o_archive_destroyed button[name=action_view_certificate]",
            run: "click",
        },
        {trigger: ".o_form_view .o_field_widget[name=hash]:not(:empty)"},
    ],
});
