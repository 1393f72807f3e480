"""The pieces of a text one after the other, with the words that join them in English and in Chinese."""

import re
from collections.abc import Iterator, Mapping

from shopcrm.core.errors import WhereUnreadable
from shopcrm.core.language import translate as _
from shopcrm.core.where.tokens import Token, cut
from shopcrm.core.where.tree import Within

_CALLED: Mapping[str, tuple[str, ...]] = {
    "and": ("且", "并且", "而且", "和", "与"),
    "or": ("或", "或者"),
    "not": ("非", "不"),
    "in": ("属于", "在", "within", "during"),
    "is": ("是", "为"),
    "between": ("介于",),
    "known": ("已知", "有"),
    "unknown": ("未知", "无"),
    "last": ("最近", "过去", "past"),
    "next": ("未来", "接下来", "coming"),
    "this": ("本", "这个"),
    "the": (),
    "month": ("月", "月份"),
    "has": ("have", "with"),
    "may": ("can",),
    "contact": ("be", "contacted", "联系"),
    "by": ("via", "通过"),
    "for": ("用于",),
    "~": ("contains", "like", "包含", "含"),
    "<": ("before", "under", "小于", "少于", "低于", "早于", "不到"),
    ">": ("after", "over", "大于", "多于", "高于", "超过", "晚于"),
    ">=": ("since", "from", "至少", "不少于", "不低于", "不早于", "大于等于"),
    "<=": ("until", "至多", "不超过", "不多于", "不高于", "不晚于", "小于等于"),
    "=": ("等于", "equals"),
    "!=": ("不是", "不为", "不等于"),
}
_KEYWORDS = {text: keyword for keyword, texts in _CALLED.items() for text in (keyword, *texts)}
_ENDS_A_VALUE = frozenset({"and", "or", "not"})
UNITS: Mapping[str, str] = {
    **dict.fromkeys(("d", "day", "days", "天", "日"), "days"),
    **dict.fromkeys(("w", "week", "weeks", "周", "星期"), "weeks"),
    **dict.fromkeys(("m", "month", "months", "月", "个月"), "months"),
}
_CHINESE_STRETCH = re.compile(r"(最近|近|过去|未来|接下来|今后)(\d+)(天|日|周|个月|月)内?")
_NUMBER_AND_UNIT = re.compile(r"(\d+)([^\d\W]+)")
_MOST = {"days": 36_500, "weeks": 5_200, "months": 1_200}  # beyond a hundred years it is a slip of the finger


class Cursor:
    """Where reading stands in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(_respelled(cut(text)))
        self._at = 0

    @property
    def here(self) -> Token:
        """The piece that comes next."""
        return self._tokens[self._at]

    def ahead(self, steps: int = 1) -> Token:
        """A piece further on; the end, where there are not so many."""
        return self._tokens[min(self._at + steps, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next piece, which is then behind; the end stays."""
        token = self.here
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def skip(self, *keywords: str) -> bool:
        """Takes these joining words, where they all come next."""
        is_next = all(keyword_of(self.ahead(step)) == word for step, word in enumerate(keywords))
        if is_next:
            for _word in keywords:
                self.take()
        return is_next

    def expect(self, kind: str, problem: str) -> Token:
        """The next piece, which must be of a kind. Raises WhereUnreadable with the problem."""
        if self.here.kind != kind:
            raise self.refusal(problem)
        return self.take()

    def refusal(self, problem: str, at: Token | None = None) -> WhereUnreadable:
        """What is wrong at the next piece, or at another one."""
        return WhereUnreadable(place=(at or self.here).place, problem=problem, text=self.text)

    def is_stretch(self, *sides: str) -> bool:
        """Whether `in last` or `in next` and a number come next."""
        steps = 2 if keyword_of(self.ahead()) == "the" else 1
        return keyword_of(self.here) == "in" and keyword_of(self.ahead(steps)) in sides

    def take_stretch(self) -> tuple[str, Within]:
        """`in last 90 days` as its side and its length. Raises WhereUnreadable."""
        self.take()
        self.skip("the")
        side = keyword_of(self.take())
        number = self.expect_value(_("write how many days, weeks or months"))
        unit = UNITS.get(self.here.text.lower())
        if not number.text.isdecimal() or unit is None:
            raise self.refusal(_("write how many days, weeks or months"), None if number.text.isdecimal() else number)
        if int(number.text) > _MOST[unit]:
            raise self.refusal(_("that is more than a hundred years"), number)
        self.take()
        return side, Within(int(number.text), unit)

    def expect_value(self, problem: str) -> Token:
        """A single word or quoted text. Raises WhereUnreadable with the problem."""
        if self.here.kind not in ("word", "quoted"):
            raise self.refusal(problem)
        return self.take()

    def ends_a_value(self) -> bool:
        """Whether a value without quotes ends here."""
        if self.here.kind != "word" or keyword_of(self.here) in _ENDS_A_VALUE:
            return True
        return self.is_stretch("last", "next")


def keyword_of(token: Token) -> str:
    """The joining word that a piece is, in English; empty for any other."""
    return _KEYWORDS.get(token.text.lower(), "") if token.kind == "word" else ""


def _respelled(tokens: list[Token]) -> Iterator[Token]:
    """最近30天, and 30d behind `last`, as the words they stand for."""
    last = ""
    for token in tokens:
        chinese = _CHINESE_STRETCH.fullmatch(token.text) if token.kind == "word" else None
        numbered = _NUMBER_AND_UNIT.fullmatch(token.text) if token.kind == "word" else None
        if chinese:
            side = "next" if chinese[1] in ("未来", "接下来", "今后") else "last"
            if last != "in":
                yield token._replace(text="in")
            yield from (token._replace(text=text) for text in (side, chinese[2], chinese[3]))
        elif numbered and last in ("last", "next") and numbered[2].lower() in UNITS:
            yield from (token._replace(text=text) for text in (numbered[1], numbered[2]))
        else:
            yield token
        last = keyword_of(token)
