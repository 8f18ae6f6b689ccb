"""Quick search: name, pinyin, initials, number, phone, e-mail, codes, tags, city (product.md C7)."""

from odoo.tests import tagged

from .common import ArchiveCommon


@tagged("post_install", "-at_install")
class TestSearch(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].create({"name": "钻石会员"})
        cls.person.write({"category_id": [(6, 0, cls.tag.ids)], "ref": "ZW_100%", "card_preferred_name": "伟哥"})

    def found(self, text, operator="ilike", role="clerk"):
        Partner = self.env_of(role)["res.partner"]
        mine = self.person | self.customer | self.contact | self.other_contact | self.archived | self.archived_person
        result = Partner.search([("id", "in", mine.ids), ("display_name", operator, text)])
        if operator == "ilike" and isinstance(text, str) and text.strip():
            filtered = mine.with_env(Partner.env).filtered_domain(Partner._archive_key_domain(text))
            self.assertEqual(result.sorted("id").ids, filtered.sorted("id").ids, "SQL and Python find the same")
        return result.with_env(self.env)

    def test_a_person(self):
        for text in (
            "张伟",
            "zw",
            "ZW",
            "zhangw",
            "zhangwei",
            "伟",
            "张",
            "138 0013 8000",
            "8000",
            "13800138000",
            "+86 138-0013-8000",
            "zhang.wei@",
            "example.com",
            "北京",
            "北京市",
            "钻石",
            "zw_100%",
            "伟哥",
            "张　伟",
            "zhang wei",
            "张伟 8000",
            "8000 张伟",
            "zw 北京",
        ):
            with self.subTest(text=text):
                self.assertIn(self.person, self.found(text))

    def test_not_found(self):
        for text in ("李伟", "zwx", "9999", "张伟 9999", "上海", "伟张"):
            with self.subTest(text=text):
                self.assertNotIn(self.person, self.found(text))

    def test_a_company(self):
        for text in (
            "华强",
            "hqdz",
            "huaqiang",
            "华强电子（深圳）",
            "0755-12345678",
            "5678",
            self.customer.vat,
            self.customer.vat[-6:].lower(),
            "REF-778",
            "ref778",
            "深圳市",
        ):
            with self.subTest(text=text):
                self.assertIn(self.customer, self.found(text))

    def test_contacts_by_the_name_of_their_company(self):
        self.assertEqual(self.found("华强 李雷"), self.contact)
        self.assertEqual(self.found("huaqiang hanmeimei"), self.other_contact)
        self.assertLessEqual(self.contact | self.other_contact, self.found("华强"))

    def test_archives_number_and_former_numbers(self):
        old = self.archive.number
        self.archive._renumber("test", "新档-88")
        for text in (old, old.lower(), old.replace("-", "").replace(".", ""), "新档-88", "新档88"):
            with self.subTest(text=text):
                self.assertEqual(self.found(text), self.archived)

    def test_wildcards_are_literal(self):
        for text in ("%", "_", "\\", "100%", "zw_1", "%%", "z_"):
            with self.subTest(text=text):
                self.assertNotIn(self.customer, self.found(text))
        self.assertEqual(self.found("100%"), self.person)
        self.assertFalse(self.found("zw%100") | self.found("zwx100"))

    def test_text_that_is_no_word(self):
        everybody = len(self.found(""))
        self.assertEqual(everybody, 6)
        for text in ("   ", False, "　"):
            with self.subTest(text=text):
                self.assertIn(len(self.found(text)), (0, everybody))
        for text in ("'", '"', "--", "; DROP TABLE", "\x00".strip("\x00") or "-", "(", "*", "😀"):
            with self.subTest(text=text):
                self.found(text)

    def test_negation_is_the_complement(self):
        for text in ("zw", "华强", "8000", self.archive.number):
            with self.subTest(text=text):
                self.assertEqual(len(self.found(text)) + len(self.found(text, "not ilike")), 6)
                self.assertFalse(self.found(text) & self.found(text, "not ilike"))

    def test_other_operators_are_plain_odoo(self):
        Partner = self.env_of("clerk")["res.partner"]
        self.assertIn(self.person.id, Partner.search([("display_name", "=", "张伟")]).ids)
        self.assertIn(self.person.id, Partner.search([("display_name", "in", ["张伟"])]).ids)
        self.assertIn(self.person.id, Partner.search([("display_name", "=ilike", "张%")]).ids)
        self.assertEqual(Partner.name_search("张伟", operator="=")[0][0], self.person.id)

    def test_from_other_models(self):
        self.env["res.partner.bank"].create({"acc_number": "1", "partner_id": self.person.id})
        Bank = self.env["res.partner.bank"]
        for text in ("zhangw", "张伟"):
            self.assertEqual(Bank.search([("partner_id", "ilike", text)]).partner_id, self.person)

    # -- the key follows its sources -------------------------------------------------------------------------

    def test_changes_are_found_at_once(self):
        for vals, text in (
            ({"name": "欧阳娜娜"}, "ouyang"),
            ({"phone": "13611112222"}, "2222"),
            ({"email": "nana@example.com"}, "nana@"),
            ({"city": "呼和浩特市"}, "呼和浩特"),
            ({"ref": "NEWREF"}, "newref"),
            ({"card_preferred_name": "小娜"}, "小娜"),
            ({"company_registry": "REG-1"}, "reg-1"),
        ):
            with self.subTest(vals=vals):
                self.assertFalse(self.found(text))
                self.person.write(vals)
                self.assertEqual(self.found(text), self.person)
        self.assertFalse(self.found("张伟"))

    def test_former_legal_name_is_forgotten(self):
        self.archived.card_legal_name = "新名称有限公司"
        self.assertEqual(self.found("新名称"), self.archived)
        self.assertFalse(self.found("中国北京同仁堂"))

    def test_renamed_tags(self):
        self.tag.name = "白金会员"
        self.assertEqual(self.found("白金"), self.person)
        self.assertFalse(self.found("钻石"))
        self.person.category_id = False
        self.assertFalse(self.found("白金"))

    def test_tags_in_the_users_language(self):
        for code in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(code)
        self.tag.with_context(lang="zh_CN").name = "铂金会员"
        self.assertEqual(self.found("铂金"), self.person)
        self.assertEqual(self.found("钻石"), self.person)
        self.assertKeysRebuiltAlike()

    def test_renamed_company_renames_its_contacts(self):
        self.customer.name = "广州新强电子有限公司"
        self.assertEqual(self.found("新强 李雷"), self.contact)
        self.assertFalse(self.found("华强 李雷"))
        self.contact.parent_id = False
        self.assertFalse(self.found("新强 李雷"))

    # -- the key rebuilt ----------------------------------------------------------------------------------------

    def assertKeysRebuiltAlike(self):
        """The rebuild in SQL writes what the ORM computes, for everybody in the database."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        partners = Partner.search([])
        self.env.add_to_compute(Partner._fields["archive_search_key"], partners)
        self.env.flush_all()
        computed = self.stored_keys()
        self.env.cr.execute("UPDATE res_partner SET archive_search_key = NULL")
        self.env["res.partner"]._archive_rebuild_search_keys()
        rebuilt = self.stored_keys()
        self.assertEqual({key: rebuilt[key] for key in rebuilt if rebuilt[key] != computed[key]}, {})

    def stored_keys(self):
        self.env.cr.execute("SELECT id, archive_search_key FROM res_partner")
        return dict(self.env.cr.fetchall())

    def test_rebuild(self):
        tags = self.env["res.partner.category"].create([{"name": n} for n in ("Zeta", "alpha", "中间")])
        tags[1].active = False
        self.customer.category_id = tags
        self.archive._renumber("a", "N-1")
        self.archive._renumber("b", "N-2")
        self.partner(name="A", phone="+1 (415) 555-0123", type="delivery", parent_id=self.customer.id)
        self.partner(name=False, type="invoice", parent_id=self.customer.id)
        self.assertKeysRebuiltAlike()

    def test_opened_by_sql_has_the_words_of_the_key(self):
        archives = self.open(self.companies(3), self.category_company)
        self.env.flush_all()
        partners = archives.partner_id
        stored = {partner.id: set(self.stored_keys()[partner.id].split()) for partner in partners}
        self.env["res.partner"]._archive_rebuild_search_keys(partners.ids)
        for partner in partners:
            self.assertEqual(stored[partner.id], set(self.stored_keys()[partner.id].split()))
