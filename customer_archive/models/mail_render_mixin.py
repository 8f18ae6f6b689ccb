"""Mail templates say whom they write to, and don't help themselves to other people's data (security.md S8)."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ..tools.templates import forbidden_expressions

# So much of an expression is shown by an error.
EXPRESSION_SHOWN = 80


class MailRenderMixin(models.AbstractModel):
    """Of templates and of the dialogs that write mails. Checked when a text is written, not when it is sent."""

    _inherit = "mail.render.mixin"

    @api.model
    def _archive_check_text(self, field_name, text, known=()):
        """Refuse expressions that step around the sender's rights. ``known``: texts that were there before."""
        if not isinstance(text, str) or self.env.su or self.env.uid == SUPERUSER_ID:
            return
        found = forbidden_expressions(text)
        if not found or self.env.user.has_group("base.group_system"):
            return
        found -= set().union(*(forbidden_expressions(old) for old in known if isinstance(old, str)))
        if found:
            raise AccessError(
                self.env._(
                    "%(field)s: “%(expression)s” would read data that the sender of the mail may not see, so only a "
                    "system administrator may write it. Use the fields of the record instead, like {{ object.name }}.",
                    field=self._fields[field_name]._description_string(self.env),
                    expression=sorted(found)[0][:EXPRESSION_SHOWN],
                )
            )

    def _archive_check_texts(self, vals):
        names = [name for name, value in vals.items() if name in self._fields and isinstance(value, str)]
        for name in names:
            if self._fields[name].type in ("char", "text", "html"):
                self._archive_check_text(name, vals[name], self._archive_known_texts(name, vals))

    def _archive_known_texts(self, name, vals):
        """The text that the record has, and that of the template that it is taken from: those were checked before."""
        # sudo: compared, not shown
        known = [record[name] for record in self.sudo()]
        template_field = self._fields.get("template_id")
        if template_field is not None and template_field.comodel_name == "mail.template":
            templates = self.sudo().template_id  # as above
            if isinstance(vals.get("template_id"), int):
                templates |= templates.browse(vals["template_id"]).exists()
            for template in templates:
                known += [template[own] for own in ("subject", "body_html", "lang", "email_from", "reply_to")]
        return known

    @api.model_create_multi
    def create(self, vals_list):
        prefix = "default_"
        defaults = {
            key.removeprefix(prefix): self.env.context[key] for key in self.env.context if key.startswith(prefix)
        }
        for vals in vals_list:
            self.browse()._archive_check_texts({**defaults, **vals})
        return super().create(vals_list)

    def write(self, vals):
        self._archive_check_texts(vals)
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        for text in translations.values():
            for part in text.values() if isinstance(text, dict) else [text]:
                self._archive_check_text(field_name, part, [record[field_name] for record in self.sudo()])  # compared
        return super()._update_field_translations(field_name, translations, digest, source_lang)
