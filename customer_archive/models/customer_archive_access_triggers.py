"""What keeps the table of protected contacts right at once, whoever writes and however: triggers of the database."""

from odoo import models
from odoo.tools import SQL

from ..tools.access import LEVEL_CODES

FUNCTIONS = (
    "customer_archive_access_refresh",
    "customer_archive_access_of_archive",
    "customer_archive_access_of_partner",
)

# Rows of one contact and all below it. The archive above decides, the nearest one; nothing above: no row.
REFRESH = """
CREATE OR REPLACE FUNCTION customer_archive_access_refresh(start integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    above integer;
BEGIN
    WITH RECURSIVE up AS (
        SELECT p.id, p.parent_id, 0 AS depth FROM res_partner p WHERE p.id = start
        UNION
        SELECT p.id, p.parent_id, up.depth + 1 FROM up JOIN res_partner p ON p.id = up.parent_id WHERE up.depth < 100
    )
    SELECT a.id INTO above FROM up JOIN customer_archive a ON a.partner_id = up.id ORDER BY up.depth LIMIT 1;

    -- A contact that is added while another transaction gives the archive to somebody else would keep the old owner:
    -- neither sees the other's row. Both write the customer's own row, so the later one is refused and tried again.
    UPDATE customer_archive_access x SET rank = x.rank FROM customer_archive a
     WHERE a.id = above AND x.partner_id = a.partner_id AND a.partner_id <> start;

    WITH RECURSIVE tree AS (
        SELECT start AS id
        UNION
        SELECT child.id FROM tree JOIN res_partner child ON child.parent_id = tree.id
         WHERE NOT EXISTS (SELECT 1 FROM customer_archive own WHERE own.partner_id = child.id)
    ), protected AS (
        SELECT tree.id AS partner_id, a.id AS archive_id, array_position({levels}, a.level) AS rank,
               a.owner_id, a.team_id
          FROM tree JOIN res_partner p ON p.id = tree.id JOIN customer_archive a ON a.id = above
         WHERE p.partner_share IS NOT FALSE
           AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = tree.id)
    ), gone AS (
        DELETE FROM customer_archive_access x USING tree
         WHERE x.partner_id = tree.id AND NOT EXISTS (SELECT 1 FROM protected k WHERE k.partner_id = x.partner_id)
    )
    INSERT INTO customer_archive_access AS x (partner_id, archive_id, rank, owner_id, team_id)
    SELECT partner_id, archive_id, rank, owner_id, team_id FROM protected
    ON CONFLICT (partner_id) DO UPDATE
       SET archive_id = EXCLUDED.archive_id, rank = EXCLUDED.rank,
           owner_id = EXCLUDED.owner_id, team_id = EXCLUDED.team_id;
END $$
"""

OF_ARCHIVE = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_archive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.partner_id IS NOT DISTINCT FROM OLD.partner_id THEN
        UPDATE customer_archive_access
           SET rank = array_position({levels}, NEW.level), owner_id = NEW.owner_id, team_id = NEW.team_id
         WHERE archive_id = NEW.id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.partner_id IS NOT NULL THEN
        PERFORM customer_archive_access_refresh(OLD.partner_id);
    END IF;
    IF NEW.partner_id IS NOT NULL THEN
        PERFORM customer_archive_access_refresh(NEW.partner_id);
    END IF;
    RETURN NULL;
END $$
"""

OF_PARTNER = """
CREATE OR REPLACE FUNCTION customer_archive_access_of_partner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM customer_archive_access_refresh(NEW.id);
    RETURN NULL;
END $$
"""

TRIGGERS = {
    "customer_archive_access_insert": (
        "customer_archive",
        "AFTER INSERT ON customer_archive FOR EACH ROW EXECUTE FUNCTION customer_archive_access_of_archive()",
    ),
    "customer_archive_access_update": (
        "customer_archive",
        "AFTER UPDATE OF partner_id, owner_id, team_id, level ON customer_archive FOR EACH ROW"
        " WHEN ((OLD.partner_id, OLD.owner_id, OLD.team_id, OLD.level) IS DISTINCT FROM"
        " (NEW.partner_id, NEW.owner_id, NEW.team_id, NEW.level))"
        " EXECUTE FUNCTION customer_archive_access_of_archive()",
    ),
    "customer_archive_access_partner_insert": (
        "res_partner",
        "AFTER INSERT ON res_partner FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)"
        " EXECUTE FUNCTION customer_archive_access_of_partner()",
    ),
    "customer_archive_access_partner_update": (
        "res_partner",
        "AFTER UPDATE OF parent_id, partner_share ON res_partner FOR EACH ROW"
        " WHEN ((OLD.parent_id, OLD.partner_share) IS DISTINCT FROM (NEW.parent_id, NEW.partner_share))"
        " EXECUTE FUNCTION customer_archive_access_of_partner()",
    ),
}


class CustomerArchiveAccess(models.Model):
    _inherit = "customer.archive.access"

    def init(self):
        super().init()
        # The columns that the triggers name may not be there yet.
        self.pool.post_init(self._install_triggers)

    def _install_triggers(self):
        levels = "ARRAY[{}]::varchar[]".format(", ".join(f"'{code}'" for code in LEVEL_CODES))
        for function in (REFRESH, OF_ARCHIVE, OF_PARTNER):
            self.env.cr.execute(SQL(function.replace("{levels}", levels)))
        for name, (table, definition) in TRIGGERS.items():
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
            self.env.cr.execute(SQL("CREATE TRIGGER %s %s", SQL.identifier(name), SQL(definition)))

    def _remove_triggers(self):
        """At uninstallation: the triggers go with their functions."""
        for function in FUNCTIONS:
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(function)))
