"""Write the import templates of customer_archive/static/xls from the labels of a database.

    odoo shell -c CONF -d DATABASE --no-http < script/make_import_templates.py

The headers are the labels of the fields, in English and Chinese, as the database has them; run it again when labels or
translations change. Chinese must be loaded in the database. The same labels give the same files, byte for byte.
"""

import datetime
import pathlib

import xlsxwriter

from odoo.tools.misc import file_path

TEXT, DATE = "@", "yyyy-mm-dd"

# Field, width, what to know (English, Chinese).
COLUMNS = {
    "name": (28, "Required.", "必填。"),
    "is_company": (10, "1 for a company, 0 for an individual.", "公司填 1，个人填 0。"),
    "archive_category_id": (
        14,
        "Code or name of the category, e.g. KH.QY. Filled in: the customer's archive is opened.",
        "门类代码或名称，如 KH.QY。填写后即为该客户建档。",
    ),
    "archive_number": (
        20,
        "Only for customers who have a number already; otherwise the next number is issued.",
        "仅当客户已有档号时填写；留空则自动编号。",
    ),
    "vat": (22, "Unified social credit code, 18 characters.", "统一社会信用代码，18 位。"),
    "card_legal_name": (28, "As on the business licence, where it differs.", "与名称不同时，按营业执照填写。"),
    "industry_id": (16, "Name of the industry.", "行业名称。"),
    "card_size": (22, "", ""),
    "card_founded_on": (12, "Date, e.g. 2015-06-18.", "日期，如 2015-06-18。"),
    "card_preferred_name": (12, "How they like to be addressed.", "称呼。"),
    "card_gender": (10, "", ""),
    "card_birth_date": (12, "Date, e.g. 1988-05-21.", "日期，如 1988-05-21。"),
    "card_occupation": (14, "", ""),
    "phone": (18, "", ""),
    "email": (26, "", ""),
    "website": (26, "", ""),
    "street": (30, "", ""),
    "city": (12, "", ""),
    "state_id": (14, "Name of the province.", "省、自治区、直辖市名称。"),
    "zip": (10, "Six digits.", "6 位数字。"),
    "country_id": (10, "Name of the country.", "国家名称。"),
    "user_id": (14, "Name of the account manager, as among the users.", "客户经理姓名，须与系统用户名称一致。"),
    "category_id": (18, "Names of existing tags, separated by commas.", "已有标签的名称，以英文逗号分隔。"),
    "card_relation": (12, "", ""),
    "card_source": (14, "", ""),
}
COMMON = ["name", "is_company", "archive_category_id", "archive_number"]
ADDRESS = ["street", "city", "state_id", "zip", "country_id"]
CLASSES = ["user_id", "category_id", "card_relation", "card_source"]
IDENTITY = ["vat", "card_legal_name", "industry_id", "card_size", "card_founded_on"]
PERSONAL = ["card_preferred_name", "card_gender", "card_birth_date", "card_occupation"]
COMPANY = [*COMMON, *IDENTITY, "phone", "email", "website", *ADDRESS, *CLASSES]
PERSON = [*COMMON, *PERSONAL, "phone", "email", *ADDRESS, *CLASSES]

# Made-up customers. A pair is (English, Chinese); after "=" comes a record whose name is taken.
COMPANIES = [
    {
        "name": ("Hangzhou Example Machinery Co., Ltd.", "杭州示例机械有限公司"),
        "vat": "91330106MA8MXTCQXX",
        "industry_id": "=base.res_partner_industry_C",
        "card_size": "medium",
        "card_founded_on": datetime.date(2015, 6, 18),
        "phone": "0571-88886666",
        "email": "info@example.com",
        "website": "https://www.example.com",
        "street": ("100 Wensan Road", "文三路100号"),
        "city": ("Hangzhou", "杭州市"),
        "state_id": "=base.state_cn_ZJ",
        "zip": "310012",
        "card_relation": "active",
        "card_source": "referral",
    },
    {
        "name": ("Shenzhen Example Electronics Co., Ltd.", "深圳示例电子股份有限公司"),
        "vat": "91440305MACPHBX63N",
        "industry_id": "=base.res_partner_industry_C",
        "card_size": "large",
        "card_founded_on": datetime.date(2008, 3, 2),
        "phone": "0755-26000088",
        "email": "contact@example.net",
        "website": "https://www.example.net",
        "street": ("8 Keyuan Road", "科苑路8号"),
        "city": ("Shenzhen", "深圳市"),
        "state_id": "=base.state_cn_GD",
        "zip": "518057",
        "card_relation": "potential",
        "card_source": "exhibition",
    },
    {
        "name": ("Chengdu Example Trading", "成都示例商贸"),
        "archive_number": "2019-0087",
        "vat": "91510107MAGR5UEL08",
        "card_legal_name": ("Chengdu Example Trading Co., Ltd.", "成都示例商贸有限责任公司"),
        "industry_id": "=base.res_partner_industry_G",
        "card_size": "small",
        "card_founded_on": datetime.date(2019, 11, 5),
        "phone": "028-86000066",
        "email": "sales@example.org",
        "website": "https://www.example.org",
        "street": ("66 Tianfu Avenue", "天府大道66号"),
        "city": ("Chengdu", "成都市"),
        "state_id": "=base.state_cn_SC",
        "zip": "610041",
        "card_relation": "active",
        "card_source": "visit",
    },
]
PERSONS = [
    {
        "name": ("Zhang Shili", "张示例"),
        "card_preferred_name": ("Mr Zhang", "张先生"),
        "card_gender": "male",
        "card_birth_date": datetime.date(1988, 5, 21),
        "card_occupation": ("Engineer", "工程师"),
        "phone": "138 0013 8000",
        "email": "zhang@example.com",
        "street": ("12 Zhongshan Road", "中山路12号"),
        "city": ("Nanjing", "南京市"),
        "state_id": "=base.state_cn_JS",
        "zip": "210008",
        "card_relation": "active",
        "card_source": "referral",
    },
    {
        "name": ("Li Shili", "李示例"),
        "card_preferred_name": ("Ms Li", "李女士"),
        "card_gender": "female",
        "card_birth_date": datetime.date(1992, 10, 9),
        "card_occupation": ("Teacher", "教师"),
        "phone": "139 0013 9000",
        "email": "li@example.net",
        "street": ("5 Jiefang Street", "解放街5号"),
        "city": ("Wuhan", "武汉市"),
        "state_id": "=base.state_cn_HB",
        "zip": "430014",
        "card_relation": "potential",
        "card_source": "website",
    },
    {
        "name": ("Wang Shili", "王示例"),
        "archive_number": "GR-2020-0015",
        "card_preferred_name": ("Dr Wang", "王老师"),
        "card_gender": "undisclosed",
        "card_birth_date": datetime.date(1979, 1, 30),
        "card_occupation": ("Physician", "医生"),
        "phone": "+86 136 0013 6000",
        "email": "wang@example.org",
        "street": ("28 Renmin Road", "人民路28号"),
        "city": ("Xi'an", "西安市"),
        "state_id": "=base.state_cn_SN",
        "zip": "710003",
        "card_relation": "dormant",
        "card_source": "platform",
    },
]


def cell(env, field, value, chinese):
    """What stands in a cell of an example row."""
    if isinstance(value, tuple):
        return value[chinese]
    if not isinstance(value, str):
        return value
    if value.startswith("="):
        return env.ref(value[1:]).name
    selection = env["res.partner"].fields_get([field])[field].get("selection")
    return dict(selection)[value] if selection else value


def write_template(env, kind, lang):
    """One file: header with comments, three example rows, text and date columns as Excel should keep them."""
    env = env(context={**env.context, "lang": lang})
    chinese = lang.startswith("zh")
    labels = env["res.partner"].fields_get(COLUMNS, ["string"])
    path = pathlib.Path(file_path("customer_archive")) / "static" / "xls" / f"{kind}_{lang}.xlsx"
    path.parent.mkdir(exist_ok=True)
    columns, rows = (COMPANY, COMPANIES) if kind == "companies" else (PERSON, PERSONS)
    always = {
        "is_company": "1" if kind == "companies" else "0",
        "archive_category_id": "KH.QY" if kind == "companies" else "KH.GR",
        "country_id": env.ref("base.cn").name,
    }
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})  # no date of the day: same input, same file
        sheet = book.add_worksheet("客户" if chinese else "Customers")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1})
        text, date = book.add_format({"num_format": TEXT}), book.add_format({"num_format": DATE})
        sheet.freeze_panes(1, 1)
        for number, field in enumerate(columns):
            width, *notes = COLUMNS[field]
            is_date = env["res.partner"]._fields[field].type == "date"
            # Text: Excel would turn codes and phone numbers into numbers and drop their last digits.
            sheet.set_column(number, number, width, date if is_date else text)
            sheet.write_string(0, number, labels[field]["string"], bold)
            if notes[chinese]:
                sheet.write_comment(0, number, notes[chinese], {"author": "", "x_scale": 1.5})
            for line, row in enumerate(rows, 1):
                value = cell(env, field, always.get(field, row.get(field, "")), chinese)
                if is_date and value:
                    sheet.write_datetime(line, number, datetime.datetime.combine(value, datetime.time()), date)
                elif value:
                    sheet.write_string(line, number, value, text)
    return path


def make_templates(env):
    installed = {code for code, _name in env["res.lang"].get_installed()}
    for lang in ("en_US", "zh_CN"):
        if lang not in installed | {"en_US"}:  # the language of the source is always there
            print(f"{lang} is not loaded in this database: its templates stay as they are")
            continue
        for kind in ("companies", "individuals"):
            print("written:", write_template(env, kind, lang))


make_templates(env)  # noqa: F821, the shell's environment
