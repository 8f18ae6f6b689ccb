import json

from odoo import api, fields, models

from ..tools.fixity import sha256_of_bytes


class CustomerArchiveSealLayout(models.Model):
    """Which columns of which tables a manifest was made of: an update of the addon may add others later."""

    _name = "customer.archive.seal.layout"
    _description = "Layout of Manifests"
    _log_access = False
    _rec_name = "sha256"

    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    columns = fields.Text(required=True, readonly=True)

    _sha256_unique = models.UniqueIndex("(sha256)")

    @api.model
    def _of(self, columns):
        """The layout with these columns, {part: [column]}; it is made where there is none yet."""
        text = json.dumps(columns, sort_keys=True)
        sha256 = sha256_of_bytes(text.encode())
        return self.search([("sha256", "=", sha256)]) or self.create({"sha256": sha256, "columns": text})

    def _columns(self):
        self.ensure_one()
        return json.loads(self.columns)
