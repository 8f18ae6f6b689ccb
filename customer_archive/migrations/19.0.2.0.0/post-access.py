"""From archives that every user of the addon saw to own, team and all: the table of protected contacts is filled."""

from odoo import SUPERUSER_ID, api

from odoo.addons.customer_archive.hooks import empty_default_groups


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive.access"]._rebuild()
    empty_default_groups(env)
    env["customer.archive.audit"]._log_findings()
