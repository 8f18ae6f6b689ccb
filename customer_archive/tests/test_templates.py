"""Texts of mail templates by people who don't administer the system say nothing of other people's data (S8)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, tagged

from ..tools.templates import forbidden_expressions
from .common import ArchiveCommon

# Each of them steps around the rights of whoever sends the mail.
FORBIDDEN = (
    '<p t-out="object.sudo().phone"/>',
    "<p t-out='object . sudo ( ).phone'/>",
    "<t t-foreach=\"object.env['res.partner'].sudo().search([])\" t-as=\"p\"><t t-out='p.name'/></t>",
    "<p t-out=\"env['res.partner'].browse(1).name\"/>",
    '<p t-out="user.env.user.name"/>',
    '<p t-out="object.with_user(1).phone"/>',
    '<p t-out="object._read_group([])"/>',
    '<p t-att-title="object.sudo().name">x</p>',
    '<a t-attf-href="https://x.example/#{object.sudo().phone}">x</a>',
    "<p t-if=\"object.sudo().phone == '1'\">x</p>",
    '<p t-out="object&#46;sudo().phone"/>',
    '<p t-out="object.ｓｕｄｏ().phone"/>',
    '<p t-out="object.\\\nsudo().phone"/>',
    "<p T-OUT=object.sudo().phone>x</p>",
    '<t t-set="f" t-value="object.sudo"/><p t-out="f().phone"/>',
    "<p t-out='object.phone + &quot;&quot; + object.env.user.name'/>",
)
HARMLESS = (
    '<p t-out="object.name"/>',
    "<p>Visit shop.env.example, or use sudo at the prompt; our _new_ office.</p>",
    '<p t-out="user.name"/><p t-if="object.city">{{ object.city }}</p>',
    '<p t-out="format_date(object.create_date)"/>',
    "",
)


@tagged("post_install", "-at_install")
class TestForbiddenExpressions(TransactionCase):
    def test_bodies(self):
        for text in FORBIDDEN:
            with self.subTest(text=text):
                self.assertTrue(forbidden_expressions(text))
        for text in HARMLESS:
            with self.subTest(text=text):
                self.assertFalse(forbidden_expressions(text))

    def test_subjects(self):
        self.assertTrue(forbidden_expressions("Hello {{ object.sudo().phone }}"))
        self.assertTrue(forbidden_expressions("{{ env.user.name }}"))
        self.assertFalse(forbidden_expressions("Hello {{ object.name }} of env"))


@tagged("post_install", "-at_install")
class TestTemplates(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user["clerk"].group_ids += cls.env.ref("mail.group_mail_template_editor")
        cls.user["employee"].group_ids += cls.env.ref("mail.group_mail_template_editor")
        cls.model = cls.env["ir.model"]._get("res.partner")
        cls.trusted = cls.env["mail.template"].create(
            {"name": "Trusted", "model_id": cls.model.id, "subject": "A", "body_html": FORBIDDEN[0]}
        )

    def template(self, role, **vals):
        return self.env_of(role)["mail.template"].create({"name": "T", "model_id": self.model.id, **vals})

    def test_templates(self):
        plain = self.template("clerk", subject="Hello {{ object.name }}", body_html=HARMLESS[0])
        for text in FORBIDDEN:
            with self.subTest(text=text), self.refused(AccessError, "system administrator"):
                self.template("employee", body_html=text)
            with self.subTest(text=text), self.refused(AccessError, "system administrator"):
                self.of("clerk", plain).write({"body_html": text})
        for name in (
            "subject",
            "email_from",
            "email_to",
            "partner_to",
            "email_cc",
            "reply_to",
            "lang",
            "scheduled_date",
        ):
            for text in ("{{ object.sudo().phone }}", "{{ env.user.id }}", "{{ object._origin.id }}"):
                with self.subTest(field=name, text=text), self.refused(AccessError, "{{ object.name }}"):
                    self.of("clerk", plain).write({name: text})
        with self.refused(AccessError):
            self.of("clerk", plain).update_field_translations("subject", {"en_US": "{{ object.sudo().phone }}"})
        with self.refused(AccessError):
            self.env_of("clerk", default_body_html=FORBIDDEN[0])["mail.template"].create(
                {"name": "T", "model_id": self.model.id}
            )

    def test_administrators_and_installation(self):
        mine = self.template("sysop", body_html=FORBIDDEN[0])
        installed = self.env["mail.template"].create(
            {"name": "T", "model_id": self.model.id, "body_html": FORBIDDEN[1]}
        )
        self.assertTrue(mine.exists() and installed.exists())
        self.assertTrue(mine.body_html and installed.body_html)

    def test_what_was_there_is_no_crime(self):
        mine = self.of("clerk", self.trusted)
        mine.write({"subject": "B"})
        mine.write({"body_html": f"{mine.body_html}<p>More</p>"})
        for text in (FORBIDDEN[3], FORBIDDEN[8]):
            with self.refused(AccessError):
                mine.write({"body_html": f"{mine.body_html}{text}"})

    def composer(self, role, **vals):
        return self.env_of(role)["mail.compose.message"].create(
            {"composition_mode": "mass_mail", "model": "res.partner", "res_ids": str(self.archived.ids), **vals}
        )

    def test_composer(self):
        for text in FORBIDDEN:
            with self.subTest(text=text), self.refused(AccessError, "system administrator"):
                self.composer("clerk", body=text)
        composer = self.composer("clerk", body=HARMLESS[0], subject="Hello")
        for vals in ({"body": FORBIDDEN[0]}, {"subject": "{{ object.sudo().phone }}"}):
            with self.subTest(vals=vals), self.refused(AccessError):
                composer.write(vals)
        composer = self.composer("clerk", template_id=self.trusted.id, body=FORBIDDEN[0])  # as the template has it
        self.assertIn("sudo", composer.body)
        with self.refused(AccessError):
            self.composer("clerk", template_id=self.trusted.id, body=FORBIDDEN[3])

    def test_mails_go_out_as_ever(self):
        body = '<p>Dear <t t-out="object.name"/>,</p>'
        template = self.template("clerk", subject="Hello {{ object.name }}", body_html=body)
        form = Form(
            self.env_of("clerk")["mail.compose.message"].with_context(
                default_model="res.partner",
                default_res_ids=self.archived.ids,
                default_template_id=template.id,
                default_composition_mode="comment",
            )
        )
        composer = form.save()
        self.assertIn(self.archived.name, composer.body)
        composer._action_send_mail()
        self.env.invalidate_all()
        bodies = " ".join(body for body in self.archived.message_ids.mapped("body") if body)
        self.assertIn(self.archived.name, bodies)
