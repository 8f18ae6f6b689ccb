"""One message for each person whose customers change hands, however many they are."""

from markupsafe import Markup

from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _tell_of_new_customers(self, count, handover):
        """One message: so many customers are theirs now. No customer is named: mail leaves the archive's protection."""
        _ = self.with_context(lang=self.lang).env._
        name = self.env.user.name
        self._tell_of_customers(
            _("Customers entrusted to you: %s", count),
            _("%(name)s entrusted customers to you. Number: %(count)s", name=name, count=count),
            handover,
        )

    def _tell_of_lost_customers(self, count, handover):
        """One message: so many customers are no longer theirs."""
        _ = self.with_context(lang=self.lang).env._
        name = self.env.user.name
        self._tell_of_customers(
            _("Customers given to a colleague: %s", count),
            _("%(name)s gave customers of yours to a colleague. Number: %(count)s", name=name, count=count),
            handover,
        )

    def _tell_of_customers(self, subject, sentence, handover):
        _ = self.with_context(lang=self.lang).env._
        path = f"/odoo/handover-lists/{handover.id}" if handover else "/odoo/my-archives"
        link = Markup('<p><a href="%s">%s</a></p>') % (
            self.get_base_url() + path,
            _("Open the handover list %s", handover.name) if handover else _("Open the list of your archives"),
        )
        self.env["mail.thread"].sudo().message_notify(  # to the colleague, of their own customers
            partner_ids=self.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p>") % sentence + link,
            email_layout_xmlid="mail.mail_notification_light",
        )
