"""Fed to `odoo shell` by script/test after the uninstall: does Odoo still work, is anything of ours left?"""

# ruff: noqa: F821  (env is the shell's)
import os

modules = os.environ["CA_MODULES"].split(",")
problems = []


def check(condition, sentence):
    if not condition:
        problems.append(sentence)


states = env["ir.module.module"].search([("name", "in", modules)]).mapped("state")
check(set(states) <= {"uninstalled"}, f"the states of {modules} are {states}")

Partner = env["res.partner"]
partners = Partner.search([("name", "in", ["卸载测试有限公司", "Uninstall Person"])])
check(len(partners) == 2, f"of two partners {len(partners)} are left")
names = [name for name, field in Partner._fields.items() if field.store and field.type != "binary"]
check(len(Partner.search([]).read(names)) > 2, "the partners cannot be read")
created = Partner.create({"name": "After", "is_company": True})
created.write({"name": "Afterwards", "child_ids": [(0, 0, {"name": "Child"})]})
created.copy()
for view_type in ("form", "list", "kanban", "search", "activity"):
    views = Partner.get_views([(False, view_type)])
    check(views["views"][view_type]["arch"], f"no {view_type} view of partners")
for view in env["ir.ui.view"].search(
    [("model", "in", ["res.partner", "res.users", "res.config.settings"]), ("type", "!=", "qweb")]
):
    try:
        env[view.model].get_view(view.id, view.type)
    except Exception as error:
        problems.append(f"view {view.xml_id}: {error}")
action = env.ref("contacts.action_contacts")
check(action.read()[0]["res_model"] == "res.partner", "the contacts action is broken")
user = env["res.users"].create(
    {"name": "After", "login": "after_uninstall", "group_ids": [(4, env.ref("base.group_user").id)]}
)
check(Partner.with_user(user).search_count([]) > 2, "a normal user sees no partners")
Partner.with_user(user).search([], limit=80).mapped("display_name")
env["ir.ui.menu"].with_user(user).load_menus(False)
for cron in env["ir.cron"].search([("active", "=", True)]):
    check(cron.model_id.model in env, f"the cron {cron.name} works on a model that is gone")

# Customers that came with the demo data may stay, with their names; everything else of ours must be gone.
left = env["ir.model.data"].search([("module", "in", modules)])
left = left.filtered(lambda data: not (data.model == "res.partner" and Partner.browse(data.res_id).exists()))
check(not left, f"external ids are left: {left.mapped('complete_name')[:10]}")
env.cr.execute(
    """select c.name from ir_model_constraint c join ir_module_module m on m.id = c.module
       join pg_constraint p on p.conname = c.name where m.name = any(%s)""",
    [modules],
)
check(not (names := [name for (name,) in env.cr.fetchall()]), f"constraints are left: {names}")
prefixes = tuple(module + "%" for module in modules)
for prefix in prefixes:
    env.cr.execute("select tablename from pg_tables where schemaname = 'public' and tablename like %s", [prefix])
    check(not (tables := [name for (name,) in env.cr.fetchall()]), f"tables are left: {tables}")
env.cr.execute("select column_name from information_schema.columns where table_name = 'res_partner'")
columns = {name for (name,) in env.cr.fetchall()}
known = {name for name, field in Partner._fields.items() if field.column_type}
check(columns <= known | {"id"}, f"columns of res_partner are left: {sorted(columns - known)}")
env.cr.rollback()

if problems:
    print("\n".join(f"uninstall: {problem}" for problem in problems))
    raise SystemExit(1)
print("uninstall: all is well")
