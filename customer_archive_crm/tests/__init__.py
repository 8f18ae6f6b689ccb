from . import test_lead_access, test_lead_destroy, test_lead_flows, test_lead_found, test_quality
