"""What keeps the table of protected contacts right at once, whoever writes and however: triggers of the database."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES, SEALED

# Plans of functions are kept: one made while the tables were small would read them whole for ever; a merge join reads
# an index from its beginning up to what has changed; compiling takes longer than all the work. ANY(ARRAY(SELECT …)) is
# an index's work whatever the statistics say; of a plain array that is longer than the table seemed to be it is none.
OPTIONS = "LANGUAGE plpgsql SET enable_seqscan = off SET enable_mergejoin = off SET jit = off"

# What decides about the customer of an archive ``a``: of a sealed one a rank above all, and nobody's.
DECIDES = {
    "{rank}": "CASE WHEN a.state = 'sealed' THEN {sealed} ELSE array_position({levels}, a.level) END",
    "{owner}": "CASE WHEN a.state <> 'sealed' THEN a.owner_id END",
    "{team}": "CASE WHEN a.state <> 'sealed' THEN a.team_id END",
}

# Rows of some contacts and of all below them. The nearest archive above decides; nothing above: no row.
REFRESH = """
CREATE OR REPLACE FUNCTION customer_archive_access_refresh(starts integer[]) RETURNS void {options}
SET enable_hashjoin = off AS $$
BEGIN
    -- A contact that is added while another transaction gives the archive to somebody else would keep the old owner:
    -- neither sees the other's row. Both write the customer's own row, so the later one is refused and tried again.
    WITH RECURSIVE up AS (
        SELECT p.parent_id AS id FROM res_partner p WHERE p.id = ANY(ARRAY(SELECT unnest(starts)))
        UNION
        SELECT above.id
          FROM up CROSS JOIN LATERAL (SELECT p.parent_id AS id FROM res_partner p WHERE p.id = up.id OFFSET 0) above
         WHERE (SELECT a.id FROM customer_archive a WHERE a.partner_id = up.id LIMIT 1) IS NULL
    )
    UPDATE customer_archive_access x SET rank = x.rank
     WHERE x.partner_id = ANY(ARRAY(
           SELECT up.id FROM up
            WHERE (SELECT a.id FROM customer_archive a WHERE a.partner_id = up.id LIMIT 1) IS NOT NULL));

    -- The same where no archive is above yet: whoever opens one just now, or moves the contact above below a customer,
    -- writes the row of each contact that they see. Once in a transaction is enough.
    UPDATE res_partner q SET reach_rank = q.reach_rank
     WHERE q.id = ANY(ARRAY(
           SELECT p.parent_id FROM res_partner p
            WHERE p.id = ANY(ARRAY(SELECT unnest(starts))) AND p.parent_id IS NOT NULL))
       AND q.xmin <> pg_current_xact_id()::xid
       AND (SELECT x.id FROM customer_archive_access x WHERE x.partner_id = q.id LIMIT 1) IS NULL;

    -- OFFSET 0 keeps each of these a lookup by its index: by the statistics of a table that has just been filled, or
    -- is being filled, PostgreSQL would read all of it for every contact.
    WITH RECURSIVE up AS (
        SELECT p.id AS start, p.id, p.parent_id, 0 AS depth
          FROM res_partner p WHERE p.id = ANY(ARRAY(SELECT unnest(starts)))
        UNION
        SELECT up.start, above.id, above.parent_id, up.depth + 1
          FROM up
         CROSS JOIN LATERAL (
               SELECT p.id, p.parent_id FROM res_partner p WHERE p.id = up.parent_id OFFSET 0) above
         WHERE up.depth < 100 AND (SELECT a.id FROM customer_archive a WHERE a.partner_id = up.id LIMIT 1) IS NULL
    ), tree AS (
        SELECT up.start AS id, a.id AS archive_id
          FROM up LEFT JOIN LATERAL (
               SELECT a.id FROM customer_archive a WHERE a.partner_id = up.id OFFSET 0) a ON TRUE
         WHERE a.id IS NOT NULL OR up.parent_id IS NULL
        UNION
        SELECT child.id, tree.archive_id
          FROM tree
         CROSS JOIN LATERAL (SELECT c.id FROM res_partner c WHERE c.parent_id = tree.id OFFSET 0) child
         WHERE (SELECT own.id FROM customer_archive own WHERE own.partner_id = child.id LIMIT 1) IS NULL
    ), protected AS (
        SELECT DISTINCT ON (tree.id) tree.id AS partner_id, a.id AS archive_id,
               {rank} AS rank, {owner} AS owner_id, {team} AS team_id
          FROM tree
         CROSS JOIN LATERAL (
               SELECT a.id, a.level, a.state, a.owner_id, a.team_id FROM customer_archive a
                WHERE a.id = tree.archive_id OFFSET 0) a
         CROSS JOIN LATERAL (SELECT p.partner_share FROM res_partner p WHERE p.id = tree.id OFFSET 0) p
         WHERE p.partner_share IS NOT FALSE
           AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = tree.id)
    ), gone AS (
        DELETE FROM customer_archive_access x
         WHERE x.partner_id = ANY(ARRAY(
               SELECT tree.id FROM tree WHERE tree.id NOT IN (SELECT k.partner_id FROM protected k)))
    )
    INSERT INTO customer_archive_access AS x (partner_id, archive_id, rank, owner_id, team_id)
    SELECT partner_id, archive_id, rank, owner_id, team_id FROM protected
    ON CONFLICT (partner_id) DO UPDATE
       SET archive_id = EXCLUDED.archive_id, rank = EXCLUDED.rank,
           owner_id = EXCLUDED.owner_id, team_id = EXCLUDED.team_id
     WHERE (x.archive_id, x.rank, x.owner_id, x.team_id) IS DISTINCT FROM
           (EXCLUDED.archive_id, EXCLUDED.rank, EXCLUDED.owner_id, EXCLUDED.team_id);
END $$
"""

OF_NEW_ARCHIVES = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_new_archives() RETURNS trigger {options} AS $$
BEGIN
    PERFORM customer_archive_access_refresh(array_agg(partner_id)) FROM after_rows WHERE partner_id IS NOT NULL
    HAVING count(*) > 0;
    RETURN NULL;
END $$
"""

# Rows before and after are joined by a hash: their plan is kept, and one made for a single row would compare each row
# with each when a hundred thousand archives are written at once.
OF_ARCHIVES = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_archives() RETURNS trigger {options}
SET enable_nestloop = on AS $$
DECLARE
    changed integer[];
    moved integer[];
BEGIN
    PERFORM set_config('enable_nestloop', 'off', true);
    SELECT array_agg(n.id) FILTER (WHERE n.partner_id IS NOT DISTINCT FROM o.partner_id),
           array_agg(n.partner_id) FILTER (WHERE n.partner_id IS DISTINCT FROM o.partner_id)
           || array_agg(o.partner_id) FILTER (WHERE n.partner_id IS DISTINCT FROM o.partner_id)
      INTO changed, moved
      FROM after_rows n JOIN before_rows o ON o.id = n.id
     WHERE (n.partner_id, n.level, n.owner_id, n.team_id, n.state = 'sealed') IS DISTINCT FROM
           (o.partner_id, o.level, o.owner_id, o.team_id, o.state = 'sealed');
    PERFORM set_config('enable_nestloop', 'on', true);
    IF changed IS NOT NULL THEN
        UPDATE customer_archive_access x
           SET (rank, owner_id, team_id) = (
               SELECT {rank}, {owner}, {team}
                 FROM customer_archive a WHERE a.id = x.archive_id)
         WHERE x.archive_id = ANY(ARRAY(SELECT unnest(changed)));
    END IF;
    moved := array_remove(moved, NULL);
    IF cardinality(moved) > 0 THEN
        PERFORM customer_archive_access_refresh(moved);
    END IF;
    RETURN NULL;
END $$
"""

# Archives that became part of another one keep what was filed in them: who reaches it is decided by the one that goes
# on. Owner and team follow; the level does where it was the same, and is never below.
OF_MERGED = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_merged() RETURNS trigger {options}
SET enable_nestloop = on AS $$
DECLARE
    led integer[];
    led_levels varchar[];
    joined integer[];
BEGIN
    -- Most statements are about others; and what follows calls this again.
    IF NOT EXISTS (
        SELECT 1 FROM after_rows n
         WHERE n.merged_into_id IS NOT NULL
            OR n.id IN (SELECT a.merged_into_id FROM customer_archive a WHERE a.merged_into_id IS NOT NULL)) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('enable_nestloop', 'off', true);
    SELECT array_agg(n.id) FILTER (WHERE c.led), array_agg(o.level) FILTER (WHERE c.led),
           array_agg(n.id) FILTER (WHERE n.merged_into_id IS DISTINCT FROM o.merged_into_id)
      INTO led, led_levels, joined
      FROM after_rows n JOIN before_rows o ON o.id = n.id
     CROSS JOIN LATERAL (
           SELECT (n.level, n.owner_id, n.team_id) IS DISTINCT FROM (o.level, o.owner_id, o.team_id) AS led) c;
    PERFORM set_config('enable_nestloop', 'on', true);
    UPDATE customer_archive m
       SET owner_id = n.owner_id, team_id = n.team_id,
           level = CASE WHEN m.level = n.old_level
                          OR array_position({levels}, m.level) < array_position({levels}, n.level)
                        THEN n.level ELSE m.level END
      FROM (SELECT a.*, u.old_level
              FROM unnest(led, led_levels) u(id, old_level)
             CROSS JOIN LATERAL (
                   SELECT a.id, a.level, a.owner_id, a.team_id FROM customer_archive a WHERE a.id = u.id OFFSET 0) a) n
     WHERE m.merged_into_id = n.id;
    UPDATE customer_archive m
       SET owner_id = s.owner_id, team_id = s.team_id,
           level = CASE WHEN array_position({levels}, m.level) < array_position({levels}, s.level)
                        THEN s.level ELSE m.level END
      FROM customer_archive s
     WHERE s.id = m.merged_into_id AND m.id = ANY(ARRAY(SELECT unnest(joined)));
    RETURN NULL;
END $$
"""

OF_NEW_PARTNERS = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_new_partners() RETURNS trigger {options} AS $$
BEGIN
    PERFORM customer_archive_access_refresh(array_agg(id)) FROM after_rows WHERE parent_id IS NOT NULL
    HAVING count(*) > 0;
    RETURN NULL;
END $$
"""

OF_PARTNER = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_partner() RETURNS trigger {options} AS $$
BEGIN
    PERFORM customer_archive_access_refresh(ARRAY[NEW.id]);
    RETURN NULL;
END $$
"""

# Lists of contacts ask every row: a join with the table of protected contacts would cost them twice the time, columns
# beside the row cost nothing. They are no fields of Odoo, because nobody but these triggers (and the change of account
# managers, which writes the same in fewer passes) may write or copy them.
COLUMNS = {"archive_id": "reach_archive", "rank": "reach_rank", "owner_id": "reach_owner", "team_id": "reach_team"}

TO_PARTNERS = """
CREATE OR REPLACE FUNCTION customer_archive_access_to_partners() RETURNS trigger {options} AS $$
DECLARE
    ids integer[];
BEGIN
    SELECT array_agg(a.partner_id) INTO ids
      FROM after_rows a
     CROSS JOIN LATERAL (
           SELECT q.reach_archive, q.reach_rank, q.reach_owner, q.reach_team
             FROM res_partner q WHERE q.id = a.partner_id OFFSET 0) p
     WHERE (p.reach_archive, p.reach_rank, p.reach_owner, p.reach_team)
           IS DISTINCT FROM (a.archive_id, a.rank, a.owner_id, a.team_id);
    IF ids IS NOT NULL THEN
        UPDATE res_partner p
           SET (reach_archive, reach_rank, reach_owner, reach_team) = (
               SELECT a.archive_id, a.rank, a.owner_id, a.team_id
                 FROM customer_archive_access a WHERE a.partner_id = p.id)
         WHERE p.id = ANY(ARRAY(SELECT unnest(ids)));
    END IF;
    RETURN NULL;
END $$
"""

FROM_PARTNERS = """
CREATE OR REPLACE FUNCTION customer_archive_access_from_partners() RETURNS trigger {options} AS $$
BEGIN
    UPDATE res_partner p SET reach_archive = NULL, reach_rank = NULL, reach_owner = NULL, reach_team = NULL
     WHERE p.id = ANY(ARRAY(SELECT b.partner_id FROM before_rows b)) AND p.reach_archive IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM customer_archive_access a WHERE a.partner_id = p.id);
    RETURN NULL;
END $$
"""

FUNCTIONS = {
    "customer_archive_access_refresh": REFRESH,
    "customer_archive_access_of_new_archives": OF_NEW_ARCHIVES,
    "customer_archive_access_of_archives": OF_ARCHIVES,
    "customer_archive_access_of_merged": OF_MERGED,
    "customer_archive_access_of_new_partners": OF_NEW_PARTNERS,
    "customer_archive_access_of_partner": OF_PARTNER,
    "customer_archive_access_to_partners": TO_PARTNERS,
    "customer_archive_access_from_partners": FROM_PARTNERS,
}

# By statement, with the rows before and after, where many rows change at once.
TRIGGERS = {
    "customer_archive_access_insert": (
        "customer_archive",
        "AFTER INSERT ON customer_archive REFERENCING NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_of_new_archives()",
    ),
    "customer_archive_access_update": (
        "customer_archive",
        "AFTER UPDATE ON customer_archive REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_of_archives()",
    ),
    "customer_archive_access_merged": (
        "customer_archive",
        "AFTER UPDATE ON customer_archive REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_of_merged()",
    ),
    "customer_archive_access_partner_insert": (
        "res_partner",
        "AFTER INSERT ON res_partner REFERENCING NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_of_new_partners()",
    ),
    "customer_archive_access_partner_update": (
        "res_partner",
        "AFTER UPDATE OF parent_id, partner_share ON res_partner FOR EACH ROW"
        " WHEN ((OLD.parent_id, OLD.partner_share) IS DISTINCT FROM (NEW.parent_id, NEW.partner_share))"
        " EXECUTE FUNCTION customer_archive_access_of_partner()",
    ),
    "customer_archive_access_row_insert": (
        "customer_archive_access",
        "AFTER INSERT ON customer_archive_access REFERENCING NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_to_partners()",
    ),
    "customer_archive_access_row_update": (
        "customer_archive_access",
        "AFTER UPDATE ON customer_archive_access REFERENCING NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_to_partners()",
    ),
    "customer_archive_access_row_delete": (
        "customer_archive_access",
        "AFTER DELETE ON customer_archive_access REFERENCING OLD TABLE AS before_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_access_from_partners()",
    ),
}


# What a list of contacts counts up to ten thousand is counted from here, those that everybody reads first: the rows
# themselves are wide, and most of them may be hidden.
COUNTED = SQL(
    """
    CREATE INDEX IF NOT EXISTS res_partner_archive_reach ON res_partner (reach_archive NULLS FIRST)
    INCLUDE (active, company_id, partner_share, reach_rank, reach_owner, reach_team)
    """
)


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    def init(self):
        result = super().init()
        # The columns that the triggers name may not be there yet.
        self.pool.post_init(self._install_triggers)
        return result

    def _install_triggers(self):
        for column in COLUMNS.values():
            self.env.cr.execute(
                SQL("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS %s integer", SQL.identifier(column))
            )
        self.env.cr.execute(COUNTED)
        levels = "ARRAY[{}]::varchar[]".format(", ".join(f"'{code}'" for code in LEVEL_CODES))
        texts = {"{options}": OPTIONS, **DECIDES, "{levels}": levels, "{sealed}": str(SEALED)}
        for function in FUNCTIONS.values():
            for token, text in texts.items():
                function = function.replace(token, text)
            self.env.cr.execute(SQL(function))
        for name, (table, definition) in TRIGGERS.items():
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
            self.env.cr.execute(SQL("CREATE TRIGGER %s %s", SQL.identifier(name), SQL(definition)))
        # Those that were merged before there was a trigger.
        self.env.cr.execute(
            SQL(
                """
                UPDATE customer_archive m SET owner_id = s.owner_id, team_id = s.team_id
                  FROM customer_archive s
                 WHERE s.id = m.merged_into_id AND (m.owner_id, m.team_id) IS DISTINCT FROM (s.owner_id, s.team_id)
                """
            )
        )

    def _remove_triggers(self):
        """At uninstallation: the triggers go with their functions, and the columns that they write."""
        for function in FUNCTIONS:
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(function)))
        for column in COLUMNS.values():
            self.env.cr.execute(SQL("ALTER TABLE res_partner DROP COLUMN IF EXISTS %s", SQL.identifier(column)))

    @api.model
    def _sync_partners(self):
        """Write the columns beside the contacts anew where they differ; returns the number of rows."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p
                   SET reach_archive = a.archive_id, reach_rank = a.rank,
                       reach_owner = a.owner_id, reach_team = a.team_id
                  FROM res_partner q LEFT JOIN customer_archive_access a ON a.partner_id = q.id
                 WHERE q.id = p.id
                   AND (p.reach_archive, p.reach_rank, p.reach_owner, p.reach_team)
                       IS DISTINCT FROM (a.archive_id, a.rank, a.owner_id, a.team_id)
                """
            )
        )
        return self.env.cr.rowcount
