"""How documents hang on archives: the access predicate, the counts on the forms, the change of account managers."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_archive_access import Link
from .res_partner import GROUP

MODELS = ("customer.archive.document", "customer.archive.document.file")


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    @api.model
    def _customer_links(self):
        # Part of the card: who may change the customer files its documents.
        return {**super()._customer_links(), **dict.fromkeys(MODELS, Link("archive_id", to="archive", card=True))}

    @api.model
    def _read_only_sentence(self, record):
        if record._name in MODELS:
            return self.env._(
                "You may read this customer's documents, but not change them. The account manager, the team leader or "
                "an archivist does; send the paper or the file to one of them."
            )
        return super()._read_only_sentence(record)


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    document_ids = fields.One2many("customer.archive.document", "archive_id", "Documents", readonly=True)
    document_count = fields.Integer("Documents Filed", compute="_compute_document_count", exportable=False)

    _merged_into_index = models.Index("(merged_into_id) WHERE merged_into_id IS NOT NULL")

    @api.depends_context("uid")
    def _compute_document_count(self):
        """Of the documents that the reader sees, those of archives merged into this one included: one query each."""
        for archive in self:
            if not archive.id:
                archive.document_count = 0
                continue
            domain = archive._with_merged_domain()
            archive.document_count = self.env["customer.archive.document"].search_count(domain)

    def _with_merged_domain(self):
        """A domain for items of the archive and of those that were merged into it."""
        ids = self.ids

        def to_sql(model, alias, query):
            return SQL(
                """
                %s = ANY(ARRAY(
                    WITH RECURSIVE whole AS (
                        SELECT unnest(%s) AS id
                         UNION
                        SELECT merged.id FROM customer_archive merged JOIN whole ON merged.merged_into_id = whole.id)
                    SELECT id FROM whole))
                """,
                SQL.identifier(alias, "archive_id", to_flush=model._fields["archive_id"]),
                ids,
                to_flush=self._fields["merged_into_id"],
            )

        return Domain.custom(to_sql=to_sql)

    def action_view_documents(self):
        """The documents of the archive, as far as the reader sees them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_document_action")
        action["domain"] = [("archive_id", "in", self._with_merged().ids)]
        action["context"] = {"default_archive_id": self.id}
        return action

    def _move_documents(self, user, moves):
        """The documents that the former account manager looked after go with the customer."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_document d
                   SET user_id = %(owner)s
                  FROM unnest(%(ids)s, %(owners)s::integer[]) AS m(id, old_owner)
                 CROSS JOIN LATERAL (
                       SELECT m.id UNION ALL SELECT a.id FROM customer_archive a WHERE a.merged_into_id = m.id) whole
                 WHERE d.archive_id = whole.id AND d.user_id = m.old_owner
                """,
                owner=SQL("%s::integer", user.id or None),
                ids=[move.archive_id for move in moves],
                owners=[move.old_owner for move in moves],
            )
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_document_count = fields.Integer(
        "Documents Filed", compute="_compute_archive_document_count", groups=GROUP, exportable=False
    )

    @api.depends("archive_id")
    @api.depends_context("uid")
    def _compute_archive_document_count(self):
        for partner in self:
            partner.archive_document_count = partner.archive_id.document_count

    def action_view_archive_documents(self):
        self.ensure_one()
        return self.archive_id.action_view_documents()
