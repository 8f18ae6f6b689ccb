"""What the law on accounting keeps of a customer whose archive is destroyed, and what it doesn't need.

Posted entries and invoices stay with their files; the contact behind them is emptied. Where no PDF of an invoice is
there, whom it was made out to is written down with it: an accounting voucher has to say so. Under a restricted audit
trail the trail stays as well: of entries as it is, of the contact without values but name and tax number.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_archive.tools.destroy import ERASE, KEEP, MENTION

# Changes of a contact that the audit trail shows with their values: what an invoice has to name.
TRAIL_FIELDS = ("name", "vat")


class AccountMove(models.Model):
    _inherit = "account.move"

    archive_buyer = fields.Text(
        "Made Out to",
        readonly=True,
        copy=False,
        help="Name, tax number and address of the customer when their archive was destroyed. The invoice keeps them "
        "because there is no PDF of it that does.",
    )


class CustomerArchiveDestroyEngine(models.AbstractModel):
    _inherit = "customer.archive.destroy.engine"

    @api.model
    def _fates(self):
        return {
            **super()._fates(),
            "account.move.line": MENTION,
            "account.analytic.line": MENTION,
            "account.analytic.account": MENTION,
            "account.analytic.distribution.model": MENTION,
            "payment.token": ERASE,
        }

    @api.model
    def _law(self):
        books = self.env._("A posted entry or invoice: the law on accounting archives asks for it.")
        paid = self.env._("A payment that was made: part of the books.")
        trail = self.env._("Part of a restricted audit trail.")
        return {
            **super()._law(),
            "account.move": [(SQL("t.state = 'posted' OR t.posted_before"), books)],
            "account.move.line": [
                (
                    SQL(
                        "EXISTS (SELECT 1 FROM account_move m WHERE m.id = t.move_id"
                        " AND (m.state = 'posted' OR m.posted_before))"
                    ),
                    books,
                )
            ],
            "account.payment": [(SQL("t.move_id IS NOT NULL OR t.state IN ('in_process', 'paid')"), paid)],
            "account.bank.statement.line": [(SQL("TRUE"), paid)],
            "payment.transaction": [(SQL("t.state IN ('authorized', 'done', 'pending')"), paid)],
            "mail.message": [(self._is_trail(), trail)],
        }

    @api.model
    def _is_trail(self):
        """SQL: the message ``t`` is of a restricted audit trail."""
        return SQL(
            """
            t.message_type = 'notification' AND (
                t.model = 'account.move' AND EXISTS (
                    SELECT 1 FROM account_move m JOIN res_company c ON c.id = m.company_id
                     WHERE m.id = t.res_id AND (m.state = 'posted' OR m.posted_before) AND c.restrictive_audit_trail)
                OR t.model = 'res.partner' AND EXISTS (
                    SELECT 1 FROM account_move_line l JOIN res_company c ON c.id = l.company_id
                     WHERE l.partner_id = t.res_id AND l.parent_state = 'posted' AND c.restrictive_audit_trail))
            """
        )

    @api.model
    def _blanked(self):
        nothing = SQL("NULL")
        payer = ("partner_name", "partner_email", "partner_phone", "partner_address", "partner_zip", "partner_city")
        return {
            **super()._blanked(),
            "account.move": dict.fromkeys(
                ("invoice_partner_display_name", "invoice_source_email", "access_token"), nothing
            ),
            "payment.transaction": dict.fromkeys(payer, nothing),
            "payment.token": {"payment_details": nothing},
        }

    @api.model
    def _apply(self):
        self._write_buyers()
        return super()._apply()

    @api.model
    def _write_buyers(self):
        """Who the kept invoices without a PDF were made out to, before the contact is emptied."""
        self._run(
            """
            UPDATE account_move t
               SET archive_buyer = concat_ws(E'\\n', p.name, p.vat, concat_ws(' ', p.street, p.street2, p.zip, p.city))
              FROM customer_archive_reach r, res_partner p
             WHERE r.tbl = 'account_move' AND r.fate = %(keep)s AND r.id = t.id AND p.id = t.commercial_partner_id
               AND t.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND EXISTS (SELECT 1 FROM customer_archive_reach s WHERE s.tbl = 'res_partner' AND s.id = p.id)
               AND NOT EXISTS (
                   SELECT 1 FROM ir_attachment f
                    WHERE f.res_model = 'account.move' AND f.res_id = t.id AND f.mimetype = 'application/pdf')
            """,
            keep=KEEP,
        )

    @api.model
    def _blank_rows(self):
        """Of the kept trail of a contact only the values of what an invoice names stay; what was said there goes."""
        result = super()._blank_rows()
        self._run(
            "UPDATE mail_message t SET body = '', subject = NULL FROM customer_archive_reach r"
            " WHERE r.tbl = 'mail_message' AND r.fate = %(keep)s AND t.id = r.id AND t.model = 'res.partner'",
            keep=KEEP,
        )
        self._run(
            """
            UPDATE mail_tracking_value v
               SET old_value_char = NULL, new_value_char = NULL, old_value_text = NULL, new_value_text = NULL
              FROM customer_archive_reach r, mail_message t
             WHERE r.tbl = 'mail_message' AND r.fate = %(keep)s AND t.id = r.id AND t.model = 'res.partner'
               AND v.mail_message_id = t.id
               AND NOT COALESCE((SELECT f.name FROM ir_model_fields f WHERE f.id = v.field_id), '') = ANY(%(fields)s)
            """,
            keep=KEEP,
            fields=list(TRAIL_FIELDS),
        )
        return result
