"""Several workers at once, each on a connection of its own: no doubles. What they commit is removed again."""

import threading
from unittest.mock import patch

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import make_uscc

CODE = "REMINDED"
COUNT = 30


@tagged("post_install", "-at_install")
class TestReminderWorkers(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean_up)
        # Odoo's own test runner holds this lock in the main thread, and the threads would wait for it for ever.
        self.startPatcher(patch.object(Registry, "_lock", threading.RLock()))
        self.startPatcher(patch("odoo.addons.customer_archive.models.customer_archive_reminder_rule_run.BATCH", 7))
        self.clean_up()  # what a run that was killed has left
        with self.registry.cursor() as cr:
            env = self.env(cr)
            category = env["customer.archive.category"].create(
                {"name": CODE, "code": CODE, "number_template": f"{CODE}-{{seq:4}}", "applies_to": "company"}
            )
            user = env["res.users"].create(
                {
                    "login": CODE,
                    "name": CODE,
                    "email": "reminded@example.com",
                    "group_ids": [(6, 0, env.ref("customer_archive.group_user").ids)],
                }
            )
            partners = env["res.partner"].create(
                [
                    {
                        "name": f"{CODE} {number}",
                        "ref": CODE,
                        "is_company": True,
                        "vat": make_uscc(900_000 + number),
                        "user_id": user.id,
                    }
                    for number in range(COUNT)
                ]
            )
            archives = partners.archive_open(category)
            archives._governed().write({"next_review_on": env.company._archive_today()})
            self.rule_id = (
                env["customer.archive.reminder.rule"]
                .create(
                    {
                        "name": CODE,
                        "source": "review",
                        "days": "0",
                        "shift": "none",
                        "channel": "both",
                        "category_ids": [(6, 0, category.ids)],
                        "company_id": env.company.id,
                    }
                )
                .id
            )
            self.user_id = user.id

    def env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def clean_up(self):
        with self.registry.cursor() as cr:
            env = self.env(cr)
            rules = "SELECT id FROM customer_archive_reminder_rule WHERE name->>'en_US' = %(code)s"
            archives = "SELECT id FROM customer_archive WHERE number LIKE %(code)s || '-%%'"
            partners = "SELECT id FROM res_partner WHERE ref = %(code)s"
            for statement in (
                f"DELETE FROM customer_archive_reminder WHERE rule_id IN ({rules})",
                f"DELETE FROM customer_archive_reminder_rule WHERE id IN ({rules})",
                f"DELETE FROM mail_activity WHERE res_model = 'customer.archive' AND res_id IN ({archives})",
                "UPDATE res_partner SET archive_id = NULL, archive_category_id = NULL WHERE ref = %(code)s",
                f"DELETE FROM customer_archive_number WHERE archive_id IN ({archives})",
                f"DELETE FROM customer_archive_fault WHERE archive_id IN ({archives})",
                f"DELETE FROM mail_message WHERE model = 'customer.archive' AND res_id IN ({archives})",
                f"DELETE FROM mail_followers WHERE res_model = 'customer.archive' AND res_id IN ({archives})",
                f"DELETE FROM customer_archive WHERE id IN ({archives})",
                f"DELETE FROM mail_message WHERE model = 'res.partner' AND res_id IN ({partners})",
                f"DELETE FROM mail_followers WHERE res_model = 'res.partner' AND res_id IN ({partners})",
                "DELETE FROM res_partner WHERE ref = %(code)s",
                "DELETE FROM customer_archive_category WHERE code = %(code)s",
                "DELETE FROM mail_mail WHERE mail_message_id IN (SELECT id FROM mail_message WHERE subject LIKE"
                " '%% from the customer archive')",
            ):
                cr.execute(statement, {"code": CODE})
            user = env["res.users"].with_context(active_test=False).search([("login", "=", CODE)])
            partner = user.partner_id
            cr.execute("DELETE FROM mail_message WHERE model = 'res.partner' AND res_id = ANY(%s)", [partner.ids])
            user.unlink()
            partner.unlink()
        self.registry.clear_all_caches()

    def at_once(self, work, workers=4):
        """Run ``work(environment)`` in several threads that begin together."""
        start, errors = threading.Barrier(workers), []

        def run():
            try:
                with self.registry.cursor() as cr:
                    env = self.env(cr)
                    env.user.name  # the view of the database is as old as this
                    start.wait(30)
                    work(env)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run, daemon=True) for _number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(errors, [])

    def counts(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*), count(DISTINCT res_id), count(DISTINCT activity_id) FROM customer_archive_reminder"
                " WHERE rule_id = %s",
                [self.rule_id],
            )
            rows = cr.fetchone()
            cr.execute("SELECT count(*) FROM mail_activity WHERE user_id = %s", [self.user_id])
            return (*rows, cr.fetchone()[0])

    def test_no_doubles(self):
        self.at_once(lambda env: env["customer.archive.reminder.rule"].browse(self.rule_id)._run_alone())
        # Whoever found the rule taken let it be; what is left comes with the next run.
        self.at_once(lambda env: env["customer.archive.reminder.rule"].browse(self.rule_id)._run_alone(), workers=1)
        self.assertEqual(self.counts(), (COUNT, COUNT, COUNT, COUNT))
        with self.registry.cursor() as cr:
            self.assertFalse(self.env(cr)["customer.archive.reminder.rule"].browse(self.rule_id).last_error)

    def test_an_older_view(self):
        """Two connections: the second one's view is from before the first one's commit. It begins the batch anew."""
        with self.registry.cursor() as old, self.registry.cursor() as new:
            stale = self.env(old)["customer.archive.reminder.rule"].browse(self.rule_id)
            self.assertEqual(stale.name, CODE)  # the view is made now
            old.execute("SELECT count(*) FROM customer_archive_reminder")
            self.env(new)["customer.archive.reminder.rule"].browse(self.rule_id)._run_alone()
            new.commit()
            failures = []
            original = type(stale)._tell

            def tell(rule, *args):
                try:
                    return original(rule, *args)
                except (SerializationFailure, UniqueViolation) as error:
                    failures.append(error)
                    raise

            with patch.object(type(stale), "_tell", tell), mute_logger("odoo.sql_db"):
                stale._run_alone()
            self.assertEqual(len(failures), 1)
            self.assertFalse(stale.last_error)
        self.assertEqual(self.counts(), (COUNT, COUNT, COUNT, COUNT))

    def test_taken(self):
        """While one is at a rule, another one leaves it alone and does not wait."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self.assertTrue(self.env(first)["customer.archive.reminder.rule"].browse(self.rule_id)._lock_rule())
            self.assertIsNone(self.env(second)["customer.archive.reminder.rule"].browse(self.rule_id)._run())

    def test_one_mail(self):
        self.at_once(lambda env: env["customer.archive.reminder.rule"].browse(self.rule_id)._run_alone(), workers=1)
        with self.registry.cursor() as cr:
            cr.execute("SELECT max(id) FROM mail_message")
            [last] = cr.fetchone()

        def mail(env):
            user = env["res.users"].browse(self.user_id)
            try:
                env["customer.archive.reminder"]._send_mail_of_the_day(user)
                env.cr.commit()
            except SerializationFailure:
                env.cr.rollback()  # as the savepoint of the run

        with mute_logger("odoo.sql_db"):
            self.at_once(mail)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM mail_message m JOIN mail_message_res_partner_rel r ON r.mail_message_id = m.id"
                "  JOIN res_users u ON u.partner_id = r.res_partner_id WHERE u.id = %s AND m.id > %s",
                [self.user_id, last],
            )
            self.assertEqual(cr.fetchone()[0], 1)
