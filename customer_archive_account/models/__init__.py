from . import account_move, customer_archive_access, customer_archive_destroy, res_partner_bank
