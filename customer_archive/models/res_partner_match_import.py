"""A test run of an import also says which rows may be customers that are there already: a warning, no refusal."""

from odoo import api, models

from ..tools.match_score import THRESHOLD

WARNINGS_SHOWN = 500


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def load(self, fields, data):
        result = super().load(fields, data)
        likely = self.env.context.get("archive_import_likely")
        if likely:
            result["messages"] = [*result["messages"], *likely[:WARNINGS_SHOWN]]
        return result

    def _archive_import_report(self, rows, messages, names):
        likely = self.env.context.get("archive_import_likely")
        if likely is not None:
            likely[:] = self._archive_import_warn(rows, names)
        return super()._archive_import_report(rows, messages, names)

    def _archive_import_warn(self, rows, names):
        """The warnings: rows that have no fault and are like an existing customer. In sets, whatever the number."""
        new = [row for row in rows if row.partner is not None and not row.target and not row.faults]
        # sudo: what stands in the file
        customers = {row: row.partner.sudo()._archive_match_customer() for row in new}
        found = self._archive_match_find(customers, at_least=THRESHOLD)
        field = "name" if "name" in names else names[0]
        return [
            {
                **row.info,
                "type": "warning",
                "field": field,
                "field_path": field.split("/"),
                "message": self._archive_import_likely_sentence(row, found[row][0]),
            }
            for row in new
            if found.get(row)
        ]

    def _archive_import_likely_sentence(self, row, like):
        about = self._archive_match_describe(like)
        values = {"row": row.number, "customer": row.partner.name or "", "number": about["archive_number"] or "–"}
        if like.hidden:
            return self.env._(
                "Row %(row)s (%(customer)s): maybe a duplicate of a customer that you may not see, archive number "
                "%(number)s, account manager %(owner)s.",
                owner=about["owner"] or self.env._("nobody"),
                **values,
            )
        return self.env._(
            "Row %(row)s (%(customer)s): maybe a duplicate of %(number)s %(other)s: %(reasons)s.",
            other=about["name"],
            reasons=self.env._(", ").join(about["reasons"]),
            **values,
        )
