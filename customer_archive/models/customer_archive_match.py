"""Two customers who may be one: found by the scan, decided by people (product.md Q3)."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CustomerArchiveMatch(models.Model):
    _name = "customer.archive.match"
    _description = "Possible Duplicate"
    _order = "score desc, group_number, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade", index=True, copy=False
    )
    # Empty once the two were merged into the first one.
    other_id = fields.Many2one(
        "res.partner", "Maybe the Same", readonly=True, ondelete="cascade", index=True, copy=False
    )
    # Both of them: who may not see one of the two does not see that they were compared.
    partner_ids = fields.Many2many(
        "res.partner",
        "customer_archive_match_partner_rel",
        "match_id",
        "partner_id",
        "Customers",
        readonly=True,
        copy=False,
    )
    score = fields.Integer(
        readonly=True, aggregator="max", help="Points for and against, added up. 100 are certain: see the reasons."
    )
    reasons = fields.Json("Codes of the Reasons", readonly=True, export_string_translation=False)
    reason_text = fields.Char("Reasons", compute="_compute_reason_text")
    reason_lines = fields.Html(
        "Points", compute="_compute_reason_text", sanitize=False, export_string_translation=False
    )
    group_number = fields.Integer(
        "Group", readonly=True, aggregator=None, index=True, help="Customers who may all be one have the same number."
    )
    state = fields.Selection(
        [("open", "To Decide"), ("not_duplicate", "Not a Duplicate"), ("merged", "Merged")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    found_on = fields.Datetime("Found on", readonly=True, default=fields.Datetime.now)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="set null")
    decided_on = fields.Datetime("Decided", readonly=True)
    # For the list and the form: what the two have.
    number = fields.Char("Archive Number", related="partner_id.archive_number", groups="customer_archive.group_user")
    other_number = fields.Char(
        "Archive Number of the Other", related="other_id.archive_number", groups="customer_archive.group_user"
    )
    owner_id = fields.Many2one(
        "res.users", "Account Manager", compute="_compute_owners", groups="customer_archive.group_user"
    )
    other_owner_id = fields.Many2one(
        "res.users", "Account Manager of the Other", compute="_compute_owners", groups="customer_archive.group_user"
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _pair_unique = models.UniqueIndex(
        "(partner_id, other_id) WHERE other_id IS NOT NULL", "These two are listed already."
    )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        label = self.env["customer.archive.match.weight"]._label
        for match in self:
            lines = [(label(code, likeness), points) for code, points, likeness in match.reasons or ()]
            match.reason_lines = Markup('<table class="table table-sm mb-0">%s</table>') % Markup().join(
                Markup('<tr><td>%s</td><td class="text-end">%+d</td></tr>') % line for line in lines
            )
            match.reason_text = ", ".join(text for text, points in lines if points > 0)

    @api.depends("partner_id", "other_id")
    def _compute_owners(self):
        for match in self:
            match.owner_id = match.partner_id.archive_id.owner_id or match.partner_id.user_id
            match.other_owner_id = match.other_id.archive_id.owner_id or match.other_id.user_id

    @api.depends_context("uid")
    @api.depends("state", "partner_ids")
    def _compute_can_decide(self):
        partners = self.partner_ids
        writable = partners if self.env.su else partners._filtered_access("write")
        for match in self:
            match.can_decide = bool(match.partner_ids) and match.partner_ids <= writable

    @api.depends("partner_id", "other_id")
    def _compute_display_name(self):
        for match in self:
            names = (match.partner_id.display_name, match.other_id.display_name)
            match.display_name = " / ".join(filter(None, names))

    # -- deciding ----------------------------------------------------------------------------------------

    def _check_may_decide(self):
        """Whoever may change both customers decides what they are."""
        self.check_access("read")
        self.partner_ids.check_access("write")

    def action_not_duplicate(self):
        """They are two customers: remembered, whatever later scans find."""
        self._check_may_decide()
        if any(match.state == "merged" for match in self):
            raise UserError(self.env._("The two were merged already: there is nothing left to decide."))
        # sudo: nobody writes these rows by hand; who may decide was checked
        self.sudo().write(
            {"state": "not_duplicate", "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        self._regroup()
        return True

    def action_reopen(self):
        """To be decided anew."""
        self._check_may_decide()
        if any(match.state != "not_duplicate" for match in self):
            raise UserError(self.env._("Only what was decided to be no duplicate can be decided anew."))
        self.sudo().write({"state": "open", "decided_by_id": False, "decided_on": False})  # as above
        self._regroup()
        return True

    def action_merge(self):
        """The dialog that merges the customers of these pairs."""
        self._check_may_decide()
        if any(match.state != "open" for match in self):
            raise UserError(self.env._("Only open pairs can be merged. Reopen the pair first."))
        return self._merge_action(self.partner_ids)

    @api.model
    def _merge_action(self, partners):
        """The dialog for merging these customers: Odoo's own; an override leads elsewhere."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Customers"),
            "res_model": "base.partner.merge.automatic.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }

    def action_merge_group(self):
        """The same for everybody of the group."""
        self.ensure_one()
        same = self.search([("group_number", "=", self.group_number), ("state", "=", "open")])
        return (self | same).action_merge()

    def action_view_customer(self):
        return self._view_partner(self.partner_id)

    def action_view_other(self):
        return self._view_partner(self.other_id)

    def _view_partner(self, partner):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "view_mode": "form",
            "target": "current",
        }

    # -- groups ------------------------------------------------------------------------------------------

    @api.model
    def _regroup(self):
        """Number the groups anew: pairs that share a customer belong together. The number is the least customer id."""
        self.env.flush_all()
        self.env.cr.execute("SELECT partner_id, other_id FROM customer_archive_match WHERE state = 'open'")
        leader = {}

        def find(id_):
            while leader.get(id_, id_) != id_:
                leader[id_] = leader.get(leader[id_], leader[id_])
                id_ = leader[id_]
            return id_

        for one, two in self.env.cr.fetchall():
            one, two = find(one), find(two)
            if one != two:
                leader[max(one, two)] = min(one, two)
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive_match m SET group_number = COALESCE(g.number, m.partner_id)
                  FROM customer_archive_match n
             LEFT JOIN unnest(%(ids)s::int[], %(numbers)s::int[]) AS g(id, number) ON g.id = n.partner_id
                 WHERE n.id = m.id AND m.state = 'open'
                   AND m.group_number IS DISTINCT FROM COALESCE(g.number, m.partner_id)
                """,
                ids=list(leader),
                numbers=[find(id_) for id_ in leader],
            )
        )
        self.invalidate_model(["group_number"])

    # -- merging -----------------------------------------------------------------------------------------

    @api.model
    def _after_merge(self, sources, destination):
        """Before the sources are gone: pairs among them are merged, decisions about them become the destination's."""
        merged = sources | destination
        mine = self.search([("partner_ids", "in", merged.ids)])
        inside = mine.filtered(lambda match: match.other_id and match.partner_ids <= merged)
        inside.write(
            {
                "state": "merged",
                "partner_id": destination.id,
                "other_id": False,
                "partner_ids": [(6, 0, destination.ids)],
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        for match in mine - inside:
            gone = match.partner_ids & sources
            if not gone:
                continue
            if match.state == "merged":
                match.write({"partner_id": destination.id, "partner_ids": [(6, 0, destination.ids)]})
                continue
            left = match.partner_ids - sources
            pair = (left | destination).sorted("id")
            known = self.search([("partner_id", "=", pair[0].id), ("other_id", "=", pair[-1].id)])
            if match.state == "open" or known:
                match.unlink()  # an open pair is found again
            else:
                match.write({"partner_id": pair[0].id, "other_id": pair[-1].id, "partner_ids": [(6, 0, pair.ids)]})
        self.env.flush_all()
        self._regroup()
