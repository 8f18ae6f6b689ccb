{
    "name": "Customer Archive: Sales",
    "summary": "Quotations and orders are seen by those who may see the customer",
    "version": "19.0.1.1.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "sale"],
    "auto_install": True,
}
