from . import (
    account_move,
    customer_archive_access,
    customer_archive_destroy,
    customer_archive_disposal,
    customer_archive_quality_rule,
    customer_archive_retention,
    res_partner_bank,
)
