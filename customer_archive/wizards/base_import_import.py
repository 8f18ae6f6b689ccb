import hashlib
import json

from odoo import fields, models


class BaseImport(models.TransientModel):
    """The import screen sends a file in batches of 2,000 rows; res.partner's load() must know the whole file."""

    _inherit = "base_import.import"

    archive_checked = fields.Json(
        help="The file and mapping whose rows were all judged, and from which row on: later batches of it are not "
        "compared with the rest of the file again."
    )

    def execute_import(self, fields, columns, options, dryrun=False):
        if self.res_model != "res.partner":
            return super().execute_import(fields, columns, options, dryrun)
        skip = options.get("skip") or 0
        key = self._archive_file_key(fields, options)
        checked = self.archive_checked or {}
        whole = not skip or checked.get("key") != key or checked["from"] > skip
        importer = self.with_context(archive_import_whole=whole, archive_import_skip=skip)
        if dryrun:
            importer = importer.with_context(archive_import_likely=[])  # customers that rows may be: a warning
        result = super(BaseImport, importer).execute_import(fields, columns, options, dryrun)
        for message in result["messages"]:
            if skip and "rows" in message:  # Odoo counts from the batch on, but shows the names of the whole file
                message["rows"] = {place: index + skip for place, index in message["rows"].items()}
        if "archive_summary" in result:
            if whole:
                self.archive_checked = {"key": key, "from": skip}
                self.flush_recordset(["archive_checked"])  # a later dry run's rollback must not take it
            else:
                del result["archive_summary"]  # of one batch: nobody asked
        return result

    def _get_mapping_suggestion(self, header, fields_tree, header_types, mapping_fields):
        """Odoo takes a slash in a header for a path; in Chinese it stands in the labels of state and country."""
        if self.res_model == "res.partner" and "/" in header:
            for field in fields_tree:
                if field["string"].casefold() == header.casefold():
                    return {"field_path": [field["name"]], "distance": 0}
        return super()._get_mapping_suggestion(header, fields_tree, header_types, mapping_fields)

    def _archive_file_key(self, names, options):
        digest = hashlib.sha256(self.file or b"")
        digest.update(json.dumps([names, options.get("sheet"), options.get("has_headers")]).encode())
        return digest.hexdigest()
