from . import calendar_event, customer_archive_access
