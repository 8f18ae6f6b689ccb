"""Supplies to third parties: nothing without a valid agreement, decided by two, never changed afterwards (A4)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

USERS = ("clerk", "colleague", "leader", "service", "management")
ARCHIVISTS = ("archivist", "manager")
# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
RIGHTS = {
    "customer.archive.agreement": {
        **dict.fromkeys(USERS, "r"),
        **dict.fromkeys(ARCHIVISTS, "rwcu"),
        "auditor": "r",
    },
    "customer.archive.supply": {**dict.fromkeys(USERS + ARCHIVISTS, "rwc"), "auditor": "r"},
    "customer.archive.supply.line": {**dict.fromkeys(USERS + ARCHIVISTS, "rcu"), "auditor": "r"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# Who sees a supply that the clerk requested for customers of the north.
READERS = {"clerk", "leader", "management", "archivist", "manager", "auditor"}
DECIDERS = {"management", "archivist", "manager"}


@tagged("post_install", "-at_install")
class TestSupply(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recipient, cls.stranger = cls.partner(
            {"name": "立诚会计师事务所", "is_company": True, "user_id": False},
            {"name": "别的公司", "is_company": True, "user_id": False},
        )
        cls.agreement = cls.env["customer.archive.agreement"].create(
            {
                "name": "BM-1",
                "partner_id": cls.recipient.id,
                "subject": "Audit",
                "signed_on": "2026-01-01",
                "valid_until": "2026-06-30",
                "user_id": cls.user["archivist"].id,
                "company_id": cls.company_one.id,
            }
        )
        cls.startClassPatcher(freeze_time("2026-03-01 08:00:00"))

    def request(self, role="clerk", archives=None, **vals):
        archives = self.archive if archives is None else archives
        values = {
            "partner_id": self.recipient.id,
            "agreement_id": self.agreement.id,
            "purpose": "Confirmation of receivables",
            "data_note": "Name and amount",
            "line_ids": [(0, 0, {"archive_id": archive.id}) for archive in archives],
            **vals,
        }
        supply = self.env_of(role)["customer.archive.supply"].create(values)
        self.env.flush_all()
        return supply.with_env(self.env)

    def approved(self, by="archivist", **kwargs):
        supply = self.request(**kwargs)
        self.of(by, supply).action_approve()
        return supply

    # -- the table of rights --------------------------------------------------------------------------------------

    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                if role.endswith("_two"):
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(allowed, letter in rights.get(role, ""))

    def test_who_sees_a_supply(self):
        supply = self.request()
        for role in [*ROLES, "public"]:
            mine = self.of(role, supply)
            with self.subTest(role=role):
                self.assertEqual(mine.has_access("read"), role in READERS)
                if role in READERS:
                    mine.read(["name", "data_summary", "line_count"])
                    self.assertEqual(mine.line_ids.mapped("number"), [self.archive.number])
                    mine.line_ids.read([])
                else:
                    for attempt in (
                        lambda mine=mine: mine.read(["name"]),
                        lambda mine=mine: mine.write({"purpose": "x"}),
                        lambda mine=mine: mine.action_approve(),
                        lambda mine=mine: mine.action_hand_over(),
                        lambda mine=mine: mine.action_refuse("x"),
                        lambda mine=mine: mine.action_cancel("x"),
                        lambda mine=mine: mine.message_post(body="x"),
                    ):
                        with self.refused(AccessError):
                            attempt()

    def test_lines_follow_the_archive(self):
        supply = self.request()
        lines = supply.line_ids
        for role in [*ROLES, "public"]:
            with self.subTest(role=role):
                expected = role in READERS | {"service"}  # who reads the customer
                self.assertEqual(self.of(role, lines).has_access("read"), expected)
        self.archive._change_level("core", "x")
        for role, expected in (("management", False), ("archivist", False), ("auditor", True), ("clerk", True)):
            with self.subTest(role=role):
                self.assertEqual(self.of(role, lines).has_access("read"), expected)
                self.assertEqual(bool(self.of(role, supply).line_ids), expected)
        label = self.of("auditor", lines).web_read({"archive_id": {"fields": {"display_name": {}}}})
        self.assertNotIn("同仁堂", str(label))

    def test_hidden_lines_count_as_well(self):
        """What an approver does not see of a request is not approved with the rest."""
        supply = self.request(archives=self.archive | self.person_archive)
        self.archive._change_level("core", "x")
        mine = self.of("archivist", supply)
        self.assertEqual(len(mine.line_ids), 1)
        with self.refused(AccessError, "may not read"):
            mine.action_approve()

    def test_button_on_the_archive(self):
        self.assertEqual(self.of("clerk", self.archive).supply_count, 0)
        self.request()
        self.assertEqual(self.of("clerk", self.archive).supply_count, 0, "Requested only")
        self.person_archive.invalidate_recordset()
        supply = self.approved(archives=self.person_archive)
        archive = self.of("clerk", self.person_archive)
        self.assertEqual(archive.supply_count, 1)
        lines = archive.env["customer.archive.supply.line"].search(archive.action_view_supplies()["domain"])
        self.assertEqual(lines.supply_id, supply)
        self.assertEqual(lines.partner_id, self.recipient)

    # -- requesting -----------------------------------------------------------------------------------------------

    def test_who_may_request(self):
        south = self.open(self.companies(1, user_id=self.user["colleague"].id), self.category(applies_to="company"))
        allowed = {
            self.archive: {"clerk", "leader", "archivist", "manager"},
            south: {"colleague", "archivist", "manager"},
        }
        for archive, roles in allowed.items():
            for role in ROLES:
                with self.subTest(role=role, archive=archive.number):
                    if role in roles:
                        self.assertEqual(self.request(role, archive).requested_by_id, self.user[role])
                    else:
                        with self.refused(AccessError):
                            self.request(role, archive)

    def test_forged_values(self):
        for vals in (
            {"requested_by_id": self.user["leader"].id},
            {"state": "approved"},
            {"approved_by_id": self.user["archivist"].id, "approved_on": "2026-03-01"},
            {"name": "X-1"},
            {"handed_over_on": "2026-02-01"},
        ):
            for context in ({}, {f"default_{name}": value for name, value in vals.items()}):
                with self.subTest(vals=vals, context=bool(context)):
                    env = self.env_of("clerk", archive_governed=True, **context)
                    supply = env["customer.archive.supply"].create(
                        {"partner_id": self.recipient.id, "purpose": "x", **({} if context else vals)}
                    )
                    self.assertEqual((supply.state, supply.requested_by_id.id), ("draft", env.uid))
                    self.assertFalse(supply.approved_by_id or supply.handed_over_on)
                    self.assertRegex(supply.name, r"^TG-2026-\d{4}$")
        self.env["ir.default"].set("customer.archive.supply", "state", "handed_over")
        self.assertEqual(self.request().state, "draft")

    def test_governed_fields(self):
        supply = self.request()
        for vals in (
            {"state": "approved"},
            {"approved_by_id": self.user["archivist"].id},
            {"requested_by_id": self.user["archivist"].id},
            {"handed_over_on": "2026-03-01"},
            {"name": "x"},
            {"company_id": self.company_two.id},
        ):
            for role in ("clerk", "archivist", "manager"):
                with self.subTest(vals=vals, role=role), self.refused(UserError):
                    self.of(role, supply, archive_governed=True).write(vals)

    def test_draft_belongs_to_the_requester(self):
        supply = self.request()
        self.of("clerk", supply).write({"purpose": "Better said"})
        for role in ("leader", "archivist", "management"):
            with self.subTest(role=role):
                with self.refused(AccessError, "Clerk"):
                    self.of(role, supply).write({"purpose": "x"})
                with self.refused(AccessError):
                    self.env_of(role)["customer.archive.supply.line"].create(
                        {"supply_id": supply.id, "archive_id": self.person_archive.id}
                    )
                with self.refused(AccessError):
                    self.of(role, supply.line_ids).unlink()
        with self.refused(UserError):
            self.of("clerk", supply.line_ids).write({"archive_id": self.person_archive.id})
        self.of("clerk", supply).write({"line_ids": [(0, 0, {"archive_id": self.person_archive.id, "number": "X"})]})
        numbers = {self.archive.number, self.person_archive.number}
        self.assertEqual(set(supply.line_ids.mapped("number")), numbers)

    def test_form_offers_the_valid_agreement(self):
        with Form(self.env_of("clerk")["customer.archive.supply"]) as form:
            form.partner_id = self.recipient
            self.assertEqual(form.agreement_id.name, "BM-1")
            form.purpose = "x"

    # -- approving ------------------------------------------------------------------------------------------------

    def test_who_may_approve(self):
        supply = self.request()
        for role in READERS:
            with self.subTest(role=role):
                self.assertEqual(self.of(role, supply).may_approve, role in DECIDERS)
                if role not in DECIDERS:
                    with self.refused(AccessError):
                        self.of(role, supply).action_approve()
                    with self.refused(AccessError):
                        self.of(role, supply).action_refuse("x")
        self.of("management", supply).action_approve()
        self.assertEqual((supply.state, supply.approved_by_id), ("approved", self.user["management"]))
        self.assertEqual(supply.approved_on, date(2026, 3, 1))
        self.assertEqual(supply.activity_ids.user_id, self.user["clerk"])
        with self.refused(UserError, "not possible"):
            self.of("archivist", supply).action_approve()

    def test_never_the_requester(self):
        supply = self.request("archivist")
        self.assertFalse(self.of("archivist", supply).may_approve)
        with self.refused(AccessError, "somebody else"):
            self.of("archivist", supply).action_approve()
        self.of("manager", supply).action_approve()

    def test_no_agreement(self):
        with self.refused(UserError, "立诚会计师事务所", "2026-03-01", "Register the agreement"):
            self.approved(agreement_id=False)

    def test_agreement_with_somebody_else(self):
        with self.refused(UserError, "别的公司", "BM-1", "somebody else"):
            self.approved(partner_id=self.stranger.id)

    def test_agreement_on_the_day_of_the_approval(self):
        supply = self.request()
        for day in ("2025-12-31", "2026-07-01"):
            with freeze_time(f"{day} 08:00:00"), self.refused(UserError, "立诚", "BM-1", day, "Sign and register"):
                self.of("archivist", supply).action_approve()
        for day in ("2026-01-01", "2026-06-30"):
            with freeze_time(f"{day} 08:00:00"):
                savepoint = self.env.cr.savepoint()
                self.of("archivist", supply).action_approve()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_agreement_on_the_day_of_the_handing_over(self):
        supply = self.approved()
        with freeze_time("2026-07-01 08:00:00"), self.refused(UserError, "BM-1", "2026-07-01"):
            self.of("clerk", supply).action_hand_over()
        self.of("archivist", self.agreement).action_terminate("Breach")
        with self.refused(UserError, "BM-1", "Terminated"):
            self.of("clerk", supply).action_hand_over()

    def test_nothing_to_decide_on(self):
        with self.refused(UserError, "no archive"):
            self.approved(archives=self.env["customer.archive"])
        with self.refused(UserError, "which data"):
            self.approved(data_note=False)
        supply = self.approved(data_note=False, section_ids=[(4, self.env.ref("customer_archive.section_basic").id)])
        self.assertTrue(self.of("auditor", supply).data_summary)

    def test_approver_must_read_what_is_supplied(self):
        self.archive._change_level("secret", "x")
        supply = self.request()
        for role in ("archivist", "management"):
            with self.subTest(role=role), self.refused(AccessError, "clearance"):
                self.of(role, supply).action_approve()
        self.env["customer.archive.clearance"].create(
            {
                "user_id": self.user["management"].id,
                "level": "secret",
                "valid_from": "2026-01-01",
                "valid_until": "2026-12-31",
                "reason": "x",
            }
        )
        self.of("management", supply).action_approve()

    def test_level_raised_after_the_approval(self):
        supply = self.approved()
        self.archive._change_level("secret", "x")
        with self.refused(AccessError, "Archivist may not read"):
            self.of("clerk", supply).action_hand_over()

    def test_requester_who_lost_the_customer(self):
        supply, later = self.request(), self.approved(archives=self.person_archive)
        self.of("archivist", self.archive | self.person_archive)._reassign(self.user["colleague"], "x")
        with self.refused(AccessError, "Clerk"):
            self.of("archivist", supply).action_approve()
        with self.refused(AccessError, "Clerk"):
            self.of("archivist", later).action_hand_over()

    def test_requester_who_left(self):
        supply = self.request()
        self.user["clerk"].active = False
        with self.refused(AccessError, "Clerk"):
            self.of("archivist", supply).action_approve()

    def test_closed_archives(self):
        supply = self.request()
        self.archive._governed().write({"state": "sealed"})
        with self.refused(UserError, "closed"):
            self.of("archivist", supply).action_approve()

    # -- handing over ---------------------------------------------------------------------------------------------

    def test_who_hands_over(self):
        supply = self.request()
        with self.refused(UserError, "not possible"):
            self.of("clerk", supply).action_hand_over()
        self.of("archivist", supply).action_approve()
        for role in ("leader", "management"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, supply).action_hand_over()
        self.of("clerk", supply).action_hand_over()
        self.assertEqual((supply.state, supply.handed_over_by_id), ("handed_over", self.user["clerk"]))
        self.assertEqual(supply.handed_over_on, date(2026, 3, 1))
        self.assertFalse(supply.activity_ids)

    def test_frozen(self):
        approved, handed_over = self.approved(), self.approved(archives=self.person_archive)
        self.of("archivist", handed_over).action_hand_over()
        for supply in (approved, handed_over):
            for role in ("clerk", "archivist", "manager"):
                mine = self.of(role, supply)
                for attempt in (
                    lambda mine=mine: mine.write({"purpose": "x"}),
                    lambda mine=mine: mine.write({"partner_id": self.stranger.id}),
                    lambda mine=mine: mine.write({"section_ids": [(5,)]}),
                    lambda mine=mine: mine.write({"line_ids": [(5,)]}),
                    lambda mine=mine: mine.line_ids.unlink(),
                    lambda mine=mine: mine.env["customer.archive.supply.line"].create(
                        {"supply_id": mine.id, "archive_id": self.archive.id}
                    ),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.copy(),
                    lambda mine=mine: mine.line_ids.copy(),
                ):
                    with self.refused(UserError):
                        attempt()
            for attempt in (supply.unlink, supply.copy, supply.line_ids.unlink):
                with self.refused(UserError):
                    attempt()
        for step in ("action_cancel", "action_refuse"):
            with self.refused(UserError, "not possible"):
                getattr(self.of("archivist", handed_over), step)("x")

    def test_refusing_and_cancelling(self):
        refused, cancelled = self.request(), self.approved(archives=self.person_archive)
        with self.refused(UserError, "reason"):
            self.of("archivist", refused).action_refuse("")
        self.of("archivist", refused).action_refuse("No need")
        self.assertEqual((refused.state, refused.end_reason), ("refused", "No need"))
        for role in ("leader", "management"):
            with self.refused(AccessError):
                self.of(role, cancelled).action_cancel("x")
        self.of("clerk", cancelled).action_cancel("Not needed any more")
        self.assertEqual(cancelled.state, "cancelled")

    def test_other_company(self):
        supply = self.request()
        for role in ("clerk_two", "archivist_two"):
            mine = self.of(role, supply)
            self.assertFalse(mine.search([("id", "=", supply.id)]))
            with self.refused(AccessError):
                mine.action_approve()
            with self.refused(AccessError):
                self.request(role)
            self.assertFalse(self.of(role, self.agreement).has_access("read"))

    def test_thousands(self):
        archives = self.open(self.companies(300), self.category(applies_to="company"))
        supply = self.approved(archives=archives)
        self.assertEqual(supply.line_count, 300)

    # -- agreements -----------------------------------------------------------------------------------------------

    def test_state_of_an_agreement(self):
        Agreement = self.env["customer.archive.agreement"]
        for day, state in (
            ("2025-12-31", "future"),
            ("2026-01-01", "valid"),
            ("2026-06-30", "valid"),
            ("2026-07-01", "ended"),
        ):
            with freeze_time(f"{day} 08:00:00"):
                self.env.invalidate_all()
                self.assertEqual(self.agreement.state, state)
                for searched in ("future", "valid", "ended", "terminated"):
                    found = Agreement.search([("state", "=", searched), ("id", "=", self.agreement.id)])
                    self.assertEqual(bool(found), searched == state, (day, searched))
        self.of("archivist", self.agreement).action_terminate("Breach")
        self.env.invalidate_all()
        self.assertEqual((self.agreement.state, self.agreement.terminate_reason), ("terminated", "Breach"))
        self.assertTrue(Agreement.search([("state", "in", ("terminated",)), ("id", "=", self.agreement.id)]))
        with self.refused(UserError, "already"):
            self.of("archivist", self.agreement).action_terminate("Breach")

    def test_agreement_in_use_stays_as_it_was(self):
        self.of("archivist", self.agreement).write({"valid_until": "2026-08-31"})
        self.approved()
        for vals in ({"valid_until": "2030-01-01"}, {"partner_id": self.stranger.id}, {"signed_on": "2020-01-01"}):
            for role in ("archivist", "manager"):
                with self.subTest(vals=vals), self.refused(UserError, "TG-2026-", "another agreement"):
                    self.of(role, self.agreement).write(vals)
        with self.refused(UserError):
            self.of("manager", self.agreement).unlink()
        for role in ("clerk", "leader", "management", "auditor", "security"):
            with self.refused(AccessError):
                self.of(role, self.agreement).action_terminate("x")
        for vals in ({"terminated_on": "2026-01-01"}, {"terminate_reason": "x"}, {"reminded_for": "2026-06-30"}):
            with self.refused(UserError, "Terminate"):
                self.of("manager", self.agreement, archive_governed=True).write(vals)

    def remind(self, day):
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_agreements").method_direct_trigger()
        return self.agreement.activity_ids

    def test_reminder(self):
        self.assertFalse(self.remind("2026-05-30"))
        activity = self.remind("2026-05-31")
        self.assertEqual(activity.user_id, self.user["archivist"])
        self.assertEqual(activity.date_deadline, date(2026, 6, 30))
        self.assertEqual(self.remind("2026-06-01"), activity, "Once only")
        activity.unlink()
        self.assertFalse(self.remind("2026-06-02"), "Nor again when it is done")
        self.agreement.valid_until = "2026-07-31"
        self.assertTrue(self.remind("2026-07-05"), "A new term, a new reminder")

    def test_reminder_where_the_keeper_left(self):
        self.user["archivist"].active = False
        self.assertTrue(self.remind("2026-06-01").user_id.has_group("customer_archive.group_archivist"))

    def test_no_reminder_of_what_is_over(self):
        self.of("archivist", self.agreement).action_terminate("x")
        self.assertFalse(self.remind("2026-06-01"))

    def test_files_of_an_agreement(self):
        env = self.env_of("archivist")
        file = env["ir.attachment"].create({"name": "scan.pdf", "raw": b"x", "res_model": "customer.archive.agreement"})
        self.of("archivist", self.agreement).write({"attachment_ids": [(4, file.id)]})
        self.env.flush_all()
        self.assertEqual(self.of("clerk", self.agreement).attachment_ids.mapped("name"), ["scan.pdf"])
        self.assertTrue(self.of("clerk", file).has_access("read"))
        self.assertFalse(self.of("archivist_two", file).has_access("read"))
