"""After installation: hooks, views and menus for each role, filters, scheduled actions."""

from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, safe_eval

from odoo.addons.customer_archive import hooks

from .common import ROLES, ArchiveCommon

VIEWS = ("form", "list", "kanban", "search", "pivot", "graph", "calendar", "activity")


@tagged("post_install", "-at_install")
class TestInstall(ArchiveCommon):
    def models(self):
        return [name for name, model in self.env.items() if name.startswith("customer.archive") and not model._abstract]

    def own(self, model):
        """The records of a technical model that this addon's data files made."""
        data = self.env["ir.model.data"].search([("module", "=", "customer_archive"), ("model", "=", model)])
        return self.env[model].browse(data.mapped("res_id")).exists()

    # -- hooks --------------------------------------------------------------------------------------------------

    def test_columns_exist_before_the_fields(self):
        """Made empty by the hook, so that Odoo doesn't compute them for each partner at installation."""
        Partner = self.env["res.partner"]
        stored = {
            name
            for name, field in Partner._fields.items()
            if name.startswith(("archive_", "card_")) and field.store and field.compute and field.column_type
        }
        self.assertEqual(stored, set(hooks.EMPTY_COLUMNS))
        self.env.cr.execute(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = 'res_partner'"
        )
        types = dict(self.env.cr.fetchall())
        for name, declared in hooks.EMPTY_COLUMNS.items():
            self.assertEqual(types[name], Partner._fields[name].column_type[0].replace("int4", "int4"), name)
            self.assertIn(declared, ("integer", "varchar", "text"))

    def test_pre_init_twice(self):
        hooks.pre_init_hook(self.env)
        self.assertEqual(self.archived.archive_number, self.archive.number)

    def test_post_init_fills_the_keys(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET archive_search_key = NULL")
        self.env.invalidate_all()
        hooks.post_init_hook(self.env)
        self.env.cr.execute("SELECT count(*) FROM res_partner WHERE archive_search_key IS NULL")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertEqual(self.env_of("clerk")["res.partner"].search([("display_name", "ilike", "huaqiangdz")]).ids, [])
        self.assertIn(
            self.customer.id, self.env_of("clerk")["res.partner"].search([("display_name", "ilike", "华强")]).ids
        )

    # -- views --------------------------------------------------------------------------------------------------

    def test_views_load_for_each_role(self):
        views = self.own("ir.ui.view").filtered(lambda view: view.model and view.type in VIEWS)
        self.assertTrue(views)
        for role in ROLES:
            env = self.env_of(role)
            for view in views:
                if not env[view.model].has_access("read") or role == "portal":
                    continue
                with self.subTest(role=role, view=view.xml_id):
                    base = view
                    while base.mode == "extension":
                        base = base.inherit_id
                    result = env[base.model].get_views([(base.id, base.type)])
                    etree.fromstring(result["views"][base.type]["arch"])

    def test_default_views_of_our_models(self):
        for model in self.models():
            for role in ("clerk", "archivist", "manager"):
                env = self.env_of(role)
                if env[model].has_access("read"):
                    with self.subTest(model=model, role=role):
                        kinds = ("form", "list", "search")
                        views = env[model].get_views([(False, kind) for kind in kinds], {"toolbar": True})["views"]
                        self.assertEqual([etree.fromstring(views[kind]["arch"]).tag for kind in kinds], list(kinds))

    def test_menus_open(self):
        menus = self.own("ir.ui.menu")
        seen = {}
        for role in ("employee", "clerk", "archivist", "manager", "sysop"):
            env = self.env_of(role)
            visible = self.menus_shown(env)
            mine = menus.with_env(env).filtered(lambda menu, visible=visible: menu.id in visible)
            seen[role] = {menu.complete_name.split("/")[-1] for menu in mine}
            for menu in mine.filtered("action"):
                action = env["ir.actions.actions"]._for_xml_id(menu.sudo().action.xml_id)
                with self.subTest(role=role, menu=menu.complete_name):
                    self.open_action(env, action)
        loans = {"Customer Archive", "Loans", "My Loans", "Request Access"}  # of whoever has no role
        self.assertEqual(seen["employee"], loans)
        self.assertEqual(seen["sysop"], loans)
        self.assertLess(seen["clerk"], seen["archivist"])
        self.assertLessEqual(seen["archivist"], seen["manager"])

    def menus_shown(self, env):
        """Ids of the menus that the client shows: those that hang on a root."""
        menus = env["ir.ui.menu"].load_menus(False)
        queue, shown = list(menus["root"]["children"]), set()
        while queue:
            shown.add(queue.pop())
            queue += [child for menu_id in list(shown) for child in menus[menu_id]["children"] if child not in shown]
        return shown

    def open_action(self, env, action):
        """What the client does with an action on a list: the views, then the records."""
        if action["type"] != "ir.actions.act_window":
            return
        model = env[action["res_model"]]
        context = safe_eval(action["context"] or "{}", {"uid": env.uid, "active_id": False, "active_ids": []})
        model = model.with_context(**context)
        model.get_views([tuple(view) for view in action["views"]])
        if not model._transient:
            domain = safe_eval(action["domain"] or "[]", {"uid": env.uid})
            model.web_search_read(domain, {"display_name": {}}, limit=3)
            model.get_empty_list_help("<p>x</p>")

    def test_actions_have_their_own_paths(self):
        paths = self.own("ir.actions.act_window").mapped("path")
        self.assertEqual(len(paths), len(set(filter(None, paths))) + paths.count(False))

    def test_filters_of_the_search_views_run(self):
        """Each filter, each grouping, each field that is typed into, and the side panel."""
        for view in self.own("ir.ui.view").filtered(lambda view: view.type == "search"):
            base = view if view.mode == "primary" else view.inherit_id
            env = self.env_of("manager")
            if not env[base.model].has_access("read"):
                env = self.env_of("security")
            arch = etree.fromstring(env[base.model].get_views([(base.id, "search")])["views"]["search"]["arch"])
            model = env[base.model]
            names = {
                "uid": env.uid,
                "self": "zw",
                "raw_value": "zw",
                "context_today": datetime.date.today,
                "datetime": datetime,
                "active_id": 1,
            }
            for node in arch.iter("filter"):
                with self.subTest(view=view.xml_id, filter=node.get("name")):
                    if node.get("domain"):
                        self.assertLessEqual(len(model.search(safe_eval(node.get("domain"), names), limit=2)), 2)
                    # Odoo's own grouping by properties has no definition here.
                    if "group_by" in (node.get("context") or "") and node.get("name") != "group_by_properties":
                        groups = literal_eval(node.get("context"))["group_by"]
                        groups = [groups] if isinstance(groups, str) else groups
                        rows = model.formatted_read_group(
                            [],
                            [
                                g if ":" in g or model._fields[g].type not in ("date", "datetime") else f"{g}:month"
                                for g in groups
                            ],
                            ["__count"],
                        )
                        self.assertTrue(all(row["__count"] for row in rows))
            for node in arch.xpath("//field[@filter_domain]"):
                with self.subTest(view=view.xml_id, field=node.get("name")):
                    self.assertLessEqual(len(model.search(safe_eval(node.get("filter_domain"), names), limit=2)), 2)
            for node in arch.xpath("//searchpanel/field"):
                method = (
                    "search_panel_select_multi_range" if node.get("select") == "multi" else "search_panel_select_range"
                )
                with self.subTest(view=view.xml_id, panel=node.get("name")):
                    panel = getattr(model, method)(node.get("name"), enable_counters=True, expand=True)
                    self.assertIn("values", panel)

    def test_settings(self):
        """The settings of the archive are an administrator's; they say what the company has."""
        self.user["sysop"].group_ids += self.env.ref("customer_archive.group_manager")
        env = self.env_of("sysop", allowed_company_ids=self.company_one.ids)
        settings = env["res.config.settings"].create({"archive_fonds_code": "T77", "archive_preference_days": 9})
        settings.execute()
        self.assertEqual((self.company_one.archive_fonds_code, self.company_one.archive_preference_days), ("T77", 9))

    # -- the rest -----------------------------------------------------------------------------------------------

    def test_scheduled_actions_run(self):
        crons = self.own("ir.cron")
        self.assertTrue(crons)
        for cron in crons:
            with self.subTest(cron=cron.name), self.enter_registry_test_mode():
                cron.method_direct_trigger()

    def test_fonds_codes_of_all_companies(self):
        for company in self.env["res.company"].search([]):
            self.assertTrue(company.archive_fonds_code)

    def test_groups(self):
        chain = [self.env.ref(f"customer_archive.group_{name}") for name in ("user", "archivist", "manager")]
        for lower, higher in zip(chain, chain[1:], strict=False):
            self.assertIn(lower, higher.all_implied_ids)
        self.assertEqual(len({group.privilege_id for group in chain}), 1)
        # New users get nothing of ours by themselves.
        self.assertFalse(set(chain) & set(self.env.ref("base.default_user_group").all_implied_ids))

    def test_buttons_of_the_forms(self):
        action = self.of("clerk", self.archived).action_view_archive()
        self.assertEqual((action["res_model"], action["res_id"]), ("customer.archive", self.archive.id))
        action = self.of("clerk", self.archive).action_view_partner()
        self.assertEqual(action["res_id"], self.archived.id)
        action = self.of("clerk", self.customer).action_open_archive()
        self.assertEqual(action["context"]["default_partner_ids"], self.customer.ids)
        for name in ("action_ask_deactivate", "action_ask_reopen", "action_ask_renumber"):
            action = getattr(self.of("archivist", self.archive), name)()
            self.assertEqual(action["res_model"], "customer.archive.step")
        with self.assertRaises(AccessError):
            self.of("employee", self.archive).read(["number"])
