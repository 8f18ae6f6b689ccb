"""Work with leads goes on as in plain Odoo: with one's own customers, and for users without a role in the archive."""

from odoo.tests import Form, tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon
from odoo.addons.mail.tests.common import MailCommon

MAIL = """MIME-Version: 1.0
Date: Thu, 27 Aug 2026 16:44:26 +0800
Message-ID: <{message_id}@customer.example.com>
Subject: {subject}
From: {sender}
To: {to}
{headers}Content-Type: text/plain; charset="utf-8"

{body}
"""


@tagged("post_install", "-at_install")
class TestLeadFlows(LeakCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("clerk", "colleague"):
            cls.also(role, "sales_team.group_sale_salesman")
        cls.persona("seller", "sales_team.group_sale_salesman", "base.group_partner_manager")
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Opportunity",
                "type": "opportunity",
                "partner_id": cls.hidden.id,
                "user_id": cls.user["clerk"].id,
            }
        )
        cls.env.flush_all()

    def new_lead(self, role, **vals):
        form = Form(self.env_of(role)["crm.lead"], view="crm.crm_lead_view_form")
        for name, value in {"name": "From the form", **vals}.items():
            form[name] = value
        return form.save()

    def test_lead_of_ones_own_customer(self):
        for role, partner in (("clerk", self.hidden), ("colleague", self.theirs), ("seller", self.plain)):
            with self.subTest(role=role):
                lead = self.new_lead(role, partner_id=self.of(role, partner))
                self.assertEqual(lead.partner_id, partner)
                lead.action_set_won_rainbowman()
                lead.message_post(body="Called")
                lead.activity_schedule("mail.mail_activity_data_call", user_id=lead.env.uid).action_feedback()
                self.assertTrue(lead.copy())
                self.assertTrue(lead.web_read({"partner_id": {"fields": {"email": {}, "display_name": {}}}}))

    def test_form_of_ones_own_lead(self):
        with Form(self.of("clerk", self.lead)) as form:
            form.expected_revenue = 1000
            form.partner_id = self.of("clerk", self.hidden_contact)
        self.assertEqual(self.lead.email_from, self.hidden_contact.email)

    def test_conversion_with_a_new_customer(self):
        """The new customer belongs to whoever made it; where archives open by themselves, it is theirs as well."""
        for role in ("clerk", "seller"):
            with self.subTest(role=role):
                lead = self.env_of(role)["crm.lead"].create(
                    {
                        "name": "Fresh",
                        "contact_name": "新先生",
                        "partner_name": "新来客户",
                        "email_from": f"{role}@new.example.com",
                    }
                )
                wizard = (
                    self.env_of(role)["crm.lead2opportunity.partner"]
                    .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
                    .create({"name": "convert", "action": "create"})
                )
                wizard.action_apply()
                lead = self.of(role, lead)
                self.assertEqual(lead.type, "opportunity")
                self.assertEqual(lead.partner_id.email, f"{role}@new.example.com")
                self.assertEqual(lead.partner_id.commercial_partner_id.name, "新来客户")

    def test_conversion_finds_no_hidden_customer(self):
        """Whoever writes to us with a hidden customer's address is not linked to it for those who may not see it."""
        lead = self.env_of("seller")["crm.lead"].create({"name": "Guess", "email_from": self.hidden.email})
        self.assertFalse(lead.partner_id)
        wizard = self.env_of("seller")["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        wizard = wizard.create({"name": "convert"})
        self.assertFalse(wizard.partner_id)

    def test_quick_creation_of_the_customer(self):
        for role in ("clerk", "seller"):
            with self.subTest(role=role):
                partner_id, _name = self.env_of(role)["res.partner"].name_create("随手客户 <hand@example.com>")
                lead = self.new_lead(role, partner_id=self.env_of(role)["res.partner"].browse(partner_id))
                self.assertEqual(lead.email_from, "hand@example.com")

    def receive(self, **values):
        values = {"headers": "", "message_id": "1", "subject": "Question", "body": "Hello", **values}
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process("crm.lead", MAIL.format(**values))
        return self.env["crm.lead"].search([], order="id desc", limit=1)

    def test_mail_in_makes_a_lead(self):
        lead = self.receive(sender="Stranger <stranger@example.com>", to="info@test.example.com")
        self.assertEqual(lead.email_normalized, "stranger@example.com")
        known = self.receive(
            sender=f"Boss <{self.hidden.email}>", to="info@test.example.com", message_id="2", subject="From the known"
        )
        self.assertEqual(known.partner_id, self.hidden)
        self.assert_in_reach("clerk", known)
        self.assert_out_of_reach("seller", known)

    def test_reply_to_the_customer(self):
        clerk_lead = self.of("clerk", self.lead)
        with self.mock_mail_gateway():
            message = clerk_lead.message_post(
                body="Our offer", partner_ids=self.hidden.ids, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertSentEmail(self.user["clerk"].email_formatted, [self.hidden.email_formatted])
        answer = MAIL.format(
            headers=f"In-Reply-To: {message.message_id}\n",
            message_id="3",
            subject="Re: Our offer",
            body="Yes please",
            sender=self.hidden.email,
            to="catchall@test.example.com",
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, answer)
        last = self.lead.message_ids.sorted("id")[-1]
        self.assertIn("Yes please", last.body)
        self.assertEqual(last.author_id, self.hidden)
        self.assertTrue(self.of("clerk", last).read(["body"]))

    def test_composer_and_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env["ir.model"]._get("crm.lead").id,
                "subject": "{{ object.name }}",
                "body_html": "<p>Dear <t t-out='object.partner_id.name'/></p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        composer = (
            self.env_of("clerk", default_model="crm.lead", default_res_ids=self.lead.ids)["mail.compose.message"]
        ).create({"composition_mode": "comment", "template_id": template.id})
        self.assertIn(self.hidden, composer.partner_ids)
        with self.mock_mail_gateway():
            composer._action_send_mail()
        self.assertSentEmail(
            self.user["clerk"].email_formatted, [self.hidden.email_formatted], body_content=f"Dear {self.hidden.name}"
        )

    def test_composer_does_not_reach_hidden_customers(self):
        attempts = (
            lambda env: env["mail.compose.message"]
            .with_context(default_model="res.partner", default_res_ids=self.hidden.ids)
            .create({"composition_mode": "comment", "body": "x", "subject": "x"})
            ._action_send_mail(),
            lambda env: env["mail.compose.message"]
            .with_context(default_model="res.partner", default_res_ids=self.hidden.ids)
            .create({"composition_mode": "mass_mail", "body": "<t t-out='object.vat'/>", "subject": "x"})
            ._action_send_mail(),
            lambda env: env["mail.compose.message"].create({"partner_ids": [(6, 0, self.hidden.ids)]}).read(),
            lambda env: env["res.partner"].browse(self.hidden.id).message_post(body="x"),
        )
        for number, call in enumerate(attempts):
            with self.subTest(number=number), self.mock_mail_gateway():
                self.attempt("seller", call)
                self.assertNotSentEmail()

    def test_import(self):
        result = self.env_of("clerk")["crm.lead"].load(
            ["name", "partner_id/.id", "expected_revenue"], [["Imported", str(self.hidden.id), "5"]]
        )
        self.assertTrue(result["ids"], result["messages"])
        result = self.env_of("seller")["crm.lead"].load(["name", "partner_id"], [["Imported", "Plain Partner Ltd"]])
        self.assertTrue(result["ids"], result["messages"])
