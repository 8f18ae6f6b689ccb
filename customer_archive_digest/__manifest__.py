{
    "name": "Customer Archive: Digest",
    "summary": "Overdue verifications and completeness of the archives in Odoo's digest mails",
    "version": "19.0.1.0.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "digest"],
    "data": ["data/digest_data.xml", "views/digest_views.xml"],
    "auto_install": True,
}
