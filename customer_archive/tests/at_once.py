"""Two users at once: transactions on connections of their own that really commit, and are removed again."""

import threading
import time
from contextlib import contextmanager
from functools import wraps
from typing import NamedTuple
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, mute_logger

from .common import NO_MAIL

# name: group. All work for the first company; the leader leads the team in which the clerk is.
PEOPLE = {
    "clerk": "customer_archive.group_user",
    "colleague": "customer_archive.group_user",
    "employee": "base.group_user",
    "leader": "customer_archive.group_team_leader",
    "management": "customer_archive.group_management",
    "archivist": "customer_archive.group_archivist",
    "second_archivist": "customer_archive.group_archivist",
}
MARK = "AT-ONCE"
# What is kept for a while only, and says of nothing whose it is.
PASSING = ("bus_bus", "ir_cron_trigger")


def both_ways(test):
    """Run ``test(self, way)`` for each of the two ways to be at once."""

    @wraps(test)
    def run(self):
        for way in (self.overtaken, self.in_flight):
            with self.subTest(way=way.__name__):
                test(self, way)

    return run


class Outcome(NamedTuple):
    """What came of the second user's step."""

    value: object
    error: str  # the sentence that the user reads; empty where it went well
    tries: int


class AtOnceCase(BaseCase):
    """A committed category, team and users; ``customer()`` adds customers. All of it goes when the class is done."""

    last_ids = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # Odoo's own test runner holds this lock in the main thread, and the threads would wait for it for ever.
        cls.startClassPatcher(patch.object(Registry, "_lock", threading.RLock()))
        cls.clean_up()  # what a run that was killed has left
        with cls.superuser() as env:
            cls.last_ids = {table: cls._last_id(env, table) for table in PASSING}
        cls.addClassCleanup(cls.clean_up)
        with cls.superuser() as env:
            cls.build(env)

    def setUp(self):
        super().setUp()
        # A request that is tried again waits up to 2 s before.
        quick = self.startPatcher(patch.object(service, "random"))
        quick.uniform.return_value = 0.01

    @classmethod
    @contextmanager
    def superuser(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, dict(NO_MAIL))

    @classmethod
    def build(cls, env):
        users = env["res.users"].create(
            [
                {
                    "name": name.replace("_", " ").title(),
                    "login": f"{MARK}-{name}",
                    "ref": MARK,
                    "lang": "en_US",
                    "tz": "UTC",
                    "notification_type": "inbox",
                    "group_ids": [(6, 0, env.ref(group).ids)],
                }
                for name, group in PEOPLE.items()
            ]
        )
        cls.uid = dict(zip(PEOPLE, users.ids, strict=True))
        cls.category_id = (
            env["customer.archive.category"]
            .create({"name": MARK, "code": MARK, "number_template": MARK + "-{seq:4}", "applies_to": "both"})
            .id
        )
        env["crm.team"].create(
            {
                "name": MARK,
                "company_id": False,
                "user_id": cls.uid["leader"],
                "member_ids": [(4, cls.uid["clerk"])],
            }
        )

    # -- records ----------------------------------------------------------------------------------------------

    def partner(self, **vals):
        """The id of a new customer of the clerk."""
        with self.superuser() as env:
            values = {"name": "Customer", "is_company": True, "ref": MARK, "user_id": self.uid["clerk"], **vals}
            return env["res.partner"].create(values).id

    def customer(self, **vals):
        """The ids of a new customer of the clerk, and of its archive."""
        partner_id = self.partner(**vals)
        with self.superuser() as env:
            return partner_id, env["res.partner"].browse(partner_id).archive_open(self.category_id).id

    def look(self, model, record_id, *names):
        """Values as they are committed now."""
        with self.superuser() as env:
            [row] = env[model].browse(record_id).read(names, load=None)
        return tuple(row[name] for name in names)

    # -- two at once --------------------------------------------------------------------------------------------

    @contextmanager
    def as_user(self, name):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, self.uid[name], dict(NO_MAIL))

    def act(self, name, step):
        """One user takes a step, ``step(env)``, as a request does."""
        with self.as_user(name) as env:
            return service.retrying(lambda: step(env), env)

    def overtaken(self, first, second):
        """The second user's transaction has begun when the first one acts and commits; then the second acts.

        :param first: (name of a user, step); ``second`` likewise
        :return: the Outcome of the second
        """
        tries = []

        def before(env):
            env.cr.execute("SELECT 1")  # from here on it sees the database as it is now
            tries.append(1)
            if len(tries) == 1:
                self.act(*first)

        return self._take(second, before, tries)

    def in_flight(self, first, second):
        """The first user has acted, but not committed yet when the second one acts."""
        tries, pids, outcomes = [], [], []

        def before(env):
            tries.append(1)
            pids.append(env.cr._cnx.get_backend_pid())

        def run():
            try:
                outcomes.append(self._take(second, before, tries))
            except Exception as error:
                outcomes.append(error)

        thread = threading.Thread(target=run, daemon=True)
        name, step = first
        with self.as_user(name) as env:
            step(env)
            env.cr.flush()
            thread.start()
            self._wait_until_blocked(thread, pids)
            env.cr.commit()
        thread.join(30)
        self.assertFalse(thread.is_alive(), "the second user's step hangs")
        [outcome] = outcomes
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _take(self, second, before, tries):
        name, step = second
        with self.as_user(name) as env:

            def work():
                before(env)
                return step(env)

            try:
                with mute_logger("odoo.sql_db"):
                    return Outcome(service.retrying(work, env), "", len(tries))
            except UserError as error:
                return Outcome(None, str(error), len(tries))

    def _wait_until_blocked(self, thread, pids):
        deadline = time.monotonic() + 20
        with self.registry.cursor() as cr:
            while thread.is_alive() and time.monotonic() < deadline:
                if pids:
                    cr.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pids[0]])
                    if cr.fetchone()[0]:
                        return
                time.sleep(0.01)

    # -- afterwards ---------------------------------------------------------------------------------------------

    @classmethod
    def clean_up(cls):
        with cls.superuser() as env:
            users = env["res.users"].with_context(active_test=False).search([("login", "=like", f"{MARK}-%")])
            partners = env["res.partner"].with_context(active_test=False)
            own = partners.search([("id", "child_of", partners.search([("ref", "=", MARK)]).ids)])
            cls._delete_registers(env, own, users)
            env.invalidate_all()
            users.unlink()
            while own := own.exists():
                own.filtered(lambda partner, own=own: not (partner.child_ids & own)).unlink()
            env["crm.team"].with_context(active_test=False).search([("name", "=", MARK)]).unlink()
            env["customer.archive.category"].search([("code", "=", MARK)]).unlink()
        cls.registry.clear_all_caches()

    @classmethod
    def _last_id(cls, env, table):
        [(last,)] = env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
        return last

    @classmethod
    def _delete_registers(cls, env, partners, users):
        """What the addon keeps for ever, and what Odoo would not delete with its record."""
        archives = env["customer.archive"].search([("number", "=like", f"{MARK}-%")])
        of_archives = [("archive_id", "in", archives.ids)]
        registers = [
            env["customer.archive.proposal"].search(of_archives),
            env["customer.archive.handover"].search([("receiver_id", "in", users.ids)]),
            env["customer.archive.loan"].search(of_archives),
        ]
        env.flush_all()

        def delete(table, column, ids, **equal):
            conditions = [SQL("%s = ANY(%s)", SQL.identifier(column), list(ids))]
            conditions += [SQL("%s = %s", SQL.identifier(name), value) for name, value in equal.items()]
            env.cr.execute(SQL("DELETE FROM %s WHERE %s", SQL.identifier(table), SQL(" AND ").join(conditions)))

        env.cr.execute(
            "UPDATE res_partner SET archive_id = NULL, archive_category_id = NULL WHERE archive_id = ANY(%s)",
            [archives.ids],
        )
        for table in ("proposal_line", "handover_line", "number", "fault"):
            delete(f"customer_archive_{table}", "archive_id", archives.ids)
        for records in [*registers, archives]:
            delete(records._table, "id", records.ids)
        for records in [*registers, archives, partners, users]:
            delete("mail_message", "res_id", records.ids, model=records._name)
            delete("mail_activity", "res_id", records.ids, res_model=records._name)
            delete("mail_followers", "res_id", records.ids, res_model=records._name)
        delete("mail_message", "author_id", partners.ids)
        policy = env["customer.archive.policy"]._record()
        policy.message_ids.filtered(lambda message: MARK in message.body).unlink()  # roles were given and taken
        for table, last in cls.last_ids.items():
            env.cr.execute(SQL("DELETE FROM %s WHERE id > %s", SQL.identifier(table), last))
