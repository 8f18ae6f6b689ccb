from . import (
    base_import_import,
    base_partner_merge,
    customer_archive_clearance_revoke,
    customer_archive_level_change,
    customer_archive_loan_request,
    customer_archive_loan_step,
    customer_archive_open,
    customer_archive_proposal_answer,
    customer_archive_reassign,
    customer_archive_register_step,
    customer_archive_step,
)
