"""Which columns lead from a customer to its data, and what becomes of what they lead to (product.md R6).

The database is asked for its foreign keys, the registry for links that have none; models that nobody has told this
addon of are met by what the key itself says. Bridges say more of the models of their apps.
"""

from collections import defaultdict

from odoo import api, models, tools
from odoo.tools import SQL

from ..tools.destroy import CARD, EMPTY, ERASE, KEEP, MENTION, STUB, Edge
from .customer_archive_merge_tables import ARCHIVE, PARTNER

USERS = "res.users"
ENGINE = "customer.archive.destroy.engine"
OWN = "customer.archive"  # what this addon's models begin with

# Rows that belong to the record that they name by model and id; other such rows only mention it.
BELONGS_BY_PAIR = {
    "ir.attachment",
    "ir.model.data",
    "mail.activity",
    "mail.followers",
    "mail.message",
    "mail.scheduled.message",
    "rating.rating",
    "snailmail.letter",
    "sms.sms",
}
# Of what the law keeps: its files stay, what was said about it goes unless a law of its own keeps it.
GOES_FROM_KEPT = {"mail.activity", "mail.followers", "mail.message", "mail.scheduled.message", "rating.rating"}
# What an account of the portal has of its own; other rows that name users tell what users did.
OF_ACCOUNT = {
    "auth.passkey.key",
    "auth_totp.device",
    "auth.totp.rate.limit.log",
    "mail.presence",
    "res.device.log",
    "res.users.apikeys",
    "res.users.deletion",
    "res.users.log",
    "res.users.settings",
}


class CustomerArchiveDestroyEngine(models.AbstractModel):
    """Works as superuser below ``customer.archive._destroy``, which decides who may; by set statements only."""

    _name = ENGINE
    _inherit = "customer.archive.merge.tables"
    _description = "Destruction of Archives"

    # -- what bridges add ------------------------------------------------------------------------------------------

    @api.model
    def _fates(self):
        """{model, or "model.field": fate} where the link itself doesn't say enough. Bridges add theirs."""
        own = {
            "number": STUB,
            "access": ERASE,
            "loan": STUB,
            "handover.line": STUB,
            "supply.line": STUB,
            "supply": MENTION,
            "agreement": MENTION,
            "merge.record": ERASE,
            "footprint": STUB,
            "destroy.file": STUB,
            # The process of the people and its registers: they say what was kept how long, and what became of it.
            "hold": STUB,
            "hold.line": STUB,
            "seal": STUB,  # its hash; the frozen history goes
            "reopening": STUB,
            "retention.clock": STUB,
            "retention.event": STUB,
            "disposal.line": STUB,
            "disposal.vote": STUB,
            "destruction": STUB,
        }
        return {
            **{f"{OWN}.{name}": fate for name, fate in own.items()},
            "mail.message.author_id": ERASE,
            "mail.push.device": ERASE,
            "mail.scheduled.message": ERASE,
            "sms.sms": ERASE,
            "rating.rating": ERASE,
            "res.partner.commercial_partner_id": None,  # follows parent_id
            "res.partner.archive_id": None,  # computed from the archive
            "customer.archive.merged_into_id": None,  # those archives are subjects themselves
            "ir.model.data": ERASE,
        }

    @api.model
    def _law(self):
        """{model: [(SQL condition on the row ``t``, why)]}: rows that stay although they name the subject."""
        return {}

    @api.model
    def _blanked(self):
        """{model: {column: SQL value}} that rows lose which stay (fates keep, stub and empty). Bridges add theirs."""
        nothing = SQL("NULL")
        account = SQL("'destroyed-' || t.id")
        texts = {
            "customer.archive.number": ("reason",),
            "customer.archive.loan": ("purpose", "condition_note", "refusal_reason", "renewal_reason"),
            "customer.archive.seal": ("reason", "archived_ids", "manifest", "snapshot", "difference"),
            "customer.archive.reopening": ("reason", "answer"),
            "customer.archive.handover.line": ("remark",),
        }
        return {
            **{model: dict.fromkeys(columns, nothing) for model, columns in texts.items()},
            "res.partner.bank": {
                "acc_number": account,
                "sanitized_acc_number": account,
                "acc_holder_name": nothing,
                "clearing_number": nothing,
                "note": nothing,
            },
        }

    @api.model
    def _reach_also(self, level):
        """SQL of more rows of this level: (archive_id, tbl, model, id, fate, via). Bridges add theirs.

        ``customer_archive_reach r`` has what was found before; ``r.level = level`` what was found last.
        """
        found = [
            # Letters to the subject about somebody else's affairs; the ones that wait lose the recipient only.
            SQL(
                """
                SELECT r.archive_id, 'mail_mail', 'mail.mail', m.id, %s, 'recipient_ids'
                  FROM customer_archive_reach r JOIN mail_mail_res_partner_rel x ON x.res_partner_id = r.id
                  JOIN mail_mail m ON m.id = x.mail_mail_id
                 WHERE r.tbl = 'res_partner' AND r.fate = %s AND r.level = %s AND m.state <> 'outgoing'
                """,
                ERASE,
                CARD,
                level,
            ),
            # What was in such a letter, where it hangs on nothing else.
            SQL(
                """
                SELECT r.archive_id, 'mail_message', 'mail.message', m.id, %s, 'mail_message_id'
                  FROM customer_archive_reach r JOIN mail_mail x ON x.id = r.id
                  JOIN mail_message m ON m.id = x.mail_message_id
                 WHERE r.tbl = 'mail_mail' AND r.fate = %s AND r.level = %s AND COALESCE(m.res_id, 0) = 0
                """,
                ERASE,
                ERASE,
                level,
            ),
            # Files that came with a message and hang on nothing else.
            SQL(
                """
                SELECT r.archive_id, 'ir_attachment', 'ir.attachment', f.id, %s, 'attachment_ids'
                  FROM customer_archive_reach r JOIN message_attachment_rel x ON x.message_id = r.id
                  JOIN ir_attachment f ON f.id = x.attachment_id
                 WHERE r.tbl = 'mail_message' AND r.fate = %s AND r.level = %s
                   AND (COALESCE(f.res_id, 0) = 0 OR f.res_model IN ('mail.message', 'mail.compose.message'))
                """,
                ERASE,
                ERASE,
                level,
            ),
            # Talks between the subject and employees only.
            SQL(
                """
                SELECT r.archive_id, 'discuss_channel', 'discuss.channel', c.id, %s, 'channel_member_ids'
                  FROM customer_archive_reach r JOIN discuss_channel_member m ON m.partner_id = r.id
                  JOIN discuss_channel c ON c.id = m.channel_id
                 WHERE r.tbl = 'res_partner' AND r.fate = %s AND r.level = %s AND c.channel_type IN ('chat', 'livechat')
                   AND NOT EXISTS (
                       SELECT 1 FROM discuss_channel_member o LEFT JOIN res_partner p ON p.id = o.partner_id
                         LEFT JOIN customer_archive_reach s ON s.tbl = 'res_partner' AND s.id = p.id AND s.fate = %s
                        WHERE o.channel_id = c.id AND s.id IS NULL AND p.partner_share IS NOT FALSE)
                """,
                ERASE,
                CARD,
                level,
                CARD,
            ),
        ]
        return found

    # -- introspection ---------------------------------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _model_of_table(self):
        """{table: model}; of models with one table the one that the table is named after."""
        found = {}
        for name in sorted(self.env.registry, reverse=True):
            model = self.env[name]
            if not model._abstract and model._auto and (model._table not in found or not model._inherit):
                found[model._table] = name
        return found

    @api.model
    @tools.ormcache()
    def _edges(self):
        """({table: (Edge to it, …)}, (pairs and references, which lead to any table)). Kept with the registry."""
        model_of = self._model_of_table()
        keys = defaultdict(list)
        for table, column, target, action, nullable in self._foreign_keys():
            edge = Edge(table, model_of.get(table, ""), column, target, "key", action, nullable)
            keys[target].append(edge)
        return {target: tuple(edges) for target, edges in keys.items()}, tuple(self._any_edges())

    @api.model
    def _foreign_keys(self):
        """Foreign keys of tables with an id: (table, column, target, action, whether it may be empty)."""
        return self.env.execute_query(
            SQL(
                """
                SELECT r.relname, a.attname, t.relname, c.confdeltype::text, NOT a.attnotnull
                  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
                   AND r.relnamespace = current_schema::regnamespace
                   AND a.attname NOT IN ('create_uid', 'write_uid')
                   AND EXISTS (SELECT 1 FROM pg_attribute i WHERE i.attrelid = r.oid AND i.attname = 'id')
                 ORDER BY 1, 2
                """
            )
        )

    @api.model
    def _any_edges(self):
        """Pairs (model and id) and references of the registry, as Edges."""
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or not model._auto:
                continue
            for field in model._fields.values():
                link = self._merge_link(model, field, PARTNER)
                if link and link.kind in ("pair", "reference"):
                    edge = Edge(link.table, name, link.column, "", link.kind, beside=link.beside)
                    found.setdefault((link.table, link.column), edge)
        existing = self._existing_tables([table for table, _column in found])
        return [edge for (table, _column), edge in found.items() if table in existing]

    @api.model
    @tools.ormcache("model")
    def _pairs_of(self, model):
        """Tables of mere pairs with a column to the model: ((table, column), …)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.relname, a.attname
                  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND r.relnamespace = current_schema::regnamespace
                   AND NOT EXISTS (SELECT 1 FROM pg_attribute i WHERE i.attrelid = r.oid AND i.attname = 'id')
                 ORDER BY 1, 2
                """,
                self.env[model]._table,
            )
        )
        return tuple(rows)

    @api.model
    def _filled(self, tables):
        """Those of the tables that have any row."""
        tables = sorted(tables)
        if not tables:
            return set()
        parts = [SQL("SELECT %s WHERE EXISTS (SELECT 1 FROM %s)", table, SQL.identifier(table)) for table in tables]
        return {name for (name,) in self.env.execute_query(SQL(" UNION ALL ").join(parts))}

    # -- fates -----------------------------------------------------------------------------------------------------

    @api.model
    def _fate(self, edge, target, fate):
        """What becomes of the rows of ``edge`` that name a row of the model ``target``, whose own fate is ``fate``.

        None: nothing; the rows are reached in another way or belong to nobody's data.
        """
        known = self._fates()
        for name in (f"{edge.model}.{edge.column}", edge.model):
            if name in known and (edge.kind != "pair" or fate != KEEP):
                given = known[name]
                if target in (PARTNER, ARCHIVE) or edge.kind == "pair" or given == ERASE:
                    return given if edge.kind == "key" or given != MENTION else MENTION
        if edge.kind == "key":
            return self._fate_by_key(edge, target)
        if fate == KEEP:
            return KEEP if edge.model == "ir.attachment" else ERASE if edge.model in GOES_FROM_KEPT else None
        if edge.kind == "pair" and (edge.model in BELONGS_BY_PAIR or self._is_own(edge.model)):
            return ERASE
        return MENTION if target in (PARTNER, ARCHIVE) else None

    @api.model
    def _fate_by_key(self, edge, target):
        if target == USERS:
            return ERASE if edge.model in OF_ACCOUNT else None
        if edge.model and self.env[edge.model]._transient:
            return ERASE
        if target == ARCHIVE:
            return ERASE if self._is_own(edge.model) else MENTION
        if target == PARTNER:
            return ERASE if edge.action == "c" or self._follows(edge) else MENTION
        if edge.action == "c" or (edge.action in "ra" and self._is_own(edge.model)):
            return ERASE
        return None

    @api.model
    def _is_own(self, model):
        return bool(model) and model.startswith(f"{OWN}.")

    @api.model
    def _follows(self, edge):
        """Whether the rows are documents of the customer, as the access predicate knows them."""
        link = self.env["customer.archive.access"]._links().get(edge.model)
        return bool(link) and link.to == "partner" and link.path == edge.column

    @api.model
    def _reason(self, fate, model):
        """Why rows of the model are not deleted; a law says its own."""
        _ = self.env._
        reasons = {
            CARD: _("The row is emptied; it stays only where something that is kept names it."),
            STUB: _("Part of the permanent stub and its registers: it holds no personal data."),
            EMPTY: _("Something that is kept names it, so the row stays, emptied."),
            MENTION: _("It belongs to somebody else: the link is cut and the customer's values are blotted out."),
            KEEP: _("The law asks for it."),
        }
        return reasons.get(fate, "")
