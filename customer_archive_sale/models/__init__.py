from . import customer_archive_access, res_partner, sale_order
