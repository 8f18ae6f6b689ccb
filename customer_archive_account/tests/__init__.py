from . import (
    test_disposal_accounts,
    test_invoice_access,
    test_invoice_destroy,
    test_invoice_found,
    test_invoice_merge,
    test_retention_invoices,
)
