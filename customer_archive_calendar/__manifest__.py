{
    "name": "Customer Archive: Calendar",
    "summary": "Meetings are seen by those who may see the customer",
    "version": "19.0.1.0.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "calendar"],
    "auto_install": True,
}
