"""Merging customers with their archives: nothing is lost, everything can be undone (product.md Q4)."""

import doctest
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..models.customer_archive_merge_engine import MergeGroup
from ..tools import merge
from .common import ArchiveCommon, make_uscc

# Who wrote when, and what is counted: no part of what a customer has.
NOT_COMPARED = {"write_date", "write_uid", "message_main_attachment_id"}


class MergeCommon(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third, cls.fourth = cls.companies(4, user_id=cls.user["clerk"].id)
        cls.keep = cls.open(cls.first, cls.category_company)
        cls.closing = cls.open(cls.second, cls.category_potential)
        cls.type = cls.env["customer.archive.contact.type"].search([], limit=1)
        cls.engine = cls.env["customer.archive.merge.engine"]
        cls.env.flush_all()

    def dialog(self, partners, target, role="archivist"):
        env = self.env_of(role)
        context = {"active_model": "res.partner", "active_ids": partners.ids}
        dialog = env["customer.archive.merge"].with_context(**context).create({})
        dialog.target_id = target.id
        dialog.action_review()
        return dialog

    def merge(self, partners, target, role="archivist", **choices):
        """Merge by the dialog; ``choices`` {name of a field: the customer whose value is taken}."""
        dialog = self.dialog(partners, target, role)
        for line in dialog.field_ids.filtered(lambda line: line.name in choices):
            line.source_id = choices[line.name].id
        dialog.action_merge()
        self.settle()
        return self.env["customer.archive.merge.record"].search([("target_id", "=", target.id)], limit=1)

    def undo(self, record, role="archivist"):
        Undo = self.env_of(role)["customer.archive.merge.undo"]
        dialog = Undo.with_context(**self.of(role, record).action_undo()["context"]).create({})
        dialog.action_undo()
        self.settle()

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.env["customer.archive.access"]._differences(), [])

    def log(self, archive, subject):
        return self.env["customer.archive.contact.log"].create(
            {"archive_id": archive.id, "type_id": self.type.id, "subject": subject, "begin_at": "2026-01-05 08:00:00"}
        )

    def everything(self, partners, archives):
        """All rows that name one of the customers or archives, and these themselves."""
        archives._set_clocks()  # as every night
        self.env.flush_all()
        found = {}
        for target, ids in (("res.partner", partners.ids), ("customer.archive", archives.ids)):
            for table, links in self.engine._merge_links(target).items():
                if table in ("mail_message", "mail_notification", "customer_archive_fault"):
                    continue
                condition = SQL(" OR ").join(self.engine._link_condition(link, "t", target, ids) for link in links)
                query = SQL("SELECT to_jsonb(t) FROM %s t WHERE %s", SQL.identifier(table), condition)
                rows = found.setdefault(table, {})
                for (row,) in self.env.execute_query(query):
                    rows[row.get("id") or str(sorted(row.items()))] = self.plain(row)
        for table, ids in (("res_partner", partners.ids), ("customer_archive", archives.ids)):
            for id_, row in self.engine._rows(table, ids).items():
                found.setdefault(table, {})[id_] = self.plain(row)
        found["customer_archive_number"] = {
            number.id: (number.archive_id.id, number.kind) for number in self.env["customer.archive.number"].search([])
        }
        return found

    def plain(self, row):
        return {name: value for name, value in row.items() if name not in NOT_COMPARED}

    def assertSame(self, before, after):
        for table in before:
            self.assertEqual(after.get(table), before[table], table)


@tagged("post_install", "-at_install")
class TestMergeCustomers(MergeCommon):
    def test_examples(self):
        self.assertEqual(doctest.testmod(merge).failed, 0)

    def fill(self):
        """Something of every kind for both customers."""
        Log = self.env["customer.archive.contact.log"]
        logs = [self.log(self.keep, "keep 1"), self.log(self.closing, "close 1"), self.log(self.closing, "close 2")]
        tag = self.env["res.partner.category"].create({"name": "Both"})
        self.first.category_id = tag
        self.second.category_id = tag | self.env["res.partner.category"].create({"name": "Second"})
        self.env["customer.archive.preference"].create({"partner_id": self.second.id, "subject": "Tea"})
        person = self.partner(name="Contact", parent_id=self.second.id)
        files = self.env["ir.attachment"].create(
            [
                {"name": "a.txt", "raw": b"a", "res_model": "res.partner", "res_id": self.second.id},
                {"name": "b.txt", "raw": b"b", "res_model": "customer.archive", "res_id": self.closing.id},
            ]
        )
        self.second.write({"phone": "0755-22334455", "comment": "<p>From the second</p>", "city": "深圳市"})
        (self.first | self.second).message_subscribe(self.user["clerk"].partner_id.ids)
        self.second.message_subscribe(self.user["archivist"].partner_id.ids)
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.second.id,
                "user_id": self.user["archivist"].id,
                "summary": "call",
            }
        )
        return Log.browse([log.id for log in logs]), person, files

    def test_merge_and_undo(self):
        logs, person, files = self.fill()
        numbers = [self.keep.number, self.closing.number]
        both, archives = self.first | self.second, self.keep | self.closing
        before = self.everything(both, archives)
        record = self.merge(both, self.first, phone=self.second)

        self.assertFalse(self.second.active)
        self.assertEqual(self.second.parent_id, self.first)
        self.assertEqual((self.closing.state, self.closing.merged_into_id), ("inactive", self.keep))
        self.assertEqual(
            {n.name: n.kind for n in self.keep.number_ids}, dict(zip(numbers, ("current", "alias"), strict=True))
        )
        self.assertEqual(logs.archive_id, self.keep)
        self.assertEqual(logs.mapped("item_sequence"), [1, 2, 3])
        self.assertEqual(
            logs.mapped("item_former"),
            [False, f"{numbers[1]}-{logs._item_prefix}0001", f"{numbers[1]}-{logs._item_prefix}0002"],
        )
        self.assertEqual(logs.partner_id, self.first)
        self.assertEqual(person.parent_id, self.first)
        self.assertEqual(person.commercial_partner_id, self.first)
        self.assertEqual([file.res_id for file in files], [self.first.id, self.keep.id])
        self.assertEqual(self.first.phone, self.second.phone)
        self.assertEqual(self.first.city, "深圳市")
        self.assertEqual(sorted(self.first.category_id.mapped("name")), ["Both", "Second"])
        self.assertEqual(self.first.card_preference_ids.mapped("subject"), ["Tea"])
        self.assertEqual(self.first.archive_todo["score"], self.keep.completeness)
        self.assertIn(self.first, self.env["res.partner"].search([("display_name", "ilike", numbers[1])]))
        self.assertIn("Contact Log", record.summary)
        self.assertEqual(
            (record.archive_id, record.closed_ids, record.source_ids.ids), (self.keep, self.closing, self.second.ids)
        )

        self.undo(record)
        self.assertEqual(record.state, "undone")
        self.assertSame(before, self.everything(both, archives))
        self.assertEqual(self.second.archive_id, self.closing)
        with self.refused(UserError, "undone already"):
            self.of("archivist", record)._undo()

    def test_four_at_once(self):
        fourth = self.open(self.fourth, self.category_company)
        everyone = self.first | self.second | self.third | self.fourth
        before = self.everything(everyone, self.keep | self.closing | fourth)
        record = self.merge(everyone, self.first)
        self.assertEqual(len(self.keep.number_ids), 3)
        self.assertEqual((self.second | self.third | self.fourth).parent_id, self.first)
        self.undo(record)
        self.assertSame(before, self.everything(everyone, self.keep | self.closing | fourth))

    def test_archive_of_a_source_goes_on(self):
        both = self.second | self.third
        self.log(self.closing, "x")
        before = self.everything(both, self.closing)
        record = self.merge(both, self.third)
        self.assertEqual((self.third.archive_id, self.closing.state), (self.closing, "active"))
        self.assertEqual(self.closing.partner_id, self.third)
        self.undo(record)
        self.assertSame(before, self.everything(both, self.closing))

    def test_stricter_level_wins(self):
        self.clear("archivist", "core")
        self.closing._governed().level = "secret"
        record = self.merge(self.first | self.second, self.first)
        self.assertEqual(self.keep.level, "secret")
        self.undo(record)
        self.assertEqual((self.keep.level, self.closing.level), ("internal", "secret"))

    def test_hidden_like_the_destination(self):
        """Whoever does not see the destination does not see what is left of those merged into it."""
        self.clear("archivist", "core")
        self.closing._governed().level = "core"
        self.merge(self.first | self.second, self.first)
        for role in ("employee", "colleague"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.second).read(["name"])

    def test_key_contacts_are_decided(self):
        Line = self.env["customer.archive.key.contact"]
        mine = Line.create({"partner_id": self.first.id, "contact_id": self.person.id, "role": "buyer"})
        other = Line.create({"partner_id": self.second.id, "contact_id": self.person.id, "role": "user"})
        both, archives = self.first | self.second, self.keep | self.closing
        before = self.everything(both, archives)
        record = self.merge(both, self.first)
        self.assertEqual(self.first.card_key_contact_ids, mine | other)
        self.undo(record)
        self.assertSame(before, self.everything(both, archives))

    def account(self, partner, number="6222 0000 1111"):
        return self.env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": number})

    def test_conflict_is_decided_for_either(self):
        for choice in ("target", "source"):
            with self.subTest(choice=choice):
                source = self.third if choice == "target" else self.fourth
                mine, other = (self.account(partner, f"6222 {choice}") for partner in (self.first, source))
                both = self.first | source
                before = self.everything(both, self.keep)
                dialog = self.dialog(both, self.first)
                line = dialog.conflict_ids.filtered(lambda line: "Bank" in line.label)
                self.assertTrue(line.can_choose)
                line.choice = choice
                dialog.action_merge()
                self.settle()
                kept, aside = (mine, other) if choice == "target" else (other, mine)
                self.assertEqual((kept.partner_id, aside.partner_id), (self.first, source))
                record = self.env["customer.archive.merge.record"].search([], limit=1)
                self.undo(record)
                self.assertSame(before, self.everything(both, self.keep))

    def test_conflict_made_since_the_look(self):
        self.account(self.first)
        dialog = self.dialog(self.first | self.third, self.first)
        self.account(self.third)
        with self.refused(UserError, "Look at what will happen again"):
            dialog.action_merge()

    def test_what_is_left_is_not_deleted(self):
        self.merge(self.first | self.second, self.first)
        with self.refused(UserError, "what an undo needs"):
            self.second.unlink()

    def test_former_reference_is_not_forged(self):
        log = self.log(self.keep, "x")
        log.item_former = "forged"
        self.assertFalse(log.item_former)
        values = {"archive_id": self.keep.id, "subject": "y", "item_former": "forged"}
        self.assertFalse(self.env_of("clerk")["customer.archive.contact.log"].create(values).item_former)

    def test_later_changes_are_decided(self):
        self.second.phone = "0755-22334455"
        record = self.merge(self.first | self.second, self.first, phone=self.second)
        self.first.phone = "0755-99887766"
        self.first.city = "上海市"
        new = self.partner(name="New", parent_id=self.first.id)
        keys = {change["key"]: change for change in record._later_changes()}
        phone = f"value/res_partner/{self.first.id}/phone"
        self.assertIn(phone, keys)
        self.assertIn("rows/res_partner/parent_id", keys)
        action = self.of("archivist", record).action_undo()
        dialog = self.env_of("archivist")[action["res_model"]].with_context(**action["context"]).create({})
        lines = {line.key: line for line in dialog.line_ids}
        lines["rows/res_partner/parent_id"].source_id = self.second.id
        dialog.action_undo()
        self.settle()
        self.assertEqual(self.first.phone[-4:], "7766")
        self.assertEqual(self.first.city, "上海市")
        self.assertEqual(new.parent_id, self.second)

    def test_later_value_is_put_back(self):
        self.second.phone = "0755-22334455"
        self.first.phone = "0755-11112222"
        before = self.first.phone
        record = self.merge(self.first | self.second, self.first, phone=self.second)
        self.first.phone = "0755-99887766"
        key = f"value/res_partner/{self.first.id}/phone"
        forged = {"value/res_users/1/login": True, "rows/res_partner/parent_id": self.archived.id}
        self.of("archivist", record)._undo({key: True, **forged})  # what is no later change is not looked at
        self.settle()
        self.assertEqual(self.first.phone, before)

    def test_term_of_the_undo(self):
        self.env.ref("customer_archive.policy").merge_undo_days = 5
        record = self.merge(self.first | self.second, self.first)
        today = self.company_one._archive_today()
        self.assertEqual(record.undo_until, today + timedelta(days=5))
        record.sudo().undo_until = today - timedelta(days=1)
        with self.refused(UserError, "could be undone until"):
            self.of("archivist", record).action_undo()
        with self.refused(UserError, "could be undone until"):
            self.of("archivist", record)._undo()

    def test_undo_in_order(self):
        third = self.open(self.third, self.category_company)
        first = self.merge(self.first | self.second, self.first)
        second = self.merge(self.first | self.third, self.third)
        with self.refused(UserError, "merged into another customer since"):
            self.of("archivist", first)._undo()
        self.undo(second)
        self.undo(first)
        self.assertEqual(
            (self.first.archive_id, self.second.archive_id, self.third.archive_id), (self.keep, self.closing, third)
        )

    def test_portal_user_and_company(self):
        user = self.user["portal"]
        user.partner_id.write({"is_company": True, "name": "Portal Customer", "user_id": self.user["clerk"].id})
        self.second.company_id = self.company_one
        both = self.first | user.partner_id
        portal = user.partner_id
        before = self.everything(both, self.keep)
        record = self.merge(both, self.first)
        self.assertEqual(user.partner_id, self.first)
        self.undo(record)
        self.assertEqual(user.partner_id, portal)
        self.assertSame(before, self.everything(both, self.keep))

    def test_critical_value_becomes_a_proposal(self):
        self.first.vat, self.second.vat = make_uscc(50), make_uscc(51)
        item = self.keep.category_id.item_ids.filtered(lambda item: item.field_id.name == "vat")[:1]
        if not item:
            item = self.item(self.keep.category_id, "vat")
        item.needs_approval = True
        self.keep._governed().state = "active"
        self.env.flush_all()
        old = self.first.vat
        self.merge(self.first | self.second, self.first, vat=self.second)
        self.assertEqual(self.first.vat, old)
        proposal = self.env["customer.archive.proposal"].search([("archive_id", "=", self.keep.id)])
        self.assertIn("vat", proposal.line_ids.mapped("field_name"))

    def test_invoices_and_orders(self):
        tables = self.engine._merge_links("res.partner")
        for model in ("account.move", "sale.order", "crm.lead"):
            if model in self.env:
                self.assertIn(self.env[model]._table, tables)
        if "crm.lead" not in self.env:
            self.skipTest("no app with documents")
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.second.id})
        record = self.merge(self.first | self.second, self.first)
        self.assertEqual(lead.partner_id, self.first)
        self.undo(record)
        self.assertEqual(lead.partner_id, self.second)

    def document(self, archive, name):
        kind = self.env.ref("customer_archive.document_type_letter")
        document = self.env["customer.archive.document"].create(
            {"archive_id": archive.id, "type_id": kind.id, "name": name}
        )
        content = {"name": f"{name}.txt", "raw": name.encode(), "res_model": document._name, "res_id": 0}
        document.write({"attachment_ids": [(4, self.env["ir.attachment"].create(content).id)]})
        document.action_put_in_force()
        return document

    def test_documents_are_numbered_on(self):
        documents = self.document(self.keep, "a") | self.document(self.closing, "b") | self.document(self.closing, "c")
        both, archives = self.first | self.second, self.keep | self.closing
        before = self.everything(both, archives)
        record = self.merge(both, self.first)
        self.assertEqual(documents.mapped("item_sequence"), [1, 2, 3])
        self.assertEqual(documents[2].item_former, f"{self.closing.number}-0002")
        self.assertEqual(documents.file_ids.archive_id, self.keep)
        later = self.document(self.keep, "d")
        self.assertEqual(later.item_sequence, 4)
        self.undo(record)
        self.assertEqual((documents.mapped("item_sequence"), later.archive_id), ([1, 1, 2], self.keep))
        (later.sudo()._governed()).write({"item_sequence": 4})  # stays where it was filed, with its number
        after = self.everything(both, archives)
        for table in ("customer_archive_document", "customer_archive_document_file"):
            for id_, row in before[table].items():
                self.assertEqual(after[table][id_], row)

    def test_what_an_archive_has_one_of(self):
        """Both have a verification that was begun: the one of the archive that closes stays there, with its lines."""
        mine, other = (
            self.env["customer.archive.verification"].create({"archive_id": archive.id})
            for archive in (self.keep, self.closing)
        )
        both, archives = self.first | self.second, self.keep | self.closing
        before = self.everything(both, archives)
        dialog = self.dialog(both, self.first)
        self.assertEqual(dialog.conflict_ids.mapped("can_choose"), [False])
        record = self.merge(both, self.first)
        self.assertEqual((mine.archive_id, other.archive_id), (self.keep, self.closing))
        self.assertEqual(other.line_ids.archive_id, self.closing if other.line_ids else self.closing.browse())
        self.undo(record)
        self.assertSame(before, self.everything(both, archives))

    def test_two_companies(self):
        foreign = self.open(self.third, self.category_company)
        foreign._governed().company_id = self.company_two
        self.first.company_id, self.third.company_id = self.company_one, self.company_two
        self.env.flush_all()
        log = self.log(foreign, "x")
        both = self.first | self.third
        with self.refused(AccessError):
            self.dialog(both, self.first)
        archivist = self.user["archivist"]
        archivist.company_ids |= self.company_two
        before = self.everything(both, self.keep | foreign)
        engine = self.env_of("archivist")["customer.archive.merge.engine"]
        engine = engine.with_context(allowed_company_ids=(self.company_one | self.company_two).ids)
        record = engine._merge([MergeGroup(self.first.id, (self.third.id,))])
        self.settle()
        self.assertEqual((log.archive_id, log.company_id), (self.keep, self.company_one))
        self.assertFalse(self.first.company_id)
        record._undo()
        self.settle()
        self.assertSame(before, self.everything(both, self.keep | foreign))

    def test_values_of_each_company(self):
        self.second.with_company(self.company_one).barcode = "B-1"
        self.first.with_company(self.company_two).barcode = "B-2"
        record = self.merge(self.first | self.second, self.first)
        self.assertEqual(self.first.with_company(self.company_one).barcode, "B-1")
        self.assertEqual(self.first.with_company(self.company_two).barcode, "B-2")
        self.undo(record)
        self.assertFalse(self.first.with_company(self.company_one).barcode)

    def test_duplicates_lead_here(self):
        matches = self.env_of("archivist")["customer.archive.match"]
        action = matches._merge_action(self.first | self.second)
        self.assertEqual(action["res_model"], "customer.archive.merge")
        dialog = self.env_of("archivist")[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(dialog.partner_ids.ids, (self.first | self.second).ids)
        with self.refused(AccessError, "archivists"):
            self.env_of("leader")["customer.archive.match"]._merge_action(self.first | self.second)
        others = matches._merge_action(self.third | self.fourth)
        self.assertEqual(others["res_model"], "base.partner.merge.automatic.wizard")

    def test_dialog_as_the_client_opens_it(self):
        context = {"active_model": "customer.archive", "active_ids": (self.keep | self.closing).ids}
        form = Form(self.env_of("archivist")["customer.archive.merge"].with_context(**context))
        self.assertEqual(form.target_id, self.first.with_env(form._env))
        dialog = form.save()
        dialog.action_review()
        with Form(dialog) as form:
            for index in range(len(dialog.field_ids)):
                with form.field_ids.edit(index) as line:
                    line.source_id = self.second
        dialog.action_merge()
        self.settle()
        record = self.env["customer.archive.merge.record"].search([], limit=1)
        action = self.of("archivist", record).action_undo()
        undo = Form(self.env_of("archivist")[action["res_model"]].with_context(**action["context"])).save()
        undo.action_undo()
        self.settle()
        self.assertEqual((self.second.archive_id, record.state), (self.closing, "undone"))

    def test_odoos_wizard_by_itself_leaves_archives(self):
        (self.first | self.third).email = "both@example.com"
        wizard = self.env["base.partner.merge.automatic.wizard"].with_context(archive_left_out=True)
        left_out = wizard._archive_left_out()
        self.assertIsNone(left_out._merge((self.first | self.third).ids))
        self.assertTrue(self.third.exists())

    def test_odoos_wizard_leads_here(self):
        env = self.env_of("manager")
        both = self.first | self.second
        wizard = env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, both.ids)], "dst_partner_id": self.first.id}
        )
        action = wizard.action_merge()
        self.assertEqual(action["res_model"], "customer.archive.merge")
        dialog = env["customer.archive.merge"].browse(action["res_id"])
        self.assertEqual((dialog.target_id.id, set(dialog.partner_ids.ids)), (self.first.id, set(both.ids)))
        self.assertTrue(self.second.exists().active)


@tagged("post_install", "-at_install")
class TestMergeRights(MergeCommon):
    def test_others_may_not(self):
        group = MergeGroup(self.first.id, tuple(self.second.ids))
        for role in (
            "clerk",
            "colleague",
            "leader",
            "service",
            "management",
            "employee",
            "contact_maker",
            "sysop",
            "auditor",
        ):
            env = self.env_of(role)
            with self.subTest(role=role):
                with self.refused(AccessError):
                    env["customer.archive.merge"].create({"partner_ids": [(6, 0, (self.first | self.second).ids)]})
                with self.refused(AccessError):
                    env["customer.archive.merge.engine"]._merge([group])
        self.assertTrue(self.second.active)

    def test_record_is_written_by_merges_only(self):
        record = self.merge(self.first | self.second, self.first)
        for role in ("archivist", "manager"):
            mine = self.of(role, record)
            for vals in ({"state": "undone"}, {"undo_until": "2099-01-01"}, {"snapshot": {}}):
                with self.subTest(role=role, vals=vals), self.refused(AccessError):
                    mine.write(vals)
            with self.refused(AccessError):
                mine.unlink()
            with self.refused(AccessError):
                mine.read(["snapshot"])
            with self.refused(AccessError):
                mine.copy()
        for role in ("clerk", "colleague", "leader", "service", "management", "employee", "auditor"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, record).read(["summary"])
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, record)._undo()

    def test_another_company(self):
        record = self.merge(self.first | self.second, self.first)
        with self.refused(AccessError):
            self.of("archivist_two", record).read(["summary"])
        with self.refused(AccessError):
            self.of("archivist_two", record)._undo()
        group = MergeGroup(self.first.id, tuple(self.third.ids))
        with self.refused(AccessError):
            self.env_of("archivist_two")["customer.archive.merge.engine"]._merge([group])

    def test_forged_lines(self):
        dialog = self.dialog(self.first | self.third, self.first)
        line = dialog.field_ids[:1]
        if line:
            line.source_id = self.archived.id
            with self.refused(UserError, "one of the customers"):
                dialog.action_merge()
            line.source_id = self.first.id
            line.write({"name": "archive_id", "source_id": self.third.id})
        dialog.target_id = self.archived.id
        with self.refused(UserError, "the one of them to keep"):
            dialog.action_merge()
        dialog.target_id = self.first.id
        dialog.action_merge()
        self.assertEqual(self.first.archive_id, self.keep)

    def test_forged_dialog_of_somebody_else(self):
        dialog = self.dialog(self.first | self.third, self.first)
        with self.refused(AccessError):
            self.of("manager", dialog).action_merge()

    def test_internal_users_and_relatives(self):
        for partner in (self.user["employee"].partner_id, self.company_two.partner_id):
            with self.subTest(partner=partner.name), self.refused(UserError):
                self.dialog(self.first | partner, self.first)
        child = self.partner(name="Below", parent_id=self.first.id)
        with self.refused(UserError, "contact of its own"):
            self.dialog(self.first | child, self.first)
        with self.refused(UserError, "None of these customers has an archive"):
            self.dialog(self.third | self.fourth, self.third)

    def test_merged_twice(self):
        self.merge(self.first | self.second, self.first)
        with self.refused(UserError, "merged into another customer already"):
            self.dialog(self.first | self.second, self.first)

    def test_loans_of_a_lower_level_stay(self):
        """Who borrowed the one archive does not get the stricter one by a merge."""
        self.clear("archivist", "core")
        self.keep._governed().level = "core"
        due = fields.Datetime.now() + timedelta(days=3)
        loan = self.env_of("colleague")["customer.archive.loan"].request_loan(
            purpose="Visit", due_at=due, archive_id=self.closing.id
        )
        self.of("archivist", loan.with_env(self.env)).action_approve()
        self.assertTrue(self.of("colleague", self.second).read(["name"]))
        self.merge(self.first | self.second, self.first)
        self.assertEqual(loan.archive_id, self.closing)
        with self.refused(AccessError):
            self.of("colleague", self.first).read(["name"])
