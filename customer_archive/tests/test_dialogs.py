"""What somebody types into a dialog is nobody else's business: Odoo itself lets all users of its model read it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestDialogs(ArchiveCommon):
    def test_ones_own_only(self):
        cases = {
            "customer.archive.step": ("archivist", "manager", {"archive_ids": self.archive.ids, "step": "deactivate"}),
            "customer.archive.open": ("clerk", "colleague", {}),
            "customer.archive.level.change": (
                "clerk",
                "leader",
                {"archive_ids": self.archive.ids, "level": "secret", "reason": "A secret reason"},
            ),
        }
        for model, (author, other, values) in cases.items():
            dialog = self.env_of(author)[model].create(values)
            dialog.read(["create_date"])
            for attempt in (
                lambda d: d.read(["create_date"]),
                lambda d: d.write({"create_date": False}),
                lambda d: d.unlink(),
            ):
                with self.subTest(model=model), self.refused(AccessError):
                    attempt(self.of(other, dialog))
            self.assertFalse(self.of(other, dialog).search([("id", "=", dialog.id)]))
