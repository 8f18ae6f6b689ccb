from . import (
    base_import_import,
    base_partner_merge,
    customer_archive_loan_request,
    customer_archive_loan_step,
    customer_archive_open,
    customer_archive_step,
)
