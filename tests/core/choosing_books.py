"""Small books at random, as plain lists and in a real file; and texts at random that choose customers from them."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from core.choosing_plain import TIERS, Plain, Row
from shop import NOW, Shop, open_shop
from shopcrm.core.book import Book
from shopcrm.core.schema import every_table
from shopcrm.core.where.tree import Both, Clause, Either, Node, Not, Value, Within

AS_OF = date(2026, 6, 30)
EARLY = AS_OF - timedelta(3)
NAMES = ["Ana", "ana li", "王芳", "100%_x", "O'Neill"]
SEGMENTS, STAGES = ["vip", "dormant"], ["growth", "decline"]
TAGS, STORES, ITEMS = ["Retro", "silk"], ["main", "east"], ["Silk dress", "belt", "裙子"]
AT = {"posted_at": NOW, "by": "test", "settings_version_id": 1, "rule": "test", "inputs": {}}


def random_book(dice: Random, folder: Path) -> tuple[Plain, Shop]:
    """The same facts twice: some before the business date and some after it, some of merged customers."""
    as_of = AS_OF + timedelta(dice.randrange(-3, 4))
    plain = Plain(as_of)
    shop = open_shop(folder, template="apparel")
    people = range(1, dice.randrange(3, 7))
    plain.customers = [_customer(dice, each) for each in people]
    for each in people:
        if each > 2 and dice.random() < 0.3:
            plain.kept[each] = dice.choice([other for other in range(1, each) if other not in plain.kept])
    some = [each for each in people for _time in range(3)]
    plain.sales = [_sale(dice, number, dice.choice(some)) for number in range(1, 12)]
    plain.tiers = _distinct(
        [{"customer_id": dice.choice(some), "tier": dice.choice(TIERS), "on": _day(dice), "spend_minor": 0,
          "settings_version_id": 1, "posted_at": NOW} for _row in range(5)], "customer_id", "tier", "on",
    )  # fmt: skip
    plain.snapshots = _distinct(
        [{"on": dice.choice([AS_OF, AS_OF - timedelta(40)]), "customer_id": dice.choice(some), "frequency": 0,
          "monetary_minor": 0, "segment": dice.choice(SEGMENTS), "stage": dice.choice([*STAGES, None])}
         for _row in range(6)], "customer_id", "on",
    )  # fmt: skip
    plain.tags = _distinct(
        [{"customer_id": dice.choice(some), "tag": dice.choice(TAGS), "since_on": dice.choice([None, _day(dice)]),
          "expires_on": dice.choice([None, _day(dice)])} for _row in range(6)], "customer_id", "tag",
    )  # fmt: skip
    _add_words(dice, plain, some)
    _add_ledgers(dice, plain, some)
    with shop.writing() as book:
        _write(book, plain)
    return plain, shop


def random_node(dice: Random, plain: Plain, depth: int = 0) -> Node:
    """A tree of up to four clauses in a row, three deep."""
    if depth > 2 or dice.random() < 0.4:
        return _random_clause(dice, plain, depth)
    if dice.random() < 0.3:
        return Not(random_node(dice, plain, depth + 1))
    parts = tuple(random_node(dice, plain, depth + 1) for _part in range(dice.randrange(2, 4)))
    return Both(parts) if dice.random() < 0.5 else Either(parts)


def _customer(dice: Random, number: int) -> Row:
    has_birthday = dice.random() < 0.7
    return {
        "id": number,
        "code": f"C-{number:04d}",
        "name": dice.choice([None, *NAMES]),
        "gender": dice.choice([None, "female", "male"]),
        "birth_year": dice.choice([None, 1990, 2001]),
        "birth_month": dice.choice([1, 2, 5, 6, 7, 12]) if has_birthday else None,
        "birth_day": dice.choice([1, 15, 28, 29, 30]) if has_birthday else None,
        "is_birthday_lunar": has_birthday and dice.random() < 0.5,
        "joined_on": dice.choice([None, _day(dice)]),
    }


def _sale(dice: Random, number: int, customer_id: int) -> Row:
    kind = dice.choice(["sale", "sale", "refund"])
    sign = 1 if kind == "sale" else -1
    net = sign * dice.choice([0, 5000, 12345])
    line = {
        "sale_id": number,
        "position": 1,
        "sku": dice.choice([None, "SKU-1"]),
        "item": dice.choice([None, *ITEMS]),
        "category": dice.choice([None, "Dresses", "belt"]),
        "quantity_milli": sign * dice.choice([1000, 2000]),
        "net_minor": net,
    }
    return {
        "id": number,
        "customer_id": customer_id,
        "kind": kind,
        "on": _day(dice),
        "net_minor": net,
        "store": dice.choice(STORES),
        "withdrawn": dice.choice([None, None, None, "hand"]),
        "lines": [line],
    }


def _add_words(dice: Random, plain: Plain, some: list[int]) -> None:
    kinds = ("phone", "email", "wechat", "member_no")
    plain.identities = [
        {"customer_id": dice.choice(some), "kind": dice.choice(kinds), "value": f"v{number}"} for number in range(5)
    ]
    plain.consents = [
        {"id": number, "customer_id": dice.choice(some), "channel": dice.choice(["sms", "phone"]), "on": _day(dice),
         "purpose": dice.choice(["marketing", "service"]), "is_granted": dice.random() < 0.5, "source": "hand"}
        for number in range(1, 9)
    ]  # fmt: skip
    plain.notes = [
        {"customer_id": dice.choice(some), "kind": dice.choice(["note", "not_bought"]), "on": _day(dice),
         "text": dice.choice(["likes Silk", "no large size"]), "at": NOW, "by": "test"} for _row in range(4)
    ]  # fmt: skip
    plain.preferences = _distinct(
        [{"customer_id": dice.choice(some), "field": dice.choice(["size", "style"]), "value": dice.choice(["M", "L"]),
          "on": _day(dice), "by": "test"} for _row in range(5)], "customer_id", "field",
    )  # fmt: skip
    plain.coupons = [_coupon(dice, number, dice.choice(some)) for number in range(1, 6)]
    plain.treated = _distinct(
        [{"customer_id": dice.choice(some), "code": "spring", "on": EARLY} for _row in range(3)], "customer_id"
    )


def _coupon(dice: Random, number: int, customer_id: int) -> Row:
    issued_on = AS_OF - timedelta(dice.randrange(5, 9))
    return {
        "id": number, "customer_id": customer_id, "offer": dice.choice(["MAY", "JUNE"]), "issued_on": issued_on,
        "starts_on": issued_on, "expires_on": AS_OF, "used_on": dice.choice([None, AS_OF - timedelta(1)]),
    }  # fmt: skip


def _add_ledgers(dice: Random, plain: Plain, some: list[int]) -> None:
    """Lots that were opened, and what was drawn from them later, never more than there is."""
    for ledger in (plain.points, plain.money):
        for number in range(1, 5):
            who, on = dice.choice(some), _day(dice)
            available_on = on + timedelta(dice.choice([0, 0, 7])) if ledger is plain.points else on
            expires_on = dice.choice([None, available_on + timedelta(dice.choice([0, 1, 30]))])
            lot: Row = {"customer_id": who, "on": on, "amount": 100, "key": number, "draws": None,
                        "available_on": available_on, "expires_on": expires_on}  # fmt: skip
            ledger.append(lot)
            if dice.random() < 0.6:
                taken = {**lot, "amount": -dice.choice([40, 100]), "key": number + 100, "draws": number}
                ledger.append(taken | {"on": max(on, available_on) + timedelta(dice.choice([0, 1]))})


def _write(book: Book, plain: Plain) -> None:
    tables = every_table().tables

    def write(name: str, rows: list[Row]) -> None:
        if rows:
            book.connection.execute(insert(tables[name]), rows)

    write("customer", plain.customers)
    write("customer_merge", [
        {"customer_id": each, "into_id": kept, "kept_id": kept, "on": AS_OF, "at": NOW, "by": "test"}
        for each, kept in plain.kept.items()
    ])  # fmt: skip
    write("batch", [{
        "id": 1, "kind": "sales", "mapping": {}, "on": AS_OF, "imported_at": NOW,
        **dict.fromkeys(("sheet", "tab", "sha256", "profile", "by"), "x"),
        **dict.fromkeys(("rows", "added", "updated", "unchanged", "skipped", "rejects"), 0),
    }])  # fmt: skip
    write("sale", [
        {name: value for name, value in row.items() if name != "lines"}
        | {"source": "till", "receipt": f"R-{row['id']}", "batch_id": 1} for row in plain.sales
    ])  # fmt: skip
    write("sale_line", [line for row in plain.sales for line in row["lines"]])
    write("tier_change", plain.tiers)
    refreshed = {"thresholds": {}, "settings_version_id": 1}
    write("segment_refresh", [{"on": day, **refreshed} for day in sorted({row["on"] for row in plain.snapshots})])
    for table in ("snapshots", "tags", "identities", "consents", "notes", "preferences"):
        names = {"snapshots": "segment_snapshot", "tags": "customer_tag", "identities": "identity",
                 "consents": "consent", "notes": "customer_note", "preferences": "preference"}  # fmt: skip
        write(names[table], getattr(plain, table))
    _write_outreach(write, plain)
    for name, amount, rows in (("points", "points", plain.points), ("wallet", "amount_minor", plain.money)):
        _write_ledger(write, name, amount, rows)


def _write_outreach(write: Any, plain: Plain) -> None:
    write("campaign", [{"id": 1, "code": "spring", "purpose": "spring", "on": EARLY, "terms": {},
                        "settings_version_id": 1}])  # fmt: skip
    write("assignment", [
        {"campaign_id": 1, "customer_id": row["customer_id"], "arm": "treated", "place": 1, "last_on": AS_OF,
         "days_since": 1, "usual_gap_days": 1.0, "overdue_ratio": 1.0, "visits": 1, "spend_minor": 0,
         "last_items": [], "usual_items": []} for row in plain.treated
    ])  # fmt: skip
    offers = {"MAY": 1, "JUNE": 2}
    write("offer", [{"id": key, "code": code, "added_on": AS_OF} for code, key in offers.items()])
    write("offer_terms", [
        {"id": key, "offer_id": key, "version": 1, "on": AS_OF, "posted_at": NOW, "by": "test", "name": "x",
         "kind": "gift", "item": "x", "last_on": AS_OF} for key in offers.values()
    ])  # fmt: skip
    write("coupon_issue", [{"id": 1, "key": "x", "terms_id": 1, "audience": {}, "count": 1, "on": AS_OF,
                            "posted_at": NOW, "by": "test"}])  # fmt: skip
    for row in plain.coupons:
        key = offers[row["offer"]]
        write("coupon", [{
            "id": row["id"], "code": f"K{row['id']}", "offer_id": key, "terms_id": key, "issue_id": 1,
            "customer_id": row["customer_id"], "issued_on": row["issued_on"], "starts_on": row["starts_on"],
            "expires_on": row["expires_on"], "status": "redeemed" if row["used_on"] else "issued",
        }])  # fmt: skip
        if row["used_on"]:
            write("coupon_event", [{
                "key": f"k{row['id']}", "coupon_id": row["id"], "kind": "redeem", "on": row["used_on"],
                "posted_at": NOW, "by": "test", "status": "redeemed", "expires_on": row["expires_on"],
                "receipt": "R", "discount_minor": 0, "payable_minor": 0,
            }])  # fmt: skip


def _write_ledger(write: Any, name: str, amount: str, rows: list[Row]) -> None:
    kinds = {"points": ("earn", "redeem"), "wallet": ("bonus", "pay")}[name]
    for row in rows:
        entry = {"id": row["key"], "key": f"{row['key']}", "customer_id": row["customer_id"], "on": row["on"],
                 "kind": kinds[row["draws"] is not None], amount: row["amount"], **AT}  # fmt: skip
        write(f"{name}_entry", [entry])
        if row["draws"]:
            write(f"{name}_draw", [{"entry_id": row["key"], "lot_id": row["draws"], amount: -row["amount"]}])
            continue
        of_kind = {"available_on": row["available_on"]} if name == "points" else {"purse": "bonus"}
        lot = {"id": row["key"], "entry_id": row["key"], amount: row["amount"], "earned_on": row["on"],
               "expires_on": row["expires_on"]}  # fmt: skip
        write(f"{name}_lot", [lot | of_kind])


def _random_clause(dice: Random, plain: Plain, depth: int) -> Clause:
    names = {
        "tier": TIERS, "segment": SEGMENTS, "stage": STAGES, "store": ["main"], "coupon": ["MAY", "JUNE"],
        "gender": ["female", "女", "男"], "campaign": ["spring"], "name": ["ana", "王", "%", "O'Neill"],
        "code": ["C-0001", "c-0003", "C-0004"], "note": ["silk", "likes Silk"], "not_bought": ["size", "no"],
        "tag": sorted({row["tag"] for row in plain.tags}),
    }  # fmt: skip
    kind = dice.choice(["name", "name", "number", "number", "date", "birthday", "other", "other"])
    if kind == "name":
        word = dice.choice(sorted(names))
        return _named(dice, word, names[word], ["<", ">=", ">"] if word == "tier" else [])
    if kind == "number":
        return _numbered(dice)
    if kind == "date":
        word = dice.choice(["joined", "last_bought", "first_bought"])
        if dice.random() < 0.4:
            return Clause(word, "last", within=_within(dice))
        return _ordered(dice, word, [_day(dice).isoformat() for _day_ in range(2)])
    if kind == "birthday":
        return _birthday(dice)
    return _other(dice)


def _named(dice: Random, word: str, values: list[str], more: list[str], about: str = "") -> Clause:
    contains = [] if word == "gender" else ["~"]
    relation = dice.choice(["=", "!=", "in", "not-in", "known", "unknown", *contains, *more])
    if relation in ("known", "unknown"):
        return Clause(word, relation, about=about)
    several = tuple(Value(text) for text in dice.sample(values, k=min(2, len(values))))
    return Clause(word, relation, several if relation in ("in", "not-in") else several[:1], about)


def _numbered(dice: Random) -> Clause:
    word = dice.choice(["recency_days", "frequency", "monetary", "points", "wallet", "birth_year", "age"])
    values = {
        "recency_days": ["0", "1", "5", "30"], "frequency": ["0", "1", "2"], "monetary": ["0", "50", "-50", "123.45"],
        "points": ["0", "60", "100"], "wallet": ["0", "0.60", "1"], "birth_year": ["1990", "2001"],
        "age": ["24", "25", "36"],
    }[word]  # fmt: skip
    clause = _ordered(dice, word, [dice.choice(values) for _value in range(2)])
    if word in ("frequency", "monetary") and clause.relation not in ("known", "unknown") and dice.random() < 0.5:
        return Clause(word, clause.relation, clause.values, within=_within(dice))
    if word in ("frequency", "monetary", "points", "wallet") and clause.relation in ("known", "unknown"):
        return Clause(word, "=", (Value(values[0]),))
    return clause


def _ordered(dice: Random, word: str, values: list[str]) -> Clause:
    relation = dice.choice(["=", "!=", "<", "<=", ">", ">=", "in", "not-in", "between", "known", "unknown"])
    several = tuple(Value(text) for text in values)
    if relation in ("known", "unknown"):
        return Clause(word, relation)
    return Clause(word, relation, several if relation in ("in", "not-in", "between") else several[:1])


def _birthday(dice: Random) -> Clause:
    relation = dice.choice(["=", "!=", "last", "next", "month", "known", "unknown"])
    if relation in ("last", "next"):
        return Clause("birthday", relation, within=_within(dice))
    values = {
        "month": ["1", "2", "6", "this", "next"], "=": ["today", "06-30", "02-28"], "!=": ["today", "07-01"],
    }.get(relation)  # fmt: skip
    return Clause("birthday", relation, (Value(dice.choice(values)),) if values else ())


def _other(dice: Random) -> Clause:
    word = dice.choice(["phone", "email", "consent", "prefers", "bought", "bought", "audience"])
    if word in ("phone", "email"):
        return Clause(word, dice.choice(["known", "unknown"]))
    if word == "consent":
        channels = (Value("sms"), Value("phone"))
        relation = dice.choice(["=", "!=", "in"])
        about = dice.choice(["", "service"])
        return Clause(word, relation, channels if relation == "in" else channels[:1], about)
    if word == "prefers":
        return _named(dice, word, ["m", "L"], [], dice.choice(["size", "style"]))
    if word == "audience":
        return _named(dice, word, ["near"], [])
    clause = _named(dice, "bought", ["belt", "silk", "Dresses", "SKU-1"], [], dice.choice(["", "category", "item"]))
    if clause.relation in ("known", "unknown"):
        clause = Clause("bought", clause.relation)
    within = _within(dice) if dice.random() < 0.5 and clause.relation != "unknown" else None
    return Clause("bought", clause.relation, clause.values, clause.about, within)


def _within(dice: Random) -> Within:
    return dice.choice(
        [Within(7, "days"), Within(1, "days"), Within(2, "weeks"), Within(1, "months"), Within(0, "days")]
    )


def _day(dice: Random) -> date:
    return AS_OF + timedelta(dice.choice([-400, -60, -31, -30, -7, -6, -1, 0, 1, 3]))


def _distinct(rows: list[Row], *keys: str) -> list[Row]:
    return list({tuple(row[key] for key in keys): row for row in rows}.values())
