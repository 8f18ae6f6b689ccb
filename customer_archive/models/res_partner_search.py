"""Quick search (product.md C7): one key per customer, answered by one trigram index."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..tools.search_key import build_key, like_patterns, matches
from .customer_archive import trigram_index
from .res_partner import GROUP

# Rows that one statement of the rebuild writes.
REBUILD_BATCH = 5000


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_search_key = fields.Text(
        compute="_compute_archive_search_key",
        store=True,
        copy=False,
        prefetch=False,
        export_string_translation=False,
        # Read by nobody: the quick search uses the column in SQL, under the record rules of the partner.
        groups=fields.NO_ACCESS,
    )
    _archive_search_key_trigram = models.Index(
        lambda registry: "USING gin (archive_search_key gin_trgm_ops)" if registry.has_trigram else ""
    )

    # The customers' search offers the e-mail by itself as well; stock has no index that such a search could use.
    _archive_email_trigram = trigram_index("email")

    @api.model
    def _archive_search_key_depends(self):
        return [
            "name",
            "complete_name",
            "email",
            "phone",
            "ref",
            "vat",
            "company_registry",
            "city",
            "category_id.name",
            "card_legal_name",
            "card_preferred_name",
            "archive_id.number_ids.name",
        ]

    @api.depends(lambda self: self._archive_search_key_depends())
    def _compute_archive_search_key(self):
        for partner in self:
            partner.archive_search_key = partner._archive_build_search_key()

    def _archive_build_search_key(self):
        self.ensure_one()
        names = (self.complete_name, self.card_legal_name, self.card_preferred_name)
        return build_key(
            "\n".join(dict.fromkeys(filter(None, names))),
            numbers=sorted(self.archive_id.number_ids.mapped("name")),
            phones=[self.phone] if self.phone else (),
            email=self.email or "",
            codes=list(filter(None, (self.ref, self.vat, self.company_registry))),
            tags=self._archive_tag_names(),
            city=self.city or "",
        )

    def _archive_tag_names(self):
        """The customer's tags in every language of the database: each user searches in their own."""
        tags = self.with_context(active_test=False).category_id
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        return sorted({tag.with_context(lang=code).name for code in languages for tag in tags})

    @api.model
    def _search_display_name(self, operator, value):
        is_text = isinstance(value, str) and value.strip()
        if operator not in ("ilike", "not ilike") or not is_text or not self._archive_may_use_key():
            return super()._search_display_name(operator, value)
        if operator == "not ilike":
            return NotImplemented  # who is found by a word isn't found by its negation: the ORM takes the complement
        domain = self._archive_key_domain(value)
        # Names that other addons have contacts found by: the key lacks them.
        if not set(self._rec_names_search or [self._rec_name]) <= set(self._archive_search_key_depends()):
            domain |= super()._search_display_name(operator, value)
        return domain

    @api.model
    def _archive_may_use_key(self):
        """The key has values that only the archive's users may read: what finds a record tells them, too."""
        return self.env.su or self.env.user.has_group(GROUP)

    @api.model
    def _archive_key_domain(self, text):
        """Customers whose key has every word of ``text``: name, pinyin, initials, number, phone digits, codes, tags."""
        patterns = like_patterns(text)
        key = self._fields["archive_search_key"]

        def to_sql(model, alias, query):
            column = SQL.identifier(alias, key.name, to_flush=key)
            return SQL(" AND ").join(SQL("%s LIKE %s", column, pattern) for pattern in patterns)

        def predicate(record):
            # sudo: nobody may read the key; the record itself is one that the caller is filtering
            return matches(record.sudo().archive_search_key or "", patterns)

        return Domain.custom(to_sql=to_sql, predicate=predicate) if patterns else Domain.TRUE

    @api.model
    def _archive_rebuild_search_keys(self, ids=None):
        """Write the keys of all partners (or of ``ids``) anew, for rows that did not come through the ORM.

        Reads and writes in batches of plain SQL: about 40 µs each. Returns the number of keys written.
        """
        self.env.flush_all()
        if ids is None:
            self.env.cr.execute("SELECT id FROM res_partner ORDER BY id")
            ids = [row[0] for row in self.env.cr.fetchall()]
        written = 0
        for batch in split_every(REBUILD_BATCH, ids):
            written += self._archive_rebuild_batch(list(batch))
        self.invalidate_model(["archive_search_key"], flush=False)
        return written

    def _archive_rebuild_batch(self, ids):
        self.env.cr.execute(
            SQL(
                """
                SELECT p.id, p.complete_name, p.card_legal_name, p.card_preferred_name, p.phone, p.email,
                       p.ref, p.vat, p.company_registry, p.city,
                       (SELECT array_agg(n.name) FROM customer_archive a
                          JOIN customer_archive_number n ON n.archive_id = a.id WHERE a.partner_id = p.id),
                       (SELECT array_agg(COALESCE(c.name->>l.code, c.name->>'en_US'))
                          FROM res_partner_res_partner_category_rel r
                          JOIN res_partner_category c ON c.id = r.category_id
                          JOIN res_lang l ON l.active WHERE r.partner_id = p.id)
                  FROM res_partner p
                 WHERE p.id = ANY(%s)
                """,
                ids,
            )
        )
        keys = [
            (
                row[0],
                build_key(
                    "\n".join(dict.fromkeys(filter(None, row[1:4]))),
                    numbers=sorted(row[10] or ()),
                    phones=[row[4]] if row[4] else (),
                    email=row[5] or "",
                    codes=list(filter(None, row[6:9])),
                    tags=sorted(set(row[11] or ())),
                    city=row[9] or "",
                ),
            )
            for row in self.env.cr.fetchall()
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p SET archive_search_key = k.key
                  FROM unnest(%s, %s) AS k(id, key)
                 WHERE p.id = k.id AND p.archive_search_key IS DISTINCT FROM k.key
                """,
                [key[0] for key in keys],
                [key[1] for key in keys],
            )
        )
        return self.env.cr.rowcount
