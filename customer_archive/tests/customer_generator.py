"""Made-up customers: seeded, streaming, without Odoo and without a database.

The same seed gives the same customers on every machine, and a shorter run is the beginning of a longer one:

>>> first = list(customers(100, seed=1))
>>> first == list(customers(1000, seed=1))[:100]
True

Used by the benchmarks (1M rows for COPY) and by tests that need many plausible customers, such as the import of
5,000 rows with 200 planted faults (:func:`import_rows`). No name, number or address belongs to anyone: mail hosts
lie in the reserved domain ``.example``; phone numbers and credit codes are random numbers of a valid form.
"""

import datetime
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ACCOUNT_MANAGERS = 50
# Creation dates lie between these two: fixed, so that a seed always gives the same.
FIRST_DAY = datetime.date(2015, 1, 5)
LAST_DAY = datetime.date(2026, 6, 30)

TAGS = (
    *("重点客户", "VIP", "老客户", "新客户", "经销商", "终端用户"),
    *("政府采购", "出口", "试用", "展会", "转介绍", "价格敏感"),
)


def _words(text: str) -> list[str]:
    return text.split()


# Provinces: ISO 3166-2 suffix (as in Odoo's state codes base.state_cn_XX), name, weight; then their cities as
# name:first four digits of the division code (GB/T 2260):area code:first four digits of the postal code.
PROVINCES = """
BJ 北京市 60 北京市:1101:10:1000
TJ 天津市 18 天津市:1201:22:3000
HE 河北省 40 石家庄市:1301:311:0500 唐山市:1302:315:0630 秦皇岛市:1303:335:0660 邯郸市:1304:310:0560
  保定市:1306:312:0710 沧州市:1309:317:0610 廊坊市:1310:316:0650
SX 山西省 22 太原市:1401:351:0300 大同市:1402:352:0370 长治市:1404:355:0460 运城市:1408:359:0440
NM 内蒙古自治区 16 呼和浩特市:1501:471:0100 包头市:1502:472:0140 赤峰市:1504:476:0240 鄂尔多斯市:1506:477:0170
LN 辽宁省 30 沈阳市:2101:24:1100 大连市:2102:411:1160 鞍山市:2103:412:1140 锦州市:2107:416:1210
  营口市:2108:417:1150
JL 吉林省 14 长春市:2201:431:1300 吉林市:2202:432:1320 延边朝鲜族自治州:2224:433:1330
HL 黑龙江省 18 哈尔滨市:2301:451:1500 齐齐哈尔市:2302:452:1610 大庆市:2306:459:1630 佳木斯市:2308:454:1540
SH 上海市 70 上海市:3101:21:2000
JS 江苏省 110 南京市:3201:25:2100 无锡市:3202:510:2140 徐州市:3203:516:2210 常州市:3204:519:2130
  苏州市:3205:512:2150 南通市:3206:513:2260 连云港市:3207:518:2220 盐城市:3209:515:2240 扬州市:3210:514:2250
  镇江市:3211:511:2120
ZJ 浙江省 95 杭州市:3301:571:3100 宁波市:3302:574:3150 温州市:3303:577:3250 嘉兴市:3304:573:3140
  湖州市:3305:572:3130 绍兴市:3306:575:3120 金华市:3307:579:3210 台州市:3310:576:3180
AH 安徽省 36 合肥市:3401:551:2300 芜湖市:3402:553:2410 蚌埠市:3403:552:2330 马鞍山市:3405:555:2430
  安庆市:3408:556:2460 阜阳市:3412:558:2360
FJ 福建省 42 福州市:3501:591:3500 厦门市:3502:592:3610 泉州市:3505:595:3620 漳州市:3506:596:3630
JX 江西省 22 南昌市:3601:791:3300 九江市:3604:792:3320 赣州市:3607:797:3410 上饶市:3611:793:3340
SD 山东省 80 济南市:3701:531:2500 青岛市:3702:532:2660 淄博市:3703:533:2550 烟台市:3706:535:2640
  潍坊市:3707:536:2610 济宁市:3708:537:2720 临沂市:3713:539:2760 威海市:3710:631:2642
HA 河南省 50 郑州市:4101:371:4500 洛阳市:4103:379:4710 新乡市:4107:373:4530 南阳市:4113:377:4730
  许昌市:4110:374:4610
HB 湖北省 42 武汉市:4201:27:4300 宜昌市:4205:717:4430 襄阳市:4206:710:4410 荆州市:4210:716:4340
HN 湖南省 38 长沙市:4301:731:4100 衡阳市:4304:734:4210 岳阳市:4306:730:4140 常德市:4307:736:4150
GD 广东省 130 广州市:4401:20:5100 韶关市:4402:751:5120 深圳市:4403:755:5180 珠海市:4404:756:5190
  汕头市:4405:754:5150 佛山市:4406:757:5280 湛江市:4408:759:5240 惠州市:4413:752:5160 东莞市:4419:769:5230
  中山市:4420:760:5284
GX 广西壮族自治区 20 南宁市:4501:771:5300 柳州市:4502:772:5450 桂林市:4503:773:5410
HI 海南省 10 海口市:4601:898:5700 三亚市:4602:898:5720
CQ 重庆市 28 重庆市:5001:23:4000
SC 四川省 48 成都市:5101:28:6100 泸州市:5105:830:6460 德阳市:5106:838:6180 绵阳市:5107:816:6210
  宜宾市:5115:831:6440
GZ 贵州省 14 贵阳市:5201:851:5500 六盘水市:5202:858:5530
YN 云南省 18 昆明市:5301:871:6500 曲靖市:5303:874:6550 大理白族自治州:5329:872:6710
XZ 西藏自治区 2 拉萨市:5401:891:8500
SN 陕西省 28 西安市:6101:29:7100 宝鸡市:6103:917:7210 咸阳市:6104:29:7120
GS 甘肃省 9 兰州市:6201:931:7300 天水市:6205:938:7410
QH 青海省 3 西宁市:6301:971:8100
NX 宁夏回族自治区 4 银川市:6401:951:7500
XJ 新疆维吾尔自治区 10 乌鲁木齐市:6501:991:8300 克拉玛依市:6502:990:8340
TW 台湾省 4 台北市:7100:+8862:9990
HK 香港特别行政区 10 香港:8100:+852:9990
MO 澳门特别行政区 2 澳门:8200:+853:9990
"""
# The postal codes that the mainland's post uses for them.
OUTSIDE_MAINLAND = {"TW": "999079", "HK": "999077", "MO": "999078"}
PROVINCE_SHORT = {"NM": "内蒙古", "GX": "广西", "NX": "宁夏", "XJ": "新疆", "XZ": "西藏", "HK": "香港", "MO": "澳门"}
# Area codes whose local numbers have eight digits; the others have seven.
EIGHT_DIGITS = frozenset(
    _words(
        """
        10 20 21 22 23 24 25 27 28 29 311 371 377 379 411 431 432 451 510 511 512 513 514 515 516 518 519 531 532 551
        571 573 574 575 576 577 579 591 595 731 754 755 757 760 769 791 851 871 898
        """
    )
)

# Share of the population in hundredths of a per cent, pinyin (Ministry of Public Security, names of 2020, rounded).
SURNAMES = """
王720wang 李700li 张670zhang 刘520liu 陈460chen 杨310yang 黄230huang 赵220zhao 吴205wu 周200zhou 徐150xu
孙150sun 马130ma 朱130zhu 胡120hu 郭120guo 何115he 林110lin 高100gao 罗100luo 郑95zheng 梁85liang 谢75xie
宋70song 唐68tang 许66xu 韩64han 邓63deng 冯62feng 曹57cao 彭57peng 曾56zeng 肖56xiao 田55tian 董53dong 潘50pan
袁48yuan 蔡47cai 蒋47jiang 余46yu 于46yu 杜45du 叶44ye 程43cheng 魏42wei 苏42su 吕42lv 丁41ding 任40ren 卢40lu
姚38yao 沈37shen 钟37zhong 姜36jiang 崔35cui 谭34tan 陆34lu 范33fan 汪33wang 廖32liao 石31shi 金31jin 韦30wei
贾30jia 夏30xia 付28fu 方28fang 邹27zou 熊27xiong 白27bai 孟26meng 秦26qin 邱25qiu 侯25hou 江25jiang 尹24yin
薛24xue 闫24yan 雷23lei 段22duan 龙22long 黎22li 史22shi 陶21tao 贺21he 毛20mao 郝20hao 顾20gu 龚20gong 邵19shao
万19wan 覃18qin 武18wu 钱18qian 戴17dai 严17yan 欧阳8ouyang 上官2shangguan 司马1sima 诸葛1zhuge 夏侯1xiahou
令狐1linghu
"""
GIVEN_SINGLE = """
伟wei 伟wei 伟wei 芳fang 芳fang 娜na 敏min 敏min 静jing 静jing 丽li 丽li 强qiang 强qiang 磊lei 磊lei 军jun 军jun
洋yang 勇yong 勇yong 艳yan 杰jie 杰jie 娟juan 涛tao 涛tao 明ming 超chao 霞xia 平ping 刚gang 辉hui 玲ling 鹏peng
飞fei 红hong 波bo 斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 雪xue 婷ting 倩qian 琳lin 欣xin 怡yi 亮liang 峰feng
龙long 旭xu
"""
GIVEN_FIRST = """
建jian 国guo 志zhi 文wen 海hai 永yong 春chun 晓xiao 小xiao 秀xiu 玉yu 桂gui 美mei 淑shu 丽li 雅ya 佳jia 嘉jia
思si 子zi 梓zi 梦meng 雨yu 欣xin 宇yu 浩hao 俊jun 立li 家jia 德de 学xue 振zhen 世shi 成cheng 金jin 庆qing 宏hong
少shao 天tian 一yi 诗shi 若ruo 慧hui 婉wan 静jing 锦jin 明ming 瑞rui 泽ze 博bo
"""
GIVEN_SECOND = """
华hua 明ming 军jun 平ping 强qiang 伟wei 杰jie 峰feng 涛tao 辉hui 斌bin 超chao 勇yong 刚gang 波bo 鹏peng 飞fei
龙long 健jian 林lin 生sheng 民min 兰lan 英ying 珍zhen 梅mei 芳fang 玲ling 丽li 娟juan 霞xia 燕yan 红hong 琴qin
萍ping 云yun 莹ying 颖ying 洁jie 婷ting 雯wen 琪qi 怡yi 涵han 轩xuan 然ran 宁ning 豪hao 睿rui 阳yang 晨chen 曦xi
瑶yao 彤tong 彬bin
"""
BRAND = """
华hua 中zhong 天tian 金jin 瑞rui 鑫xin 恒heng 泰tai 盛sheng 达da 宏hong 兴xing 隆long 昌chang 顺shun 利li 德de
信xin 诚cheng 和he 安an 康kang 源yuan 丰feng 润run 海hai 江jiang 山shan 川chuan 东dong 南nan 西xi 北bei 新xin
世shi 纪ji 元yuan 亨heng 通tong 合he 众zhong 联lian 创chuang 智zhi 慧hui 云yun 博bo 远yuan 大da 成cheng 功gong
立li 业ye 永yong 正zheng 阳yang 光guang 明ming 辉hui 宇yu 航hang 星xing 月yue 龙long 凤feng 麒qi 麟lin 飞fei
腾teng 翔xiang 鹏peng 程cheng 万wan 里li 百bai 千qian 亿yi 佳jia 美mei 嘉jia 禾he 绿lv 森sen 林lin 木mu 青qing
蓝lan 白bai 玉yu 石shi 锦jin 绣xiu 荣rong 富fu 贵gui 福fu 祥xiang 吉ji 庆qing 卓zhuo 越yue 凯kai 雅ya 文wen
汇hui 聚ju 力li 鼎ding 峰feng 岳yue 松song 柏bai 竹zhu 梅mei 兰lan 菊ju 格ge 致zhi 精jing 工gong 匠jiang 心xin
诺nuo 言yan 思si 睿rui 启qi 迪di 先xian 锋feng 优you 品pin 尚shang 朗lang 科ke 微wei 纳na 迅xun 捷jie 易yi
"""
# Business word in a company's name: letter of the industry (Odoo's base.res_partner_industry_X).
TRADES = """
科技:J 科技:J 科技:M 网络科技:J 信息技术:J 软件:J 通信:J 电子:C 电子商务:G 机械:C 机电设备:C 精密制造:C
汽车零部件:C 纺织:C 服饰:C 化工:C 新材料:C 塑胶:C 五金制品:C 家具:C 食品:C 医疗器械:C 生物医药:C 包装:C 印务:C
贸易:G 商贸:G 商贸:G 国际贸易:G 实业:G 供应链管理:H 物流:H 货运代理:H 建筑工程:F 装饰工程:F 园林绿化:F 建材:G
房地产开发:L 物业管理:L 餐饮管理:I 酒店管理:I 农业开发:A 粮油:A 水产:A 矿业:B 能源:D 新能源:D 电力设备:D 环保:E
投资管理:K 融资租赁:K 保险代理:K 企业管理咨询:N 人力资源:N 广告传媒:R 文化传播:R 影视制作:R 体育发展:R
教育咨询:P 检测技术:M 设计咨询:M 健康管理:Q 养老服务:Q 家政服务:S 汽车维修:S
"""
FORMS = (
    *("有限公司",) * 62,
    *("有限责任公司",) * 12,
    *("股份有限公司",) * 10,
    *("集团有限公司",) * 6,
    *("集团股份有限公司",) * 2,
    *("合伙企业（有限合伙）",) * 2,
)
# Sole traders (个体工商户): registered in class 92 instead of 91.
SHOPS = ("经营部", "商行", "服务部", "加工厂", "工作室")
ROADS = _words(
    """
中山 人民 解放 建设 和平 胜利 新华 文化 友谊 光明 幸福 长江 黄河 北京 南京 上海 迎宾 滨江 湖滨 开发 工业 科技
创新 创业 学院 体育 府前 环城 朝阳 东风 红旗 团结 民主 健康 香山 月亮湾 金融 商贸 港口 机场 站前 龙腾 凤凰 紫荆
梧桐 银杏 桂花 樱花 翠竹 青年
"""
)
ZIP_ENDS = ("00", "00", "01", "02", "05", "10", "20", "21", "31")
ROAD_KINDS = ("路", "路", "路", "街", "大道", "东路", "西路", "南路", "北路")
JOBS = _words(
    "总经理 副总经理 采购经理 采购员 财务经理 会计 技术总监 工程师 行政主管 销售经理 仓库主管 法务 董事长秘书 质量经理"
)

ENGLISH_FIRST = _words(
    "James Mary John Linda Robert Susan Michael Karen David Lisa William Emma Thomas Olivia Daniel Sophie Mark Anna"
    " Paul Julia Peter Laura"
)
ENGLISH_LAST = _words(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Martin Lee Clark Lewis Walker"
    " Hall Young King Wright Hill"
)
ENGLISH_BRAND = _words(
    "Bright Silver North Stone River Oak Blue Clear Iron Maple Summit Harbor Crown Falcon Cedar Amber Global Prime"
    " Swift Delta"
)
ENGLISH_BRAND_2 = _words("water field bridge gate wood point line crest view works mark star ford stone way land")
ENGLISH_TRADES = (
    ("Trading", "G"),
    ("Logistics", "H"),
    ("Engineering", "C"),
    ("Systems", "J"),
    ("Consulting", "N"),
    ("Foods", "C"),
    ("Medical", "Q"),
    ("Textiles", "C"),
    ("Energy", "D"),
)
# Country, weight, company form, city, postal code, dialling code, national number ("N": 2-9, "#": any digit).
COUNTRIES = (
    ("US", 40, "Inc.", "New York", "10001", "+1", "212 N24 ####"),
    ("GB", 20, "Ltd", "London", "EC1A 1BB", "+44", "20 7946 ####"),
    ("DE", 15, "GmbH", "Berlin", "10115", "+49", "30 2345####"),
    ("SG", 15, "Pte. Ltd.", "Singapore", "018956", "+65", "6345 ####"),
    ("AU", 10, "Pty Ltd", "Sydney", "2000", "+61", "2 9876 ####"),
)
MOBILE_PREFIXES = _words(
    """
    130 131 132 133 134 135 135 136 136 137 137 138 138 138 139 139 139 150 151 152 153 155 156 157 158 158 159 159
    166 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 189 191 193 195 198 199
    """
)
LANDLINE_STARTS = ("56", "58", "62", "63", "66", "68", "82", "83", "85", "86", "88", "88")
MAIL_HOSTS = _words(
    "qq.example qq.example 163.example 163.example 126.example sina.example 139.example outlook.example"
)


class Customer(NamedTuple):
    """One row. Empty is None.

    Contacts stand after their company and have its address, credit code, industry and account manager.
    """

    index: int  # position in the stream, from 0
    parent: int | None  # index of the company; None for a top-level customer
    is_company: bool
    name: str
    type: str  # res.partner's address type: contact or delivery
    phone: str | None  # as someone typed it
    phone_e164: str | None
    email: str | None
    street: str | None
    street2: str | None
    city: str | None
    province: str | None  # ISO 3166-2 suffix: ZJ
    country: str  # ISO 3166-1: CN
    zip: str | None
    uscc: str | None  # 统一社会信用代码
    ref: str | None
    website: str | None
    function: str | None  # job of a contact
    industry: str | None  # letter of base.res_partner_industry_X
    manager: int | None  # 0 .. ACCOUNT_MANAGERS - 1
    tags: tuple[int, ...]  # positions in TAGS
    color: int
    created: str  # UTC, YYYY-MM-DD HH:MM:SS


class _City(NamedTuple):
    province: str
    province_name: str
    name: str
    short: str
    province_short: str
    division: str
    area: str
    zip: str


def _pairs(text: str) -> list[tuple[str, str]]:
    """Words such as 伟wei as (Chinese, pinyin)."""
    words = []
    for word in text.split():
        chinese = word.rstrip("abcdefghijklmnopqrstuvwxyz")
        words.append((chinese, word[len(chinese) :]))
    return words


def _weighted(pairs: list[tuple[object, int]]) -> list:
    """A list in which each object occurs weight times: an index drawn uniformly is a weighted draw in one step."""
    return [item for item, weight in pairs for _ in range(weight)]


def _cities() -> list:
    weighted = []
    for province in re.findall(r"^\S.*(?:\n  .*)*", PROVINCES, re.MULTILINE):
        code, name, weight, *cities = province.split()
        short = PROVINCE_SHORT.get(code, name[:-1])
        # The first city is the capital: it has as many customers as all the others together.
        parts = [1] if len(cities) == 1 else [2] + [2 * (len(cities) - 1)] * (len(cities) - 1)
        for city, part in zip(cities, parts, strict=True):
            city_name, division, area, zip_prefix = city.split(":")
            city_short = city_name.split("朝鲜族")[0].split("白族")[0].removesuffix("市")
            share = max(int(weight) * 6 // part, 1)
            weighted.append((_City(code, name, city_name, city_short, short, division, area, zip_prefix), share))
    return _weighted(weighted)


def _surname(word: str) -> tuple[tuple[str, str], int]:
    chinese = word.rstrip("abcdefghijklmnopqrstuvwxyz0123456789")
    weight = word[len(chinese) :].rstrip("abcdefghijklmnopqrstuvwxyz")
    return (chinese, word[len(chinese) + len(weight) :]), int(weight)


_CITIES = _cities()
_MAINLAND = [city for city in _CITIES if city.province not in OUTSIDE_MAINLAND]
_SURNAMES = _weighted([_surname(word) for word in SURNAMES.split()])
_SINGLE, _FIRST, _SECOND, _BRAND = map(_pairs, (GIVEN_SINGLE, GIVEN_FIRST, GIVEN_SECOND, BRAND))
_TRADES = [tuple(word.split(":")) for word in TRADES.split()]
_COUNTRIES = _weighted([(country, country[1]) for country in COUNTRIES])
_DAYS = [str(FIRST_DAY + datetime.timedelta(days)) for days in range((LAST_DAY - FIRST_DAY).days + 1)]
_TIMES = [
    f"{hour:02}:{minute:02}:{second:02}" for hour in range(1, 10) for minute in range(60) for second in (3, 17, 29, 44)
]

PROVINCE_NAMES: dict[str, str] = {city.province: city.province_name for city in _CITIES}
"""ISO 3166-2 suffix -> Chinese name, as Odoo's own data write it."""


# --- Unified social credit code (GB 32100-2015) ---------------------------------------------------------------

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = [pow(3, position, 31) for position in range(17)]
_ORGANISATION_VALUE = {char: int(char, 36) for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SERIALS = 31**6


def uscc_check(body: str) -> str:
    """The 18th character of a credit code, from the first 17.

    >>> uscc_check("91110000600037341")
    'L'
    """
    total = sum(_USCC_VALUE[char] * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def make_uscc(serial: int, division: str, kind: str = "91") -> str:
    """A valid credit code; different serials (below 31**6) give different codes, also within one division.

    :param division: six digits of the registering authority's place
    :param kind: 91 enterprise, 92 sole trader, 93 farmers' cooperative, …

    >>> make_uscc(1, "330100") != make_uscc(2, "330100")
    True
    """
    serial = serial * 387_420_489 % _SERIALS  # prime to 31: a permutation, so that neighbours don't look alike
    letters = []
    for _ in range(6):
        serial, digit = divmod(serial, 31)
        letters.append(USCC_ALPHABET[digit])
    organisation = "MA" + "".join(letters)
    total = sum(
        _ORGANISATION_VALUE[char] * weight for char, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    body = kind + division + organisation + "0123456789X0"[(11 - total % 11)]
    return body + uscc_check(body)


# --- The stream -----------------------------------------------------------------------------------------------


class _Maker:
    """Draws the parts of a customer from one random stream."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random
        self.serial = int(self.random() * _SERIALS)

    def below(self, bound: int) -> int:
        return int(self.random() * bound)

    def pick(self, items):
        return items[int(self.random() * len(items))]

    def uscc(self, division: str, kind: str = "91") -> str:
        self.serial = (self.serial + 1) % _SERIALS
        return make_uscc(self.serial, division, kind)

    def person(self) -> tuple[str, str]:
        """(name, pinyin): a quarter of the names have two characters."""
        surname, surname_pinyin = self.pick(_SURNAMES)
        if self.random() < 0.25:
            given, pinyin = self.pick(_SINGLE)
            return surname + given, surname_pinyin + pinyin
        (first, first_pinyin), (second, second_pinyin) = self.pick(_FIRST), self.pick(_SECOND)
        return surname + first + second, surname_pinyin + first_pinyin + second_pinyin

    def company(self, city: _City) -> tuple[str, str, str, str]:
        """(name, pinyin of the brand, letter of the industry, kind of the credit code)."""
        length = 2 if self.random() < 0.7 else 3
        parts = [self.pick(_BRAND) for _ in range(length)]
        brand = "".join(part[0] for part in parts)
        pinyin = "".join(part[1] for part in parts)
        trade, industry = self.pick(_TRADES)
        shape = self.random()
        if shape < 0.06:
            return f"{city.short}{brand}{trade}{self.pick(SHOPS)}", pinyin, industry, "92"
        form = self.pick(FORMS)
        if shape < 0.58:
            name = f"{city.short}{brand}{trade}{form}"
        elif shape < 0.78:
            name = f"{city.province_short}{brand}{trade}{form}"
        elif shape < 0.88:
            name = f"{brand}（{city.short}）{trade}{form}"
        else:
            name = f"{brand}{trade}{form}"
        return name, pinyin, industry, "91"

    def mobile(self) -> tuple[str, str]:
        """(as typed, E.164) of a mainland mobile number."""
        prefix, middle, end = self.pick(MOBILE_PREFIXES), f"{self.below(10000):04}", f"{self.below(10000):04}"
        way = self.random()
        if way < 0.62:
            typed = prefix + middle + end
        elif way < 0.76:
            typed = f"{prefix} {middle} {end}"
        elif way < 0.88:
            typed = f"{prefix}-{middle}-{end}"
        elif way < 0.96:
            typed = f"+86 {prefix} {middle} {end}"
        else:
            typed = f"+86{prefix}{middle}{end}"
        return typed, f"+86{prefix}{middle}{end}"

    def landline(self, city: _City) -> tuple[str, str]:
        """(as typed, E.164) of a fixed line in the city."""
        if city.area.startswith("+"):
            # Hong Kong and Macau have eight digits without area codes; Taipei's follow the area code 2.
            local = f"{'285' if city.province == 'MO' else self.pick(('252', '273', '281'))}{self.below(10**5):05}"
            return f"{city.area[:4]} {city.area[4:]} {local[:4]} {local[4:]}".replace("  ", " "), city.area + local
        rest = 6 if city.area in EIGHT_DIGITS else 5
        local = f"{self.pick(LANDLINE_STARTS)}{self.below(10**rest):0{rest}}"
        way = self.random()
        if way < 0.6:
            typed = f"0{city.area}-{local}"
        elif way < 0.75:
            typed = f"0{city.area}{local}"
        elif way < 0.9:
            typed = f"（0{city.area}）{local}"
        else:
            typed = f"+86 {city.area} {local}"
        return typed, f"+86{city.area}{local}"

    def street(self) -> str:
        return f"{self.pick(ROADS)}{self.pick(ROAD_KINDS)}{1 + self.below(1200)}号"

    def building(self) -> str | None:
        draw = self.random()
        if draw < 0.55:
            return None
        if draw < 0.8:
            return f"{1 + self.below(30)}幢{101 + self.below(30) * 100 + self.below(12)}室"
        return f"{self.pick(_BRAND)[0]}{self.pick(_BRAND)[0]}大厦{self.pick('ABC')}座{1 + self.below(30)}层"

    def zip(self, city: _City) -> str:
        return OUTSIDE_MAINLAND.get(city.province) or city.zip + self.pick(ZIP_ENDS)

    def person_mail(self, pinyin: str, e164: str | None) -> str:
        host = self.pick(MAIL_HOSTS)
        draw = self.random()
        if draw < 0.35:
            return f"{10**7 + self.below(3 * 10**9)}@{host}"
        if draw < 0.55 and e164:
            return f"{e164[-11:]}@{host}"
        return f"{pinyin}{self.below(10000)}@{host}"

    def created(self) -> str:
        return f"{self.pick(_DAYS)} {self.pick(_TIMES)}"

    def manager(self) -> int | None:
        """Eight per cent have no account manager; the first managers have twice as many customers as the last."""
        draw = self.random()
        if draw < 0.08:
            return None
        first, second = self.below(ACCOUNT_MANAGERS), self.below(ACCOUNT_MANAGERS)
        return min(first, second) if draw < 0.39 else first

    def tags(self) -> tuple[int, ...]:
        draw = self.random()
        if draw < 0.55:
            return ()
        first = self.below(len(TAGS))
        second = self.below(len(TAGS))
        return (first,) if draw < 0.88 or first == second else (first, second)


def customers(count: int, seed: int = 1) -> Iterator[Customer]:
    """The first `count` rows of the stream of `seed`: companies (56 %), their contacts (20 %), individuals (24 %).

    6 % of the top-level customers are foreign, with English names. The first row is a 张伟: the commonest name, which
    searches want to find in the smallest run too. Constant memory; about 10 µs a row.
    """
    return itertools.islice(_stream(_Maker(seed)), count)


def _stream(make: _Maker) -> Iterator[Customer]:
    random_, below = make.random, make.below
    yield _chinese_person(make, 0)._replace(name="张伟")
    index = 1
    while True:
        draw = random_()
        if draw < 0.06:
            company = _foreign(make, index, is_company=random_() < 0.7)
        elif draw < 0.72:
            company = _chinese_company(make, index)
        else:
            company = _chinese_person(make, index)
        yield company
        index += 1
        if not company.is_company:
            continue
        # 0.36 contacts a company on the average: a fifth of all rows.
        draw = random_()
        for _ in range(0 if draw < 0.75 else 1 if draw < 0.91 else 2 if draw < 0.98 else 3):
            yield _contact(make, index, company, delivery=below(20) == 0)
            index += 1


def _chinese_company(make: _Maker, index: int, cities=None, complete: bool = False) -> Customer:
    """`complete`: nothing is left out that an import needs."""
    random_ = make.random
    city = make.pick(cities or _CITIES)
    name, pinyin, industry, kind = make.company(city)
    mainland = city.province not in OUTSIDE_MAINLAND
    phone = e164 = email = street = street2 = None
    if complete or random_() < 0.86:
        phone, e164 = make.landline(city) if random_() < 0.6 or not mainland else make.mobile()
    uscc = None
    if mainland and (complete or random_() < 0.9):
        county = "00" if random_() < 0.5 else f"{1 + make.below(12):02}"
        uscc = make.uscc(city.division + county, kind)
    domain = f"{pinyin}{make.below(10000)}.example"
    if complete or random_() < 0.6:
        email = f"{make.pick(('info', 'sales', 'office', 'admin', 'caigou', 'hr'))}@{domain}"
    if complete or random_() < 0.92:
        street, street2 = make.street(), make.building()
    return Customer(
        index=index,
        parent=None,
        is_company=True,
        name=name,
        type="contact",
        phone=phone,
        phone_e164=e164,
        email=email,
        street=street,
        street2=street2,
        city=city.name,
        province=city.province,
        country="CN",
        zip=make.zip(city) if complete or random_() < 0.8 else None,
        uscc=uscc,
        ref=f"KH{index:08}" if complete or random_() < 0.5 else None,
        website=f"https://www.{domain}" if random_() < 0.3 else None,
        function=None,
        industry=industry if random_() < 0.85 else None,
        manager=make.manager(),
        tags=make.tags(),
        color=0,
        created=make.created(),
    )


def _chinese_person(make: _Maker, index: int, cities=None, complete: bool = False) -> Customer:
    random_ = make.random
    city = make.pick(cities or _CITIES)
    name, pinyin = make.person()
    phone = e164 = email = None
    if complete or random_() < 0.93:
        phone, e164 = make.mobile() if city.province not in OUTSIDE_MAINLAND else make.landline(city)
    if complete or random_() < 0.4:
        email = make.person_mail(pinyin, e164)
    address = complete or random_() < 0.7
    return Customer(
        index=index,
        parent=None,
        is_company=False,
        name=name,
        type="contact",
        phone=phone,
        phone_e164=e164,
        email=email,
        street=make.street() if address else None,
        street2=make.building() if address else None,
        city=city.name,
        province=city.province,
        country="CN",
        zip=make.zip(city) if complete or address and random_() < 0.6 else None,
        uscc=None,
        ref=f"KH{index:08}" if complete or random_() < 0.3 else None,
        website=None,
        function=None,
        industry=None,
        manager=make.manager(),
        tags=make.tags(),
        color=0,
        created=make.created(),
    )


def _foreign(make: _Maker, index: int, is_company: bool) -> Customer:
    country, _weight, form, city, zip_code, dialling, pattern = make.pick(_COUNTRIES)
    national = re.sub("[N#]", lambda sign: str(2 + make.below(8) if sign[0] == "N" else make.below(10)), pattern)
    brand = make.pick(ENGLISH_BRAND) + make.pick(ENGLISH_BRAND_2)
    domain = f"{brand.lower()}{make.below(10000)}.example"
    first, last = make.pick(ENGLISH_FIRST), make.pick(ENGLISH_LAST)
    trade, industry = make.pick(ENGLISH_TRADES)
    return Customer(
        index=index,
        parent=None,
        is_company=is_company,
        name=f"{brand} {trade} {form}" if is_company else f"{first} {last}",
        type="contact",
        phone=f"{dialling} {national}",
        phone_e164=dialling + national.replace(" ", ""),
        email=f"info@{domain}" if is_company else f"{first.lower()}.{last.lower()}{make.below(10000)}@{domain}",
        street=f"{1 + make.below(400)} {make.pick(ENGLISH_LAST)} Street",
        street2=None,
        city=city,
        province=None,
        country=country,
        zip=zip_code,
        uscc=None,
        ref=f"KH{index:08}" if make.random() < 0.5 else None,
        website=f"https://www.{domain}" if is_company else None,
        function=None,
        industry=industry if is_company else None,
        manager=make.manager(),
        tags=make.tags(),
        color=0,
        created=make.created(),
    )


def _contact(make: _Maker, index: int, company: Customer, delivery: bool) -> Customer:
    """A person of the company, or (delivery) the place where it takes goods in, which has an address of its own."""
    if company.country == "CN":
        name, pinyin = make.person()
    else:
        first, last = make.pick(ENGLISH_FIRST), make.pick(ENGLISH_LAST)
        name, pinyin = f"{first} {last}", f"{first}.{last}".lower()
    phone = e164 = None
    if make.random() < 0.85:
        phone, e164 = make.mobile()
        if company.country != "CN" and not phone.startswith("+"):
            phone = f"+86 {phone}"
    email = None
    if make.random() < 0.6:
        domain = company.email and company.email.split("@")[1]
        email = f"{pinyin}@{domain}" if domain else make.person_mail(pinyin, e164)
    return company._replace(
        index=index,
        parent=company.index,
        is_company=False,
        name=f"{name}（收货）" if delivery else name,
        type="delivery" if delivery else "contact",
        phone=phone,
        phone_e164=e164,
        email=email,
        street=make.street() if delivery else company.street,
        street2=make.building() if delivery else company.street2,
        ref=None,
        website=None,
        function=None if delivery else make.pick(JOBS),
        tags=(),
        created=company.created,
    )


def account_managers(count: int = ACCOUNT_MANAGERS, seed: int = 1) -> list[tuple[str, str]]:
    """(login, name) of the account managers; a manager's number in Customer.manager is the position here."""
    make = _Maker(seed + 7919)
    return [(f"manager{number:02}", make.person()[0]) for number in range(count)]


# --- Rows for an import, with planted faults ------------------------------------------------------------------

FAULTS: dict[str, str] = {
    "uscc_checksum": "uscc",
    "uscc_short": "uscc",
    "phone_impossible": "phone",
    "email_malformed": "email",
    "zip_malformed": "zip",
    "name_missing": "name",
    "uscc_repeated": "uscc",
    "customer_exists": "uscc",
}
"""Kind of fault -> the column that has it.

uscc_repeated: the code of an earlier row of the same file; customer_exists: name and code of a customer that is there.
"""

IMPORT_COLUMNS = (
    *("ref", "name", "is_company", "uscc", "phone", "email"),
    *("street", "city", "province", "zip", "country"),
)


class ImportCase(NamedTuple):
    """What :func:`import_rows` returns. Rows have the keys IMPORT_COLUMNS; all values are strings except is_company."""

    rows: list[dict]
    faults: dict[int, str]  # position in rows -> kind; all other rows are free of faults and of duplicates
    duplicate_of: dict[int, int]  # uscc_repeated: the first one's position in rows; customer_exists: that in existing
    existing: list[dict]  # customers to be created before the import, in the same form as rows, faultless


def import_rows(
    count: int, faults: int = 0, seed: int = 1, existing: int | None = None, kinds: Sequence[str] = tuple(FAULTS)
) -> ImportCase:
    """A file of `count` mainland customers, of whom `faults` have exactly one planted fault each.

    The kinds come equally often (the first ones once more where it doesn't divide) at random positions.

    :param existing: how many existing customers to make (at least as many as duplicates of them are planted)
    :raises ValueError: more faults than fit: a credit code fault needs a company with a faultless row before it

    >>> case = import_rows(5000, faults=200)
    >>> len(case.rows), len(case.faults), sorted(set(case.faults.values())) == sorted(FAULTS)
    (5000, 200, True)
    """
    make = _Maker(seed + 104_729)
    wanted = [kinds[number % len(kinds)] for number in range(faults)]
    existing_count = max(existing or 0, wanted.count("customer_exists"))
    seen: set[str] = set()
    ready = [_import_row(make, number, seen, only_company=True) for number in range(existing_count)]
    rows = [_import_row(make, existing_count + number, seen) for number in range(count)]
    draw = random.Random(seed + 15_485_863)

    # Credit code faults first: only companies can have them, and a repetition needs something to repeat.
    companies = [position for position, row in enumerate(rows) if row["is_company"]][1:]
    of_code = [kind for kind in wanted if FAULTS[kind] == "uscc"]
    others = [kind for kind in wanted if FAULTS[kind] != "uscc"]
    if len(of_code) > len(companies) or faults >= count:
        raise ValueError(f"{faults} faults do not fit into {count} rows ({len(companies)} of them companies)")
    draw.shuffle(of_code)
    draw.shuffle(others)
    planted = dict(zip(draw.sample(companies, len(of_code)), of_code, strict=True))
    # The first company stays faultless: it is what a repetition may repeat.
    first = companies[0] - 1 if companies else 0
    free = [
        position
        for position, row in enumerate(rows)
        if position not in planted and (position > first or not row["is_company"])
    ]
    if len(others) > len(free):
        raise ValueError(f"{faults} faults do not fit into {count} rows")
    planted.update(zip(draw.sample(free, len(others)), others, strict=True))

    duplicate_of: dict[int, int] = {}
    untouched = list(range(existing_count))
    draw.shuffle(untouched)
    faultless: list[int] = []
    for position, row in enumerate(rows):
        kind = planted.get(position)
        if kind is None:
            if row["is_company"]:
                faultless.append(position)
        elif kind == "uscc_repeated":
            duplicate_of[position] = draw.choice(faultless)
            row["uscc"] = rows[duplicate_of[position]]["uscc"]
        elif kind == "customer_exists":
            duplicate_of[position] = untouched.pop()
            row.update(name=ready[duplicate_of[position]]["name"], uscc=ready[duplicate_of[position]]["uscc"])
        else:
            row[FAULTS[kind]] = _spoil(kind, row[FAULTS[kind]], draw)
    return ImportCase(rows, dict(sorted(planted.items())), duplicate_of, ready)


def _import_row(make: _Maker, index: int, seen: set[str], only_company: bool = False) -> dict:
    """A complete mainland customer whose name, code, phone and e-mail no other row has."""
    company = only_company or make.random() < 0.85
    while True:
        customer = (_chinese_company if company else _chinese_person)(make, index, cities=_MAINLAND, complete=True)
        keys = {customer.name, customer.email, customer.phone_e164}
        if keys.isdisjoint(seen):
            seen |= keys
            break
    return {
        "ref": customer.ref,
        "name": customer.name,
        "is_company": customer.is_company,
        "uscc": customer.uscc or "",
        "phone": customer.phone,
        "email": customer.email,
        "street": " ".join(filter(None, (customer.street, customer.street2))),
        "city": customer.city,
        "province": PROVINCE_NAMES[customer.province],
        "zip": customer.zip,
        "country": customer.country,
    }


def _spoil(kind: str, value: str, draw: random.Random) -> str:
    if kind == "uscc_checksum":
        return value[:-1] + draw.choice(USCC_ALPHABET.replace(value[-1], ""))
    if kind == "uscc_short":
        cut = draw.randrange(8, 17)
        return value[:cut] + value[cut + 1 :]
    if kind == "phone_impossible":
        # Too short, too long, and a mobile prefix that has never been given out.
        short, long, unknown = draw.randrange(1000), draw.randrange(10**7), draw.randrange(10**8)
        return draw.choice((f"138{short}", f"1390571{long:07}", f"120{unknown:08}"))
    if kind == "email_malformed":
        local, host = value.split("@")
        return draw.choice((f"{local}.{host}", f"{local}@", f"@{host}"))
    if kind == "zip_malformed":
        return draw.choice((value[:-1], value + "0", value[:3] + "O" + value[4:], value[:4] + "-X"))
    return ""
