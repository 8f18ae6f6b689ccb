"""Legal name, tax ID and bank accounts of customers on file are changed by two people (A7)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import make_uscc
from .test_proposal import ProposalCommon


@tagged("post_install", "-at_install")
class TestProposalCritical(ProposalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_vat = make_uscc(77, "110101")
        cls.old_vat = cls.archived.vat
        cls.category_company.bank_needs_approval = True
        cls.makers = cls.env.ref("base.group_partner_manager")

    def bank(self, number="6222020200112233445", **vals):
        return self.env["res.partner.bank"].create({"acc_number": number, "partner_id": self.archived.id, **vals})

    # -- the form -------------------------------------------------------------------------------------------

    def test_form_splits(self):
        for role in ("clerk", "leader", "archivist", "manager"):
            with self.subTest(role=role):
                city = f"City of {role}"
                proposal = self.save(role, {"vat": self.new_vat, "card_legal_name": f"Legal {role}", "city": city})
                self.assertEqual((self.archived.vat, self.archived.city), (self.old_vat, city))
                self.assertEqual(proposal.origin, "critical")
                self.assertEqual(set(proposal.line_ids.mapped("field_name")), {"vat", "card_legal_name"})
                self.assertTrue(all(proposal.line_ids.mapped("is_critical")))

    def test_owner_does_not_decide_but_leader_and_archivist(self):
        for role in ("leader", "archivist"):
            proposal = self.save("clerk", {"card_legal_name": f"By {role}"})
            with self.refused(AccessError, "own proposal"):
                self.of("clerk", proposal).action_accept_all()
            with self.refused(AccessError, "An archivist or the leader"):
                self.of("management", proposal).action_accept_all()
            self.of(role, proposal).action_accept_all()
            self.env.invalidate_all()
            self.assertEqual(self.archived.card_legal_name, f"By {role}")
            self.assertEqual(proposal.outcome, "accepted")

    def test_archivist_needs_another_one(self):
        proposal = self.save("archivist", {"vat": self.new_vat})
        with self.refused(AccessError, "own proposal"):
            self.of("archivist", proposal.line_ids).action_accept()
        with self.refused(AccessError):
            self.of("clerk", proposal.line_ids).action_accept()
        self.of("manager", proposal.line_ids).action_accept()
        self.env.invalidate_all()
        self.assertEqual(self.archived.vat, self.new_vat)

    def test_managements_critical_lines_are_not_the_owners(self):
        proposal = self.save("management", {"vat": self.new_vat, "city": "天津市"})
        self.of("clerk", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.city, self.archived.vat), ("天津市", self.old_vat))
        with self.refused(AccessError):
            self.of("clerk", self.line(proposal, "vat")).action_accept()
        with self.refused(AccessError):
            self.answer("clerk", self.line(proposal, "vat"), "refuse", reason="x")
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.vat, proposal.outcome), (self.new_vat, "accepted"))

    def test_asked_is_who_decides(self):
        proposal = self.save("clerk", {"vat": self.new_vat})
        self.assertEqual(proposal.activity_ids.user_id, self.user["leader"])
        proposal = self.save("leader", {"card_legal_name": "x"})
        self.assertNotIn(self.user["leader"], proposal.activity_ids.user_id)
        self.assertIn(self.user["archivist"], proposal.activity_ids.user_id)

    # -- what is free ---------------------------------------------------------------------------------------

    def test_same_value_in_other_characters_is_no_change(self):
        wide = self.old_vat.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789"})
        self.assertFalse(self.save("clerk", {"vat": f" {wide}", "city": "天津市"}))
        self.assertEqual((self.archived.vat, self.archived.city), (self.old_vat, "天津市"))

    def test_first_filling_and_drafts_are_free(self):
        self.archived.card_legal_name = False
        self.assertFalse(self.save("clerk", {"card_legal_name": "First"}))
        self.assertEqual(self.archived.card_legal_name, "First")
        self.archive.action_deactivate("x")
        self.archive.action_reopen("x")
        self.assertEqual(self.archive.state, "draft")
        self.of("clerk", self.archived).with_context(x=1).write({"card_legal_name": "Second"})
        self.assertEqual(self.archived.card_legal_name, "Second")

    def test_other_categories_are_free(self):
        self.assertFalse(self.save("clerk", {"vat": "X1"}, self.archived_person))
        self.env["customer.archive.category.item"].search([("needs_approval", "=", True)]).needs_approval = False
        self.of("clerk", self.archived).write({"vat": self.new_vat})
        self.assertEqual(self.archived.vat, self.new_vat)

    def test_superuser_passes(self):
        self.archived.write({"vat": self.new_vat})
        self.of("clerk", self.archived).sudo().write({"vat": self.old_vat})
        self.assertEqual(self.archived.vat, self.old_vat)

    # -- other doors ----------------------------------------------------------------------------------------

    def test_write_is_refused(self):
        for role in ("clerk", "leader", "archivist", "manager"):
            with self.subTest(role=role):
                partner = self.of(role, self.archived)
                with self.refused(UserError, "Unified Social Credit Code", "archive_propose"):
                    partner.write({"vat": self.new_vat, "city": "x"})
                with self.refused(UserError, "Legal Name"):
                    partner.card_legal_name = False
                proposal = partner.archive_propose({"vat": self.new_vat}, "RPC")
                self.assertEqual(proposal.reason, "RPC")
        self.env.invalidate_all()
        self.assertEqual((self.archived.vat, self.archived.city), (self.old_vat, "北京市"))

    def test_forged_context_opens_nothing(self):
        for context in (
            {"archive_accepted": True},
            {"archive_accepted": {}},
            {"archive_governed": True, "archive_accepted": "GOVERNED"},
            {"archive_holder_follows": ["x"]},
        ):
            with self.refused(UserError, "proposal"):
                self.of("clerk", self.archived, **context).write({"vat": self.new_vat})

    def test_import_is_refused(self):
        self.env["ir.model.data"].create(
            {"module": "__test__", "name": "tongrentang", "model": "res.partner", "res_id": self.archived.id}
        )
        partners = self.env_of("clerk")["res.partner"]
        result = partners.load(["id", "vat"], [["__test__.tongrentang", self.new_vat]])
        self.assertIn("proposal", str(result["messages"]))
        self.env.invalidate_all()
        self.assertEqual(self.archived.vat, self.old_vat)
        result = partners.load(["id", "vat", "city"], [["__test__.tongrentang", self.old_vat, "天津市"]])
        self.assertFalse(result["messages"])

    def test_a_contact_does_not_carry_it_up(self):
        self.assertEqual(self.child.vat, self.old_vat)
        with self.refused(UserError, "proposal"):
            self.of("clerk", self.child).write({"vat": self.new_vat})
        contact = self.env_of("clerk")["res.partner"].create(
            {"name": "x", "parent_id": self.archived.id, "vat": self.new_vat}
        )
        self.env.invalidate_all()
        self.assertEqual((contact.vat, self.archived.vat), (self.old_vat, self.old_vat))
        proposal = self.save("clerk", {"vat": self.new_vat, "function": "x"}, self.child)
        self.assertEqual((proposal.partner_id, self.child.function), (self.archived, "x"))
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.vat, self.child.vat), (self.new_vat, self.new_vat))

    def test_checks_hold_for_what_is_accepted(self):
        with self.refused(ValidationError, "check digit"):
            self.save("clerk", {"vat": "91110101MA5000002X"})

    def test_the_refusal_tells_nothing_of_hidden_customers(self):
        bank = self.bank()
        for role in ("colleague", "employee", "contact_maker", "portal"):
            self.user[role].group_ids += self.makers if role == "colleague" else self.env["res.groups"]
            partner = self.of(role, self.archived)
            for attempt in (
                lambda partner=partner: partner.write({"vat": self.new_vat}),
                lambda partner=partner: partner.write({"vat": self.old_vat}),
                lambda role=role: self.of(role, bank).write({"acc_number": "1"}),
                lambda role=role: self.env_of(role)["res.partner.bank"].create(
                    {"acc_number": "1", "partner_id": self.archived.id}
                ),
            ):
                with self.refused(AccessError) as caught:
                    attempt()
                self.assertNotIn("同仁堂", str(caught.exception))

    # -- the customer's own corrections ---------------------------------------------------------------------

    def test_portal_users_own_address(self):
        """Odoo's portal writes as superuser: what is critical becomes the customer's proposal."""
        portal = self.user["portal"]
        portal.partner_id.parent_id = self.archived
        self.env.flush_all()
        partner = self.env_of("portal")["res.partner"].browse(self.archived.id).sudo()
        partner.write({"vat": self.new_vat, "street": "新街 2 号"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.vat, self.archived.street), (self.old_vat, "新街 2 号"))
        proposal = self.env["customer.archive.proposal"].search([("archive_id", "=", self.archive.id)])
        self.assertEqual((proposal.origin, proposal.proposer_id), ("customer", portal))
        with self.refused(AccessError):
            self.of("clerk", proposal).action_accept_all()
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(self.archived.vat, self.new_vat)
        self.assertFalse(self.env["mail.mail"].search([("recipient_ids", "in", portal.partner_id.ids)]))

    def test_portal_contact_of_a_company(self):
        portal = self.user["portal"]
        portal.partner_id.parent_id = self.archived
        self.env.flush_all()
        me = self.env_of("portal")["res.partner"].browse(portal.partner_id.id).sudo()
        me.write({"vat": self.new_vat, "city": "天津市"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.archived.vat, portal.partner_id.vat), (self.old_vat, self.old_vat))
        proposal = self.env["customer.archive.proposal"].search([("archive_id", "=", self.archive.id)])
        self.assertEqual((proposal.partner_id, proposal.line_ids.field_name), (self.archived, "vat"))

    def test_portal_user_without_sudo(self):
        with self.refused(AccessError):
            self.of("portal", self.archived).write({"vat": self.new_vat})
        with self.refused(AccessError):
            self.of("portal", self.archived).archive_propose({"vat": self.new_vat})

    # -- bank accounts --------------------------------------------------------------------------------------

    def test_first_account_is_free(self):
        self.user["clerk"].group_ids += self.makers
        banks = self.env_of("clerk")["res.partner.bank"]
        first = banks.create({"acc_number": "6222020200112233445", "partner_id": self.archived.id})
        with self.refused(UserError, "Bank accounts"):
            banks.create({"acc_number": "6222020200112233446", "partner_id": self.archived.id})
        for attempt in (
            lambda: first.write({"acc_number": "1"}),
            lambda: first.write({"acc_holder_name": "Mallory"}),
            lambda: first.write({"active": False}),
            lambda: first.write({"partner_id": self.person.id}),
            lambda: first.with_context(archive_accepted=True).write({"acc_number": "1"}),
            lambda: first.with_context(archive_holder_follows=["Mallory"]).write({"acc_holder_name": "Mallory"}),
            lambda: first.unlink(),
            lambda: self.of("clerk", self.archived).write(
                {"bank_ids": [Command.update(first.id, {"acc_number": "1"})]}
            ),
            lambda: self.of("clerk", self.archived).write({"bank_ids": [Command.clear()]}),
            lambda: self.of("clerk", self.archived).write(
                {"name": "X", "bank_ids": [Command.update(first.id, {"acc_holder_name": "Mallory"})]}
            ),
        ):
            with self.refused(UserError, "Bank accounts"):
                attempt()
        first.write({"note": "fine", "sequence": 3})
        foreign = banks.create({"acc_number": "6222020200112233447", "partner_id": self.person.id})
        with self.refused(UserError, "Bank accounts"):
            foreign.partner_id = self.archived.id

    def test_accounts_of_contacts_below(self):
        self.user["clerk"].group_ids += self.makers
        bank = self.env["res.partner.bank"].create({"acc_number": "6222020200112233448", "partner_id": self.child.id})
        with self.refused(UserError, "Bank accounts"):
            self.of("clerk", bank).acc_number = "1"

    def test_name_of_the_holder_follows_the_customer(self):
        self.user["clerk"].group_ids += self.makers
        bank = self.bank()
        self.of("clerk", self.archived).write({"name": "同仁堂集团"})
        self.env.invalidate_all()
        self.assertEqual(bank.acc_holder_name, "同仁堂集团")

    def test_form_and_decision(self):
        bank = self.bank()
        proposal = self.save(
            "clerk",
            {
                "city": "天津市",
                "bank_ids": [
                    Command.update(bank.id, {"acc_number": "6222020200119999999"}),
                    [0, "virtual_7", {"acc_number": "6222020200118888888", "allow_out_payment": False}],
                ],
            },
        )
        self.assertEqual((self.archived.city, len(self.archived.bank_ids)), ("天津市", 1))
        self.assertEqual(proposal.line_ids.mapped("operation"), ["update", "create"])
        with self.refused(AccessError):
            self.of("clerk", proposal).action_accept_all()
        # The leader has no right to the bank accounts of vendors, and needs none.
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(
            set(self.archived.bank_ids.mapped("acc_number")), {"6222020200119999999", "6222020200118888888"}
        )
        removal = self.save("clerk", {"bank_ids": [Command.delete(bank.id)]})
        self.assertIn("6222020200119999999", self.of("leader", removal.line_ids).old_text)
        self.of("leader", removal).action_accept_all()
        self.env.invalidate_all()
        self.assertFalse(bank.active)  # Odoo archives accounts that are deleted

    def test_overtaken_account(self):
        bank = self.bank()
        proposal = self.save("clerk", {"bank_ids": [Command.update(bank.id, {"acc_number": "6222020200119999999"})]})
        bank.acc_number = "6222020200117777777"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(proposal.line_ids.status, "conflict")
        self.assertIn("7777777", proposal.line_ids.current_text)
        bank.unlink()
        self.env.invalidate_all()
        self.assertEqual(proposal.line_ids.status, "gone")

    def test_trust_in_an_account_is_not_proposed(self):
        bank = self.bank()
        with self.refused(UserError, "proposal"):
            self.of("clerk", self.archived).archive_propose(
                {"bank_ids": [Command.update(bank.id, {"allow_out_payment": True})]}
            )

    def test_other_accounts_stay_plain(self):
        self.user["clerk"].group_ids += self.makers
        banks = self.env_of("clerk")["res.partner.bank"]
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        for number in ("1001", "1002"):
            banks.create({"acc_number": number, "partner_id": vendor.id}).write({"acc_number": number + "9"})
        self.assertEqual(set(vendor.bank_ids.mapped("acc_number")), {"10019", "10029"})
        self.category_company.bank_needs_approval = False
        for number in ("2001", "2002"):
            banks.create({"acc_number": number, "partner_id": self.archived.id}).write({"acc_number": number + "9"})
        self.assertLessEqual({"20019", "20029"}, set(self.archived.bank_ids.mapped("acc_number")))

    # -- the category ---------------------------------------------------------------------------------------

    def test_starter_categories(self):
        items = self.env["customer.archive.category.item"]
        for category in (self.category_company, self.category_key):
            names = {item.field for item in items._items_for(category.id, True) if item.needs_approval}
            self.assertEqual(names, {"vat", "card_legal_name"})
        self.assertTrue(self.category_key.bank_needs_approval)

    def test_lists_can_not_be_critical(self):
        with self.refused(ValidationError, "one value"):
            self.item(self.category(), "card_preference_ids", needs_approval=True)

    def test_many2many_can(self):
        tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        self.item(self.category_company, "category_id", needs_approval=True)
        self.of("clerk", self.archived).write({"category_id": [Command.link(tags[0].id)]})  # the first is free
        with self.refused(UserError, "Tags"):
            self.of("clerk", self.archived).write({"category_id": [Command.set(tags.ids)]})
        proposal = self.save("clerk", {"category_id": [Command.link(tags[1].id)]})
        self.of("leader", proposal).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(self.archived.category_id, tags)
