"""Looks through the registry for ways around the protection that some addon or setting has opened (security.md S10)."""

import logging
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)

OURS = "customer_archive."

# Who reads these reads everything in Odoo, or only what is their own: no way around for anybody else.
ADMIN_GROUPS = ("base.group_system", "base.group_erp_manager", "base.group_portal", "base.group_public")


class Finding(NamedTuple):
    kind: str  # related, copy, computed, model
    model: str
    field: str
    target: str  # what it reaches


class CustomerArchiveAudit(models.TransientModel):
    _name = "customer.archive.audit"
    _description = "Way around the Protection of Customers"
    _order = "kind, model, field"

    kind = fields.Selection(
        [
            ("related", "Related Field"),
            ("copy", "Stored Copy"),
            ("computed", "Computed Field"),
            ("model", "Documents of Customers"),
        ],
        readonly=True,
    )
    model = fields.Char(readonly=True)
    field = fields.Char(readonly=True)
    target = fields.Char("Reaches", readonly=True)
    advice = fields.Char("What to Do", readonly=True)

    # -- what is known and explained ------------------------------------------------------------------------

    @api.model
    def _allowed(self):
        """What is no finding: {"model" or "model.field": why}. Other addons add what they have looked at."""
        users_own = "names a user or their own contact, who is no customer"
        settings = "set up by administrators, names no customer by itself"
        messages = "has access rules of its own, which ask for the document that it belongs to"
        return {
            "res.users": users_own,
            "res.company": "the companies' own contacts are no customers",
            "res.users.settings.volumes": users_own,
            "bus.presence": users_own,
            "mail.presence": users_own,
            "mail.push.device": users_own,
            "mail.guest": users_own,
            "discuss.channel.member": "members of a conversation know each other",
            "discuss.channel.rtc.session": "members of a conversation know each other",
            "discuss.call.history": "members of a conversation know each other",
            "discuss.channel": "has access rules of its own: its members",
            "mail.message": messages,
            "mail.scheduled.message": messages,
            "mail.message.reaction": messages,
            "mail.notification": "one's own notifications; what ended access leaves is taken back (S9)",
            "mail.followers": messages,
            "mail.activity": messages,
            "mail.mail": "read by administrators; its text belongs to the message",
            "mail.alias": settings,
            "calendar.filters": "whose calendars one looks at: one's own choice, colleagues mostly",
            "crm.team": settings,
            "ir.model.access": settings,
            "customer.archive.agreement.partner_id": "third parties; a hidden one's name is masked",
            "customer.archive.supply.partner_id": "third parties, under own rules; a hidden one's name is masked",
            "customer.archive.supply.data_summary": "names of the card's sections; nothing of a customer",
            "product.supplierinfo": "prices of vendors; a hidden one's name is masked or refused",
            "account.reconcile.model": "rules of bookkeepers; a hidden partner's name is masked",
            "account.reconcile.model.line": "as the rules that they belong to",
            "base.partner.merge.line": "lines of a dialog that only reads customers open to the user",
        }

    # -- findings -------------------------------------------------------------------------------------------

    @api.model
    def _findings(self):
        """All findings but the allowed ones, sorted."""
        allowed = self._allowed()
        found = {
            finding
            for finding in (*self._find_fields(), *self._find_models())
            if finding.model not in allowed and f"{finding.model}.{finding.field}" not in allowed
        }
        return sorted(found)

    def _is_protected(self, field):
        groups = field.groups or ""
        return groups == fields.NO_ACCESS or OURS in groups

    def _keeps_out(self, field, protected):
        """Whether whoever may read the field may read the protected one: the same groups, or such that imply them."""
        if not field.groups:
            return False
        if field.groups in (fields.NO_ACCESS, protected.groups):
            return True
        if protected.groups == fields.NO_ACCESS:
            return False
        wanted = self._groups_of(protected)
        given = self._groups_of(field)
        return bool(given) and all(wanted & group.all_implied_ids for group in given)

    def _groups_of(self, field):
        """The groups that a field names; none where it names some whose users may not read it."""
        groups = self.env["res.groups"].sudo()  # what they imply; no secret
        names = [name.strip() for name in field.groups.split(",")]
        if any(name.startswith("!") for name in names):
            return groups
        found = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return groups.union(*(group.sudo() for group in found if group))  # as above

    def _chain(self, model_name, path):
        """The fields along a path of names, as far as they are known."""
        result = []
        for name in path.split("."):
            model = self.env.registry.get(model_name) if model_name else None
            field = model._fields.get(name) if model else None
            if field is None:
                break
            result.append(field)
            model_name = field.comodel_name
        return result

    def _protected_on(self, model_name, path):
        """The first protected field along a path, or None."""
        return next((field for field in self._chain(model_name, path) if self._is_protected(field)), None)

    def _find_fields(self):
        """Fields that show, to more people than may read it, what a protected field holds."""
        depends = self.env.registry.field_depends
        for model_name, model in self.env.registry.items():
            if model._abstract:
                continue
            for field in model._fields.values():
                if field.related:
                    yield from self._find_related(model_name, field)
                elif field.compute and field.compute_sudo:
                    for path in depends.get(field, ()):
                        protected = self._protected_on(model_name, path)
                        if protected is not None and not self._keeps_out(field, protected):
                            yield Finding("computed", model_name, field.name, str(protected))

    def _find_related(self, model_name, field):
        protected = self._protected_on(model_name, field.related)
        if protected is None:
            return
        if field.store:
            yield Finding("copy", model_name, field.name, str(protected))
        elif field.compute_sudo and not self._keeps_out(field, protected):
            yield Finding("related", model_name, field.name, str(protected))

    def _find_models(self):
        """Models of documents of customers that employees read, and that don't follow the customer."""
        links = self.env["customer.archive.access"]._links()
        readable = self._readable_models()
        for model_name, model in self.env.registry.items():
            if model._abstract or model._transient or model_name in links or model_name not in readable:
                continue
            for field in model._fields.values():
                if field.type == "many2one" and field.comodel_name == "res.partner" and field.store:
                    yield Finding("model", model_name, field.name, "res.partner")

    def _readable_models(self):
        """Names of the models that others than administrators and external users may read."""
        references = [self.env.ref(xml_id, raise_if_not_found=False) for xml_id in ADMIN_GROUPS]
        admins = {group.id for group in references if group}
        # sudo: which groups have rights at all; whoever looks is named by the page's own rights
        rights = self.env["ir.model.access"].sudo().search([("perm_read", "=", True), ("active", "=", True)])
        return {right.model_id.model for right in rights if right.group_id.id not in admins}

    # -- manual fields --------------------------------------------------------------------------------------

    @api.model
    def _protected_by_manual(self, model_name, field):
        """The protected field that a field made in the settings would copy or show, or None."""
        paths = [field.related] if field.related else []
        if field.compute:
            paths += [path.strip() for path in (field.depends or "").split(",") if path.strip()]
        return next(filter(None, (self._protected_on(model_name, path) for path in paths)), None)

    # -- reports --------------------------------------------------------------------------------------------

    @api.model
    def _log_findings(self):
        """At installation and upgrade: what was found goes to the log. Returns the findings.

        While bridges are still to be installed, the documents that they will register are no findings yet.
        """
        bridges = [("name", "=like", "customer\\_archive\\_%"), ("state", "=", "to install")]
        pending = self.env["ir.module.module"].sudo().search_count(bridges, limit=1)  # whether there are any
        findings = [finding for finding in self._findings() if not (pending and finding.kind == "model")]
        for finding in findings:
            _logger.warning(
                "customer archive: %s.%s (%s) is a way around the protection: it reaches %s",
                finding.model,
                finding.field,
                finding.kind,
                finding.target,
            )
        return findings

    @api.model
    def _open_findings(self):
        """The findings of just now as a list, for the page."""
        _ = self.env._
        advice = {
            "related": _("Give the field the groups of what it reaches, or take it away."),
            "copy": _("Don't store it: the copy lies unprotected in another table."),
            "computed": _("Give the field the groups of what it is computed from."),
            "model": _("Install the bridge to this app, or have one made; until then its documents show customers."),
        }
        # sudo: rows of a page that is read only
        own = self.sudo()
        own.search([("create_uid", "=", self.env.uid)]).unlink()
        rows = own.create([{**finding._asdict(), "advice": advice[finding.kind]} for finding in self._findings()])
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_archive.customer_archive_audit_list_action"),
            "domain": [("id", "in", rows.ids)],
        }


class IrModelFields(models.Model):
    """Fields made in the settings don't take protected values elsewhere (security.md F5)."""

    _inherit = "ir.model.fields"

    @api.constrains("related", "compute", "depends", "state", "store")
    def _check_archive_protection(self):
        audit = self.env["customer.archive.audit"]
        for field in self:
            if field.state != "manual":
                continue
            protected = audit._protected_by_manual(field.model, field)
            if protected is not None:
                raise ValidationError(
                    self.env._(
                        "The field %(field)s would show %(target)s to people who may not read it: that one is for "
                        "the users of customer archives only. Show the original field in their views instead of "
                        "copying it.",
                        field=f"{field.model}.{field.name}",
                        target=protected,
                    )
                )
