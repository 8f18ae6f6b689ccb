from . import customer_archive_access, sale_order
