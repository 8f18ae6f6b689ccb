"""PR2: destroying many archives: blanking, search for their values in every text, results; beside writes of the ORM.

Everything is rolled back. The engine works in sets: one set is destroyed, swept and told at once. The peer blanks the
cards by ``write`` and sweeps nothing; the limit is one UPDATE of the same rows.
"""

import resource
import time

import frame

DATABASES = ("project",)
OF_PEER = 200  # cards that the ORM blanks; it takes the same time for each
SHARE = 20  # one in so many customers is destroyed
BLANKS = {
    "name": "x",
    "email": False,
    "phone": False,
    "street": False,
    "city": False,
    "zip": False,
    "vat": False,
    "ref": False,
    "website": False,
    "comment": False,
}


def run(sides, size):
    side = sides["project"]
    count = max(500, size // SHARE)
    peer = _by_orm(side)
    limit = _by_update(side, count)
    seconds, statements, memory, residue = _by_engine(side, count)
    frame.figure(f"write of the ORM: {1000 * peer:.2f} ms each, nothing swept; one UPDATE: {1000 * limit:.3f} ms each")
    frame.figure(
        f"destroyed: {count} archives in {seconds:.1f} s, {statements} statements, +{memory} MB, residue {residue}"
    )
    one, words = _alone(side)
    frame.figure(f"one archive alone: {one:.2f} s, of which the search through {words} texts is nearly all")
    frame.goal("PR2", 1000 * seconds / count, 0.3)


def _archives(env, count):
    env.cr.execute(
        "SELECT id FROM customer_archive WHERE state IN ('active', 'draft') AND partner_id IS NOT NULL"
        " AND merged_into_id IS NULL ORDER BY id LIMIT %s",
        [count],
    )
    return env["customer.archive"].browse([id_ for (id_,) in env.cr.fetchall()])


def _by_orm(side):
    """Seconds of one card."""
    with side.request() as env:
        partners = _archives(env, OF_PEER).partner_id
        begin = time.perf_counter()
        for partner in partners:
            partner.write(BLANKS)
            env.flush_all()
        return (time.perf_counter() - begin) / len(partners)


def _by_update(side, count):
    """Seconds of one card, all of them in one statement."""
    with side.request() as env:
        ids = _archives(env, count).partner_id.ids
        begin = time.perf_counter()
        env.cr.execute(
            "UPDATE res_partner SET name = 'x', complete_name = 'x', email = NULL, email_normalized = NULL,"
            " phone = NULL, phone_sanitized = NULL, street = NULL, city = NULL, zip = NULL, vat = NULL, ref = NULL,"
            " website = NULL, comment = NULL, archive_search_key = NULL WHERE id = ANY(%s)",
            [ids],
        )
        return (time.perf_counter() - begin) / len(ids)


def _by_engine(side, count):
    """(seconds, statements, megabytes more than before, rows of residue) of one set."""
    with side.request() as env:
        _archives(env, 2)._destroy_each()  # what is kept with the registry
        archives = _archives(env, count)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        statements, begin = env.cr.sql_log_count, time.perf_counter()
        results = archives._destroy_each()
        seconds, statements = time.perf_counter() - begin, env.cr.sql_log_count - statements
        failed = [result["error"] for result in results.values() if result["error"]]
        if failed:
            raise RuntimeError(failed[0])
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        return seconds, statements, memory, sum(len(result["residue"]) for result in results.values())


def _alone(side):
    """(seconds, columns with text) of a single archive."""
    with side.request() as env:
        archive = _archives(env, 1)
        begin = time.perf_counter()
        archive._destroy()
        seconds = time.perf_counter() - begin
        columns = env["customer.archive.destroy.engine"]._text_columns()
        return seconds, sum(map(len, columns.values()))
