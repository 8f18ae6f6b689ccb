"""E-mails in the chatter of customers and of their documents become lines of the contact log (L2)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .customer_archive import GOVERNED

# What is copied of an e-mail's text: the rest is read in the chatter.
TEXT_LENGTH = 1000
# Models whose chatter is the customer's own. E-mails about documents keep their text there: not everybody who reads
# the customer reads its invoices.
OWN_CHATTER = ("res.partner", "customer.archive")


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    origin = fields.Selection(selection_add=[("email", "E-mail")], ondelete={"email": "set default"})
    # Nobody chooses it: the name of any message would show.
    mail_message_id = fields.Many2one(
        "mail.message",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        exportable=False,
    )

    _archive_message = models.UniqueIndex("(archive_id, mail_message_id) WHERE mail_message_id IS NOT NULL")

    @api.model
    def _write_received(self, messages):
        """Lines for e-mails that came in: by the customer who wrote, else by the customer they were written about."""
        drafts = []
        for message in messages.filtered(self._is_about_customer):
            author = message.author_id
            if author and not author.partner_share:
                continue  # an employee who answers by e-mail: it is logged when it goes out
            found = self._archives_of(author) or self._archives_of(self._customers_of(message))
            for archive_id, people in found.items():
                drafts.append(
                    {
                        **self._draft_of_email(message, archive_id),
                        "direction": "in",
                        "user_id": self._owner_of(archive_id),
                        "contact_ids": [(6, 0, (author & people).ids)],
                    }
                )
        return self._try_by_itself("mail_message_id", drafts) if drafts else self.browse()

    @api.model
    def _write_sent(self, mails):
        """Lines for e-mails that go out to customers or their people."""
        drafts = []
        for mail in mails:
            message = mail.mail_message_id
            author = message.author_id
            sent = message.message_type in ("comment", "email_outgoing") or bool(author and not author.partner_share)
            if not sent or message.message_type not in ("comment", "email", "email_outgoing"):
                continue
            if not self._is_about_customer(message) or self._is_mass_mailing(mail):
                continue
            sender = author.user_ids.filtered(lambda user: not user.share)[:1]
            for archive_id, people in self._archives_of(mail.recipient_ids).items():
                drafts.append(
                    {
                        **self._draft_of_email(message, archive_id),
                        "direction": "out",
                        "user_id": sender.id or self._owner_of(archive_id),
                        "contact_ids": [(6, 0, people.ids)],
                    }
                )
        return self._try_by_itself("mail_message_id", drafts) if drafts else self.browse()

    @api.model
    def _draft_of_email(self, message, archive_id):
        now = fields.Datetime.now()
        # What stands with one customer is not told to those who read another one's log.
        elsewhere = self._archives_of(self._customers_of(message)).keys() - {archive_id}
        own = message.model in OWN_CHATTER and not elsewhere
        text = html2plaintext(message.body or "").strip() if own else ""
        return {
            "archive_id": archive_id,
            "type_id": self._type_by_code("email").id,
            "mail_message_id": message.id,
            "origin": "email",
            "begin_at": min(message.date or now, now),  # clocks of senders are not always right
            "subject": not elsewhere and (message.subject or message.record_name),
            "summary": text[:TEXT_LENGTH] + ("…" if len(text) > TEXT_LENGTH else ""),
        }

    @api.model
    def _is_about_customer(self, message):
        """Whether the message stands in the chatter of a customer or of something that hangs on one."""
        return bool(message.model and message.res_id and message.model in self.env["customer.archive.access"]._links())

    @api.model
    def _is_mass_mailing(self, mail):
        """Newsletters are no contact with one customer."""
        return "mailing_id" in mail._fields and bool(mail.mailing_id)

    @api.model
    def _customers_of(self, message):
        """The customers on whom the record of the message hangs."""
        link = self.env["customer.archive.access"]._links()[message.model]
        # sudo: decides whose log it is; nothing is shown
        record = self.env[message.model].sudo().browse(message.res_id).exists()
        if not link.path:
            return self.env["res.partner"]
        target = record if link.path == "id" else record[link.path]
        return target.partner_id if target._name == "customer.archive" else target

    def action_view_origin(self):
        self.ensure_one()
        message = self.sudo().mail_message_id  # where it stands; what stands there is read with the reader's rights
        if not message.model:
            return super().action_view_origin()
        record = self.env[message.model].browse(message.res_id).exists()
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._("%s: the e-mail stands in the chatter of a document that you can't open.", self.item_number)
            )
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "view_mode": "form"}


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mark what comes through the gateway: any user may post a message that calls itself an e-mail."""
        return super(MailThread, self.with_context(archive_gateway=GOVERNED))._message_route_process(
            message, message_dict, routes
        )


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if self.env.context.get("archive_gateway") is not GOVERNED:
            return messages
        received = [
            message.id
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get("message_type") == "email" and vals.get("model")
        ]
        if received:
            # sudo: the gateway's messages, of which customers' lines are made
            self.env["customer.archive.contact.log"]._write_received(self.sudo().browse(received))
        return messages


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        # sudo: whoever sends; who got it decides whose line it is
        self.env["customer.archive.contact.log"]._write_sent(mails.sudo())
        return mails
