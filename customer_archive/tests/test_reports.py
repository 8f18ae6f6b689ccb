import io
import re
import unicodedata

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

CARD = "customer_archive.report_archive_card"
PARTNER_CARD = "customer_archive.report_partner_archive_card"
LABEL = "customer_archive.report_bag_label"
PARTNER_LABEL = "customer_archive.report_partner_bag_label"
ALL = (CARD, PARTNER_CARD, LABEL, PARTNER_LABEL)

# A PDF keeps glyphs, and fonts draw radicals and characters with the same ones: what is read back may be the radical.
RADICALS = str.maketrans("⻓⻜戶", "长飞户")


class PrintCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.other_company = cls.env["res.company"].create({"name": "Other Fonds"})
        cls.user = new_test_user(cls.env, "print_user", "customer_archive.group_user")
        cls.outsider = new_test_user(cls.env, "print_outsider", "base.group_user,base.group_partner_manager")
        cls.company, cls.person, cls.foreign, cls.plain = cls.env["res.partner"].create(
            [
                {
                    "name": "深圳市腾飞精密电子有限公司",
                    "is_company": True,
                    "phone": "+86 755 2688 1234",
                    "user_id": cls.user.id,
                },
                {"name": "王小明", "card_gender": "male", "card_birth_date": "1985-02-03", "user_id": cls.user.id},
                {"name": "Customer of the Other Fonds", "company_id": cls.other_company.id},
                {"name": "Without Archive Ltd.", "is_company": True},
            ]
        )
        cls.company.archive_open(cls.env.ref("customer_archive.category_company"))
        (cls.person | cls.foreign).archive_open(cls.env.ref("customer_archive.category_person"))
        cls.archive = cls.company.archive_id
        cls.archive.write({"box": "A-012", "shelf": "一楼 3 排 2 架"})

    def _values(self, report, records, user=None):
        return self.env[f"report.{report}"].with_user(user or self.user)._get_report_values(records.ids)

    def _pdf(self, report, records, **context):
        """The pages of the PDF as text without white space."""
        report_model = self.env["ir.actions.report"].with_user(self.user)
        with self.allow_pdf_render():
            content, kind = report_model.with_context(force_report_rendering=True, **context)._render_qweb_pdf(
                report, records.ids
            )
        self.assertEqual(kind, "pdf")
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        return [re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(RADICALS) for text in pages]

    def _people(self, count):
        contacts = self.env["res.partner"].create(
            [{"name": f"联系人{number:02}", "parent_id": self.company.id} for number in range(count)]
        )
        self.env["customer.archive.key.contact"].create(
            [{"partner_id": self.company.id, "contact_id": contact.id, "role": "buyer"} for contact in contacts]
        )


@tagged("post_install", "-at_install")
class TestPrintedValues(PrintCase):
    def _section(self, code, archive=None):
        card = self._values(CARD, archive or self.archive)["cards"][0]
        return next((section for section in card["sections"] if section["code"] == code), None)

    def _cells(self, code, archive=None):
        return {cell["label"]: cell["value"] for row in self._section(code, archive)["rows"] for cell in row}

    def test_sections_are_those_of_the_category(self):
        codes = [section["code"] for section in self._values(CARD, self.archive)["cards"][0]["sections"]]
        self.assertEqual(codes, ["basic", "licence", "people", "needs", "custody"])
        codes = [section["code"] for section in self._values(CARD, self.person.archive_id)["cards"][0]["sections"]]
        self.assertEqual(codes, ["basic", "needs", "custody"])

    def test_company_and_person_have_their_own_fields(self):
        self.assertIn("Company Size", self._cells("basic"))
        self.assertNotIn("Gender", self._cells("basic"))
        person = self._cells("basic", self.person.archive_id)
        self.assertEqual(person["Gender"], "Male")
        self.assertNotIn("Company Size", person)

    def test_empty_values_are_dashes(self):
        self.assertEqual(self._cells("licence")["Unified Social Credit Code"], "–")
        lines = self._section("needs")["table"]["lines"]
        self.assertEqual({cell for line in lines for cell in line["cells"]}, {"–"})

    def test_field_that_the_category_asks_for_is_printed(self):
        self.assertNotIn("Reference", self._cells("basic"))
        self.env["customer.archive.category.item"].create(
            {
                "category_id": self.archive.category_id.id,
                "section_id": self.env.ref("customer_archive.section_basic").id,
                "field_id": self.env.ref("base.field_res_partner__ref").id,
            }
        )
        self.company.ref = "R-77"
        self.assertEqual(self._cells("basic")["Reference"], "R-77")

    def test_each_field_is_printed_once(self):
        sections = self._values(CARD, self.archive)["cards"][0]["sections"]
        names = [cell["name"] for section in sections for row in section["rows"] for cell in row if "name" in cell]
        self.assertEqual(len(names), len(set(names)))

    def test_stale_needs_are_marked(self):
        self.env["customer.archive.preference"].create(
            [
                {"partner_id": self.company.id, "subject": "Old need", "noted_on": "2001-01-01"},
                {"partner_id": self.company.id, "subject": "New need"},
            ]
        )
        marks = {line["cells"][1]: line["mark"] for line in self._section("needs")["table"]["lines"]}
        self.assertEqual(marks, {"Old need": "Stale", "New need": ""})

    def test_former_numbers_and_place(self):
        former = self.archive.number
        self.archive._renumber("Wrong series")
        cells = self._cells("custody")
        self.assertEqual(cells["Former Numbers"], former)
        self.assertEqual((cells["Box"], cells["Shelf"]), ("A-012", "一楼 3 排 2 架"))
        self.assertEqual(cells["Bag Color"], "Cyan")

    def test_archive_without_customer(self):
        """What is left of a merged or destroyed customer can still be printed."""
        self.archive._governed().write({"partner_id": False})
        card = self._values(CARD, self.archive)["cards"][0]
        self.assertEqual(card["customer"], "–")
        self.assertEqual([section["code"] for section in card["sections"]], ["custody"])

    def test_hidden_linked_records_are_not_named(self):
        hidden = self.env["res.partner"].create(
            {"name": "Hidden Group", "is_company": True, "company_id": self.other_company.id}
        )
        self.company.card_group_id = hidden
        self.env.invalidate_all()
        self.assertEqual(self._cells("basic")["Parent Group"], "(not open to you)")

    def test_qr_holds_the_address_of_the_scan_page(self):
        base = self.archive.get_base_url()
        for report, records in ((LABEL, self.archive), (PARTNER_LABEL, self.company)):
            label = self._values(report, records)["labels"][0]
            self.assertEqual(label["url"], f"{base}/customer_archive/scan/{self.archive.number}")
            self.assertEqual(label["qr"], self.env["customer.archive.print"]._qr_image(label["url"]))
            self.assertTrue(label["qr"].startswith("data:image/png;base64,"))

    def test_number_is_quoted_in_the_address(self):
        customer = self.env["res.partner"].create({"name": "Old Number", "user_id": self.user.id})
        category = self.env.ref("customer_archive.category_person")
        archive = self.env["customer.archive"].create(
            {"partner_id": customer.id, "category_id": category.id, "number": "档〔1〕/2#3"}
        )
        url = self._values(LABEL, archive)["labels"][0]["url"]
        self.assertTrue(url.endswith("/scan/%E6%A1%A3%E3%80%941%E3%80%95%2F2%233"), url)

    def test_customers_without_archive_are_refused(self):
        for report in (PARTNER_CARD, PARTNER_LABEL):
            with self.assertRaisesRegex(UserError, "Without Archive Ltd"):
                self._values(report, self.company | self.plain)

    def test_empty_selection_is_refused(self):
        for report in ALL:
            with self.assertRaises(UserError):
                self._values(report, self.env["res.partner"])

    def test_users_without_the_group_are_refused(self):
        for report in ALL:
            records = self.company if "partner" in report else self.archive
            with self.assertRaises(AccessError):
                self._values(report, records, self.outsider)

    def test_archives_of_other_companies_are_refused(self):
        self.env.invalidate_all()
        for report in ALL:
            records = self.foreign if "partner" in report else self.foreign.archive_id
            with self.assertRaises(AccessError):
                self._values(report, records)

    def test_shared_customer_of_another_fonds_is_refused(self):
        """The customer is open to everybody, the archive is not."""
        self.foreign.company_id = False
        self.env.invalidate_all()
        for report in (PARTNER_CARD, PARTNER_LABEL):
            with self.assertRaises(AccessError):
                self._values(report, self.foreign)

    def test_reports_are_never_kept(self):
        reports = self.env["ir.actions.report"].search([("report_name", "in", ALL)])
        self.assertEqual(len(reports), len(ALL))
        self.assertFalse(any(reports.mapped("attachment")) or any(reports.mapped("attachment_use")))
        self.assertEqual(reports.group_ids, self.env.ref("customer_archive.group_user"))

    def test_print_menu_is_offered_for_customers_with_an_archive(self):
        report = self.env.ref("customer_archive.partner_archive_card_report").with_user(self.user)
        self.assertFalse(report.get_valid_action_reports("res.partner", self.plain.ids))
        self.assertTrue(report.get_valid_action_reports("res.partner", (self.plain | self.company).ids))


@tagged("post_install", "-at_install")
class TestPdf(PrintCase):
    def test_card(self):
        [page] = self._pdf(PARTNER_CARD, self.person)
        self.assertIn(self.person.archive_number, page)
        for text in ("王小明", "CustomerArchiveCard", "BirthDate", "Filledinby", "Checkedby"):
            self.assertIn(text, page)

    def test_each_customer_begins_a_page(self):
        pages = self._pdf(CARD, (self.person | self.company).archive_id)
        self.assertGreaterEqual(len(pages), 2)
        first = [index for index, page in enumerate(pages) if "CustomerArchiveCard" in page]
        self.assertEqual(len(first), 2)
        self.assertIn(self.person.archive_number, pages[first[0]])
        self.assertIn(self.archive.number, pages[first[1]])
        self.assertNotIn("王小明", pages[first[1]])

    def test_long_card_loses_nothing(self):
        self._people(30)
        self.archive.remark = "很长的备注。" * 400
        pages = self._pdf(CARD, self.archive)
        text = "".join(pages)
        self.assertGreaterEqual(len(pages), 3)
        for number in range(30):
            self.assertIn(f"联系人{number:02}", text)
        self.assertGreaterEqual(text.count("很长的备注。"), 395)  # one at the end of each page may be read in two parts
        self.assertIn("Filledinby", pages[-1])

    def test_label(self):
        pages = self._pdf(LABEL, (self.company | self.person).archive_id)
        self.assertEqual(len(pages), 2)
        for text in (self.archive.number, "深圳市腾飞精密电子有限公司", "Companies", "A-012", "一楼3排2架"):
            self.assertIn(text, pages[0])

    def test_label_with_long_values_stays_one_page(self):
        self.company.name = "超长名称国际高新技术产业投资与供应链管理集团股份有限公司北京市朝阳区第二分公司" * 3
        self.archive.write({"box": "A very long name of a box" * 3, "shelf": "一楼档案室三排二架四层" * 6})
        self.assertEqual(len(self._pdf(PARTNER_LABEL, self.company | self.person)), 2)

    def test_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user.lang = "zh_CN"
        self.env.ref("customer_archive.section_basic").with_context(lang="zh_CN").name = "基本信息"
        view = self.env.ref("customer_archive.archive_card_page")
        view.update_field_translations("arch_db", {"zh_CN": {"Customer Archive Card": "客户档案卡片"}})
        [page] = self._pdf(CARD, self.person.archive_id, lang="zh_CN")
        self.assertIn("客户档案卡片", page)
        self.assertIn("基本信息", page)


@tagged("post_install", "-at_install")
class TestReportRoutes(PrintCase, HttpCase):
    """Odoo does not look at a report's groups when its address is called directly."""

    def _open(self, login, report, records, converter="pdf"):
        self.authenticate(login, login)
        ids = ",".join(map(str, records.ids))
        return self.url_open(f"/report/{converter}/{report}/{ids}")

    def test_user_of_the_archive(self):
        response = self._open("print_user", PARTNER_CARD, self.company)
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.archive.number, response.text)  # while testing Odoo answers with HTML

    @mute_logger("odoo.http")
    def test_everybody_else_is_refused(self):
        for report in ALL:
            records = self.company if "partner" in report else self.archive
            for converter in ("pdf", "html", "text"):
                with self.subTest(report=report, converter=converter):
                    response = self._open("print_outsider", report, records, converter)
                    self.assertEqual(response.status_code, 403)
                    self.assertNotIn(self.archive.number, response.text)
                    self.assertNotIn(self.company.name, response.text)

    @mute_logger("odoo.http")
    def test_archive_of_another_company_is_refused(self):
        response = self._open("print_user", CARD, self.foreign.archive_id)
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(self.foreign.name, response.text)
