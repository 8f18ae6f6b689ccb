import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame, mockTimeZone} from "@odoo/hoot-mock";
import {contains, defineModels, fields, models, mountView, onRpc} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Customer extends models.Model {
    name = fields.Char();

    _records = [{id: 1, name: "Acme"}];
    _views = {form: `<form><field name="name"/><widget name="archive_timeline"/></form>`};
}

defineMailModels();
defineModels([Customer]);

const KINDS = [
    {kind: "log", label: "Contact Log", icon: "fa-comments-o"},
    {kind: "order", label: "Orders", icon: "fa-shopping-cart"},
];

function line(id, at, values = {}) {
    return {
        kind: "log",
        model: "customer.archive.contact.log",
        id,
        at,
        is_day: false,
        icon: "fa-phone",
        title: `Call ${id}`,
        ...values,
    };
}

/** Answers with these pages one after the other; what was asked is kept as steps. */
function answer(...pages) {
    onRpc("res.partner", "archive_timeline", ({kwargs}) => {
        expect.step(`${kwargs.kinds.join(",")}|${kwargs.before ? kwargs.before.id : ""}`);
        const page = pages.length > 1 ? pages.shift() : pages[0];
        return {next: null, kinds: KINDS, may_write: true, ...page};
    });
}

async function mountForm() {
    mockTimeZone(8);
    await mountView({type: "form", resModel: "customer", resId: 1});
    await animationFrame();
}

test("shows the lines by day, and what they say", async () => {
    answer({
        lines: [
            line(3, "2026-03-02 18:00:00", {
                text: "They want 200.",
                who: "Clerk",
                number: "J0003",
                badge: "Agreed",
                mood: "bad",
                direction: "in",
                corrects: "J0001",
                next: {text: "Send the offer", on: "2026-03-09", state: "overdue", who: "Clerk"},
            }),
            line(9, "2026-03-02 00:00:00", {kind: "order", is_day: true, title: "S0009"}),
            line(1, "2026-03-01 17:00:00", {corrected_by: "J0003"}),
        ],
    });
    await mountForm();
    expect.verifySteps(["|"]);
    // The first one is of the next day where the reader is.
    expect(".o_archive_timeline_day").toHaveCount(2);
    expect(queryAllTexts(".o_archive_timeline_title")).toEqual(["Call 3", "S0009", "Call 1"]);
    expect(".o_archive_timeline_text").toHaveText("They want 200.");
    expect(".o_archive_timeline_next").toHaveText(/Send the offer/);
    expect(".o_archive_next_overdue").toHaveCount(1);
    expect(".o_archive_timeline_line:first .fa-arrow-down").toHaveAttribute("title", "From the customer");
    expect(".o_archive_timeline_line:first .o_archive_timeline_foot").toHaveText(
        /02:00\s*Clerk\s*J0003\s*corrects J0001/,
    );
    expect(".o_archive_timeline_line:last").toHaveText(/corrected by J0003/);
    expect(".o_archive_timeline_load").toHaveCount(0);
});

test("goes on where the page ended", async () => {
    answer(
        {lines: [line(2, "2026-03-02 02:00:00")], next: {at: "2026-03-02 02:00:00", place: 0, id: 2}},
        {
            lines: [line(1, "2026-03-01 02:00:00")],
        },
    );
    await mountForm();
    await contains(".o_archive_timeline_load").click();
    await animationFrame();
    expect.verifySteps(["|", "|2"]);
    expect(queryAllTexts(".o_archive_timeline_title")).toEqual(["Call 2", "Call 1"]);
    expect(".o_archive_timeline_load").toHaveCount(0);
});

test("filters by kind", async () => {
    answer({lines: [line(1, "2026-03-01 02:00:00")]});
    await mountForm();
    await contains("button[data-kind=order]").click();
    await animationFrame();
    expect.verifySteps(["|", "order|"]);
    expect("button[data-kind=order]").toHaveAttribute("aria-pressed", "true");
    expect("button[data-kind=log]").toHaveAttribute("aria-pressed", "false");
    await contains("button[data-kind=order]").click();
    await animationFrame();
    expect.verifySteps(["|"]);
});

test("nothing yet", async () => {
    answer({lines: [], may_write: false});
    await mountForm();
    expect.verifySteps(["|"]);
    expect(".o_archive_timeline_empty").toHaveText(/Nothing yet/);
    expect(".o_archive_timeline_write").toHaveCount(0);
});
