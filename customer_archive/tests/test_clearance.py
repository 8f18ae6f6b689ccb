"""Clearance for confidential archives: who grants it, what it opens, and that it closes by the date (A2)."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

FIXED = {
    "user_id": 1,
    "level": "core",
    "valid_from": "2020-01-01",
    "valid_until": "2098-01-01",
    "reason": "x",
    "state": "revoked",
    "granted_by_id": 1,
    "revoked_on": "2030-01-01",
    "revoked_by_id": 1,
    "revoke_reason": "x",
    "is_wound_up": True,
}


@tagged("post_install", "-at_install")
class TestClearance(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive._governed().level = "secret"
        cls.person_archive._governed().level = "core"
        cls.officer_two = cls.user["security"].copy({"login": "test_security_two", "name": "Second"})

    def sees(self, role, partner=None):
        return self.of(role, partner or self.archived).has_access("read")

    def grant(self, role="archivist", by="security", **vals):
        values = {"user_id": self.user[role].id, "valid_until": "2099-12-31", "reason": "Tender", **vals}
        return self.env_of(by)["customer.archive.clearance"].create(values)

    # -- what it opens ----------------------------------------------------------------------------------------

    def test_it_opens_and_closes_by_the_date(self):
        """Without anything being flushed, cleared or run: the days are compared whenever somebody reads."""
        with freeze_time("2031-05-01 04:00:00"):
            for role in ("management", "archivist", "service", "colleague", "employee", "leader", "manager"):
                self.grant(role, valid_from="2031-05-10", valid_until="2031-05-20")
        # The company is in China: its days begin at 16:00 UTC of the day before.
        for moment, open_ in (
            ("2031-05-09 15:59:00", False),
            ("2031-05-09 16:00:00", True),
            ("2031-05-15 04:00:00", True),
            ("2031-05-20 15:59:00", True),
            ("2031-05-20 16:00:00", False),
            ("2032-01-01 04:00:00", False),
        ):
            with freeze_time(moment):
                for role in ("management", "archivist", "manager"):
                    with self.subTest(moment=moment, role=role):
                        self.assertEqual(self.sees(role), open_)
                        found = self.env_of(role)["res.partner"].search([("id", "=", self.archived.id)])
                        self.assertEqual(bool(found), open_)
                        self.assertEqual(self.of(role, self.archive).has_access("read"), open_)
                        self.assertFalse(self.sees(role, self.archived_person))  # one level above
                for role in ("service", "colleague", "employee", "security", "auditor"):
                    with self.subTest(moment=moment, role=role):
                        self.assertFalse(self.sees(role))

    def test_no_time_zone_stretches_it(self):
        with freeze_time("2031-05-01 04:00:00"):
            self.grant("archivist", valid_from="2031-05-10", valid_until="2031-05-20")
        for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
            self.user["archivist"].tz = zone
            for moment, open_ in (("2031-05-09 12:00:00", False), ("2031-05-20 17:00:00", False)):
                with freeze_time(moment), self.subTest(zone=zone, moment=moment):
                    mine = self.of("archivist", self.archived, tz=zone)
                    self.assertEqual(mine.has_access("read"), open_)

    def test_levels(self):
        self.grant("management", level="core")
        self.assertTrue(self.sees("management") and self.sees("management", self.archived_person))
        with self.refused(AccessError):
            self.of("management", self.archived).write({"comment": "x"})
        self.grant("archivist", level="core")
        self.of("archivist", self.archived).write({"comment": "x"})
        self.assertFalse(self.of("archivist_two", self.archived).has_access("read"))

    # -- granting ---------------------------------------------------------------------------------------------

    def test_who_grants(self):
        values = {"user_id": self.user["management"].id, "valid_until": "2099-12-31", "reason": "x"}
        clearance = self.grant("archivist")
        self.assertEqual(clearance.granted_by_id, self.user["security"])
        for role in [*ROLES, "public"]:
            if role == "security":
                continue
            mine = self.of(role, clearance)
            attempts = {
                "create": lambda mine=mine: mine.create(values),
                "write": lambda mine=mine: mine.write({"revoke_reason": "x"}),
                "unlink": lambda mine=mine: mine.unlink(),
                "withdraw": lambda mine=mine: mine._revoke("x"),
                "dialog": lambda mine=mine, role=role: self.env_of(role)["customer.archive.clearance.revoke"].create(
                    {"clearance_ids": mine.ids, "reason": "x"}
                ),
            }
            if role != "auditor":
                attempts["read"] = lambda mine=mine: mine.read(["level"])
            for name, attempt in attempts.items():
                with self.subTest(role=role, attempt=name), self.refused(UserError):
                    attempt()
        self.assertEqual(self.of("auditor", clearance).reason, "Tender")
        self.assertEqual(clearance.status, "valid")

    def test_nobody_grants_to_themselves(self):
        security = self.user["security"]
        security.group_ids += self.env.ref("customer_archive.group_archivist")
        attempts = {
            "create": lambda: self.grant("security"),
            "for another": lambda: self.grant("security", granted_by_id=self.officer_two.id),
            "default": lambda: self.env_of("security", default_granted_by_id=self.officer_two.id)[
                "customer.archive.clearance"
            ].create({"user_id": security.id, "valid_until": "2099-12-31", "reason": "x"}),
            "load": lambda: self._load(security),
            "superuser's rights": lambda: self.env_of("security")["customer.archive.clearance"]
            .sudo()
            .create({"user_id": security.id, "valid_until": "2099-12-31", "reason": "x"}),
            "rewrite": lambda: self.grant("archivist").write({"user_id": security.id}),
            "forged key": lambda: self.grant("archivist")
            .with_context(archive_governed=True)
            .write({"user_id": security.id}),
            "copy": lambda: self.grant("archivist").copy({"user_id": security.id, "valid_from": "2098-01-01"}),
        }
        for name, attempt in attempts.items():
            with self.subTest(attempt=name), self.refused(UserError):
                attempt()
        self.assertFalse(self.sees("security"))
        forged = self.grant("archivist", granted_by_id=self.officer_two.id, state="revoked", is_wound_up=True)
        self.assertEqual((forged.granted_by_id, forged.state, forged.is_wound_up), (security, "granted", False))

    def _load(self, user):
        result = self.env_of("security")["customer.archive.clearance"].load(
            ["user_id/.id", "valid_until", "reason"], [[str(user.id), "2099-12-31", "x"]]
        )
        if not result["ids"]:
            raise UserError(str(result["messages"]))

    def test_a_term_and_a_reason_are_needed(self):
        for vals in (
            {"valid_until": "2020-01-01", "valid_from": "2019-01-01"},
            {"valid_until": "2090-01-01", "valid_from": "2091-01-01"},
            {"reason": "  "},
        ):
            with self.subTest(vals=vals), self.refused(ValidationError):
                self.grant("archivist", **vals)

    def test_for_active_employees_only(self):
        self.user["clerk_two"].active = False
        for role in ("portal", "public", "clerk_two"):
            with self.subTest(role=role), self.refused(UserError):
                self.grant(role)

    def test_one_clearance_at_a_time(self):
        first = self.grant("archivist", valid_from="2031-01-01", valid_until="2031-12-31")
        with self.refused(ValidationError, "already", self.user["archivist"].name):
            self.grant("archivist", valid_from="2031-12-31", valid_until="2032-12-31")
        self.grant("archivist", valid_from="2032-01-01", valid_until="2032-12-31")
        self.grant("archivist", level="core", valid_from="2031-06-01", valid_until="2031-06-30")
        first._revoke("x")
        self.grant("archivist", valid_from="2031-02-01", valid_until="2031-12-31")

    def test_nothing_is_changed_afterwards(self):
        clearance = self.grant("archivist")
        for name, value in FIXED.items():
            for way in (clearance, clearance.with_context(archive_governed=True), clearance.sudo()):
                with self.subTest(field=name), self.refused(UserError, "withdraw it"):
                    way.write({name: value})
        for way in (clearance, clearance.sudo()):
            with self.refused(UserError):
                way.unlink()

    # -- its end ----------------------------------------------------------------------------------------------

    def test_withdrawing(self):
        clearance = self.grant("archivist")
        other = self.grant("archivist", level="core", valid_from="2098-01-01")
        self.assertTrue(self.sees("archivist"))
        self.archived.message_subscribe(self.user["archivist"].partner_id.ids)
        action = self.of("security", clearance).action_revoke()
        wizard = Form(self.env_of("security", **action["context"])[action["res_model"]])
        self.assertIn("2098-01-01", wizard.others)
        with self.assertRaises(AssertionError):
            wizard.save()  # without a reason
        wizard.reason = "Project over"
        wizard.save().action_apply()
        self.assertEqual((clearance.status, clearance.revoke_reason), ("revoked", "Project over"))
        self.assertEqual(clearance.revoked_by_id, self.user["security"])
        self.assertEqual(other.status, "future")
        self.assertFalse(self.sees("archivist"))
        self.assertNotIn(self.user["archivist"].partner_id, self.archived.message_partner_ids)
        for reason in (None, " ", False, 3):
            with self.refused(UserError, "reason"):
                self.of("security", other)._revoke(reason)
        with self.refused(UserError, "ended already"):
            self.of("security", clearance)._revoke("again")

    def test_deactivated_users_lose_it(self):
        clearance = self.grant("archivist")
        self.user["archivist"].active = False
        self.assertEqual((clearance.status, bool(clearance.revoke_reason)), ("revoked", True))
        self.user["archivist"].active = True
        self.assertFalse(self.sees("archivist"))

    def test_the_night_after(self):
        follower = self.user["archivist"].partner_id
        with freeze_time("2031-05-01 04:00:00"):
            clearance = self.grant("archivist", valid_until="2031-05-20")
            self.archived.message_subscribe(follower.ids)
        cron = self.env.ref("customer_archive.ir_cron_clearance_ended")
        for moment, ended in (
            ("2031-05-20 15:00:00", False),
            ("2031-05-20 16:10:00", True),
            ("2031-05-20 16:20:00", True),
        ):
            with freeze_time(moment):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(clearance.is_wound_up, ended)
                self.assertEqual(follower in self.archived.message_partner_ids, not ended)
        self.assertEqual(len(clearance.message_ids.filtered(lambda m: "2031-05-20" in (m.body or ""))), 1)

    # -- where it is found ------------------------------------------------------------------------------------

    def test_menus_and_views(self):
        root = self.env.ref("customer_archive.customer_archive_menu").id
        security = self.env.ref("customer_archive.customer_archive_security_menu").id
        clearances = self.env.ref("customer_archive.customer_archive_clearance_menu").id
        customers = self.env.ref("customer_archive.res_partner_menu").id
        archives = self.env.ref("customer_archive.customer_archive_archive_menu").id
        for role in ROLES:
            if role in ("portal",):
                continue
            menus = self.env_of(role)["ir.ui.menu"]._visible_menu_ids()
            officer = role in ("security", "auditor")
            user = self.user[role].has_group("customer_archive.group_user")
            with self.subTest(role=role):
                self.assertIn(root, menus)  # whoever may ask for an archive on loan needs it
                self.assertEqual(clearances in menus, officer)
                self.assertEqual(security in menus, officer or role.startswith(("archivist", "manager")))
                self.assertEqual(customers in menus, user)
                self.assertEqual(archives in menus, user)
        for role in ("security", "auditor"):
            self.env_of(role)["customer.archive.clearance"].get_views(
                [(False, "list"), (False, "form"), (False, "search")]
            )

    def test_filters(self):
        with freeze_time("2031-05-15 04:00:00"):
            valid = self.grant("archivist", valid_from="2031-05-01", valid_until="2031-05-20")
            future = self.grant("management", valid_from="2032-05-01", valid_until="2032-05-20")
            arch = self.env.ref("customer_archive.customer_archive_clearance_view_search").arch
            self.assertIn("in_force", arch)
            model = self.env["customer.archive.clearance"]
            in_force = model.search(
                [("state", "=", "granted"), ("valid_from", "<=", "today"), ("valid_until", ">=", "today")]
            )
            self.assertIn(valid, in_force)
            self.assertNotIn(future, in_force)
            self.assertTrue(valid.has_effect)
        self.assertFalse(self.grant("service").has_effect)

    def test_companies(self):
        mine = self.grant("archivist")
        with self.refused(AccessError):
            self.grant("archivist_two")
        officer = self.officer_two
        officer.write({"company_id": self.company_two.id, "company_ids": [(6, 0, self.company_two.ids)]})
        self.env.invalidate_all()
        self.assertFalse(mine.with_user(officer).search([("id", "=", mine.id)]))
