from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerArchivePolicy(models.Model):
    """What the company decides about disposals: two appraisers and witnesses at least, more may be asked."""

    _inherit = "customer.archive.policy"

    disposal_quorum = fields.Integer(
        "Opinions for Each Line",
        default=2,
        tracking=True,
        help="So many appraisers judge each archive before a list can be approved. Two at least.",
    )
    disposal_cooling_days = fields.Integer(
        "Cooling-off (Days)",
        default=7,
        tracking=True,
        help="So many days after the approval nothing is destroyed, and the list can still be cancelled.",
    )
    disposal_presence_minutes = fields.Integer(
        "Witnesses Are There for (Minutes)",
        default=30,
        tracking=True,
        help="So long after a witness has identified themselves the destruction can begin.",
    )
    disposal_it_witness = fields.Boolean(
        "Third Witness for Accounting Records",
        default=True,
        tracking=True,
        help="Lists with accounting records are destroyed before a third witness from the information systems.",
    )
    disposal_wait_days = fields.Integer(
        "Proposed Again after (Days)",
        default=180,
        tracking=True,
        help="Archives in doubt, or to be transferred, are not proposed for destruction again before.",
    )
    disposal_list_size = fields.Integer(
        "Archives on a Proposed List",
        default=200,
        tracking=True,
        help="The job of the night puts at most so many archives on one list, so that people can judge it.",
    )

    _disposal_quorum_two = models.Constraint("CHECK (disposal_quorum >= 2)", "Two appraisers at least judge each line.")
    _disposal_cooling_positive = models.Constraint(
        "CHECK (disposal_cooling_days >= 1)", "The cooling-off lasts one day at least."
    )
    _disposal_presence_bounds = models.Constraint(
        "CHECK (disposal_presence_minutes BETWEEN 5 AND 480)", "Witnesses are there for 5 to 480 minutes."
    )
    _disposal_wait_positive = models.Constraint("CHECK (disposal_wait_days >= 0)", "The days are 0 or more.")
    _disposal_size_bounds = models.Constraint(
        "CHECK (disposal_list_size BETWEEN 1 AND 5000)", "A list has 1 to 5000 archives."
    )

    @api.constrains("disposal_it_witness")
    def _check_it_witness_of_running(self):
        """Not while a list with accounting records waits for its witnesses: whoever carries it out would choose."""
        if any(policy.disposal_it_witness for policy in self):
            return
        lines = self.env["customer.archive.disposal.line"].sudo()  # whether there is one
        waiting = lines.search(
            [("accounting", "=", True), ("disposal_id.state", "in", ("cooling", "execution"))], limit=1
        )
        if waiting:
            raise UserError(
                self.env._(
                    "The disposal list %s has accounting records and is about to be carried out. Finish or cancel it "
                    "first.",
                    waiting.disposal_id.name,
                )
            )
