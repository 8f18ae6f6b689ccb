from . import calendar_event, customer_archive_access, customer_archive_contact_log
