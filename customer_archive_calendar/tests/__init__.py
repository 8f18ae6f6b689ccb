from . import test_meeting_access, test_meeting_log
