"""Marking a customer inactive as a proposal (product.md R11): one proposes, somebody else decides."""

from odoo import api, models
from odoo.exceptions import UserError

STEP = "deactivate"
FIELD = "archive_state"


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def propose_inactive(self, reason):
        """Propose to mark these customers inactive; an archivist or the leader of the sales team decides on each.

        :param reason: why; whoever decides reads it, and it is kept in the archive's history
        :return: the proposals, one for each archive
        :raise UserError: nothing is proposed then
        """
        self.check_access("read")
        self._check_reason(reason)
        proposals = self.env["customer.archive.proposal"]
        for archive in self:
            partner = archive._check_proposed_inactive()
            origin = partner._archive_origin(partner._archive_get_guard())
            line = {
                "field_name": FIELD,
                "operation": STEP,
                "record_id": archive.id,
                "old_value": {"value": archive.state},
                "new_value": {"value": "inactive"},
            }
            proposals |= proposals._propose(partner, archive, [line], origin=origin, reason=reason)
        return proposals

    def action_ask_propose_inactive(self):
        """The dialog that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose to Set Inactive"),
            "res_model": "customer.archive.proposal.inactive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_archive_ids": self.ids},
        }

    def _check_proposed_inactive(self):
        """The customer of an archive that can be proposed to be marked inactive."""
        if self.state not in ("draft", "active") or self.merged_into_id or not self.partner_id:
            raise UserError(
                self.env._("The archive %s is not in use: there is nothing to mark inactive.", self.display_name)
            )
        # sudo: whether there is one already; its number may be known to whoever reads the archive
        there = self.env["customer.archive.proposal.line"].sudo()
        there = there.search(
            [
                ("proposal_id.archive_id", "=", self.id),
                ("record_id", "in", (self.id, 0, False)),
                ("operation", "=", STEP),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if there:
            raise UserError(
                self.env._(
                    "It is proposed already to mark %(customer)s inactive: %(proposal)s. It waits for the decision.",
                    customer=self.display_name,
                    proposal=there.proposal_id.name,
                )
            )
        return self.partner_id


class CustomerArchiveProposalLine(models.Model):
    _inherit = "customer.archive.proposal.line"

    @api.depends("state", "proposal_id.partner_id")
    def _compute_status(self):
        result = super()._compute_status()
        for line in self.filtered(lambda line: line.operation == STEP):
            line.is_critical = True  # the account manager alone does not decide
        return result

    def _target(self):
        return self._contact() if self.operation == STEP else super()._target()

    def _current(self):
        if self.operation != STEP:
            return super()._current()
        return self.proposal_id.archive_id.state

    def _is_gone(self):
        if self.operation != STEP:
            return super()._is_gone()
        # A merge takes proposals to the customer that is left, of whom nobody has proposed this.
        return not self._contact() or self.record_id not in (self.proposal_id.archive_id.id, 0)

    def _text_of(self, value):
        if self.operation != STEP:
            return super()._text_of(value)
        return self.env["customer.archive.values"]._text(self.env["res.partner"], FIELD, value)

    def _apply(self):
        steps = self.filtered(lambda line: line.operation == STEP)
        for line in steps:
            proposal = line.proposal_id
            # sudo: team leaders don't write archives; that this user decides was checked, and the step checks the rest
            proposal.sudo().archive_id.action_deactivate(
                self.env._("%(reason)s (proposal %(number)s)", reason=proposal.reason, number=proposal.name)
            )
        rest = self - steps
        return super(CustomerArchiveProposalLine, rest)._apply() if rest else None
