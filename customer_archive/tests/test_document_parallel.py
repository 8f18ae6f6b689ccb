"""Several workers at once: numbers without gaps, and no paper lent twice. What is committed here is removed again."""

import random
import threading
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestDocumentParallel(BaseCase):
    THREADS, DOCUMENTS, SPOILED = 6, 24, 6

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean_up)
        # Odoo's own test runner holds this lock in the main thread, and the threads would wait for it for ever.
        self.startPatcher(patch.object(Registry, "_lock", threading.RLock()))
        self.clean_up()  # what a run that was killed has left
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nosubscribe": True})
            partner = env["res.partner"].create({"name": "Parallel documents", "ref": "PARALLEL-DOC"})
            partner.archive_open(env.ref("customer_archive.category_person"))
            self.archive_id = partner.archive_id.id
            documents = env["customer.archive.document"].create(
                [
                    {"archive_id": self.archive_id, "name": f"Parallel {number}"}
                    for number in range(self.DOCUMENTS + self.SPOILED)
                ]
            )
            self.document_ids = documents.ids

    def clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT id, archive_id FROM res_partner WHERE ref = 'PARALLEL-DOC'")
            rows = cr.fetchall() or [(0, 0)]
            partners, archives = [row[0] for row in rows], [row[1] for row in rows]
            cr.execute("SELECT id FROM customer_archive_loan WHERE archive_id = ANY(%s)", [archives])
            loans = [row[0] for row in cr.fetchall()] or [0]
            cr.execute("SELECT id FROM customer_archive_document WHERE archive_id = ANY(%s)", [archives])
            documents = [row[0] for row in cr.fetchall()] or [0]
            for model, ids in (
                ("customer.archive.loan", loans),
                ("customer.archive.document", documents),
                ("customer.archive", archives),
                ("res.partner", partners),
            ):
                cr.execute("DELETE FROM mail_message WHERE model = %s AND res_id = ANY(%s)", [model, ids])
                cr.execute("DELETE FROM mail_activity WHERE res_model = %s AND res_id = ANY(%s)", [model, ids])
                cr.execute("DELETE FROM mail_followers WHERE res_model = %s AND res_id = ANY(%s)", [model, ids])
            cr.execute("DELETE FROM customer_archive_loan_document WHERE loan_id = ANY(%s)", [loans])
            cr.execute("DELETE FROM customer_archive_loan WHERE id = ANY(%s)", [loans])
            cr.execute("DELETE FROM customer_archive_document WHERE id = ANY(%s)", [documents])
            cr.execute(
                "UPDATE res_partner SET archive_id = NULL, archive_category_id = NULL WHERE id = ANY(%s)", [partners]
            )
            cr.execute("DELETE FROM customer_archive_number WHERE archive_id = ANY(%s)", [archives])
            cr.execute("DELETE FROM customer_archive_fault WHERE archive_id = ANY(%s)", [archives])
            cr.execute("DELETE FROM customer_archive WHERE id = ANY(%s)", [archives])
            cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", [partners])
        self.registry.clear_all_caches()

    def at_once(self, jobs):
        """Each job in a transaction of its own, as every request of Odoo's server is; returns what was raised."""
        errors = []
        queue = list(jobs)

        def run():
            while queue:
                try:
                    job = queue.pop()
                except IndexError:
                    return
                try:
                    with self.registry.cursor() as cr:
                        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
                        retrying(lambda env=env, job=job: job(env), env)
                except Exception as error:
                    errors.append(error)

        threads = [threading.Thread(target=run, daemon=True) for _number in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return errors

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_numbers_have_no_gaps(self):
        def filing(document_id, spoil):
            def job(env):
                env["customer.archive.document"].browse(document_id).action_put_in_force()
                if spoil:
                    raise ZeroDivisionError

            return job

        jobs = [filing(id_, index >= self.DOCUMENTS) for index, id_ in enumerate(self.document_ids)]
        random.Random(7).shuffle(jobs)
        errors = self.at_once(jobs)
        self.assertEqual([type(error) for error in errors], [ZeroDivisionError] * self.SPOILED)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT item_sequence FROM customer_archive_document WHERE archive_id = %s AND item_sequence > 0"
                " ORDER BY item_sequence",
                [self.archive_id],
            )
            self.assertEqual([row[0] for row in cr.fetchall()], list(range(1, self.DOCUMENTS + 1)))

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_bag_and_document_are_not_both_lent(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["customer.archive.document"].browse(self.document_ids[:3]).action_put_in_force()
            due = fields.Datetime.now() + timedelta(days=3)
            users = env["res.users"].search([("share", "=", False)], limit=4)
            values = {"archive_id": self.archive_id, "purpose": "x", "kind": "paper", "wished_due_at": due}
            bag, *singles = env["customer.archive.loan"].create(
                [
                    {**values, "user_id": users[0].id},
                    *(
                        {
                            **values,
                            "user_id": user.id,
                            "single_documents": True,
                            "line_ids": [(0, 0, {"document_id": self.document_ids[0]})],
                        }
                        for user in users[1:]
                    ),
                ]
            )
            ids = [bag.id, *(loan.id for loan in singles)]
        errors = self.at_once(
            [lambda env, id_=id_: env["customer.archive.loan"].browse(id_).action_approve() for id_ in ids]
        )
        self.assertEqual(len(errors), len(ids) - 1)
        self.assertTrue(all(isinstance(error, UserError) for error in errors), errors)
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM customer_archive_loan WHERE id = ANY(%s) AND state = 'open'", [ids])
            self.assertEqual(cr.fetchone()[0], 1)
