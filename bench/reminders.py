"""PL1: 10,000 reminders to account managers, in milliseconds each, a re-run, and the daily mails.

Beside Odoo's activity_schedule for the same archives and people, which mails each activity to whom it is for. A run
commits its batches, so it happens in a temporary database; a sample of activity_schedule is rolled back.
"""

import time
from unittest.mock import patch

import frame
import load

DATABASES = ("scratch",)
REMINDERS = 10_000
SAMPLE = 200  # activity_schedule takes a minute for 2,500
RERUNS = 5
KIND = (True, "customer_archive.category_company")


def run(sides, size):
    side = sides["scratch"]
    count = prepare(side)
    each = run_rule(side, count)
    peer = schedule(side)
    frame.goal("PL1-each", each, 1.3)
    frame.figure(f"{count} reminders with their activities, {each:.2f} ms each; activity_schedule {peer:.1f} ms each")
    again = min(timed(side, run_once)[0] for _number in range(RERUNS))
    frame.goal("PL1-again", again / (each * count), 1 / 20)
    frame.figure(f"run again: {again:.0f} ms, nothing new")
    mails(side, count)


def prepare(side):
    """Open archives of account managers with a review to come, and the rule for it: how many."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        ids = load.unopened(cr, KIND[0])[:REMINDERS]
        archives = env["res.partner"].browse(ids).archive_open(env.ref(KIND[1]))
        env["customer.archive.reminder.rule"].search([]).active = False
        rule = {"name": "Bench", "source": "review", "days": "7", "shift": "none", "channel": "both"}
        env["customer.archive.reminder.rule"].create(rule)
        for user in archives.owner_id:
            user.email = f"{user.login}@example.com"
        env.flush_all()
        cr.execute(
            "UPDATE customer_archive SET next_review_on = CURRENT_DATE + 3 WHERE id = ANY(%s) AND owner_id IS NOT NULL",
            [archives.ids],
        )
        count = cr.rowcount
        cr.commit()
    load.vacuum(side)
    return count


def timed(side, work):
    """(ms, what it returned) of work in a transaction of its own, committed."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        env.user.has_group("base.group_user")
        begin = time.perf_counter()
        result = work(env)
        cr.commit()
        return 1000 * (time.perf_counter() - begin), result


def run_once(env):
    rule = env["customer.archive.reminder.rule"].search([("name", "=", "Bench")])
    statements = env.cr.sql_log_count
    rule._run_alone()
    assert not rule.last_error, rule.last_error
    return rule.last_count, env.cr.sql_log_count - statements


def run_rule(side, count):
    """Milliseconds of each reminder; checks that there are as many as there should be."""
    elapsed, (told, statements) = timed(side, run_once)
    assert told == count, f"{told} reminders instead of {count}"
    frame.figure(f"{elapsed / 1000:.1f} s, {1000 * statements / count:.0f} statements per 1,000")
    return elapsed / count


def schedule(side):
    """Milliseconds of each activity that Odoo's own method plans for the same people."""
    with side.request() as env:
        reminders = env["customer.archive.reminder"].search([], limit=SAMPLE)
        pairs = [(reminder.archive_id, reminder.user_id) for reminder in reminders]
        begin = time.perf_counter()
        for archive, user in pairs:
            archive.activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary="Bench")
        env.flush_all()
        return 1000 * (time.perf_counter() - begin) / len(pairs)


def mails(side, count):
    """The daily mails: one to each person."""
    with side.request() as env:
        env.cr.execute("SELECT count(DISTINCT user_id) FROM customer_archive_reminder WHERE mail_state = 'waiting'")
        (people,) = env.cr.fetchone()
    # What they cost until they are in the queue: there is no mail server.
    with patch("odoo.addons.mail.models.mail_mail.MailMail.send", lambda self, *args, **kwargs: None):
        elapsed, _nothing = timed(side, lambda env: env["customer.archive.reminder"]._cron_mails())
    with side.request() as env:
        env.cr.execute("SELECT count(*) FROM customer_archive_reminder WHERE mail_state = 'sent'")
        (sent,) = env.cr.fetchone()
    assert sent == count, f"{sent} reminders were mailed instead of {count}"
    frame.figure(f"{people} daily mails with {sent} reminders: {elapsed / 1000:.1f} s, {elapsed / people:.0f} ms each")
