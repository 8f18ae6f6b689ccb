"""What management changes becomes a proposal; each change is accepted or refused by somebody else (A7)."""

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.customer_archive_proposing import OnchangeTicket
from .common import ArchiveCommon

SPEC = {"display_name": {}, "city": {}, "phone": {}, "archive_my_access": {}}


class ProposalCommon(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive._governed().write({"team_id": cls.team_north.id, "owner_id": cls.user["clerk"].id})
        cls.archived.write({"city": "北京市", "street": "前门大街 1 号"})
        cls.child = cls.partner(name="陈静", parent_id=cls.archived.id, phone="13600136000")
        cls.env.flush_all()

    def save(self, role, vals, partner=None, spec=None):
        """As the client saves a form; returns the proposals that were made."""
        last = self.env["customer.archive.proposal"].search([], limit=1).id
        self.of(role, partner or self.archived).web_save(vals, spec or SPEC)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["customer.archive.proposal"].search([("id", ">", last)])

    def answer(self, role, line, answer, **vals):
        wizard = self.env_of(role)["customer.archive.proposal.answer"].create(
            {"line_id": line.id, "answer": answer, **vals}
        )
        return wizard.action_apply()

    def line(self, proposal, name):
        return proposal.line_ids.filtered(lambda line: line.field_name == name)


@tagged("post_install", "-at_install")
class TestProposal(ProposalCommon):
    # -- saving the form ------------------------------------------------------------------------------------

    def test_managements_form_becomes_one_proposal(self):
        partner = self.of("management", self.archived)
        result = partner.web_save(
            {"city": "天津市", "phone": "０１０－６７００９９９９", "archive_proposal_reason": "年会"}, SPEC
        )
        self.assertEqual(result[0]["city"], "北京市")
        self.assertEqual(result[0]["archive_my_access"], "propose")
        self.env.invalidate_all()
        self.assertEqual(self.archived.city, "北京市")
        proposal = self.env["customer.archive.proposal"].search([("archive_id", "=", self.archive.id)])
        self.assertEqual(len(proposal), 1)
        self.assertEqual((proposal.origin, proposal.reason, proposal.state), ("management", "年会", "open"))
        self.assertEqual(proposal.proposer_id, self.user["management"])
        self.assertEqual(proposal.partner_id, self.archived)
        self.assertEqual(set(proposal.line_ids.mapped("field_name")), {"city", "phone"})
        self.assertEqual(self.line(proposal, "city").old_text, "北京市")
        self.assertEqual(self.line(proposal, "city").new_text, "天津市")
        self.assertEqual(self.line(proposal, "phone").new_text, "010-67009999")  # as it is normalised on entry
        self.assertTrue(proposal.name)

    def test_the_client_is_told(self):
        sent = []
        users = type(self.env["res.users"])
        self.patch(users, "_bus_send", lambda self, kind, message, **kw: sent.append((self.env.uid, kind, message)))
        proposal = self.save("management", {"city": "天津市"})
        told = [(uid, message) for uid, kind, message in sent if kind == "simple_notification"]
        self.assertEqual([uid for uid, _message in told], [self.user["management"].id])
        self.assertIn(proposal.name, told[0][1]["message"])
        self.assertNotIn("天津", str(sent))

    def test_same_values_make_no_proposal(self):
        self.assertFalse(self.save("management", {"city": "北京市", "street": "前门大街 1 号"}))
        first = self.save("management", {"city": "天津市"})
        self.assertEqual(len(first), 1)
        self.assertFalse(self.save("management", {"city": "天津市"}))
        with self.refused(UserError, "Nothing would change"):
            self.of("management", self.archived).archive_propose({"city": "北京市"})

    def test_plain_write_is_refused_and_says_how(self):
        partner = self.of("management", self.archived)
        with self.refused(AccessError, "proposal"):
            partner.write({"city": "天津市"})
        with self.refused(AccessError):
            partner.action_archive()
        self.assertFalse(self.env["customer.archive.proposal"].search([("archive_id", "=", self.archive.id)]))

    def test_import_is_refused(self):
        self.env["ir.model.data"].create(
            {"module": "__test__", "name": "tongrentang", "model": "res.partner", "res_id": self.archived.id}
        )
        result = self.env_of("management")["res.partner"].load(["id", "city"], [["__test__.tongrentang", "天津市"]])
        self.assertTrue(result["messages"])
        self.env.invalidate_all()
        self.assertEqual(self.archived.city, "北京市")

    def test_others_who_only_read_propose_nothing(self):
        self.archive.sudo()._governed().level = "public"
        for role in ("service", "colleague"):
            with self.subTest(role=role):
                self.assertEqual(self.of(role, self.archived).archive_my_access, "read")
                with self.refused(AccessError):
                    self.save(role, {"city": "天津市"})
                with self.refused(AccessError, "may read"):
                    self.of(role, self.archived).archive_propose({"city": "天津市"})

    def test_owners_form_is_saved_as_ever(self):
        self.assertFalse(self.save("clerk", {"city": "天津市", "phone": "010-67009999"}))
        self.assertEqual(self.archived.city, "天津市")

    def test_child_contact(self):
        proposal = self.save("management", {"phone": "13600136001", "function": "出纳"}, self.child)
        self.assertEqual((proposal.partner_id, proposal.archive_id), (self.child, self.archive))
        self.of("clerk", proposal).action_accept_all()
        self.assertEqual(self.child.function, "出纳")

    def test_save_of_several_at_once(self):
        partners = self.archived | self.archived_person
        self.of("management", partners).web_save({"city": "天津市"}, SPEC)
        found = self.env["customer.archive.proposal"].search([("proposer_id", "=", self.user["management"].id)])
        self.assertEqual(found.partner_id, partners)
        self.of("management", partners).web_save_multi([{"zip": "100000"}, {"zip": "100001"}], SPEC)
        self.assertEqual(len(found.search([("proposer_id", "=", self.user["management"].id)])), 4)

    def test_contacts_without_archive_stay_plain(self):
        other = self.partner(name="Plain", is_company=True)
        self.assertFalse(self.save("management", {"city": "天津市"}, other))
        self.assertEqual(other.city, "天津市")
        with self.refused(UserError, "no archive"):
            self.of("management", other).archive_propose({"city": "上海市"})

    def test_form_view_of_management(self):
        with Form(self.of("management", self.archived)) as form:
            form.phone = "010-67009999"
        self.env.invalidate_all()
        self.assertEqual(self.archived.phone, "010-67001234")
        proposal = self.env["customer.archive.proposal"].search([("archive_id", "=", self.archive.id)])
        self.assertEqual(proposal.line_ids.new_text, "+86 10 6700 9999")  # as Odoo's form writes it

    def test_onchange_is_no_way_to_write(self):
        """What lets a proposer type is good for the onchange's own question, not for what is written within it."""
        partner = self.of("management", self.archived)
        self.assertTrue(partner.onchange({"phone": "010-67009999"}, ["phone"], {"phone": {}}))
        ticketed = partner.with_context(archive_onchange=OnchangeTicket(partner))
        ticketed.check_access("write")
        with self.refused(AccessError):
            ticketed.write({"street": "x"})
        with self.refused(AccessError):
            partner.with_context(archive_onchange=OnchangeTicket(partner)).with_user(self.user["colleague"]).write({})
        for role in ("service", "colleague", "employee"):
            with self.refused(AccessError):
                self.of(role, self.archived).onchange({"phone": "010-67009999"}, ["phone"], {"phone": {}})
            with self.refused(AccessError):
                self.of(role, self.archived, archive_onchange=True).write({"phone": "010-67009999"})

    # -- lists on the card ----------------------------------------------------------------------------------

    def test_lines_of_lists(self):
        preference = self.env["customer.archive.preference"].create(
            {"partner_id": self.archived.id, "subject": "Tea", "kind": "need"}
        )
        contact = self.env["customer.archive.key.contact"].create(
            {"partner_id": self.archived.id, "contact_id": self.child.id}
        )
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        proposal = self.save(
            "management",
            {
                "card_preference_ids": [
                    Command.update(preference.id, {"subject": "Coffee"}),
                    [0, "virtual_1", {"subject": "Mornings", "kind": "preference", "partner_id": self.archived.id}],
                ],
                "card_key_contact_ids": [Command.delete(contact.id)],
                "child_ids": [Command.update(self.child.id, {"phone": "13600136002"})],
                "category_id": [Command.link(tag.id)],
            },
        )
        self.assertEqual(sorted(proposal.line_ids.mapped("operation")), ["create", "delete", "set", "update", "update"])
        self.assertIn("Tea", self.line(proposal, "card_preference_ids")[0].old_text)
        self.of("clerk", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(set(self.archived.card_preference_ids.mapped("subject")), {"Coffee", "Mornings"})
        self.assertFalse(contact.exists())
        self.assertEqual(self.child.phone, "13600136002")
        self.assertEqual(self.archived.category_id, tag)
        self.assertEqual((proposal.state, proposal.outcome), ("decided", "accepted"))

    def test_lines_of_other_customers_are_refused(self):
        foreign = self.env["customer.archive.preference"].create(
            {"partner_id": self.archived_person.id, "subject": "Tea"}
        )
        partner = self.of("management", self.archived)
        for commands in (
            [Command.update(foreign.id, {"subject": "x"})],
            [Command.delete(foreign.id)],
            [Command.link(foreign.id)],
            [Command.set([foreign.id])],
            [Command.clear()],
            [Command.create({"subject": "x", "partner_id": self.archived_person.id})],
            ["nonsense"],
            "nonsense",
        ):
            with self.subTest(commands=commands), self.refused(UserError, "no value"):
                partner.archive_propose({"card_preference_ids": commands})

    def test_contact_with_an_archive_of_its_own(self):
        subsidiary = self.partner(name="同仁堂药店", is_company=True, parent_id=self.archived.id)
        self.open(subsidiary, self.category_company)
        with self.refused(UserError, "archive of its own"):
            self.save("management", {"child_ids": [Command.update(subsidiary.id, {"city": "x"})]})

    # -- nonsense is refused at once ------------------------------------------------------------------------

    def test_validation(self):
        partner = self.of("management", self.archived)
        for vals, words in (
            ({"no_such_field": 1}, "no_such_field"),
            ({"id": 5}, "ID"),
            ({"create_uid": 1}, "Created by"),
            ({"archive_category_id": self.category_key.id}, "proposal"),
            ({"archive_number": "X"}, "proposal"),
            ({"email_normalized": "a@b.c"}, "proposal"),
            ({"user_ids": [Command.create({"login": "x"})]}, "proposal"),
            ({"card_size": "huge"}, "huge"),
            ({"card_founded_on": "yesterday"}, "yesterday"),
            ({"color": "red"}, "red"),
            ({"city": ["x"]}, "City"),
            ({"is_company": "yes"}, "yes"),
            ({"country_id": 99999999}, "99999999"),
            ({"country_id": "China"}, "China"),
            ({"category_id": [Command.create({"name": "x"})]}, "Tags"),
            ({"category_id": [Command.link(99999999)]}, "99999999"),
        ):
            with self.subTest(vals=vals), self.refused(UserError, words):
                partner.archive_propose(vals)
        for vals in ("x", None, [("city", "x")]):
            with self.subTest(vals=vals), self.refused(UserError):
                partner.archive_propose(vals)

    def test_checks_of_the_category(self):
        partner = self.of("management", self.archived)
        with self.refused(ValidationError, "check digit"):
            partner.archive_propose({"vat": "91110101MA5000002X"})
        with self.refused(ValidationError, "phone"):
            partner.archive_propose({"phone": "12"})
        with self.refused(ValidationError, "empty"):
            partner.archive_propose({"name": False})
        # A code in full width is the code that is there.
        with self.refused(UserError, "Nothing would change"):
            full = self.archived.vat.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
            partner.archive_propose({"vat": f" {full} "})

    def test_fields_of_others_are_not_proposed(self):
        field = self.env["res.partner"]._fields["card_size"]
        self.patch(field, "groups", "base.group_system")
        with self.refused(AccessError):
            self.of("management", self.archived).archive_propose({"card_size": "micro"})

    def test_forged_links_are_refused(self):
        secret = self.partner(name="绝密集团", is_company=True)
        archive = self.open(secret, self.category_key)
        self.assertEqual(archive.level, "secret")
        with self.refused(AccessError):
            self.of("management", self.archived).archive_propose({"card_group_id": secret.id})

    # -- deciding -------------------------------------------------------------------------------------------

    def test_accept_one_refuse_the_other(self):
        proposal = self.save("management", {"city": "天津市", "street": "南京路"})
        self.of("clerk", self.line(proposal, "city")).action_accept()
        self.assertEqual(self.archived.city, "天津市")
        self.assertEqual(proposal.state, "open")
        street = self.line(proposal, "street")
        dialog = self.of("clerk", street).action_refuse()
        self.assertEqual(dialog["context"]["default_line_id"], street.id)
        with self.refused(UserError, "reason"):
            self.answer("clerk", street, "refuse")
        self.answer("clerk", street, "refuse", reason="Not yet")
        self.env.invalidate_all()
        self.assertEqual(self.archived.street, "前门大街 1 号")
        self.assertEqual((proposal.state, proposal.outcome), ("decided", "partly"))
        self.assertEqual((street.refusal_reason, street.decided_by_id), ("Not yet", self.user["clerk"]))
        with self.refused(UserError, "closed already"):
            self.of("leader", street)._accept()

    def test_conflict_needs_a_second_look(self):
        proposal = self.save("management", {"city": "天津市", "street": "南京路"})
        self.archived.city = "上海市"
        city = self.line(proposal, "city")
        self.env.invalidate_all()
        self.assertEqual((city.status, city.current_text), ("conflict", "上海市"))
        self.assertTrue(proposal.has_conflict)
        self.assertIn(proposal, proposal.search([("has_conflict", "=", True)]))
        self.of("clerk", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.city, self.archived.street), ("上海市", "南京路"))
        self.assertEqual(self.of("clerk", city).action_accept()["res_model"], "customer.archive.proposal.answer")
        with self.refused(UserError, "meanwhile"):
            self.of("clerk", city)._accept()
        wizard = self.env_of("clerk")["customer.archive.proposal.answer"].create(
            {"line_id": city.id, "answer": "accept"}
        )
        self.assertEqual(wizard.current_text, "上海市")
        # Changed again while the dialog was open: what was confirmed is not what would be replaced.
        self.archived.city = "重庆市"
        self.env.flush_all()
        self.env.invalidate_all()
        with self.refused(UserError, "meanwhile"):
            wizard.action_apply()
        self.answer("clerk", city, "accept")
        self.env.invalidate_all()
        self.assertEqual(self.archived.city, "天津市")
        self.assertTrue(city.is_overruled)
        self.assertEqual(proposal.outcome, "accepted")

    def test_failing_check_leaves_all_unwritten(self):
        proposal = self.save("management", {"city": "天津市", "phone": "010-67009999"})
        line = self.line(proposal, "phone")
        line.new_value = {"value": "12"}  # as if the rules had become stricter meanwhile
        with self.refused(ValidationError, "phone number"), self.env.cr.savepoint():
            self.of("clerk", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.city, line.state, proposal.state), ("北京市", "open", "open"))

    def test_withdraw(self):
        proposal = self.save("management", {"city": "天津市"})
        with self.refused(AccessError, "Only the proposer"):
            self.of("clerk", proposal).action_withdraw()
        self.of("management", proposal).action_withdraw()
        self.env.invalidate_all()
        self.assertEqual((proposal.state, proposal.outcome), ("withdrawn", "withdrawn"))
        self.assertEqual(proposal.line_ids.state, "withdrawn")
        self.assertFalse(proposal.activity_ids)
        with self.refused(UserError, "closed already"):
            self.of("clerk", proposal).action_accept_all()

    def test_activity_and_notice_hold_no_values(self):
        proposal = self.save("management", {"city": "天津市"})
        self.assertEqual(proposal.activity_ids.user_id, self.user["clerk"])
        proposal = proposal.with_context(tracking_disable=False, mail_notrack=False)
        line = self.of("clerk", proposal.line_ids)
        line.with_context(tracking_disable=False, mail_notrack=False).action_accept()
        self.env.invalidate_all()
        self.assertFalse(proposal.activity_ids)
        messages = self.env["mail.message"].search([("model", "=", proposal._name), ("res_id", "=", proposal.id)])
        told = messages.filtered(lambda m: self.user["management"].partner_id in m.notified_partner_ids)
        self.assertEqual(len(told), 1)
        self.assertIn(proposal.name, told.body)
        texts = " ".join(str(text) for m in messages for text in (m.subject, m.body, m.record_name))
        texts += " ".join(messages.sudo().tracking_value_ids.mapped(lambda v: v.new_value_char or ""))
        for value in ("天津", "北京", self.archived.name):
            self.assertNotIn(value, texts)

    def test_nobody_near_means_archivists(self):
        self.archived.user_id = False
        self.archive.team_id = False
        proposal = self.save("management", {"city": "天津市"})
        self.assertIn(self.user["archivist"], proposal.activity_ids.user_id)
        self.assertNotIn(self.user["archivist_two"], proposal.activity_ids.user_id)

    # -- what happened meanwhile ----------------------------------------------------------------------------

    def test_archive_no_longer_in_use(self):
        proposal = self.save("management", {"city": "天津市"})
        self.archive.action_deactivate("gone")
        self.env.invalidate_all()
        self.assertIn("no longer in use", proposal.obstacle)
        with self.refused(UserError, "no longer in use"):
            self.of("clerk", proposal.line_ids)._accept()
        self.answer("clerk", proposal.line_ids, "refuse", reason="inactive")
        self.assertEqual(proposal.outcome, "refused")

    def test_merged_customer(self):
        proposal = self.save("management", {"city": "天津市"})
        target = self.partner(name="同仁堂", is_company=True)
        self.open(target, self.category_company)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.archived | target).ids, target)
        self.env.invalidate_all()
        self.assertEqual(self.archive.merged_into_id, target.archive_id)
        self.assertIn("merged", proposal.obstacle)
        self.assertEqual(proposal.line_ids.status, "gone")
        self.assertFalse(proposal.line_ids.current_text)
        with self.refused(UserError):
            self.of("clerk", proposal).action_accept_all()
        self.of("management", proposal).action_withdraw()

    def test_contact_deleted_or_moved(self):
        proposal = self.save("management", {"phone": "13600136001"}, self.child)
        other = self.partner(name="另一家公司", is_company=True)
        self.open(other, self.category_company)
        self.child.parent_id = other
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn("another customer", proposal.obstacle)
        self.child.unlink()
        self.env.invalidate_all()
        self.assertIn("deleted", proposal.obstacle)
        self.assertEqual(proposal.line_ids.new_text, "13600136001")

    def test_linked_records_deleted(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        industry = self.env["res.partner.industry"].create({"name": "Tea"})
        preference = self.env["customer.archive.preference"].create({"partner_id": self.archived.id, "subject": "Tea"})
        proposal = self.save(
            "management",
            {
                "category_id": [Command.link(tag.id)],
                "industry_id": industry.id,
                "card_preference_ids": [Command.update(preference.id, {"subject": "x"})],
            },
        )
        self.assertEqual(len(proposal.line_ids), 3)
        (tag | tag).unlink()
        industry.unlink()
        preference.unlink()
        self.env.invalidate_all()
        self.assertEqual(set(proposal.line_ids.mapped("status")), {"gone"})
        self.assertIn("deleted", self.line(proposal, "industry_id").new_text)
        for line in proposal.line_ids:
            with self.refused(UserError, "not there"):
                self.of("clerk", line)._accept()

    def test_field_gone(self):
        proposal = self.save("management", {"city": "天津市"})
        proposal.line_ids.field_name = "x_removed"
        self.env.invalidate_all()
        self.assertEqual((proposal.line_ids.status, proposal.line_ids.label), ("gone", "x_removed"))
        with self.refused(UserError, "not there"):
            self.of("clerk", proposal.line_ids)._accept()

    # -- a register -----------------------------------------------------------------------------------------

    def test_no_copy_no_deletion(self):
        proposal = self.save("management", {"city": "天津市"})
        with self.refused(UserError, "duplicated"):
            proposal.copy()
        with self.refused(UserError, "register"):
            proposal.unlink()
        with self.refused(UserError, "register"):
            proposal.line_ids.unlink()

    def test_counts_and_doors(self):
        proposal = self.save("management", {"phone": "13600136001"}, self.child)
        self.assertEqual(self.of("clerk", self.archived).archive_proposal_count, 1)
        self.assertEqual(self.of("clerk", self.child).archive_proposal_count, 1)
        self.assertEqual(self.of("clerk", self.archive).proposal_count, 1)
        for record in (self.archived, self.child, self.archive):
            domain = self.of("clerk", record).action_view_proposals()["domain"]
            self.assertEqual(proposal.search(domain), proposal)
        self.assertEqual(self.of("clerk", proposal).action_view_partner()["res_id"], self.child.id)

    def test_two_at_once(self):
        proposal = self.save("management", {"city": "天津市"})
        locked = type(proposal.line_ids)

        def lock_for_update(self, **kwargs):
            raise LockError("locked")

        self.patch(locked, "lock_for_update", lock_for_update)
        with self.refused(UserError, "Somebody else is deciding"):
            self.of("clerk", proposal.line_ids)._accept()

    # -- quick enough ---------------------------------------------------------------------------------------

    def test_queries_of_a_save(self):
        """Saving a customer costs two queries more at the most than without looking for what must be proposed."""

        def count(vals, patched):
            partner = self.of("clerk", self.archived)
            partner.web_save({"city": "热身"}, {"display_name": {}})
            self.env.flush_all()
            self.env.invalidate_all()
            if patched:
                self.patch(type(partner), "_archive_divert", lambda self, vals_list, reason=None: None)
            before = self.env.cr.sql_log_count
            partner.web_save(vals, {"display_name": {}})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        ours = count({"city": "天津市"}, False)
        plain = count({"city": "上海市"}, True)
        self.assertLessEqual(ours, plain + 2)
