from . import (
    base_import_import,
    base_partner_merge,
    customer_archive_open,
    customer_archive_reassign,
    customer_archive_register_step,
    customer_archive_step,
)
