"""Who a row is about: member number, phone, e-mail and name, each cell cleaned or left out with the reason."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from unicodedata import normalize

from shopcrm.sheets.body import Body
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.texts import LOST_DIGITS, WALK_IN_WORDS, clean_number, clean_text, spread
from shopcrm.sheets.vocabulary import key_of

_NAME_AND_PHONE = re.compile(r"(.*?)\s*[(（]\s*(\+?[\d*][\d*\- ]{4,})\s*[)）]")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_ONE_WORD = frozenset({"会员", "客户", "顾客", "會員", "客戶", "customer", "member", "buyer", "买家"})
_CJK = re.compile(r"[\u3400-\u9fff]")

Judged = tuple[str | None, str]  # the value, and the code of what is wrong with the cell


@dataclass(frozen=True, slots=True)
class Buyers:
    """Parallel lists, one place a row."""

    member_no: list[str | None]
    phone: list[str | None]
    email: list[str | None]
    name: list[str | None]


def read_buyers(body: Body, findings: Findings) -> Buyers:
    """The identities of every row; cells that name nobody, or nobody for sure, are None."""
    if _holds_both(body):
        names, phones = _split_names(body, findings)
    else:
        names, phones = _names(body, findings), _judged(body, "phone", _judge_phone, findings)
    numbers = _judged(body, "member_no", _judge_number, findings)
    return Buyers(numbers, phones, _judged(body, "email", _judge_email, findings), names)


def settle_customer_column(body: Body, asked: Container[str]) -> None:
    """A column called just 会员 or `Customer` is a name, a number or a phone: most of its cells say which."""
    places = body.layout.columns.get("name", ())
    if "name" in asked or len(places) != 1 or key_of(body.layout.header[places[0]]) not in _ONE_WORD:
        return
    known = {value for cell in set(body.column(places[0])) if (value := clean_number(cell)) is not None}
    known -= WALK_IN_WORDS
    field = "name"
    if sum(_CHINESE_MOBILE.fullmatch(value) is not None for value in known) * 2 > len(known):
        field = "phone"
    elif sum(any(map(str.isdigit, value)) and "(" not in value for value in known) * 2 > len(known):
        field = "member_no"
    if field not in body.layout.columns:
        columns = {each: at for each, at in body.layout.columns.items() if each != "name"}
        body.layout = replace(body.layout, columns={**columns, field: places})


def full_name(last: str | None, first: str | None) -> str | None:
    """One name of two cells: family name first and unspaced in Chinese, last and spaced elsewhere."""
    if last is None or first is None:
        return last or first
    return f"{last}{first}" if _CJK.search(last + first) else f"{first} {last}"


def _judged(body: Body, field: str, judge: Callable[[str], Judged], findings: Findings) -> list[str | None]:
    if not body.has(field):
        return [None] * len(body.rows)
    cells = body.cells(field)
    bad: dict[str, str] = {}

    def value_of(cell: str) -> str | None:
        value, code = judge(cell)
        if code:
            bad[cell] = code
        return value

    values = spread(cells, value_of)
    if bad:
        for position, cell in enumerate(cells):
            if cell in bad:
                findings.ignore(position, bad[cell], field, cell)
    return values


def _judge_number(cell: str) -> Judged:
    text = clean_number(cell)
    if text is None or text.lower() in WALK_IN_WORDS:
        return None, ""
    return (None, "digits_lost") if "+" in text and LOST_DIGITS.fullmatch(text) else (text, "")


def _judge_phone(cell: str) -> Judged:
    text, code = _judge_number(cell)
    if text is None:
        return None, code
    if "*" in text:
        return None, "phone_masked"
    return (text, "") if sum(map(str.isdigit, text)) >= 5 else (None, "phone_unreadable")


def _judge_email(cell: str) -> Judged:
    text = clean_text(normalize("NFKC", cell))
    if text is None or text.lower() in WALK_IN_WORDS:
        return None, ""
    local, at, domain = text.rpartition("@")
    is_address = bool(local and at and "." in domain) and not re.search(r"[\s*]", text)
    return (text, "") if is_address else (None, "email_unreadable")


def _judge_name(cell: str) -> Judged:
    text = clean_text(cell)
    return (None, "") if text is None or text.lower() in WALK_IN_WORDS else (" ".join(text.split()), "")


def _names(body: Body, findings: Findings) -> list[str | None]:
    places = body.layout.columns.get("name", ())
    if len(places) != 2:
        return _judged(body, "name", _judge_name, findings)
    last, first = (map(_judge_name, body.column(place)) for place in places)
    return [full_name(one, other) for (one, _), (other, _) in zip(last, first, strict=True)]


def _holds_both(body: Body) -> bool:
    return (
        body.has("name")
        and not body.has("phone")
        and any(_NAME_AND_PHONE.fullmatch(cell.strip()) for cell in set(body.cells("name")))
    )


def _split_names(body: Body, findings: Findings) -> tuple[list[str | None], list[str | None]]:
    """Names and phones of cells such as `张三（13800138000）`."""
    names: list[str | None] = []
    phones: list[str | None] = []
    for position, cell in enumerate(body.cells("name")):
        both = _NAME_AND_PHONE.fullmatch(cell.strip())
        names.append(_judge_name(both[1] if both else cell)[0])
        phone, code = _judge_phone(both[2]) if both else (None, "")
        if code:
            findings.ignore(position, code, "phone", cell)
        phones.append(phone)
    return names, phones
