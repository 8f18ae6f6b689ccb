"""One small organisation for the tests: a table of roles, two companies, two sales teams, a few customers."""

from contextlib import contextmanager

from stdnum.cn import uscc

from odoo.tests import TransactionCase

# login: (groups, which of the two companies). Nobody has more than what stands here.
ROLES = {
    "employee": ("base.group_user", "one"),
    "contact_maker": ("base.group_user,base.group_partner_manager", "one"),
    # Account managers: the first owns the customers below and is in the north, the other one in the south.
    "clerk": ("customer_archive.group_user", "one"),
    "colleague": ("customer_archive.group_user", "one"),
    "leader": ("customer_archive.group_team_leader", "one"),  # of the north
    "service": ("customer_archive.group_service_manager", "one"),
    "management": ("customer_archive.group_management", "one"),
    "appraiser": ("customer_archive.group_appraiser", "one"),
    "security": ("customer_archive.group_security_officer", "one"),
    "auditor": ("customer_archive.group_auditor", "one"),
    "archivist": ("customer_archive.group_archivist", "one"),
    "manager": ("customer_archive.group_manager,base.group_partner_manager", "one"),
    "sysop": ("base.group_user,base.group_system", "one"),
    "portal": ("base.group_portal", "one"),
    "clerk_two": ("customer_archive.group_user", "two"),
    "archivist_two": ("customer_archive.group_archivist", "two"),
}

NO_MAIL = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
    "lang": "en_US",
}


def make_uscc(number, region="440300"):
    """A valid unified social credit code, another one for each number."""
    body = f"91{region}MA5{number:06d}"
    return body + uscc.calc_check_digit(body)


class ArchiveOrganisation:
    """What the tests work with; for TransactionCase and HttpCase alike (see ArchiveCommon)."""

    @classmethod
    def build_organisation(cls):
        cls.env = cls.env(context=dict(cls.env.context, **NO_MAIL))
        cls.china = cls.env.ref("base.cn")
        cls.company_one, cls.company_two = cls.env["res.company"].create(
            [
                {"name": "测试一公司", "country_id": cls.china.id, "archive_fonds_code": "T01"},
                {"name": "测试二公司", "country_id": cls.china.id, "archive_fonds_code": "T02"},
            ]
        )
        company_of = {"one": cls.company_one, "two": cls.company_two}
        # In one go: made one after the other they take most of a test class's time.
        users = cls.env["res.users"].create(
            [
                {
                    "login": f"test_{role}",
                    "password": f"test_{role}",
                    "name": role.title(),
                    "email": f"{role}@example.com",
                    "tz": "UTC",
                    "lang": "en_US",  # the sentences are compared in English
                    "group_ids": [(6, 0, [cls.env.ref(group).id for group in groups.split(",")])],
                    "company_id": company_of[which].id,
                    "company_ids": [(6, 0, company_of[which].ids)],
                }
                for role, (groups, which) in ROLES.items()
            ]
        )
        cls.user = dict(zip(ROLES, users, strict=True))
        cls.user["public"] = cls.env.ref("base.public_user")
        # The tests' own superuser works for the first company, as the roles do.
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=(cls.company_one | cls.company_two).ids))
        cls.team_north, cls.team_south = cls.env["crm.team"].create(
            [
                {
                    "name": "华北",
                    "archive_unit_code": "HB",
                    "company_id": False,
                    "user_id": cls.user["leader"].id,
                    "member_ids": [(4, cls.user["clerk"].id)],
                },
                {
                    "name": "华南",
                    "archive_unit_code": "HN",
                    "company_id": False,
                    "member_ids": [(4, cls.user["colleague"].id)],
                },
            ]
        )
        cls.category_root = cls.env.ref("customer_archive.category_root")
        cls.category_company = cls.env.ref("customer_archive.category_company")
        cls.category_person = cls.env.ref("customer_archive.category_person")
        cls.category_potential = cls.env.ref("customer_archive.category_potential")
        cls.category_key = cls.env.ref("customer_archive.category_key")
        cls.customer = cls.partner(
            name="深圳市华强电子有限公司",
            is_company=True,
            phone="0755-12345678",
            email="office@huaqiang.example.com",
            vat=make_uscc(1),
            city="深圳市",
            ref="REF-778",
            card_legal_name="华强电子（深圳）有限公司",
        )
        cls.contact, cls.other_contact = cls.partner(
            {
                "name": "李雷",
                "parent_id": cls.customer.id,
                "email": "lilei@huaqiang.example.com",
                "phone": "13900139000",
            },
            {"name": "韩梅梅", "parent_id": cls.customer.id},
        )
        cls.person = cls.partner(name="张伟", phone="138 0013 8000", email="zhang.wei@example.com", city="北京市")
        # Two customers with an archive, one of each kind.
        cls.archived = cls.partner(
            name="北京同仁堂股份有限公司",
            is_company=True,
            phone="010-67001234",
            vat=make_uscc(2, "110101"),
            card_legal_name="中国北京同仁堂股份有限公司",
            card_relation="active",
        )
        cls.archived_person = cls.partner(
            name="王芳", phone="13700137000", card_preferred_name="芳姐", card_gender="female"
        )
        cls.archive = cls.open(cls.archived, cls.category_company)
        cls.person_archive = cls.open(cls.archived_person, cls.category_person)
        cls.env.flush_all()

    @classmethod
    def partner(cls, *vals_list, **vals):
        """New partners in China, entrusted to the clerk where nothing else is said."""
        vals_list = vals_list or (vals,)
        usual = {"country_id": cls.china.id, "user_id": cls.user["clerk"].id}
        return cls.env["res.partner"].create([{**usual, **values} for values in vals_list])

    @classmethod
    def companies(cls, count, **vals):
        """So many companies with names of their own."""
        return cls.partner(
            *({"name": f"批量客户{number:04d}有限公司", "is_company": True, **vals} for number in range(count))
        )

    @classmethod
    def open(cls, partners, category):
        """Their archives, kept by the first company."""
        return partners.with_company(cls.company_one).archive_open(category).with_env(cls.env)

    @classmethod
    def category(cls, **vals):
        """A category of its own, asking for nothing but what the test adds."""
        number = cls.env["customer.archive.category"].search_count([]) + 1
        values = {"name": f"Test {number}", "code": f"TC.{number}", "applies_to": "both", **vals}
        return cls.env["customer.archive.category"].create(values)

    @classmethod
    def item(cls, category, field, **vals):
        """The category asks for a field."""
        values = {
            "category_id": category.id,
            "section_id": cls.env.ref("customer_archive.section_basic").id,
            "field_id": cls.env["ir.model.fields"]._get("res.partner", field).id,
            **vals,
        }
        return cls.env["customer.archive.category.item"].create(values)

    def env_of(self, role, **context):
        """The environment of a role, as a fresh request has it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env(user=self.user[role], context=dict(NO_MAIL, **context), su=False)

    def of(self, role, records, **context):
        """The records as a role sees them."""
        return self.env_of(role, **context)[records._name].browse(records.ids)

    @contextmanager
    def refused(self, exception, *words):
        """The block is refused; the sentence has these words."""
        with self.assertRaises(exception) as caught:
            yield caught
            self.env.flush_all()
        for word in words:
            self.assertIn(word, str(caught.exception))

    def clear(self, role, level, **vals):
        """Grant a role clearance."""
        values = {"user_id": self.user[role].id, "level": level, "valid_until": "2099-12-31", "reason": "test", **vals}
        return self.env["customer.archive.clearance"].create(values)

    def numbers_of(self, partners):
        return partners.mapped("archive_id.number")


class ArchiveCommon(ArchiveOrganisation, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()
