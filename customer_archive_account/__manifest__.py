{
    "name": "Customer Archive: Invoicing",
    "summary": "Invoices, payments and ledger lines are seen by those who may see the customer",
    "version": "19.0.1.1.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "account"],
    "data": ["views/account_move_views.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
