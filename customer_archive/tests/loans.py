"""What the tests of loans have in common."""

from datetime import datetime

from freezegun import freeze_time

from .common import ArchiveCommon

NOW = datetime(2026, 3, 2, 9, 0)  # a Monday
DUE = datetime(2026, 3, 6, 17, 0)


class LoanCase(ArchiveCommon):
    """Two archives of the north at the level “Internal”; the time stands still, on a Monday at nine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = freeze_time(NOW)
        cls.frozen = cls.clock.start()
        cls.addClassCleanup(cls.clock.stop)
        cls.archive.team_id = cls.person_archive.team_id = cls.team_north
        cls.archive.write({"box": "B-7", "shelf": "R2"})
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.go_to(NOW)

    def go_to(self, moment):
        """From now on it is that time."""
        self.frozen.move_to(moment)

    def request(self, role="employee", archive=None, **vals):
        """What a role asks for, as the superuser of the tests sees it."""
        values = {"purpose": "Visit on Friday", "due_at": DUE, "archive_id": (archive or self.archive).id, **vals}
        loan = self.env_of(role)["customer.archive.loan"].request_loan(**values)
        return self.env["customer.archive.loan"].browse(loan.id)

    def lend(self, role="employee", archive=None, approver="leader", **vals):
        """An open loan."""
        loan = self.request(role, archive, **vals)
        self.of(approver, loan).action_approve()
        self.env.invalidate_all()
        return loan
