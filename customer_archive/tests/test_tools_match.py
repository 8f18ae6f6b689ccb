"""tools/match_key.py and match_score.py: who is the same customer, and why. No database."""

import doctest

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import match_key, match_score
from odoo.addons.customer_archive.tools.match_key import address, company_name, customer, keys, line, person_name
from odoo.addons.customer_archive.tools.match_score import THRESHOLD, WEIGHTS, score


def company(name, **values):
    return customer(name=name, is_company=True, **values)


def person(name, **values):
    return customer(name=name, **values)


class TestMatchKey(BaseCase):
    def test_doctests(self):
        for module in (match_key, match_score):
            self.assertFalse(doctest.testmod(module).failed)

    def test_company_names(self):
        same = (
            "深圳市华强电子有限公司",
            "华强电子（深圳）有限责任公司",
            "華強電子股份有限公司",
            "广东深圳华强电子集团有限公司",
            "深圳  华强电子",
            "（中国）华强电子有限公司",
            "华强电子公司",
        )
        for name in same:
            self.assertEqual(company_name(name).core, "华强电子", name)
        self.assertEqual(company_name("ＡＢＣ　Ｔｒａｄｉｎｇ　Ｌｔｄ．").core, "abctrading")
        self.assertEqual(company_name("Shen Zhen Hua Qiang Dian Zi You Xian Gong Si").core, "huaqiangdianzi")
        self.assertEqual(company_name("Hua Qiang (Shenzhen) Co., Ltd.").places, {"深圳"})
        self.assertEqual(company_name("深圳市华强电子有限公司").places, {"深圳"})
        # What is left of a name is never nothing.
        for name in ("有限公司", "北京公司", "Company Limited", "集团"):
            self.assertTrue(company_name(name).core, name)
        self.assertEqual(company_name("。").core, "")

    def test_branches(self):
        self.assertEqual(company_name("华强电子有限公司上海分公司").branch, "上海")
        self.assertEqual(company_name("华强电子有限公司").branch, "")
        self.assertTrue(company_name("Bright Trading Ltd, Berlin Branch").branch)

    def test_person_names(self):
        self.assertEqual(person_name("張偉（收货）").core, "张伟")
        self.assertEqual(person_name("张伟 经理").core, "张伟")
        self.assertEqual(person_name("Dr. John SMITH").core, person_name("Smith, John").core)

    def test_phones(self):
        for phone in ("0755-12345678", "+86 755 12345678", "（０７５５）１２３４５６７８", "0086 755 1234 5678 转 801"):
            self.assertEqual(line(phone), "75512345678", phone)
        for phone in ("1", "", None, "n/a", "12-34"):
            self.assertEqual(line(phone), "")

    def test_addresses(self):
        self.assertEqual(address("福田区深南大道6008号", "3楼")[0], address("深圳市福田区 深南大道 ６００８ 号")[0])
        self.assertEqual(address("南京路12号")[0], "南京路12")
        self.assertEqual(address("科技园")[0], "")
        self.assertEqual(address("12 Smith Street"), address("12 Smith St."))

    def test_keys_hold_no_values(self):
        found = keys(
            company("华强电子有限公司", phone="0755-12345678", email="a@b.example", codes=["91440300MA5W00007E"])
        )
        self.assertEqual(set(found.values()), {"code", "phone", "email", "name", "sound", "brand"})
        for key in found:
            self.assertTrue(-(2**63) <= key < 2**63)

    def test_persons_without_place_have_no_key_of_their_name(self):
        self.assertFalse(keys(person("张伟")))
        self.assertEqual(list(keys(person("张伟", city="深圳市")).values()), ["name"])


class TestMatchScore(BaseCase):
    def assertSame(self, one, two):
        found = score(one, two)
        self.assertGreaterEqual(found.points, THRESHOLD, found)
        self.assertTrue(keys(one).keys() & keys(two).keys(), "no key brings them together")
        self.assertEqual(found.points, score(two, one).points)

    def assertOther(self, one, two):
        found = score(one, two)
        self.assertLess(found.points, THRESHOLD, found)

    def test_companies(self):
        one = company("深圳市华强电子有限公司", phone="0755-12345678", email="office@hq.example", city="深圳市")
        for name in (
            "華強電子（深圳）股份有限公司",
            "华强电子",
            "华墙电子有限公司",
            "Hua Qiang Dian Zi",
            "华电强子有限公司",
        ):
            self.assertSame(one, company(name, phone="+86 755 1234 5678", city="深圳"))
        self.assertSame(one, company("深圳华强电子", email="office@hq.example"))
        self.assertOther(one, company("深圳市华强电子有限公司", city="深圳市"))  # a namesake, for all we know
        self.assertOther(one, company("上海华强电子有限公司", phone="021-62345678", city="上海市"))
        self.assertOther(one, company("美宜贸易有限公司", phone="0755-12345678", city="深圳市"))  # one switchboard
        self.assertOther(one, company("深圳市华强电子有限公司上海分公司", phone="0755-12345678"))

    def test_codes_decide(self):
        one = company("华强电子有限公司", codes=["91440300MA5W00007E"], phone="0755-12345678")
        self.assertSame(one, company("Something Else", codes=["CN91440300MA5W00007E"]))
        self.assertOther(one, company("华强电子有限公司", codes=["91110101MA1234567X"], phone="0755-12345678"))
        self.assertSame(one, company("华强电子有限公司", codes=["91440300MA5W00001E"], phone="0755-12345678"))

    def test_short_names_by_edit_distance(self):
        one = person("王小明", phone="13800138000", city="深圳市")
        for name in ("王晓明", "王小名", "王小朋", "王明小", "王小", "Wang Xiaoming", "王小明先生"):
            self.assertSame(one, person(name, phone="+86 138-0013-8000", city="深圳"))
        self.assertSame(person("张伟", phone="13800138000"), person("章伟", phone="13800138000"))
        self.assertOther(person("张伟", phone="13800138000"), person("李娜", phone="13800138000"))  # husband and wife

    def test_family_at_one_address(self):
        home = {"street": "中山路12号", "street2": "3幢501室", "city": "深圳市", "phone": "0755-12345678"}
        self.assertOther(person("王建国", **home), person("王大力", **home))
        self.assertOther(person("王伟", **home), person("王军", **home | {"phone": "13800138000"}))

    def test_without_phone_and_email_the_address_decides(self):
        home = {"street": "中山路12号", "city": "深圳市"}
        self.assertSame(person("王小明", **home), person("王小明", **home))
        self.assertOther(person("王小明", **home), person("王小明", **home | {"street": "中山路14号"}))

    def test_english(self):
        one = person("John Smith", phone="+1 212 824 3851")
        for name in ("Smith, John", "Jon Smith", "JOHN SMITH", "J. Smith Mr"):
            self.assertGreaterEqual(score(one, person(name, phone="+12128243851")).points, 57, name)
        self.assertOther(one, person("Mary Smith", phone="+12128243851"))
        self.assertSame(
            company("Crownway Medical Inc.", phone="+1 212 824 3851"), company("Crownway Medcal", e164="+12128243851")
        )

    def test_numbers_in_mail_addresses_are_no_typos(self):
        one, two = (person("张伟", email=f"{number}@qq.com", city="深圳") for number in (10001, 10002))
        self.assertOther(one, two)

    def test_weights(self):
        one, two = person("张伟", phone="13800138000"), person("张伟", phone="13800138000")
        found = score(one, two, {**WEIGHTS, "mobile_same": 5})
        self.assertEqual(found.points, WEIGHTS["person_same"] + 5)
        self.assertEqual([reason.code for reason in found.reasons], ["person_same", "mobile_same"])
        self.assertEqual(score(one, person("")).reasons, ())
