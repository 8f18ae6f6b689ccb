"""Asking for a loan: every internal user, for an archive that they need not see (product.md A3)."""

import re
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..tools.normalise import fold_width

# So many days are proposed where nobody says how long.
USUAL_DAYS = 7
# End of a working day, in the borrower's time.
CLOSING_TIME = time(18, 0)
# As masked names have it: “Restricted customer #51”.
MASKED_NAME = re.compile(r"#\s*(\d{1,9})$")


class CustomerArchiveLoan(models.Model):
    _inherit = "customer.archive.loan"

    @api.model
    def request_loan(
        self,
        purpose,
        kind="screen",
        due_at=None,
        archive_id=None,
        partner_id=None,
        number=None,
        user_id=None,
        document_ids=None,
    ):
        """Ask for an archive on loan: by its id, its customer's id, or its number (or “#51”, as masked names have it).

        The number on the label of a document asks for the paper of that document only.

        :param document_ids: ids of the documents of the archive whose paper is wanted; the whole bag if there are none
        :param due_at: until when it is wanted; a week where nothing is said
        :param user_id: the borrower, where somebody who may decide lends the archive to a colleague
        :return: the new loan
        :raise UserError: no such archive in the user's companies; no purpose; a time that is over or too far
        :raise AccessError: for outsiders, and for lending to others without the right to decide
        """
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Archives are lent to internal users only."))
        archive = self._find_archive(archive_id, partner_id, number)
        borrower = self._borrower(user_id)
        loan = self._governed().create(
            {
                "archive_id": archive.id,
                "user_id": borrower.id,
                "purpose": self._clean_purpose(purpose),
                "kind": self._clean_kind(kind),
                "wished_due_at": self._clean_due(due_at or self._usual_due()),
                **self._document_values(archive, kind, number, document_ids),
            }
        )
        loan.message_subscribe(partner_ids=borrower.partner_id.ids)
        loan = self.browse(loan.id)
        if borrower == self.env.user:
            loan._ask_approvers(self.env._("Loan requested by %s", borrower.name))
        else:
            loan.action_approve()
        return loan

    # -- which archive ------------------------------------------------------------------------------------------

    @api.model
    def _find_archive(self, archive_id=None, partner_id=None, number=None):
        """The archive that is asked for, whoever may read it. That one exists is no secret: numbers have no gaps."""
        archive = self._look_for_archive(archive_id, partner_id, number)
        if not archive:
            raise UserError(
                self.env._(
                    "No archive of your company was found: %s. Compare the number with the label, or give the number "
                    "of the restricted customer, such as #51.",
                    number or self.env._("nothing was filled in"),
                )
            )
        if archive.state == "destroyed" or not archive.partner_id:
            raise UserError(self.env._("This archive holds nothing any more that could be lent."))
        if archive.state == "sealed":
            raise UserError(
                self.env._("This archive is sealed and not lent to anybody. Archivists can have it reopened: ask one.")
            )
        return archive

    @api.model
    def _look_for_archive(self, archive_id=None, partner_id=None, number=None):
        archives = self.env["customer.archive"].sudo()  # finds; the reader gets the masked name
        if isinstance(archive_id, int) and archive_id:
            found = archives.browse(archive_id).exists()
        elif isinstance(partner_id, int) and partner_id:
            found = self._archive_of_record("res.partner", partner_id)
        else:
            found = self._archive_of_text(number)
        while found.merged_into_id:
            found = found.merged_into_id
        return found.filtered(lambda archive: archive.company_id in self.env.user.company_ids)

    @api.model
    def _archive_of_text(self, text):
        """By a number, a former one too, or by the number in a masked name."""
        archives = self.env["customer.archive"].sudo()  # as above
        text = fold_width(text).strip() if isinstance(text, str) else ""
        if not text or "\x00" in text:
            return archives
        numbers = self.env["customer.archive.number"].sudo()  # as above
        found = numbers.search([("name", "in", [text, text.upper()])], limit=1).archive_id
        masked = MASKED_NAME.search(text)
        if not found and masked:
            return self._archive_of_record("res.partner", int(masked.group(1)))
        return found

    @api.model
    def _archive_of_record(self, model, record_id):
        """The archive that keeps a record from people: of a customer, a contact, a document that hangs on one."""
        archives = self.env["customer.archive"].sudo()  # finds; the reader gets the masked name
        link = self.env["customer.archive.access"]._links().get(model)
        if link is None or not isinstance(record_id, int) or record_id >= 2**31:
            return archives
        record = self.env[model].sudo().browse(record_id).exists()  # as above
        targets = record if link.path == "id" else record[link.path]
        guards = [guard for guard in (target._archive_get_guard() for target in targets) if guard]
        return archives.browse(guards[0].archive_id if guards else ())

    # -- what is filled in ----------------------------------------------------------------------------------------

    @api.model
    def _borrower(self, user_id):
        if not user_id or user_id == self.env.uid:
            return self.env.user
        users = self.env["res.users"].sudo()  # name and state of a colleague
        user = users.browse(user_id).exists() if isinstance(user_id, int) else users
        if not user.active or user.share:
            raise UserError(self.env._("Archives are lent to users of this system only. Choose another borrower."))
        return user

    @api.model
    def _clean_purpose(self, purpose):
        if not isinstance(purpose, str) or not purpose.strip():
            raise UserError(self.env._("A purpose is needed: those who decide read it, and the register keeps it."))
        return purpose.strip()

    @api.model
    def _clean_kind(self, kind):
        kinds = dict(self._fields["kind"].selection)
        if kind not in kinds:
            raise UserError(self.env._("An archive is lent on screen, on paper, or both."))
        return kind

    @api.model
    def _clean_due(self, due_at, after=None):
        """A due time as Odoo keeps it: to come, after another one, and no further than the policy allows."""
        due_at = self._to_datetime(due_at)
        now = fields.Datetime.now()
        if due_at <= now or (after and due_at <= after):
            raise UserError(
                self.env._("The due time must come later than %s.", format_datetime(self.env, max(now, after or now)))
            )
        days = self.env["customer.archive.policy"]._current().loan_days
        if due_at > now + timedelta(days=days):
            raise UserError(
                self.env._(
                    "A loan runs %(days)s days at most, until %(latest)s. Choose an earlier due time; "
                    "the loan can be renewed.",
                    days=days,
                    latest=format_datetime(self.env, now + timedelta(days=days)),
                )
            )
        return due_at

    @api.model
    def _to_datetime(self, value):
        try:
            return fields.Datetime.to_datetime(value)
        except (ValueError, TypeError):
            raise UserError(self.env._("%s is no date and time.", value)) from None

    @api.model
    def _usual_due(self):
        """In a week, at the end of the day; earlier where the policy is stricter."""
        days = min(USUAL_DAYS, self.env["customer.archive.policy"]._current().loan_days - 1)
        zone = pytz.timezone(self.env.user.tz or "UTC")
        if days < 1:
            return fields.Datetime.now() + timedelta(hours=23)
        day = datetime.now(zone).date() + timedelta(days=days)
        local = zone.localize(datetime.combine(day, CLOSING_TIME))
        return local.astimezone(pytz.utc).replace(tzinfo=None)
