{
    "name": "Customer Archive: Email Marketing",
    "summary": "Mailings reach, and their statistics show, only customers whom the sender may see",
    "version": "19.0.1.0.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "mass_mailing"],
    "auto_install": True,
}
