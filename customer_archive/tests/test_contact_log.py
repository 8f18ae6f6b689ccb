"""The contact log: who reads and writes it, what it fills in by itself, its lock and corrections (L1-L3, A1)."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

MODEL = "customer.archive.contact.log"
# Who reads and writes the lines of the clerk's customer (level “Internal”): product.md, "Rights at a glance".
READERS = {"clerk", "leader", "service", "management", "archivist", "manager"}
WRITERS = READERS - {"management"}


class LogCommon(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env.ref("customer_archive.contact_type_phone")
        cls.visit = cls.env.ref("customer_archive.contact_type_visit")
        cls.log = cls.env[MODEL].create(
            {
                "archive_id": cls.archive.id,
                "type_id": cls.phone.id,
                "subject": "Price",
                "user_id": cls.user["clerk"].id,
            }
        )
        cls.env.flush_all()

    def values(self, **vals):
        return {"archive_id": self.archive.id, "type_id": self.phone.id, "subject": "Call", **vals}

    def write_log(self, role="clerk", **vals):
        return self.env_of(role)[MODEL].create(self.values(**vals))

    @property
    def today(self):
        return self.company_one._archive_today()

    def secret(self, archive=None):
        (archive or self.archive).sudo()._change_level("secret", "Test")


@tagged("post_install", "-at_install")
class TestContactLogRights(LogCommon):
    def test_table_of_roles(self):
        for role in ROLES:
            self.env.flush_all()
            own = self.of(role, self.log)
            with self.subTest(role=role, operation="read"):
                self.assertEqual(bool(self.readable(own)), role in READERS)
            with self.subTest(role=role, operation="search"):
                found = self.attempt(lambda r=role: self.env_of(r)[MODEL].search([("id", "=", self.log.id)]).ids)
                self.assertEqual(bool(found), role in READERS)
            with self.subTest(role=role, operation="write"):
                done = self.attempt(lambda r=role: self.of(r, self.log).write({"summary": r}))
                self.assertEqual(bool(done), role in WRITERS)
            with self.subTest(role=role, operation="create"):
                done = self.attempt(lambda r=role: self.write_log(r))
                self.assertEqual(bool(done), role in WRITERS)
            with self.subTest(role=role, operation="unlink"), self.refused(UserError):
                self.of(role, self.log).unlink()

    def attempt(self, call):
        """What the call returns, or False where it is refused."""
        try:
            with self.env.cr.savepoint():
                result = call()
                self.env.flush_all()
                return result
        except AccessError:
            return False

    def readable(self, log):
        return self.attempt(lambda: log.read(["subject", "summary", "item_number"]))

    def test_levels(self):
        self.secret()
        for role, reads in {"clerk": True, "leader": True, "service": False, "archivist": False}.items():
            with self.subTest(role=role):
                self.assertEqual(bool(self.readable(self.of(role, self.log))), reads)
        self.clear("archivist", "secret")
        self.assertTrue(self.readable(self.of("archivist", self.log)))
        self.assertTrue(self.write_log("archivist"))
        self.archive.sudo()._change_level("public", "Test")
        # Everybody with a role reads a public customer; only those it is entrusted to write about it.
        self.assertTrue(self.readable(self.of("colleague", self.log)))
        self.assertFalse(self.attempt(lambda: self.write_log("colleague")))
        self.assertFalse(self.readable(self.of("employee", self.log)))

    def test_borrowers_read_only(self):
        now = self.env.cr.now()
        loan = self.env["customer.archive.loan"].create(
            {
                "archive_id": self.archive.id,
                "user_id": self.user["colleague"].id,
                "purpose": "Test",
                "due_at": now + timedelta(days=2),
            }
        )
        self.assertFalse(self.readable(self.of("colleague", self.log)))
        loan.with_user(self.user["leader"]).action_approve()
        self.assertTrue(self.readable(self.of("colleague", self.log)))
        self.assertFalse(self.attempt(lambda: self.write_log("colleague")))
        self.assertFalse(self.attempt(lambda: self.of("colleague", self.log).write({"summary": "x"})))

    def test_sentences(self):
        with self.refused(AccessError, "not write into its contact log"):
            self.write_log("management")
        with self.refused(AccessError, "ask for access"):
            self.write_log("colleague")
        with self.refused(UserError, "J0001", "Write Correction"):
            self.of("clerk", self.log).unlink()
        with self.refused(UserError, "Write Correction"):
            self.log.sudo().unlink()

    def test_other_company(self):
        with self.refused(AccessError):
            self.of("archivist_two", self.log).read(["subject"])
        with self.refused(AccessError):
            self.write_log("archivist_two")

    def test_forgeries(self):
        theirs = self.partner(name="别人的客户", is_company=True, user_id=self.user["colleague"].id)
        their_archive = self.open(theirs, self.category_company)
        their_log = self.env[MODEL].create(self.values(archive_id=their_archive.id, subject="canary"))
        file = self.env["ir.attachment"].create(
            {"name": "canary", "raw": b"canary", "res_model": MODEL, "res_id": their_log.id}
        )
        clerk = self.env_of("clerk")[MODEL]
        forgeries = {
            "archive": lambda: clerk.create(self.values(archive_id=their_archive.id)),
            "people": lambda: clerk.create(self.values(contact_ids=[(6, 0, theirs.ids)])),
            "correction": lambda: clerk.create(self.values(corrects_id=their_log.id)),
            "file": lambda: clerk.create(self.values(attachment_ids=[(4, file.id)])),
            "move": lambda: self.of("clerk", self.log).write({"archive_id": their_archive.id}),
            "origin": lambda: clerk.create(self.values(origin="email")),
            "done": lambda: self.of("clerk", self.log).write({"next_done_on": "2026-01-01"}),
            "activity": lambda: clerk.create(self.values(activity_id=1)),
            "onchange": lambda: clerk.onchange({"corrects_id": their_log.id}, ["corrects_id"], {"corrects_id": {}}),
            "default": lambda: clerk.with_context(default_corrects_id=their_log.id).create(self.values()),
            "reference": lambda: clerk.env["mail.activity"].onchange(
                {"res_model": MODEL, "res_id": their_log.id}, ["res_id"], {"res_id": {}, "res_name": {}}
            ),
        }
        for way, call in forgeries.items():
            with self.subTest(way=way), self.refused(UserError):
                call()
        log = clerk.with_context(default_origin="email", default_next_done_on="2026-01-01").create(self.values())
        self.assertEqual((log.origin, log.next_done_on), ("hand", False))

    def test_whoever_lost_the_customer_lost_the_log(self):
        self.archived.user_id = self.user["colleague"]
        self.archive.team_id = self.team_south
        self.assertFalse(self.readable(self.of("clerk", self.log)))
        self.assertTrue(self.readable(self.of("colleague", self.log)))


@tagged("post_install", "-at_install")
class TestContactLog(LogCommon):
    def test_numbers(self):
        logs = self.env_of("clerk")[MODEL].create([self.values(subject=str(n)) for n in range(3)])
        self.assertEqual(logs.mapped("item_number"), ["J0002", "J0003", "J0004"])
        other = self.write_log(archive_id=self.person_archive.id)
        self.assertEqual(other.item_reference, f"{self.person_archive.number}-J0001")
        self.assertEqual(logs.search([("item_number", "=", "J0003"), ("archive_id", "=", self.archive.id)]), logs[1])

    def test_what_is_filled_in(self):
        log = self.write_log()
        self.assertEqual(log.contact_ids, self.archived)
        self.assertEqual((log.direction, log.user_id, log.origin), ("out", self.user["clerk"], "hand"))
        self.assertEqual(log.partner_id, self.archived)
        self.write_log(type_id=self.visit.id)
        values = self.env_of("clerk")[MODEL].default_get(["type_id", "user_id"])
        self.assertEqual(values["type_id"], self.visit.id)
        # What the system wrote for the clerk doesn't count.
        self.env[MODEL].create(self.values(user_id=self.user["clerk"].id, origin="email"))
        self.assertEqual(self.env_of("clerk")[MODEL].default_get(["type_id"])["type_id"], self.visit.id)

    def test_dialog(self):
        action = self.of("clerk", self.archived).action_write_log()
        with Form(
            self.env_of("clerk")[MODEL].with_context(**action["context"]),
            "customer_archive.customer_archive_contact_log_view_form_quick",
        ) as form:
            self.assertEqual(form.contact_ids.ids, self.archived.ids)
            form.subject = "Price"
        log = form.record
        self.assertEqual(log.archive_id, self.archive)
        self.assertEqual(self.of("clerk", self.archived).archive_last_contact_on, self.today)
        contact = self.partner(name="孙工", parent_id=self.archived.id)
        action = self.of("clerk", contact).action_write_log()
        self.assertEqual(action["context"]["default_archive_id"], self.archive.id)
        self.assertEqual(action["context"]["default_contact_ids"], [(6, 0, contact.ids)])
        with self.refused(UserError, "no archive"):
            self.of("clerk", self.customer).action_write_log()

    def test_last_contact(self):
        self.assertEqual(self.archive.last_contact_on, self.today)
        older = self.write_log(archive_id=self.person_archive.id, begin_at="2026-03-01 20:00:00")
        self.assertEqual(self.person_archive.last_contact_on, date(2026, 3, 2))  # the company's own day
        self.write_log(archive_id=self.person_archive.id, begin_at="2026-02-01 02:00:00")
        self.assertEqual(self.person_archive.last_contact_on, date(2026, 3, 2))
        self.write_log(archive_id=self.person_archive.id, begin_at="2026-05-01 02:00:00", outcome="not_reached")
        self.assertEqual(self.person_archive.last_contact_on, date(2026, 3, 2))
        older.begin_at = "2026-01-01 02:00:00"
        self.assertEqual(self.person_archive.last_contact_on, date(2026, 2, 1))
        found = self.env_of("clerk")["res.partner"].search([("archive_last_contact_on", "<", "2026-02-02")])
        self.assertIn(self.archived_person.id, found.ids)
        self.assertNotIn(self.archived.id, found.ids)
        with self.refused(UserError, "contact log"):
            self.of("archivist", self.archive).write({"last_contact_on": "2026-01-01"})

    def test_the_form_asks_no_more(self):
        """The day of the last contact comes with what the form reads of the archive anyway."""
        names = ["archive_state", "archive_completeness", "archive_place"]
        counts = []
        for fields in (names, names, [*names, "archive_last_contact_on"]):
            partner = self.of("clerk", self.archived)
            before = self.env.cr.sql_log_count
            partner.web_read({name: {} for name in fields})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_not_in_the_future(self):
        with self.refused(ValidationError, "next step"):
            self.write_log(begin_at="2099-01-01 00:00:00")
        with self.refused(ValidationError, "negative"):
            self.write_log(duration=-1)

    def test_files_belong_to_the_line(self):
        file = self.env_of("clerk")["ir.attachment"].create({"name": "a.txt", "raw": b"x", "res_model": MODEL})
        log = self.write_log(attachment_ids=[(6, 0, file.ids)])
        self.assertEqual((file.res_model, file.res_id), (MODEL, log.id))
        self.assertEqual(self.of("service", file).name, "a.txt")
        with self.refused(AccessError):
            self.of("colleague", file).read(["name"])

    # -- lock and corrections ---------------------------------------------------------------------------------

    def test_lock(self):
        log = self.write_log()
        log.summary = "before"
        self.age(log, 8)
        log = self.of("clerk", log)
        self.assertTrue(log.is_locked)
        self.assertIn(log, log.search([("is_locked", "=", True)]))
        self.assertNotIn(log, log.search([("is_locked", "=", False)]))
        for values in ({"summary": "after"}, {"next_step": "x"}, {"begin_at": "2026-01-01"}, {"corrects_id": False}):
            with self.subTest(values=values), self.refused(UserError, "Write Correction"):
                log.write(values)
        with self.refused(UserError, "Write Correction"):
            self.of("archivist", log).write({"summary": "after"})
        with self.refused(UserError, "Write Correction"):
            log.sudo().write({"summary": "after"})

    def age(self, log, days):
        """As if the line had been written so many days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_contact_log SET create_date = create_date - %(back)s * interval '1 day',"
            " locked_at = locked_at - %(back)s * interval '1 day' WHERE id = %(id)s",
            {"back": days, "id": log.id},
        )
        self.env.invalidate_all()

    def test_lock_by_category(self):
        usual = self.write_log()
        self.category_root.log_lock_days = 30
        later = self.write_log()
        self.category_company.log_lock_days = 2
        soon = self.write_log()
        for days, locked in ((3, soon), (5, soon | usual), (23, soon | usual | later)):
            for log in (usual, later, soon):
                self.age(log, days)
            found = self.env_of("clerk")[MODEL].search([("is_locked", "=", True), ("id", ">=", usual.id)])
            self.assertEqual(found.sorted("id").ids, locked.sorted("id").ids)
        # A change of the setting opens no line again.
        self.category_company.log_lock_days = 3650
        with self.refused(UserError, "Write Correction"):
            self.of("clerk", usual).write({"summary": "after"})
        with self.refused(UserError, "by itself"):
            self.of("archivist", usual).write({"locked_at": "2099-01-01"})
        with self.refused(ValidationError, "negative"):
            self.category_company.log_lock_days = -1

    def test_locked_files(self):
        """Nothing of what was attached is taken away or replaced."""
        file = self.env_of("clerk")["ir.attachment"].create({"name": "a.txt", "raw": b"x", "res_model": MODEL})
        log = self.write_log(attachment_ids=[(6, 0, file.ids)])
        self.of("clerk", file).write({"name": "b.txt"})
        self.age(log, 8)
        for way, call in {
            "delete": lambda: self.of("clerk", file).unlink(),
            "as superuser": lambda: file.sudo().unlink(),
            "replace": lambda: self.of("clerk", file).write({"raw": b"y"}),
            "take away": lambda: self.of("clerk", file).write({"res_id": self.log.id}),
            "add": lambda: (
                self.env_of("clerk")["ir.attachment"].create(
                    {"name": "c", "raw": b"z", "res_model": MODEL, "res_id": log.id}
                )
            ),
            "move in": lambda: (
                self.env_of("clerk")["ir.attachment"]
                .create({"name": "c", "raw": b"z"})
                .write({"res_model": MODEL, "res_id": log.id})
            ),
        }.items():
            with self.subTest(way=way), self.refused(UserError, "locked"):
                call()

    def test_correction(self):
        log = self.write_log(summary="three boxes")
        self.age(log, 8)
        action = self.of("clerk", log).action_correct()
        with Form(
            self.env_of("clerk")[MODEL].with_context(**action["context"]),
            "customer_archive.customer_archive_contact_log_view_form",
        ) as form:
            self.assertEqual(form.summary, "three boxes")
            form.summary = "five boxes"
        correction = form.record
        self.assertEqual(correction.corrects_id, log)
        self.assertEqual(log.correction_ids, correction)
        self.assertEqual((log.summary, correction.summary), ("three boxes", "five boxes"))
        other = self.write_log(archive_id=self.person_archive.id)
        with self.refused(ValidationError, "same archive"):
            self.write_log(corrects_id=other.id)

    def test_closed_archives(self):
        self.archive._governed().write({"state": "sealed"})
        with self.refused(AccessError, "sealed"):
            self.write_log()
        with self.refused(AccessError, "sealed"):
            self.of("clerk", self.log).write({"summary": "x"})

    # -- next steps -------------------------------------------------------------------------------------------

    def activity(self, log):
        return log.sudo().activity_id

    def test_next_step_is_an_activity(self):
        log = self.write_log("service", next_step="Send the offer", next_on="2099-03-01", next_user_id=self.clerk_id)
        activity = self.activity(log)
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", self.archived.id))
        self.assertEqual((activity.summary, activity.user_id.id), ("Send the offer", self.clerk_id))
        self.assertEqual((activity.date_deadline, log.next_state), (date(2099, 3, 1), "planned"))
        log.next_on = "2099-04-01"
        self.assertEqual(activity.date_deadline, date(2099, 4, 1))
        activity.with_user(self.user["clerk"]).write({"date_deadline": "2099-05-01"})
        self.assertEqual(log.next_on, date(2099, 5, 1))
        activity.with_user(self.user["clerk"]).action_feedback(feedback="sent")
        self.assertEqual((log.next_done_on, log.next_state), (date.today(), "done"))
        log.next_step = "Another"
        self.assertFalse(activity.active)

    @property
    def clerk_id(self):
        return self.user["clerk"].id

    def test_next_step_after_the_lock(self):
        log = self.write_log(next_step="Call", next_on="2099-03-01")
        activity = self.activity(log)
        self.age(log, 8)
        activity.with_user(self.user["clerk"]).write({"date_deadline": "2099-05-01"})
        self.assertEqual(self.of("clerk", log).next_on, date(2099, 3, 1))
        activity.with_user(self.user["clerk"]).action_done()
        self.assertTrue(self.of("clerk", log).next_done_on)

    def test_next_step_taken_back(self):
        log = self.write_log(next_step="Call")
        self.assertTrue(log.next_on)
        activity = self.activity(log)
        log.write({"next_step": False, "next_on": False})
        self.assertFalse(activity.exists())

    def test_next_step_by_somebody_who_reads_the_customer(self):
        with self.refused(UserError, "Choose somebody"):
            self.write_log(next_step="Call", next_user_id=self.user["colleague"].id)
        with self.refused(UserError, "Choose somebody"):
            self.write_log(next_step="Call", next_user_id=self.user["portal"].id)

    def test_done_activity_writes_a_line(self):
        call = self.env.ref("mail.mail_activity_data_call")
        todo = self.env.ref("mail.mail_activity_data_todo")
        before = self.env[MODEL].search_count([])
        for activity_type in (call, todo):
            self.of("clerk", self.archived).activity_schedule(
                activity_type_id=activity_type.id, summary="Ask about the lot", user_id=self.clerk_id
            ).action_feedback(feedback="They want 200.")
        self.assertEqual(self.env[MODEL].search_count([]), before + 1)
        log = self.env[MODEL].search([], order="id desc", limit=1)
        self.assertEqual((log.subject, log.summary, log.origin), ("Ask about the lot", "They want 200.", "activity"))
        self.assertEqual((log.type_id, log.user_id.id), (self.phone, self.clerk_id))
        # Where the user may not write into the log, the activity is done all the same.
        self.of("clerk", self.archived).activity_schedule(activity_type_id=call.id, user_id=self.user["management"].id)
        self.env_of("management")["mail.activity"].search([("res_id", "=", self.archived.id)], limit=1).action_done()
        self.assertEqual(self.env[MODEL].search_count([]), before + 1)

    def test_what_was_heard_goes_to_the_card(self):
        log = self.write_log("service", preference_kind="complaint", preference_subject="Late deliveries")
        line = self.archived.card_preference_ids
        self.assertEqual((line.kind, line.subject, line.log_id), ("complaint", "Late deliveries", log))
        self.assertEqual((line.source, line.said_by_id), ("phone", self.archived))
        with self.refused(ValidationError, "another customer"):
            self.env_of("clerk")["customer.archive.preference"].create(
                {"partner_id": self.archived_person.id, "subject": "x", "log_id": log.id}
            )
