"""Tools for tests of leaks (security.md 1a): a customer with a telltale in every field, every way to ask for records.

Bridges to other apps use them for their own models.
"""

from odoo.exceptions import AccessError, MissingError, UserError

from .common import ArchiveCommon, make_uscc

# Short enough to be found in parts, too odd to be there by chance.
NAME = "泄密柒零玖有限公司"
TELLTALES = ("泄密柒零玖", "canary709", "7097097", "秘密巷709")


class LeakCommon(ArchiveCommon):
    """``hidden`` is a customer of the clerk's that colleagues, employees and billing without policy don't reach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.partner(
            name=NAME,
            is_company=True,
            email="boss@canary709.example.com",
            phone="010-67097097",
            website="https://canary709.example.com",
            street="秘密巷709",
            city="北京市",
            vat=make_uscc(709),
            ref="canary709-ref",
            comment="canary709 comment",
        )
        cls.hidden_contact = cls.partner(
            name="泄密柒零玖先生", parent_id=cls.hidden.id, email="man@canary709.example.com", phone="13970970970"
        )
        cls.hidden_archive = cls.open(cls.hidden, cls.category_company)
        cls.telltales = (*TELLTALES, cls.hidden.vat)
        # A customer of the colleague's own, and a partner without archive.
        cls.theirs = cls.partner(name="南方客户有限公司", is_company=True, user_id=cls.user["colleague"].id)
        cls.open(cls.theirs, cls.category_company)
        cls.plain = cls.partner(name="Plain Partner Ltd", is_company=True, user_id=False)
        cls.env.flush_all()

    @classmethod
    def also(cls, role, *groups):
        """Give a role groups of other apps."""
        cls.user[role].group_ids += cls.env["res.groups"].union(*(cls.env.ref(group) for group in groups))

    @classmethod
    def persona(cls, name, *groups):
        """One more user of the first company, without a role in the archive."""
        cls.user[name] = cls.env["res.users"].create(
            {
                "login": f"test_{name}",
                "password": f"test_{name}",
                "name": name.title(),
                "email": f"{name}@example.com",
                "tz": "UTC",
                "lang": "en_US",
                "group_ids": [(6, 0, [cls.env.ref(group).id for group in ("base.group_user", *groups)])],
                "company_id": cls.company_one.id,
                "company_ids": [(6, 0, cls.company_one.ids)],
            }
        )

    @classmethod
    def policy(cls, **values):
        cls.env["customer.archive.policy"]._record().write(values)

    def assert_no_telltale(self, value, message=""):
        text = value if isinstance(value, str) else repr(value)
        for telltale in self.telltales:
            self.assertNotIn(telltale, text, message)

    def attempt(self, role, call, **context):
        """What the role learns: the answer, or the text of the refusal. Nothing of the hidden customer, in any case."""
        try:
            with self.env.cr.savepoint():
                answer = call(self.env_of(role, **context))
                self.env.flush_all()
        except (AccessError, MissingError, UserError, ValueError) as error:
            answer = error
            text = f"{error} {getattr(error, 'context', '')}"
        else:
            text = repr(answer)
        self.assert_no_telltale(text, f"{role}: {text[:2000]}")
        return answer

    def assert_out_of_reach(self, role, records):
        """The role finds the records in no way, reads, changes, copies and deletes none of them."""
        model, ids = records._name, records.ids
        mine = [("id", "in", ids)]
        fields = [
            name
            for name, field in self.env[model]._fields.items()
            if field.type in ("char", "many2one", "text", "html") and not field.groups
        ]
        empty = {
            "search": lambda env: env[model].search(mine).ids,
            "archived": lambda env: env[model].with_context(active_test=False).search(mine).ids,
            "search_count": lambda env: env[model].search_count(mine),
            "search_read": lambda env: env[model].search_read(mine, ["display_name"]),
            "web_search_read": lambda env: env[model].web_search_read(mine, {"display_name": {}})["records"],
            "name_search": lambda env: env[model].name_search("", mine),
            "formatted_read_group": lambda env: env[model].formatted_read_group(mine, ["create_uid"], ["__count"]),
            "web_read_group": lambda env: env[model].web_read_group(mine, ["create_uid"])["groups"],
            "filtered": lambda env: env[model].browse(ids)._filtered_access("read").ids,
        }
        if "create_uid" not in records._fields:
            for name in ("formatted_read_group", "web_read_group"):
                empty.pop(name)
        for way, call in empty.items():
            with self.subTest(model=model, role=role, way=way):
                self.assertFalse(self.attempt(role, call))
        refused = {
            "read": lambda env: env[model].browse(ids).read(fields),
            "web_read": lambda env: env[model].browse(ids).web_read({"display_name": {}}),
            "attribute": lambda env: [
                env[model].browse(ids)[0][name] for name in fields if env[model]._fields[name].store
            ],
            "export": lambda env: env[model].browse(ids).export_data(["id", "display_name"]),
        }
        if (
            model not in self.env["customer.archive.access"]._links()
        ):  # Odoo checks these when they are asked for by RPC
            refused.pop("attribute")
        if records._auto:
            refused |= {
                "write": lambda env: env[model].browse(ids).write({"create_uid": 1}),
                "unlink": lambda env: env[model].browse(ids).unlink(),
                "copy": lambda env: env[model].browse(ids[:1]).copy(),
            }
        for way, call in refused.items():  # (an AccessError is one; without the right to export, another)
            with self.subTest(model=model, role=role, way=way):
                self.assertIsInstance(self.attempt(role, call), UserError)

    def assert_in_reach(self, role, records):
        """The role finds and reads the records."""
        mine = self.of(role, records)
        with self.subTest(model=records._name, role=role):
            self.assertEqual(mine.search([("id", "in", mine.ids)]).ids, mine.sorted().ids)
            mine.read(["display_name"])
            mine.check_access("read")

    def order_of(self, role, records, order):
        """The ids as the role gets them, in that order."""
        return self.env_of(role)[records._name].search([("id", "in", records.ids)], order=order).ids
