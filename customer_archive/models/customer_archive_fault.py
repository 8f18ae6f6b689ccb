from odoo import fields, models
from odoo.tools import SQL


class CustomerArchiveFault(models.Model):
    """A value on a card that breaks a check which does not refuse saving. The value itself is not repeated here."""

    _name = "customer.archive.fault"
    _description = "Faulty Value on an Archive Card"
    _order = "archive_id, id"
    _log_access = False

    archive_id = fields.Many2one("customer.archive", required=True, readonly=True, ondelete="cascade", index=True)
    field_name = fields.Char("Field", required=True, readonly=True)
    code = fields.Char("Fault", readonly=True)
    severity = fields.Char(readonly=True)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    fault_ids = fields.One2many("customer.archive.fault", "archive_id", "Faulty Values", readonly=True)

    def _store_faults(self, problems, field_names=None):
        """Replace the faults on record of these archives by those among ``problems``: {archive id: [Problem]}.

        With ``field_names`` only the faults of those fields are replaced.
        """
        only = SQL("AND field_name = ANY(%s)", list(field_names)) if field_names is not None else SQL()
        self.env.cr.execute(SQL("DELETE FROM customer_archive_fault WHERE archive_id = ANY(%s) %s", self.ids, only))
        rows = [
            (archive_id, problem.item.field, problem.fault.code, problem.severity)
            for archive_id, found in problems.items()
            for problem in found
            if problem.fault
        ]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO customer_archive_fault (archive_id, field_name, code, severity)
                    SELECT * FROM unnest(%s, %s, %s, %s)
                    """,
                    *columns,
                )
            )
        self.invalidate_recordset(["fault_ids"])
