"""Checksums: corrupted and missing files are findings, and nothing is hashed anew in silence (product.md D4)."""

import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .documents import DocumentCase


@tagged("post_install", "-at_install")
class TestFixity(DocumentCase):
    def setUp(self):
        super().setUp()
        self.row = self.upload(self.contract, b"original content " + os.urandom(8).hex().encode(), "scan2.pdf")
        self.env.flush_all()
        self.path = self.row.attachment_id._full_path(self.row.attachment_id.store_fname)
        with open(self.path, "rb") as stream:
            content = stream.read()
        self.addCleanup(self.put, content)

    def put(self, content):
        """Write into the store, beside Odoo."""
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        if os.path.exists(self.path):
            os.chmod(self.path, 0o600)
        with open(self.path, "wb") as stream:
            stream.write(content)

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.customer_archive"):
            self.env.ref("customer_archive.ir_cron_fixity").method_direct_trigger()
        self.env.invalidate_all()

    def later(self):
        """The time of the next check has come."""
        rows = self.env["customer.archive.document.file"].search([])
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_document_file SET checked_on = now() - interval '40 days'")
        rows.invalidate_model()

    def findings(self):
        activity_type = self.env.ref("customer_archive.mail_activity_type_fixity")
        return self.contract.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def test_files_of_messages_are_filed(self):
        def post(role, content):
            env = self.env_of(role)
            file = env["ir.attachment"].create({"name": "a.pdf", "raw": content, "res_model": "mail.compose.message"})
            self.of(role, self.contract).message_post(body="See the file", attachment_ids=file.ids)
            return self.contract.file_ids.filtered(lambda row: row.attachment_id == file)

        self.assertEqual(post("clerk", b"from the customer").size, 17)
        self.assertFalse(post("clerk", b""), "an empty one is only part of the message")
        self.assertFalse(post("service", b"may read and write messages, but files no documents"))
        self.contract._governed().state = "closed"
        self.assertFalse(post("clerk", b"too late"))

    def test_unchanged(self):
        self.run_cron()
        self.assertEqual(self.row.fixity, "ok")
        self.assertTrue(self.row.checked_on)
        self.assertFalse(self.findings())
        checked = self.row.checked_on
        self.run_cron()
        self.assertEqual(self.row.checked_on, checked, "not again before its time")

    def test_changed(self):
        kept = self.row.sha256
        self.put(b"forged content")
        self.run_cron()
        self.assertEqual((self.row.fixity, self.row.sha256), ("changed", kept))
        self.assertNotEqual(self.row.found_sha256, kept)
        self.assertEqual(len(self.findings()), 1)
        self.assertIn(self.findings().user_id, self.user["archivist"] | self.user["manager"])
        self.assertEqual(self.contract.finding_count, 1)
        self.assertEqual(self.of("clerk", self.archive).finding_count, 1)
        found = self.env["customer.archive.document"].search([("finding_count", ">", 0)])
        self.assertEqual(found, self.contract)
        self.later()
        self.run_cron()
        self.assertEqual((self.row.fixity, self.row.sha256, len(self.findings())), ("changed", kept, 1))

    def test_missing(self):
        os.unlink(self.path)
        self.run_cron()
        self.assertEqual((self.row.fixity, self.row.found_sha256), ("missing", False))
        self.assertEqual(len(self.findings()), 1)

    def test_mended_by_a_backup(self):
        with open(self.path, "rb") as stream:
            content = stream.read()
        self.put(b"forged")
        self.run_cron()
        self.put(content)
        self.of("archivist", self.contract).action_check_files()
        self.env.invalidate_all()
        self.assertEqual(self.row.fixity, "ok")
        self.assertFalse(self.findings())

    def test_accepting(self):
        kept = self.row.sha256
        with self.refused(UserError, "no finding"):
            self.of("archivist", self.row).accept_finding("Fine")
        self.put(b"re-scanned")
        self.run_cron()
        for role in ("clerk", "leader", "service", "management", "colleague"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.row).accept_finding("Fine")
        for reason in (None, "  ", 7):
            with self.refused(UserError, "reason is needed"):
                self.of("archivist", self.row).accept_finding(reason)
        self.put(b"changed again")
        with self.refused(UserError, "changed again"):
            self.of("archivist", self.row).accept_finding("Fine")
        self.put(b"re-scanned")
        step = self.of("archivist", self.row).action_ask_accept()
        wizard = self.env_of("archivist", **step["context"])["customer.archive.document.step"].create(
            {"reason": "Scan"}
        )
        wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual((self.row.fixity, self.row.former_sha256), ("ok", kept))
        self.assertEqual(self.row.sha256, self.row._current_sha256())
        self.assertEqual((self.row.accepted_by_id, self.row.accepted_reason), (self.user["archivist"], "Scan"))
        self.assertIn(kept, "".join(self.contract.message_ids.mapped("body")))
        self.assertFalse(self.findings())

    def test_accepting_what_is_lost(self):
        kept = self.row.sha256
        os.unlink(self.path)
        self.run_cron()
        self.of("archivist", self.row).accept_finding("Disk failed, no backup")
        self.assertEqual((self.row.fixity, self.row.sha256), ("lost", kept))
        self.later()
        self.run_cron()
        self.assertEqual(self.row.fixity, "lost", "not asked for again")
        self.assertFalse(self.findings())

    def test_no_store_is_no_finding(self):
        """A store that is not mounted is a failure of the job, not ten thousand findings."""
        rows = self.env["customer.archive.document.file"]
        gone = patch.object(type(self.env["ir.attachment"]), "_filestore", lambda self: "/nowhere/at/all")
        with gone, self.refused(UserError, "is not there"):
            rows._check_store_is_there()
        self.assertEqual(self.row.fixity, "ok")

    def test_who_checks(self):
        for role in ("service", "management", "colleague"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, self.contract).action_check_files()
        self.of("clerk", self.contract).action_check_files()

    def test_kept_in_the_database(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        row = self.upload(self.contract, b"in the database", "db.pdf")
        self.assertEqual(row._current_sha256(), row.sha256)

    def test_policy_says_how_often(self):
        self.env["customer.archive.policy"]._record().fixity_days = 3
        self.run_cron()
        now = fields.Datetime.now()
        self.row._cr.execute("UPDATE customer_archive_document_file SET checked_on = %s", [now - timedelta(days=2)])
        self.env.invalidate_all()
        self.put(b"forged")
        self.run_cron()
        self.assertEqual(self.row.fixity, "ok")
        self.row._cr.execute("UPDATE customer_archive_document_file SET checked_on = %s", [now - timedelta(days=4)])
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual(self.row.fixity, "changed")

    def test_queries_of_many(self):
        rows = self.contract.file_ids
        for number in range(20):
            rows |= self.upload(self.contract, b"file %d" % number, f"{number}.pdf")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            rows._check_fixity()
            self.env.flush_all()
