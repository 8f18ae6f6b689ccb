"""The full scan for duplicates: what it finds, who sees and decides it, what is remembered, merging (product.md Q3)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .test_match import MatchCommon

READERS = ("clerk", "leader", "service", "management", "archivist", "manager")


@tagged("post_install", "-at_install")
class TestMatchScan(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM customer_archive_match")
        cls.twin = cls.partner(name="華強電子", is_company=True, phone="+86 755 1234 5678", city="深圳")
        cls.scans = cls.env["customer.archive.match.scan"]
        cls.matches = cls.env["customer.archive.match"]

    def scan(self, kind="full"):
        self.scans._start(kind)._run()
        return self.match(self.customer, self.twin)

    def match(self, one, two):
        return self.matches.search([("partner_id", "=", one.id), ("other_id", "=", two.id)])

    def test_finds_and_explains(self):
        match = self.scan()
        self.assertEqual(match.partner_ids, self.customer | self.twin)
        self.assertEqual((match.state, match.group_number), ("open", self.customer.id))
        self.assertGreaterEqual(match.score, 80)
        self.assertIn("Same telephone line", match.reason_text)
        self.assertIn("+42", match.reason_lines)
        scan = self.scans.search([], limit=1)
        self.assertEqual((scan.state, scan.progress), ("done", 100))
        self.assertFalse(self.match(self.person, self.archived_person))

    def test_again_changes_nothing(self):
        match = self.scan()
        found_on = match.found_on
        self.assertEqual(self.scan(), match)
        self.assertEqual(match.found_on, found_on)

    def test_groups(self):
        third = self.partner(name="深圳华强电子", is_company=True, phone="0755 12345678", city="深圳市")
        apart = self.partner(
            {"name": "李四", "phone": "13500135000", "city": "上海市"},
            {"name": "李四", "phone": "135 0013 5000", "city": "上海"},
        )
        self.scan()
        self.assertEqual(
            set(self.matches.search([("partner_ids", "in", third.ids)]).mapped("group_number")), {self.customer.id}
        )
        self.assertEqual(self.match(*apart).group_number, apart[0].id)

    def test_changed_customers(self):
        self.scan()
        again = self.partner(name="北京同仁堂", is_company=True, phone="010-67001234")
        self.assertFalse(self.match(self.archived, again))
        self.scan("changed")
        self.assertTrue(self.match(self.archived, again))
        again.write({"name": "另一家贸易公司", "phone": "021-55556666"})
        self.scan("changed")
        self.assertFalse(self.match(self.archived, again).exists())  # alike no more
        self.assertTrue(self.match(self.customer, self.twin))
        self.env.cr.execute("SELECT count(*) FROM customer_archive_match_changed")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_not_compared(self):
        self.twin.active = False
        self.assertFalse(self.scan())
        self.twin.active = True
        self.assertTrue(self.scan())
        self.customer.company_id, self.twin.company_id = self.company_one, self.company_two
        self.assertFalse(self.scan())
        self.twin.company_id = False
        self.assertTrue(self.scan())
        self.twin.parent_id = self.customer
        self.assertFalse(self.scan())

    def test_employees_are_no_customers(self):
        self.user["employee"].partner_id.write({"name": self.person.name, "phone": self.person.phone})
        self.scan()
        self.assertFalse(self.matches.search([("partner_ids", "in", self.user["employee"].partner_id.ids)]))

    def test_threshold_and_weights(self):
        match = self.scan()
        self.open(self.customer | self.twin, self.category(duplicate_threshold=140))
        self.assertFalse(self.scan())
        (self.customer | self.twin).archive_category_id.duplicate_threshold = 70
        self.assertTrue(self.scan())
        weight = self.env["customer.archive.match.weight"].search([("code", "=", "phone_same")])
        weight.with_user(self.user["manager"]).points = 0
        self.assertFalse(self.scan())
        weight.action_reset()
        self.assertTrue(self.scan())
        with self.refused(ValidationError):
            weight.points = -5
        self.assertTrue(match)

    def test_not_a_duplicate_is_remembered(self):
        match = self.scan()
        self.of("clerk", match).action_not_duplicate()
        self.assertEqual((match.state, match.decided_by_id), ("not_duplicate", self.user["clerk"]))
        self.twin.email = self.customer.email
        self.assertEqual(self.scan(), match)
        self.assertEqual(match.state, "not_duplicate")
        self.of("clerk", match).action_reopen()
        self.assertEqual(match.state, "open")
        with self.refused(UserError):
            self.of("clerk", match).action_reopen()

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_match_scan").method_direct_trigger()
        self.assertTrue(self.match(self.customer, self.twin))
        self.assertEqual(self.scans.search([], limit=1).kind, "changed")

    def test_button(self):
        for role in ("clerk", "leader", "service", "management", "employee"):
            with self.refused(AccessError):
                self.env_of(role)["customer.archive.match.scan"].action_start()
        self.env_of("archivist")["customer.archive.match.scan"].action_start()
        with self.refused(UserError, "running already"):
            self.env_of("archivist")["customer.archive.match.scan"].action_start()
        self.scans.search([("state", "=", "running")])._run()
        self.assertTrue(self.match(self.customer, self.twin))

    # -- rights ------------------------------------------------------------------------------------------

    def test_who_sees_pairs(self):
        match = self.scan()
        for role in (*self.user,):
            env = self.env_of(role)
            if role in ("clerk_two", "colleague", "archivist_two", *READERS):
                found = env["customer.archive.match"].search([("id", "=", match.id)])
                # Both are free customers here: whose they are, and leaders and archivists.
                self.assertEqual(bool(found), role not in ("colleague", "clerk_two"), role)
            else:
                with self.refused(AccessError):
                    env["customer.archive.match"].search([])

    def test_who_sees_pairs_of_archived_customers(self):
        again = self.partner(name="北京同仁堂", is_company=True, phone="010-67001234")
        again.user_id = self.user["colleague"]
        self.scan()
        match = self.match(self.archived, again)
        self.assertTrue(match)
        for role, sees in {"clerk": True, "leader": True, "archivist": True, "colleague": False}.items():
            self.assertEqual(
                bool(self.env_of(role)["customer.archive.match"].search([("id", "=", match.id)])), sees, role
            )
        with self.refused(AccessError):
            self.of("colleague", match).read(["reason_text"])
        self.archive._governed().level = "secret"
        self.assertFalse(self.env_of("archivist")["customer.archive.match"].search([("id", "=", match.id)]))

    def test_who_writes(self):
        match = self.scan()
        for role in (*self.user,):
            mine = self.of(role, match)
            for attempt in (
                lambda mine=mine: mine.write({"state": "not_duplicate"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create({"partner_id": self.person.id, "other_id": self.twin.id}),
            ):
                with self.refused(AccessError):
                    attempt()
            scans = self.env_of(role)["customer.archive.match.scan"]
            with self.refused(AccessError):
                scans.create({"kind": "full"})
            weights = self.of(role, self.env["customer.archive.match.weight"].search([], limit=1))
            if role != "manager":
                with self.refused(AccessError):
                    weights.write({"points": 1})
            for attempt in (lambda w=weights: w.unlink(), lambda w=weights: w.create({"code": "x", "points": 1})):
                with self.refused(AccessError):
                    attempt()

    def test_who_decides(self):
        again = self.partner(name="北京同仁堂", is_company=True, phone="010-67001234")
        self.open(again, self.category_company)
        self.scan()
        match = self.match(self.archived, again)
        for role in ("service", "management", "employee", "colleague", "auditor", "security", "portal"):
            for method in ("action_not_duplicate", "action_merge"):
                with self.refused(AccessError):
                    getattr(self.of(role, match), method)()
            if role in ("service", "management"):
                self.assertFalse(self.of(role, match).can_decide)
        for role in ("clerk", "leader", "archivist"):
            self.assertTrue(self.of(role, match).can_decide, role)
            self.of(role, match).action_not_duplicate()
            self.of(role, match).action_reopen()
        action = self.of("archivist", match).action_merge()
        self.assertEqual(set(action["context"]["active_ids"]), set((self.archived | again).ids))

    # -- merging -----------------------------------------------------------------------------------------

    def merge(self, sources, destination):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | destination).ids, destination)

    def test_merged(self):
        third = self.partner(name="深圳华强电子", is_company=True, phone="0755 12345678", city="深圳市")
        match = self.scan()
        remembered = self.match(self.twin, third)
        remembered.action_not_duplicate()
        gone = self.twin.id
        self.merge(self.twin, self.customer)
        self.assertEqual((match.state, match.partner_ids, match.other_id.id), ("merged", self.customer, False))
        for role in ("clerk", "archivist"):
            self.assertEqual(self.of(role, match).search([("state", "=", "merged"), ("id", "=", match.id)]), match)
        # The decision about the one that is gone holds for the one that goes on.
        self.env.cr.execute("SELECT count(*) FROM customer_archive_match_key WHERE partner_id = %s", [gone])
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertKeysRight(self.customer)
        self.scan("changed")
        self.assertFalse(self.matches.search([("partner_ids", "=", gone)]))
        self.assertIn(self.match(self.customer, third).state, ("open", "not_duplicate"))

    def test_merging_three(self):
        third = self.partner(name="深圳华强电子", is_company=True, phone="0755 12345678", city="深圳市")
        self.scan()
        self.merge(self.twin | third, self.customer)
        self.assertEqual(
            set(self.matches.search([("partner_ids", "in", self.customer.ids)]).mapped("state")), {"merged"}
        )
        self.scan()

    def test_deleted_customer(self):
        match = self.scan()
        self.twin.unlink()
        self.assertFalse(match.exists())
