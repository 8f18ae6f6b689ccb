"""Lines written at once into one archive: numbered without gaps, and the day of the last contact is right (D1, L1)."""

from concurrent.futures import ThreadPoolExecutor

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .at_once import MARK, AtOnceCase, both_ways

MODEL = "customer.archive.contact.log"
WRITERS = 4
LINES = 24


@tagged("post_install", "-at_install")
class TestContactLogAtOnce(AtOnceCase):
    def writing(self, archive_id, name="clerk", **vals):
        values = {"archive_id": archive_id, "subject": "Call", **vals}
        return name, lambda env: env[MODEL].create(values).item_sequence

    def sequences(self, archive_id):
        with self.superuser() as env:
            return env[MODEL].search([("archive_id", "=", archive_id)], order="item_sequence").mapped("item_sequence")

    @both_ways
    def test_two_write_at_once(self, way):
        _partner_id, archive_id = self.customer()
        long_ago = "2026-01-01 08:00:00"
        outcome = way(self.writing(archive_id), self.writing(archive_id, "archivist", begin_at=long_ago))
        self.assertEqual((outcome.error, outcome.value), ("", 2))
        self.assertEqual(self.sequences(archive_id), [1, 2])
        with self.superuser() as env:
            archive = env["customer.archive"].browse(archive_id)
            self.assertEqual(archive.last_contact_on, archive.company_id._archive_today())

    @both_ways
    def test_a_line_that_is_given_up_leaves_no_gap(self, way):
        _partner_id, archive_id = self.customer()
        self.act(*self.writing(archive_id))
        future = fields.Datetime.add(fields.Datetime.now(), days=9)
        name, write = self.writing(archive_id, begin_at=future)

        def given_up(env):
            try:
                return write(env)
            except ValidationError:
                env.cr.rollback()  # as the end of a request that failed
                raise

        outcome = way(self.writing(archive_id), (name, given_up))
        self.assertIn("next step", outcome.error)
        self.act(*self.writing(archive_id))
        self.assertEqual(self.sequences(archive_id), [1, 2, 3])

    def test_many_write_at_once(self):
        _partner_id, archive_id = self.customer()
        self.act(*self.writing(archive_id))  # the first one of the day: the others change nothing of the archive

        def write(_number):
            return self.act(*self.writing(archive_id))

        with ThreadPoolExecutor(WRITERS) as pool:
            numbers = list(pool.map(write, range(LINES)))
        self.assertEqual(sorted(numbers), list(range(2, LINES + 2)))
        self.assertEqual(self.sequences(archive_id), list(range(1, LINES + 2)))

    @classmethod
    def _delete_registers(cls, env, partners, users):
        env.flush_all()
        env.cr.execute(
            "DELETE FROM customer_archive_contact_log WHERE archive_id IN"
            " (SELECT id FROM customer_archive WHERE number LIKE %s)",
            [f"{MARK}-%"],
        )
        return super()._delete_registers(env, partners, users)
