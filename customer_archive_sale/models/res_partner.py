from odoo import models

from odoo.addons.customer_archive.models.res_partner_timeline import TimelineSource


class ResPartner(models.Model):
    """Quotations and orders stand in the customer's timeline."""

    _inherit = "res.partner"

    def _archive_timeline_sources(self):
        return {
            **super()._archive_timeline_sources(),
            "order": TimelineSource(
                "sale.order",
                [("partner_id", "child_of", self.ids)],
                "date_order",
                self.env._("Orders"),
                "fa-shopping-cart",
            ),
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _archive_timeline_lines(self):
        """What the customer's timeline shows of these orders."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            order.id: {
                "title": order.name,
                "text": order.currency_id.format(order.amount_total),
                "who": order.user_id.name or "",
                "badge": states.get(order.state, ""),
                "number": order.client_order_ref or "",
            }
            for order in self
        }
