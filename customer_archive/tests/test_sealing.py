"""Sealed archives: out of reach on every channel, compared every night, opened by two people (product.md R3, R11)."""

import json

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import Form, tagged

from .leaks import LeakCommon

BUSINESS = ("clerk", "leader", "service", "management", "colleague", "employee", "auditor", "security", "appraiser")


class SealCommon(LeakCommon):
    """``hidden`` is a customer with everything that an archive can hold, inactive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy(inactive_seals=True)
        cls.log = cls.env["customer.archive.contact.log"].create(
            {"archive_id": cls.hidden_archive.id, "subject": "canary709 talk", "summary": "泄密柒零玖"}
        )
        cls.document = cls.env["customer.archive.document"].create(
            {
                "archive_id": cls.hidden_archive.id,
                "name": "canary709 letter",
                "type_id": cls.env["customer.archive.document.type"].search([("register", "=", "other")], limit=1).id,
            }
        )
        cls.bank = cls.env["res.partner.bank"].create({"partner_id": cls.hidden.id, "acc_number": "7097097"})
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "canary709.txt", "raw": b"canary709", "res_model": "res.partner", "res_id": cls.hidden.id}
        )
        cls.message = cls.hidden.message_post(
            body="canary709 message", partner_ids=cls.user["clerk"].partner_id.ids, message_type="comment"
        )
        cls.hidden.message_subscribe(cls.user["clerk"].partner_id.ids)
        cls.hidden_archive._governed().write({"state": "inactive", "closed_on": "2024-01-01"})
        cls.env.flush_all()

    @classmethod
    def second_archivist(cls):
        cls.persona("archivist_b", "customer_archive.group_archivist")

    def seal(self, archive=None, reason="over"):
        archive = self.hidden_archive if archive is None else archive
        self.env.flush_all()
        archive.action_seal(reason)
        return self.env["customer.archive.seal"].search([("archive_id", "=", archive.id)], limit=1)


@tagged("post_install", "-at_install")
class TestSealed(SealCommon):
    def test_who_may_seal(self):
        for role in BUSINESS:
            with self.subTest(role=role), self.refused(UserError):
                self.of(role, self.hidden_archive).action_seal("x")
        self.assertTrue(self.of("archivist", self.hidden_archive).action_seal("no business any more"))
        self.assertEqual(self.hidden_archive.state, "sealed")

    def test_only_inactive_ones(self):
        with self.refused(UserError, "not possible"):
            self.of("archivist", self.archive).action_seal("x")
        with self.refused(UserError, "reason"):
            self.of("archivist", self.hidden_archive).action_seal(" ")

    def test_business_is_going_on(self):
        self.env.cr.execute(
            "UPDATE customer_archive_document SET state = 'in_force', register = 'contract' WHERE id = %s",
            [self.document.id],
        )
        self.env.invalidate_all()
        with self.refused(UserError, "contract in force"):
            self.of("archivist", self.hidden_archive).action_seal("x")

    def test_out_of_reach_for_all(self):
        children = self.hidden | self.hidden_contact
        self.assertTrue(self.of("clerk", self.hidden).read(["name"]), "before")
        self.user["leader"].group_ids += self.env.ref("base.group_partner_manager")
        self.seal()
        for role in (*BUSINESS, "archivist", "manager", "sysop"):
            with self.subTest(role=role):
                self.assert_out_of_reach(role, children)
                self.assert_out_of_reach(role, self.bank)
                if self.user[role].has_group("customer_archive.group_user"):  # others have no rights to the models
                    self.assert_out_of_reach(role, self.log)
                    self.assert_out_of_reach(role, self.document)
        self.assertTrue(self.env["res.partner"].browse(self.hidden.id).name, "the system itself")

    def test_other_channels(self):
        self.seal()
        for role in (*BUSINESS, "archivist"):
            with self.subTest(role=role):
                self.attempt(role, lambda env: env["ir.attachment"].browse(self.attachment.id).read(["name", "raw"]))
                self.attempt(role, lambda env: env["mail.message"].browse(self.message.id).read(["body"]))
                self.attempt(role, lambda env: env["res.partner"].name_search("泄密"))
                self.attempt(role, lambda env: env["res.partner"].search([("email", "ilike", "canary709")]).ids)
                self.attempt(role, lambda env: env["customer.archive"].browse(self.hidden_archive.id).display_name)
                self.attempt(
                    role, lambda env: env["customer.archive"].search([]).export_data(["number", "partner_id"])["datas"]
                )
                self.attempt(
                    role,
                    lambda env: env["customer.archive"].formatted_read_group([], ["partner_id"], ["__count"]),
                )
                self.attempt(
                    role,
                    lambda env: env["customer.archive"].web_search_read(
                        [], {"number": {}, "partner_id": {"fields": {"display_name": {}}}, "display_name": {}}
                    ),
                )
                self.attempt(role, lambda env: env["mail.activity"].search([]).read(["res_name", "summary"]))
                self.attempt(
                    role, lambda env: env["res.partner"].create({"name": "x", "parent_id": self.hidden.id}).display_name
                )
                self.attempt(
                    role,
                    lambda env: env["customer.archive.contact.log"].create(
                        {"archive_id": self.hidden_archive.id, "subject": "x"}
                    ),
                )

    def test_what_they_are_told(self):
        self.seal()
        with self.refused(AccessError, "sealed", "Archivists") as caught:
            self.of("clerk", self.hidden).read(["name"])
        self.assertFalse(caught.exception.context, "no loan is offered")
        with self.refused(AccessError, "on loan"):
            self.of("colleague", self.hidden).read(["name"])

    def test_archivists_see_the_metadata(self):
        seal = self.seal()
        archive = self.of("archivist", self.hidden_archive)
        self.assertEqual(archive.number, self.hidden_archive.number)
        self.assertEqual(archive.display_name, archive.number)
        self.assertEqual(archive.state, "sealed")
        self.assertTrue(archive.clock_ids and archive.seal_ids)
        self.assertTrue(self.of("archivist", seal).reason)
        self.assertIn(archive, archive.search([("state", "=", "sealed")]))
        with self.refused(UserError, "closed for changes"):
            self.of("archivist", self.hidden_archive).write({"box": "x"})
        for role in ("clerk", "leader", "service", "management"):
            self.assertFalse(self.of(role, self.hidden_archive).search([("id", "=", self.hidden_archive.id)]), role)

    def test_the_form_opens(self):
        """Every field of the form can be read by those who see the archive, sealed or not."""
        for sealed in (False, True):
            if sealed:
                self.seal()
            for role in ("archivist", "manager") if sealed else ("clerk", "leader", "management", "archivist"):
                env = self.env_of(role)
                archives = env["customer.archive"]
                view = archives.get_view(env.ref("customer_archive.customer_archive_view_form").id, "form")
                nodes = etree.fromstring(view["arch"]).xpath("//field[not(ancestor::field)]")
                names = {node.get("name") for node in nodes}
                spec = {
                    name: {"fields": {"display_name": {}}} if archives._fields[name].relational else {}
                    for name in names
                }
                with self.subTest(role=role, sealed=sealed):
                    [values] = archives.browse(self.hidden_archive.id).web_read(spec)
                    self.assertEqual(values["number"], self.hidden_archive.number)
                    if sealed:
                        self.assert_no_telltale(values)

    def test_level_still_counts(self):
        self.hidden_archive._change_level("secret", "x")
        self.seal()
        self.assertFalse(self.of("archivist", self.hidden_archive).search([("id", "=", self.hidden_archive.id)]))
        self.clear("archivist", "secret")
        self.assertTrue(self.of("archivist", self.hidden_archive).search([("id", "=", self.hidden_archive.id)]))
        self.assertFalse(self.of("archivist", self.hidden).search([("id", "=", self.hidden.id)]))

    def test_a_loan_opens_nothing(self):
        loan = self.env_of("colleague")["customer.archive.loan"].request_loan(
            archive_id=self.hidden_archive.id, purpose="x", due_at=Datetime.add(Datetime.now(), days=3)
        )
        self.of("archivist", loan).action_approve()
        self.assertTrue(self.of("colleague", self.hidden).read(["name"]), "the loan opens it")
        with self.refused(UserError, "open request"):
            self.of("archivist", self.hidden_archive).action_seal("x")
        self.env.cr.execute("UPDATE customer_archive SET state = 'sealed' WHERE id = %s", [self.hidden_archive.id])
        self.env.invalidate_all()
        self.assert_out_of_reach("colleague", self.hidden | self.hidden_contact)
        with self.refused(UserError, "sealed"):
            self.env_of("colleague")["customer.archive.loan"]._find_archive(number=self.hidden_archive.number)

    def test_what_people_kept(self):
        self.hidden.activity_schedule("mail.mail_activity_data_todo", user_id=self.user["clerk"].id)
        self.attachment.access_token = "secret-token"
        self.env.flush_all()
        self.seal()
        me = self.user["clerk"].partner_id
        self.assertFalse(self.hidden.message_follower_ids.filtered(lambda f: f.partner_id == me))
        self.assertFalse(
            self.env["mail.notification"].search(
                [("mail_message_id", "=", self.message.id), ("res_partner_id", "=", me.id)]
            )
        )
        left = [("res_model", "=", "res.partner"), ("res_id", "=", self.hidden.id)]
        self.assertFalse(self.env["mail.activity"].search(left))
        self.env.invalidate_all()
        self.assertFalse(self.attachment.access_token)
        self.assertFalse(self.hidden.active or self.hidden_contact.active)

    def test_owner_change_and_children_afterwards(self):
        """Whatever is written afterwards: the triggers of the database keep it out of reach."""
        self.seal()
        self.hidden.user_id = self.user["colleague"]
        child = self.env["res.partner"].create({"name": "泄密柒零玖小姐", "parent_id": self.hidden.id})
        self.env.flush_all()
        self.assert_out_of_reach("colleague", self.hidden | child)
        self.assertFalse(self.env["customer.archive.access"]._differences())
        self.env["customer.archive.access"]._rebuild()
        self.assert_out_of_reach("clerk", self.hidden | child)

    def test_table_after_plain_sql(self):
        self.env.cr.execute("UPDATE customer_archive SET state = 'sealed' WHERE id = %s", [self.hidden_archive.id])
        self.env.invalidate_all()
        self.assert_out_of_reach("clerk", self.hidden)
        self.assertFalse(self.env["customer.archive.access"]._differences())
        self.env.cr.execute("UPDATE customer_archive SET state = 'active' WHERE id = %s", [self.hidden_archive.id])
        self.env.invalidate_all()
        self.assertTrue(self.of("clerk", self.hidden).read(["name"]))

    def test_merged_archives_are_sealed_too(self):
        twin = self.partner(name="泄密柒零玖二", is_company=True)
        merged = self.open(twin, self.category_company)
        merged._governed().write({"state": "inactive", "partner_id": False, "merged_into_id": self.hidden_archive.id})
        self.env.flush_all()
        self.seal()
        self.assertEqual(merged.state, "sealed")
        self.assertFalse(self.of("clerk", merged).search([("id", "=", merged.id)]))
        self.hidden_archive._reopen("again")
        self.assertEqual(merged.state, "inactive")

    def test_merge_is_refused(self):
        other = self.partner(name="另一家", is_company=True)
        self.open(other, self.category_company)
        self.seal()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.refused(UserError, "sealed"):
            wizard._merge((self.hidden | other).ids, other)


@tagged("post_install", "-at_install")
class TestManifest(SealCommon):
    def test_what_is_in_it(self):
        seal = self.seal()
        manifest = json.loads(seal.manifest)
        self.assertEqual({"archive", "card", "contacts", "logs", "documents", "banks"}, set(manifest))
        self.assertEqual(manifest["contacts"]["count"], 1)
        self.assertEqual(json.loads(seal.snapshot)["contacts"]["count"], 1)
        self.assertNotIn("canary709", seal.manifest)
        self.assertEqual(seal.sealed_by_name, self.env.user.name)

    def test_unchanged(self):
        seal = self.seal()
        self.assertFalse(seal._check())
        self.assertEqual(seal.result, "ok")

    def test_changes_in_plain_sql(self):
        seal = self.seal()
        for statement, what in (
            ("UPDATE res_partner SET street = 'x' WHERE id = %(partner)s", "card"),
            ("DELETE FROM res_partner_bank WHERE partner_id = %(partner)s", "bank accounts"),
            ("UPDATE customer_archive_contact_log SET summary = 'x' WHERE archive_id = %(archive)s", "contact log"),
            ("UPDATE customer_archive_document SET name = 'x' WHERE archive_id = %(archive)s", "documents"),
            ("UPDATE res_partner SET name = 'x' WHERE parent_id = %(partner)s", "contacts"),
            ("UPDATE customer_archive SET number = 'X-1' WHERE id = %(archive)s", "archive"),
            ("UPDATE customer_archive_seal SET manifest = '{}' WHERE archive_id = %(archive)s", "manifest"),
        ):
            with self.subTest(what=what), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(statement, {"partner": self.hidden.id, "archive": self.hidden_archive.id})
                self.env.invalidate_all()
                self.assertEqual(seal._check(), seal)
                self.assertIn(what, seal.difference)
                self.env.flush_all()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_told_once(self):
        seal = self.seal()
        self.env.cr.execute("UPDATE res_partner SET street = 'x' WHERE id = %s", [self.hidden.id])
        self.env.invalidate_all()
        cron = self.env.ref("customer_archive.ir_cron_seals")
        before = len(self.hidden_archive.message_ids)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(seal.result, "differs")
        self.assertEqual(len(self.hidden_archive.message_ids), before + 1)
        seal.checked_at = "2020-01-01 00:00:00"
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.hidden_archive.message_ids), before + 1)

    def test_nobody_writes_seals(self):
        seal = self.seal()
        for role in (*BUSINESS, "archivist", "manager"):
            for call in (
                lambda seals: seals.write({"sha256": "x"}),
                lambda seals: seals.create({"archive_id": self.archive.id, "sealed_at": "2020-01-01"}),
                lambda seals: seals.unlink(),
            ):
                with self.subTest(role=role), self.refused(AccessError):
                    call(self.of(role, seal))

    def test_many_at_once(self):
        partners = self.companies(60)
        archives = self.open(partners, self.category_company)
        archives._governed().write({"state": "inactive", "closed_on": "2024-01-01"})
        self.env.flush_all()
        with self.assertQueryCount(20):  # for any number up to 2000
            archives._seal("cleaning up")
        self.assertEqual(set(archives.mapped("state")), {"sealed"})
        seals = self.env["customer.archive.seal"].search([("archive_id", "in", archives.ids)])
        self.assertEqual(len(seals), 60)
        self.assertFalse(seals._check())


@tagged("post_install", "-at_install")
class TestReopening(SealCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_archivist()

    def ask(self, archive=None):
        archive = self.hidden_archive if archive is None else archive
        self.of("archivist", archive).action_reopen("they order again")
        return self.env["customer.archive.reopening"].search([("archive_id", "=", archive.id)], limit=1)

    def test_two_people(self):
        self.seal()
        request = self.ask()
        self.assertEqual(self.hidden_archive.state, "sealed")
        with self.refused(AccessError, "their own"):
            self.of("archivist", request).action_approve()
        for role in BUSINESS:
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, request).action_approve()
        self.of("archivist_b", request).action_approve()
        self.env.invalidate_all()
        self.assertEqual((self.hidden_archive.state, request.state), ("draft", "approved"))
        self.assertTrue(self.of("clerk", self.hidden).read(["name"]))
        self.assertTrue(self.hidden.active and self.hidden_contact.active)
        self.assertTrue(self.hidden_archive.seal_ids.opened_at)
        self.assertFalse(self.env["customer.archive.access"]._differences())
        with self.refused(UserError, "decided already"):
            self.of("archivist_b", request).action_approve()

    def test_refused_and_withdrawn(self):
        self.seal()
        request = self.ask()
        with self.refused(UserError, "already"):
            self.ask()
        with self.refused(UserError, "why"):
            self.of("archivist_b", request).action_refuse()
        self.of("archivist_b", request).action_refuse("no reason to")
        self.assertEqual((request.state, request.answer), ("refused", "no reason to"))
        again = self.ask()
        with self.refused(AccessError, "whoever made it"):
            self.of("archivist_b", again).action_withdraw()
        self.of("archivist", again).action_withdraw()
        self.assertEqual(again.state, "withdrawn")
        self.assertEqual(self.hidden_archive.state, "sealed")

    def test_inactive_needs_it_by_the_policy(self):
        request = self.ask()
        self.assertEqual(self.hidden_archive.state, "inactive")
        self.of("archivist_b", request).action_approve()
        self.assertEqual(self.hidden_archive.state, "draft")
        self.hidden_archive.action_deactivate("over")
        self.policy(reopening_needs_two=False)
        self.of("archivist", self.hidden_archive).action_reopen("x")
        self.assertEqual(self.hidden_archive.state, "draft")

    def test_sealed_needs_it_always(self):
        self.policy(reopening_needs_two=False)
        self.seal()
        self.assertEqual(self.ask().state, "requested")
        self.assertEqual(self.hidden_archive.state, "sealed")

    def test_who_may_ask(self):
        self.seal()
        for role in BUSINESS:
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.hidden_archive).action_reopen("x")

    def test_nobody_writes_requests(self):
        request = self.ask()
        for role in (*BUSINESS, "archivist", "manager"):
            for call in (
                lambda r: r.write({"state": "approved"}),
                lambda r: r.create({"archive_id": self.archive.id, "reason": "x"}),
                lambda r: r.unlink(),
                lambda r: r.copy(),
            ):
                with self.subTest(role=role), self.refused(UserError):
                    call(self.of(role, request))
        with self.refused(UserError, "never changed"):
            request.with_context(archive_governed=True).write({"state": "approved"})

    def test_sealed_with_setting_inactive(self):
        self.hidden_archive._reopen("again")
        action = self.of("archivist", self.hidden_archive).action_ask_deactivate()
        dialog = Form(self.env_of("archivist", **action["context"])["customer.archive.step"])
        self.assertTrue(dialog.seal)
        dialog.reason = "no business"
        dialog.save().action_apply()
        self.assertEqual(self.hidden_archive.state, "sealed")

    def test_cron_proposes(self):
        self.assertIn(self.hidden_archive, self.env["customer.archive"]._seal_candidates() | self.hidden_archive)
        self.hidden_archive._governed().write({"closed_on": "1990-01-01"})
        self.assertIn(self.hidden_archive, self.env["customer.archive"]._seal_candidates())
        self.assertEqual(self.hidden_archive.state, "inactive", "nobody seals but people")
