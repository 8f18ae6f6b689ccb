"""The archives that are there already get the day of their first verification at once, not in the first night."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive"]._plan_all()
