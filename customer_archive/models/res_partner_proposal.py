"""Saving the customer's form where changes are only proposed, and the same for other programs (product.md A7)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import RestrictedCustomerError
from .res_partner import GROUP


class ResPartner(models.Model):
    _inherit = "res.partner"

    archive_my_access = fields.Selection(
        [("write", "Edits"), ("propose", "Proposes Changes"), ("read", "Reads")],
        "My Access",
        compute="_compute_archive_my_access",
        groups=GROUP,
        exportable=False,
        help="What you may do with this customer.",
    )
    archive_proposal_count = fields.Integer(
        "Open Proposals", compute="_compute_archive_proposal_count", groups=GROUP, exportable=False
    )
    archive_proposal_reason = fields.Char(
        "Reason of My Changes",
        compute="_compute_archive_proposal_reason",
        inverse="_inverse_archive_proposal_reason",
        groups=GROUP,
        exportable=False,
        help="Whoever decides on your proposal reads it.",
    )

    @api.depends("archive_guard")
    @api.depends_context("uid")
    def _compute_archive_my_access(self):
        access = self.env["customer.archive.access"]
        scope = None if access._is_exempt() else access._scope()
        proposes = self.env.user.has_group("customer_archive.group_management")
        for partner in self:
            guard = scope and partner._archive_get_guard()
            if not guard or scope.writes(guard):
                partner.archive_my_access = "write"
            else:
                partner.archive_my_access = "propose" if proposes else "read"

    @api.depends_context("uid")
    def _compute_archive_proposal_count(self):
        """Of a customer also those for its contacts."""
        guards = {partner: partner._archive_get_guard() for partner in self}
        counts, of_contact = {}, {}
        archive_ids = {guard.archive_id for guard in guards.values() if guard}
        if archive_ids:
            for archive, contact, count in self.env["customer.archive.proposal"]._read_group(
                [("archive_id", "in", list(archive_ids)), ("state", "=", "open")],
                ["archive_id", "partner_id"],
                ["__count"],
            ):
                counts[archive.id] = counts.get(archive.id, 0) + count
                of_contact[contact.id] = count
        for partner, guard in guards.items():
            is_customer = guard and partner.archive_id.id == guard.archive_id
            partner.archive_proposal_count = (
                counts.get(guard.archive_id, 0) if is_customer else of_contact.get(partner.id, 0)
            )

    def _compute_archive_proposal_reason(self):
        self.archive_proposal_reason = False

    def _inverse_archive_proposal_reason(self):
        """It goes with the proposal (see web_save), never to the customer."""

    # -- for other programs -------------------------------------------------------------------------------------

    def archive_propose(self, vals, reason=None):
        """Propose changes of this customer or contact instead of writing them.

        :param vals: as for ``write``; what would stay as it is, is left out
        :param reason: why; whoever decides reads it
        :return: the proposal
        :raise UserError: for values that could not be accepted anyway, or if nothing would change
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Customers correct their own data in the portal."))
        guard = self._archive_get_guard()
        if guard is None:
            raise UserError(self.env._("%s has no archive: change it directly.", self.display_name))
        if reason is not None and not isinstance(reason, str):
            raise UserError(self.env._("The reason of a proposal is a text."))
        proposal = self._archive_propose(vals, reason, origin=self._archive_origin(guard))
        if not proposal:
            raise UserError(
                self.env._("Nothing would change: the values are there already, or you have proposed them already.")
            )
        return proposal

    def _archive_origin(self, guard):
        """Why the environment's user proposes; refused to those who only read."""
        access = self.env["customer.archive.access"]
        if access._is_exempt() or access._scope().writes(guard):
            return "critical"
        if self.env.user.has_group("customer_archive.group_management"):
            return "management"
        raise RestrictedCustomerError(access._read_only_sentence(self), self, by_loan=False)

    def _archive_propose(self, vals, reason=None, *, origin):
        """The proposal with what ``vals`` would change; empty if that is nothing, or proposed already."""
        proposals = self.env["customer.archive.proposal"]
        if not isinstance(vals, dict):
            raise UserError(self.env._("The values of a proposal are a dictionary of fields, as for writing."))
        guard = self._archive_get_guard()
        vals = dict(vals)
        self._archive_normalise(vals)
        lines = self.env["customer.archive.values"]._lines(self, vals)
        self._archive_check_proposed(
            {line["field_name"]: line["new_value"] for line in lines if line["operation"] == "set"}
        )
        lines = self._archive_not_yet_proposed(lines)
        if not lines:
            return proposals
        archive = self.env["customer.archive"].browse(guard.archive_id)
        return proposals._propose(self, archive, lines, origin=origin, reason=reason)

    def _archive_check_proposed(self, values):
        """Refuse at once what the category's blocking rules would refuse when it is accepted."""
        customer = self.sudo()  # the rules hold for whoever proposes; only proposed values are named
        archive = customer.archive_id
        if not archive or not values:
            return
        fields_ = self._fields
        vals = {
            name: [fields.Command.set(new["value"])] if fields_[name].type == "many2many" else new["value"]
            for name, new in values.items()
        }
        future = customer.new(vals, origin=customer)
        names = None if values.keys() & {"country_id", "is_company"} else set(values)
        problems = future._archive_problems(archive.category_id, names=names)
        is_active = archive.state != "draft"
        future._archive_refuse(
            {key: [problem for problem in found if problem.fault or is_active] for key, found in problems.items()}
        )

    def _archive_not_yet_proposed(self, lines):
        """Without the changes that the same user has proposed already and that are open."""
        # sudo: compares with the user's own proposals
        mine = self.env["customer.archive.proposal.line"].sudo()
        found = mine.search(
            [
                ("proposal_id.partner_id", "=", self.id),
                ("proposal_id.proposer_id", "=", self.env.uid),
                ("state", "=", "open"),
            ]
        )
        keys = ("field_name", "operation", "record_id", "new_value")
        there = [[line[key] for key in keys] for line in found]
        return [line for line in lines if [line[key] for key in keys] not in there]

    # -- the form -----------------------------------------------------------------------------------------------

    def web_save(self, vals, specification, next_id=None):
        vals = dict(vals)
        reason = vals.pop("archive_proposal_reason", None)
        reason = reason if isinstance(reason, str) else None
        left = self._archive_divert([vals] * len(self), reason)
        if left is None:
            return super().web_save(vals, specification, next_id)
        saved = self.browse(next_id) if next_id else self
        return saved.with_context(bin_size=True).web_read(specification)

    def web_save_multi(self, vals_list, specification):
        if len(self) != len(vals_list) or self._archive_divert(vals_list) is None:
            return super().web_save_multi(vals_list, specification)
        return self.with_context(bin_size=True).web_read(specification)

    def _archive_divert(self, vals_list, reason=None):
        """What the client saves, as far as it can't be written: proposed; the rest is written.

        :return: None if there is nothing to be proposed; then nothing was written either
        """
        if not self or self.env.su:
            return None
        parts = [partner._archive_part_to_propose(vals) for partner, vals in zip(self, vals_list, strict=True)]
        if not any(names for _customer, names in parts):
            return None
        proposals = self.env["customer.archive.proposal"]
        for partner, vals, (customer, names) in zip(self, vals_list, parts, strict=True):
            rest = {name: value for name, value in vals.items() if name not in names}
            if rest:
                partner.write(rest)
            if names:
                origin = "management" if partner.sudo().archive_my_access == "propose" else "critical"  # decides
                part = {name: vals[name] for name in names}
                proposals |= customer._archive_propose(part, reason, origin=origin)
        self._archive_tell_proposed(proposals)
        return True

    def _archive_part_to_propose(self, vals):
        """(customer, names of the values that are proposed for it): all, the critical ones, or none."""
        if vals and self.sudo().archive_my_access == "propose":  # decides
            self.check_access("read")
            return self, set(vals)
        if vals.keys() & self._archive_critical_names():
            self.check_access("write")  # first: who may not write at all proposes nothing and learns nothing
        customer, names = self._archive_critical_part(vals)
        if names and customer != self:
            customer.check_access("write")
        return customer, names

    def _archive_tell_proposed(self, proposals):
        """A notice in the client: numbers only, as it is sent outside the request."""
        if proposals:
            message = self.env._(
                "Sent as proposal %s. The customer's card stays as it is until the proposal is accepted.",
                ", ".join(proposals.mapped("name")),
            )
        else:
            message = self.env._("Nothing new to propose: the values are there, or proposed already.")
        self.env.user._bus_send(
            "simple_notification",
            {"type": "info", "title": self.env._("Change Proposal"), "message": message, "sticky": bool(proposals)},
        )

    def action_view_proposals(self):
        self.ensure_one()
        guard = self._archive_get_guard()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_proposal_action")
        domain = [("archive_id", "=", guard.archive_id if guard else False)]
        if not guard or self.archive_id.id != guard.archive_id:
            domain.append(("partner_id", "=", self.id))
        return dict(action, domain=domain, context={"search_default_open": 1})
