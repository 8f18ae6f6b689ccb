"""Who sees, makes and changes reminders and their rules: a table, and attempts (product.md "Rights at a glance")."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ROLES
from .reminders import ReminderCase

RULE, ROW, PREVIEW = (
    "customer.archive.reminder.rule",
    "customer.archive.reminder",
    "customer.archive.reminder.preview",
)
USERS = ("clerk", "colleague", "leader", "service", "management", "archivist", "manager", "clerk_two", "archivist_two")
# model: {role: rights}, r read, w write, c create, d delete; who isn't named has none
RIGHTS = {
    RULE: {**dict.fromkeys(USERS, "r"), "manager": "rwcd"},
    ROW: dict.fromkeys(USERS, "r"),
    PREVIEW: dict.fromkeys(("archivist", "manager", "archivist_two"), "r"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestReminderRights(ReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.rule(channel="both", name="One")

    def setUp(self):
        super().setUp()
        self.review(self.archive, 3)
        self.told(self.one)
        self.row = self.rows(self.one)

    def test_table(self):
        for model, rights in RIGHTS.items():
            for role in ROLES:
                records = self.env_of(role)[model]
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), letter in rights.get(role, ""))

    def test_table_knows_every_model(self):
        self.assertEqual({name for name in self.env.registry if name.startswith(ROW)}, RIGHTS.keys())

    def test_who_sees_a_row(self):
        """Whoever was reminded, the leader of the archive's team, archivists who may see the archive."""
        self.archive.team_id = self.team_north
        seen = {"clerk", "leader", "archivist", "manager"}
        for role in ROLES:
            mine = self.of(role, self.row)
            found = mine.search([("id", "=", self.row.id)]).ids if mine.has_access("read") or role in USERS else []
            with self.subTest(role=role):
                self.assertEqual(bool(found), role in seen)
                if role not in seen:
                    for attempt in (
                        lambda mine=mine: mine.read(["due_on"]),
                        lambda mine=mine: mine.web_read({"archive_id": {}}),
                        lambda mine=mine: mine.action_open(),
                    ):
                        with self.refused(AccessError):
                            attempt()

    def test_nobody_writes_the_register(self):
        vals = {"rule_id": self.one.id, "archive_id": self.archive.id, "company_id": self.company_one.id}
        vals |= {
            "res_model": "customer.archive",
            "res_id": self.archive.id,
            "due_on": "2026-06-09",
            "told_on": "2026-06-01",
        }
        for role in ROLES:
            env = self.env_of(role, archive_governed=True)
            row = env[ROW].browse(self.row.id)
            for attempt in (
                lambda env=env: env[ROW].create({**vals, "offset_days": 1, "user_id": env.uid}),
                lambda row=row: row.write({"user_id": row.env.uid}),
                lambda row=row: row.unlink(),
                lambda row=row: row.copy(),
            ):
                with self.subTest(role=role), self.refused(UserError):
                    attempt()

    def test_raised_level(self):
        self.set(self.archive, level="core")
        self.assertFalse(self.of("archivist", self.row).search([("id", "=", self.row.id)]))
        self.archived.user_id = self.user["colleague"]
        self.assertFalse(self.of("clerk", self.row).search([("id", "=", self.row.id)]), "one's own, but no access")

    def test_companies(self):
        self.assertFalse(self.of("archivist_two", self.row).search([("id", "=", self.row.id)]))
        self.assertFalse(self.of("archivist_two", self.one).search([("id", "=", self.one.id)]))
        with self.refused(AccessError):
            self.of("archivist_two", self.one).action_preview()
        with self.refused(AccessError):
            self.of("archivist_two", self.row, allowed_company_ids=[self.company_one.id]).read(["due_on"])

    def test_open(self):
        action = self.of("clerk", self.row).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("customer.archive", self.archive.id))

    # -- rules ----------------------------------------------------------------------------------------------------

    def test_results_are_the_runs(self):
        for vals in ({"last_error": "x"}, {"last_run_at": "2026-01-01 00:00:00"}, {"last_count": 7}):
            with self.refused(UserError, "written by the run"):
                self.of("manager", self.one, archive_governed=True).write(vals)
            made = self.of("manager", self.one).create({"name": "X", "source": "review", **vals})
            self.assertFalse(made[next(iter(vals))])

    def test_methods_of_the_run_are_private(self):
        """What a client can call by name begins with no underline."""
        public = {name for name in dir(type(self.one)) if not name.startswith("_") and "remind" in name}
        self.assertEqual(public, {"action_view_reminders", "reminder_count"})

    def test_form(self):
        with Form(self.env_of("manager")[RULE]) as form:
            form.name = "Key accounts"
            form.source = "review"
            form.days = "30，7"
            form.person = "role"
            form.group_id = self.env.ref("customer_archive.group_team_leader")
        rule = form.record
        self.assertEqual(rule._offsets(), (-30, -7))
        self.assertTrue(rule.is_available)
        self.assertEqual(rule.planned_type_id, self.env.ref("customer_archive.mail_activity_type_reminder"))
        with Form(rule) as form:
            form.person = "owner"
        self.assertFalse(rule.group_id)

    def test_checks(self):
        for vals, word in (
            ({"days": "soon"}, "soon"),
            ({"days": ","}, "can't be read"),
            ({"source": "loan_due", "days": "+1"}, "late with a loan"),
            ({"source": "birthday", "days": "200"}, "150"),
            ({"person": "responsible"}, "account manager"),
            ({"person": "role"}, "role"),
            ({"person": "role", "group_id": self.env.ref("base.group_system").id}, "role"),
            ({"person": "user"}, "employee"),
            ({"person": "user", "user_id": self.user["portal"].id}, "employee"),
            ({"summary": "{partner.name}"}, "partner.name"),
            ({"summary": "{rule"}, "{"),
            ({"planned_type_id": False}, "activity type"),
            ({"planned_type_id": self.env.ref("customer_archive.mail_activity_type_loan").id}, "activity type"),
        ):
            with self.subTest(vals=vals), self.refused(ValidationError, word):
                self.rule(**vals)

    def test_rules_with_reminders_stay(self):
        mine = self.of("manager", self.one)
        with self.refused(UserError, "Archive the rule instead"):
            mine.unlink()
        with self.refused(UserError, "stays as it is"):
            mine.source = "no_contact"
        mine.active = False
        self.review(self.person_archive, 3)
        self.run_cron()
        self.assertEqual(self.rows(self.one), self.row)
        unused = self.of("manager", self.rule())
        unused.source = "no_contact"
        unused.unlink()

    def test_history(self):
        self.of("manager", self.one, tracking_disable=False, mail_notrack=False).days = "9"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertIn("days", self.one.message_ids.sudo().tracking_value_ids.field_id.mapped("name"))

    # -- preview --------------------------------------------------------------------------------------------------

    def test_preview(self):
        rule = self.rule(days="30, 7", shift="previous")
        self.review(self.archive, 20)
        self.review(self.person_archive, 40)
        with self.at():
            action = self.of("archivist", rule).action_preview()
        lines = self.env_of("archivist")[PREVIEW].search(action["domain"])
        found = [(line.archive_id, str(line.remind_on), line.user_id) for line in lines]
        clerk = self.user["clerk"]
        # 20 days ahead: the thirty days are over, so now; and seven days before. 40: thirty days before, 11 June.
        self.assertEqual(
            sorted(found, key=lambda row: (row[0].id, row[1])),
            [
                (self.archive, "2026-06-01", clerk),
                (self.archive, "2026-06-12", clerk),
                (self.person_archive, "2026-06-11", clerk),
            ],
        )
        self.assertFalse(self.env_of("manager")[PREVIEW].search(action["domain"]), "another's preview")
        self.assertFalse(self.rows(rule), "nothing was told")

    def test_preview_of_hidden_archives(self):
        self.review(self.archive | self.person_archive, 20)
        self.set(self.archive, level="core")
        rule = self.rule(days="30")
        with self.at():
            action = self.of("archivist", rule).action_preview()
        lines = self.env_of("archivist")[PREVIEW].search(action["domain"])
        self.assertEqual(lines.archive_id, self.person_archive)
        self.assertIn("1 more", action["name"])

    def test_preview_is_the_archivists(self):
        for role in ("clerk", "service", "management", "employee"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.one).action_preview()
