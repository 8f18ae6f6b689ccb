"""Ways to a hidden customer that were found by attacking a running server."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .leaks import LeakCommon

LABEL = {"display_name": {}}


@tagged("post_install", "-at_install")
class TestAttackFound(LeakCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity = cls.hidden.activity_schedule(
            "mail.mail_activity_data_todo", summary="canary709 to do", user_id=cls.user["clerk"].id
        )
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "canary709.txt", "raw": b"x", "res_model": "res.partner", "res_id": cls.hidden.id}
        )
        cls.mail = cls.env["mail.mail"].create(
            {"subject": "canary709 subject", "model": "res.partner", "res_id": cls.hidden.id}
        )
        cls.telling = (cls.activity, cls.attachment, cls.mail)
        cls.env.flush_all()

    # -- labels of what hangs on a hidden customer ------------------------------------------------------------

    def typed(self, role, model, vals, spec):
        """What the role learns by typing these values into a new record."""
        return self.attempt(role, lambda env: env[model].onchange(vals, list(vals), spec))

    def given(self, role, model, vals, spec):
        """The same by the context's defaults."""
        defaults = {f"default_{name}": value for name, value in vals.items()}
        return self.attempt(role, lambda env: env[model].onchange({}, [], spec), **defaults)

    def test_label_of_any_model_in_onchange(self):
        """Model and id make a label, of activities, mails, files and registers as well."""
        for record in (*self.telling, self.clear("management", "secret")):
            for model, pair, label in (
                ("mail.activity", ("res_model", "res_id"), "res_name"),
                ("mail.message", ("model", "res_id"), "record_name"),
            ):
                vals = dict(zip(pair, (record._name, record.id), strict=True))
                for role in ("employee", "colleague"):
                    with self.subTest(model=model, record=record._name, role=role):
                        self.assertIsInstance(self.typed(role, model, vals, {label: {}}), AccessError)
                        self.assertIsInstance(self.given(role, model, vals, {label: {}}), AccessError)

    def test_label_of_what_is_there_under_another_model(self):
        """The id that is there, with another model: another record."""
        model_id = self.env["ir.model"]._get_id
        mine = self.env["mail.activity"].create(
            {
                "res_model_id": model_id("res.partner"),
                "res_id": self.theirs.id,
                "user_id": self.user["colleague"].id,
            }
        )
        # As if the colleague's customer had the same id as the hidden archive.
        self.env.cr.execute(
            "UPDATE mail_activity SET res_id = %s, res_model = 'res.users' WHERE id = %s",
            [self.hidden_archive.id, mine.id],
        )
        self.env.invalidate_all()
        vals = {"res_model": "customer.archive", "res_id": self.hidden_archive.id}
        activities = self.env_of("colleague")["mail.activity"].browse(mine.id)
        with self.refused(AccessError):
            activities.onchange(vals, ["res_model"], {"res_name": {}})
        for change in ({}, {"res_id": self.hidden_archive.id}):
            with self.refused(AccessError):
                activities.write({"res_model_id": model_id("customer.archive"), **change})

    def test_label_of_a_linked_file_or_mail(self):
        for model, name, record in (
            ("ir.attachment", "original_id", self.attachment),
            ("mail.notification", "mail_mail_id", self.mail),
        ):
            for role in ("employee", "colleague"):
                with self.subTest(model=model, role=role):
                    self.given(role, model, {name: record.id}, {name: {"fields": LABEL}})
        made = self.attempt(
            "colleague",
            lambda env: (
                env["ir.attachment"].create({"name": "mine", "original_id": self.attachment.id}).read(["original_id"])
            ),
        )
        self.assertIsInstance(made, AccessError)

    def test_label_of_ones_own_still_works(self):
        label = self.env_of("clerk")["mail.activity"].onchange(
            {"res_model": "res.partner", "res_id": self.hidden.id}, ["res_id"], {"res_name": {}}
        )
        self.assertEqual(label["value"]["res_name"], self.hidden.name)
        mine = self.of("clerk", self.activity)
        mine.write({"summary": "Later"})
        self.assertEqual(mine.res_name, self.hidden.name)

    # -- errors in debug mode ---------------------------------------------------------------------------------

    def test_debug_errors_name_nothing(self):
        Users = self.env.registry["res.users"]
        has_group = Users.has_group

        def in_debug_mode(user, group):
            return group == "base.group_no_one" or has_group(user, group)

        with patch.object(Users, "has_group", in_debug_mode):
            for role in ("employee", "colleague"):
                refused = self.attempt(
                    role, lambda env: env["mail.activity"].browse(self.activity.id).read(["summary"])
                )
                self.assertIsInstance(refused, AccessError)
                self.assertIn(f"mail.activity: {self.activity.id}", str(refused))

    # -- contacts that look alike -----------------------------------------------------------------------------

    def test_merge_proposes_no_hidden_contact(self):
        """Two contacts of one's own with a guessed address: the group's number was the hidden customer's id."""
        mine = self.partner({"name": "One", "email": self.hidden.email}, {"name": "Two", "email": self.hidden.email})
        self.env.flush_all()
        env = self.env_of("contact_maker")
        wizard = env["base.partner.merge.automatic.wizard"].create({"group_by_email": True})
        wizard.action_start_manual_process()
        found = wizard.line_ids.filtered(lambda line: str(mine[0].id) in line.aggr_ids)
        self.assertEqual(found.min_id, min(mine.ids))
