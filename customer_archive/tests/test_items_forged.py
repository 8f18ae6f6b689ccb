"""Values that nobody writes, or that make no sense, in contact logs and documents; files of other records."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .documents import DocumentCase
from .test_contact_log import MODEL, LogCommon


@tagged("post_install", "-at_install")
class TestDocumentForged(DocumentCase):
    def test_derived_values_are_never_written(self):
        """A forged company would hide the document from everybody, a forged date from the reminders."""
        contract = self.of("clerk", self.contract)
        was = {name: contract[name] for name in ("company_id", "partner_id", "register", "company_amount")}
        contract.write(
            {
                "company_id": self.company_two.id,
                "partner_id": self.customer.id,
                "register": "other",
                "company_amount": 1,
                "notice_on": "2030-01-01",
                "remark": "kept",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual({name: contract[name] for name in was}, was)
        self.assertEqual((contract.notice_on, contract.remark), (False, "kept"))

    def test_beyond_all_measure(self):
        draft = self.document(valid_until="2026-12-31")
        for values in (
            {"renewal": "automatic", "renewal_months": 2000000},
            {"notice_days": 10**9},
            {"notice_days": 5000},
            {"amount": 1e300},
        ):
            with self.subTest(values=values), self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self.of("clerk", draft).write(values)
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestLogForged(LogCommon):
    def test_derived_values_are_never_written(self):
        log = self.of("clerk", self.log)
        log.write({"company_id": self.company_two.id, "partner_id": self.customer.id, "summary": "kept"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((log.company_id, log.partner_id, log.summary), (self.company_one, self.archived, "kept"))

    def test_values_that_make_no_sense(self):
        for values in ({"duration": float("nan")}, {"duration": 1e300}, {"begin_at": "0001-01-01 00:00:00"}):
            with self.subTest(values=values), self.refused(ValidationError):
                self.write_log(**values)

    def test_files_of_other_records(self):
        """They could be changed there after the line is locked."""
        files = self.env_of("clerk")["ir.attachment"]
        file = files.create({"name": "a.txt", "raw": b"x", "res_model": "res.partner", "res_id": self.archived.id})
        with self.refused(UserError, "a.txt", "Upload it here"):
            self.write_log(attachment_ids=[(4, file.id)])
        with self.refused(UserError, "a.txt", "Upload it here"):
            self.of("clerk", self.log).write({"attachment_ids": [(4, file.id)]})

    def test_files_of_a_locked_line(self):
        files = self.env_of("clerk")["ir.attachment"]
        file = files.create({"name": "a.txt", "raw": b"x", "res_model": MODEL})
        log = self.write_log(attachment_ids=[(6, 0, file.ids)])
        other = files.create({"name": "b.txt", "raw": b"x", "res_model": "res.partner", "res_id": self.archived.id})
        log.sudo().locked_at = fields.Datetime.now() - timedelta(days=1)
        with self.refused(UserError, "locked"):
            file.public = True
        with self.refused(UserError, "locked"):
            other.write({"res_model": MODEL, "res_id": log.id})
        self.env.cr.execute("UPDATE ir_attachment SET res_id = %s WHERE id = %s", [log.id, other.id])
        self.env.invalidate_all()
        with self.refused(UserError, "locked"):  # only the model is named: the id is there already
            other.sudo().res_model = MODEL

    def test_no_link_outlives_the_access(self):
        """Odoo's tokens of files in a chatter hold for weeks, without a login, and can't be taken back."""
        files = self.env["ir.attachment"]
        for record, given in ((self.archived, False), (self.log, False), (self.company_one, True)):
            file = files.create({"name": "a.png", "raw": b"x", "res_model": record._name, "res_id": record.id})
            asked = file.with_user(self.user["clerk"]).sudo()
            with self.subTest(model=record._name):
                self.assertEqual(bool(asked._get_raw_access_token()), given)
                self.assertEqual(bool(asked._get_thumbnail_token()), given)
