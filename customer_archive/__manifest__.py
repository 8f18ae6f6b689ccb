{
    "name": "Customer Archive",
    "summary": "One numbered, classified, checked archive for each customer",
    "version": "19.0.1.0.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "application": True,
    "depends": ["contacts", "mail", "phone_validation", "sales_team"],
    "external_dependencies": {
        "python": ["phonenumbers", "pypinyin", "python-stdnum"],
    },
    "data": [
        "security/customer_archive_security.xml",
        "security/ir.model.access.csv",
        "data/customer_archive_section_data.xml",
        "data/ir_cron_data.xml",
        "data/customer_archive_category_data.xml",
    ],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
