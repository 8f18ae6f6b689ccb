"""Leads and sales orders of other apps for the customers that load.py has loaded, with plain SQL.

    python bench/documents.py -c CONF DATABASE

One of each is made through the ORM; INSERT … SELECT copies its row, with other customers, salespeople, dates, amounts.
Owners are spread as the customers are: a document is its customer's account manager's.
"""

import argparse
import sys
import time

import frame
import load

LEADS = 200_000
ORDERS = 150_000
SEED = 7919  # prime: walks through the customers in an order of its own

# Column: SQL of its value, where it differs from the first record's. `n` counts, `p` is the customer.
LEAD = {
    "name": "'商机 ' || n",
    "partner_id": "p.id",
    "user_id": "p.owner_id",
    "type": "'opportunity'",
    "partner_name": "p.name",
    "email_from": "p.email",
    "email_normalized": "p.email_normalized",
    "phone": "p.phone",
    "phone_sanitized": "p.phone_sanitized",
    "city": "p.city",
    "expected_revenue": "mod(n, 500) * 100",
    "prorated_revenue": "mod(n, 500) * 10",
    "priority": "mod(n, 4)::text",
    "stage_id": "(SELECT id FROM crm_stage ORDER BY sequence, id OFFSET mod(n, 3) LIMIT 1)",
    "create_date": "timestamp '2024-01-01' + n * interval '5 minutes'",
    "write_date": "timestamp '2024-01-01' + n * interval '5 minutes'",
    "date_open": "timestamp '2024-01-01' + n * interval '5 minutes'",
    "date_last_stage_update": "timestamp '2024-01-01' + n * interval '5 minutes'",
}
ORDER = {
    "name": "'S' || lpad((n + 10000)::text, 7, '0')",
    "partner_id": "p.id",
    "partner_invoice_id": "p.id",
    "partner_shipping_id": "p.id",
    "user_id": "p.owner_id",
    "state": "'sale'",
    "date_order": "timestamp '2024-01-01' + n * interval '7 minutes'",
    "create_date": "timestamp '2024-01-01' + n * interval '7 minutes'",
    "write_date": "timestamp '2024-01-01' + n * interval '7 minutes'",
    "amount_untaxed": "mod(n, 900) * 10",
    "amount_total": "mod(n, 900) * 10",
    "access_token": "NULL",
}


def fill(cr, table, first, values, count):
    """Copy the row `first` of a table so many times, with these values."""
    cr.execute(
        """
        SELECT attname FROM pg_attribute
         WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'
        """,
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    chosen = ", ".join(values.get(name, f'first."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"""
        INSERT INTO {table} ({names})
        SELECT {chosen}
          FROM generate_series(1, %s) n
          JOIN bench_customer p ON p.number = (n::bigint * %s) %% (SELECT count(*) FROM bench_customer)
          JOIN {table} first ON first.id = %s
         ORDER BY n
        """,
        [count, SEED, first],
    )
    return cr.rowcount


def number_customers(cr):
    """A temporary table of the loaded partners with a number from 0 on and the account manager of their company."""
    cr.execute(
        """
        CREATE TEMPORARY TABLE bench_customer ON COMMIT DROP AS
        SELECT p.id, p.name, p.email, p.email_normalized, p.phone, p.phone_sanitized, p.city,
               coalesce(p.user_id, company.user_id) AS owner_id, row_number() OVER (ORDER BY p.id) - 1 AS number
          FROM res_partner p LEFT JOIN res_partner company ON company.id = p.parent_id
         WHERE p.id >= %s AND (p.parent_id IS NULL OR p.id %% 10 = 0)
        """,
        [load.FIRST_ID],
    )
    cr.execute("CREATE INDEX ON bench_customer (number)")
    cr.execute("ANALYZE bench_customer")


def first_records(env):
    customer = env["res.partner"].search([("id", ">=", load.FIRST_ID)], limit=1, order="id")
    lead = env["crm.lead"].create({"name": "First", "type": "opportunity", "partner_id": customer.id})
    order = env["sale.order"].create({"partner_id": customer.id})
    env.flush_all()
    return lead.id, order.id


def load_documents(side):
    """Make the documents, and give some account managers the right to see all of them; prints the time."""
    start = time.perf_counter()
    with side.registry.cursor() as cr:
        env = frame.Environment(cr, frame.SUPERUSER_ID, dict(load.PASSWORD_CONTEXT, mail_create_nolog=True))
        lead, order = first_records(env)
        number_customers(cr)
        leads = fill(cr, "crm_lead", lead, LEAD, LEADS)
        orders = fill(cr, "sale_order", order, ORDER, ORDERS)
        seer = env["res.users"].search([("login", "=", frame.SEER)])
        seer.group_ids += env.ref("sales_team.group_sale_salesman_all_leads")
        env.flush_all()
        cr.commit()
    load.vacuum(side)
    seconds = time.perf_counter() - start
    print(f"{side.database}: {leads} leads, {orders} orders in {seconds:.1f} s", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", dest="conf", required=True)
    parser.add_argument("database")
    arguments = parser.parse_args()
    frame.start(arguments.conf)
    load_documents(frame.Side("", arguments.database))


if __name__ == "__main__":
    main()
