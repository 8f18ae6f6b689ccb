"""Two people at a disposal list at once: who is second reads why, and nothing happens twice (product.md R5)."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.customer_archive import GOVERNED
from .at_once import MARK, AtOnceCase, both_ways

MORE = {
    "appraiser": "customer_archive.group_appraiser",
    "second_appraiser": "customer_archive.group_appraiser",
    "witness": "customer_archive.group_appraiser",
}


@tagged("post_install", "-at_install")
class TestDisposalAtOnce(AtOnceCase):
    @classmethod
    def build(cls, env):  # pylint: disable=missing-return  # there is none
        super().build(env)
        users = env["res.users"].create(
            [
                {
                    "name": name.replace("_", " ").title(),
                    "login": f"{MARK}-{name}",
                    "ref": MARK,
                    "lang": "en_US",
                    "tz": "UTC",
                    "group_ids": [(6, 0, env.ref(group).ids)],
                }
                for name, group in MORE.items()
            ]
        )
        cls.uid |= dict(zip(MORE, users.ids, strict=True))

    def sent(self):
        """A committed list in appraisal: its id, and that of its line."""
        _partner_id, archive_id = self.customer()
        with self.superuser() as env:
            env.cr.execute(
                "UPDATE customer_archive SET state = 'inactive', closed_on = '2015-06-30', opened_on = '2010-01-01',"
                " retention_minimum_on = '2020-01-01', retention_keep = FALSE WHERE id = %s",
                [archive_id],
            )
        with self.as_user("archivist") as env:
            disposal = env["customer.archive.disposal"]._prepare_lists(env["customer.archive"].browse(archive_id))
            disposal.write(
                {
                    "appraiser_ids": [(6, 0, [self.uid["appraiser"], self.uid["second_appraiser"]])],
                    "approver_id": self.uid["management"],
                }
            )
            disposal.action_send_to_appraisal()
            return disposal.id, disposal.line_ids.id

    def voting(self, name, line_id, opinion="destroy"):
        return name, lambda env: env["customer.archive.disposal.line"].browse(line_id)._judge(opinion, "Period over")

    def votes(self, line_id):
        with self.superuser() as env:
            found = env["customer.archive.disposal.vote"].search([("line_id", "=", line_id)])
            return found.mapped("user_name")

    @both_ways
    def test_two_appraisers(self, way):
        _disposal_id, line_id = self.sent()
        outcome = way(self.voting("appraiser", line_id), self.voting("second_appraiser", line_id))
        self.assertEqual(outcome.error, "")
        self.assertEqual(sorted(self.votes(line_id)), ["Appraiser", "Second Appraiser"])

    @both_ways
    def test_the_same_appraiser_twice(self, way):
        _disposal_id, line_id = self.sent()
        outcome = None
        try:
            outcome = way(self.voting("appraiser", line_id), self.voting("appraiser", line_id, "doubt"))
        except Exception as error:  # the index refused: Odoo makes a sentence of it for the browser
            self.assertIn("one_each", str(error))
        self.assertTrue(outcome is None or "judged" in outcome.error)
        self.assertEqual(self.votes(line_id), ["Appraiser"])

    @both_ways
    def test_vote_while_the_appraisal_ends(self, way):
        disposal_id, line_id = self.sent()
        for name in ("appraiser", "second_appraiser"):
            self.act(*self.voting(name, line_id))
        with self.superuser() as env:
            env["customer.archive.disposal"].browse(disposal_id)._governed().write(
                {"appraiser_ids": [(4, self.uid["witness"])]}
            )
        ending = ("archivist", lambda env: env["customer.archive.disposal"].browse(disposal_id).action_submit())
        outcome = way(ending, self.voting("witness", line_id, "doubt"))
        self.assertIn("not in appraisal", outcome.error)
        self.assertEqual(self.look("customer.archive.disposal.line", line_id, "outcome"), ("destroy",))

    @both_ways
    def test_two_executions(self, way):
        disposal_id, line_id = self.sent()
        for name in ("appraiser", "second_appraiser"):
            self.act(*self.voting(name, line_id))
        self.act("archivist", lambda env: env["customer.archive.disposal"].browse(disposal_id).action_submit())
        self.act("management", lambda env: env["customer.archive.disposal"].browse(disposal_id)._approve("password"))
        with self.superuser() as env:
            disposal = env["customer.archive.disposal"].browse(disposal_id)
            disposal._governed().write(
                {
                    "cooling_until": "2020-01-01 00:00:00",
                    "witness_ids": [
                        (0, 0, {"role": "first", "user_id": self.uid["appraiser"], **self.there("Appraiser")}),
                        (0, 0, {"role": "second", "user_id": self.uid["witness"], **self.there("Witness")}),
                    ],
                }
            )
            disposal._end_cooling()

        def carry_out(env):
            return env["customer.archive.disposal"].browse(disposal_id).action_carry_out()

        outcome = way(("archivist", carry_out), ("second_archivist", carry_out))
        self.assertTrue("already" in outcome.error or "right now" in outcome.error, outcome)
        self.assertEqual(self.look("customer.archive.disposal", disposal_id, "carried_out_by_name"), ("Archivist",))

    def there(self, name):
        return {"user_name": name, "authenticated_at": fields.Datetime.now(), "identified_by": "password"}

    @both_ways
    def test_two_jobs_destroy_once(self, way):
        """Two workers at the same line: one of them leaves it, and the register has one entry."""
        disposal_id, line_id = self.sent()
        with self.superuser() as env:
            env["customer.archive.disposal.line"].browse(line_id)._governed().write(
                {"job_state": "waiting", "outcome": "destroy"}
            )
        calls = []

        def destroy(archive, line=None):
            calls.append(archive.id)
            archive.with_context(archive_governed=GOVERNED).write({"state": "destroyed", "partner_id": False})
            raise UserError(archive.env._("Enough"))  # the register is for ever: nothing is entered by this test

        def step(env):
            with patch.object(type(env["customer.archive"]), "_destroy", destroy):
                env["customer.archive.disposal.line"].sudo().browse(line_id)._carry_out()

        way(("archivist", step), ("second_archivist", step))
        self.assertEqual(len(calls), 1)
        self.assertEqual(self.look("customer.archive.disposal.line", line_id, "job_state"), ("failed",))
        self.assertTrue(disposal_id)

    @classmethod
    def _delete_registers(cls, env, partners, users):
        env.flush_all()
        env.cr.execute(
            "SELECT DISTINCT disposal_id FROM customer_archive_disposal_line WHERE number LIKE %s", [f"{MARK}-%"]
        )
        ids = [id_ for (id_,) in env.cr.fetchall()]
        for table in ("mail_message", "mail_followers", "mail_activity"):
            column = "model" if table == "mail_message" else "res_model"
            env.cr.execute(
                f"DELETE FROM {table} WHERE {column} = 'customer.archive.disposal' AND res_id = ANY(%s)", [ids]
            )
        env.cr.execute("DELETE FROM customer_archive_disposal_line WHERE disposal_id = ANY(%s)", [ids])
        env.cr.execute("DELETE FROM customer_archive_disposal WHERE id = ANY(%s)", [ids])
        return super()._delete_registers(env, partners, users)
