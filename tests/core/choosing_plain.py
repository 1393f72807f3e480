"""Who is chosen, worked out once more over plain lists: slow, one customer after the other, and without a database."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from shopcrm.core.birthdays import birthday_in, birthday_months
from shopcrm.core.where.tree import Both, Clause, Either, Node, Not, Within

Row = dict[str, Any]
TIERS = ["silver", "gold", "black"]
GENDERS = {"女": "female", "男": "male"}
NAMED = {"category": "category", "sku": "sku", "item": "item"}


@dataclass
class Plain:
    """A small book as lists of rows; `kept` says who answers for a merged customer."""

    as_of: date
    customers: list[Row] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    sales: list[Row] = field(default_factory=list)  # with their lines
    tiers: list[Row] = field(default_factory=list)
    snapshots: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    identities: list[Row] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    preferences: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)  # entries; a lot's own, or what is drawn from one
    money: list[Row] = field(default_factory=list)
    coupons: list[Row] = field(default_factory=list)
    treated: list[Row] = field(default_factory=list)
    audiences: dict[str, Node] = field(default_factory=dict)

    def chosen(self, node: Node) -> list[int]:
        """The row keys of the listed customers of whom the tree holds."""
        listed = [row["id"] for row in self.customers if row["id"] not in self.kept]
        return [each for each in listed if holds(self, node, each)]

    def ids(self, person: int) -> list[int]:
        return [person, *sorted(each for each, kept in self.kept.items() if kept == person)]

    def of(self, rows: list[Row], person: int) -> list[Row]:
        return [row for row in rows if row["customer_id"] in self.ids(person)]

    def told(self, person: int, column: str) -> Row | None:
        """The first row of the person that knows the column."""
        rows = {row["id"]: row for row in self.customers}
        return next((rows[each] for each in self.ids(person) if rows[each][column] is not None), None)


def holds(plain: Plain, node: Node, person: int) -> bool:
    if isinstance(node, Both):
        return all(holds(plain, part, person) for part in node.parts)
    if isinstance(node, Either):
        return any(holds(plain, part, person) for part in node.parts)
    if isinstance(node, Not):
        return not holds(plain, node.part, person)
    if node.relation == "!=":
        return not _clause(plain, node, "=", person)
    if node.relation == "not-in":
        return not _clause(plain, node, "in", person)
    if node.relation == "unknown":
        return not _clause(plain, node, "known", person)
    return _clause(plain, node, node.relation, person)


def _clause(plain: Plain, clause: Clause, relation: str, person: int) -> bool:
    values = [value.text for value in clause.values]
    word = clause.word
    if word in ("recency_days", "frequency", "monetary", "points", "wallet", "birth_year", "age"):
        numbers = [round(float(text) * 100) if word in ("monetary", "wallet") else int(text) for text in values]
        return _compared(_number(plain, clause, person), relation, numbers)
    if word in ("joined", "last_bought", "first_bought"):
        day = _day(plain, word, person)
        if relation == "last":
            assert clause.within
            return day is not None and _first(plain.as_of, clause.within) <= day <= plain.as_of
        return _compared(day, relation, [date.fromisoformat(text) for text in values])
    if word == "tier":
        return _tier(plain, relation, values, person)
    if word == "birthday":
        return _birthday(plain, clause, relation, values, person)
    if word == "audience":
        wanted = plain.audiences if relation == "known" else values
        return any(holds(plain, plain.audiences[name], person) for name in wanted)
    if word == "consent":
        return any(_allowed(plain, channel, clause.about or "marketing", person) for channel in values)
    return any(_text_fits(text, relation, values, word) for text in _texts(plain, clause, person))


def _text_fits(text: str, relation: str, values: list[str], word: str) -> bool:
    if relation == "known":
        return True
    if relation == "~":
        return values[0].lower() in text.lower()
    wanted = [GENDERS.get(value, value) for value in values] if word == "gender" else values
    return text.lower() in [value.lower() for value in wanted]


def _texts(plain: Plain, clause: Clause, person: int) -> list[str]:
    """What a text is compared with: one that fits is enough."""
    word, until = clause.word, plain.as_of
    if word in ("name", "gender"):
        row = plain.told(person, word)
        return [row[word]] if row else []
    if word == "code":
        return [row["code"] for row in plain.customers if row["id"] in plain.ids(person)]
    if word in ("phone", "email", "wechat", "member_no"):
        return [row["value"] for row in plain.of(plain.identities, person) if row["kind"] == word]
    if word == "tag":
        tags = plain.of(plain.tags, person)
        return [
            row["tag"]
            for row in tags
            if (row["since_on"] or until) <= until and (row["expires_on"] is None or row["expires_on"] >= until)
        ]
    if word in ("segment", "stage"):
        return _snapshot(plain, word, person)
    if word in ("note", "not_bought"):
        return [row["text"] for row in plain.of(plain.notes, person) if row["kind"] == word and row["on"] <= until]
    if word == "prefers":
        rows = [row for row in plain.preferences if row["field"] == clause.about and row["on"] <= until]
        own = [row for row in rows if row["customer_id"] == person]
        return [row["value"] for row in own or plain.of(rows, person)]
    if word == "coupon":
        return [row["offer"] for row in plain.of(plain.coupons, person) if _is_open(row, until)]
    if word == "campaign":
        return [row["code"] for row in plain.of(plain.treated, person) if row["on"] <= until]
    sold = [row for row in _counted(plain, person, clause.within) if row["kind"] == "sale"]
    if word == "store":
        return [row["store"] for row in sold]
    assert word == "bought"
    if clause.relation in ("known", "unknown"):
        return ["anything"] if sold else []
    named = [clause.about] if clause.about else [*NAMED]
    lines = [line for row in sold for line in row["lines"] if line["quantity_milli"] > 0]
    return [line[name] for line in lines for name in named if line[name] is not None]


def _number(plain: Plain, clause: Clause, person: int) -> int | None:
    word, as_of = clause.word, plain.as_of
    if word == "recency_days":
        last = _day(plain, "last_bought", person)
        return None if last is None else (as_of - last).days
    if word == "frequency":
        return len({row["on"] for row in _counted(plain, person, clause.within) if row["kind"] == "sale"})
    if word == "monetary":
        spent: int = sum(row["net_minor"] for row in _counted(plain, person, clause.within))
        return spent
    if word == "points":
        return max(0, _held(plain, plain.points, person))
    if word == "wallet":
        return _held(plain, plain.money, person)
    row = plain.told(person, "birth_year")
    if row is None:
        return None
    year: int = row["birth_year"]
    if word == "birth_year":
        return year
    age = as_of.year - year
    if row["birth_month"] is not None:
        age -= birthday_in(as_of.year, row["birth_month"], row["birth_day"], row["is_birthday_lunar"]) > as_of
    return age


def _held(plain: Plain, entries: list[Row], person: int) -> int:
    """Everything entered, less what is left of lots that are past their last day or still to come."""
    known = [row for row in plain.of(entries, person) if row["on"] <= plain.as_of]
    total = 0
    for lot in known:
        total += lot["amount"]
        if lot["amount"] > 0:
            left = lot["amount"] + sum(row["amount"] for row in known if row["draws"] == lot["key"])
            is_over = lot["expires_on"] is not None and lot["expires_on"] < plain.as_of
            total -= left if is_over or lot["available_on"] > plain.as_of else 0
    return total


def _counted(plain: Plain, person: int, within: Within | None) -> list[Row]:
    first = _first(plain.as_of, within) if within else date.min
    return [
        row for row in plain.of(plain.sales, person) if row["withdrawn"] is None and first <= row["on"] <= plain.as_of
    ]


def _first(as_of: date, within: Within) -> date:
    if within.unit == "months":
        return as_of - relativedelta(months=within.number) + timedelta(1)
    return as_of - timedelta(within.number * (7 if within.unit == "weeks" else 1)) + timedelta(1)


def _day(plain: Plain, word: str, person: int) -> date | None:
    if word == "joined":
        known = [row["joined_on"] for row in plain.customers if row["id"] in plain.ids(person) and row["joined_on"]]
        return min(known, default=None)
    days = [row["on"] for row in _counted(plain, person, None) if row["kind"] == "sale"]
    return (max if word == "last_bought" else min)(days, default=None)


def _compared(value: Any, relation: str, against: list[Any]) -> bool:
    if value is None or relation == "known":
        return value is not None
    if relation == "between":
        return bool(against[0] <= value <= against[1])
    if relation == "in":
        return value in against
    low, high = bool(value < against[0]), bool(value > against[0])
    return {"=": not low and not high, "<": low, ">": high, "<=": not high, ">=": not low}[relation]


def _tier(plain: Plain, relation: str, values: list[str], person: int) -> bool:
    reached = {row["tier"] for row in plain.of(plain.tiers, person) if row["on"] <= plain.as_of}
    highest = max((TIERS.index(name) for name in reached), default=None)
    if relation in ("~", "in"):
        wanted = [name for name in TIERS if values[0] in name] if relation == "~" else values
        return highest is not None and TIERS[highest] in wanted
    return _compared(highest, relation, [TIERS.index(name) for name in values])


def _snapshot(plain: Plain, column: str, person: int) -> list[str]:
    days = [row["on"] for row in plain.snapshots if row["on"] <= plain.as_of]
    latest = [row for row in plain.snapshots if row["on"] == max(days, default=None)]
    own = [row for row in latest if row["customer_id"] == person]
    return [row[column] for row in own or plain.of(latest, person) if row[column] is not None]


def _birthday(plain: Plain, clause: Clause, relation: str, values: list[str], person: int) -> bool:
    row, as_of = plain.told(person, "birth_month"), plain.as_of
    if row is None or relation == "known":
        return row is not None
    told = (row["birth_month"], row["birth_day"], row["is_birthday_lunar"])
    if relation == "month":
        month, year = as_of.month, as_of.year
        if values[0] == "next":
            month, year = month % 12 + 1, year + (month == 12)
        elif values[0] != "this":
            month = int(values[0])
        return month in birthday_months(year, *told)
    first = last = as_of
    if clause.within:
        days = clause.within.number * (7 if clause.within.unit == "weeks" else 1)
        steps = relativedelta(months=clause.within.number) if clause.within.unit == "months" else timedelta(days)
        first, last = (as_of, as_of + steps) if relation == "next" else (as_of - steps + timedelta(1), as_of)
    elif values[0] != "today":
        return values[0] == f"{told[0]:02}-{told[1]:02}"
    years = range(first.year - 1, last.year + 1) if told[2] else range(first.year, last.year + 1)
    return any(first <= birthday_in(year, *told) <= last for year in years)


def _allowed(plain: Plain, channel: str, purpose: str, person: int) -> bool:
    """The last word of each of the person's customers counts, of one day the no; and of several customers any no."""
    latest: dict[int, tuple[date, bool]] = {}
    for row in plain.of(plain.consents, person):
        if row["channel"] == channel and row["purpose"] == purpose and row["on"] <= plain.as_of:
            own = latest.get(row["customer_id"])
            if own is None or (row["on"], not row["is_granted"]) > (own[0], not own[1]):
                latest[row["customer_id"]] = (row["on"], row["is_granted"])
    return all(is_granted for _on, is_granted in latest.values()) if latest else purpose == "service"


def _is_open(row: Row, as_of: date) -> bool:
    is_used = row["used_on"] is not None and row["used_on"] <= as_of
    return row["starts_on"] <= as_of and row["issued_on"] <= as_of and not is_used and row["expires_on"] >= as_of
