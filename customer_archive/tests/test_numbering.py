"""Archive numbers: gapless, per series, never twice, also when many open at once (product.md C2)."""

import random
import threading
from collections import Counter
from unittest.mock import patch

from freezegun import freeze_time

from odoo import api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import ArchiveCommon, ArchiveOrganisation, make_uscc


@tagged("post_install", "-at_install")
class TestNumbering(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.category(code="NUM", number_template="{fonds}-{category}-{seq:4}")

    def issue(self, count=1, category=None, **vals):
        return self.numbers_of(self.open(self.companies(count, **vals), category or self.plain).partner_id)

    def test_consecutive_from_one(self):
        self.assertEqual(self.issue(3), ["T01-NUM-0001", "T01-NUM-0002", "T01-NUM-0003"])
        self.assertEqual(self.issue(2), ["T01-NUM-0004", "T01-NUM-0005"])

    def test_in_the_order_of_the_call(self):
        companies = self.companies(3)
        mixed = companies[2] | companies[0] | companies[1]
        archives = self.open(mixed, self.plain)
        self.assertEqual(archives.partner_id.ids, mixed.ids)
        self.assertEqual(archives.mapped("number"), ["T01-NUM-0001", "T01-NUM-0002", "T01-NUM-0003"])

    def test_each_series_counts_for_itself(self):
        second = self.companies(1).with_company(self.company_two)
        second.company_id = self.company_two
        first = self.companies(2)
        archives = self.open(first | second, self.plain)
        self.assertEqual(archives.mapped("number"), ["T01-NUM-0001", "T01-NUM-0002", "T02-NUM-0001"])
        self.assertEqual(self.issue(1, self.category(code="OTH", number_template="{category}-{seq}")), ["OTH-0001"])

    def test_year_begins_a_new_series(self):
        category = self.category(code="YR", number_template="{category}-{year}-{seq:4}")
        with freeze_time("2025-12-31 10:00:00"):
            self.assertEqual(self.issue(2, category), ["YR-2025-0001", "YR-2025-0002"])
        with freeze_time("2026-01-01 10:00:00"):
            self.assertEqual(self.issue(1, category), ["YR-2026-0001"])

    def test_savepoint_takes_numbers_back(self):
        self.issue(1)
        companies = self.companies(2)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.open(companies, self.plain)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(companies.archive_id)
        self.assertEqual(self.issue(1), ["T01-NUM-0002"])

    def test_refusal_takes_numbers_back(self):
        companies = self.companies(2)
        with self.refused(UserError):
            self.open(companies | self.contact, self.plain)
        self.assertFalse(companies.archive_id)
        self.assertEqual(self.issue(1), ["T01-NUM-0001"])

    def test_wider_than_the_template(self):
        self.partner(name="Old", is_company=True, archive_category_id=self.plain.id, archive_number="T01-NUM-9999")
        self.assertEqual(self.issue(1), ["T01-NUM-10000"])

    def test_unit_of_the_sales_team(self):
        category = self.category(code="UN", number_template="{unit}-{category}-{seq:3}")
        self.assertEqual(self.issue(1, category, user_id=self.user["clerk"].id), ["HB-UN-001"])
        with self.refused(UserError, category.display_name, "{unit}", "sales team", "Archive Code"):
            self.issue(1, category, user_id=False)
        self.team_north.archive_unit_code = False
        with self.refused(UserError, "{unit}"):
            self.issue(1, category, user_id=self.user["clerk"].id)

    def test_retention(self):
        category = self.category(code="RT", number_template="{retention}·{category}·{seq:2}", retention_code="Y")
        self.assertEqual(self.issue(1, category), ["Y·RT·01"])

    def test_codes_that_fit_no_number_are_refused_where_they_are_typed(self):
        for code in ("A B", "A%", "A{", "A，B", "A&B", "Ａ", " A"):
            with self.subTest(category=code), self.refused(ValidationError):
                self.category(code=code)
            with self.subTest(fonds=code), self.refused(ValidationError):
                self.company_one.archive_fonds_code = code
            with self.subTest(unit=code), self.refused(ValidationError):
                self.team_south.archive_unit_code = code

    def test_fault_of_a_template_says_where(self):
        for template, position, word in (
            ("{fonds}-{nonsense}-{seq}", 9, "nonsense"),
            ("KH-{year}", 10, "{seq:4} is missing"),
            ("KH {seq}", 3, "not allowed"),
            ("{category}{seq}", 11, "touch"),
            ("KH-{seq:0}", 9, "digit from 1 to 9"),
            ("KH-{seq}-{seq}", 10, "twice"),
        ):
            with self.subTest(template=template), self.refused(ValidationError, f"position {position}", word, "Good:"):
                self.category(number_template=template)

    def test_preview(self):
        self.assertEqual(self.plain.with_company(self.company_one).number_example, "T01-NUM-0001")
        new = self.env["customer.archive.category"].new({"number_template": "{seq", "code": "A&B"})
        self.assertIn("position 1", new.number_example)
        new.number_template = "{category}-{seq}"
        self.assertFalse(new.number_example, "a bad code shows nothing, not an error")

    def test_code_of_the_category_changes(self):
        [old] = self.issue(1)
        self.plain.code = "NEW"
        self.plain.number_template = "{category}/{seq:4}"
        self.assertEqual(self.env["customer.archive"].search([("category_id", "=", self.plain.id)]).number, old)
        self.assertEqual(self.issue(1), ["NEW/0001"])
        self.company_one.archive_fonds_code = "T99"
        self.assertEqual(self.archived.archive_number, self.archive.number)

    # -- numbers of before -----------------------------------------------------------------------------------

    def given(self, *numbers, category=None, role=None):
        Partner = self.env_of(role)["res.partner"] if role else self.env["res.partner"].with_company(self.company_one)
        category = category or self.plain
        return Partner.create(
            [
                {"name": f"G{index}", "is_company": True, "archive_category_id": category.id, "archive_number": number}
                for index, number in enumerate(numbers)
            ]
        )

    def test_number_of_before_counts_in_its_series(self):
        partner = self.given("T01-NUM-0007", role="clerk")
        self.assertEqual(partner.archive_number, "T01-NUM-0007")
        self.assertEqual(partner.archive_id.number_ids.sequence, 7)
        self.assertEqual(self.issue(1), ["T01-NUM-0008"])

    def test_given_and_issued_in_one_call(self):
        partners = self.given("T01-NUM-0001", False, "T01-NUM-0003", False)
        self.assertEqual(
            partners.mapped("archive_number"), ["T01-NUM-0001", "T01-NUM-0004", "T01-NUM-0003", "T01-NUM-0005"]
        )

    def test_number_of_another_form_is_kept(self):
        partner = self.given("客户〔1998〕17号")
        self.assertEqual(partner.archive_number, "客户〔1998〕17号")
        self.assertFalse(partner.archive_id.number_ids.series)
        self.assertEqual(self.issue(1), ["T01-NUM-0001"])

    def test_number_of_before_is_normalised(self):
        self.assertEqual(self.given("　Ｔ０１－ＮＵＭ－０００２ ").archive_number, "T01-NUM-0002")
        self.assertEqual(self.given("   ").archive_number, "T01-NUM-0003", "a blank is no number")
        self.assertEqual(self.given("T01-NUM-\u200b0009").archive_number, "T01-NUM-0009", "nothing invisible in it")

    def test_number_of_before_is_not_given_twice(self):
        self.given("OLD-1")
        for numbers in (["OLD-1"], ["OLD-2", "OLD-2"]):
            with self.subTest(numbers=numbers), self.refused(UserError, numbers[0], "never used twice"):
                self.given(*numbers)
        self.issue(2)
        with self.refused(UserError, "T01-NUM-0002"):
            self.given("T01-NUM-0002")

    def test_absurdly_long_running_number(self):
        partner = self.given("T01-NUM-99999999999999")
        self.assertEqual(partner.archive_number, "T01-NUM-99999999999999")
        self.assertEqual(self.issue(1), ["T01-NUM-0001"])

    def test_number_needs_a_category(self):
        with self.refused(UserError, "X-9", "category"):
            self.env["res.partner"].create({"name": "N", "archive_number": "X-9"})
        with self.refused(UserError, "X-9", "category"):
            self.of("clerk", self.customer).write({"archive_number": "X-9"})

    def test_number_of_before_for_a_customer_who_is_known(self):
        customers = self.of("clerk", self.companies(2))
        with self.refused(UserError, "OLD-5", "never used twice"):
            customers.write({"archive_category_id": self.plain.id, "archive_number": "OLD-5"})
        customers[0].write({"archive_category_id": self.plain.id, "archive_number": "OLD-5"})
        self.assertEqual(customers[0].archive_id.number_ids.mapped("name"), ["OLD-5"])

    def test_number_of_the_archived_cannot_be_typed_over(self):
        with self.refused(UserError, "Change Number"):
            self.of("archivist", self.archived).write({"archive_number": "X-9"})
        self.of("archivist", self.archived).write({"archive_number": self.archive.number})

    # -- renumbering ---------------------------------------------------------------------------------------------

    def renumber(self, archive, reason="misfiled", number=False):
        step = self.env_of("archivist")["customer.archive.step"].create(
            {"archive_ids": archive.ids, "step": "renumber", "reason": reason, "number": number}
        )
        step.action_apply()

    def test_next_number_with_reason(self):
        archive = self.open(self.companies(1), self.plain)
        self.renumber(archive)
        self.assertEqual(archive.number, "T01-NUM-0002")
        self.assertEqual(archive.partner_id.archive_number, "T01-NUM-0002")
        self.assertEqual(archive.number_ids.sorted("id").mapped("kind"), ["alias", "current"])
        self.assertEqual(archive.alias_count, 1)
        self.assertIn("misfiled", archive.message_ids[0].body)
        self.assertEqual(self.issue(1), ["T01-NUM-0003"])

    def test_reason_is_needed(self):
        archive = self.open(self.companies(1), self.plain)
        for reason in (False, "  "):
            with self.refused(UserError, "reason"):
                self.renumber(archive, reason)
        draft = self.open(self.companies(1), self.category_key)
        self.clear("archivist", "secret")
        self.renumber(draft, False)

    def test_alias_is_found(self):
        archive = self.open(self.companies(1), self.plain)
        self.renumber(archive, number="NEW-77")
        clerk = self.env_of("clerk")
        for text in ("T01-NUM-0001", "T01NUM0001", "NEW-77", "new77"):
            with self.subTest(text=text):
                self.assertIn(archive.partner_id.id, [row[0] for row in clerk["res.partner"].name_search(text)])
        self.assertIn(archive.id, [row[0] for row in clerk["customer.archive"].name_search("T01-NUM-0001")])
        self.assertEqual(
            clerk["customer.archive.number"].search([("name", "=", "T01-NUM-0001")]).archive_id.id, archive.id
        )

    def test_alias_is_never_issued_again(self):
        archive, other = self.open(self.companies(2), self.plain)
        self.renumber(archive, number="NEW-78")
        for number in ("T01-NUM-0001", "NEW-78", " ＮＥＷ-78"):
            with self.subTest(number=number), self.refused(UserError, "issued before"):
                self.renumber(other, number=number)
        with self.refused(UserError, "never used twice"):
            self.given("T01-NUM-0001")
        self.assertEqual(self.issue(1), ["T01-NUM-0003"])

    # -- the register ------------------------------------------------------------------------------------------

    def test_register_is_closed_to_everybody(self):
        number = self.archive.number_ids
        values = {"archive_id": self.archive.id, "name": "FAKE"}
        for role in ("clerk", "archivist", "manager", "sysop"):
            for context in ({}, {"archive_governed": True}, {"archive_governed": "GOVERNED"}, {"archive_governed": {}}):
                mine = self.of(role, number, **context)
                for attempt in (
                    lambda mine=mine: mine.create(values),
                    lambda mine=mine: mine.write({"name": "FAKE"}),
                    lambda mine=mine: mine.write({"archive_id": self.person_archive.id}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.sudo().create(values),
                    lambda mine=mine: mine.sudo().write({"kind": "alias"}),
                    lambda mine=mine: mine.sudo().unlink(),
                    lambda mine=mine: mine.sudo().copy(),
                ):
                    with self.subTest(role=role, context=context), self.refused(UserError):
                        attempt()


@tagged("post_install", "-at_install")
class TestForgedContext(ArchiveOrganisation, HttpCase):
    """The same from outside: what arrives through RPC can't pass for the addon itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", {"model": model, "method": method, "args": args, "kwargs": kwargs}
        )

    def refused_call(self, *args, **kwargs):
        model, method, *args = args
        url = f"/web/dataset/call_kw/{model}/{method}"
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http"):
            answer = self.url_open(url, json={"jsonrpc": "2.0", "method": "call", "params": params}).json()
        self.assertIn("error", answer)
        return answer["error"]["data"]["message"]

    def test_forged_context(self):
        self.authenticate("test_archivist", "test_archivist")
        archive, number = self.archive, self.archive.number_ids
        for forged in (True, 1, "GOVERNED", {"object": 1}, [1]):
            context = {"archive_governed": forged, "archive_no_auto_open": forged}
            for call in (
                ("customer.archive", "write", archive.ids, {"state": "destroyed"}),
                ("customer.archive", "write", archive.ids, {"number": "FAKE"}),
                ("customer.archive", "write", archive.ids, {"partner_id": self.person.id}),
                ("customer.archive", "web_save", archive.ids, {"company_id": self.company_two.id}, {"number": {}}),
                ("customer.archive", "unlink", archive.ids),
                ("customer.archive.number", "create", [{"archive_id": archive.id, "name": "FAKE"}]),
                ("customer.archive.number", "write", number.ids, {"name": "FAKE"}),
                ("customer.archive.number", "unlink", number.ids),
                ("res.partner", "write", self.archived.ids, {"archive_id": False}),
                ("res.partner", "unlink", self.archived.ids),
            ):
                with self.subTest(call=call[:2], forged=forged):
                    self.refused_call(*call, context=context)
        self.env.invalidate_all()
        self.assertEqual((archive.state, archive.partner_id), ("active", self.archived))
        self.assertEqual(archive.number_ids, number)

    def test_forged_context_through_json2(self):
        env = self.env(user=self.user["archivist"])
        key = env["res.users.apikeys"].sudo()._generate("rpc", "test", "2099-01-01 00:00:00")
        headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": get_db_name()}
        for model, method, body in (
            ("customer.archive", "write", {"ids": self.archive.ids, "vals": {"state": "destroyed"}}),
            ("customer.archive.number", "write", {"ids": self.archive.number_ids.ids, "vals": {"name": "FAKE"}}),
            ("customer.archive.number", "create", {"vals_list": [{"archive_id": self.archive.id, "name": "FAKE"}]}),
            ("customer.archive", "_governed", {"ids": self.archive.ids}),
        ):
            body["context"] = {"archive_governed": True}
            with self.subTest(model=model, method=method), mute_logger("odoo.http"):
                answer = self.url_open(f"/json/2/{model}/{method}", json=body, headers=headers)
                self.assertGreaterEqual(answer.status_code, 400)
        answer = self.url_open(
            "/json/2/customer.archive/read", json={"ids": self.archive.ids, "fields": ["number"]}, headers=headers
        )
        self.assertEqual(answer.json()[0]["number"], self.archive.number, "the key does work")
        self.env.invalidate_all()
        self.assertEqual(self.archive.state, "active")

    def test_private_methods_are_not_served(self):
        self.authenticate("test_manager", "test_manager")
        for model, method, args in (
            ("customer.archive", "_governed", self.archive.ids),
            ("customer.archive", "_renumber", self.archive.ids),
            ("customer.archive", "_open", []),
            ("res.partner", "_archive_rebuild_search_keys", []),
        ):
            with self.subTest(method=method):
                self.refused_call(model, method, args)

    def test_opening_through_rpc(self):
        self.authenticate("test_clerk", "test_clerk")
        companies = self.companies(2)
        self.env.flush_all()
        ids = self.call("res.partner", "archive_open", companies.ids, self.category_company.id)
        self.env.invalidate_all()
        self.assertEqual(ids, companies.archive_id.ids)
        self.assertIn(
            "open already", self.refused_call("res.partner", "archive_open", companies.ids, self.category_company.id)
        )
        forged = {"archive_governed": True}
        [archive_id] = self.call(
            "customer.archive",
            "create",
            [{"partner_id": self.customer.id, "category_id": self.category_company.id}],
            context=forged,
        )
        self.assertEqual(self.env["customer.archive"].browse(archive_id).state, "active")


@tagged("post_install", "-at_install")
class TestParallel(BaseCase):
    """Fifty openings by eight threads, each in a transaction of its own. What they commit is removed again."""

    THREADS, OPENINGS, SPOILED = 8, 50, 10

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean_up)
        # Odoo's own test runner holds this lock in the main thread, and the threads would wait for it for ever.
        self.startPatcher(patch.object(Registry, "_lock", threading.RLock()))
        self.clean_up()  # what a run that was killed has left
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            category = env["customer.archive.category"].create(
                {"name": "Parallel", "code": "PARALLEL", "number_template": "PARALLEL-{seq:4}", "applies_to": "company"}
            )
            self.category_id = category.id
            partners = env["res.partner"].create(
                [
                    {"name": f"Parallel {number}", "is_company": True, "vat": make_uscc(number), "ref": "PARALLEL"}
                    for number in range(self.OPENINGS + self.SPOILED)
                ]
            )
            self.partner_ids = partners.ids

    def clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT id FROM res_partner WHERE ref = 'PARALLEL' AND name LIKE 'Parallel %'")
            partner_ids = [row[0] for row in cr.fetchall()] or [0]
            cr.execute("SELECT id FROM customer_archive WHERE number LIKE 'PARALLEL-%'")
            archive_ids = [row[0] for row in cr.fetchall()] or [0]
            cr.execute(
                "UPDATE res_partner SET archive_id = NULL, archive_category_id = NULL WHERE id = ANY(%s)", [partner_ids]
            )
            cr.execute("DELETE FROM customer_archive_number WHERE archive_id = ANY(%s)", [archive_ids])
            cr.execute("DELETE FROM customer_archive_fault WHERE archive_id = ANY(%s)", [archive_ids])
            cr.execute("DELETE FROM customer_archive WHERE id = ANY(%s)", [archive_ids])
            cr.execute(
                "DELETE FROM mail_message WHERE model = 'customer.archive' AND res_id = ANY(%s)"
                " OR model = 'res.partner' AND res_id = ANY(%s)",
                [archive_ids, partner_ids],
            )
            cr.execute("DELETE FROM mail_followers WHERE res_model = 'res.partner' AND res_id = ANY(%s)", [partner_ids])
            cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", [partner_ids])
            cr.execute("DELETE FROM customer_archive_category WHERE code = 'PARALLEL'")
        self.registry.clear_all_caches()

    def open_some(self, queue, errors, spoiled):
        while queue:
            try:
                partner_id, spoil = queue.pop()
            except IndexError:
                return
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

                    def work(env=env, partner_id=partner_id, spoil=spoil):
                        env["res.partner"].browse(partner_id).archive_open(self.category_id)
                        if spoil:
                            raise ZeroDivisionError

                    retrying(work, env)  # as every request of Odoo's server does; it commits
            except ZeroDivisionError:
                spoiled.append(partner_id)
            except Exception as error:
                errors.append(error)

    def test_fifty_at_once(self):
        queue = [(partner_id, index >= self.OPENINGS) for index, partner_id in enumerate(self.partner_ids)]
        random.Random(7).shuffle(queue)
        errors, spoiled = [], []
        threads = [
            threading.Thread(target=self.open_some, args=(queue, errors, spoiled), daemon=True)
            for _number in range(self.THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(errors, [])
        self.assertEqual(len(spoiled), len(self.partner_ids) - self.OPENINGS, "those were rolled back on purpose")
        with self.registry.cursor() as cr:
            cr.execute("SELECT name FROM customer_archive_number WHERE name LIKE 'PARALLEL-%' ORDER BY name")
            names = [row[0] for row in cr.fetchall()]
            cr.execute("SELECT archive_number FROM res_partner WHERE id = ANY(%s)", [self.partner_ids])
            on_partners = Counter(row[0] for row in cr.fetchall())
        self.assertEqual(names, [f"PARALLEL-{number:04d}" for number in range(1, self.OPENINGS + 1)])
        self.assertEqual(on_partners.pop(None), self.SPOILED)
        self.assertEqual(sorted(on_partners), names)
        self.assertEqual(set(on_partners.values()), {1})
