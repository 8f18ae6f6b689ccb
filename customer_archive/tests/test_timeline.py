"""The customer's timeline: pages, kinds, the reader's rights."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_contact_log import MODEL, LogCommon


@tagged("post_install", "-at_install")
class TestTimeline(LogCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log.begin_at = "2026-01-01 08:00:00"
        # Several of one moment, so that a page ends between them.
        cls.many = cls.env[MODEL].create(
            [
                {
                    "archive_id": cls.archive.id,
                    "type_id": cls.phone.id,
                    "subject": f"Call {number}",
                    "begin_at": f"2026-02-{1 + number // 3:02d} 08:00:00",
                }
                for number in range(20)
            ]
        )
        cls.env.flush_all()

    def pages(self, role="clerk", limit=7, **options):
        partner = self.of(role, self.archived)
        page = partner.archive_timeline(limit=limit, **options)
        pages = [page["lines"]]
        while page["next"]:
            page = partner.archive_timeline(limit=limit, before=page["next"], **options)
            pages.append(page["lines"])
        return pages

    def test_pages(self):
        pages = self.pages()
        self.assertEqual([len(page) for page in pages], [7, 7, 7])
        ids = [line["id"] for page in pages for line in page]
        expected = (self.many | self.log).sorted(lambda log: (log.begin_at, log.id), reverse=True)
        self.assertEqual(ids, expected.ids)

    def test_what_a_line_says(self):
        log = self.write_log(
            subject="Offer",
            begin_at="2026-06-01 08:00:00",
            summary="They want 200.",
            outcome="open",
            next_step="Send it",
            next_on="2099-01-01",
        )
        correction = self.write_log(subject="Offer", begin_at="2026-06-01 08:00:00", corrects_id=log.id)
        first, second = self.of("clerk", self.archived).archive_timeline()["lines"][:2]
        self.assertEqual((first["id"], first["corrects"]), (correction.id, log.item_number))
        self.assertEqual((second["id"], second["corrected_by"]), (log.id, correction.item_number))
        self.assertEqual(
            (second["title"], second["text"], second["badge"]), ("Offer", "They want 200.", "To Be Followed Up")
        )
        self.assertEqual(second["next"]["state"], "planned")
        self.assertEqual((second["kind"], second["icon"], second["who"]), ("log", "fa-phone", "Clerk"))

    def test_documents(self):
        document = self.env["customer.archive.document"].create(
            {
                "archive_id": self.archive.id,
                "name": "Frame contract",
                "contract_number": "HT-1",
                "amount": 5000,
                "date": "2026-01-31",
            }
        )
        lines = self.of("clerk", self.archived).archive_timeline()["lines"]
        # A day stands at its beginning: after all of February, before what was said in January.
        self.assertEqual([line["kind"] for line in lines[-2:]], ["document", "log"])
        line = lines[-2]
        self.assertEqual((line["id"], line["title"], line["badge"]), (document.id, "Frame contract", "Draft"))
        self.assertIn("HT-1", line["text"])
        self.assertTrue(line["is_day"])
        self.assertEqual(sum(map(len, self.pages())), 22)
        only = self.pages(kinds=["document"])
        self.assertEqual([line["id"] for line in only[0]], document.ids)
        self.assertEqual(len(self.of("management", self.archived).archive_timeline()["lines"]), 22)

    def test_rights(self):
        for role in ("clerk", "leader", "service", "management", "archivist"):
            timeline = self.of(role, self.archived).archive_timeline()
            self.assertEqual(len(timeline["lines"]), 21)
            self.assertEqual(timeline["may_write"], role != "management")
        for role in ("colleague", "employee", "security", "auditor", "appraiser", "contact_maker"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.archived).archive_timeline()
        # The customer belongs to no company, its archive to the first one.
        timeline = self.of("archivist_two", self.archived).archive_timeline()
        self.assertEqual((timeline["lines"], timeline["may_write"]), ([], False))

    def test_customer_without_archive(self):
        timeline = self.of("clerk", self.customer).archive_timeline()
        self.assertEqual((timeline["lines"], timeline["next"], timeline["may_write"]), ([], None, False))

    def test_forged_pages(self):
        partner = self.of("clerk", self.archived)
        for before in (
            {"at": "x", "place": 0, "id": 1},
            {"at": "2026-01-01 00:00:00"},
            {"at": None, "place": 0, "id": 0},
        ):
            with self.subTest(before=before), self.refused(UserError, "timeline"):
                partner.archive_timeline(before=before)
        self.assertEqual(partner.archive_timeline(kinds=["unknown"])["lines"], [])
        self.assertLessEqual(len(partner.archive_timeline(limit=10**9)["lines"]), 200)

    def test_queries_do_not_grow_with_the_lines(self):
        partner = self.of("clerk", self.archived)
        partner.archive_timeline(limit=5)
        partner = self.of("clerk", self.archived)
        with self.assertQueryCount(16):
            partner.archive_timeline(limit=5)
        partner = self.of("clerk", self.archived)
        with self.assertQueryCount(16):
            partner.archive_timeline(limit=20)

    def test_merged_archives(self):
        """What was said with a customer that was merged stays in the timeline of the one that goes on."""
        double = self.partner(name="同仁堂（重复）", is_company=True)
        archive = self.open(double, self.category_company)
        self.env[MODEL].create(
            {"archive_id": archive.id, "type_id": self.phone.id, "subject": "Old", "begin_at": "2026-01-02 08:00:00"}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge((double | self.archived).ids, self.archived)
        subjects = [line["title"] for line in self.of("clerk", self.archived).archive_timeline()["lines"]]
        self.assertIn("Old", subjects)
        with self.refused(UserError, "closed"):
            self.env_of("clerk")[MODEL].create({"archive_id": archive.id, "subject": "New"})
