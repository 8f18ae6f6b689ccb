"""The customer looks through their own data: a signed link, good once and for some days (product.md Q2).

The link's secret is nowhere kept, only its digest. Whatever is wrong with a link (unknown, altered, expired, used,
withdrawn, asked for too often), the answer is one and the same.
"""

import base64
import hmac as compare
import io
import re
import secrets
from datetime import timedelta
from hashlib import sha256

import qrcode

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tools import format_datetime, hmac

from ..tools.context import without_defaults
from ..tools.masking import mask
from .customer_archive import GOVERNED

SCOPE = "customer_archive.verification"
TOKEN = re.compile(r"([1-9][0-9]{0,8})-([A-Za-z0-9_-]{32})-([0-9a-f]{64})", re.ASCII)
# Longest life of a link, and the usual one, in days.
MOST_DAYS, USUAL_DAYS = 60, 14
# So often the customer may send values that are refused before the link is closed.
MOST_TRIES = 10
MOST_TEXT = 2000

# Fields that customers are shown, masked, and may correct; what the company notes about them is not among them.
FOR_CUSTOMERS = (
    "name",
    "card_legal_name",
    "card_preferred_name",
    "card_gender",
    "card_birth_date",
    "card_occupation",
    "vat",
    "phone",
    "email",
    "website",
    "zip",
    "city",
    "street",
    "street2",
)


class CustomerArchiveVerificationRequest(models.Model):
    """One link that a customer was given, and what they answered."""

    _name = "customer.archive.verification.request"
    _description = "Question to the Customer"
    _inherit = ["customer.archive.item"]
    _item_prefix = "W"
    _order = "id desc"
    _rec_name = "item_number"

    user_id = fields.Many2one(
        "res.users", "Asked by", required=True, readonly=True, default=lambda self: self.env.user, ondelete="restrict"
    )
    token_digest = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS, exportable=False)
    lang = fields.Char("Language", readonly=True)
    expires_at = fields.Datetime("Good until", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Waits for the Answer"), ("answered", "Answered"), ("withdrawn", "Withdrawn")],
        "Status",
        required=True,
        readonly=True,
        default="open",
    )
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired", search="_search_is_expired")
    sent_by = fields.Selection([("mail", "E-mail"), ("qr", "QR Code")], "Way", readonly=True)
    opened_at = fields.Datetime("First Opened", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    ip_digest = fields.Char(
        "Digest of the Address",
        readonly=True,
        help="A keyed digest of the network address from which it was answered: it shows whether two answers came "
        "from the same address, without keeping the address.",
    )
    tries = fields.Integer(readonly=True, exportable=False)
    answers = fields.Json(readonly=True, groups=fields.NO_ACCESS, exportable=False)
    remark = fields.Text("Customer's Remark", readonly=True)
    proposal_id = fields.Many2one(
        "customer.archive.proposal", "Proposal", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    verification_id = fields.Many2one(
        "customer.archive.verification", "Verification", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _archive_sequence = models.UniqueIndex("(archive_id, item_sequence)")
    _open_index = models.Index("(archive_id) WHERE state = 'open'")

    @api.depends("expires_at", "state")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for request in self:
            request.is_expired = request.state == "open" and request.expires_at <= now

    @api.model
    def _search_is_expired(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "open"), ("expires_at", "<=", fields.Datetime.now())]

    @api.depends("item_number")
    def _compute_display_name(self):
        for request in self:
            request.display_name = self.env._("Question %s", request.item_number or "")

    # -- written by its own steps -------------------------------------------------------------------------------

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)

    def _check_governed(self):
        if self.env.context.get("archive_governed") is not GOVERNED:
            raise UserError(
                self.env._("Questions to customers are made by “Ask the Customer” and written by the answer.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._check_governed()
        return super().create(vals_list)

    def write(self, vals):
        self._check_governed()
        return super().write(vals)

    def copy(self, default=None):  # pylint: disable=method-required-super  # refused
        raise UserError(self.env._("A question can't be duplicated: each link is good once. Ask the customer again."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if self:
            raise UserError(self.env._("Questions to customers are kept. Withdraw the link instead."))

    # -- the link -----------------------------------------------------------------------------------------------

    @api.model
    def _ask(self, archive, *, days=USUAL_DAYS, way="mail"):
        """A new link for the customer of an archive; earlier ones that are open are withdrawn.

        :return: (request, address); the address is known now and never again
        """
        archive.ensure_one()
        archive.check_access("read")
        archive._check_still_changeable()
        archive.partner_id.check_access("write")
        if not archive.partner_id:
            raise UserError(self.env._("The archive %s has no customer any more.", archive.number))
        if not 0 < days <= MOST_DAYS:
            raise UserError(self.env._("A link is good for 1 to %s days.", MOST_DAYS))
        if not self._fields_for(archive):
            raise UserError(
                self.env._("The category of %s asks for nothing that a customer could confirm.", archive.number)
            )
        self.search([("archive_id", "=", archive.id), ("state", "=", "open")]).action_withdraw()
        secret = secrets.token_urlsafe(24)
        # pylint: disable-next=context-overridden  # keys must go: nobody gives the customer's answer beforehand
        clean = self.with_context(without_defaults(self.env.context))
        # sudo: writes the digest, which nobody reads; the right to change the customer was checked
        request = (
            clean.sudo()
            ._governed()
            .create(
                {
                    "archive_id": archive.id,
                    "token_digest": sha256(secret.encode()).hexdigest(),
                    "expires_at": fields.Datetime.now() + timedelta(days=days),
                    # sudo: which language the company speaks
                    "lang": archive.partner_id.lang or archive.company_id.partner_id.sudo().lang or self.env.lang,
                    "sent_by": way,
                }
            )
        )
        return request.with_env(self.env), f"{archive.get_base_url()}/customer_archive/verify/{request._token(secret)}"

    def _token(self, secret):
        return f"{self.id}-{secret}-{self._signature(self.id, secret)}"

    @api.model
    def _signature(self, request_id, secret):
        """Only this database can make it: links that were guessed or altered never reach the table."""
        return hmac(self.env(su=True), SCOPE, (int(request_id), secret))

    @api.model
    def _find(self, token):
        """The request of a token that is good now; an empty one for everything else. As superuser."""
        requests = self.sudo()  # whoever holds the link is let in by its signature
        match = TOKEN.fullmatch(token or "")
        if not match or not compare.compare_digest(self._signature(match[1], match[2]), match[3]):
            return requests
        request = requests.browse(int(match[1])).exists()
        digest = sha256(match[2].encode()).hexdigest()
        good = request and compare.compare_digest(request.token_digest or "", digest) and request._is_good()
        return request if good else requests

    def _is_good(self):
        archive = self.archive_id
        return (
            self.state == "open"
            and self.expires_at > fields.Datetime.now()
            and self.tries < MOST_TRIES
            and archive.state in ("draft", "active")
            and bool(archive.partner_id)
        )

    def action_withdraw(self):
        """The link stops working."""
        self.check_access("write")
        self.filtered(lambda request: request.state == "open")._governed().write({"state": "withdrawn"})
        return True

    @api.model
    def _address_digest(self, address):
        return hmac(self.env(su=True), f"{SCOPE}.address", address or "")[:32]

    @api.model
    def _qr(self, link):
        image = io.BytesIO()
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=6, border=2)
        code.add_data(link)
        code.make_image().save(image, format="PNG")
        return base64.b64encode(image.getvalue())

    # -- what the customer sees -----------------------------------------------------------------------------------

    @api.model
    def _fields_for(self, archive):
        """Names of the fields that the customer of an archive is asked about, in the order of the page."""
        customer = archive.sudo().partner_id  # which fields, no values
        items = self.env["customer.archive.category.item"]._items_for(archive.category_id.id, customer.is_company)
        asked = {item.field for item in items}
        return [name for name in FOR_CUSTOMERS if name in asked and name in customer._fields]

    def _questions(self):
        """[{"name", "label", "value" (masked), "type", "choices"}] for the page, in its language. As superuser."""
        customer = self.archive_id.partner_id
        values = self.env["customer.archive.values"]
        result = []
        for name in self._fields_for(self.archive_id):
            field = customer._fields[name]
            kind = field.type if field.type in ("selection", "date") else "text"
            text = values._text(customer, name, values._dump(customer, name))
            result.append(
                {
                    "name": name,
                    "label": values._label(customer, name),
                    "value": mask(text, name),
                    "type": kind,
                    "choices": field._description_selection(self.env) if kind == "selection" else [],
                }
            )
        return result

    def _intro(self):
        return self.env._(
            "%s keeps these data about you. For your protection they are shown in part only.", self.company_id.name
        )

    def _outro(self):
        return self.env._(
            "The link is good once, until %s. Corrections are looked at by a person before they are taken over. The "
            "time and a digest of your network address are kept with your answer as proof.",
            format_datetime(self.env, self.expires_at, tz=self.company_id._archive_timezone().zone),
        )

    # -- the answer -------------------------------------------------------------------------------------------------

    def _answer(self, form, address):
        """Take the customer's answer: {} when it was taken, otherwise {field: label} of values that can't be right.

        :param form: {"field_<name>": "right" or "wrong", "new_<name>": text, "remark": text}
        :raise LockError: somebody answers by the same link at this moment
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset()
        if not self._is_good():
            raise LockError("used")
        questions = {question["name"]: question for question in self._questions()}
        right = [name for name in questions if form.get(f"field_{name}") == "right"]
        new = {
            name: str(form.get(f"new_{name}") or "").strip()[:MOST_TEXT]
            for name in questions
            if form.get(f"field_{name}") == "wrong"
        }
        new = {name: value for name, value in new.items() if value}
        remark = str(form.get("remark") or "").strip()[:MOST_TEXT].replace("\x00", "")
        wrong = self._refused(new)
        if not (right or new or remark):
            return {"": ""}
        if wrong:
            self._governed().write({"tries": self.tries + 1})
            return {name: questions[name]["label"] for name in wrong}
        proposal = self._propose(new)
        self._governed().write(
            {
                "state": "answered",
                "answered_at": fields.Datetime.now(),
                "ip_digest": self._address_digest(address),
                "answers": {**dict.fromkeys(right, "confirmed"), **dict.fromkeys(new, "changed")},
                "remark": remark or False,
                "proposal_id": proposal.id,
            }
        )
        self._into_verification(right, new, proposal)
        return {}

    def _as_customer(self):
        """The contact as the one who answers it: proposals of the public user are decided by somebody of the house."""
        public = self.env.ref("base.public_user")
        company = self.archive_id.company_id
        # sudo: the answer becomes a proposal; nothing is written to the customer
        return self.archive_id.partner_id.with_user(public).sudo().with_company(company)

    def _refused(self, new):
        """Names of the values that the card would refuse."""
        customer, refused = self._as_customer(), []
        for name, value in new.items():
            vals = {name: value.replace("\x00", "")}
            try:
                customer._archive_normalise(vals)
                parsed = self.env["customer.archive.values"].sudo()._parse(customer, name, vals[name])  # as above
                customer._archive_check_proposed({name: {"value": parsed}})
            except (UserError, ValidationError, ValueError):
                refused.append(name)
        return refused

    def _propose(self, new):
        if not new:
            return self.env["customer.archive.proposal"]
        customer = self._as_customer()
        customer = customer.with_context(lang=self.archive_id.owner_id.lang or self.user_id.lang)  # who reads it
        reason = customer.env._("Answer of the customer by the link %s", self.item_reference)
        return customer._archive_propose(new, reason, origin="customer").with_env(self.env)

    def _into_verification(self, right, new, proposal):
        """The answers stand in the verification that is open, or in a new one of the account manager."""
        archive = self.archive_id
        owner = archive.owner_id or self.user_id
        verifications = self.env["customer.archive.verification"].with_user(SUPERUSER_ID)  # by the link, see _find
        verification = verifications.search([("archive_id", "=", archive.id), ("state", "=", "draft")], limit=1)
        verification = verification or verifications.create({"archive_id": archive.id, "user_id": owner.id})
        for line in verification.line_ids.with_context(archive_governed=GOVERNED):
            if line.field_name in right:
                line.write({"answer": "confirmed", "request_id": self.id})
            elif line.field_name in new:
                proposed = proposal.line_ids.filtered(lambda part, line=line: part.field_name == line.field_name)
                line.write(
                    {
                        "answer": "changed",
                        "request_id": self.id,
                        "new_input": new[line.field_name],
                        "new_value": proposed.new_value,
                        "proposal_id": proposal.id if proposed else False,
                    }
                )
        self._governed().write({"verification_id": verification.id})


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def action_ask_customer(self):
        """The dialog that makes a link for the customer."""
        self.ensure_one()
        self.partner_id.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the Customer"),
            "res_model": "customer.archive.verification.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_archive_id": self.id},
        }


class CustomerArchiveProposal(models.Model):
    _inherit = "customer.archive.proposal"

    verification_request_ids = fields.One2many(
        "customer.archive.verification.request", "proposal_id", "Customer's Own Answer", readonly=True
    )
    customer_proof = fields.Char(
        "Proof of the Answer",
        compute="_compute_customer_proof",
        compute_sudo=True,
        help="By which link the customer answered, when, and the digest of the network address.",
    )

    @api.depends("verification_request_ids")
    @api.depends_context("lang", "tz")
    def _compute_customer_proof(self):
        for proposal in self:
            request = proposal.verification_request_ids[:1]
            proposal.customer_proof = request and self.env._(
                "Link %(number)s, answered on %(time)s, address %(digest)s",
                number=request.item_reference,
                time=format_datetime(self.env, request.answered_at, tz=self.env.user.tz or "UTC"),
                digest=request.ip_digest,
            )


class CustomerArchiveVerificationTry(models.Model):
    """Links that did not work, by address: whoever tries many is answered the same for a while, right or wrong."""

    _name = "customer.archive.verification.try"
    _description = "Failed Try of a Customer's Link"
    _log_access = False

    ip_digest = fields.Char(required=True, readonly=True)
    tried_at = fields.Datetime(required=True, readonly=True)

    _by_address = models.Index("(ip_digest, tried_at)")

    # So many failures within so many minutes.
    _MOST, _MINUTES = 20, 10

    @api.model
    def _is_blocked(self, digest):
        since = fields.Datetime.now() - timedelta(minutes=self._MINUTES)
        return self.search_count([("ip_digest", "=", digest), ("tried_at", ">", since)], limit=self._MOST) >= self._MOST

    @api.model
    def _note(self, digest):
        self.create({"ip_digest": digest, "tried_at": fields.Datetime.now()})

    @api.autovacuum
    def _gc_tries(self):
        self.search([("tried_at", "<", fields.Datetime.now() - timedelta(days=1))], limit=10000).unlink()
