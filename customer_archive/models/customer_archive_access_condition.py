"""The access predicate as a condition: in SQL, in Python, as a domain; and what is said to those who are kept out."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES, SEALED


class Loans:
    """The archives that are open to a user on loan, asked for once and only when it comes to them."""

    def __init__(self, access, uid):
        self._ask = lambda: access._open_loans(uid)
        self._ids = None

    def __contains__(self, archive_id):
        if self._ids is None:
            self._ids = self._ask()
        return archive_id in self._ids


class AccessDomain(type(Domain.custom(to_sql=lambda model, alias, query: SQL("TRUE")))):
    """The predicate as a domain. Odoo's own custom domains ask record by record; this one asks for a set at once.

    It holds no user and no time, because rules' domains are kept: both are asked for when the domain is used.
    """

    __slots__ = ("_link", "_mode")

    def __new__(cls, link, mode):
        def to_sql(model, alias, query):
            return model.env["customer.archive.access"]._to_sql(model, alias, link, mode)

        self = super().__new__(cls, to_sql)
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_mode", mode)
        return self

    def _as_predicate(self, records):
        reached = set(records.env["customer.archive.access"]._reached(records, self._link, self._mode)._ids)
        return lambda record: record.id in reached


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    # -- the condition, in SQL and in Python ------------------------------------------------------------------

    @api.model
    def _reach_sql(self, scope, mode, *, rank, owner, team, archive):
        """The condition that the user reaches a customer. ``mode``: read or write; the others: SQL of what decides.

        ``rank`` is a function of the highest rank.
        """
        top = scope.read_rank if mode == "read" else scope.write_rank
        terms = []
        if top:
            terms.append(rank(top))
        if mode == "read" or scope.edits_own:
            terms.append(SQL("%s = %s", owner, scope.uid))
        if scope.team_ids:
            terms.append(SQL("%s = ANY(%s)", team, list(scope.team_ids)))
        if mode == "read" and self._is_borrower(scope.uid):
            terms.append(SQL("%s IN (%s)", archive, self._open_loans_sql(scope.uid)))
        return SQL("(%s)", SQL(" OR ").join(terms)) if terms else SQL("FALSE")

    @api.model
    def _is_borrower(self, uid):
        """Whether any archive is lent to the user on screen: most have none, and their lists need not ask each row."""
        return self.env["res.users"].sudo().browse(uid).archive_on_loan  # sudo: decides, nothing of it is shown

    @api.model
    def _open_loans_sql(self, uid):
        """Archives that are open to the user on loan at this very minute. Compared in every query, never kept."""
        loan = self.env["customer.archive.loan"]
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT archive_id FROM customer_archive_loan
             WHERE user_id = %s AND state = 'open' AND gives_access AND opened_at <= %s AND due_at > %s
               AND NOT EXISTS (SELECT 1 FROM customer_archive sealed
                                WHERE sealed.id = customer_archive_loan.archive_id AND sealed.state = 'sealed')
            """,
            uid,
            now,
            now,
            to_flush=[
                *(loan._fields[name] for name in ("user_id", "state", "gives_access", "opened_at", "due_at")),
                self.env["customer.archive"]._fields["state"],
            ],
        )

    @api.model
    def _open_loans(self, uid):
        """The same as a set of ids."""
        return {archive_id for (archive_id,) in self.env.execute_query(self._open_loans_sql(uid))}

    @api.model
    def _flush_fields(self):
        """What must have reached the database before the table is asked."""
        partner, archive = self.env["res.partner"], self.env["customer.archive"]
        return [partner._fields[name] for name in ("parent_id", "partner_share")] + [
            archive._fields[name] for name in ("partner_id", "owner_id", "team_id", "level", "state")
        ]

    @api.model
    def _hidden_sql(self, scope, mode):
        """The condition on a row ``guard`` of the table: the user does not reach that customer.

        It is the opposite of _reach_sql, taken apart: PostgreSQL can weigh each of these terms, so lists are faster.
        """
        top = scope.read_rank if mode == "read" else scope.write_rank
        terms = [SQL("TRUE")]
        if top:
            terms.append(SQL("guard.rank > %s", top))
        if mode == "read" or scope.edits_own:
            terms.append(SQL("guard.owner_id IS DISTINCT FROM %s", scope.uid))
        if scope.team_ids:
            terms.append(SQL("(guard.team_id = ANY(%s)) IS NOT TRUE", list(scope.team_ids)))
        if mode == "read" and self._is_borrower(scope.uid):
            terms.append(SQL("guard.archive_id <> ALL(ARRAY(%s))", self._open_loans_sql(scope.uid)))
        return SQL("(%s)", SQL(" AND ").join(terms))

    @api.model
    def _beside_condition(self, alias, scope, mode):
        """The condition for the contact itself: what decides stands beside its row."""
        reach = self._reach_sql(
            scope,
            mode,
            rank=lambda top: SQL("%s <= %s", SQL.identifier(alias, "reach_rank"), top),
            owner=SQL.identifier(alias, "reach_owner"),
            team=SQL.identifier(alias, "reach_team"),
            archive=SQL.identifier(alias, "reach_archive"),
        )
        return SQL("(%s IS NULL OR %s)", SQL.identifier(alias, "reach_archive"), reach, to_flush=self._flush_fields())

    @api.model
    def _partner_condition(self, column, scope, mode):
        """SQL: the contact in ``column`` is none that is hidden from the user."""
        return SQL(
            "NOT EXISTS (SELECT 1 FROM customer_archive_access guard WHERE guard.partner_id = %s AND %s)",
            column,
            self._hidden_sql(scope, mode),
            to_flush=self._flush_fields(),
        )

    @api.model
    def _archive_condition(self, alias, scope, mode, custody=False):
        """SQL: the archive with the table ``alias`` is one that the user reaches.

        Sealed ones nobody does; archivists see that they are there.

        :param custody: of what is said of the archive, not of what is in it
        """

        def up_to(top):
            return SQL("%s = ANY(%s)", SQL.identifier(alias, "level"), list(LEVEL_CODES[:top]))

        reach = self._reach_sql(
            scope,
            mode,
            rank=up_to,
            owner=SQL.identifier(alias, "owner_id"),
            team=SQL.identifier(alias, "team_id"),
            archive=SQL.identifier(alias, "id"),
        )
        state = SQL.identifier(alias, "state")
        if custody and mode == "read" and scope.keeps:
            return SQL("CASE WHEN %s = 'sealed' THEN %s ELSE %s END", state, up_to(scope.read_rank), reach)
        return SQL("(%s <> 'sealed' AND %s)", state, reach)

    # -- as a domain --------------------------------------------------------------------------------------

    @api.model
    def _domain(self, model_name, mode):
        """The condition for one model as a domain, or None. It asks for the user when it is used, so may be kept."""
        link = self._links().get(model_name)
        if link is None:
            return None
        return AccessDomain(link, "read" if mode == "read" or not link.card else "write")

    @api.model
    def _applies(self, link):
        """Whether the condition is asked for at all: of this user, for this kind of model."""
        if self._is_exempt():
            return False
        if link.to == "partner" and not link.card and not link.always:
            return self.env["customer.archive.policy"]._current().documents_follow
        return True

    @api.model
    def _to_sql(self, model, alias, link, mode):
        if not self._applies(link) or self._is_ledger_reader(model._name, mode):
            return SQL("TRUE")
        scope = self._scope()
        mode = self._mode_for(link, mode)
        terms = []
        if link.path:
            terms.append(self._path_sql(model, alias, link, scope, mode))
        if link.record:
            terms.append(self._record_condition(model, alias, link))
        condition = SQL("(%s)", SQL(" AND ").join(terms))
        if link.mine:
            mine = [self._mine_sql(model, alias, name, scope.uid) for name in link.mine.split(",")]
            unsealed = self._unsealed_condition(model, alias, link)
            condition = SQL("(%s OR (%s) AND %s)", condition, SQL(" OR ").join(mine), unsealed)
        return condition

    @api.model
    def _unsealed_condition(self, model, alias, link):
        """SQL: nothing of a sealed customer, of which nobody keeps anything that is theirs either."""
        field = model._fields[link.path]
        sealed = SQL("guard.rank >= %s", SEALED)
        if link.to == "archive":
            return SQL(
                "NOT EXISTS (SELECT 1 FROM customer_archive kept WHERE kept.id = %s AND kept.state = 'sealed')",
                self._column(model, alias, field),
                to_flush=self.env["customer.archive"]._fields["state"],
            )
        if field.type == "many2many":
            return self._many2many_condition(alias, field, sealed)
        return SQL(
            "NOT EXISTS (SELECT 1 FROM customer_archive_access guard WHERE guard.partner_id = %s AND %s)",
            self._column(model, alias, field),
            sealed,
            to_flush=self._flush_fields(),
        )

    def _path_sql(self, model, alias, link, scope, mode):
        field = model._fields[link.path]
        if model._name == "res.partner":
            return self._beside_condition(alias, scope, mode)
        if link.to == "partner":
            if field.type == "many2many":
                return self._many2many_condition(alias, field, self._hidden_sql(scope, mode))
            return self._partner_condition(self._column(model, alias, field), scope, mode)
        if model._name == "customer.archive":
            return self._archive_condition(alias, scope, mode, link.custody)
        archive = self.env["customer.archive"]
        return SQL(
            "(%(column)s IS NULL OR EXISTS (SELECT 1 FROM customer_archive a WHERE a.id = %(column)s AND %(reach)s))",
            column=self._column(model, alias, field),
            reach=self._archive_condition("a", scope, mode, link.custody),
            to_flush=[archive._fields[name] for name in ("owner_id", "team_id", "level", "state")],
        )

    def _column(self, model, alias, field):
        return SQL.identifier(alias, field.name, to_flush=field if field.store and field.column_type else None)

    @api.model
    def _many2many_condition(self, alias, field, hidden):
        return SQL(
            """
            NOT EXISTS (SELECT 1 FROM %(relation)s rel
                          JOIN customer_archive_access guard ON guard.partner_id = rel.%(right)s
                         WHERE rel.%(left)s = %(id)s AND %(hidden)s)
            """,
            relation=SQL.identifier(field.relation),
            left=SQL.identifier(field.column1),
            right=SQL.identifier(field.column2),
            id=SQL.identifier(alias, "id"),
            hidden=hidden,
            to_flush=[*self._flush_fields(), field],
        )

    @api.model
    def _mine_sql(self, model, alias, name, uid):
        """SQL: the field names the user, or the user's contact."""
        field = model._fields[name]
        partner_id = self.env["res.users"].sudo().browse(uid).partner_id.id  # the user's own
        mine = uid if field.comodel_name == "res.users" else partner_id
        if field.type == "many2many":
            return SQL(
                "EXISTS (SELECT 1 FROM %s rel WHERE rel.%s = %s AND rel.%s = %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(alias, "id"),
                SQL.identifier(field.column2),
                mine,
                to_flush=field,
            )
        return SQL("%s = %s", self._column(model, alias, field), mine)

    @api.model
    def _is_ledger_reader(self, model_name, mode):
        """Whether the user must see every document of that model for the books to add up; bridges say who."""
        return False

    @api.model
    def _reached(self, records, link, mode):
        """The condition in Python: those of the records that the user reaches."""
        if not records or not self._applies(link) or self._is_ledger_reader(records._name, mode):
            return records
        scope = self._scope()
        mode = self._mode_for(link, mode)
        loans = Loans(self, scope.uid) if mode == "read" else ()
        mine = link.mine.split(",") if link.mine else ()
        apart = self._unreached_by_record(records, link) if link.record else records.browse()
        if link.to == "partner" and link.path:
            asked = self._deciding(records)
            (asked if link.path == "id" else asked[link.path])._archive_prefetch_guards()

        def is_reached(record):
            linked = record if link.path == "id" else record[link.path] if link.path else ()
            guards = [target._archive_get_guard() for target in linked]
            is_sealed = any(guard and guard.is_sealed for guard in guards)
            if not is_sealed and any(self._is_mine(record[name], scope.uid) for name in mine):
                return True
            if record in apart:
                return False
            if mode == "read":
                reads = scope.sees if link.custody else scope.reads
                return all(guard is None or reads(guard, loans) for guard in guards)
            return all(guard is None or scope.writes(guard) for guard in guards)

        return records.browse([record.id for record in self._deciding(records) if is_reached(record)])

    @api.model
    def _deciding(self, records):
        """The records as the predicate reads them: as superuser, and nothing but what decides.

        Odoo would fetch all fields of them into the cache, which users share with the superuser: what is there is given
        out without asking for rights.
        """
        return records.sudo().with_context(prefetch_fields=False)  # as said

    def _is_mine(self, people, uid):
        return uid in (people.ids if people._name == "res.users" else people.user_ids.ids)

    # -- what is said to those who are kept out ---------------------------------------------------------------

    @api.model
    def _unreached(self, records, operation):
        """Those of the records that the predicate keeps from the user."""
        if records._name == "res.users":
            users = self._deciding(records).filtered("share")  # contacts of employees are never protected
            hidden = self._unreached(users.partner_id, operation)
            return records.browse([user.id for user in users if user.partner_id in hidden])
        link = self._links().get(records._name)
        records = records.filtered("id")
        if link is None or not records:
            return records.browse()
        mode = "read" if operation == "read" or not link.card else "write"
        return records - self._reached(records, link, mode)

    @api.model
    def _restricted_sentence(self, record):
        _ = self.env._
        if record._name == "res.partner":
            what = record._archive_masked_name()
        elif record._name == "customer.archive":
            what = record._masked_name()
        else:
            what = _(
                "%(model)s #%(id)s of a restricted customer",
                model=self.env["ir.model"]._get(record._name).name,
                id=record.id,
            )
        if self._is_sealed_away(record):
            return _("%s: this customer's archive is sealed. Archivists can have it reopened: ask one.", what)
        return _("%s: this customer's archive is not open to you. You can ask for access to it on loan.", what)

    @api.model
    def _is_sealed_away(self, record):
        """Whether it is the seal that keeps the user from the record. Others are not told of it."""
        link = self._links().get(record._name)
        if link is None or not link.path:
            return False
        deciding = self._deciding(record)
        targets = deciding if link.path == "id" else deciding[link.path]
        guards = [guard for guard in (target._archive_get_guard() for target in targets) if guard]
        archives = self.env["customer.archive"].browse([guard.archive_id for guard in guards if guard.is_sealed])
        scope = self._scope()
        return any(scope.reads(archive._archive_get_guard()._replace(sealed=False)) for archive in archives)

    @api.model
    def _read_only_sentence(self, record):
        _ = self.env._
        if (link := self._links().get(record._name)) and link.served:
            return _(
                "You may read this customer, but not write into its contact log. Its account manager, the team leader, "
                "service managers and archivists do."
            )
        if self.env.user.has_group("customer_archive.group_management"):
            return _(
                "You read this customer, but change it by proposals: what you save in the customer's form is sent to "
                "the account manager or an archivist to be accepted."
            )
        return _(
            "You may read this customer, but not change it. Its account manager, the team leader or an archivist does."
        )
