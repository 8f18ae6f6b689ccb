from . import (
    customer_archive_access,
    customer_archive_destroy,
    customer_archive_quality_rule,
    customer_archive_retention,
    res_partner,
    sale_order,
)
