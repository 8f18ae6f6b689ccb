from . import crm_lead, customer_archive_access
