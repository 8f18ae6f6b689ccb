"""A hold is placed while somebody destroys, seals or reopens the archive (product.md R4)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .at_once import MARK, AtOnceCase, both_ways


@tagged("post_install", "-at_install")
class TestHoldAtOnce(AtOnceCase):
    def inactive(self):
        """The ids of a customer and of its archive, set inactive."""
        partner_id, archive_id = self.customer()
        with self.superuser() as env:
            env["customer.archive"].browse(archive_id).action_deactivate("over")
        return partner_id, archive_id

    def placing(self, archive_id):
        def place(env):
            archive = env["customer.archive"].browse(archive_id)
            return env["customer.archive.hold"]._place(archive, name=MARK, reason="lawsuit").id

        return "archivist", place

    def destroying(self, archive_id):
        """What every destruction does first: the holds, with the archive locked; then it writes the archive."""

        def destroy(env):
            archive = env["customer.archive"].sudo().browse(archive_id)
            held = archive._hold_sentences(lock=True)
            if held:
                raise UserError(env._("held: %s", held))
            archive._governed().write({"state": "destroyed"})
            env.flush_all()

        return "second_archivist", destroy

    @both_ways
    def test_hold_before_destruction(self, way):
        """The destruction that had begun before sees the hold: it starts again, and is refused."""
        _partner, archive_id = self.inactive()
        outcome = way(self.placing(archive_id), self.destroying(archive_id))
        self.assertIn("held", outcome.error)
        self.assertEqual(self.look("customer.archive", archive_id, "state"), ("inactive",))

    @both_ways
    def test_destruction_before_hold(self, way):
        _partner, archive_id = self.inactive()
        outcome = way(self.destroying(archive_id), self.placing(archive_id))
        self.assertIn("destroyed", outcome.error)
        with self.superuser() as env:
            self.assertFalse(env["customer.archive.hold.line"].search([("archive_id", "=", archive_id)]))

    @both_ways
    def test_sealed_twice(self, way):
        _partner, archive_id = self.inactive()

        def seal(env):
            return env["customer.archive"].browse(archive_id).action_seal("over")

        outcome = way(("archivist", seal), ("second_archivist", seal))
        self.assertTrue(outcome.error)
        with self.superuser() as env:
            self.assertEqual(len(env["customer.archive.seal"].search([("archive_id", "=", archive_id)])), 1)
            self.assertEqual(env["customer.archive.access"]._differences(), [])

    @both_ways
    def test_a_log_is_written_while_it_is_sealed(self, way):
        """Whatever is in it when it is sealed is in the manifest."""
        _partner, archive_id = self.inactive()
        outcome = way(
            (
                "clerk",
                lambda env: env["customer.archive.contact.log"].create({"archive_id": archive_id, "subject": "x"}).id,
            ),
            ("archivist", lambda env: env["customer.archive"].browse(archive_id).action_seal("over")),
        )
        self.assertFalse(outcome.error)
        with self.superuser() as env:
            seal = env["customer.archive.seal"].search([("archive_id", "=", archive_id)])
            self.assertFalse(seal._check(), seal.difference)
            self.assertIn("logs", seal.manifest)

    @both_ways
    def test_decided_by_two_at_once(self, way):
        _partner, archive_id = self.inactive()
        self.act("clerk", lambda env: None)
        with self.superuser() as env:
            request = (
                env["customer.archive.reopening"]
                .with_user(self.uid["leader"])
                .sudo()
                ._request(env["customer.archive"].browse(archive_id).with_user(self.uid["leader"]).sudo(), "x")
                .id
            )

        def approve(env):
            return env["customer.archive.reopening"].browse(request).action_approve()

        def refuse(env):
            return env["customer.archive.reopening"].browse(request).action_refuse("no")

        outcome = way(("archivist", approve), ("second_archivist", refuse))
        self.assertIn("decided already", outcome.error)
        self.assertEqual(self.look("customer.archive", archive_id, "state"), ("draft",))

    @classmethod
    def _delete_registers(cls, env, partners, users):
        env.flush_all()
        own = "(SELECT id FROM customer_archive WHERE number LIKE %(mark)s)"
        values = {"mark": f"{MARK}-%", "name": MARK}
        for table in ("hold_line", "seal", "reopening", "contact_log"):
            env.cr.execute(f"DELETE FROM customer_archive_{table} WHERE archive_id IN {own}", values)
        env.cr.execute(
            "DELETE FROM mail_message WHERE model = 'customer.archive.hold' AND res_id IN"
            " (SELECT id FROM customer_archive_hold WHERE name = %(name)s)",
            values,
        )
        env.cr.execute(
            "DELETE FROM mail_followers WHERE res_model = 'customer.archive.hold' AND res_id IN"
            " (SELECT id FROM customer_archive_hold WHERE name = %(name)s)",
            values,
        )
        env.cr.execute("DELETE FROM customer_archive_hold WHERE name = %(name)s", values)
        return super()._delete_registers(env, partners, users)
