"""Fed to `odoo shell` by script/test: a user's data of every kind that exists, before the addons are uninstalled."""

# ruff: noqa: F821  (env is the shell's)
partners = env["res.partner"].create(
    [
        {"name": "卸载测试有限公司", "is_company": True, "email": "uninstall@example.com"},
        {"name": "Uninstall Person", "phone": "+86 138 0013 8000"},
    ]
)
partners[1].parent_id = partners[0]
env["customer.archive.destruction"]._mark_saved()  # without it the uninstall is refused
env.cr.commit()
