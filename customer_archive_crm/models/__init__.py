from . import crm_lead, customer_archive_access, customer_archive_destroy, customer_archive_quality_rule
