"""Who a row is about: member number, phone, e-mail and name, each cell cleaned or left out with the reason."""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.values.texts import LOST_DIGITS, WALK_IN_WORDS, clean_number, clean_text, spread
from shopcrm.sheets.vocabulary import key_of

_NAME_AND_PHONE = re.compile(r"(.*?)\s*[(（]\s*(\+?[\d*][\d*\- ]{4,})\s*[)）]")
_NAME_THEN_PHONE = re.compile(r"([^\d()（）]*[^\d()（）\s/:：,，|-])[\s/:：,，|-]+(1[3-9][\d*]{9})")
_PHONE_THEN_NAME = re.compile(r"(1[3-9][\d*]{9})\s*[(（\s/]\s*([^\d()（）]+?)\s*[)）]?")
_BETWEEN_CONTACTS = re.compile(r"[\s,;，；]+")
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
    till_id: list[str | None]
    name: list[str | None]

    @property
    def columns(self) -> dict[str, list[str | None]]:
        """The lists by field, the surest first."""
        return {
            "member_no": self.member_no, "phone": self.phone, "email": self.email, "till_id": self.till_id,
            "name": self.name,
        }  # fmt: skip


def read_buyers(body: Body, findings: Findings) -> Buyers:
    """The identities of every row; cells that name nobody, or nobody for sure, are None."""
    phones = _judged(body, "phone", _judge_phone, findings)
    if _holds_both(body):
        names, phones = _split_names(body, phones, findings)
    else:
        names = _names(body, findings)
    numbers = _judged(body, "member_no", _judge_number, findings)
    emails = _judged(body, "email", _judge_email, findings)
    if not body.has("email") and body.has("phone"):
        emails = _addresses_among(body.cells("phone"))
    buyers = Buyers(numbers, phones, emails, _judged(body, "till_id", _judge_number, findings), names)
    words = {word for word, is_one in body.layout.words.get("walk_in", {}).items() if is_one}
    return _without(buyers, words) if words else buyers


def _addresses_among(phones: Sequence[str]) -> list[str | None]:
    """E-mail addresses out of a column of contacts, where some tills write either."""
    if "@" not in "".join(set(phones)):
        return [None] * len(phones)
    return spread(phones, lambda cell: _judge_email(_contacts(cell)[1])[0])


def _contacts(cell: str) -> tuple[str, str]:
    """What is no address, and the address, of a cell such as `ana@example.com, +1 312 555 0100`."""
    parts = _BETWEEN_CONTACTS.split(cell) if "@" in cell else [cell]
    address = next((part for part in parts if "@" in part), "")
    return " ".join(part for part in parts if "@" not in part), address


def _without(buyers: Buyers, words: Container[str]) -> Buyers:
    """The buyers without those who are called what this till calls a walk-in."""
    columns = [
        [None if (cell or "").lower() in words else cell for cell in column] for column in buyers.columns.values()
    ]
    return Buyers(*columns)


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
    elif sum(any(map(str.isdigit, value)) and "(" not in value and not _both_of(value) for value in known) * 2 > len(
        known
    ):
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
        return body.nothing
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
    text, code = _judge_number(_contacts(cell)[0])  # an address in a column of contacts is read as one
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


def _both_of(cell: str) -> tuple[str, str] | None:
    """Name and phone of `张三（13800138000）`, `张三 13800138000`, a bare `13800138000`; None for any other cell."""
    if not any(map(str.isdigit, cell)):
        return None
    text = cell.strip()
    if _CHINESE_MOBILE.fullmatch(text):
        return "", text
    if found := _NAME_AND_PHONE.fullmatch(text) or _NAME_THEN_PHONE.fullmatch(text):
        return found[1], found[2]
    found = _PHONE_THEN_NAME.fullmatch(text)
    return (found[2], found[1]) if found else None


def _holds_both(body: Body) -> bool:
    return len(body.layout.columns.get("name", ())) == 1 and any(map(_both_of, set(body.cells("name"))))


def _split_names(
    body: Body, said: Sequence[str | None], findings: Findings
) -> tuple[list[str | None], list[str | None]]:
    """Names and phones of cells that hold both, unless a column of phones says another number beside them."""
    names: list[str | None] = []
    phones: list[str | None] = []
    for position, (cell, other) in enumerate(zip(body.cells("name"), said, strict=True)):
        name, number = _both_of(cell) or (cell, "")
        phone, code = _judge_phone(number)
        is_split = other is None or phone is None or _digits(other).endswith(_digits(phone))
        if code and other is None:
            findings.ignore(position, code, "phone", cell)
        names.append(_judge_name(name if is_split else cell)[0])
        phones.append(other or phone)
    return names, phones


def _digits(phone: str) -> str:
    return "".join(filter(str.isdecimal, phone))
