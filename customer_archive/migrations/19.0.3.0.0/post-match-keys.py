"""The keys that duplicates are found by, of the customers that are there already."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive.match.key"]._rebuild()
