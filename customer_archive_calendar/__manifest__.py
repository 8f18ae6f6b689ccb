{
    "name": "Customer Archive: Calendar",
    "summary": "Meetings are seen by those who may see the customer, and written into the contact log",
    "version": "19.0.1.1.0",
    "category": "Sales/Customer Archive",
    "author": "Customer Archive maintainers",
    "license": "LGPL-3",
    "depends": ["customer_archive", "calendar"],
    "data": ["data/ir_cron_data.xml", "views/calendar_event_views.xml"],
    "auto_install": True,
}
