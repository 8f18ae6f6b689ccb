from . import customer_archive_access
