from . import test_invoice_access
