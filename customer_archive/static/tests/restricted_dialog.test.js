import {RestrictedCustomerDialog} from "@customer_archive/restricted/restricted_dialog";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {registry} from "@web/core/registry";
import {contains, makeDialogMockEnv, mockService, mountWithCleanup} from "@web/../tests/web_test_helpers";

defineMailModels();

const NAME = "odoo.addons.customer_archive.exceptions.RestrictedCustomerError";
const SENTENCE = "Restricted customer #51: this customer's archive is not open to you.";

async function mountDialog(context) {
    const env = await makeDialogMockEnv();
    await mountWithCleanup(RestrictedCustomerDialog, {
        env,
        props: {
            message: "Odoo Server Error",
            exceptionName: NAME,
            data: {arguments: [SENTENCE], context, debug: "Traceback", message: SENTENCE, name: NAME},
            close: () => expect.step("close"),
        },
    });
}

test("the web client knows the dialog by the name of the exception", () => {
    expect(registry.category("error_dialogs").get(NAME)).toBe(RestrictedCustomerDialog);
});

test("says the sentence and asks for the record", async () => {
    mockService("action", {
        doAction(action, options) {
            expect.step(action);
            expect(options.additionalContext).toEqual({archive_restricted: {model: "res.partner", id: 51}});
        },
    });
    await mountDialog({archive_restricted: {model: "res.partner", id: 51}});
    expect(".modal-title").toHaveText("Restricted Customer");
    expect("main").toHaveText(SENTENCE);
    expect(queryAllTexts("footer button")).toEqual(["Request Access", "Close"]);
    await contains(".o_archive_request").click();
    expect.verifySteps(["close", "customer_archive.customer_archive_loan_request_action"]);
});

test("offers no request where a loan would not help", async () => {
    await mountDialog({});
    expect("main").toHaveText(SENTENCE);
    expect(queryAllTexts("footer button")).toEqual(["Close"]);
    await contains("footer button").click();
    expect.verifySteps(["close"]);
});
