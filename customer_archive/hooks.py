"""Installation on a database that already has customers, and the way back."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

# Stored computed columns of res_partner. Odoo would compute them in Python, record by record, for every
# existing partner when it creates the columns; created empty beforehand they cost nothing.
EMPTY_COLUMNS = {
    "archive_id": "integer",
    "archive_number": "varchar",
    "archive_category_id": "integer",
    "archive_search_key": "text",
    "archive_birthday_key": "integer",
}


def pre_init_hook(env):
    for column, sql_type in EMPTY_COLUMNS.items():
        if not column_exists(env.cr, "res_partner", column):
            env.cr.execute(SQL("ALTER TABLE res_partner ADD COLUMN %s %s", SQL.identifier(column), SQL(sql_type)))


def post_init_hook(env):
    env["res.partner"]._archive_rebuild_search_keys()
    env["customer.archive.match.key"]._rebuild()
    env["customer.archive"]._set_all_clocks(lambda *_args, **_kw: True)  # within the installation's transaction
    empty_default_groups(env)
    env["customer.archive.audit"]._log_findings()


def empty_default_groups(env):
    """New users get no rights by default but those of an employee: the apps add theirs to this group (S15)."""
    default = env.ref("base.default_user_group", raise_if_not_found=False)
    if default:
        default.implied_ids = env.ref("base.group_user")


def uninstall_hook(env):
    env["customer.archive.access"]._remove_triggers()
    # The registers go with their tables; as long as they name people, Odoo can't remove the people of the demo data.
    env["customer.archive.destruction"]._remove_triggers()
    env.cr.execute("UPDATE customer_archive_disposal_line SET destruction_id = NULL WHERE destruction_id IS NOT NULL")
    env.cr.execute("DELETE FROM customer_archive_destruction")
    env.cr.execute("DELETE FROM customer_archive_disposal_line")
    env.cr.execute("DELETE FROM customer_archive_disposal")
    env.cr.execute("DROP FUNCTION IF EXISTS customer_archive_destruction_kept CASCADE")
    env.cr.execute("DELETE FROM customer_archive_quality")
    env.cr.execute("DELETE FROM customer_archive_finding")
    env.cr.execute("DELETE FROM customer_archive_inspection_answer")
    env.cr.execute("DELETE FROM customer_archive_inspection_line")
    env.cr.execute("DELETE FROM customer_archive_inspection")
    env.cr.execute("DELETE FROM customer_archive_inspection_plan")
    env.cr.execute("DELETE FROM customer_archive_destroy_file")
    env.cr.execute("DELETE FROM customer_archive_footprint")
    env.cr.execute("DELETE FROM customer_archive_merge_record")
    env.cr.execute("DELETE FROM customer_archive_hold_line")
    env.cr.execute("DELETE FROM customer_archive_hold")
    env.cr.execute("DELETE FROM customer_archive_seal")
    env.cr.execute("DELETE FROM customer_archive_reopening")
    env.cr.execute("DELETE FROM customer_archive_cleaning_line")
    env.cr.execute("DELETE FROM customer_archive_cleaning")
    env.cr.execute("DELETE FROM customer_archive_handover_line")
    env.cr.execute("DELETE FROM customer_archive_handover")
    env.cr.execute("UPDATE customer_archive_verification_line SET last_line_id = NULL WHERE last_line_id IS NOT NULL")
    env.cr.execute("DELETE FROM customer_archive_verification_line")
    env.cr.execute("DELETE FROM customer_archive_verification_request")
    env.cr.execute("DELETE FROM customer_archive_verification")
    env.cr.execute("DELETE FROM customer_archive_verification_campaign")
    env.cr.execute("UPDATE customer_archive_preference SET log_id = NULL WHERE log_id IS NOT NULL")
    env.cr.execute("DELETE FROM customer_archive_contact_log")
    env.cr.execute("DELETE FROM customer_archive_reminder")
    env.cr.execute("UPDATE customer_archive_reminder_rule SET group_id = NULL, user_id = NULL, planned_type_id = NULL")
