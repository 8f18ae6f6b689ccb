from . import test_meeting_access, test_meeting_destroy, test_meeting_log
