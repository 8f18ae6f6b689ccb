"""“Change Level”: who, up and down, with a reason and a term; and that it falls by itself (A2)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ROLES, ArchiveCommon

CHANGERS = ("clerk", "leader", "archivist", "manager")


@tagged("post_install", "-at_install")
class TestLevel(ArchiveCommon):
    def change(self, role, level, reason="Tender", archives=None, **vals):
        archives = archives or self.archive
        wizard = self.env_of(role)["customer.archive.level.change"].create(
            {"archive_ids": archives.ids, "level": level, "reason": reason, **vals}
        )
        return wizard.action_apply()

    def test_raising(self):
        for role in ROLES:
            self.archive._governed().level = "internal"
            with self.subTest(role=role):
                if role in CHANGERS:
                    self.change(role, "secret")
                    self.assertEqual(self.archive.level, "secret")
                else:
                    with self.refused(AccessError):
                        self.change(role, "secret")
                    with self.refused(AccessError):
                        self.of(role, self.archive)._change_level("secret", "x")
                    self.assertEqual(self.archive.level, "internal")

    def test_lowering_is_for_archivists(self):
        for role in ROLES:
            self.archive._governed().level = "internal"
            with self.subTest(role=role):
                if role in ("archivist", "manager"):
                    self.change(role, "public")
                    self.assertEqual(self.archive.level, "public")
                else:
                    with self.refused(AccessError):
                        self.change(role, "public")
        self.archive._governed().level = "internal"
        for level in ("internal", "secret"):  # lowered by the term's end
            with self.subTest(level=level), self.refused(AccessError, "Only an archivist lowers"):
                self.change("clerk", level, until="2099-01-01", after="public")
        self.change("clerk", "secret", until="2099-01-01", after="internal")
        self.assertEqual((self.archive.level, self.archive.level_after), ("secret", "internal"))

    def test_no_other_door(self):
        for name, value in (
            ("level", "secret"),
            ("level_until", "2099-01-01"),
            ("level_after", "public"),
            ("level_reason", "x"),
        ):
            for role in CHANGERS:
                for context in ({}, {"archive_governed": True}):
                    with self.subTest(field=name, role=role), self.refused(UserError):
                        self.of(role, self.archive).with_context(**context).write({name: value})
            with self.subTest(field=name), self.refused(UserError, "Change Level"):
                self.of("archivist", self.archive).sudo().write({name: value})

    def test_what_is_asked_for(self):
        cases = (
            (UserError, {"level": "secret", "reason": " "}, "reason"),
            (ValidationError, {"level": "secret", "until": "2020-01-01", "after": "internal"}, "over already"),
            (ValidationError, {"level": "secret", "until": "2099-01-01"}, "lower level"),
            (ValidationError, {"level": "secret", "until": "2099-01-01", "after": "core"}, "lower level"),
            (ValidationError, {"level": "secret", "until": "2099-01-01", "after": "secret"}, "lower level"),
            (ValidationError, {"level": "secret", "after": "internal"}, "last day"),
        )
        for exception, vals, words in cases:
            with self.subTest(vals=vals), self.refused(exception, words):
                self.change("archivist", **vals)

    def test_closed_archives(self):
        for vals in (
            {"state": "sealed"},
            {"state": "destroyed"},
            {"state": "active", "merged_into_id": self.person_archive.id},
        ):
            self.archive._governed().write(vals)
            with self.subTest(vals=vals), self.refused(UserError, "closed for changes"):
                self.change("archivist", "secret")

    def test_history(self):
        self.change("clerk", "secret", until="2099-01-01", after="internal")
        lines = " ".join(self.archive.message_ids.mapped("body"))
        for word in ("Commercial Secret", "Tender", "2099-01-01", "Internal"):
            self.assertIn(word, lines)
        self.assertEqual(self.archive.message_ids[0].author_id, self.user["clerk"].partner_id)
        line = self.archived.message_ids[0]
        self.assertIn("Commercial Secret", line.body)
        self.assertIn(self.archive.number, line.body)
        self.assertNotIn("Tender", line.body)  # more people read the customer than the archive
        self.assertEqual(self.archive.level_reason, "Tender")

    def test_raised_out_of_sight(self):
        """An archivist who raises an archive above what they read ends on the list."""
        action = self.change("archivist", "secret")
        self.assertEqual((action["type"], action["res_model"]), ("ir.actions.act_window", "customer.archive"))
        self.assertFalse(action.get("res_id"))
        self.assertFalse(self.of("archivist", self.archive).has_access("read"))
        self.archive._governed().level = "internal"
        self.assertEqual(self.change("clerk", "secret")["type"], "ir.actions.act_window_close")

    def test_forged_archives(self):
        other = self.open(self.customer, self.category_company)
        other.owner_id = self.user["colleague"]
        with self.refused(AccessError):
            self.change("clerk", "core", archives=self.archive | other)
        with self.refused(AccessError):
            self.change("archivist_two", "core")
        with self.refused(AccessError):
            self.of("clerk", other).action_change_level()
        wizard = self.env_of("clerk")["customer.archive.level.change"].create(
            {"archive_ids": self.archive.ids, "level": "secret", "reason": "hidden from others"}
        )
        with self.refused(AccessError):
            self.of("colleague", wizard).read(["reason"])
        self.assertEqual((self.archive | other).mapped("level"), ["internal", "internal"])

    def test_from_the_customers_form(self):
        for role in ("clerk", "leader", "archivist"):
            partner = self.of(role, self.archived)
            self.assertTrue(partner.archive_level_changeable)
            action = partner.action_change_level()
            form = Form(self.env_of(role, **action["context"])[action["res_model"]])
            self.assertEqual(form.current, "Internal")
        for role in ("service", "management"):
            self.assertFalse(self.of(role, self.archived).archive_level_changeable)
            with self.refused(AccessError):
                self.of(role, self.archived).action_change_level()
        with self.refused(UserError, "no archive"):
            self.of("clerk", self.customer).action_change_level()

    def test_dialog_proposes_the_way_back(self):
        action = self.of("clerk", self.archive).action_change_level()
        form = Form(self.env_of("clerk", **action["context"])[action["res_model"]])
        form.level = "secret"
        form.reason = "Tender"
        form.until = "2099-01-01"
        self.assertEqual(form.after, "internal")
        form.until = False
        self.assertFalse(form.after)
        form.save().action_apply()
        self.assertEqual(self.archive.level, "secret")

    def test_term_is_shown(self):
        self.change("clerk", "secret", until="2099-01-01", after="internal")
        self.assertIn("Internal", self.archive.level_term)
        self.assertIn("2099", self.archive.level_term)
        self.assertEqual(self.of("clerk", self.archived).archive_level_term, self.archive.level_term)
        found = self.env_of("clerk")["customer.archive"].search([("level_until", "!=", False)])
        self.assertEqual(found.ids, self.archive.ids)

    def test_it_falls_by_itself(self):
        """At the company's midnight: it is in China, eight hours before UTC."""
        with freeze_time("2031-05-01 04:00:00"):
            self.change("clerk", "core", until="2031-05-20", after="internal")
            trigger = self.env["ir.cron.trigger"].search(
                [("cron_id", "=", self.env.ref("customer_archive.ir_cron_levels").id)], order="id desc", limit=1
            )
            self.assertEqual(str(trigger.call_at), "2031-05-20 16:00:00")
        self.assertFalse(self.of("service", self.archived).has_access("read"))
        cron = self.env.ref("customer_archive.ir_cron_levels")
        for moment, level in (
            ("2031-05-20 15:59:00", "core"),
            ("2031-05-20 16:00:00", "internal"),
            ("2031-05-20 16:05:00", "internal"),
        ):
            with freeze_time(moment), self.subTest(moment=moment):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(self.archive.level, level)
        self.assertEqual((self.archive.level_until, self.archive.level_after, self.archive.level_term), (False,) * 3)
        self.assertTrue(self.of("service", self.archived).has_access("read"))
        for chatter in (self.archive, self.archived):
            self.assertEqual(len(chatter.message_ids.filtered(lambda m: "by itself" in (m.body or ""))), 1)

    def test_other_companies_days(self):
        self.assertEqual(self.company_one._archive_timezone().zone, "Asia/Shanghai")
        plain = self.env["res.company"].create({"name": "Nowhere"})
        plain.partner_id.write({"tz": False, "country_id": False})
        self.assertEqual(plain._archive_timezone().zone, "UTC")
        plain.partner_id.tz = "America/New_York"
        with freeze_time("2031-05-21 02:00:00"):
            self.assertEqual(plain._archive_today(), date(2031, 5, 20))
            self.assertEqual(self.company_one._archive_today(), date(2031, 5, 21))
        self.assertEqual(str(plain._archive_day_end(date(2031, 5, 20))), "2031-05-21 04:00:00")

    def test_views(self):
        for view in ("form", "list"):
            arch = self.env_of("archivist")["customer.archive"].get_view(view_type=view)["arch"]
            self.assertIn('name="level"', arch)
        form = Form(self.of("archivist", self.archive))
        with self.assertRaises(AssertionError):
            form.level = "secret"
