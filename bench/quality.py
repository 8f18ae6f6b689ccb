"""PQ4: quality rules over all archives, in milliseconds each, at 20,000 and at the asked size; apply and undo 10,000.

What is found is committed step by step, so it happens in a temporary database. Beside the applied lines the same
corrections written by hand, one by one; a sample of these is rolled back.
"""

import time
from unittest.mock import patch

import frame
import load

DATABASES = ("scratch",)
FEW = 20_000
SHARE = 0.6  # of the partners, how many archives at most
BATCH = 5000
EVERY = 5  # every fifth customer gets an e-mail address that is written oddly
LINES = 10_000
SAMPLE = 200
KINDS = ((True, "customer_archive.category_company"), (False, "customer_archive.category_person"))


def run(sides, size):
    side = sides["scratch"]
    few = fill(side, min(FEW, int(size * SHARE / 3)))
    small = find(side, few)
    many = fill(side, int(size * SHARE))
    large = find(side, many)
    frame.goal("PQ4", large / small, 1.3)
    frame.figure(f"{1000 * small:.0f} µs each of {few} archives, {1000 * large:.0f} µs each of {many}")
    apply_and_undo(side)


def fill(side, count):
    """Open archives until there are ``count``, with something to find in them; how many there are."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        cr.execute("SELECT count(*) FROM customer_archive")
        (there,) = cr.fetchone()
        for is_company, category in KINDS:
            ids = load.unopened(cr, is_company)[: (count - there) // 2 if is_company else None]
            while ids and there < count:
                batch, ids = ids[: min(BATCH, count - there)], ids[BATCH:]
                there += len(env["res.partner"].browse(batch).archive_open(env.ref(category)))
                env.flush_all()
                cr.commit()
                env.clear()
        plant(cr)
        cr.commit()
    load.vacuum(side)
    return there


def plant(cr):
    """Archives of a company that has worked for years: a tenth of them quiet, a fifth with an odd address."""
    cr.execute(
        """
        UPDATE customer_archive
           SET opened_on = CURRENT_DATE - 1100,
               last_contact_on = CASE WHEN mod(id, 10) > 0 THEN CURRENT_DATE - 100 END,
               verified_on = CASE WHEN mod(id, 10) > 0 THEN CURRENT_DATE - 200 END
         WHERE opened_on > CURRENT_DATE - 1000
        """
    )
    cr.execute(
        """
        UPDATE res_partner p SET email = 'Li.' || p.id || '@EXAMPLE.com'
          FROM customer_archive a WHERE a.partner_id = p.id AND p.id %% %s = 0 AND p.email NOT LIKE '%%@EXAMPLE.com'
        """,
        [EVERY],
    )


def find(side, count):
    """Milliseconds for each archive of a whole cleaning, job by job as in the background."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        cr.execute("DELETE FROM customer_archive_cleaning_line")
        cr.execute("SELECT company_id FROM customer_archive GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        company = env["res.company"].browse(cr.fetchone()[0])
        begin = time.perf_counter()
        cleaning = env["customer.archive.cleaning"]._start(company)
        while cleaning._find_some():
            env.flush_all()
            cr.commit()
        env.flush_all()
        cr.commit()
        seconds = time.perf_counter() - begin
        rules = len(cleaning.rule_ids)
        cr.execute("SELECT count(*) FROM customer_archive_cleaning_line")
        frame.figure(f"{count} archives, {rules} rules, {cr.fetchone()[0]} found, {seconds:.1f} s")
        return 1000 * seconds / count


def apply_and_undo(side):
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        user = env["res.users"].search([("login", "=", frame.MANAGER)])
        user.group_ids += env.ref("customer_archive.group_archivist")
        cleaning = env["customer.archive.cleaning"].search([], limit=1)
        cr.execute(
            """
            UPDATE customer_archive_cleaning_line SET state = 'accepted', decided_by_id = %s
             WHERE id IN (SELECT id FROM customer_archive_cleaning_line
                           WHERE cleaning_id = %s AND field_name = 'email' AND remedy = 'correct' LIMIT %s)
            """,
            [user.id, cleaning.id, LINES],
        )
        cr.commit()
        by_hand = write_by_hand(env(user=user.id), cleaning)
        cr.rollback()
        env.clear()
        mine = cleaning.with_env(
            env(user=user.id, context={**env.context, "allowed_company_ids": cleaning.company_id.ids})
        )
        with patch("odoo.addons.customer_archive.models.customer_archive_cleaning.AT_ONCE", 10 * LINES):
            # Some are of levels that this archivist is not cleared for: they stay as they are.
            count = env["customer.archive.cleaning.line"].with_env(mine.env).search_count(mine._to_apply())
            applied = timed(cr, mine.action_apply) / count
            check(cr, cleaning, "done", count)
            undone = timed(cr, mine.action_undo) / count
            check(cr, cleaning, "undone", count)
    frame.figure(
        f"{count} corrections: {applied:.2f} ms each applied, {undone:.2f} ms undone, {by_hand:.1f} ms by hand"
    )


def write_by_hand(env, cleaning):
    """Milliseconds of each correction that somebody writes."""
    lines = (
        env["customer.archive.cleaning.line"]
        .sudo()
        .search([("cleaning_id", "=", cleaning.id), ("state", "=", "accepted")], limit=SAMPLE)
    )
    wanted = [(line.archive_id.partner_id.sudo(False), line.new_value["value"]) for line in lines]
    begin = time.perf_counter()
    for partner, value in wanted:
        partner.write({"email": value})
        env.flush_all()
    return 1000 * (time.perf_counter() - begin) / max(1, len(wanted))


def timed(cr, step):
    begin = time.perf_counter()
    step()
    cr.commit()
    return 1000 * (time.perf_counter() - begin)


def check(cr, cleaning, state, count):
    query = "SELECT count(*) FROM customer_archive_cleaning_line WHERE cleaning_id = %s AND state = %s"
    cr.execute(query, [cleaning.id, state])
    (found,) = cr.fetchone()
    assert found == count, f"{found} lines are {state} instead of {count}"
