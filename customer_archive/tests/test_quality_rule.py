"""Quality rules: what they find, what they let alone, what they suggest; who changes them (product.md Q6)."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ROLES, ArchiveCommon, make_uscc


@tagged("post_install", "-at_install")
class TestQualityRule(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["customer.archive.quality.rule"]
        cls.plain = cls.category(name="Plain")
        for field, kind in (("phone", "phone"), ("email", "email"), ("vat", "uscc")):
            cls.item(cls.plain, field, check_kind=kind, check_severity="score")

    def filed(self, **vals):
        partner = self.partner(**{"name": "一家公司", "is_company": True, **vals})
        return self.open(partner, self.plain)

    def raw(self, archive, **vals):
        """Values that came past the ORM, or before there was an archive."""
        self.env.flush_all()
        for name, value in vals.items():
            self.env.cr.execute(f'UPDATE res_partner SET "{name}" = %s WHERE id = %s', [value, archive.partner_id.id])
        self.env.invalidate_all()
        return archive

    def found(self, check, **vals):
        """{archive: (field, old, new, remedy)} of one new cleaning by one rule."""
        rule = self.rules.create({"name": check, "check": check, "category_ids": self.plain.ids, **vals})
        cleaning = self.env["customer.archive.cleaning"]._start(self.company_one, rule)
        while cleaning._find_some():
            pass
        lines = self.env["customer.archive.cleaning.line"].search([("cleaning_id", "=", cleaning.id)])
        return {
            line.archive_id: (
                line.field_name,
                (line.old_value or {}).get("value"),
                (line.new_value or {}).get("value"),
                line.remedy,
            )
            for line in lines
        }

    def test_missing(self):
        empty, full = self.filed(), self.filed(email="a@example.com")
        field = self.env["ir.model.fields"]._get("res.partner", "email")
        self.assertEqual(self.found("missing", field_id=field.id), {empty: ("email", False, None, "verify")})
        self.assertNotIn(full, self.found("missing", field_id=field.id))

    def test_missing_as_the_category_asks(self):
        asking = self.category(name="Asking")
        self.item(asking, "phone", required="warn")
        self.item(asking, "email", required="score")
        self.item(asking, "card_birth_date", required="warn", applies_to="person")
        archive = self.open(self.partner(name="问", is_company=True), asking)
        found = self.found("missing", category_ids=asking.ids)
        self.assertEqual(found, {archive: ("phone", False, None, "verify")})

    def test_invalid_with_a_suggestion(self):
        typed = self.filed(phone="138OO138001")
        wrong = self.filed(phone="12")
        self.filed(phone="13900139000")
        self.assertEqual(
            self.found("invalid", remedy="correct"),
            {
                typed: ("phone", "138OO138001", "13800138001", "correct"),
                wrong: ("phone", "12", None, "verify"),
            },
        )

    def test_written_oddly(self):
        wide = self.raw(self.filed(), name="ＡＢＣ　有限公司")
        zero_width = self.raw(self.filed(), city="深圳\u200b市")
        mail = self.raw(self.filed(), email="li@EXAMPLE。com")
        code = self.raw(self.filed(), vat=make_uscc(5).lower())
        phone = self.raw(self.filed(), phone="（0755） 1234 5678")
        self.filed(name="华强（深圳）有限公司", phone="0755-1234 5678", email="Li@example.com")
        found = self.found("writing", remedy="correct")
        self.assertEqual(
            {archive: row[2] for archive, row in found.items()},
            {
                wide: "ABC 有限公司",
                zero_width: "深圳市",
                mail: "li@example.com",
                code: make_uscc(5),
                phone: "0755 1234 5678",
            },
        )

    def test_contradictions(self):
        number = "110101190001010014"
        person = self.filed(name="人", is_company=False, vat=number, card_birth_date="1990-05-05")
        self.filed(name="人二", is_company=False, vat=number, card_birth_date="1900-01-01")
        self.assertEqual(
            self.found("birth_date", remedy="correct"),
            {person: ("card_birth_date", "1990-05-05", "1900-01-01", "correct")},
        )
        shop = self.filed(name="个体", is_company=False, vat=make_uscc(7))
        self.assertEqual(set(self.found("person_code")), {shop})
        foreign = self.filed(phone="+49 30 123456")
        self.filed(phone="+86 138 0013 8000")
        self.filed(phone="+852 2123 4567")
        self.filed(phone="+49 30 123456", country_id=self.env.ref("base.de").id)
        self.assertEqual(set(self.found("foreign_phone")), {foreign})
        guangdong = self.env.ref("base.state_cn_GD").id
        odd = self.filed(zip="100022", state_id=guangdong)
        self.filed(zip="518000", state_id=guangdong)
        self.filed(zip="100022")
        self.assertEqual(set(self.found("postcode")), {odd})

    def test_ended_and_archived(self):
        ended = self.filed(card_relation="ended")
        hidden = self.filed()
        hidden.partner_id.active = False
        self.filed(card_relation="lost")
        self.assertEqual(set(self.found("ended", remedy="inactive")), {ended, hidden})

    def test_nothing_happened(self):
        long_ago = fields.Date.subtract(fields.Date.today(), months=30)
        quiet, talked, fresh, signed = (self.filed(name=f"公司{n}") for n in range(4))
        for archive in quiet | talked | signed:
            archive._governed().opened_on = long_ago
        self.env["customer.archive.contact.log"].create(
            {
                "archive_id": talked.id,
                "type_id": self.env["customer.archive.contact.type"].search([], limit=1).id,
                "subject": "问候",
                "begin_at": fields.Datetime.now(),
            }
        )
        self.env["customer.archive.document"].create(
            {"archive_id": signed.id, "name": "合同", "date": long_ago, "type_id": self.contract_type().id}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_document SET create_date = %s", [long_ago])
        self.assertEqual(set(self.found("inactive", months=24, remedy="inactive")), {quiet, signed})
        self.env.cr.execute("UPDATE customer_archive_document SET valid_until = now() + interval '1 year'")
        self.assertEqual(set(self.found("inactive", months=24, remedy="inactive")), {quiet})
        self.assertNotIn(fresh, self.found("inactive", months=24, remedy="inactive"))

    def contract_type(self):
        return self.env.ref("customer_archive.document_type_contract")

    def test_not_verified(self):
        old, planned = self.filed(name="旧"), self.filed(name="新")
        for archive in old | planned:
            archive._governed().opened_on = fields.Date.subtract(fields.Date.today(), months=30)
        self.plain.verification_months = "0"
        planned.verification_own_on = fields.Date.today()
        self.assertEqual(set(self.found("stale", months=24)), {old})

    def test_test_data(self):
        named = self.filed(name="测试客户02")
        called = self.filed(phone="+86 138 0013 8000")
        ones = self.filed(phone="11111111")
        self.filed(name="深圳测试仪器有限公司", phone="0755-88888888")
        found = self.found("test_data", words="测试\n13800138000", remedy="inactive")
        self.assertEqual({a: row[0] for a, row in found.items()}, {named: "name", called: "phone", ones: "phone"})

    def test_where_it_does_not_look(self):
        closed, merged, other = (self.filed(name=f"测试{n}") for n in range(3))
        closed.action_deactivate("x")
        self.env["customer.archive.merge.engine"]._merge([self.merge_group(other.partner_id, merged.partner_id)])
        elsewhere = self.partner(name="测试9", is_company=True)
        elsewhere.with_company(self.company_two).archive_open(self.plain)
        found = self.found("test_data", words="测试", remedy="inactive")
        self.assertEqual(set(found), {other})
        self.assertFalse(self.found("test_data", words="测试", remedy="inactive", applies_to="person"))
        self.assertFalse(self.found("test_data", words="测试", remedy="inactive", category_ids=self.category_key.ids))

    def merge_group(self, target, source):
        from ..models.customer_archive_merge_engine import MergeGroup

        return MergeGroup(target.id, (source.id,))

    def test_every_check_has_a_finder(self):
        for check in self.rules._fields["check"].get_values(self.env):
            self.assertTrue(hasattr(self.rules, f"_find_{check}"), check)
            self.assertIn(check, self.rules._kinds())

    def test_seeded_rules_run(self):
        cleaning = self.env["customer.archive.cleaning"].with_company(self.company_one)._run_now()
        self.assertGreaterEqual(len(cleaning.rule_ids), 11)
        self.assertEqual(
            {rule.kind for rule in cleaning.rule_ids}, set(self.rules._fields["kind"].get_values(self.env))
        )

    # -- rules themselves -----------------------------------------------------------------------------------------

    def test_what_a_rule_must_say(self):
        with self.refused(ValidationError, "can't correct anything"):
            self.rules.create({"name": "x", "check": "inactive", "remedy": "correct"})
        with self.refused(ValidationError, "names or numbers"):
            self.rules.create({"name": "x", "check": "test_data", "remedy": "inactive"})
        field = self.env["ir.model.fields"]._get("res.partner", "credit_limit") or self.env["ir.model.fields"]._get(
            "res.partner", "active"
        )
        with self.refused(ValidationError, "can't be looked at"):
            self.rules.create({"name": "x", "check": "missing", "field_id": field.id})

    def test_used_rules_stay(self):
        self.filed(name="测试1")
        self.found("test_data", words="测试", remedy="inactive")
        rule = self.rules.search([("name", "=", "test_data")], limit=1)
        with self.refused(UserError, "Archive it instead"):
            rule.unlink()

    def test_who_changes_rules(self):
        rule = self.env.ref("customer_archive.quality_rule_writing")
        readers = {"clerk", "colleague", "leader", "service", "management", "archivist", "clerk_two", "archivist_two"}
        for role in ROLES:
            mine = self.of(role, rule)
            with self.subTest(role=role):
                if role == "manager":
                    mine.write({"months": 6})
                    mine.copy().unlink()
                    continue
                for step in (
                    lambda mine=mine: mine.write({"months": 7}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.create({"name": "x", "check": "stale"}),
                ):
                    with self.assertRaises(AccessError):
                        step()
                self.assertEqual(mine.has_access("read"), role in readers)
