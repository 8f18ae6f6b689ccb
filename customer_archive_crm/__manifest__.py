{
    "name": "Customer Archive: CRM",
    "summary": "Leads and opportunities are seen by those who may see the customer",
    "version": "19.0.1.1.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "crm"],
    "auto_install": True,
}
