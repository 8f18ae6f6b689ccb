<<<<<<< HEAD
from . import customer_archive_access, customer_archive_destroy, res_partner, sale_order
=======
from . import customer_archive_access, customer_archive_quality_rule, res_partner, sale_order
>>>>>>> main
