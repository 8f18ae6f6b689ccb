import {WarningDialog} from "@web/core/errors/error_dialogs";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/**
 * Says that a customer's archive is not open to the user, and leads to the request for it.
 *
 * The server names the record in the error's context, where a loan would help (exceptions.py).
 */
export class RestrictedCustomerDialog extends WarningDialog {
    static template = "customer_archive.RestrictedCustomerDialog";

    setup() {
        super.setup();
        this.action = useService("action");
        this.title = _t("Restricted Customer");
        this.record = this.props.data?.context?.archive_restricted;
    }

    async onRequest() {
        this.props.close();
        await this.action.doAction("customer_archive.customer_archive_loan_request_action", {
            additionalContext: {archive_restricted: this.record},
        });
    }
}

registry
    .category("error_dialogs")
    .add("odoo.addons.customer_archive.exceptions.RestrictedCustomerError", RestrictedCustomerDialog);
