"""What the web client's chatter is told of customers who are hidden from the reader (security.md S2)."""

from odoo import models

from odoo.addons.mail.tools.discuss import Store


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _to_store(self, store, fields, **kwargs):
        """Authors, recipients and followers are read as superuser: there the real user decides, as with names."""
        hidden = self._archive_unreached()
        store.add_records_fields(self - hidden, fields, **kwargs)
        for partner in hidden:
            # Nothing else of them: no e-mail address, no key to the picture.
            name = partner._archive_masked_name()
            store.add_records_fields(partner, [Store.Attr("name", name), Store.Attr("display_name", name)])


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _to_store(self, store, fields, **kwargs):
        result = super()._to_store(store, fields, **kwargs)
        hidden = self.sudo().author_id._archive_unreached()  # decides; nothing is shown
        for message in self.sudo() if hidden else ():  # as above
            # What Odoo has put into the store; it may have left out the address, or the message.
            if message.author_id in hidden and store.data.get("mail.message", {}).get((message.id,), {}).get(
                "email_from"
            ):
                store.add_model_values("mail.message", {"id": message.id, "email_from": False})
        return result
