"""Activities that are done on a customer write a line into the contact log, where their type says so (L2)."""

from odoo import api, models
from odoo.tools import html2plaintext


class CustomerArchiveContactLog(models.Model):
    _inherit = "customer.archive.contact.log"

    @api.model
    def _write_done(self, activities, feedback):
        """Lines for these activities that were just done; of customers into whose log the user may write."""
        types = self._types_of_activities()
        activities = activities.filtered(lambda a: a.res_model == "res.partner" and a.activity_type_id.id in types)
        if not activities or not self.browse().has_access("create"):
            return self.browse()
        partners = self.env["res.partner"].browse(activities.mapped("res_id")).exists()
        partners = partners._filtered_access("read")
        partners.fetch(["archive_id"])
        vals_list = []
        for activity in activities:
            partner = partners.browse(activity.res_id) & partners
            archive = partner.archive_id or partner.parent_id.archive_id
            if not self._may_log(archive):
                continue
            vals_list.append(
                {
                    "archive_id": archive.id,
                    "type_id": types[activity.activity_type_id.id],
                    "contact_ids": [(6, 0, partner.ids)],
                    "subject": activity.summary or activity.activity_type_id.name,
                    "summary": feedback or html2plaintext(activity.note or ""),
                    "origin": "activity",
                }
            )
        # sudo: so that the lines say where they come from; who may write them was asked above
        return self.sudo().create(vals_list).with_env(self.env) if vals_list else self.browse()

    @api.model
    def _types_of_activities(self):
        """{id of a type of activity: id of the type of contact that is written when it is done}."""
        # sudo: settings, the same for everybody
        types = self.env["customer.archive.contact.type"].sudo().search([("activity_type_ids", "!=", False)])
        return {activity_type.id: type_.id for type_ in reversed(types) for activity_type in type_.activity_type_ids}

    @api.model
    def _may_log(self, archive):
        """Whether the user may write a line into the log of the archive."""
        if not archive or archive.sudo().state in ("sealed", "destroyed") or archive.sudo().merged_into_id:  # its state
            return False
        if not archive.has_access("read"):
            return False
        link = self.env["customer.archive.access"]._links()[self._name]._replace(path="id")
        return bool(self.env["customer.archive.access"]._reached(archive, link, "write"))
