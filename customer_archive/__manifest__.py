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
        "python": ["phonenumbers", "pypinyin", "stdnum"],
    },
    "data": [],
}
