"""BL1: seconds to load the customers into an empty stock database, by COPY, complete as if the ORM had written them.

    python bench/load.py -c CONF DATABASE ROWS [--archives SHARE]     load
    python bench/load.py -c CONF DATABASE --check                     300 rows by COPY and by the ORM: the same columns?

Rows are partners: companies, their contacts, individuals (see customer_generator). Their ids are FIRST_ID + position
in the stream, in every database. No chatter messages and no followers are made. The 50 account managers are made
through the ORM. In a database with the addon, its own bulk methods then fill what it derives (search keys) and open
archives for a share of the top-level customers.
"""

import argparse
import sys
import time

import frame
from generator import generator

DATABASES = ("empty",)
FIRST_ID = 1001
PASSWORD_CONTEXT = {"no_reset_password": True, "mail_create_nosubscribe": True, "tracking_disable": True}
MANAGER_GROUPS = (
    "base.group_user",
    "base.group_partner_manager",
    "sales_team.group_sale_salesman",
    "customer_archive.group_user",
    "customer_archive.group_account_manager",
)
TEAMS = 5
CHUNK = 1 << 20  # characters handed to COPY at a time
ARCHIVES_AT_ONCE = 20_000

# Column of res_partner: the value of a row, as text; None is NULL. `it` is the Customer, `up` its company or None.
TEXT = {
    "name": lambda it, up: it.name,
    "complete_name": lambda it, up: f"{up.name}, {it.name}" if up else it.name,
    "commercial_company_name": lambda it, up: up.name if up else it.name if it.is_company else None,
    "ref": lambda it, up: it.ref,
    "vat": lambda it, up: it.uscc,
    "website": lambda it, up: it.website,
    "function": lambda it, up: it.function,
    "type": lambda it, up: it.type,
    "street": lambda it, up: it.street,
    "street2": lambda it, up: it.street2,
    "zip": lambda it, up: it.zip,
    "city": lambda it, up: it.city,
    "email": lambda it, up: it.email,
    "email_normalized": lambda it, up: it.email,
    "phone": lambda it, up: it.phone,
    "phone_sanitized": lambda it, up: it.phone_e164,
    "lang": lambda it, up: "zh_CN" if it.country == "CN" else "en_US",
    "create_date": lambda it, up: it.created,
    "write_date": lambda it, up: it.created,
    "is_company": lambda it, up: "t" if it.is_company else "f",
    "active": lambda it, up: "t",
    "partner_share": lambda it, up: "t",
    "color": lambda it, up: "0",
    "message_bounce": lambda it, up: "0",
    # Of other apps, where these are there.
    "autopost_bills": lambda it, up: "ask",
    "customer_rank": lambda it, up: "0",
    "supplier_rank": lambda it, up: "0",
}


class Rows:
    """A file that COPY reads: the lines of a generator, handed over in chunks."""

    def __init__(self, lines):
        self.lines = lines
        self.rest = ""

    def read(self, size):
        parts, length = [self.rest], len(self.rest)
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if length >= max(size, CHUNK):
                break
        data = "".join(parts)
        self.rest = data[size:]
        return data[:size]


def partner_lines(customers, columns, ids, tags):
    """Lines for COPY res_partner. Tags are appended to `tags` as lines for the table of the relation."""
    values = [TEXT.get(column) or _id_column(column, ids) for column in columns]
    company = None
    for it in customers:
        if it.parent is None:
            company = it if it.is_company else None
            up = None
        else:
            up = company
        row = [value(it, up) for value in values]
        yield "\t".join(["\\N" if value is None else value for value in row]) + "\n"
        if it.tags:
            tags.extend(f"{FIRST_ID + it.index}\t{ids['tags'][tag]}\n" for tag in it.tags)


def _id_column(column, ids):
    states, countries, industries, managers = ids["states"], ids["countries"], ids["industries"], ids["managers"]
    return {
        "id": lambda it, up: str(FIRST_ID + it.index),
        "parent_id": lambda it, up: str(FIRST_ID + it.parent) if up else None,
        "commercial_partner_id": lambda it, up: str(FIRST_ID + (it.parent if up else it.index)),
        "state_id": lambda it, up: states.get(it.province),
        "country_id": lambda it, up: countries[it.country],
        "industry_id": lambda it, up: industries.get(it.industry),
        "user_id": lambda it, up: None if it.manager is None else managers[it.manager],
        "create_uid": lambda it, up: ids["admin"],
        "write_uid": lambda it, up: ids["admin"],
    }[column]


ID_COLUMNS = (
    "id",
    "parent_id",
    "commercial_partner_id",
    "state_id",
    "country_id",
    "industry_id",
    "user_id",
    "create_uid",
    "write_uid",
)


def prepare_records(env):
    """Account managers in five teams, tags; the ids that rows refer to, as text."""
    groups = [env.ref(xmlid, raise_if_not_found=False) for xmlid in MANAGER_GROUPS]
    groups = [group.id for group in groups if group]
    users = env["res.users"].with_context(**PASSWORD_CONTEXT)
    managers = users.create(
        [
            {"login": login, "name": name, "lang": "zh_CN", "tz": "Asia/Shanghai", "group_ids": [(6, 0, groups)]}
            for login, name in generator.account_managers()
        ]
    )
    for number in range(TEAMS):
        members = managers[number::TEAMS]
        env["crm.team"].create({"name": f"销售{number + 1}部", "member_ids": [(6, 0, members.ids)]})
    tags = env["res.partner.category"].create([{"name": name} for name in generator.TAGS])
    country = env.ref("base.cn")
    return {
        "admin": str(env.ref("base.user_admin").id),
        "managers": [str(user.id) for user in managers],
        "tags": tags.ids,
        "states": {state.get_external_id()[state.id][-2:]: str(state.id) for state in country.state_ids},
        "countries": {record.code: str(record.id) for record in env["res.country"].search([])},
        "industries": {
            letter: str(env.ref(f"base.res_partner_industry_{letter}").id) for letter in "ABCDEFGHIJKLMNOPQRSTU"
        },
    }


def copy_rows(cr, customers, ids):
    """COPY into res_partner and its tags; returns the number of rows. Quick where `without_indexes` has been called."""
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'")
    present = {row[0] for row in cr.fetchall()}
    columns = [name for name in (*ID_COLUMNS, *TEXT) if name in present]
    cr.execute("SELECT max(id) FROM res_partner")
    assert cr.fetchone()[0] < FIRST_ID, "the database has customers already"
    tags = []
    raw = cr._obj
    lines = Rows(partner_lines(customers, columns, ids, tags))
    raw.copy_expert(f"COPY res_partner ({', '.join(columns)}) FROM STDIN", lines)
    loaded = raw.rowcount
    raw.copy_expert("COPY res_partner_res_partner_category_rel (partner_id, category_id) FROM STDIN", Rows(iter(tags)))
    return loaded


def without_indexes(cr):
    """Drop the indexes and foreign keys of res_partner, not its primary key; returns statements to bring them back."""
    cr.execute(
        """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE conrelid = 'res_partner'::regclass AND contype = 'f'
        """
    )
    constraints = cr.fetchall()
    cr.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
         WHERE i.indrelid = 'res_partner'::regclass
           AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """
    )
    indexes = cr.fetchall()
    for name, _definition in constraints:
        cr.execute(f'ALTER TABLE res_partner DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in indexes] + [
        f'ALTER TABLE res_partner ADD CONSTRAINT "{name}" {definition}' for name, definition in constraints
    ]


def make_indexes(cr, statements):
    """Bring back what `without_indexes` has dropped."""
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for statement in statements:
        cr.execute(statement)


def load(side, count, seed=1, archives=0.0):
    """Load `count` partners; prints the seconds of each step.

    :param archives: in a database with the addon, the share of the top-level customers that get archives
    :returns: seconds of all but what belongs to the addon
    """
    clock = Clock()
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, {})
        ids = prepare_records(env)
        env.flush_all()
        again = without_indexes(cr)
        clock.step("users")
        # No archive is there yet that the triggers could protect contacts of, and they would look for indexes.
        cr.execute("ALTER TABLE res_partner DISABLE TRIGGER USER")
        loaded = copy_rows(cr, generator.customers(count, seed), ids)
        cr.execute("ALTER TABLE res_partner ENABLE TRIGGER USER")
        cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
        cr.execute("ANALYZE")
        cr.commit()
        clock.step("COPY")
    # The keys without the indexes, too: those would have to follow each change.
    with side.registry.cursor() as cr:
        keys = derive_keys(frame.Environment(cr, frame.SUPERUSER_ID, {}))
        cr.commit()
    if keys:
        # Rewritten without the old rows: an index on rows that were updated in place (HOT) would not be used as long as
        # any older transaction of the server runs.
        vacuum(side, "VACUUM FULL res_partner")
    clock.step("search keys", of_addon=True)
    with side.registry.cursor() as cr:
        make_indexes(cr, again)
        cr.commit()
    clock.step("indexes")
    opened = open_archives(side, archives) if archives else 0
    clock.step("archives", of_addon=True)
    vacuum(side)
    clock.step("VACUUM ANALYZE")
    print(f"{side.database}: {loaded} partners, {keys} search keys, {opened} archives; {clock}", file=sys.stderr)
    return clock.of_loading


class Clock:
    """Seconds of the steps of a job."""

    def __init__(self):
        self.last, self.of_loading, self.text = time.perf_counter(), 0.0, []

    def step(self, name, of_addon=False):
        seconds, self.last = time.perf_counter() - self.last, time.perf_counter()
        self.text.append(f"{name} {seconds:.1f} s")
        if not of_addon:
            self.of_loading += seconds

    def __str__(self):
        return ", ".join(self.text)


def derive_keys(env):
    """Have the addon derive what it derives from rows that didn't come through the ORM; returns how many it wrote."""
    rebuild = getattr(env["res.partner"], "_archive_rebuild_search_keys", None)
    if "customer.archive.match.key" in env:
        env["customer.archive.match.key"]._rebuild()
    return rebuild() if rebuild else 0


def vacuum(side, statement="VACUUM ANALYZE"):
    """What autovacuum would do some minutes later, so that it doesn't happen while measuring."""
    cr = side.registry.cursor()
    try:
        cr.commit()
        cr._cnx.autocommit = True
        cr._obj.execute(statement)
    finally:
        cr._cnx.autocommit = False
        cr.close()


def unopened(cr, is_company):
    """Ids of the top-level customers of a kind that have no archive."""
    cr.execute(
        """
        SELECT id FROM res_partner
         WHERE id >= %s AND parent_id IS NULL AND is_company IS NOT DISTINCT FROM %s AND archive_id IS NULL
         ORDER BY id
        """,
        [FIRST_ID, is_company],
    )
    return [row[0] for row in cr.fetchall()]


def open_archives(side, share):
    """Open archives for a share of the top-level customers, spread evenly; returns their number."""
    if not side.has("customer_archive.category_company"):
        return 0
    opened = 0
    for is_company, category in ((True, "category_company"), (False, "category_person")):
        with side.registry.cursor() as cr:
            ids = [customer for customer in unopened(cr, is_company) if customer * 7919 % 1000 < share * 1000]
        for start in range(0, len(ids), ARCHIVES_AT_ONCE):
            with side.registry.cursor() as cr:
                env = frame.Environment(cr, frame.SUPERUSER_ID, {})
                partners = env["res.partner"].browse(ids[start : start + ARCHIVES_AT_ONCE])
                opened += len(partners.archive_open(env.ref(f"customer_archive.{category}")))
                env.flush_all()
                cr.commit()
    return opened


def run(sides, size):
    """The benchmark `load`: users, COPY, indexes and ANALYZE; 180 s for a million."""
    frame.goal("BL1", load(sides["empty"], size), 180 * size / 1_000_000)


def check(side, count=300):
    """Load rows, create the same ones through the ORM, compare all columns; everything is rolled back.

    :returns: {column: (position, value by COPY, value by the ORM) of the first difference}
    """
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, dict(PASSWORD_CONTEXT))
        ids = prepare_records(env)
        env.flush_all()
        rows = list(generator.customers(count))
        copy_rows(cr, rows, ids)
        derive_keys(env)
        cr.execute("SELECT * FROM res_partner WHERE id >= %s ORDER BY id", [FIRST_ID])
        copied = cr.dictfetchall()
        created = {}
        for it in rows:
            created[it.index] = env["res.partner"].create(_vals(it, ids, created))
        env.flush_all()
        cr.execute("SELECT * FROM res_partner WHERE id = ANY(%s) ORDER BY id", [[each.id for each in created.values()]])
        by_orm = cr.dictfetchall()
        cr.rollback()
    differences = {}
    shift = by_orm[0]["id"] - copied[0]["id"]
    for position, (left, right) in enumerate(zip(copied, by_orm, strict=True)):
        for column in left.keys() - {"create_date", "write_date", "create_uid", "write_uid"}:
            value = left[column]
            if column in ("id", "parent_id", "commercial_partner_id") and value:
                value += shift
            if value != right[column]:
                differences.setdefault(column, (position, value, right[column]))
    return differences


def _vals(it, ids, created):
    parent = created.get(it.parent)
    vals = {
        "name": it.name,
        "is_company": it.is_company,
        "type": it.type,
        "parent_id": parent.id if parent else False,
        "phone": it.phone,
        "email": it.email,
        "function": it.function,
        "lang": "zh_CN" if it.country == "CN" else "en_US",
    }
    if not parent or it.type == "delivery":
        vals.update(
            street=it.street,
            street2=it.street2,
            city=it.city,
            zip=it.zip,
            state_id=int(ids["states"].get(it.province) or 0),
            country_id=int(ids["countries"][it.country]),
        )
    if not parent:
        vals.update(
            ref=it.ref,
            vat=it.uscc,
            website=it.website,
            industry_id=int(ids["industries"].get(it.industry) or 0),
            user_id=None if it.manager is None else int(ids["managers"][it.manager]),
            category_id=[(6, 0, [ids["tags"][tag] for tag in it.tags])],
        )
    return vals


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", dest="conf", required=True)
    parser.add_argument("database")
    parser.add_argument("rows", nargs="?", type=int, default=0)
    parser.add_argument("--archives", type=float, default=0.0, help="share of the top-level customers, 0 to 1")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    frame.start(arguments.conf)
    side = frame.Side("", arguments.database)
    if arguments.check:
        differences = check(side)
        for column, (position, copied, by_orm) in sorted(differences.items()):
            print(f"row {position} {column}: {copied!r} by COPY, {by_orm!r} by the ORM")
        sys.exit(bool(differences))
    load(side, arguments.rows, archives=arguments.archives)


if __name__ == "__main__":
    main()
