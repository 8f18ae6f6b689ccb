"""The starter categories ask for approval of the tax ID, and of key accounts' bank accounts, as in a new database."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for xmlid in ("item_company_vat", "item_key_vat"):
        item = env.ref(f"customer_archive.{xmlid}", raise_if_not_found=False)
        if item:
            item.needs_approval = True
    key_accounts = env.ref("customer_archive.category_key", raise_if_not_found=False)
    if key_accounts:
        key_accounts.bank_needs_approval = True
