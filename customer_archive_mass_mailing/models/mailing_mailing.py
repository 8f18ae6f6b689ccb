from odoo import SUPERUSER_ID, api, fields, models


class MailingMailing(models.Model):
    """Odoo looks for the recipients as superuser, and tells their number: whoever chose them may reach them (S1)."""

    _inherit = "mailing.mailing"

    archive_sender_id = fields.Many2one(
        "res.users",
        "Chosen by",
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Who last worked on the mailing: it goes to nobody whom this person may not see.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        mailings = super().create(vals_list)
        mailings._archive_keep_sender()
        return mailings

    def write(self, vals):
        result = super().write(vals)
        self._archive_keep_sender()
        return result

    def _archive_keep_sender(self):
        """The system's own writes, while sending, change nothing."""
        if self.env.su or self.env.uid == SUPERUSER_ID:
            return
        mailings = self.sudo().filtered(lambda mailing: mailing.archive_sender_id.id != self.env.uid)
        if mailings:
            # sudo: nobody writes the field; it holds whoever writes the mailing
            super(MailingMailing, mailings).write({"archive_sender_id": self.env.uid})

    def _get_recipients(self):
        ids = super()._get_recipients()
        sender = self.sudo().archive_sender_id or self.create_uid
        records = self.env[self.mailing_model_real].with_user(sender).browse(ids)
        hidden = set(self.env["customer.archive.access"].with_user(sender)._unreached(records, "read").ids)
        return [id_ for id_ in ids if id_ not in hidden]
