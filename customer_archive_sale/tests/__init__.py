from . import (
    test_order_access,
    test_order_destroy,
    test_order_flows,
    test_quality,
    test_retention_orders,
    test_timeline,
)
