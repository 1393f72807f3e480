"""What the example shop sells: items with a category, a price in fen and the months they hang in the shop."""

from typing import NamedTuple


class Item(NamedTuple):
    """One item of the shop."""

    sku: str
    name: str
    category: str
    price_minor: int
    months: frozenset[int]


def in_season(month: int) -> tuple[Item, ...]:
    """The items on sale in a month, cheapest first."""
    return tuple(sorted((item for item in ITEMS if month in item.months), key=lambda item: item.price_minor))


def _season(*months: int) -> frozenset[int]:
    return frozenset(months)


_YEAR = _season(*range(1, 13))
_SPRING, _SUMMER = _season(3, 4, 5, 6), _season(5, 6, 7, 8, 9)
_AUTUMN, _WINTER = _season(9, 10, 11), _season(11, 12, 1, 2)
_COOL = _AUTUMN | _WINTER | _season(3)

ITEMS = tuple(
    Item(sku, name, category, yuan * 100, months)
    for category, items in {
        "连衣裙": (
            ("LYQ101", "碎花雪纺连衣裙", 399, _SPRING | _SUMMER),
            ("LYQ102", "棉麻衬衫裙", 359, _SUMMER),
            ("LYQ103", "真丝吊带长裙", 699, _SUMMER),
            ("LYQ104", "针织修身连衣裙", 429, _COOL),
            ("LYQ105", "法式方领连衣裙", 459, _SPRING),
        ),
        "衬衫": (
            ("CS201", "白色长袖衬衫", 219, _YEAR),
            ("CS202", "真丝衬衫 米白", 499, _SPRING | _AUTUMN),
            ("CS203", "条纹宽松衬衫", 199, _SPRING | _SUMMER),
            ("CS204", "牛津纺衬衫", 239, _AUTUMN),
        ),
        "T恤": (
            ("TX301", "纯棉短袖T恤", 99, _SUMMER),
            ("TX302", "条纹长袖T恤", 129, _SPRING | _AUTUMN),
            ("TX303", "莫代尔打底衫", 89, _COOL),
        ),
        "针织衫": (
            ("ZZ401", "圆领羊毛衫", 329, _COOL),
            ("ZZ402", "薄款针织开衫", 269, _SPRING | _AUTUMN),
            ("ZZ403", "羊绒高领毛衣", 899, _WINTER),
            ("ZZ404", "冰丝针织短袖", 159, _SUMMER),
        ),
        "牛仔裤": (
            ("NZK501", "高腰直筒牛仔裤", 279, _YEAR),
            ("NZK502", "阔腿牛仔裤", 299, _SPRING | _AUTUMN),
            ("NZK503", "加绒牛仔裤", 319, _WINTER),
        ),
        "半身裙": (
            ("BSQ601", "百褶半身裙", 239, _SPRING | _AUTUMN),
            ("BSQ602", "亚麻A字裙", 219, _SUMMER),
            ("BSQ603", "羊毛呢半裙", 359, _WINTER),
        ),
        "外套": (
            ("WT701", "经典风衣 卡其", 799, _SPRING | _AUTUMN),
            ("WT702", "短款牛仔外套", 399, _SPRING | _AUTUMN),
            ("WT703", "羊毛大衣 驼色", 1299, _WINTER),
            ("WT704", "防晒薄外套", 199, _SUMMER),
            ("WT705", "轻薄羽绒服", 999, _WINTER),
        ),
        "鞋": (
            ("XZ801", "小白鞋", 259, _YEAR),
            ("XZ802", "尖头平底鞋", 299, _SPRING | _AUTUMN),
            ("XZ803", "罗马凉鞋", 239, _SUMMER),
            ("XZ804", "切尔西短靴", 459, _COOL),
        ),
        "配饰": (
            ("PS901", "棉袜 三双装", 39, _YEAR),
            ("PS902", "真丝丝巾", 159, _YEAR),
            ("PS903", "编织草帽", 89, _SUMMER),
            ("PS904", "羊绒围巾", 359, _WINTER),
            ("PS905", "细皮带", 119, _YEAR),
            ("PS906", "珍珠耳钉", 69, _YEAR),
        ),
    }.items()
    for sku, name, yuan, months in items
)
CATEGORIES = tuple(dict.fromkeys(item.category for item in ITEMS))
SOCKS = next(item for item in ITEMS if item.sku == "PS901")
GIFT = Item("ZP001", "赠品：丝带发圈", "赠品", 0, _YEAR)
