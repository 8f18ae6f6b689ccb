"""PO1 PO2: opening archives for up to 100,000 customers at once, in milliseconds each and statements per 1,000."""

import resource
import time

import frame
import load

DATABASES = ("scratch",)
CUSTOMERS = 100_000
AT_ONCE = 10_000  # ids handed over in one call and committed; the addon makes its own batches of them
USER = "admin"
KINDS = ((True, "customer_archive.category_company"), (False, "customer_archive.category_person"))


def run(sides, size):
    side = sides["scratch"]
    with side.request() as env:
        waiting = {category: load.unopened(env.cr, is_company) for is_company, category in KINDS}
    total = sum(map(len, waiting.values()))
    share = min(1.0, CUSTOMERS / total)
    opened, queries, seconds, rates = 0, 0, 0.0, []
    for category, ids in waiting.items():
        ids = ids[: round(len(ids) * share)]
        for start in range(0, len(ids), AT_ONCE):
            count, statements, elapsed = _open(side, ids[start : start + AT_ONCE], category)
            opened, queries, seconds = opened + count, queries + statements, seconds + elapsed
            rates.append(1000 * elapsed / count)
    frame.goal("PO1", 1000 * seconds / opened, 1.5)
    frame.goal("PO2", 1000 * queries / opened, 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    frame.figure(f"{opened} archives among {size} partners in {seconds:.1f} s, {queries} queries, peak {peak} MB")
    frame.figure(f"ms each, batch by batch of {AT_ONCE}: {' '.join(f'{rate:.2f}' for rate in rates)}")
    frame.figure(_result(side))


def _open(side, ids, category):
    """Open and commit; (archives, statements, seconds including the commit)."""
    with side.registry.cursor() as cr:
        cr.execute("SELECT id FROM res_users WHERE login = %s", [USER])
        env = frame.Environment(cr, cr.fetchone()[0], {"lang": "zh_CN", "tz": "Asia/Shanghai"})
        category = env.ref(category)
        statements, begin = cr.sql_log_count, time.perf_counter()
        archives = env["res.partner"].browse(ids).archive_open(category)
        env.flush_all()
        statements = cr.sql_log_count - statements
        cr.commit()
        elapsed = time.perf_counter() - begin
        assert len(archives) == len(ids)
    return len(ids), statements, elapsed


def _result(side):
    """What stands in the database afterwards, in words."""
    with side.request() as env:
        env.cr.execute("SELECT state, count(*), count(DISTINCT number) FROM customer_archive GROUP BY state ORDER BY 1")
        states = env.cr.fetchall()
    return "; ".join(f"{state}: {count} archives, {numbers} numbers" for state, count, numbers in states)
