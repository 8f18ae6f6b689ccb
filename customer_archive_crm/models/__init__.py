<<<<<<< HEAD
from . import crm_lead, customer_archive_access, customer_archive_destroy
=======
from . import crm_lead, customer_archive_access, customer_archive_quality_rule
>>>>>>> main
