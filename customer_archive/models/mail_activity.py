from odoo import models


class MailActivity(models.Model):
    """What Odoo keeps beside an activity is the archive's number: it stays readable to whoever has the activity."""

    _inherit = "mail.activity"

    def _compute_res_name(self):
        archives = self.filtered(lambda activity: activity.res_model == "customer.archive" and activity.res_id)
        # All of them at once: Odoo's own asks record by record.
        records = self.env["customer.archive"].sudo().browse(archives.mapped("res_id"))  # the number, no name
        numbers = {archive.id: archive.number for archive in records.exists()}
        for activity in archives:
            activity.res_name = numbers.get(activity.res_id)
        return super(MailActivity, self - archives)._compute_res_name()
