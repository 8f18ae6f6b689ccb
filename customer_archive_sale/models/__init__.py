from . import customer_archive_access, customer_archive_destroy, customer_archive_quality_rule, res_partner, sale_order
