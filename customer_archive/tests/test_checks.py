"""Checks of the card: block, warn, score; the same for form, write, create and API (product.md C3)."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ArchiveCommon, make_uscc

WRONG = {
    "vat": ("91440300MA5W00007X", "Unified Social Credit Code", "91440300MA5W00007E"),
    "phone": ("1380013", "Phone", "138 0013 8000"),
    "email": ("zhang@@example", "Email", "name@example.com"),
    "zip": ("5180", "Zip", "518000"),
}
KINDS = {"vat": "uscc", "phone": "phone", "email": "email", "zip": "postcode"}
FULL_WIDTH = {
    "vat": ("９１４４０３００ ｍａ５ｗ００００７ｅ", "91440300MA5W00007E"),
    "phone": ("（０７５５）　１２３４－５６７８", "0755 1234-5678"),
    "email": (" Zhang.San＠Example。COM", "Zhang.San@example.com"),
    "zip": ("５１８０００", "518000"),
    "name": ("　华　强（深圳）有限公司 ", "华强（深圳）有限公司"),
    "street": ("深南大道　１０００号", "深南大道 1000号"),
}


@tagged("post_install", "-at_install")
class TestChecks(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.severity = {}
        for severity in ("block", "warn", "score"):
            category = cls.category(applies_to="both")
            for field, kind in KINDS.items():
                cls.item(category, field, check_kind=kind, check_severity=severity)
            cls.severity[severity] = category

    def customer_of(self, severity, **vals):
        return self.open(self.companies(1, **vals), self.severity[severity]).partner_id

    # -- blocks --------------------------------------------------------------------------------------------

    def test_write_is_refused_with_field_value_reason_example(self):
        customer = self.customer_of("block")
        for field, (value, label, example) in WRONG.items():
            with self.subTest(field=field):
                with self.refused(ValidationError, customer.name, label, value, "Good:", example):
                    self.of("clerk", customer).write({field: value, "ref": "CHANGED"})
                self.assertFalse(customer[field] or customer.ref, "nothing is saved")

    def test_create_is_refused(self):
        Partner = self.env_of("clerk")["res.partner"]
        for field, (value, label, example) in WRONG.items():
            with self.subTest(field=field), self.refused(ValidationError, label, value, example):
                Partner.create(
                    {
                        "name": "Refused",
                        "is_company": True,
                        field: value,
                        "archive_category_id": self.severity["block"].id,
                        "country_id": self.china.id,
                    }
                )
        self.assertFalse(Partner.search([("name", "=", "Refused")]))

    def test_form_is_refused_and_warns_before(self):
        customer = self.customer_of("block")
        form = Form(self.of("clerk", customer))
        form.email = "zhang@@example"
        with self.refused(ValidationError, "zhang@@example"):
            form.save()

    def test_load_is_refused(self):
        customer = self.customer_of("block", phone="010-67001234")
        xmlid = self.env["ir.model.data"].create(
            {"module": "test_archive", "name": "loaded", "model": "res.partner", "res_id": customer.id}
        )
        result = self.env_of("clerk")["res.partner"].load(["id", "phone"], [[xmlid.complete_name, "12"]])
        self.assertFalse(result["ids"])
        self.assertIn("12", result["messages"][0]["message"])
        self.env.invalidate_all()
        self.assertEqual(customer.phone, "010-67001234")

    def test_many_at_once_name_each(self):
        customers = self.customer_of("block") | self.customer_of("block", name="另一个")
        with self.refused(ValidationError, *customers.mapped("name")):
            customers.write({"phone": "12"})
        many = self.open(self.companies(14), self.severity["block"]).partner_id
        with self.refused(ValidationError, "and 4 more"):
            many.write({"phone": "12"})

    def test_only_those_with_an_archive_are_checked(self):
        self.customer.write({"phone": "12", "vat": "x", "email": "y", "zip": "z"})
        self.assertEqual(self.customer.phone, "12")

    def test_an_old_fault_does_not_stop_other_changes(self):
        """A draft with a wrong phone number of before can be mended field by field."""
        customer = self.customer_of("block", phone="12")
        self.assertEqual(customer.archive_id.state, "draft")
        customer.write({"email": "a@example.com"})
        with self.refused(ValidationError, "Phone"):
            customer.write({"phone": "13"})
        customer.write({"phone": "010-67001234"})
        self.assertEqual(customer.archive_id.state, "active")

    def test_full_width_is_normalised(self):
        values = {field: typed for field, (typed, _wanted) in FULL_WIDTH.items()}
        wanted = {field: value for field, (_typed, value) in FULL_WIDTH.items()}
        written = self.customer_of("block")
        self.of("clerk", written).write(values)
        created = self.env_of("clerk")["res.partner"].create(
            {**values, "is_company": True, "archive_category_id": self.severity["block"].id}
        )
        for way, customer in (("write", written), ("create", created)):
            for field, value in wanted.items():
                with self.subTest(way=way, field=field):
                    self.assertEqual(customer[field], value)

    # -- warns, scores -----------------------------------------------------------------------------------------

    def test_warn_and_score_are_saved_and_kept_as_faults(self):
        for severity in ("warn", "score"):
            customer = self.customer_of(severity)
            archive = customer.archive_id
            customer.write({field: value for field, (value, _label, _example) in WRONG.items()})
            with self.subTest(severity=severity):
                self.assertEqual(sorted(archive.fault_ids.mapped("field_name")), sorted(WRONG))
                self.assertEqual(set(archive.fault_ids.mapped("severity")), {severity})
                self.assertEqual((archive.completeness, archive.state), (0, "active"))
                items = customer.archive_todo["sections"][0]["items"]
                self.assertEqual({item["severity"] for item in items}, {severity})
                self.assertFalse(any(item["missing"] for item in items))
            customer.write({"phone": "010-67001234", "email": "a@example.com"})
            with self.subTest(severity=severity, mended=True):
                self.assertEqual(sorted(archive.fault_ids.mapped("field_name")), ["vat", "zip"])
                self.assertEqual(archive.completeness, 50)
            customer.write({"vat": make_uscc(5), "zip": False})
            self.assertFalse(archive.fault_ids)
            self.assertEqual(archive.completeness, 75)

    def test_faults_repeat_no_value(self):
        customer = self.customer_of("warn", phone="12345")
        for fault in customer.archive_id.fault_ids:
            self.assertNotIn("12345", str(fault.read()))

    def test_onchange_warns(self):
        for severity, warned in (("block", True), ("warn", True), ("score", False)):
            customer = self.of("clerk", self.customer_of(severity))
            result = customer.onchange({"email": "zhang@@x"}, ["email"], {"email": {}, "archive_category_id": {}})
            with self.subTest(severity=severity):
                self.assertEqual("Email" in str(result.get("warning")), warned)

    def test_onchange_is_silent_about_what_did_not_change(self):
        customer = self.of("clerk", self.customer_of("warn", phone="12"))
        result = customer.onchange({"email": "a@example.com"}, ["email"], {"email": {}, "phone": {}})
        self.assertFalse(result.get("warning"))

    # -- countries ------------------------------------------------------------------------------------------------

    def test_foreign_customers(self):
        customer = self.customer_of("block", country_id=self.env.ref("base.fr").id)
        customer.write({"vat": "FR23334175221", "zip": "75008", "phone": "01 44 05 10 10"})
        self.assertEqual(customer.archive_id.state, "active")
        with self.refused(ValidationError, "Phone"):
            customer.write({"phone": "12"})

    def test_changing_the_country_checks_again(self):
        customer = self.customer_of(
            "block", country_id=self.env.ref("base.fr").id, zip="7500", phone="+33 1 44 05 10 10"
        )
        with self.refused(ValidationError, "Zip", "7500"):
            customer.country_id = self.china
        customer = self.customer_of("warn", country_id=self.env.ref("base.fr").id, zip="75008", vat="FR23334175221")
        self.assertFalse(customer.archive_id.fault_ids)
        customer.country_id = self.china
        self.assertEqual(sorted(customer.archive_id.fault_ids.mapped("field_name")), ["vat", "zip"])

    def test_without_country_the_archives_company_decides(self):
        """Not the company that the reader happens to work for: a score is the same for everybody."""
        self.company_two.country_id = self.env.ref("base.fr")
        customer = self.customer_of("warn", country_id=False, zip="518000", phone="0755-12345678")
        self.assertFalse(customer.archive_id.fault_ids)
        two = customer.with_company(self.company_two).with_context(allowed_company_ids=self.company_two.ids)
        self.assertEqual(two.archive_todo["score"], customer.archive_id.completeness)
        two.write({"phone": "010-67001234"})
        self.assertFalse(customer.archive_id.fault_ids)

    # -- kinds -----------------------------------------------------------------------------------------------------

    def test_kind_against_the_category(self):
        with self.refused(ValidationError, self.archived.name, "companies only"):
            self.archived.is_company = False
        with self.refused(ValidationError, self.archived.name):
            self.archived.company_type = "person"
        with self.refused(ValidationError, self.archived_person.name, "individuals only"):
            self.archived_person.is_company = True
        both = self.customer_of("warn")
        both.is_company = False
        self.assertEqual(both.archive_id.completeness, 0)

    # -- drafts --------------------------------------------------------------------------------------------------------

    def test_empty_in_a_draft_and_in_an_active_archive(self):
        draft = self.open(self.companies(1), self.category_key).partner_id
        draft.write({"city": "深圳市"})
        draft.write({"vat": False})
        self.assertEqual(draft.archive_id.state, "draft")
        draft.write({"vat": make_uscc(9)})
        self.assertEqual(draft.archive_id.state, "active", "becomes active by itself")
        with self.refused(ValidationError, "Unified Social Credit Code", "empty"):
            draft.write({"vat": False})
        with self.refused(ValidationError, "Unified Social Credit Code"):
            draft.write({"vat": "   "})

    def test_inactive_archive_does_not_become_active(self):
        draft = self.open(self.companies(1), self.category_key)
        self.clear("archivist", "secret")
        self.of("archivist", draft).action_deactivate("closed")
        draft.partner_id.write({"city": "深圳市"})
        self.assertEqual(draft.state, "inactive")

    def test_lines_can_be_required(self):
        category = self.category()
        self.item(category, "card_preference_ids", required="block")
        customer = self.open(self.companies(1), category).partner_id
        self.assertEqual(customer.archive_id.state, "draft")
        line = self.env_of("clerk")["customer.archive.preference"].create({"partner_id": customer.id, "subject": "Tea"})
        self.assertEqual(customer.archive_id.state, "active")
        with self.refused(ValidationError, "Needs and Preferences", "empty"):
            line.unlink()

    def test_addresses_taken_over_from_the_parent_are_checked(self):
        parent = self.companies(1, zip="100000")
        child = self.companies(1, name="Sub", parent_id=parent.id, type="contact")
        self.open(child, self.severity["warn"])
        self.assertEqual(child.zip, "100000")
        parent.zip = "1"
        self.assertEqual(child.zip, "1")
        self.assertEqual(child.archive_id.fault_ids.mapped("field_name"), ["zip"])

    def test_checks_cost_few_statements_for_many(self):
        archived = self.open(self.companies(30), self.severity["block"]).partner_id
        plain = self.companies(30)

        def statements(partners, phone):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.browse(partners.ids).write({"phone": phone})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements(plain, "010-67001231")  # fills the caches
        self.assertLessEqual(statements(archived, "010-67001234") - statements(plain, "010-67001234"), 20)

    def test_refusal_says_nothing_of_fields_that_were_not_touched(self):
        customer = self.customer_of("block", vat="X")
        with self.refused(UserError) as caught:
            customer.write({"phone": "12"})
        self.assertNotIn("Unified", str(caught.exception))
