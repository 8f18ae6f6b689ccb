import doctest
import io

import openpyxl
import xlsxwriter

from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import SQL
from odoo.tools.misc import file_open

from ..tools import duplicate_keys
from .common import ArchiveOrganisation, make_uscc
from .customer_generator import import_rows

# As the import screen sends them.
OPTIONS = {
    "import_skip_records": [],
    "import_set_empty_fields": [],
    "fallback_values": {},
    "name_create_enabled_fields": {},
    "encoding": "",
    "separator": "",
    "quoting": '"',
    "date_format": "%Y-%m-%d",
    "datetime_format": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
    "has_headers": True,
    "keep_matches": False,
    "limit": 2000,
    "sheets": [],
    "sheet": "",
    "skip": 0,
    "tracking_disable": True,
}
COLUMNS = ("name", "is_company", "archive_category_id", "vat", "phone", "email")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def company(name, **values):
    return {"name": name, "is_company": "1", "archive_category_id": "KH.QY", **values}


def person(name, **values):
    return {"name": name, "is_company": "0", "archive_category_id": "KH.GR", **values}


def workbook(columns, rows):
    """An XLSX file of these rows: [{column: text}]."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        for line, row in enumerate(rows, 1):
            for number, column in enumerate(columns):
                sheet.write_string(line, number, row.get(column) or "")
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestImport(ArchiveOrganisation, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()
        # The generator knows the provinces by the names that Odoo's own data give them.
        cls.generated = ["ref", "name", "is_company", "vat", "phone", "email", "street", "city", "state_id", "zip"]
        cls.generated += ["country_id", "archive_category_id"]

    def screen(self, rows, dryrun=True, role="clerk", columns=COLUMNS, **options):
        """What the import screen does with a file: test or import it, batch by batch; (ids, messages, summary)."""
        content = rows if isinstance(rows, bytes) else workbook(columns, rows)
        wizard = self.env_of(role)["base_import.import"].create(
            {"res_model": "res.partner", "file": content, "file_name": "customers.xlsx", "file_type": XLSX}
        )
        ids, summary = [], None
        skip = options.pop("skip", 0)
        while True:
            result = wizard.execute_import(
                list(columns), list(columns), {**OPTIONS, **options, "skip": skip}, dryrun=dryrun
            )
            summary = summary or result.get("archive_summary")
            if result["messages"]:
                return [], result["messages"], summary
            ids += result["ids"]
            skip = result["nextrow"]
            if not skip:
                return ids, [], summary

    def refused(self, rows, **options):
        """{row number: [message]} of a test run, and that nothing was written."""
        before = self.totals()
        _ids, messages, _summary = self.screen(rows, **options)
        self.assertEqual(self.totals(), before)
        found = {}
        for message in messages:
            if "rows" in message:
                found.setdefault(message["rows"]["from"] + 1, []).append(message)
        return found

    def totals(self):
        """How many rows there are, and the highest id, of what an import could write."""
        self.env.flush_all()
        found = []
        for table in ("res_partner", "customer_archive", "customer_archive_number", "res_partner_category"):
            found += self.env.execute_query(SQL("SELECT %s, count(*), max(id) FROM %s", table, SQL.identifier(table)))
        return found

    def only(self, rows, number, **options):
        """The message of the one row that is refused."""
        found = self.refused(rows, **options)
        self.assertEqual(list(found), [number], found)
        self.assertEqual(len(found[number]), 1, found)
        return found[number][0]

    # -- the file of the requirement ---------------------------------------------------------------------

    def generated_rows(self, rows):
        return [
            {
                **row,
                "is_company": "1" if row["is_company"] else "0",
                "vat": row["uscc"],
                "state_id": row["province"],
                "country_id": self.china.name,
                "archive_category_id": "KH.QY" if row["is_company"] else "KH.GR",
            }
            for row in rows
        ]

    def test_5000_rows_with_200_faults(self):
        """Exactly the planted faults are reported, nothing is written; the corrected file comes in as a whole."""
        case = import_rows(5000, 200, seed=11)
        existing, messages, _summary = self.screen(
            self.generated_rows(case.existing), dryrun=False, columns=self.generated
        )
        self.assertFalse(messages)
        self.assertEqual(len(existing), 25)
        file = workbook(self.generated, self.generated_rows(case.rows))
        for dryrun in (True, False):
            with self.subTest(dryrun=dryrun):
                before = self.totals()
                _ids, messages, _summary = self.screen(file, dryrun=dryrun, columns=self.generated)
                self.assertEqual(self.totals(), before)
                self.assert_planted(case, messages)
        corrected = import_rows(5000, 0, seed=11, existing=25)
        self.assertEqual(corrected.rows[0], case.rows[0])
        ids, messages, _summary = self.screen(self.generated_rows(corrected.rows), dryrun=False, columns=self.generated)
        self.assertFalse(messages)
        self.assert_numbered(ids)

    def assert_planted(self, case, messages):
        kinds = {"uscc_repeated": "duplicate", "customer_exists": "duplicate"}
        found = {message["rows"]["from"]: message for message in messages if "rows" in message}
        self.assertEqual(
            {row: message["archive_fault"] for row, message in found.items()},
            {row: kinds.get(kind, "invalid") for row, kind in case.faults.items()},
        )
        self.assertEqual(len(messages), 201)
        self.assertIn("5000 rows checked: 4800 accepted, 50 duplicates, 150 invalid", messages[-1]["message"])
        for row, kind in case.faults.items():
            if kind == "uscc_repeated":
                self.assertIn(f"duplicate of row {case.duplicate_of[row] + 1} ", found[row]["message"])
            elif kind == "customer_exists":
                name = case.existing[case.duplicate_of[row]]["name"]
                self.assertIn(name, found[row]["message"].partition("duplicate of T01-KH.QY-")[2])

    def assert_numbered(self, ids):
        self.assertEqual(len(set(ids)), 5000)
        partners = self.env["res.partner"].browse(ids)
        for category in (self.category_company, self.category_person):
            members = partners.filtered(lambda partner, wanted=category: partner.archive_category_id == wanted)
            sequences = sorted(int(number.rpartition("-")[2]) for number in members.mapped("archive_number"))
            self.assertEqual(sequences, list(range(sequences[0], sequences[0] + len(members))))
            self.assertEqual(set(members.archive_id.mapped("state")), {"active"})

    # -- duplicates --------------------------------------------------------------------------------------

    def test_duplicate_in_another_batch(self):
        rows = [company(f"第{number}客户有限公司", vat=make_uscc(100 + number)) for number in range(12)]
        rows[8]["vat"] = rows[1]["vat"]
        rows[11]["name"] = "第 2 客户（有限公司）"
        rows[11]["vat"] = ""
        before = self.totals()
        for dryrun in (True, False):
            _ids, messages, _summary = self.screen(rows, dryrun=dryrun, limit=5)
            found = {message["rows"]["from"] + 1: message for message in messages if "rows" in message}
            self.assertEqual({row: found[row]["field"] for row in found}, {9: "vat", 12: "name"})
            self.assertIn("Row 9 (第8客户有限公司): duplicate of row 2 (第1客户有限公司)", found[9]["message"])
            self.assertIn("duplicate of row 3", found[12]["message"])
            self.assertEqual(self.totals(), before)  # the first batch, too

    def test_rows_are_counted_from_the_top_of_the_file(self):
        """Also where the import begins further below."""
        rows = [company(f"第{number}客户有限公司") for number in range(12)]
        rows[8]["phone"] = "138"
        message = self.only(rows, 9, limit=5, skip=6)
        self.assertIn("Row 9 (第8客户有限公司)", message["message"])
        self.assertFalse(self.refused(rows[:8], limit=5, skip=6))

    def test_test_run_of_several_batches(self):
        """A test without faults goes on to the end, tells the whole file's result and writes nothing."""
        rows = [company(f"第{number}客户有限公司") for number in range(12)]
        before = self.totals()
        ids, messages, summary = self.screen(rows, limit=5)
        self.assertEqual((len(ids), messages), (12, []))
        self.assertIn("12 rows checked: 12 accepted, 0 duplicates, 0 invalid", summary)
        self.assertEqual(self.totals(), before)

    def test_what_counts_as_a_duplicate(self):
        rows = [
            company("华鑫（杭州）科技有限公司", vat=make_uscc(201)),
            company("华鑫(杭州) 科技有限公司"),  # 2: the same name
            company("华鑫（杭州）科技有限公司", vat=make_uscc(202)),  # another code: another company
            person("李娜", phone="138 0013 8001", email="li.na@example.com"),
            person("李娜"),
            person("李娜", phone="+86 138-0013-8001"),  # 6: name and phone
            person("李 娜", phone="13800138002", email="Li.Na@Example.com"),  # 7: name and e-mail
            person("李小娜", phone="13800138001"),
            company("另一公司", vat=f" {make_uscc(201).lower()} "),  # 9: the code
        ]
        found = self.refused(rows)
        self.assertEqual(
            {row: [message["field"] for message in messages] for row, messages in found.items()},
            {2: ["name"], 6: ["phone"], 7: ["email"], 9: ["vat"]},
        )
        self.assertEqual({message["archive_fault"] for [message] in found.values()}, {"duplicate"})

    def test_duplicate_of_a_customer(self):
        """It is named with its number and account manager, and what to do."""
        message = self.only([company("北京同仁堂（股份有限公司）")], 1)
        self.assertIn(
            f"duplicate of {self.archive.number} 北京同仁堂股份有限公司, account manager Clerk", message["message"]
        )
        self.assertIn("External ID", message["message"])
        message = self.only([person("王芳", phone="+86 137 0013 7000")], 1)
        self.assertIn(f"duplicate of {self.person_archive.number} 王芳, account manager Clerk", message["message"])

    def test_duplicate_of_a_contact_without_archive(self):
        message = self.only([company("新名称", vat=self.customer.vat)], 1)
        self.assertIn("duplicate of the contact 深圳市华强电子有限公司, who has no archive", message["message"])
        # A contact person of a company is no customer: the same person may become one.
        self.assertFalse(self.refused([person("李雷", phone="13900139000")]))

    def test_customer_of_another_company_is_not_named(self):
        """Existence, number and account manager, nothing else."""
        self.archived.company_id = self.company_two
        self.archived.user_id = self.user["clerk_two"]
        message = self.only([company("换了名称", vat=self.archived.vat)], 1)
        self.assertIn(
            f"duplicate of a customer that you may not see, archive number {self.archive.number}, "
            "account manager Clerk_Two",
            message["message"],
        )
        self.assertNotIn("同仁堂", message["message"])
        self.customer.company_id = self.company_two
        message = self.only([company("又换了名称", vat=self.customer.vat)], 1)
        self.assertIn("duplicate of a contact that you may not see", message["message"])
        self.assertNotIn("华强", message["message"])

    # -- checks ------------------------------------------------------------------------------------------

    def test_message_names_field_value_and_example(self):
        message = self.only([company("好公司"), company("甲公司", phone="13800", email="ok@example.com")], 2)
        self.assertEqual((message["field"], message["type"]), ("phone", "error"))
        self.assertRegex(message["message"], r"^Row 2 \(甲公司\): Phone “13800”: .+\. Good: 138 0013 8000$")
        found = self.refused([company("甲公司", phone="13800", vat="9144")])
        self.assertEqual({message["field"] for message in found[1]}, {"phone", "vat"})

    def test_field_without_column(self):
        """What the category requires and the file does not have is put to the category's column."""
        message = self.only([company("重要客户", archive_category_id="KH.DK")], 1, columns=COLUMNS[:3])
        self.assertEqual(message["field"], "archive_category_id")
        self.assertIn("Unified Social Credit Code: it is empty", message["message"])

    def test_values_that_odoo_cannot_read(self):
        """Odoo's own messages, of the whole file, beside ours."""
        rows = [company(f"第{number}客户有限公司") for number in range(12)]
        rows[2]["phone"] = "138"
        rows[8]["archive_category_id"] = "NONE"
        found = self.refused(rows, limit=5)
        self.assertEqual(
            {row: message["field"] for row, [message] in found.items()}, {3: "phone", 9: "archive_category_id"}
        )

    def test_kind_of_customer(self):
        columns = [*COLUMNS, "parent_id", "type"]
        rows = [
            person("甲", archive_category_id="KH.QY"),
            company("乙公司", archive_category_id="KH.GR"),
            person("丙", parent_id="深圳市华强电子有限公司"),
            company("丁公司", parent_id="深圳市华强电子有限公司"),
            company("戊公司", type="Delivery"),
            company("己公司"),
        ]
        found = self.refused(rows, columns=columns)
        self.assertEqual(
            {row: [message["field"] for message in messages] for row, messages in found.items()},
            {1: ["is_company"], 2: ["is_company"], 3: ["parent_id"], 5: ["type"]},
        )
        ids, messages, _summary = self.screen([rows[3], rows[5]], dryrun=False, columns=columns)
        self.assertFalse(messages)
        self.assertEqual(self.env["res.partner"].browse(ids).mapped("type"), ["contact", "contact"])

    def test_created_tags_do_not_stay(self):
        rows = [company("甲公司", category_id="没有的标签", phone="138")]
        columns = [*COLUMNS, "category_id"]
        creating = {"role": "manager", "columns": columns, "name_create_enabled_fields": {"category_id": True}}
        message = self.only(rows, 1, **creating)
        self.assertEqual(message["field"], "phone")
        rows[0]["phone"] = ""
        ids, messages, _summary = self.screen(rows, dryrun=False, **creating)
        self.assertFalse(messages)
        self.assertEqual(self.env["res.partner"].browse(ids).category_id.name, "没有的标签")

    # -- plain imports -----------------------------------------------------------------------------------

    def test_rows_without_category_are_plain(self):
        rows = [
            {"name": "北京同仁堂股份有限公司", "is_company": "1", "vat": self.archived.vat, "phone": "138"},
            {"name": "北京同仁堂股份有限公司", "is_company": "1", "vat": self.archived.vat, "phone": "138"},
            company("新公司"),
        ]
        ids, messages, summary = self.screen(rows, dryrun=False)
        self.assertFalse(messages)
        self.assertIn("3 accepted", summary)
        self.assertEqual(
            [bool(partner.archive_id) for partner in self.env["res.partner"].browse(ids)], [False, False, True]
        )
        ids, messages, summary = self.screen(rows[:2], dryrun=False, columns=["name", "is_company", "vat", "phone"])
        self.assertEqual((len(ids), messages, summary), (2, [], None))

    def test_users_without_archive_are_plain(self):
        columns = ["name", "is_company", "vat", "phone"]
        rows = [{"name": "北京同仁堂股份有限公司", "is_company": "1", "vat": self.archived.vat, "phone": "138"}]
        ids, messages, summary = self.screen(rows, dryrun=False, role="contact_maker", columns=columns)
        self.assertEqual((len(ids), messages, summary), (1, [], None))
        labels = [template["label"] for template in self.env_of("contact_maker")["res.partner"].get_import_templates()]
        self.assertNotIn("Template for Companies", labels)

    def test_automatic_archives_do_not_block(self):
        """Where each new customer gets an archive by itself, faults only make it a draft."""
        self.company_one.write({"archive_auto_open": True, "archive_company_category_id": self.category_company.id})
        rows = [{"name": "甲公司", "is_company": "1", "phone": "138"}]
        ids, messages, _summary = self.screen(rows, dryrun=False, columns=["name", "is_company", "phone"])
        self.assertFalse(messages)
        self.assertEqual(self.env["res.partner"].browse(ids).archive_id.state, "draft")

    # -- customers who have an archive -------------------------------------------------------------------

    def test_update_by_external_id(self):
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "tongrentang", "model": "res.partner", "res_id": self.archived.id}
        )
        columns = ["id", "name", "vat", "phone"]
        row = {"id": "tongrentang", "name": self.archived.name, "vat": self.archived.vat, "phone": "138"}
        message = self.only([row, {"id": "new_one", "name": "没有档案"}], 1, columns=columns)
        self.assertEqual(message["field"], "phone")
        row["phone"] = "010 6700-5678"
        ids, messages, _summary = self.screen([row], dryrun=False, columns=columns)
        self.assertEqual((ids, messages), (self.archived.ids, []))
        self.assertEqual(self.archived.phone, "010 6700-5678")
        # Its new name is another customer's.
        self.open(self.customer, self.category_company)
        message = self.only([{**row, "name": self.customer.name, "vat": ""}], 1, columns=columns)
        self.assertEqual((message["field"], message["archive_fault"]), ("name", "duplicate"))

    def test_update_of_the_archive_itself(self):
        columns = [".id", "archive_category_id", "archive_number"]
        row = {".id": str(self.archived.id), "archive_category_id": "KH.QY", "archive_number": self.archive.number}
        self.assertFalse(self.refused([row], columns=columns))
        self.assertEqual(self.only([{**row, "archive_number": "X-1"}], 1, columns=columns)["field"], "archive_number")
        message = self.only([{**row, "archive_category_id": ""}], 1, columns=columns)
        self.assertEqual(message["field"], "archive_category_id")
        message = self.only([{**row, "archive_category_id": "KH.GR"}], 1, columns=columns)
        self.assertIn("KH.GR", message["message"])
        # A contact of before gets an archive.
        row = {".id": str(self.customer.id), "archive_category_id": "KH.QY", "archive_number": "OLD-7"}
        ids, messages, _summary = self.screen([row], dryrun=False, columns=columns)
        self.assertEqual((ids, messages), (self.customer.ids, []))
        self.assertEqual(self.customer.archive_number, "OLD-7")

    # -- numbers -----------------------------------------------------------------------------------------

    def test_numbers_of_before(self):
        columns = [*COLUMNS, "archive_number"]
        start = int(self.archive.number.rpartition("-")[2])
        series = self.archive.number.rpartition("-")[0]
        rows = [
            company("甲公司", archive_number="ＯＬＤ-1"),
            company("乙公司", archive_number="OLD-1"),  # 2: twice in the file
            company("丙公司", archive_number=self.archive.number),  # 3: issued
            company("丁公司", archive_category_id="", archive_number="OLD-2"),  # 4: without category
            company("戊公司", archive_number=f"{series}-{start + 1:04d}"),  # 5: will be issued to the last row
            company("己公司"),
        ]
        found = self.refused(rows, columns=columns)
        self.assertEqual(
            {row: message["field"] for row, [message] in found.items()}, dict.fromkeys((2, 3, 4, 5), "archive_number")
        )
        ids, messages, _summary = self.screen([rows[0], rows[4]], dryrun=False, columns=columns)
        self.assertFalse(messages)
        partners = self.env["res.partner"].browse(ids)
        self.assertEqual(partners.mapped("archive_number"), ["OLD-1", f"{series}-{start + 1:04d}"])
        ids, messages, _summary = self.screen([rows[5]], dryrun=False, columns=columns)
        self.assertEqual(self.env["res.partner"].browse(ids).archive_number, f"{series}-{start + 2:04d}")

    def test_series_without_fonds_code(self):
        self.company_one.archive_fonds_code = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_company SET archive_fonds_code = NULL WHERE id = %s", [self.company_one.id])
        self.env.invalidate_all()
        message = self.only([company("甲公司")], 1)
        self.assertEqual(message["field"], "archive_category_id")
        self.assertIn("fonds", message["message"])

    # -- templates ---------------------------------------------------------------------------------------

    def test_templates(self):
        """They are offered; every column is matched by its header; their example rows come in without a fault."""
        for lang in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
            templates = self.env_of("clerk", lang=lang)["res.partner"].get_import_templates()
            offered = [template["template"] for template in templates if "customer_archive" in template["template"]]
            self.assertEqual(
                [path.rpartition("/")[2] for path in offered], [f"companies_{lang}.xlsx", f"individuals_{lang}.xlsx"]
            )
            for path in offered:
                with self.subTest(path), self.env.cr.savepoint() as savepoint:
                    self.assert_template(path, lang)
                    savepoint.rollback()

    def assert_template(self, path, lang):
        with file_open(path.lstrip("/"), "rb") as file:
            content = file.read()
        wizard = self.env_of("clerk", lang=lang)["base_import.import"].create(
            {"res_model": "res.partner", "file": content, "file_name": "template.xlsx", "file_type": XLSX}
        )
        preview = wizard.parse_preview({**OPTIONS, "date_format": ""})
        self.assertNotIn("error", preview)
        headers = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())]
        self.assertEqual(preview["headers"], headers)
        fields = ["/".join(preview["matches"].get(number, [])) for number in range(len(headers))]
        self.assertFalse([header for header, name in zip(headers, fields, strict=True) if not name])
        labels = self.env["res.partner"].with_context(lang=lang).fields_get(fields, ["string"])
        english = self.env["res.partner"].with_context(lang="en_US").fields_get(fields, ["string"])
        for name, header in zip(fields, headers, strict=True):
            self.assertIn(header, (labels[name]["string"], english[name]["string"]))
        self.assertTrue({"archive_category_id", "archive_number", "user_id", "category_id", "state_id"} <= set(fields))
        result = wizard.execute_import(fields, headers, {**OPTIONS, **preview["options"]}, dryrun=False)
        self.assertEqual(result["messages"], [])
        partners = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(partners.mapped("archive_id.state"), ["active"] * 3)
        self.assertEqual(partners.state_id.country_id, self.china)
        self.assertTrue(all(partners.mapped("card_relation")))

    def test_keys(self):
        self.assertEqual(doctest.testmod(duplicate_keys).failed, 0)

    def test_name_key_in_sql(self):
        """The index of the database and the pure code make the same key of a name."""
        names = [
            "ＡＢＣ（中国）有限公司",
            "A'b\"c-d–e【x】《y》、。·z\u3000é\u200b1 [a]{b}|/&",
            "a\\b",
            " ",
            "Ａ．Ｂ＿ｃ％",
        ]
        for name in names:
            [[key]] = self.env.execute_query(SQL(f"SELECT {duplicate_keys.name_key_sql('%s::varchar')}", name))
            self.assertEqual(key, duplicate_keys.name_key(name))


@tagged("post_install", "-at_install")
class TestImportScreen(ArchiveOrganisation, HttpCase):
    """What the user sees of it: the importer's screen shows no other messages than it knows of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()

        cls.env["res.lang"]._activate_lang("en_US")
        cls.user["clerk"].lang = "en_US"

    def test_screen(self):
        self.browser_js("/odoo/import?active_model=res.partner", SCREEN, login="test_clerk", timeout=90)


# Uploads two files and presses "Test" for each.
SCREEN = """
    const header = "Name,Is a Company,Archive Category,Phone\\n";
    const FILES = [
        header + "甲公司,1,KH.QY,138\\n乙公司,1,KH.QY,\\n丙公司,1,KH.QY,139\\n乙 公司,1,KH.QY,\\n",
        header + "甲公司,1,KH.QY,\\n乙公司,1,KH.QY,\\n",
    ];
    const EXPECTED = [
        [
            "4 rows checked: 1 accepted, 1 duplicates, 2 invalid",
            "Row 1 (甲公司): Phone “138”",
            "Row 3 (丙公司): Phone “139”",
            "Row 4 (乙公司): duplicate of row 2 (乙公司): same name",
        ],
        ["Everything seems valid", "2 rows checked: 2 accepted"],
    ];
    async function found(find) {
        for (let attempt = 0; attempt < 300; attempt++) {
            const element = find();
            if (element) {
                return element;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("not found: " + find + " in " + document.body.innerText);
    }
    const button = (label) =>
        [...document.querySelectorAll(".o_control_panel button")].find((element) => element.innerText === label);
    (async () => {
        for (const [number, text] of FILES.entries()) {
            const input = await found(() => document.querySelector("input[type=file]"));
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "customers" + number + ".csv", { type: "text/csv" }));
            input.files = transfer.files;
            input.dispatchEvent(new Event("change"));
            await found(() => document.body.innerText.includes("customers" + number));
            await new Promise((resolve) => setTimeout(resolve, 500)); // the name is there before the columns are
            await found(() => !document.querySelector(".o_blockUI") && document.querySelector(".o_import_preview"));
            (await found(() => button("Test"))).click();
            for (const expected of EXPECTED[number]) {
                await found(() => document.querySelector(".o_import_data_content").innerText.includes(expected));
            }
        }
        console.log("test successful");
    })().catch((error) => console.error(error.message));
"""
