from . import destroyed, loan_card, scan, verify
