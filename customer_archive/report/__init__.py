from . import (
    customer_archive_card_print,
    customer_archive_contact_log_print,
    customer_archive_disposal_print,
    customer_archive_document_print,
    customer_archive_handover_print,
    customer_archive_inspection_print,
    customer_archive_label_print,
    customer_archive_loan_print,
    customer_archive_print,
    customer_archive_rights_print,
    customer_archive_verification_print,
)
