"""PR1 PR3: what is due among all customers by their invoices, and sealing many archives; against data_recycle.

PR3 reads the last posted invoice of every customer, three each. The limit is one statement that does only that; the
peer is data_recycle's search for the same customers, and it has no holds, no clocks and no reasons. PR1 seals in
committed batches, as the dialog does: manifest, snapshot, what people kept, one register row each.
"""

import resource
import time

import frame

DATABASES = ("project",)
MODULES = ("account", "data_recycle")
INVOICES = 3  # of each customer
SHARE = 10  # one in so many customers is due and sealed
OF_PEER = 2000  # customers that data_recycle archives; it takes the same time for each
BATCH = 2000
MOVES = """
    INSERT INTO account_move (
           name, partner_id, commercial_partner_id, company_id, currency_id, journal_id, state, move_type, date,
           invoice_date, amount_total, auto_post, payment_state)
    SELECT 'BENCH/' || p.id || '/' || n, p.id, p.id, %(company)s, %(currency)s, %(journal)s, 'posted', 'out_invoice',
           day.on, day.on, 100, 'no', 'paid'
      FROM customer_archive a JOIN res_partner p ON p.id = a.partner_id
     CROSS JOIN generate_series(1, %(invoices)s) n
     CROSS JOIN LATERAL (SELECT date '2010-01-01' + (p.id * 13 + n * 97) %% 5600 AS on) day
"""
LIMIT = """
    SELECT a.id FROM customer_archive a
      JOIN (SELECT m.partner_id, max(m.invoice_date) AS last FROM account_move m
             WHERE m.state = 'posted' AND m.move_type = 'out_invoice' GROUP BY m.partner_id) i
        ON i.partner_id = a.partner_id
     WHERE i.last + interval '10 years' <= CURRENT_DATE
"""


def run(sides, size):
    side = sides["project"]
    with side.request() as env:
        _prepare(env)
        limit, by_limit = _timed(lambda: _count(env, LIMIT))
        seconds, _none = _timed(lambda: _set_all(env))
        frame.figure(f"all clocks of {_archives(env)} archives for the first time: {seconds:.1f} s")
        again, _none = _timed(lambda: _set_all(env))
        frame.figure(f"the next night, when nothing has happened: {again:.1f} s")
        due, found = _timed(lambda: env["customer.archive"]._retention_candidates())
        frame.figure(f"due: {len(found)} in {due:.2f} s from the clocks; {by_limit} by one statement in {limit:.2f} s")
        peer, recycled = _timed(lambda: _by_recycling(env))
        frame.figure(f"data_recycle finds {recycled} in {peer:.1f} s")
        frame.goal("PR3", due / limit, 3)
        each, statements, memory = _seal(env, max(500, size // SHARE))
        frame.figure(f"sealed: {1000 * each:.3f} ms each, +{memory} MB")
        frame.goal("PR1", 1000 * each, 0.22)
        frame.goal("PR1-statements", statements, 10)


def _prepare(env):
    """Invoices, and a schedule that counts from the last of them."""
    company = env.company
    journal = env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
    if not journal:
        journal = env["account.journal"].create({"name": "Bench", "code": "BNCH", "type": "sale"})
    env.flush_all()
    values = {"company": company.id, "currency": company.currency_id.id, "journal": journal.id, "invoices": INVOICES}
    env.cr.execute(MOVES, values)
    lines = env["customer.archive.retention.line"]
    lines.search([]).active = False
    env.flush_all()
    lines.create(
        {
            "category_id": env.ref("customer_archive.category_root").id,
            "field_group": "transactions",
            "minimum": 10,
            "trigger_ids": [(6, 0, env.ref("customer_archive.retention_trigger_last_invoice").ids)],
            "citation": "bench",
        }
    )
    env.flush_all()
    env.cr.execute("UPDATE customer_archive SET state = 'inactive' WHERE state IN ('draft', 'active')")
    for table in ("account_move", "customer_archive", "customer_archive_access"):
        env.cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def _timed(work):
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def _count(env, query):
    env.cr.execute(query)
    return len(env.cr.fetchall())


def _archives(env):
    env.cr.execute("SELECT count(*) FROM customer_archive")
    return env.cr.fetchone()[0]


def _set_all(env):
    # Nothing is committed in between: all is rolled back in the end.
    env["customer.archive"]._set_all_clocks(lambda *_args, **_kw: True)


def _by_recycling(env):
    """data_recycle's own search, for archives whose stored day is over: what it can know of invoices."""
    rule = env["data_recycle.model"].create(
        {
            "name": "Bench",
            "res_model_id": env["ir.model"]._get_id("customer.archive"),
            "time_field_id": env["ir.model.fields"]._get("customer.archive", "retention_minimum_on").id,
            "time_field_delta": 0,
            "time_field_delta_unit": "days",
            "recycle_action": "unlink",  # is never carried out
        }
    )
    rule._recycle_records()
    return env["data_recycle.record"].with_context(active_test=False).search_count([("recycle_model_id", "=", rule.id)])


def _seal(env, count):
    """(seconds of each, statements of 1000, megabytes more)."""
    env.cr.execute("SELECT id FROM customer_archive WHERE state = 'inactive' ORDER BY id LIMIT %s", [count + BATCH])
    ids = [id_ for (id_,) in env.cr.fetchall()]
    archives = env["customer.archive"].browse
    archives(ids[:BATCH])._seal("bench")  # warm
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    statements, begin = env.cr.sql_log_count, time.perf_counter()
    for start in range(BATCH, len(ids), BATCH):
        archives(ids[start : start + BATCH])._seal("bench")
    seconds = time.perf_counter() - begin
    statements = env.cr.sql_log_count - statements
    count = len(ids) - BATCH
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
    return seconds / count, 1000 * statements / count, memory
