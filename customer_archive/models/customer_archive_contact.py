from odoo import api, fields, models
from odoo.tools import SQL


class CustomerArchive(models.Model):
    """The archive's side of the contact log: when there was the last contact, and the way to the lines."""

    _inherit = "customer.archive"

    last_contact_on = fields.Date(
        "Last Contact", readonly=True, copy=False, index="btree_not_null", help="As the contact log says."
    )

    def _governed_fields(self):
        return {**super()._governed_fields(), "last_contact_on": self.env._("It is taken from the contact log.")}

    def _update_last_contact(self):
        """Take the day of the last contact from the log: one statement for all of them, by an index.

        Not through ``write``: nothing of the archive or of the customer hangs on it that would have to be counted anew.
        """
        if not self:
            return
        self.env["customer.archive.contact.log"].flush_model(["archive_id", "begin_at", "outcome"])
        zones = [company._archive_timezone().zone for company in self.sudo().company_id]  # of the company
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive a
                   SET last_contact_on = found.day
                  FROM (
                    SELECT asked.id, (last.begin_at AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date AS day
                      FROM customer_archive asked
                      JOIN unnest(%(companies)s, %(zones)s) AS zone(company_id, name)
                        ON zone.company_id = asked.company_id
                      LEFT JOIN LATERAL (
                        SELECT l.begin_at FROM customer_archive_contact_log l
                         WHERE l.archive_id = asked.id AND l.outcome IS DISTINCT FROM 'not_reached'
                         ORDER BY l.begin_at DESC, l.id DESC LIMIT 1
                      ) last ON TRUE
                     WHERE asked.id = ANY(%(ids)s)
                  ) found
                 WHERE a.id = found.id AND a.last_contact_on IS DISTINCT FROM found.day
                """,
                companies=self.sudo().company_id.ids,  # as above
                zones=zones,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["last_contact_on"])
        self.env["res.partner"].invalidate_model(["archive_last_contact_on"])

    @api.model
    def _log_dialog(self, archive_id=None, **defaults):
        """The small dialog in which one writes a line of the contact log."""
        defaults = {"archive_id": archive_id, **defaults}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write a Log"),
            "res_model": "customer.archive.contact.log",
            "views": [(self.env.ref("customer_archive.customer_archive_contact_log_view_form_quick").id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items() if value},
        }

    def action_write_log(self):
        self.ensure_one()
        return self._log_dialog(self.id)

    def action_view_logs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_contact_log_action")
        return dict(
            action,
            domain=[("archive_id", "in", self._with_merged().ids)],
            context={"default_archive_id": self.id, "search_default_this_year": 0},
        )

    def _with_merged(self):
        """These archives and those that were merged into them, whose lines stay where they were filed."""
        # sudo: decides which archives; the caller reads what hangs on them with the reader's rights
        merged = whole = self.sudo()
        while merged := merged.search([("merged_into_id", "in", merged.ids), ("id", "not in", whole.ids)]):
            whole |= merged
        return whole.with_env(self.env)

    def _surviving(self):
        """The archive in which this one goes on: itself, or what it was merged into."""
        self.ensure_one()
        archive = self.sudo()  # where it leads; the caller asks for the right to it
        while archive.merged_into_id:
            archive = archive.merged_into_id
        return archive.with_env(self.env)
