"""PN1 PN2 PN3: quick search, customer list and form as an account manager, compared with stock Odoo."""

import frame

DATABASES = ("stock", "project")

# Texts that no customer has.
MISSES = ("魑魅魍魉", "zzqxjkv", "19900000000000")
MISSES_OF_TWO = ("魑魍", "饕餮")
# Names of two characters, from frequent to rare.
HITS_OF_TWO = ("张伟", "司马")
# So frequent that even a scan in the order of names finds a page at once: no goal, told for completeness.
FREQUENT_OF_TWO = "科技"
LIMIT = 8  # of the web client's search for a relation
PAGE, SMALL_PAGE = 80, 20
COUNT_LIMIT = 10_001
FORMS = 5
ACTION = "contacts.action_contacts"


def run(sides, size):
    rare = rare_names(sides["stock"])
    search_goal(sides, "PN1", 1 / 100, [*MISSES, *rare])
    search_goal(sides, "PN2", 1 / 20, [*MISSES_OF_TWO, *HITS_OF_TWO], told_only=[FREQUENT_OF_TWO])
    found_alike(sides, [*rare, *HITS_OF_TWO])
    pages(sides)


def search(text, limit=LIMIT):
    return lambda env: env["res.partner"].name_search(text, limit=limit)


def search_goal(sides, name, at_most, texts, told_only=()):
    """The goal is for the text with the worst ratio of whole times, whatever the size."""
    worst, lines = 0.0, []
    for text in [*texts, *told_only]:
        measured = frame.measure({kind: (side, search(text)) for kind, side in sides.items()}, repeat=7)
        stock, project = measured["stock"], measured["project"]
        ratio = project.seconds / stock.seconds
        if text in texts:
            worst = max(worst, ratio)
        lines.append(
            f"{text}: stock {stock.ms:.2f} ms ({len(stock.result)} found), project {project.ms:.2f} ms"
            f" ({len(project.result)}); ratio {ratio:.4f}{' (no goal)' if text in told_only else ''}"
        )
    frame.goal(name, worst, at_most)
    for line in lines:
        frame.figure(line)


def rare_names(side, wanted=3):
    """Parts of names, four characters or so, that 1 to 3 customers have."""
    names = []
    with side.request() as env:
        env.cr.execute(
            """
            SELECT substr(name, 3, 5) FROM res_partner
             WHERE is_company AND id % 997 = 1 AND parent_id IS NULL AND name ~ '^[一-龥]{10,}$' ORDER BY id LIMIT 30
            """
        )
        for (part,) in env.cr.fetchall():
            env.cr.execute("SELECT count(*) FROM res_partner WHERE complete_name ILIKE %s", [f"%{part}%"])
            if 1 <= env.cr.fetchone()[0] <= 3:
                names.append(part)
            if len(names) == wanted:
                break
    return names


def found_alike(sides, texts):
    """A search that is fast but loses customers would be worth nothing: all that stock finds must be found."""
    for text in texts:
        found = {}
        for kind, side in sides.items():
            with side.request() as env:
                found[kind] = {name for _id, name in search(text, limit=None)(env)}
        lost = found["stock"] - found["project"]
        if lost:
            frame.goal(f"PN-lost-{text}", len(lost), 0)
            frame.figure(f"stock finds {len(found['stock'])} names; lost among others: {', '.join(sorted(lost)[:3])}")


def pages(sides):
    """PN3: the worst of list and form, in time and in statements."""
    requests = {kind: page_requests(side) for kind, side in sides.items()}
    calls = {}
    for kind, side in sides.items():
        listing, forms = requests[kind]
        calls[kind, "list"] = (side, listing(PAGE))
        calls[kind, "short"] = (side, listing(SMALL_PAGE))
        calls[kind, "form"] = (side, forms)
    measured = frame.measure(calls, repeat=31)
    ratios, more = {}, {}
    for view in ("list", "form"):
        ratios[view] = measured["project", view].seconds / measured["stock", view].seconds
        more[view] = measured["project", view].queries - measured["stock", view].queries
    more["form"] /= FORMS
    # Statements that grow with the page, beyond those that stock has as well.
    grown = {kind: measured[kind, "list"].queries - measured[kind, "short"].queries for kind in sides}
    frame.goal("PN3-time", max(ratios.values()), 1.15)
    frame.goal("PN3-queries", max(more.values()), 2)
    frame.goal("PN3-queries-per-row", max(grown["project"] - grown["stock"], 0) / (PAGE - SMALL_PAGE), 0)
    for view, divisor in (("list", 1), ("form", FORMS)):
        stock, project = measured["stock", view], measured["project", view]
        frame.figure(
            f"{view}: stock {stock.ms / divisor:.2f} ms, {stock.queries / divisor:.0f} queries;"
            f" project {project.ms / divisor:.2f} ms, {project.queries / divisor:.0f} queries; {ratios[view]:.2f}×"
        )


def page_requests(side):
    """(page size -> call for a page of the list, call that opens FORMS forms one after the other)."""
    with side.request(frame.MANAGER) as env:
        model, columns = frame.client_request(env, ACTION, "list")
        context = model.env.context
        _model, card = frame.client_request(env, ACTION, "form")
        # Customers of the account manager with contacts, so that the form has lines to show.
        env.cr.execute(
            """
            SELECT p.id FROM res_partner p
             WHERE p.user_id = %s AND p.parent_id IS NULL AND p.is_company AND p.vat IS NOT NULL
               AND EXISTS (SELECT 1 FROM res_partner c WHERE c.parent_id = p.id)
             ORDER BY p.id LIMIT %s
            """,
            [env.uid, FORMS],
        )
        ids = [row[0] for row in env.cr.fetchall()]

    def listing(rows):
        return lambda env: (
            env["res.partner"]
            .with_context(**context)
            .web_search_read([], columns, offset=0, limit=rows, order="", count_limit=COUNT_LIMIT)
        )

    def forms(env):
        for customer in ids:
            env.invalidate_all()
            env["res.partner"].with_context(**context).browse(customer).web_read(card)

    return listing, forms
