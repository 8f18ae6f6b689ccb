from . import customer_archive_access, customer_archive_retention, res_partner, sale_order
