"""PL2: the timeline of a customer with 10,000 lines beside that of one with 50; writing a line; the customer's form.

Lines are made in a scratch transaction that is rolled back at the end.
"""

import time

import frame

DATABASES = ("project",)
MANY, FEW = 10_000, 50
REPEAT = 31


def run(sides, size):
    side = sides["project"]
    with side.request() as env:
        uid = env["res.users"].search([("login", "=", frame.MANAGER)]).id
        partners = env["res.partner"].search(
            [("user_id", "=", uid), ("archive_id", "!=", False), ("parent_id", "=", False)], limit=2
        )
        few, many = partners
        for partner, count in ((few, FEW), (many, MANY)):
            fill(env, partner.archive_id, uid, count)
        env.cr.execute("ANALYZE customer_archive_contact_log")
        pages(env, uid, few, many)
        writing(env, uid, few, many)


def fill(env, archive, uid, count):
    """So many lines of one customer, an hour apart, in one statement as the ORM would write them."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO customer_archive_contact_log
               (archive_id, partner_id, company_id, item_sequence, type_id, direction, begin_at, subject, summary,
                user_id, origin, create_uid, write_uid, create_date, write_date)
        SELECT a.id, a.partner_id, a.company_id, n, t.id, 'out', now() - n * interval '1 hour', 'Line ' || n,
               repeat('What was said. ', 10), %(uid)s, 'hand', %(uid)s, %(uid)s, now(), now()
          FROM customer_archive a, generate_series(1, %(count)s) n,
               (SELECT id FROM customer_archive_contact_type ORDER BY sequence LIMIT 1) t
         WHERE a.id = %(archive)s
        """,
        {"uid": uid, "count": count, "archive": archive.id},
    )


def pages(env, uid, few, many):
    """The first page of both, and a page in the middle of the long one: ms, medians."""
    middle = None
    for _page in range(100):
        middle = page(env, uid, many, middle)["next"]
    calls = {"few": (few, None), "many": (many, None), "deep": (many, middle)}
    times = {key: [] for key in calls}
    queries = {}
    for turn in range(REPEAT + 1):
        for key, (partner, before) in calls.items():
            counted, begin = env.cr.sql_log_count, time.perf_counter()
            page(env, uid, partner, before)
            if turn:
                times[key].append(1000 * (time.perf_counter() - begin))
            queries[key] = env.cr.sql_log_count - counted
    median = {key: sorted(values)[len(values) // 2] for key, values in times.items()}
    frame.goal("PL2-timeline", median["many"] / median["few"], 1.5)
    frame.goal("PL2-deep", median["deep"] / median["few"], 2.0)
    frame.figure(
        f"a page of 50: {median['few']:.1f} ms of {FEW} lines, {median['many']:.1f} ms of {MANY}, "
        f"{median['deep']:.1f} ms in the middle of these; {queries['few']} and {queries['many']} queries"
    )


def page(env, uid, partner, before):
    """As a request: with an empty cache."""
    env.flush_all()
    env.invalidate_all()
    return partner.with_user(uid).archive_timeline(before=before)


def writing(env, uid, few, many):
    """One line as the dialog saves it, into either log: ms, medians."""
    log = env["customer.archive.contact.log"].with_user(uid)
    times = {"few": [], "many": []}
    for turn in range(REPEAT + 1):
        for key, partner in (("few", few), ("many", many)):
            env.invalidate_all()
            begin = time.perf_counter()
            log.create({"archive_id": partner.archive_id.id, "subject": f"Line {turn}"})
            env.flush_all()
            if turn:
                times[key].append(1000 * (time.perf_counter() - begin))
    median = {key: sorted(values)[len(values) // 2] for key, values in times.items()}
    frame.goal("PL2-write", median["many"] / median["few"], 1.5)
    frame.figure(f"writing one line: {median['few']:.1f} ms after {FEW} lines, {median['many']:.1f} ms after {MANY}")
