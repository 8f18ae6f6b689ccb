from odoo import api, models


class SaleOrder(models.Model):
    """Names of orders may bear the customer's: not for those who may not see it (security.md S2).

    That matters where the policy says that documents do not follow the customer.
    """

    _inherit = "sale.order"

    @api.depends_context("uid")
    def _compute_display_name(self):
        hidden = self.browse()
        if self.env.context.get("sale_show_partner_name"):
            # sudo: decides; nothing is shown
            partners = self.sudo().partner_id._archive_unreached()
            hidden = self.filtered(lambda order: order.sudo().partner_id in partners)  # as above
        for order in hidden:
            order.display_name = order.with_context(sale_show_partner_name=False).display_name
        return super(SaleOrder, self - hidden)._compute_display_name()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _additional_name_per_id(self):
        """The customer's reference, as superuser."""
        names = super()._additional_name_per_id()
        lines = self.sudo()  # decides; nothing is shown
        hidden = lines.order_partner_id._archive_unreached()
        return {**names, **{line.id: "" for line in lines if hidden and line.order_partner_id in hidden}}
