from . import customer_archive_access, customer_archive_destroy, res_partner, sale_order
