"""What a till says about a row: that it counts, that it gives money back, or that it never came to pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.values.texts import NULL_WORDS, spread, unwrap
from shopcrm.sheets.vocabulary import key_of

COUNTS, REFUND, GIVEN_BACK, PARTLY, LEFT_OUT, REVIEW = (
    "counts", "refund", "given_back", "partly", "left_out", "review"
)  # fmt: skip
_WEIGHT = (LEFT_OUT, PARTLY, GIVEN_BACK, REFUND, REVIEW, COUNTS)

_LEFT_OUT_WORDS = frozenset(
    {"cancelled", "canceled", "cancel", "void", "voided", "unpaid", "pending", "pending payment", "payment pending",
     "awaiting payment", "on hold", "draft", "failed", "declined", "expired", "abandoned", "deleted", "not paid",
     "batal", "dibatalkan", "取消", "已取消", "交易取消", "订单取消", "作废", "已作废", "关闭", "已关闭", "交易关闭",
     "订单关闭",
     "未付款", "待付款", "等待买家付款", "未支付", "待支付", "未结账", "未结算", "挂单", "草稿", "撤单", "已撤单",
     "撤销", "已撤销",
     "反结账", "已反结账", "支付失败", "交易失败", "删除", "已删除", "充值", "会员充值", "储值", "储值充值", "top-up",
     "top up", "recharge"}
)  # fmt: skip
_GIVEN_BACK_WORDS = frozenset(
    {
        "refunded",
        "returned",
        "fully refunded",
        "已退款",
        "已退货",
        "退款成功",
        "退货成功",
        "全额退款",
        "全部退款",
        "退款完成",
        "已全额退款",
    }
)
_PARTLY_WORDS = frozenset(
    {"partially refunded", "partly refunded", "partial refund", "refund pending", "refund requested",
     "部分退款", "部分退货", "已部分退款", "退款中", "退货中", "申请退款", "退款申请中"}
)  # fmt: skip
_DONE_WORDS = frozenset(
    {"completed", "complete", "paid", "done", "finished", "success", "successful", "settled", "fulfilled",
     "已完成", "完成", "交易成功", "已付款", "已支付", "已结账", "支付成功", "成功"}
)  # fmt: skip
_PLAIN_WORDS = frozenset(
    {"sale", "sales", "penjualan", "payment", "order", "pos", "online", "closed", "ditutup", "open", "normal",
     "active", "delivered", "shipped", "authorized", "partially paid", "销售", "销售单", "零售", "消费", "会员消费",
     "普通", "正常", "收入", "有效", "已收款", "已发货", "待发货", "已签收", "待收货", "卖家已发货", "买家已付款",
     "堂食", "外卖", "打包", "自提", "交易完成", "已核销", "无", "出库", "销售出库", "批发", "现货", "团购", "预订"}
)  # fmt: skip
_DENIALS = ("未", "无", "不", "非", "没", "no ", "not ", "non", "un")
_TRUE, _FALSE = ("true", "yes", "y", "1", "是"), ("false", "no", "n", "0", "否")
_VOID_HEADERS = ("void?", "void", "voided", "是否作废", "作废")
_REFUND_HEADERS = ("isrefund", "refund?", "是否退货", "是否退款")
_TYPE_MARKS = ("type", "类型", "類型", "struk", "收/支")
_DIRECTION_HEADERS = ("收/支", "收支", "收支类型", "资金流向")


@dataclass(frozen=True, slots=True)
class Statuses:
    """One of the six meanings a row; `unknown` are the words, by place, that we do not know and so let count."""

    meanings: list[str]
    unknown: dict[int, str]


def read_statuses(body: Body) -> Statuses | None:
    """What the till says about every row; None where all rows simply count.

    Of several status columns the weightiest word holds. GIVEN_BACK is a past sale whose money was returned.
    """
    found: list[list[str]] = []
    unknown: dict[int, str] = {}
    words = body.layout.words.get("status", {})
    for position in body.layout.columns.get("status", ()):
        cells = body.column(position)
        meanings = _column(body.layout.header[position], cells, words)
        if REVIEW in meanings:
            unknown |= {place: cells[place] for place, meaning in enumerate(meanings) if meaning == REVIEW}
        if set(meanings) != {COUNTS}:
            found.append(meanings)
    if not found:
        return None
    weightiest = found[0] if len(found) == 1 else [min(words, key=_WEIGHT.index) for words in zip(*found, strict=True)]
    return Statuses(weightiest, unknown)


def _column(header: str, cells: list[str], of_till: Mapping[str, str | bool]) -> list[str]:
    words = {cell: " ".join(normalize("NFKC", unwrap(cell)).lower().replace("_", " ").split()) for cell in set(cells)}
    closed_means_done = not any(word in _DONE_WORDS for word in words.values())
    key = key_of(header)

    def meaning(cell: str) -> str:
        word = words[cell]
        told = of_till.get(word, of_till.get("" if word in NULL_WORDS else "*"))
        return str(told) if told is not None else _meaning(key, word, closed_means_done)

    return spread(cells, meaning)


def _meaning(header: str, word: str, closed_means_done: bool) -> str:
    if word in _TRUE or word in _FALSE:
        said = LEFT_OUT if header in _VOID_HEADERS else REFUND if header in _REFUND_HEADERS else COUNTS
        return said if word in _TRUE else COUNTS
    if header in _DIRECTION_HEADERS:
        return {"支出": REFUND, "支": REFUND, "不计收支": LEFT_OUT, "/": LEFT_OUT}.get(word, COUNTS)
    if word in NULL_WORDS or (word.startswith(_DENIALS) and word not in _LEFT_OUT_WORDS):
        return COUNTS
    if word == "closed":  # a finished receipt at some tills, an abandoned order at others that have a word for finished
        return COUNTS if closed_means_done else LEFT_OUT
    if word in _LEFT_OUT_WORDS:
        return LEFT_OUT
    if word in _PARTLY_WORDS:
        return PARTLY
    if word in ("退", "退单", "已退单", "冲红", "红冲", "已冲红", "冲正"):
        return REFUND
    is_type = any(mark in header for mark in _TYPE_MARKS)
    if any(mark in word for mark in ("退货", "退款", "refund", "return", "退貨", "pengembalian")):
        return GIVEN_BACK if word in _GIVEN_BACK_WORDS and not is_type else REFUND
    return COUNTS if is_type or word in _DONE_WORDS or word in _PLAIN_WORDS else REVIEW
