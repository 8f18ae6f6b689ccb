"""PN3 PA: lists and forms under the access predicate as an account manager; loans; moving 10,000 customers.

Compared with stock Odoo that has the same apps, customers, leads and orders. Lists of other apps are measured for an
account manager who sees their own documents only (Odoo's rule), and for one who sees everybody's.
"""

import datetime
import time

import frame
import names

DATABASES = ("stock", "project")
MODULES = ("crm", "sale_management")
DOCUMENTS = True
COUNT_LIMIT = names.COUNT_LIMIT
PAGE = names.PAGE
# Lists of other apps: goal: (action, model's order "" as the list has it)
LISTS = {"PA-leads": "crm.crm_lead_opportunities", "PA-orders": "sale.action_orders"}
REPEAT = 15
LOANS = 15
MOVED = 10_000


def run(sides, size):
    partners(sides)
    name_search(sides)
    lists(sides)
    loans(sides["project"])
    reassign(sides["project"])


def compare(goal, sides, calls, at_most, what, login=frame.MANAGER, repeat=REPEAT):
    """Measure {side: call} for one user and print the goal."""
    measured = frame.measure({kind: (sides[kind], call) for kind, call in calls.items()}, repeat=repeat, login=login)
    stock, project = measured["stock"], measured["project"]
    ratio = project.seconds / stock.seconds
    if goal:
        frame.goal(goal, ratio, at_most)
    frame.figure(
        f"{what}: stock {stock.ms:.1f} ms, {stock.queries} queries; project {project.ms:.1f} ms,"
        f" {project.queries} queries; {ratio:.2f}×"
    )
    return ratio


def partners(sides):
    """PN3: the list of contacts and their form."""
    requests = {kind: names.page_requests(side) for kind, side in sides.items()}
    lists = {kind: listing(PAGE) for kind, (listing, _forms) in requests.items()}
    forms = {kind: forms for kind, (_listing, forms) in requests.items()}
    compare("PN3-list", sides, lists, 1.15, f"page of {PAGE} contacts, counted up to {COUNT_LIMIT - 1}", repeat=31)
    compare("PN3-form", sides, forms, 1.15, f"{names.FORMS} forms of own customers", repeat=31)


def name_search(sides):
    """The worst of names that nobody has, rare and frequent ones."""
    texts = [names.MISSES[0], *names.rare_names(sides["stock"]), *names.HITS_OF_TWO]
    ratios = {}
    for text in texts:
        calls = {kind: names.search(text) for kind in sides}
        ratios[text] = compare(None, sides, calls, None, f"search for {text}", repeat=9)
    frame.goal("PA-name-search", max(ratios.values()), 1.15)


def lists(sides):
    for goal, action in LISTS.items():
        ratios = []
        for login in (frame.MANAGER, frame.SEER):
            calls = {kind: list_request(side, action, login) for kind, side in sides.items()}
            ratios.append(compare(None, sides, calls, None, f"{action} as {login}", login=login))
        frame.goal(goal, max(ratios), 1.5)


def list_request(side, action, login):
    with side.request(login) as env:
        model, columns = frame.client_request(env, action, "list")
        name, context = model._name, model.env.context
        counted = frame.count_limit(env, action)
        domain = frame.safe_eval(env["ir.actions.actions"]._for_xml_id(action).get("domain") or "[]", {"uid": env.uid})
    return lambda env: (
        env[name]
        .with_context(**context)
        .web_search_read(domain, columns, offset=0, limit=PAGE, order="", count_limit=counted)
    )


# --- Changes ------------------------------------------------------------------------------------------------


def others_archives(env, count):
    """Ids of archives of other account managers."""
    env.cr.execute(
        """
        SELECT id FROM customer_archive
         WHERE partner_id IS NOT NULL AND owner_id <> %s AND state IN ('active', 'draft') ORDER BY id LIMIT %s
        """,
        [env["res.users"].search([("login", "=", frame.MANAGER)]).id, count],
    )
    return [row[0] for row in env.cr.fetchall()]


def timed(env, call):
    begin = time.perf_counter()
    result = call()
    env.flush_all()
    return 1000 * (time.perf_counter() - begin), result


def loans(side):
    """Granting a loan that was asked for, and ending it, as an administrator: medians in ms."""
    granted, ended = [], []
    with side.request() as env:
        ids = others_archives(env, LOANS + 1)
    for archive_id in ids:
        with side.request() as env:
            borrower = env["res.users"].search([("login", "=", frame.MANAGER)])
            now = env.cr.now().replace(microsecond=0)
            loan = env["customer.archive.loan"].create(
                {
                    "archive_id": archive_id,
                    "user_id": borrower.id,
                    "due_at": now + datetime.timedelta(days=2),
                    **({"purpose": "Bench"} if "purpose" in env["customer.archive.loan"]._fields else {}),
                }
            )
            env.flush_all()
            mine = loan.with_user(env.ref("base.user_admin"))
            if not hasattr(loan, "action_approve"):
                frame.figure("loans: the addon has no action_approve, so nothing is measured")
                return
            partner = env["customer.archive"].browse(archive_id).partner_id.with_user(borrower)
            before = partner.has_access("read")
            granted.append(timed(env, mine.action_approve)[0])
            env.invalidate_all()
            during = partner.has_access("read")
            ended.append(timed(env, mine.action_end_access)[0])
            env.invalidate_all()
            assert (before, during, partner.has_access("read")) == (False, True, False), "the loan did not open or end"
    # The first one warms up.
    frame.goal("PA-loan-open", sorted(granted[1:])[len(granted) // 2 - 1], 50)
    frame.goal("PA-loan-end", sorted(ended[1:])[len(ended) // 2 - 1], 50)


def reassign(side):
    """Moving 10,000 customers of others to one account manager, rolled back: ms each."""
    with side.request() as env:
        env = env(user=env.ref("base.user_admin").id)
        archives = env["customer.archive"].browse(others_archives(env(su=True), MOVED))
        target = env["res.users"].search([("login", "=", frame.MANAGER)])
        if not hasattr(archives, "_reassign"):
            frame.figure("reassigning: the addon has no _reassign, so nothing is measured")
            return
        env.user.has_group("base.group_user")
        elapsed, moved = timed(env, lambda: archives._reassign(target, "Bench"))
        env.cr.execute(
            "SELECT count(*) FROM customer_archive WHERE owner_id = %s AND id = ANY(%s)", [target.id, archives.ids]
        )
        (count,) = env.cr.fetchone()
        frame.goal("PA-reassign", elapsed / max(len(archives), 1), 0.5)
        frame.figure(f"{count} of {len(archives)} archives moved in {elapsed / 1000:.1f} s, not committed")
        assert moved is None or count == len(archives), "not all archives were moved"
