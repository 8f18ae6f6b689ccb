from . import test_meeting_access
