import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {animationFrame, queryAllAttributes, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {advanceTime} from "@odoo/hoot-mock";
import {clickSave, contains, defineModels, fields, models, mountView, onRpc} from "@web/../tests/web_test_helpers";

const TODO = {
    score: 63,
    sections: [
        {
            code: "basic",
            name: "Basic Information",
            score: 55,
            items: [
                {field: "city", label: "City", severity: "score", missing: true, text: "City: it is empty."},
                {field: "phone", label: "Phone", severity: "warn", missing: true, text: "Phone: it is empty."},
                {field: "vat", label: "Tax ID", severity: "block", missing: false, text: "Tax ID: mistyped."},
            ],
        },
        {
            code: "people",
            name: "Contacts",
            score: 0,
            items: [{field: "line_ids", label: "Lines", severity: "warn", missing: true, text: "Lines: empty."}],
        },
        {code: "custody", name: "Filing", score: 100, items: []},
        {
            code: "log",
            name: "Log",
            score: 90,
            items: [{field: "hidden", label: "Secret", severity: "score", missing: true, text: "Secret: empty."}],
        },
    ],
};

class Line extends models.Model {
    phone = fields.Char();
}

class Customer extends models.Model {
    name = fields.Char();
    city = fields.Char();
    phone = fields.Char();
    vat = fields.Char();
    deep = fields.Char();
    hidden = fields.Char();
    archive_todo = fields.Json({readonly: true});
    line_ids = fields.One2many({relation: "line"});

    _records = [
        {id: 1, name: "Acme", archive_todo: TODO},
        {
            id: 2,
            name: "Done",
            archive_todo: {score: 100, sections: [{code: "basic", name: "Basic", score: 100, items: []}]},
        },
        {id: 3, name: "None", archive_todo: false},
    ];
}

defineModels([Customer, Line]);
defineMailModels();

// The lines come first and have a field of the same name as the form: it is not the one that is meant.
const FORM = `
    <form>
        <sheet>
            <field name="archive_todo" widget="archive_todo"/>
            <field name="name"/>
            <notebook>
                <page string="First" name="first"><field name="city"/></page>
                <page string="Lines" name="lines">
                    <field name="line_ids"><list editable="bottom"><field name="phone"/></list></field>
                </page>
                <page string="Outer" name="outer">
                    <notebook>
                        <page string="Inner 1"><field name="phone"/></page>
                        <page string="Inner 2"><field name="vat"/><field name="hidden" invisible="1"/></page>
                    </notebook>
                </page>
            </notebook>
        </sheet>
    </form>`;

async function mountForm(resId = 1, arch = FORM, params = {}) {
    await mountView({type: "form", resModel: "customer", resId, arch, ...params});
}

function chip(fieldName) {
    return contains(`.o_archive_chip[data-field=${fieldName}]`);
}

/** The search for the field takes one frame for each page it opens. */
async function frames(count = 8) {
    for (let i = 0; i < count; i++) {
        await animationFrame();
    }
}

const activeTabs = () => queryAllTexts(".o_notebook_headers .nav-link.active");

test("shows the score, the sections and their items by severity", async () => {
    await mountForm();
    expect(".o_archive_ring").toHaveAttribute("role", "progressbar");
    expect(".o_archive_ring").toHaveAttribute("aria-valuenow", "63");
    expect(".o_archive_ring_number").toHaveText("63%");
    expect(".o_archive_todo_verdict").toHaveText("Partly complete");
    expect(queryAllTexts(".o_archive_todo_counts li")).toEqual(["1 wrong", "2 recommended", "2 optional"]);
    expect(queryAllTexts(".o_archive_todo_name")).toEqual(["Basic Information", "Contacts", "Filing", "Log"]);
    expect(queryAllTexts(".o_archive_todo_score")).toEqual(["55%", "0%", "100%", "90%"]);
    expect(queryAllAttributes(".o_archive_bar", "aria-valuenow")).toEqual(["55", "0", "100", "90"]);
    expect(queryAllTexts(".o_archive_todo_section:first .o_archive_chip")).toEqual(["Tax ID", "Phone", "City"]);
    expect(".o_archive_todo_section:eq(2) i[title=Complete]").toHaveCount(1);
    expect("i[title=Complete]").toHaveCount(1);
    expect("button[type=button].o_archive_chip_block.o_archive_chip_wrong i.fa").toHaveCount(1);
    expect(".o_archive_chip_block").toHaveAttribute("aria-label", "Wrong. Tax ID: mistyped.");
    expect(".o_archive_chip_block").toHaveAttribute("data-tooltip", "Tax ID: mistyped.");
});

test("complete", async () => {
    await mountForm(2);
    expect(".o_archive_ring_number").toHaveText("100%");
    expect(".o_archive_todo_verdict").toHaveText("Complete");
    expect(".o_archive_todo_words").toHaveText(/Nothing is missing/);
    expect(".o_archive_chip").toHaveCount(0);
});

test("no archive, no panel", async () => {
    await mountForm(3);
    expect(".o_archive_todo").toHaveCount(0);
    expect(".o_field_widget[name=archive_todo]").toHaveText("");
});

test("a click goes to the field on the page that is open", async () => {
    await mountForm();
    await chip("city").click();
    await frames();
    expect(".o_field_widget[name=city] input").toBeFocused();
    expect(".o_field_widget[name=city]").toHaveClass("o_archive_found");
    await advanceTime(1600);
    expect(".o_field_widget[name=city]").not.toHaveClass("o_archive_found");
    expect(activeTabs()).toEqual(["First"]);
});

test("a click opens the page, and the page in the page", async () => {
    await mountForm();
    await chip("vat").click();
    await frames();
    expect(activeTabs()).toEqual(["Outer", "Inner 2"]);
    expect(".o_field_widget[name=vat] input").toBeFocused();
});

test("fields in lines are not the form's fields", async () => {
    await mountForm();
    await contains(".nav-link[name=lines]").click();
    await chip("phone").click();
    await frames();
    expect(activeTabs()).toEqual(["Outer", "Inner 1"]);
    expect(".o_field_widget[name=phone] input").toBeFocused();
});

test("lines: the link that adds one", async () => {
    await mountForm();
    await chip("line_ids").click();
    await frames();
    expect(activeTabs()).toEqual(["Lines"]);
    expect(".o_field_x2many_list_row_add a").toBeFocused();
});

test("a field that is not shown: says so, and the form is as before", async () => {
    await mountForm();
    await chip("hidden").click();
    await frames(12);
    expect(".o_notification").toHaveText(/The field “Secret” is not shown in this form/);
    expect(activeTabs()).toEqual(["First"]);
});

test("a field that the view does not have: no page is opened", async () => {
    await mountForm(1, FORM.replace(`<field name="hidden" invisible="1"/>`, ""));
    await chip("hidden").click();
    await frames(1);
    expect(".o_notification").toHaveCount(1);
    expect(activeTabs()).toEqual(["First"]);
});

test("the panel may stand on a page itself", async () => {
    const panel = `<field name="archive_todo" widget="archive_todo"/>`;
    await mountForm(1, FORM.replace(panel, "").replace(`<field name="city"/>`, panel));
    await chip("vat").click();
    await frames();
    expect(".o_archive_todo").toHaveCount(0);
    expect(".o_field_widget[name=vat] input").toBeFocused();
});

test("readonly form: shows where the field is", async () => {
    await mountForm(1, FORM.replace("<form>", `<form edit="0">`));
    await chip("vat").click();
    await frames();
    expect(activeTabs()).toEqual(["Outer", "Inner 2"]);
    expect(".o_archive_found").toHaveCount(1);
    expect(".o_notification").toHaveCount(0);
});

test("is up to date after the record was saved", async () => {
    onRpc("web_save", ({parent}) => {
        const result = parent();
        result[0].archive_todo = {score: 80, sections: [{...TODO.sections[3], score: 80}]};
        return result;
    });
    await mountForm();
    await contains(".o_field_widget[name=name] input").edit("Acme Ltd");
    await clickSave();
    expect(".o_archive_ring_number").toHaveText("80%");
    expect(".o_archive_todo_verdict").toHaveText("Nearly complete");
    expect(".o_archive_chip").toHaveCount(1);
});

test("is reached by the keyboard", async () => {
    await mountForm();
    expect(queryFirst(".o_archive_chip").tabIndex).toBe(0);
});
