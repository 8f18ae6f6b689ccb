"""The quality board: its figures, whose they are, the archives behind them (product.md O4)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ROLES, ArchiveCommon

QUALITY = "customer.archive.quality"
ARCHIVE = "customer.archive"
READERS = {"clerk", "colleague", "leader", "service", "management", "archivist", "manager", "auditor"}
TODAY = "2026-06-10 02:00:00"


@tagged("post_install", "-at_install")
class TestQuality(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))
        cls.env.cr.execute("DELETE FROM customer_archive_quality")
        (cls.archive | cls.person_archive).team_id = cls.team_north
        cls.south = cls.open(
            cls.partner({"name": "南方甲", "user_id": cls.user["colleague"].id}, {"name": "南方乙", "user_id": False}),
            cls.category_person,
        )
        cls.south[0].team_id = cls.team_south
        cls.south[1].team_id = False
        cls.everything = cls.archive | cls.person_archive | cls.south
        cls.archive.verification_own_on = "2026-06-09"
        cls.south.verification_own_on = "2026-12-01"
        cls.person_archive.verification_own_on = "2026-06-10"
        cls.env["customer.archive.match"].create(
            {
                "partner_id": cls.archived.id,
                "other_id": cls.south[0].partner_id.id,
                "partner_ids": [(6, 0, [cls.archived.id, cls.south[0].partner_id.id])],
                "score": 80,
            }
        )
        cls.findings = cls.env["customer.archive.finding"].create(
            [
                {"archive_id": cls.archive.id, "title": "a", "description": "a", "deadline": "2026-06-09"},
                {"archive_id": cls.archive.id, "title": "b", "description": "b"},
                {"archive_id": cls.south[0].id, "title": "c", "description": "c"},
            ]
        )
        cls.count()

    @classmethod
    def count(cls):
        cls.env[QUALITY]._count()
        # The demo company's own archives are not those of the roles' company.
        cls.env.invalidate_all()

    def data(self, role, **chosen):
        return self.env_of(role)[QUALITY].board_data(**chosen)

    def behind(self, role, name, **chosen):
        """The archives behind a figure, as the client would list them."""
        env = self.env_of(role)
        action = env[QUALITY].board_action(name, **chosen)
        return self.env[ARCHIVE].browse(env[action["res_model"]].search(action["domain"]).ids)

    # -- figures ------------------------------------------------------------------------------------------------

    def test_figures(self):
        data = self.data("archivist")
        figures = data["figures"]
        self.assertEqual(data["month"], "2026-06-01")
        self.assertEqual(figures["archive_count"], 4)
        self.assertEqual(figures["completeness"], round(sum(self.everything.mapped("completeness")) / 4))
        self.assertEqual((figures["overdue_count"], figures["overdue_rate"]), (1, 25))
        self.assertEqual(figures["duplicate_count"], 2)
        self.assertEqual((figures["finding_count"], figures["finding_late_count"]), (3, 1))
        self.assertEqual({row["name"] for row in data["teams"]}, {"华北", "华南", ""})
        self.assertEqual(len(data["trend"]), 12)
        self.assertEqual(data["trend"][-1]["archive_count"], 4)
        self.assertIsNone(data["trend"][0]["archive_count"])
        self.assertTrue(data["may_count"])

    def test_chosen(self):
        self.assertEqual(self.data("archivist", team_id=self.team_north.id)["figures"]["archive_count"], 2)
        self.assertEqual(self.data("archivist", team_id=0)["figures"]["archive_count"], 1)
        self.assertEqual(self.data("archivist", owner_id=0)["figures"]["archive_count"], 1)
        self.assertEqual(self.data("archivist", owner_id=self.user["colleague"].id)["figures"]["finding_count"], 1)
        self.assertEqual(self.behind("archivist", "finding_count", team_id=self.team_north.id), self.archive)

    def test_the_month_goes_on_and_stays(self):
        def june():
            return self.env[QUALITY].search([("month", "=", "2026-06-01"), ("company_id", "=", self.company_one.id)])

        before = june()
        self.count()
        self.assertFalse(before & june())
        self.assertEqual(sum(june().mapped("archive_count")), 4)
        self.south[1].action_deactivate("x")
        with freeze_time("2026-06-30 17:00:00"):  # July already in China
            self.count()
            self.assertEqual(self.data("archivist")["month"], "2026-07-01")
            self.assertEqual(self.data("archivist")["figures"]["archive_count"], 3)
            self.assertEqual([p["archive_count"] for p in self.data("archivist")["trend"][-2:]], [4, 3])
        self.assertEqual(sum(june().mapped("archive_count")), 4, "what is past stays")

    def test_one_statement(self):
        with self.assertQueryCount(12):
            self.env[QUALITY]._count()
        self.open(self.companies(40), self.category_company)
        with self.assertQueryCount(12):
            self.env[QUALITY]._count()

    def test_ratios_of_groups(self):
        """A per cent of teams is not the mean of the teams' per cents."""
        self.env[QUALITY].create(
            [
                {
                    "month": "2026-01-01",
                    "company_id": self.company_one.id,
                    "level": level,
                    "counted_at": TODAY,
                    "archive_count": count,
                    "completeness_sum": total,
                }
                for level, count, total in (("public", 1, 100), ("internal", 9, 0))
            ]
        )
        rows = self.env_of("archivist")[QUALITY].formatted_read_group(
            [("month", "=", "2026-01-01")], ["month:month"], ["completeness:avg", "overdue_rate:avg"]
        )
        self.assertEqual((rows[0]["completeness:avg"], rows[0]["overdue_rate:avg"]), (10, False))
        described = self.env_of("archivist")[QUALITY].fields_get(["completeness"])["completeness"]
        self.assertEqual(described["aggregator"], "avg")

    # -- who ----------------------------------------------------------------------------------------------------

    def test_rights(self):
        row = self.env[QUALITY].search([("company_id", "=", self.company_one.id)], limit=1)
        for role in [*ROLES, "public"]:
            if role.endswith("_two"):
                continue
            quality = self.env(user=self.user[role])[QUALITY]
            with self.subTest(role=role):
                self.assertEqual(quality.has_access("read"), role in READERS)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(quality.has_access(operation))
                if role not in READERS:
                    for step in (
                        lambda role=role: self.data(role),
                        lambda role=role: self.env_of(role)[QUALITY].board_action("archive_count"),
                        lambda role=role: self.env_of(role)[QUALITY].action_count_now(),
                        lambda role=role: self.of(role, row).read(["archive_count"]),
                    ):
                        with self.assertRaises(AccessError):
                            step()
        for role in READERS - {"archivist", "manager"}:
            with self.subTest(role), self.assertRaises(AccessError):
                self.env_of(role)[QUALITY].action_count_now()
        self.assertTrue(self.env_of("archivist")[QUALITY].action_count_now())

    def test_whose_figures(self):
        self.archive._change_level("public", "x")  # read by all of the archive's users, but not on their boards
        self.count()
        expected = {
            "clerk": self.archive | self.person_archive,
            "colleague": self.south[0],
            "leader": self.archive | self.person_archive,
            "service": self.env[ARCHIVE],
            "management": self.everything,
            "archivist": self.everything,
        }
        for role, archives in expected.items():
            with self.subTest(role=role):
                self.assertEqual(self.data(role)["figures"]["archive_count"], len(archives))
                self.assertEqual(self.behind(role, "archive_count"), archives)
        self.assertEqual(self.data("auditor")["figures"]["archive_count"], 4)
        self.assertEqual(self.data("archivist_two")["figures"]["archive_count"], 0)
        # Nor by asking the model itself.
        rows = self.env_of("colleague")[QUALITY].search([])
        self.assertEqual(rows.owner_id, self.user["colleague"])
        others = self.env[QUALITY].search([("owner_id", "=", self.user["clerk"].id)])
        with self.assertRaises(AccessError):
            self.of("colleague", others).read(["archive_count"])

    def test_figures_obey_levels(self):
        self.archive._change_level("core", "x")
        self.count()
        for role, count in (("management", 3), ("archivist", 3), ("clerk", 2), ("leader", 2), ("auditor", 4)):
            with self.subTest(role=role):
                self.assertEqual(self.data(role)["figures"]["archive_count"], count)
        self.clear("management", "core")
        self.assertEqual(self.data("management")["figures"]["archive_count"], 4)

    def test_behind_each_figure(self):
        names = ("overdue_count", "duplicate_count", "finding_count", "finding_late_count")
        expected = {
            "archivist": (self.archive, self.archive | self.south[0], self.archive | self.south[0], self.archive),
            "leader": (self.archive, self.archive, self.archive, self.archive),
            "clerk": (self.archive, self.archive, self.archive, self.archive),
            "colleague": (self.env[ARCHIVE], self.south[0], self.south[0], self.env[ARCHIVE]),
        }
        for role, lists in expected.items():
            for name, archives in zip(names, lists, strict=True):
                with self.subTest(role=role, name=name):
                    self.assertEqual(self.behind(role, name), archives)
        self.assertLessEqual(self.behind("archivist", "completeness"), self.everything)
        self.assertEqual(self.behind("archivist", "freshness"), self.everything)
        for name in ("overdue_rate", "unlink", "", None):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.env_of("archivist")[QUALITY].board_action(name)

    def test_auditor_gets_findings(self):
        data = self.data("auditor")
        self.assertEqual(data["clickable"], ["finding_count", "finding_late_count"])
        env = self.env_of("auditor")
        action = env[QUALITY].board_action("finding_late_count")
        self.assertEqual(env[action["res_model"]].search(action["domain"]).ids, self.findings[0].ids)
        with self.assertRaises(AccessError):
            env[QUALITY].board_action("archive_count")

    def test_flags_tell_nobody_else(self):
        """A public archive's findings and duplicates are nothing that every reader may ask for."""
        self.archive._change_level("public", "x")
        for name in ("has_open_finding", "has_late_finding", "is_possible_duplicate", "is_on_my_board"):
            with self.subTest(name=name):
                self.assertFalse(self.of("colleague", self.archive)[name])
                found = self.env_of("colleague")[ARCHIVE].search([(name, "=", True)])
                self.assertNotIn(self.archive.id, found.ids)
                self.assertTrue(self.of("clerk", self.archive)[name])
        for role in ("employee", "sysop"):
            with self.assertRaises(AccessError):
                self.env_of(role)[ARCHIVE].search([("has_open_finding", "=", True)])

    def test_cron(self):
        self.env.cr.execute("DELETE FROM customer_archive_quality")
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_quality").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            self.env[QUALITY].search([]).mapped("month"), [date(2026, 6, 1)] * self.env[QUALITY].search_count([])
        )

    def test_nothing_yet(self):
        self.env.cr.execute("DELETE FROM customer_archive_quality")
        data = self.data("clerk")
        self.assertEqual((data["month"], data["trend"], data["teams"]), ("", [], []))


@tagged("post_install", "-at_install")
class TestQualityTour(HttpCase):
    def test_board(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        clerk, archivist = (
            new_test_user(self.env, login=f"board_{role}", name=name, groups=group, lang="zh_CN")
            for role, name, group in (
                ("clerk", "Clerk of the Board", "customer_archive.group_user"),
                ("archivist", "Archivist of the Board", "customer_archive.group_archivist"),
            )
        )
        customer = self.env["res.partner"].create({"name": "看板客户", "user_id": clerk.id})
        archive = customer.archive_open(self.env.ref("customer_archive.category_person"))
        archive.verification_own_on = "2020-01-01"
        self.env[QUALITY]._count()
        self.start_tour("/odoo/archive-quality", "customer_archive_quality_board", login=archivist.login)
