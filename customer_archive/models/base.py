"""Gaps that Odoo leaves to every model (security.md S4, S7): links to records that the user may not read, related
fields that are grouped or ordered by without asking who may read them, an order by names that the user may not see."""

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import SQL

from ..exceptions import RestrictedCustomerError

# Models whose names tell of the records that they hang on: file names, subjects, what is to be done.
TELLING = frozenset({"ir.attachment", "mail.activity", "mail.mail"})
# Dialogs whose lines Odoo finds by itself, for administrators only: what they name may be out of the reader's reach,
# as messages about an archive are. What is protected is asked for here as well.
FOUND = frozenset({"privacy.lookup.wizard.line"})


class Base(models.AbstractModel):
    _inherit = "base"
    # Whether a protected model is read by fewer people than the archive that it hangs on.
    _archive_read_by_fewer = False

    # -- S4: a link may only be made to what the user may read ------------------------------------------------

    @api.model
    @tools.ormcache("self._name")
    def _archive_guarded_links(self):
        """Fields of this model whose value can name a protected record: {field: model, or field with the model}."""
        protected = self.env["customer.archive.access"]._protected_models()
        found = {}
        for name, field in self._fields.items():
            telling = field.type == "many2one" and field.comodel_name in TELLING
            if telling or (field.type in ("many2one", "many2many") and field.comodel_name in protected):
                found[name] = field.comodel_name
            elif field.type == "reference":
                found[name] = None
            elif field.type == "many2one_reference" and field.model_field:
                found[name] = field.model_field
            elif field.type == "integer" and name == "res_id":
                pair = next((pair for pair in ("res_model", "model") if pair in self._fields), None)
                if pair:
                    found[name] = pair
        return found

    def _archive_check_links(self, vals_list, every_model=None):
        """Refuse values that link to records which the user may not read: Odoo would copy their data as superuser.

        Values that are there already are no forgery.

        :param every_model: whether links that can name records of any model may name only what the user reads, not
            only where customers are concerned: wherever nothing else asks, in dialogs and while something is typed
        """
        links = self._archive_guarded_links()
        if self.env.su or not links:
            return
        if any(self._archive_half_pairs(links, vals) for vals in vals_list):
            for record in self._origin:
                pairs = [{**record._archive_half_pairs(links, vals), **vals} for vals in vals_list]
                record._archive_check_links(pairs, every_model=True)
            return
        named = links.keys() & {name for vals in vals_list for name in vals}
        if not named or self.env["customer.archive.access"]._is_exempt():
            return
        every_model = self._transient and self._name not in FOUND if every_model is None else every_model
        wanted = {}
        for vals in vals_list:
            for name in named & vals.keys():
                if self._fields[name].type == "many2many":
                    ids = self._archive_named_ids(vals[name])
                    # sudo: compares with what is stored, shows nothing
                    ids -= set(self._origin.sudo().mapped(name).ids) if ids and self._origin else set()
                    if ids:
                        wanted.setdefault(links[name], set()).update(ids)
                    continue
                model, id_ = self._archive_link_target(name, links[name], vals, every_model)
                if model and id_ and not self._archive_link_is_there(name, id_, model, links[name]):
                    wanted.setdefault(model, set()).add(id_)
        for model, ids in wanted.items():
            self.env[model].browse(sorted(ids))._archive_check_may_link()

    def _archive_half_pairs(self, links, vals):
        """Who changes the model only names another record as well, the one with the same id: {field: that id}."""
        if not self._origin:
            return {}
        names = [
            name
            for name, how in links.items()
            if name not in vals and how in self._fields and vals.keys() & {how, f"{how}_id"}
        ]
        there = self._origin[:1].sudo()  # ids, to decide about
        return {name: there[name] for name in names}

    @api.model
    def _archive_named_ids(self, commands):
        """Ids of the records that x2many commands link to."""
        ids = set()
        for command in commands if isinstance(commands, (list, tuple)) else ():
            if isinstance(command, (list, tuple)) and command:
                code, id_, value = (*command, 0, 0)[:3]
                ids.update([id_] if code == Command.LINK else value or () if code == Command.SET else ())
            else:
                ids.add(command)
        return {id_ for id_ in ids if isinstance(id_, int) and not isinstance(id_, bool)}

    def _archive_link_target(self, name, how, vals, every_model=False):
        """Model and id that a value names; (None, None) where it is none of a protected record."""
        value = vals[name]
        field = self._fields[name]
        protected = self.env["customer.archive.access"]._protected_models()
        if field.type == "reference":
            model, _comma, id_ = value.partition(",") if isinstance(value, str) else ("", "", "")
            value = int(id_) if id_.isdigit() else None
        elif field.type == "many2one":
            model = how
        elif how in vals:
            model = vals[how]
        elif vals.get(f"{how}_id"):
            model = self.env["ir.model"].sudo().browse(vals[f"{how}_id"]).model  # the name of a model
        else:
            model = self[:1][how]
        if isinstance(value, (list, tuple)):  # as read() gives it
            value = value[0] if value else None
        if isinstance(value, dict):  # as the client gives it to onchange
            value = value.get("id")
        if isinstance(value, models.BaseModel):  # as other addons write it
            value = value.id
        checked = model in protected or model in TELLING or (every_model and model in self.env)
        valid = isinstance(value, int) and not isinstance(value, bool) and checked
        return (model, value) if valid else (None, None)

    def _archive_link_is_there(self, name, id_, model, how):
        if not self._origin:
            return False
        origin = self._origin.sudo()  # compares with what is stored, shows nothing
        if how in self._fields and set(origin.mapped(how)) != {model}:
            return False
        current = origin.mapped(name)
        return current.ids == [id_] if isinstance(current, models.BaseModel) else set(current) == {id_}

    def _archive_check_may_link(self):
        """Raise unless the user reaches all of these records."""
        access = self.env["customer.archive.access"]
        # Contacts are decided about by their ids alone; one query less for every value that names a contact.
        named = self if self._name == "res.partner" else self.exists()
        restricted = access._unreached(named, "read")[:1]
        if restricted:
            by_loan = not access._is_sealed_away(restricted)
            raise RestrictedCustomerError(access._restricted_sentence(restricted), restricted, by_loan=by_loan)
        protected = self._name in access._protected_models() and not self._archive_read_by_fewer
        if protected or not named or not self._auto:
            return
        unread = named - named._archive_readable()
        if unread:
            raise AccessError(
                self.env._(
                    "You may not read %(model)s #%(id)s, so you can't refer to it.",
                    model=self.env["ir.model"]._get(self._name).name,
                    id=unread[0].id,
                )
            )

    def _archive_readable(self):
        """Those of these records that the user may read; of mails, which nobody may, those whose message they may."""
        if self._name != "mail.mail":
            return self._filtered_access("read")
        mails = self.sudo()  # decides
        messages = mails.mail_message_id.sudo(False)._filtered_access("read")
        return self.browse([mail.id for mail in mails if mail.mail_message_id.id in messages._ids])

    def _prepare_create_values(self, vals_list):
        """Where the defaults are in: a forged ``default_`` in the context counts as well."""
        result = super()._prepare_create_values(vals_list)
        self.browse()._archive_check_links(result)
        return result

    def write(self, vals):
        self._archive_check_links([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_") and not self
        }
        self._archive_check_links_deep({**self._archive_taken_defaults(values), **defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    def _archive_taken_defaults(self, values):
        """What a new record or dialog takes from the records that it is opened for.

        Odoo fills it in without asking for rights, and computed fields ask for it as superuser. So it is asked for here
        as the user, also where the client leaves it out.
        """
        if self or self.env.su or not self.env.context.keys() & {"active_id", "active_ids"}:
            return {}
        protected = self.env["customer.archive.access"]._protected_models()
        links = self._archive_guarded_links()
        names = {name for name, field in self._fields.items() if field.comodel_name in protected and field.store}
        names |= {*links, *(how for how in links.values() if how in self._fields)}
        names |= {f"{how}_id" for how in links.values() if f"{how}_id" in self._fields}
        return self.default_get(sorted(names - values.keys())) if names else {}

    def _archive_check_links_deep(self, values):
        """As above for values that aren't written yet: no other check has seen the lines within them."""
        self._archive_check_links([values], every_model=True)
        if self.env.su:
            return
        protected = self.env["customer.archive.access"]._protected_models()
        for name, commands in values.items():
            field = self._fields.get(name)
            if field is None or field.type not in ("one2many", "many2many") or not isinstance(commands, (list, tuple)):
                continue
            comodel = self.env[field.comodel_name]
            for command in commands:
                if not isinstance(command, (list, tuple)) or not command:
                    continue
                code, id_, value = (*command, 0, 0)[:3]
                if code in (Command.CREATE, Command.UPDATE) and isinstance(value, dict):
                    line = comodel.browse(id_ if code == Command.UPDATE and isinstance(id_, int) else ())
                    line._archive_check_links_deep(value)
            if field.type == "one2many" and field.comodel_name in protected:
                ids = self._archive_named_ids(commands)
                # sudo: compares with what is stored, shows nothing
                there = set(self._origin.sudo()[name].ids) if ids and self._origin else set()
                comodel.browse(sorted(ids - there))._archive_check_may_link()

    # -- S7: related fields -----------------------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        """Odoo follows a related field as superuser without asking for its groups; order and group by go this way."""
        field = self._fields.get(field_expr.partition(".")[0])
        if field is not None and field.related and not field.store and field.groups:
            self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    # -- the order of names -----------------------------------------------------------------------------------

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Odoo sorts by the names of linked contacts whoever may see these: two contacts of one's own around it would
        tell a hidden name letter by letter. Hidden ones come together, apart from the others."""
        order = super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        field = self._fields.get(field_name.partition(".")[0])
        if not order or self.env.su or field is None or field.type != "many2one" or field.comodel_name != "res.partner":
            return order
        condition = self.env["customer.archive.access"]._order_condition(self, alias, field, query)
        return order if condition is None else SQL("(%s) DESC, %s", condition, order)
