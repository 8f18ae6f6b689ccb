from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools.context import loud_context


class Policy(NamedTuple):
    """The decisions, as they are asked for in every query."""

    documents_follow: bool = True
    billing_reads_internal: bool = True
    duties_separate: bool = True
    loan_days: int = 30
    loan_renewals: int = 2
    loan_escalation_days: int = 3


class CustomerArchivePolicy(models.Model):
    """What a company decides about access: one record, edited in the settings, with a history of every change (A5)."""

    _name = "customer.archive.policy"
    _description = "Access Policy of Customer Archives"
    _inherit = ["mail.thread"]

    name = fields.Char(default=lambda self: self.env._("Access Policy"), translate=True)
    documents_follow = fields.Boolean(
        "Documents Follow the Customer",
        default=True,
        tracking=True,
        help="Opportunities, orders, invoices and meetings with a customer are seen only by those who may see the "
        "customer. Otherwise they are seen as in plain Odoo, with the customer's name masked.",
    )
    billing_reads_internal = fields.Boolean(
        "Billing Reads Internal Customers",
        default=True,
        tracking=True,
        help="Users of Invoicing without a role in the archive see name, address and contact data of customers up to "
        "the level “Internal”, so that they can invoice them. They see no archive card.",
    )
    duties_separate = fields.Boolean(
        "Separate the Three Administrators",
        default=True,
        tracking=True,
        help="Security officer, system administrator and auditor are three people: nobody is given two of these "
        "roles. A small company may switch it off; that is recorded.",
    )
    loan_days = fields.Integer(
        "Longest Loan (Days)", default=30, tracking=True, help="A loan or renewal can't run longer from its beginning."
    )
    loan_renewals = fields.Integer("Renewals of a Loan", default=2, tracking=True, help="0: none.")
    loan_escalation_days = fields.Integer(
        "Days until an Overdue Loan Is Escalated",
        default=3,
        tracking=True,
        help="So many days after the due time the approver is told as well.",
    )

    _loan_days_positive = models.Constraint("CHECK (loan_days > 0)", "A loan runs one day at least.")
    _loan_renewals_positive = models.Constraint("CHECK (loan_renewals >= 0)", "The number of renewals is 0 or more.")
    _loan_escalation_positive = models.Constraint("CHECK (loan_escalation_days >= 0)", "The days are 0 or more.")

    @api.model
    def _record(self):
        # sudo: the policy holds for everybody and is no secret
        return self.env.ref("customer_archive.policy", raise_if_not_found=False) or self.sudo().search([], limit=1)

    @api.model
    @tools.ormcache()
    def _current(self):
        """The Policy in force. The safe one where there is no record."""
        record = self._record().sudo()  # as above
        return Policy(*(record[name] for name in Policy._fields)) if record else Policy()

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and self.search_count([], limit=1):
            raise UserError(self.env._("There is one access policy. Change it in the settings of Customer Archive."))
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        # Whoever changes the policy can't keep the change out of its history.
        loud = self.with_context(loud_context(self.env.context))  # pylint: disable=context-overridden  # keys must go
        result = super(CustomerArchivePolicy, loud).write(vals)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("The access policy can't be deleted. Change it in the settings of Customer Archive.")
        )
