"""PQ3: merging 100 pairs of customers with archives in one go, against Odoo's own wizard pair by pair, per pair.

Each customer has a contact log of ten lines. Odoo's side has neither archives nor logs: it merges less. Everything is
rolled back; the undo of the first pairs is measured as well.
"""

import time

import frame
import timeline

DATABASES = ("stock", "project")
PAIRS = 100
OF_ODOO = 10  # pairs that Odoo's wizard merges; it takes the same time for each
LINES = 10
UNDONE = 5
CUSTOMERS = """
    SELECT array_agg(id) FROM (
        SELECT p.id FROM res_partner p
         WHERE p.is_company AND p.active AND p.parent_id IS NULL AND {} ORDER BY p.id LIMIT %s) found
"""
ARCHIVED = "EXISTS (SELECT 1 FROM customer_archive a WHERE a.partner_id = p.id)"
STRANGERS = (
    "NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)"
)


def run(sides, size):
    odoo = _by_odoo(sides["stock"])
    ours, undo, statements = _by_archive(sides["project"])
    frame.figure(f"Odoo's wizard: {1000 * odoo:.1f} ms a pair")
    frame.figure(f"merged here: {1000 * ours:.1f} ms a pair, {statements:.1f} statements")
    frame.figure(f"undo: {1000 * undo:.1f} ms each; {size} partners")
    frame.goal("PQ3", ours / odoo, 0.25)


def _pairs(env, condition, count):
    env.cr.execute(CUSTOMERS.format(condition), [2 * count])
    (ids,) = env.cr.fetchone()
    return list(zip(ids[::2], ids[1::2], strict=True))


def _by_odoo(side):
    """Seconds of a pair."""
    with side.request("admin") as env:
        pairs = _pairs(env, STRANGERS, OF_ODOO + 1)
        wizard = env["base.partner.merge.automatic.wizard"]
        wizard._merge(list(pairs.pop()))  # warm
        begin = time.perf_counter()
        for target, source in pairs:
            wizard._merge([target, source], env["res.partner"].browse(target))
        env.flush_all()
        return (time.perf_counter() - begin) / len(pairs)


def _by_archive(side):
    """(seconds of a pair, seconds of an undo, statements of a pair)."""
    with side.request("admin") as env:
        # Odoo knows the addon's path once its registry is there.
        from odoo.addons.customer_archive.models.customer_archive_merge_engine import MergeGroup

        pairs = _pairs(env, ARCHIVED, PAIRS + 1)
        for partner in env["res.partner"].browse([id_ for pair in pairs for id_ in pair]):
            timeline.fill(env, partner.archive_id, env.uid, LINES)
        engine = env["customer.archive.merge.engine"]
        groups = [MergeGroup(target, (source,)) for target, source in pairs]
        engine._merge([groups.pop()])  # warm
        env.flush_all()
        statements, begin = env.cr.sql_log_count, time.perf_counter()
        records = engine._merge(groups)
        env.flush_all()
        seconds, statements = time.perf_counter() - begin, env.cr.sql_log_count - statements
        begin = time.perf_counter()
        for record in records[:UNDONE]:
            record._undo()
        env.flush_all()
        return seconds / PAIRS, (time.perf_counter() - begin) / UNDONE, statements / PAIRS
