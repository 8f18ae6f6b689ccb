"""The access predicate through Odoo's outer doors: JSON-2, XML-RPC, the web client's routes, files (A6)."""

import json
from datetime import datetime, timedelta
from xmlrpc.client import Fault

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ArchiveOrganisation


@tagged("post_install", "-at_install")
class TestApi(ArchiveOrganisation, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "合同.txt", "raw": b"geheim", "res_model": "res.partner", "res_id": cls.archived.id}
        )
        cls.archived.image_1920 = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        cls.env.flush_all()

    def key_of(self, role):
        keys = self.env(user=self.user[role])["res.users.apikeys"]
        return keys._generate("rpc", "test", datetime.now() + timedelta(days=1))

    def json2(self, role, method, **kwargs):
        response = self.url_open(
            f"/json/2/res.partner/{method}",
            data=json.dumps(kwargs),
            headers={
                "Authorization": f"bearer {self.key_of(role)}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )
        return response.status_code, response.text

    def assertNothing(self, text):
        for secret in (self.archived.name, self.archived.vat, "67001234", self.archive.number):
            self.assertNotIn(secret, text)

    def test_json2(self):
        show = {"show_address": True, "show_email": True, "show_vat": True}
        status, text = self.json2("clerk", "read", ids=self.archived.ids, fields=["name"])
        self.assertEqual(status, 200)
        self.assertIn(self.archived.name, json.loads(text)[0]["name"])
        for role in ("employee", "colleague", "security", "auditor"):
            for method, kwargs in {
                "read": {"ids": self.archived.ids, "fields": ["name", "vat"], "context": show},
                "web_read": {"ids": self.archived.ids, "specification": {"name": {}}},
                "search_read": {"domain": [["id", "=", self.archived.id]], "fields": ["name"]},
                "name_search": {"name": self.archived.name},
                "formatted_read_group": {
                    "domain": [["id", "=", self.archived.id]],
                    "groupby": ["name"],
                    "aggregates": ["vat:array_agg"],
                },
                "export_data": {"ids": self.archived.ids, "fields_to_export": ["name"]},
                "copy": {"ids": self.archived.ids},
                "write": {"ids": self.archived.ids, "vals": {"comment": "x"}},
                "get_metadata": {"ids": self.archived.ids},
            }.items():
                with self.subTest(role=role, method=method), mute_logger("odoo.http"):
                    status, text = self.json2(role, method, **kwargs)
                    self.assertIn(status, (200, 403, 422))
                    self.assertNothing(text)

    def test_methods_of_the_predicate_are_private(self):
        """Nothing of the machinery can be called from outside."""
        for model, methods in {
            "res.partner": ("_archive_get_guard", "_archive_unreached"),
            "customer.archive.access": ("_scope", "_rebuild", "_scope_of", "_revoke_mine"),
            "customer.archive": ("_change_level", "_governed", "_set_first_level"),
        }.items():
            for method in methods:
                with self.subTest(model=model, method=method), mute_logger("odoo.http"):
                    response = self.url_open(
                        f"/json/2/{model}/{method}",
                        data=json.dumps({}),
                        headers={
                            "Authorization": f"bearer {self.key_of('manager')}",
                            "Content-Type": "application/json",
                            "X-Odoo-Database": self.env.cr.dbname,
                        },
                    )
                    self.assertGreaterEqual(response.status_code, 400)

    def test_xmlrpc(self):
        models = self.xmlrpc_object
        arguments = (self.env.cr.dbname, self.user["colleague"].id, self.key_of("colleague"), "res.partner")
        for method, args in (
            ("search_read", [[["id", "=", self.archived.id]], ["name"]]),
            ("search", [[["vat", "=", self.archived.vat]]]),
            ("search_count", [[["id", "=", self.archived.id]]]),
        ):
            with self.subTest(method=method):
                self.assertFalse(models.execute_kw(*arguments, method, args))
        with self.assertRaises(Fault) as caught, mute_logger("odoo.http"):
            models.execute_kw(*arguments, "read", [self.archived.ids, ["name"]])
        self.assertNothing(str(caught.exception))
        with self.assertRaises(Fault), mute_logger("odoo.http"):
            models.execute_kw(*arguments, "write", [self.archived.ids, {"comment": "x"}])
        clerk = (self.env.cr.dbname, self.user["clerk"].id, self.key_of("clerk"), "res.partner")
        self.assertTrue(models.execute_kw(*clerk, "read", [self.archived.ids, ["name"]]))

    def test_files_and_pictures(self):
        partner, attachment = self.archived.id, self.attachment.id
        routes = (
            f"/web/content/{attachment}",
            f"/web/content/res.partner/{partner}/image_1920",
            f"/web_enterprise/partner/{partner}/vcard",
            f"/web/partner/vcard?partner_ids={partner}",
            f"/report/pdf/customer_archive.report_partner_archive_card/{partner}",
            f"/report/html/customer_archive.report_partner_archive_card/{partner}",
        )
        self.authenticate("test_colleague", "test_colleague")
        for route in routes:
            with self.subTest(route=route), mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                response = self.url_open(route)
                self.assertNotIn("geheim", response.text)
                self.assertNothing(response.text)
        placeholder = self.url_open("/web/image/res.partner/0/image_128").content
        self.assertEqual(self.url_open(f"/web/image/res.partner/{partner}/image_128").content, placeholder)
        self.authenticate("test_clerk", "test_clerk")
        self.assertIn("geheim", self.url_open(f"/web/content/{attachment}").text)
        self.assertNotEqual(self.url_open(f"/web/image/res.partner/{partner}/image_128").content, placeholder)

    def test_debug_mode(self):
        """The texts of errors in developer mode."""
        self.authenticate("test_colleague", "test_colleague")
        self.url_open("/odoo?debug=1")
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/web/dataset/call_kw/res.partner/read",
                data=json.dumps(
                    {
                        "params": {
                            "model": "res.partner",
                            "method": "read",
                            "args": [self.archived.ids, ["name"]],
                            "kwargs": {"context": {"show_email": True, "show_vat": True}},
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            )
        error = response.json()["error"]["data"]
        self.assertEqual(error["name"], "odoo.addons.customer_archive.exceptions.RestrictedCustomerError")
        self.assertEqual(error["context"]["archive_restricted"]["id"], self.archived.id)
        self.assertNothing(response.text)
