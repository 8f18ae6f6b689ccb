"""The audit of the registry finds ways around the protection; none is open, and none can be made in the settings."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..wizards.customer_archive_audit import Finding
from .common import ROLES, ArchiveCommon

# Models of apps that have a bridge of their own: without it their documents are rightly found.
BRIDGES = {"crm": "customer_archive_crm", "calendar": "customer_archive_calendar", "sale": "customer_archive_sale"}
BRIDGES |= {"account": "customer_archive_account", "mass_mailing": "customer_archive_mass_mailing"}


@tagged("post_install", "-at_install")
class TestAudit(ArchiveCommon):
    def test_no_way_around(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        unbridged = {app for app, bridge in BRIDGES.items() if bridge not in installed}
        findings = [
            finding
            for finding in self.env["customer.archive.audit"]._findings()
            if not (finding.kind == "model" and self.env[finding.model]._original_module in unbridged)
        ]
        self.assertEqual(findings, [])

    def test_every_exception_is_explained(self):
        for name, reason in self.env["customer.archive.audit"]._allowed().items():
            self.assertGreater(len(reason), 10, name)

    def test_exceptions_tell_nothing(self):
        """Of a hidden vendor the label is masked or refused, whatever the context asks for."""
        if "product.supplierinfo" not in self.env:
            self.skipTest("product is not installed")
        product = self.env["product.template"].create({"name": "Plain Thing"})
        price = self.env["product.supplierinfo"].create({"partner_id": self.archived.id, "product_tmpl_id": product.id})
        mine = self.of("employee", price, show_email=True, show_address=True, show_vat=True)
        attempts = (
            lambda: mine.read(["display_name"]),
            lambda: mine.read(["partner_id"]),
            lambda: mine.web_read({"partner_id": {"fields": {"display_name": {}}}}),
            lambda: mine.name_search(""),
            lambda: mine.formatted_read_group([("id", "in", mine.ids)], ["partner_id"], ["__count"]),
            lambda: mine.formatted_read_group([("id", "in", mine.ids)], ["partner_id.name"], ["__count"]),
            lambda: mine.search([("partner_id.name", "ilike", self.archived.name[:4])]).ids or "nothing",
        )
        shown = [self._said(attempt) for attempt in attempts]
        self.assertIn(self.archived._archive_masked_name(), shown[1])  # the list of a product's vendors opens
        self.assertEqual(shown[-1], "nothing")
        for secret in (self.archived.name, self.archived.phone, self.archived.vat):
            self.assertNotIn(secret, str(shown))

    def _said(self, attempt):
        """What an attempt tells: its result, or the sentence of the refusal."""
        self.env.invalidate_all()
        try:
            return str(attempt())
        except AccessError as refusal:
            return str(refusal)

    # -- what it would find: fields that are changed for a moment -------------------------------------------------

    def found(self):
        return set(self.env["customer.archive.audit"]._findings())

    def test_finds_models(self):
        links = self.env["customer.archive.access"]._links()
        self.assertIn("res.partner.bank", links)
        self.patch(type(self.env["customer.archive.access"]), "_links", lambda self: {})
        self.assertIn(Finding("model", "res.partner.bank", "partner_id", "res.partner"), self.found())

    def test_finds_fields(self):
        field = self.env["res.partner"]._fields["archive_level_term"]
        self.assertFalse([f for f in self.found() if f.field == field.name])
        self.patch(field, "compute_sudo", True)
        self.assertFalse([f for f in self.found() if f.field == field.name])  # has the groups itself
        self.patch(field, "groups", None)
        self.assertIn("computed", {f.kind for f in self.found() if f.field == field.name})
        self.patch(field, "groups", "base.group_user")
        self.assertIn("computed", {f.kind for f in self.found() if f.field == field.name})
        self.patch(field, "groups", "!base.group_portal")
        self.assertIn("computed", {f.kind for f in self.found() if f.field == field.name})
        self.patch(field, "groups", "customer_archive.group_manager")  # implies the group
        self.assertFalse([f for f in self.found() if f.field == field.name])

    def test_finds_related_fields(self):
        field = self.env["res.partner"]._fields["active_lang_count"]
        for store, kind in ((False, "related"), (True, "copy")):
            self.patch(field, "related", "archive_id.category_id.bag_color")
            self.patch(field, "compute_sudo", True)
            self.patch(field, "store", store)
            with self.subTest(kind=kind):
                found = {f for f in self.found() if f.field == field.name and f.model == "res.partner"}
                self.assertEqual({f.kind for f in found}, {kind})

    def test_warns_in_the_log(self):
        self.patch(type(self.env["customer.archive.access"]), "_links", lambda self: {})
        with self.assertLogs("odoo.addons.customer_archive.wizards.customer_archive_audit", "WARNING") as logs:
            self.env["customer.archive.audit"]._log_findings()
        self.assertTrue([line for line in logs.output if "res.partner.bank.partner_id" in line])

    # -- fields made in the settings ----------------------------------------------------------------------------

    def manual(self, **vals):
        values = {
            "name": "x_copy",
            "field_description": "Copy",
            "model_id": self.env["ir.model"]._get("crm.team").id,
            "ttype": "char",
            "state": "manual",
            **vals,
        }
        return self.env["ir.model.fields"].create(values)

    def test_manual_fields(self):
        for vals in (
            {"related": "user_id.partner_id.archive_number", "store": True},
            {"related": "user_id.partner_id.archive_number", "store": False},
            {"related": "user_id.archive_number", "store": False},
            {"related": "user_id.partner_id.archive_id.number", "store": False},
            {"related": "user_id.partner_id.card_legal_name", "store": True},
            {"compute": "for r in self: r['x_copy'] = 1", "depends": "name, user_id.partner_id.card_legal_name"},
        ):
            with self.subTest(vals=vals), self.refused(ValidationError, "crm.team.x_copy", "res."), self.cr.savepoint():
                self.manual(**vals)

    def test_harmless_manual_fields(self):
        field = self.manual(related="user_id.name", store=False)
        with self.refused(ValidationError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            field.related = "user_id.partner_id.archive_number"

    # -- the page -------------------------------------------------------------------------------------------------

    def test_page(self):
        action = self.env.ref("customer_archive.customer_archive_audit_action")
        self.patch(type(self.env["customer.archive.access"]), "_links", lambda self: {})
        for role in [*ROLES, "public"]:
            mine = self.of(role, action)
            with self.subTest(role=role):
                if role in ("security", "auditor", "manager"):
                    page = mine.run()
                    rows = self.env_of(role)["customer.archive.audit"].search(page["domain"])
                    self.assertIn("res.partner.bank", rows.mapped("model"))
                    self.assertTrue(all(rows.mapped("advice")))
                    again = mine.run()
                    self.assertFalse(rows.exists())
                    self.assertTrue(again["domain"][0][2])
                    with self.refused(UserError):
                        self.env_of(role)["customer.archive.audit"].create({"model": "x"})
                else:
                    with self.refused(AccessError):
                        mine.run()
                    with self.refused(AccessError):
                        self.env_of(role)["customer.archive.audit"].search([])
