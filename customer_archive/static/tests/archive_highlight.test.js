import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    editSearch,
    fields,
    models,
    mountView,
    validateSearch,
} from "@web/../tests/web_test_helpers";

class Customer extends models.Model {
    name = fields.Char();
    phone = fields.Char();

    _records = [
        {id: 1, name: "Deco Addict", phone: "+86 138-0013-8000"},
        {id: 2, name: "<b>Deco</b>", phone: false},
    ];
}

defineModels([Customer]);
defineMailModels();

// Finds every customer: what is shown does not depend on how the server searches.
const SEARCH = `<search><field name="name" filter_domain="[]"/></search>`;
const LIST = `
    <list editable="bottom">
        <field name="name" widget="archive_highlight"/>
        <field name="phone" widget="archive_highlight"/>
    </list>`;

async function search(text) {
    await editSearch(text);
    await validateSearch();
}

test("list: marks what was searched, and nothing else", async () => {
    await mountView({type: "list", resModel: "customer", arch: LIST, searchViewArch: SEARCH});
    expect(".o_archive_mark").toHaveCount(0);
    expect(queryAllTexts(".o_data_cell")).toEqual(["Deco Addict", "+86 138-0013-8000", "<b>Deco</b>", ""]);

    await search("deco");
    expect(queryAllTexts("mark.o_archive_mark")).toEqual(["Deco", "Deco"]);
    expect(queryAllTexts(".o_data_cell")).toEqual(["Deco Addict", "+86 138-0013-8000", "<b>Deco</b>", ""]);
    expect(".o_data_cell b").toHaveCount(0);

    await contains(".o_facet_remove").click();
    expect(".o_archive_mark").toHaveCount(0);

    await search("13800138");
    expect(queryAllTexts("mark.o_archive_mark")).toEqual(["138-0013-8"]);
});

test("list: a row in edition has an input", async () => {
    await mountView({type: "list", resModel: "customer", arch: LIST, searchViewArch: SEARCH});
    await search("deco");
    await contains(".o_data_cell:first").click();
    expect(".o_selected_row [name=name] input").toHaveValue("Deco Addict");
});

test("kanban: marks what was searched", async () => {
    await mountView({
        type: "kanban",
        resModel: "customer",
        searchViewArch: SEARCH,
        arch: `
            <kanban>
                <templates>
                    <t t-name="card">
                        <field name="name" widget="archive_highlight"/>
                    </t>
                </templates>
            </kanban>`,
    });
    await search("addict");
    expect(queryAllTexts("mark.o_archive_mark")).toEqual(["Addict"]);
});

test("form: no search, a plain text field", async () => {
    await mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        arch: `<form><field name="name" widget="archive_highlight"/></form>`,
    });
    expect("[name=name] input").toHaveValue("Deco Addict");
});
