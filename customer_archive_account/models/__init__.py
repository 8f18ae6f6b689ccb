<<<<<<< HEAD
from . import (
    account_move,
    customer_archive_access,
    customer_archive_destroy,
    customer_archive_disposal,
    res_partner_bank,
)
=======
from . import account_move, customer_archive_access, customer_archive_quality_rule, res_partner_bank
>>>>>>> main
