from . import account_move, customer_archive_access, res_partner_bank
