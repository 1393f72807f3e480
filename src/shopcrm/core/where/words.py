"""The words that customers are chosen by: what each is about, what it is called, and how it can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from shopcrm.core.language import mark

_EQUAL = ("=", "!=", "~", "in", "not-in", "known", "unknown")
_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "in", "not-in", "between", "known", "unknown")
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "name": _EQUAL,
    "ladder": (*_EQUAL, "<", "<=", ">", ">="),
    "text": _EQUAL,
    "number": _ORDERED,
    "days": _ORDERED,
    "money": _ORDERED,
    "date": (*_ORDERED, "last"),
    "choice": ("=", "!=", "in", "not-in", "known", "unknown"),
    "birthday": ("=", "!=", "last", "next", "month", "known", "unknown"),
    "has": ("known", "unknown"),
    "channel": ("=", "!=", "in", "not-in"),
    "bought": _EQUAL,
    "prefers": _EQUAL,
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind (a key of RELATIONS), what it is called in a sentence, and other words for the same."""

    name: str
    kind: str
    meaning: str
    example: str
    also: tuple[str, ...] = ()
    is_windowed: bool = False  # whether only the last days can be looked at: `monetary in last 90 days > 500`


WORDS: tuple[Word, ...] = (
    Word("tier", "ladder", mark("tier"), "tier = gold", ("等级", "会员等级")),
    Word("segment", "name", mark("segment"), "segment in (vip, active)", ("分群", "客群")),
    Word("stage", "name", mark("stage"), "stage = growth", ("阶段", "生命周期")),
    Word("tag", "name", mark("tag"), "tag = 复古", ("标签",)),
    Word("recency_days", "days", mark("days since the last sale"), "recency_days > 60",
         ("recency", "未消费天数", "距上次消费")),
    Word("frequency", "number", mark("days with a sale"), "frequency in last 90 days >= 3",
         ("visits", "次数", "消费次数", "到店次数"), is_windowed=True),
    Word("monetary", "money", mark("spend"), "spend >= 1000",
         ("spend", "spent", "消费", "消费额", "消费金额"), is_windowed=True),
    Word("points", "number", mark("points to spend"), "points >= 500", ("积分", "可用积分")),
    Word("wallet", "money", mark("stored value"), "wallet > 0", ("balance", "储值", "余额", "储值余额")),
    Word("coupon", "name", mark("open coupon of"), "coupon = MAY", ("优惠券", "券")),
    Word("joined", "date", mark("joined"), "joined in last 30 days", ("joined_on", "入会", "加入", "入会日期")),
    Word("last_bought", "date", mark("last sale"), "last_bought before 2026-01-01",
         ("last_on", "最近消费", "上次消费")),
    Word("first_bought", "date", mark("first sale"), "first_bought in last 90 days", ("first_on", "首次消费", "首单")),
    Word("bought", "bought", mark("bought"), "bought category = dresses in last 90 days", ("买过", "购买", "购买过")),
    Word("store", "name", mark("bought at the store"), "store = main", ("shop", "门店", "店铺")),
    Word("birthday", "birthday", mark("birthday"), "birthday in next 7 days", ("生日",)),
    Word("birth_year", "number", mark("year of birth"), "birth_year >= 1990", ("出生年", "出生年份")),
    Word("age", "number", mark("age"), "age between 25 and 35", ("年龄",)),
    Word("gender", "choice", mark("gender"), "gender = female", ("sex", "性别")),
    Word("name", "text", mark("name"), "name ~ 王", ("姓名", "名字")),
    Word("code", "text", mark("code"), "code in (C-0001, C-0042)", ("编号", "客户编号")),
    Word("phone", "has", mark("phone number"), "has phone", ("mobile", "手机", "电话", "手机号")),
    Word("email", "has", mark("e-mail address"), "has email", ("e-mail", "邮箱")),
    Word("wechat", "has", mark("WeChat"), "has wechat", ("微信",)),
    Word("member_no", "has", mark("member number"), "has member_no", ("会员号", "卡号")),
    Word("consent", "channel", mark("may be contacted by"), "may contact by sms", ("同意", "可联系", "可触达")),
    Word("prefers", "prefers", mark("prefers"), "prefers size = M", ("preference", "偏好", "喜欢")),
    Word("note", "text", mark("notes"), "note ~ silk", ("notes", "备注")),
    Word("not_bought", "text", mark("reasons for not buying"), "not_bought ~ size", ("未购原因", "未成交原因")),
    Word("campaign", "name", mark("called on in the campaign"), "campaign = winback", ("活动", "营销活动")),
    Word("audience", "name", mark("audience"), "audience = regulars", ("人群", "客户群")),
)  # fmt: skip

_BY_NAME: Mapping[str, Word] = {name: word for word in WORDS for name in (word.name, *word.also)}

# What of a line `bought` may look at; all three where it is not said.
PARTS: Mapping[str, str] = {
    **dict.fromkeys(("category", "品类", "类别", "分类"), "category"),
    **dict.fromkeys(("sku", "货号", "款号"), "sku"),
    **dict.fromkeys(("item", "商品", "品名"), "item"),
}
CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(("sms", "短信"), "sms"),
    **dict.fromkeys(("phone", "call", "电话", "手机"), "phone"),
    **dict.fromkeys(("email", "e-mail", "mail", "邮件", "邮箱"), "email"),
    **dict.fromkeys(("wechat", "微信"), "wechat"),
    **dict.fromkeys(("post", "letter", "邮寄", "信件"), "post"),
}
PURPOSES: Mapping[str, str] = {
    **dict.fromkeys(("marketing", "营销", "推广"), "marketing"),
    **dict.fromkeys(("service", "服务"), "service"),
}


def find_word(text: str) -> Word | None:
    """The word of that name, in any of the ways it is called."""
    return _BY_NAME.get(text.lower())


def word_of(name: str) -> Word:
    """The word whose own name it is."""
    return _BY_NAME[name]


def nearest_word(text: str) -> str:
    """The word that looks most like it."""
    from rapidfuzz import fuzz, process

    (close, *_) = process.extractOne(text.lower(), sorted(_BY_NAME), scorer=fuzz.ratio)
    return str(close)
