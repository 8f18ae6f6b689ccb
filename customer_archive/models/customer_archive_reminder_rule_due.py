"""What is due: one statement for each rule and company, whatever the number of archives."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.reminders import Due, horizon, keys_of_day, shifted, windows


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    def _companies(self):
        """The companies whose archives the rule is about."""
        return self.company_id or self.env["res.company"].search([("active", "=", True)])

    def _windows(self, company, today, until=None):
        """What is due today (see tools.reminders.windows); with ``until`` what becomes due up to that day as well."""
        source, is_working = self._source(), company._archive_working_days()
        grace = None if source.lasting else source.grace
        found = windows(self._offsets(), horizon(today, self.shift, is_working), grace)
        if until:
            end = horizon(until, self.shift, is_working)
            found = [window._replace(last=end - timedelta(days=window.offset)) for window in found]
        return found

    def _reminded_on(self, due, company, today):
        """The day on which one is reminded of a Due, today at the earliest."""
        day = shifted(due.due_on + timedelta(days=due.offset), self.shift, company._archive_working_days())
        return max(day, today)

    def _due(self, company, found, after=0, limit=1000):
        """[Due], by the ids of the records.

        :param found: windows of dates
        :param after: only records with higher ids, to go on where the last batch ended
        """
        self.ensure_one()
        source = self._source()
        model = self.env[source.model].sudo()  # what is due; whom it is told is decided afterwards
        query = model._search(Domain(source.where) & Domain("id", ">", after))
        record = model._table
        day = self._date_sql(source, model, record, company)
        archive = self.env["customer.archive"]
        return [
            Due(*row)
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT %(id)s, a.id, %(day)s, due.offset_days, %(responsible)s, a.owner_id, a.team_id
                      FROM %(records)s %(birthdays)s
                      %(joined)s
                      JOIN unnest(%(offsets)s, %(firsts)s::date[], %(lasts)s::date[])
                           AS due(offset_days, first, last)
                        ON (due.first IS NULL OR %(day)s >= due.first) AND %(day)s <= due.last
                     WHERE %(where)s AND %(span)s AND %(archives)s
                       AND NOT EXISTS (
                           SELECT FROM customer_archive_reminder told
                            WHERE told.rule_id = %(rule)s AND told.res_id = %(id)s AND told.due_on = %(day)s
                              AND (told.offset_days >= due.offset_days OR told.told_on >= %(day)s + due.offset_days))
                     ORDER BY %(id)s LIMIT %(limit)s
                    """,
                    id=SQL.identifier(record, "id"),
                    day=day,
                    responsible=SQL.identifier(record, source.responsible) if source.responsible else SQL("NULL"),
                    records=query.from_clause,
                    birthdays=self._birthdays_sql(source, record, found),
                    joined=self._joined_archive_sql(source, record),
                    offsets=[window.offset for window in found],
                    firsts=[window.first for window in found],
                    lasts=[window.last for window in found],
                    where=query.where_clause or SQL("TRUE"),
                    span=self._span_sql(day, found),
                    archives=self._archives_sql(company),
                    rule=self.id,
                    limit=limit,
                    to_flush=[
                        *(model._fields[name] for name in (*source.date.split(","), source.responsible) if name),
                        *(archive._fields[name] for name in ("owner_id", "team_id", "state", "level", "category_id")),
                    ],
                )
            )
        ]

    def _date_sql(self, source, model, record, company):
        """SQL of the date: a time is that of the company's clock; of a birthday the one in question."""
        if source.yearly:
            return SQL("birthday.day")
        parts = []
        for name in source.date.split(","):
            column = SQL.identifier(record, name)
            if model._fields[name].type == "datetime":
                zone = company._archive_timezone().zone
                column = SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, zone)
            parts.append(column)
        return SQL("COALESCE(%s)", SQL(", ").join(parts)) if len(parts) > 1 else parts[0]

    def _span_sql(self, day, found):
        """All windows in one, in a form for which there are indexes."""
        terms = [SQL("%s <= %s", day, max(window.last for window in found))]
        if all(window.first for window in found):
            terms.append(SQL("%s >= %s", day, min(window.first for window in found)))
        return SQL(" AND ").join(terms)

    def _birthdays_sql(self, source, record, found):
        """The days in question with the keys of those who have their birthday then."""
        if not source.yearly:
            return SQL()
        first, last = min(window.first for window in found), max(window.last for window in found)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        pairs = [(key, day) for day in days for key in keys_of_day(day)]
        partner = self.env["res.partner"]
        return SQL(
            "JOIN unnest(%s, %s::date[]) AS birthday(key, day) ON %s = birthday.key",
            [key for key, _day in pairs],
            [day for _key, day in pairs],
            SQL.identifier(record, "archive_birthday_key", to_flush=partner._fields["archive_birthday_key"]),
        )

    def _joined_archive_sql(self, source, record):
        """The archive that decides: of what was filed in a merged one, the one that goes on."""
        archive = self._archive_sql(source, record)
        if source.archive in ("id", "partner"):
            return SQL("JOIN customer_archive a ON a.id = %s", archive)
        return SQL(
            "JOIN customer_archive filed ON filed.id = %s JOIN customer_archive a ON a.id = %s",
            archive,
            self.env["customer.archive.access"]._surviving_sql("filed"),
        )

    def _archive_sql(self, source, record):
        if source.archive != "partner":
            return SQL.identifier(record, source.archive)
        # The table of protected contacts knows the archive of a customer's people as well.
        return SQL(
            "(SELECT guard.archive_id FROM customer_archive_access guard WHERE guard.partner_id = %s)",
            SQL.identifier(record, source.contact),
            to_flush=self.env["customer.archive.access"]._flush_fields(),
        )

    def _archives_sql(self, company):
        """Archives in use that the rule is about."""
        terms = [
            SQL("a.company_id = %s AND a.state IN ('draft', 'active') AND a.partner_id IS NOT NULL", company.id),
        ]
        if self.category_ids:
            categories = self.env["customer.archive.category"].with_context(active_test=False)
            ids = categories.search([("id", "child_of", self.category_ids.ids)]).ids
            terms.append(SQL("a.category_id = ANY(%s)", ids))
        if self.level_max:
            terms.append(SQL("a.level = ANY(%s)", self._levels()))
        return SQL(" AND ").join(terms)

    # -- whom ---------------------------------------------------------------------------------------------------

    def _people(self, due, company):
        """[(Due, id of a user)] of those who work for the company and may see what is due.

        :param due: [Due]
        """
        source = self._source()
        named = self._named(due, company)
        users = self.env["res.users"].sudo().browse({uid for _item, uid in named})  # whether they are there
        users = users.filtered(lambda user: user.active and not user.share and company in user.company_ids)
        result = []
        for user in users:
            mine = [item for item, uid in named if uid == user.id]
            reached = self._reached_by(user, source, mine)
            result += [(item, user.id) for item in mine if item in reached]
        return sorted(result)

    def _named(self, due, company):
        """{(Due, id of a user)}: whom the rule names, whether they may see it or not."""
        # sudo: who leads which team, who has which role
        leaders = {
            team.id: team.user_id.id
            for team in self.env["crm.team"].sudo().browse({item.team_id for item in due if item.team_id})
        }
        if self.person in ("role", "user"):
            users = self.user_id
            if self.person == "role":
                users = self.env["res.users"].sudo().search([("all_group_ids", "in", self.group_id.ids)])
            return {(item, user.id) for item in due for user in users}
        found = set()
        for item in due:
            owner = item.owner_id or leaders.get(item.team_id)
            uid = {"owner": owner, "leader": leaders.get(item.team_id), "responsible": item.responsible_id or owner}
            if uid[self.person]:
                found.add((item, uid[self.person]))
        return found

    @api.model
    def _reached_by(self, user, source, due):
        """Those of [Due] that the user may see: the record, and its archive."""
        env = self.env(user=user.id, context={"allowed_company_ids": user.company_ids.ids, "active_test": False})

        def reached(model, ids):
            return set(env[model].search([("id", "in", list(ids))]).ids) if env[model].has_access("read") else set()

        records = reached(source.model, {item.res_id for item in due})
        if source.own or source.model == "customer.archive":
            return {item for item in due if item.res_id in records}
        archives = reached("customer.archive", {item.archive_id for item in due if item.res_id in records})
        return {item for item in due if item.res_id in records and item.archive_id in archives}
