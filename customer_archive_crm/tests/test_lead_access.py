"""Leads and opportunities under the access predicate: nothing of a hidden customer is learnt through them."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_archive.exceptions import RestrictedCustomerError
from odoo.addons.customer_archive.tests.leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestLeadAccess(LeakCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("clerk", "colleague", "leader", "service", "management", "archivist"):
            cls.also(role, "sales_team.group_sale_salesman_all_leads")
        cls.persona("spy", "sales_team.group_sale_salesman", "base.group_partner_manager", "base.group_allow_export")
        cls.persona("boss", "sales_team.group_sale_manager")
        Lead = cls.env["crm.lead"]
        cls.lead = Lead.create(
            {
                "name": "Order of canary709",
                "type": "opportunity",
                "partner_id": cls.hidden.id,
                "user_id": cls.user["clerk"].id,
                "description": "canary709",
            }
        )
        cls.unassigned = Lead.create({"name": "canary709 calls", "partner_id": cls.hidden_contact.id, "user_id": False})
        # Owned by somebody else from the time before the customer got an archive.
        cls.owned = Lead.create({"name": "canary709 again", "partner_id": cls.hidden.id, "user_id": cls.user["spy"].id})
        cls.own = Lead.create({"name": "South", "partner_id": cls.theirs.id, "user_id": cls.user["colleague"].id})
        cls.without_archive = Lead.create({"name": "Plain", "partner_id": cls.plain.id, "user_id": cls.user["spy"].id})
        cls.without_partner = Lead.create({"name": "Stranger", "user_id": cls.user["spy"].id})
        cls.all_hidden = cls.lead | cls.unassigned | cls.owned
        cls.env.flush_all()

    def test_by_role(self):
        for role in ("clerk", "leader", "service", "management", "archivist"):
            self.assert_in_reach(role, self.all_hidden)
        for role in ("colleague", "spy", "boss"):
            self.assert_out_of_reach(role, self.all_hidden)
        for role in ("colleague", "boss"):
            self.assert_in_reach(role, self.without_archive | self.without_partner)
        self.assert_in_reach("spy", self.without_archive | self.without_partner)
        self.assert_in_reach("colleague", self.own)
        self.assert_out_of_reach("spy", self.own)

    def test_level_closes_and_loan_opens(self):
        self.hidden_archive.sudo()._change_level("secret", "Test")
        for role in ("service", "management", "archivist", "boss"):
            self.assert_out_of_reach(role, self.lead)
        self.assert_in_reach("clerk", self.lead)
        self.assert_in_reach("leader", self.lead)
        loan = self.env["customer.archive.loan"].create(
            {
                "archive_id": self.hidden_archive.id,
                "user_id": self.user["service"].id,
                "purpose": "Test",
                "due_at": "2099-01-01 00:00:00",
            }
        )
        loan.sudo()._write({"state": "open", "opened_at": "2020-01-01 00:00:00"})
        self.env.invalidate_all()
        self.assert_in_reach("service", self.lead)
        loan.sudo()._write({"due_at": "2020-01-02 00:00:00"})
        self.env.invalidate_all()
        self.assert_out_of_reach("service", self.lead)

    def test_activities_and_messages_of_hidden_leads(self):
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_call", summary="canary709", user_id=self.env.uid
        )
        message = self.lead.message_post(body="canary709 said")
        for role in ("colleague", "spy", "boss"):
            self.assert_out_of_reach(role, activity)
            for record in (message,):
                self.attempt(role, lambda env, r=record: env[r._name].browse(r.ids).read(["body", "record_name"]))
                self.assertFalse(
                    self.attempt(role, lambda env, r=record: env[r._name].search([("id", "in", r.ids)]).ids)
                )
            self.assertFalse(
                self.attempt(
                    role, lambda env: env["crm.activity.report"].search([("lead_id", "in", self.all_hidden.ids)])
                )
            )

    def test_activity_report(self):
        self.lead.message_post(body="canary709", message_type="comment")
        self.lead.activity_schedule("mail.mail_activity_data_call", user_id=self.user["clerk"].id).action_feedback()
        self.env.flush_all()
        rows = self.env["crm.activity.report"].search([("lead_id", "=", self.lead.id)])
        self.assertTrue(rows)
        self.assert_in_reach("leader", rows)
        for role in ("colleague", "boss"):
            self.assert_out_of_reach(role, rows)
            self.attempt(
                role, lambda env: env["crm.activity.report"].formatted_read_group([], ["partner_id"], ["__count"])
            )

    def test_groups_and_labels(self):
        for role in ("colleague", "spy", "boss"):
            for context in ({}, {"show_email": 1, "show_address": 1, "show_vat": 1}):
                for groupby in ("partner_id", "user_id", "partner_name", "email_from", "phone", "name"):
                    self.attempt(
                        role,
                        lambda env, g=groupby: env["crm.lead"].formatted_read_group([], [g], ["__count"]),
                        **context,
                    )
                    self.attempt(role, lambda env, g=groupby: env["crm.lead"].web_read_group([], [g]), **context)
                self.attempt(
                    role,
                    lambda env: env["crm.lead"].web_search_read(
                        [],
                        {
                            "partner_id": {"fields": {"display_name": {}}, "context": {"show_email": 1}},
                            "email_from": {},
                        },
                    ),
                    **context,
                )
                self.attempt(
                    role, lambda env: env["crm.lead"].search([]).export_data(["partner_id", "email_from", "phone"])
                )

    def test_domains_and_orders_are_no_oracle(self):
        for role in ("colleague", "spy", "boss"):
            for domain in (
                [("partner_id.email", "=like", "boss@%")],
                [("partner_id", "ilike", "泄密柒零玖")],
                [("partner_id", "any", [("vat", "=", self.hidden.vat)])],
                [("email_from", "ilike", "canary709")],
                [("phone_mobile_search", "ilike", "7097097")],
                [("partner_id", "=", self.hidden.id)],
            ):
                with self.subTest(role=role, domain=domain):
                    self.assertFalse(self.attempt(role, lambda env, d=domain: env["crm.lead"].search(d).ids))

    def test_forged_links(self):
        lead_vals = {"name": "Forged", "partner_id": self.hidden.id}
        forgeries = {
            "create": lambda env: env["crm.lead"].create(dict(lead_vals)).read(["email_from", "phone"]),
            "default": lambda env: (
                env["crm.lead"].with_context(default_partner_id=self.hidden.id).create({"name": "X"}).email_from
            ),
            "write": lambda env: env["crm.lead"].browse(self.without_partner.id).write({"partner_id": self.hidden.id}),
            "onchange": lambda env: env["crm.lead"].onchange(
                dict(lead_vals), ["partner_id"], {"partner_id": {}, "email_from": {}, "phone": {}, "partner_name": {}}
            ),
            "onchange of a default": lambda env: (
                env["crm.lead"]
                .with_context(default_partner_id=self.hidden.id)
                .onchange({}, [], {"partner_id": {}, "email_from": {}})
            ),
            "contact": lambda env: env["crm.lead"]
            .create({"name": "X", "partner_id": self.hidden_contact.id})
            .email_from,
            "load by id": lambda env: env["crm.lead"].load(["name", "partner_id/.id"], [["X", str(self.hidden.id)]]),
            "load by name": lambda env: env["crm.lead"].load(["name", "partner_id"], [["X", self.hidden.name[:-4]]]),
        }
        before = self.env["crm.lead"].search_count([])
        for role in ("spy", "boss", "colleague"):
            for way, call in forgeries.items():
                with self.subTest(role=role, way=way):
                    if way == "load by name":  # the name is the attacker's own; the customer must not be found
                        result = call(self.env_of(role))
                        self.assertFalse(result["ids"])
                        continue
                    answer = self.attempt(role, call)
                    if way == "load by id":
                        self.assertFalse(answer["ids"])
                    else:
                        self.assertIsInstance(answer, AccessError)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)

    def test_forged_leads(self):
        """Whoever names a hidden lead learns nothing of it either."""
        forgeries = (
            lambda env: env["crm.lead2opportunity.partner"].create({"lead_id": self.lead.id}).read(),
            lambda env: (
                env["crm.lead2opportunity.partner"]
                .with_context(active_model="crm.lead", active_id=self.lead.id, active_ids=self.lead.ids)
                .create({})
                .read()
            ),
            lambda env: env["crm.lead2opportunity.partner"].onchange(
                {"lead_id": self.lead.id}, ["lead_id"], {"partner_id": {"fields": {"display_name": {}}}, "lead_id": {}}
            ),
            lambda env: env["crm.lead.lost"].create({"lead_ids": [(6, 0, self.lead.ids)]}).read(),
            lambda env: env["crm.merge.opportunity"].create({"opportunity_ids": [(6, 0, self.all_hidden.ids)]}).read(),
            lambda env: env["mail.activity"].onchange(
                {"res_model": "crm.lead", "res_model_id": False, "res_id": self.lead.id},
                ["res_id", "res_model"],
                {"res_name": {}, "res_id": {}, "res_model": {}},
            ),
            lambda env: env["mail.activity"].create(
                {"res_model_id": env["ir.model"].sudo()._get("crm.lead").id, "res_id": self.lead.id}
            ),
            lambda env: env["mail.message"].onchange(
                {"model": "crm.lead", "res_id": self.lead.id},
                ["res_id"],
                {"record_name": {}, "res_id": {}, "model": {}},
            ),
            lambda env: env["calendar.event"].onchange(
                {"res_model": "crm.lead", "res_id": self.lead.id, "opportunity_id": self.lead.id},
                ["opportunity_id"],
                {"opportunity_id": {"fields": {"display_name": {}}}, "name": {}},
            ),
        )
        for role in ("spy", "boss", "colleague"):
            for number, call in enumerate(forgeries):
                with self.subTest(role=role, number=number):
                    self.assertIsInstance(self.attempt(role, call), Exception)

    def test_leads_of_a_customer_keep_apart_by_company(self):
        self.also("clerk_two", "sales_team.group_sale_manager")
        self.also("archivist_two", "sales_team.group_sale_manager")
        self.lead.company_id = self.company_one
        for role in ("clerk_two", "archivist_two"):
            self.assert_out_of_reach(role, self.lead)

    def test_revoked_follower(self):
        """Who followed a lead before its customer was closed to them is told nothing more."""
        self.policy(documents_follow=False)
        self.lead.message_subscribe(self.user["boss"].partner_id.ids)
        self.policy(documents_follow=True)
        self.env["customer.archive.access"]._revoke_lost(self.hidden_archive)
        self.assertNotIn(self.user["boss"].partner_id, self.lead.message_partner_ids)

    def test_documents_do_not_follow(self):
        """The policy: leads as in plain Odoo; the names of hidden customers are masked, links to them still refused."""
        self.policy(documents_follow=False)
        for role in ("colleague", "boss"):
            self.assert_in_reach(role, self.all_hidden)
            lead = self.of(role, self.lead)
            for context in ({}, {"show_email": 1, "show_address": 1}):
                values = lead.with_context(**context).web_read({"partner_id": {"fields": {"display_name": {}}}})
                self.assert_no_telltale(values)
                self.assertIn(f"#{self.hidden.id}", values[0]["partner_id"]["display_name"])
                groups = lead.with_context(**context).formatted_read_group([], ["partner_id"], ["__count"])
                self.assert_no_telltale(groups)
            with self.refused(RestrictedCustomerError):
                lead.copy({"partner_id": self.hidden.id})
            lead.write({"priority": "2"})  # works on

    def test_order_of_masked_names(self):
        """Two customers of one's own around the hidden name don't tell it."""
        self.policy(documents_follow=False)
        before, after = self.partner({"name": "泄密柒零"}, {"name": "泄密柒零玖零"}, user_id=False)
        leads = self.env["crm.lead"].create(
            [{"name": "X", "partner_id": partner.id} for partner in (before, self.hidden, after)]
        )
        self.assertEqual(self.order_of("leader", leads, "partner_id"), leads.ids)
        for order in ("partner_id", "partner_id desc", "partner_id asc, id"):
            ids = self.order_of("boss", leads, order)
            self.assertEqual(ids.index(leads[1].id), 2, order)
