"""A filed file that has changed or is missing is a finding like others, with a deadline and a re-check (Q5, D4)."""

from odoo import models


class CustomerArchiveDocument(models.Model):
    _inherit = "customer.archive.document"

    def _ask_archivist(self, note):
        result = super()._ask_archivist(note)
        findings = self.env["customer.archive.finding"]
        for document in self:
            findings._report_finding(
                document.archive_id,
                "major",
                note,
                source="fixity",
                source_ref=document._finding_reference(),
                title=self.env._("A filed file has changed or is missing"),
            )
        return result

    def _close_findings(self):
        result = super()._close_findings()
        done = self.sudo().filtered(lambda document: not document.finding_count)  # what the check itself has found
        if done:
            # sudo: as above; who accepts or checks a file is asked there
            findings = self.env["customer.archive.finding"].sudo()
            references = [document._finding_reference() for document in done]
            found = findings.search(
                [("source", "=", "fixity"), ("source_ref", "in", references), ("state", "!=", "closed")]
            )
            found._settle(self.env._("The files are as they were filed, or an archivist has accepted them."))
        return result

    def _finding_reference(self):
        return f"{self._name},{self.id}"
