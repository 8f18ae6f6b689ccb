"""The run: in batches, each with a commit; what was told is never told again; a rule that fails stops no other."""

import logging

from psycopg2 import Error as DatabaseError
from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.reminders import fill
from .customer_archive import GOVERNED

_logger = logging.getLogger(__name__)

BATCH = 5000
# The first number of the advisory lock on a rule: one worker at a time runs it.
RULE_LOCK = 0x2E31
TRIES = 3
FAILED = "customer_archive.mail_activity_type_reminder_failed"


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    @api.model
    def _cron_remind(self):
        """Remind of all that is due, rule by rule; then have the daily mails sent."""
        rules = self.search([("active", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(rules))
        for number, rule in enumerate(rules, 1):
            rule._run_alone()
            if not cron._commit_progress(1, remaining=len(rules) - number) and number < len(rules):
                return
        self.env.ref("customer_archive.ir_cron_reminder_mails")._trigger()

    def _run_alone(self):
        """Run the rule; if it fails, say so on the rule and to the administrators."""
        try:
            count = self._run()
        except Exception as error:
            _logger.exception("the reminder rule %s (%s) failed", self.id, self.source)
            self.env.invalidate_all()
            self._note(self._note_failure, error)
            return
        if count is not None:
            self._note(self._note_success, count)

    def _run(self):
        """Remind of what is due in all companies: how many reminders; None where the rule can't run or another does."""
        if not self._source():
            return None
        count = 0
        for company in self._companies():
            after, today = 0, company._archive_today()
            found = self._windows(company, today)
            while after is not None:
                told, after = self._run_batch(company, today, found, after)
                if told is None:
                    return None
                count += told
                self.env["ir.cron"]._commit_progress()
        return count

    def _run_batch(self, company, today, found, after):
        """(reminders of one batch, where to go on or None at the end); (None, None) if another worker has the rule.

        A worker whose view of the database was older than what another one had just told begins the batch anew.
        """
        for attempt in range(TRIES):
            try:
                with self.env.cr.savepoint():
                    if not self._lock_rule():
                        return None, None
                    due = self._due(company, found, after, BATCH)
                    told = self._tell(due, company, today)
                    return told, due[-1].res_id if len(due) == BATCH else None
            except (SerializationFailure, UniqueViolation):
                if attempt == TRIES - 1:
                    raise
                self.env.invalidate_all()
                self.env["ir.cron"]._commit_progress()  # a new view
        return None, None

    def _lock_rule(self):
        [[locked]] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", RULE_LOCK, self.id))
        return locked

    # -- what is told -------------------------------------------------------------------------------------------

    def _tell(self, due, company, today):
        """Plan the activities for [Due] and write them into the register: how many reminders it were."""
        people = self._people(due, company) if due else []
        if not people:
            return 0
        planned = {} if self.channel == "mail" else self._plan_activities(people, today)
        self._write_down(people, company, today, planned)
        return len(people)

    def _write_down(self, people, company, today, planned):
        """The rows of the register for [(Due, id of the user)].

        What another worker has written meanwhile is refused by the database, and the batch begins anew.
        """
        items = [item for item, _uid in people]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_reminder
                       (rule_id, archive_id, company_id, res_model, res_id, due_on, offset_days, user_id, told_on,
                        activity_id, mail_state)
                SELECT %(rule)s, due.archive_id, %(company)s, %(model)s, due.res_id, due.due_on, due.offset_days,
                       due.user_id, %(today)s, due.activity_id, %(mail)s
                  FROM unnest(%(archives)s, %(ids)s, %(days)s::date[], %(offsets)s, %(users)s,
                              %(activities)s::integer[])
                       AS due(archive_id, res_id, due_on, offset_days, user_id, activity_id)
                """,
                rule=self.id,
                company=company.id,
                model=self._source().model,
                today=today,
                mail="none" if self.channel == "activity" else "waiting",
                archives=[item.archive_id for item in items],
                ids=[item.res_id for item in items],
                days=[item.due_on for item in items],
                offsets=[item.offset for item in items],
                users=[uid for _item, uid in people],
                activities=[planned.get(pair) for pair in people],
            )
        )
        self.env["customer.archive.reminder"].invalidate_model()

    def _plan_activities(self, people, today):
        """{(Due, id of the user): id of the activity}: all in one go, without a mail each.

        Where the activity of an earlier reminder of the same date is still to be done, it stays the only one.
        """
        planned = self._still_planned(people)
        new = [pair for pair in people if pair not in planned]
        target = self._target_model()
        on_archive = target != self._source().model or target == "customer.archive"
        numbers = self._references([item for item, _uid in new])
        texts = self._texts([uid for _item, uid in new])
        model_id = self.env["ir.model"]._get_id(target)
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, archive_no_followers=GOVERNED
        )
        activities = activities.create(
            [
                {
                    "activity_type_id": self.planned_type_id.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": item.archive_id if on_archive else item.res_id,
                    "user_id": uid,
                    "summary": texts[uid](numbers[item], item.due_on, today),
                    "date_deadline": max(item.due_on, today),
                }
                for item, uid in new
            ]
        )
        self.env.flush_all()
        return {**planned, **dict(zip(new, activities.ids, strict=True))}

    def _still_planned(self, people):
        """{(Due, id of the user): id of the activity} where an earlier reminder's activity is still to be done."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT told.res_id, told.due_on, told.user_id, max(act.id)
                  FROM customer_archive_reminder told
                  JOIN mail_activity act ON act.id = told.activity_id AND act.active
                 WHERE told.rule_id = %s AND told.res_id = ANY(%s)
                 GROUP BY 1, 2, 3
                """,
                self.id,
                [item.res_id for item, _uid in people],
                to_flush=self.env["mail.activity"]._fields["active"],
            )
        )
        found = {tuple(row[:3]): row[3] for row in rows}
        keys = {pair: (pair[0].res_id, pair[0].due_on, pair[1]) for pair in people}
        return {pair: found[key] for pair, key in keys.items() if key in found}

    def _references(self, due):
        """{Due: what stands for it in texts}: the archive's number, or the record's own."""
        named = self._source().named
        model = self._source().model if named else "customer.archive"
        ids = {item: item.res_id if named else item.archive_id for item in due}
        records = self.env[model].sudo().browse(set(ids.values()))  # numbers only, for whoever reads them
        records.fetch([named or "number"])
        names = {record.id: record[named or "number"] or "" for record in records}
        return {item: names[id_] for item, id_ in ids.items()}

    def _texts(self, uids):
        """{id of a user: function of (number, date, today) for the text in that user's language}."""
        users = self.env["res.users"].sudo().browse(set(uids))  # their language
        by_lang = {}
        for lang in {user.lang or self.env.lang for user in users}:
            rule = self.with_context(lang=lang)
            by_lang[lang] = rule._text_function(rule.summary or "{rule}", rule.name)
        return {user.id: by_lang[user.lang or self.env.lang] for user in users}

    def _text_function(self, template, name):
        env, dates = self.env, {}

        def text(number, day, today):
            if day not in dates:
                dates[day] = format_date(env, day)
            days = max((day - today).days, 0)
            return fill(template, {"rule": name, "number": number, "date": dates[day], "days": days})

        return text

    # -- how it went ----------------------------------------------------------------------------------------------

    def _note(self, note, how):
        """Note how the run went, unless another worker has noted its own just now."""
        try:
            with self.env.cr.savepoint():
                note(how)
        except SerializationFailure:
            self.env.invalidate_all()

    def _note_success(self, count):
        if self.last_error:
            self.activity_unlink([FAILED])
        self._governed().write({"last_run_at": fields.Datetime.now(), "last_count": count, "last_error": False})

    def _note_failure(self, error):
        """What went wrong, without values of the database; to the administrators once, until it is mended."""
        if isinstance(error, UserError):
            what = str(error)
        elif isinstance(error, DatabaseError) and error.diag:
            what = error.diag.message_primary or type(error).__name__
        else:
            what = type(error).__name__
        self._governed().write({"last_run_at": fields.Datetime.now(), "last_error": what})
        managers = self.env["res.users"].search(
            Domain("all_group_ids", "in", self.env.ref("customer_archive.group_manager").id)
            & Domain("share", "=", False)
        )
        told = self.activity_search([FAILED]).user_id
        for user in managers - told:
            there = self.with_context(lang=user.lang or self.env.lang, mail_activity_quick_update=True)
            there.activity_schedule(
                FAILED,
                user_id=user.id,
                summary=there.env._("The reminder rule “%s” failed", there.name),
                note=there.env._("Nobody was reminded by it: %s", what),
            )

    def _governed(self):
        return self.with_context(archive_governed=GOVERNED)
