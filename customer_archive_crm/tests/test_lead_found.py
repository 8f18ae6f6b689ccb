"""Ways to a hidden lead that were found by attacking a running server."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_archive.tests.leaks import LeakCommon


@tagged("post_install", "-at_install")
class TestLeadFound(LeakCommon):
    def test_hidden_leads_are_not_counted(self):
        self.persona("spy", "sales_team.group_sale_salesman")
        self.also("clerk", "sales_team.group_sale_salesman")
        Lead = self.env["crm.lead"]
        hidden = Lead.create({"name": "canary709", "partner_id": self.hidden.id, "user_id": False})
        vals = {"email_from": "who@canary709.example.com", "phone": hidden.phone}
        for role, count in (("spy", 0), ("clerk", 1)):
            with self.subTest(role=role):
                probe = self.env_of(role)["crm.lead"].create({"name": "Probe", "user_id": self.user[role].id, **vals})
                self.env.invalidate_all()
                self.assertEqual(probe.duplicate_lead_count, count)
                self.assertEqual(hidden in probe.sudo().duplicate_lead_ids, bool(count))
                probe.sudo().unlink()
        for name, value in vals.items():
            typed = self.env_of("spy")["crm.lead"].onchange({name: value}, [name], {"duplicate_lead_count": {}})
            self.assertFalse(typed["value"].get("duplicate_lead_count"))

    def test_opened_for_a_hidden_lead(self):
        """Odoo fills in what a new record is opened for, without asking for rights."""
        self.persona("spy", "sales_team.group_sale_salesman_all_leads")
        self.also("clerk", "sales_team.group_sale_salesman")
        lead = self.env["crm.lead"].create({"name": "canary709", "partner_id": self.hidden.id, "user_id": False})
        self.env.invalidate_all()
        context = {"active_model": "crm.lead", "active_id": lead.id, "active_ids": lead.ids}
        label = {"fields": {"display_name": {}}}
        meeting = {"res_model": {}, "res_model_id": {}, "res_id": {}, "opportunity_id": label}
        asked = [("calendar.event", meeting)]
        for model in ("crm.lead2opportunity.partner", "crm.lead2opportunity.partner.mass"):
            asked += [(model, {name: {}}) for name in ("lead_partner_name", "lead_contact_name")]
            asked.append((model, {"lead_id": label}))
        for model, spec in asked:
            for role in ("spy", "employee"):
                with self.subTest(model=model, spec=spec, role=role):
                    new = self.env_of(role, **context)[model]
                    self.assertIsInstance(
                        self.attempt(role, lambda _env, new=new, spec=spec: new.onchange({}, [], spec)), AccessError
                    )
        event = self.env_of("clerk", **context)["calendar.event"].onchange({}, [], meeting)
        self.assertEqual(event["value"]["opportunity_id"]["id"], lead.id)
