from . import loan_card, scan, verify
