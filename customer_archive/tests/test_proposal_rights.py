"""Who reads, makes and decides proposals: each role that may, and every other one that tries (A6, A7)."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import ROLES, make_uscc
from .test_proposal import ProposalCommon

# Roles with a role in the archive read proposals as far as they read the archive; nobody writes them by hand.
ROLES_OF_ARCHIVE = {"clerk", "colleague", "leader", "service", "management", "archivist", "manager"}
ROLES_OF_ARCHIVE |= {"clerk_two", "archivist_two"}
READERS = {"clerk", "leader", "service", "management", "archivist", "manager"}
DECIDERS = {"clerk", "leader", "archivist", "manager"}


@tagged("post_install", "-at_install")
class TestProposalRights(ProposalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partner = cls.archived.with_user(cls.user["management"]).with_context(allowed_company_ids=cls.company_one.ids)
        cls.proposal = partner.archive_propose({"city": "天津市", "street": "南京路"}, "reason").with_env(cls.env)
        cls.city = cls.proposal.line_ids.filtered(lambda line: line.field_name == "city")
        cls.env.flush_all()

    def test_table(self):
        for model in ("customer.archive.proposal", "customer.archive.proposal.line"):
            for role in [*ROLES, "public"]:
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), operation == "read" and role in ROLES_OF_ARCHIVE)
        for role in [*ROLES, "public"]:
            allowed = self.env(user=self.user[role])["customer.archive.proposal.answer"].has_access("create")
            self.assertEqual(bool(allowed), role in ROLES_OF_ARCHIVE, role)

    def test_readers(self):
        for role in [*ROLES, "public"]:
            with self.subTest(role=role):
                for record in (self.proposal, self.city):
                    mine = self.of(role, record)
                    if role in READERS:
                        self.assertTrue(mine.read(["display_name"]))
                        self.assertEqual(mine.search([("id", "=", mine.id)]), mine)
                        continue
                    for attempt in (
                        lambda mine=mine: mine.read(["display_name"]),
                        lambda mine=mine: mine.web_read({"display_name": {}}),
                        lambda mine=mine: mine.export_data(["display_name"]),
                    ):
                        with self.refused(UserError):  # nobody but archivists exports at all
                            attempt()
                    if role in ROLES_OF_ARCHIVE:
                        self.assertFalse(mine.search([("id", "=", mine.id)]))
                        self.assertFalse(mine.search_count([("id", "=", mine.id)]))
                        self.assertFalse(mine.formatted_read_group([("id", "=", mine.id)], ["create_uid"], ["__count"]))

    def test_proposer_who_lost_access_sees_nothing(self):
        self.archive._change_level("secret", "more secret now")
        for record in (self.proposal, self.city):
            mine = self.of("management", record)
            self.assertFalse(mine.search([("id", "=", mine.id)]))
            with self.refused(AccessError):
                mine.read(["display_name"])
        with self.refused(AccessError):
            self.of("management", self.proposal).action_withdraw()

    def test_deciders(self):
        for role in [*ROLES, "public"]:
            with self.subTest(role=role):
                if role in DECIDERS:
                    self.assertTrue(self.of(role, self.city).can_decide)
                    self.assertTrue(self.of(role, self.proposal).can_decide)
                    found = self.env_of(role)["customer.archive.proposal"].search([("can_decide", "=", True)])
                    self.assertIn(self.proposal.id, found.ids)
                    continue
                proposal, city = self.of(role, self.proposal), self.of(role, self.city)
                answers = self.env_of(role)["customer.archive.proposal.answer"]
                for attempt in (
                    proposal.action_accept_all,
                    city.action_accept,
                    city.action_refuse,
                    city._accept,
                    lambda city=city: city._refuse("x"),
                    lambda answers=answers: answers.create(
                        {"line_id": self.city.id, "answer": "accept"}
                    ).action_apply(),
                    lambda answers=answers: answers.create(
                        {"line_id": self.city.id, "answer": "refuse", "reason": "x"}
                    ).action_apply(),
                ):
                    with self.refused(AccessError):
                        attempt()
                if role in READERS:
                    self.assertFalse(city.can_decide)
        self.env.invalidate_all()
        self.assertEqual((self.archived.city, self.city.state), ("北京市", "open"))

    def test_never_the_proposer(self):
        """Neither the one who proposes and then becomes an archivist, nor the owner of today."""
        self.user["management"].group_ids += self.env.ref("customer_archive.group_archivist")
        with self.refused(AccessError, "own proposal"):
            self.of("management", self.city).action_accept()
        self.archived.user_id = self.user["management"]
        with self.refused(AccessError, "own proposal"):
            self.of("management", self.proposal).action_accept_all()

    def test_who_lost_the_customer_decides_no_more(self):
        self.archived.user_id = self.user["colleague"]
        self.archive.team_id = self.team_south
        for role in ("clerk", "leader"):
            with self.refused(AccessError):
                self.of(role, self.city).action_accept()
        self.of("colleague", self.city).action_accept()
        self.env.invalidate_all()
        self.assertEqual(self.archived.city, "天津市")

    def test_archivist_up_to_the_rank(self):
        self.archive._change_level("core", "most secret")
        with self.refused(AccessError):
            self.of("archivist", self.city).action_accept()

    def test_values_are_governed(self):
        for role in ROLES_OF_ARCHIVE & READERS:
            for record, vals in (
                (self.proposal, {"state": "decided"}),
                (self.proposal, {"proposer_id": self.user["clerk"].id}),
                (self.proposal, {"archive_id": self.person_archive.id}),
                (self.city, {"state": "accepted"}),
                (self.city, {"new_value": {"value": "x"}}),
                (self.city, {"field_name": "name"}),
            ):
                with self.refused(AccessError):
                    self.of(role, record, archive_governed=True).write(vals)
            proposals = self.env_of(role)["customer.archive.proposal"]
            with self.refused(AccessError):
                proposals.create(
                    {
                        "archive_id": self.archive.id,
                        "partner_id": self.archived.id,
                        "company_id": self.company_one.id,
                        "proposer_id": self.user["colleague"].id,
                        "origin": "management",
                    }
                )
            with self.refused(UserError):
                self.of(role, self.proposal).copy()
            with self.refused(AccessError):
                self.of(role, self.proposal).unlink()

    def test_no_door_to_the_data(self):
        for role in READERS:
            lines = self.of(role, self.city)
            for name in ("old_value", "new_value"):
                for attempt in (
                    lambda lines=lines, name=name: lines.read([name]),
                    lambda lines=lines, name=name: lines.export_data([name]),
                    lambda lines=lines, name=name: lines.search([(name, "!=", False)]),
                    lambda lines=lines, name=name: lines.formatted_read_group([], [], [f"{name}:array_agg"]),
                ):
                    with self.refused(UserError):
                        attempt()
            answer = self.env_of("clerk")["customer.archive.proposal.answer"].create(
                {"line_id": self.city.id, "answer": "accept", "seen_value": {"value": "forged"}}
            )
            self.assertEqual(answer.sudo().seen_value, {"value": "北京市"})

    def test_values_of_fields_one_may_not_see(self):
        self.patch(self.env["res.partner"]._fields["city"], "groups", "base.group_system")
        line = self.of("clerk", self.city)
        self.assertEqual((line.old_text, line.new_text, line.current_text), ("Not visible to you",) * 3)

    def test_names_of_hidden_customers_are_masked(self):
        secret = self.partner(name="绝密集团", is_company=True, user_id=self.user["colleague"].id)
        archive = self.open(secret, self.category_company)
        proposal = self.of("management", self.archived).archive_propose({"card_group_id": secret.id})
        archive._change_level("secret", "x")
        text = self.of("clerk", proposal.line_ids.with_env(self.env)).new_text
        self.assertNotIn("绝密", text)
        self.assertIn(str(secret.id), text)

    def test_private_methods_stay_private(self):
        private = {
            "res.partner": ("_archive_propose", "_archive_divert", "_archive_critical_part"),
            "customer.archive.proposal": ("_propose", "_may_decide", "_close_if_done"),
            "customer.archive.proposal.line": ("_accept", "_apply", "_refuse", "_close", "_current"),
        }
        for model, names in private.items():
            for name in names:
                with self.refused(AccessError):
                    get_public_method(self.env[model], name)

    def test_other_company(self):
        """Whoever works for the other company only neither sees nor decides, though they may read the customer."""
        for role in ("archivist_two", "clerk_two"):
            self.assertFalse(self.env_of(role)["customer.archive.proposal"].search([]) & self.proposal)
        self.user["archivist_two"].company_ids += self.company_one
        two = self.of("archivist_two", self.proposal, allowed_company_ids=self.company_two.ids)
        with self.refused(AccessError):
            two.action_accept_all()
        both = (self.company_two | self.company_one).ids
        self.of("archivist_two", self.proposal, allowed_company_ids=both).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(self.archived.city, "天津市")

    def test_employee_who_keeps_a_customer(self):
        """Entrusted with a customer without any role: critical fields become proposals all the same."""
        self.archived.user_id = self.user["contact_maker"]
        self.env.flush_all()
        partner = self.of("contact_maker", self.archived)
        partner.web_save({"vat": make_uscc(88, "110101"), "street": "x"}, {"street": {}})
        self.env.invalidate_all()
        self.assertEqual(self.archived.street, "x")
        proposal = self.env["customer.archive.proposal"].search([("proposer_id", "=", self.user["contact_maker"].id)])
        self.assertEqual(proposal.line_ids.field_name, "vat")
        with self.refused(AccessError):
            self.of("contact_maker", proposal).read(["name"])

    def test_access_of_each_role(self):
        expected = {
            "clerk": "write",
            "leader": "write",
            "archivist": "write",
            "manager": "write",
            "management": "propose",
            "service": "read",
        }
        for role, access in expected.items():
            self.assertEqual(self.of(role, self.archived).archive_my_access, access, role)
            self.assertEqual(self.of(role, self.child).archive_my_access, access, role)
            self.assertEqual(self.of(role, self.user["clerk"].partner_id).archive_my_access, "write", role)
        for role in ("employee", "contact_maker", "sysop"):
            with self.refused(AccessError):
                self.of(role, self.archived).read(["archive_my_access"])

    def test_deactivated_people(self):
        self.user["clerk"].active = False
        proposal = self.of("management", self.archived).archive_propose({"zip": "100001"})
        self.assertEqual(proposal.sudo().activity_ids.user_id, self.user["leader"])
        self.user["management"].active = False
        self.of("leader", proposal.with_env(self.env)).action_accept_all()
        self.env.invalidate_all()
        self.assertEqual(self.archived.zip, "100001")

    def test_followers_and_posts(self):
        """Readers may discuss; who can't read can't."""
        self.of("service", self.proposal).message_post(body="Why?")
        with self.refused(AccessError):
            self.of("colleague", self.proposal).message_post(body="x")
        self.assertFalse(self.of("employee", self.proposal).message_subscribe(self.user["employee"].partner_id.ids))

    def test_who_may_not_write_proposes_nothing_critical(self):
        """The form's way is no way around: neither for readers, nor for those who do not see the customer."""
        self.user["portal"].partner_id.parent_id = self.archived  # portal users read their own company
        before = self.env["customer.archive.proposal"].search_count([])
        for role in ("employee", "contact_maker", "colleague", "service", "appraiser", "auditor", "sysop", "portal"):
            partner = self.of(role, self.archived)
            vals = {"vat": make_uscc(89, "110101")}
            for attempt in (
                lambda partner=partner, vals=vals: partner.web_save(vals, {"name": {}}),
                lambda partner=partner, vals=vals: partner.web_save_multi([vals], {"name": {}}),
                lambda partner=partner: partner.web_save({"bank_ids": [Command.create({"acc_number": "1"})]}, {}),
                lambda partner=partner, vals=vals: partner.archive_propose(vals),
            ):
                with self.subTest(role=role), self.refused(AccessError):
                    attempt()
        self.assertEqual(self.env["customer.archive.proposal"].search_count([]), before)

    def test_colleagues_own_contact_below_a_customer(self):
        """The contact of an internal user is open to all, but passes nothing on to the customer above it."""
        mine = self.user["contact_maker"].partner_id
        mine.parent_id = self.archived
        self.env.flush_all()
        for attempt in (
            lambda: self.of("contact_maker", mine).web_save({"vat": make_uscc(90, "110101")}, {"name": {}}),
            lambda: self.of("contact_maker", mine).write({"vat": make_uscc(90, "110101")}),
        ):
            with self.refused(AccessError) as caught:
                attempt()
            self.assertNotIn("同仁堂", str(caught.exception))

    def test_who_loses_access_follows_no_more(self):
        director = self.user["management"]
        self.proposal.message_subscribe(director.partner_id.ids)
        self.archive._change_level("secret", "more secret now")
        self.env.invalidate_all()
        self.assertNotIn(director.partner_id, self.proposal.message_partner_ids)

    def test_lists_check_the_deciders_rights(self):
        """What is accepted is written with the rights of whoever accepts it."""
        proposal = self.of("management", self.archived).archive_propose({"child_ids": [Command.delete(self.child.id)]})
        clerk = self.of("clerk", proposal.with_env(self.env))
        # Odoo carries out commands on contacts as the user of the request, which the test's is not.
        self.patch(self.env.transaction, "default_env", clerk.env)
        with self.refused(AccessError):
            clerk.action_accept_all()
        self.assertTrue(self.child.exists())
