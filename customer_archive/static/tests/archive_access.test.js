import {expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {contains, defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Customer extends models.Model {
    _name = "customer";
    name = fields.Char();
    access = fields.Selection({
        selection: [
            ["write", "Edits"],
            ["propose", "Proposes"],
            ["read", "Reads"],
        ],
    });
    _records = [
        {id: 1, name: "Mine", access: "write"},
        {id: 2, name: "Read", access: "read"},
        {id: 3, name: "Proposed", access: "propose"},
    ];
}

defineMailModels();
defineModels([Customer]);

const ARCH = `<form><field name="access" widget="archive_access"/><field name="name"/></form>`;

test("a customer that is only read can't be typed into; the next one can", async () => {
    await mountView({type: "form", resModel: "customer", resId: 1, resIds: [1, 2, 3], arch: ARCH});
    expect(".o_form_editable .o_field_widget[name=name] input").toHaveCount(1);
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(".o_form_readonly").toHaveCount(1);
    expect(".o_field_widget[name=name] input").toHaveCount(0);
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(".o_form_editable .o_field_widget[name=name] input").toHaveCount(1);
});

test("a form that was readonly from the beginning stays so", async () => {
    await mountView({type: "form", resModel: "customer", resId: 1, arch: ARCH, readonly: true});
    await animationFrame();
    expect(".o_form_readonly").toHaveCount(1);
});
