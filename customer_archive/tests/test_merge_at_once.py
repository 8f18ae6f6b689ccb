"""Two archivists merge the same customers at once: one of them does, the other reads why not (product.md Q4)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.customer_archive_merge_engine import MergeGroup
from .at_once import MARK, AtOnceCase, both_ways


@tagged("post_install", "-at_install")
class TestMergeAtOnce(AtOnceCase):
    def merging(self, name, target_id, *source_ids):
        group = MergeGroup(target_id, source_ids)
        return name, lambda env: env["customer.archive.merge.engine"]._merge([group]).id

    @both_ways
    def test_the_same_pair(self, way):
        first, keep = self.customer()
        second, closing = self.customer()
        outcome = way(
            self.merging("archivist", first, second),
            self.merging("second_archivist", second, first),
        )
        self.assertTrue("merged into another customer already" in outcome.error or "right now" in outcome.error)
        self.assertEqual(self.look("customer.archive", closing, "state", "merged_into_id"), ("inactive", keep))
        self.assertEqual(self.look("customer.archive", keep, "partner_id"), (first,))
        with self.superuser() as env:
            self.assertEqual(env["customer.archive.access"]._differences(), [])

    @both_ways
    def test_a_log_is_written_meanwhile(self, way):
        """What is written for the merged customer at the same time is refused; nothing hangs on the closed archive."""
        first, keep = self.customer()
        second, closing = self.customer()

        def write(env):
            try:
                return env["customer.archive.contact.log"].create({"archive_id": closing, "subject": "Call"}).id
            except UserError:
                env.cr.rollback()  # as a request that fails
                raise

        outcome = way(self.merging("archivist", first, second), ("clerk", write))
        self.assertTrue(outcome.error)
        with self.superuser() as env:
            logs = env["customer.archive.contact.log"].search([("archive_id", "in", (keep, closing))])
            self.assertFalse(logs)

    @classmethod
    def _delete_registers(cls, env, partners, users):
        env.flush_all()
        env.cr.execute(
            "DELETE FROM customer_archive_merge_record WHERE archive_id IN"
            " (SELECT id FROM customer_archive WHERE number LIKE %s)",
            [f"{MARK}-%"],
        )
        env.cr.execute(
            "DELETE FROM customer_archive_contact_log WHERE archive_id IN"
            " (SELECT id FROM customer_archive WHERE number LIKE %s)",
            [f"{MARK}-%"],
        )
        return super()._delete_registers(env, partners, users)
