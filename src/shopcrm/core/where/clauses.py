"""One clause of a text that chooses customers: a word, how it is related, and to what."""

import re

from shopcrm.core.errors import WhereUnreadable, WhereWordUnknown
from shopcrm.core.language import translate as _
from shopcrm.core.where.cursor import Cursor, keyword_of
from shopcrm.core.where.tokens import Token
from shopcrm.core.where.tree import Clause, Value
from shopcrm.core.where.words import (
    CHANNELS,
    PARTS,
    PURPOSES,
    RELATIONS,
    WORDS,
    Word,
    find_word,
    nearest_word,
    word_of,
)

_TYPED = {
    "not-in": "not in", "known": "is known", "unknown": "is not known", "last": "in last N days",
    "next": "in next N days", "month": "in month N",
}  # fmt: skip
_MONTH = re.compile(r"(\d{1,2})月")
_THIS_OR_NEXT = {"本月": "this", "这个月": "this", "当月": "this", "下月": "next", "下个月": "next"}


def read_clause(cursor: Cursor) -> Clause:
    """The clause that comes next. Raises WhereUnreadable, WhereWordUnknown."""
    if keyword_of(cursor.here) == "has":
        return _having(cursor)
    if keyword_of(cursor.here) == "may":
        return _contactable(cursor)
    token = cursor.here
    word = _word(cursor)
    if word.name == "consent":
        return _consent(cursor, token)
    if word.name == "bought":
        return _bought(cursor, token)
    about = ""
    if word.name == "prefers":
        about = cursor.expect_value(_("write which field, such as prefers size = M")).text.lower()
    within = cursor.take_stretch()[1] if word.is_windowed and cursor.is_stretch("last") else None
    clause = _related(cursor, word, token)
    if within and clause.relation == "unknown":
        raise _unfit(cursor, word, token)
    return Clause(word.name, clause.relation, clause.values, about, within or clause.within, token.place)


def _word(cursor: Cursor) -> Word:
    token = cursor.here
    word = find_word(token.text) if token.kind == "word" else None
    if word is None and token.kind == "word":
        names = ", ".join(each.name for each in WORDS)
        raise WhereWordUnknown(
            word=token.text, place=token.place, text=cursor.text, nearest=nearest_word(token.text), words=names
        )
    if word is None:
        raise cursor.refusal(_("write a word such as tier, tag or recency_days"))
    cursor.take()
    return word


def _having(cursor: Cursor) -> Clause:
    """`has phone`, and `has tag` for any tag at all."""
    begin = cursor.take()
    word = _word(cursor)
    if "known" not in RELATIONS[word.kind] or word.name == "prefers":
        raise _unfit(cursor, word, begin)
    return Clause(word.name, "known", place=begin.place)


def _contactable(cursor: Cursor) -> Clause:
    """`may contact by sms for service`."""
    begin = cursor.take()
    while cursor.skip("contact") or cursor.skip("by"):
        pass
    return _channel(cursor, begin)


def _consent(cursor: Cursor, begin: Token) -> Clause:
    """`consent sms`, `consent = sms`, `consent service = sms`, `consent in (sms, phone)`."""
    about = PURPOSES.get(cursor.here.text.lower(), "") if cursor.here.kind == "word" else ""
    if about:
        cursor.take()
    if cursor.here.kind in ("word", "quoted") and keyword_of(cursor.here) not in ("in", "not", "is"):
        return _channel(cursor, begin, about)
    clause = _related(cursor, word_of("consent"), begin)
    channels = tuple(_channel_of(cursor, value) for value in clause.values)
    return Clause("consent", clause.relation, channels, _purpose(about), place=begin.place)


def _channel(cursor: Cursor, begin: Token, about: str = "") -> Clause:
    token = cursor.expect_value(_channels())
    cursor.skip("for")
    if not about and (about := PURPOSES.get(cursor.here.text.lower(), "")):
        cursor.take()
    channel = _channel_of(cursor, Value(token.text, token.place))
    return Clause("consent", "=", (channel,), _purpose(about), place=begin.place)


def _channel_of(cursor: Cursor, value: Value) -> Value:
    if value.text.lower() not in CHANNELS:
        raise WhereUnreadable(place=value.place, problem=_channels(), text=cursor.text)
    return Value(CHANNELS[value.text.lower()], value.place)


def _channels() -> str:
    return _("write a channel: {channels}").format(channels=", ".join(dict.fromkeys(CHANNELS.values())))


def _purpose(about: str) -> str:
    return "" if about == "marketing" else about


def _bought(cursor: Cursor, begin: Token) -> Clause:
    """`bought ~ dress`, `bought category = dresses in last 90 days`, `bought in last 90 days`."""
    about = PARTS.get(cursor.here.text.lower(), "") if cursor.here.kind == "word" else ""
    is_named = cursor.ahead().kind == "sign" or keyword_of(cursor.ahead()) in ("in", "is", "not", "~", "=", "!=")
    if about and (is_named or cursor.ahead().kind in ("word", "quoted")):
        cursor.take()
    else:
        about = ""
    if cursor.is_stretch("last"):
        clause = Clause("bought", "known")
    elif not _is_related(cursor) and cursor.here.kind in ("word", "quoted"):
        clause = Clause("bought", "~", (_value(cursor, word_of("bought")),))
    else:
        clause = _related(cursor, word_of("bought"), begin)
    within = cursor.take_stretch()[1] if cursor.is_stretch("last") else None
    if within and clause.relation == "unknown":
        raise _unfit(cursor, word_of("bought"), begin)
    return Clause("bought", clause.relation, clause.values, about, within, begin.place)


def _is_related(cursor: Cursor) -> bool:
    return cursor.here.kind == "sign" or keyword_of(cursor.here) in {
        "is", "in", "not", "between", "known", "unknown", "month", "~", "=", "!=", "<", "<=", ">", ">="
    }  # fmt: skip


def _related(cursor: Cursor, word: Word, begin: Token) -> Clause:
    """What comes behind a word, in a clause of that word."""
    clause = _relation(cursor, word)
    if clause.relation not in RELATIONS[word.kind]:
        raise _unfit(cursor, word, begin)
    return clause


def _relation(cursor: Cursor, word: Word) -> Clause:
    name = word.name
    if word.kind == "birthday" and (month := _month(cursor)):
        return Clause(name, "month", (month,))
    if cursor.is_stretch("last", "next"):
        side, within = cursor.take_stretch()
        return Clause(name, side, within=within)
    if cursor.here.kind == "sign":
        return Clause(name, cursor.take().text, (_value(cursor, word),))
    if keyword_of(cursor.here) in ("is", "known", "unknown"):
        return _state(cursor, word)
    for relation in ("in", "not-in"):
        if cursor.skip(*relation.split("-")):
            return Clause(name, relation, _listed(cursor))
    if cursor.skip("between"):
        low = _value(cursor, word)
        if not cursor.skip("and"):
            raise cursor.refusal(_("write between one value and another"))
        return Clause(name, "between", (low, _value(cursor, word)))
    if _is_related(cursor):
        return Clause(name, keyword_of(cursor.take()), (_value(cursor, word),))
    if word.kind == "birthday" and cursor.here.text.lower() in ("today", "今天", "今日"):
        return Clause(name, "=", (_value(cursor, word),))
    signs = ", ".join(_TYPED.get(relation, relation) for relation in RELATIONS[word.kind])
    raise cursor.refusal(_("write behind {word} one of {signs}").format(word=word.name, signs=signs))


def _state(cursor: Cursor, word: Word) -> Clause:
    """`is known`, `is not known`, `is gold`, `is not gold`."""
    cursor.skip("is")
    is_not = cursor.skip("not")
    if cursor.skip("known"):
        return Clause(word.name, "unknown" if is_not else "known")
    if cursor.skip("unknown"):
        return Clause(word.name, "known" if is_not else "unknown")
    return Clause(word.name, "!=" if is_not else "=", (_value(cursor, word),))


def _month(cursor: Cursor) -> Value | None:
    """`in month 5`, `month = 5`, `in this month`, `= 5月`."""
    begin = cursor.here
    for words in (("in", "month"), ("month",)):
        if cursor.skip(*words):
            if cursor.here.kind == "sign" and cursor.here.text == "=":
                cursor.take()
            token = cursor.expect_value(_("write a month from 1 to 12, this or next"))
            return Value(token.text.lower(), token.place)
    for side in ("this", "next"):
        if cursor.skip("in", side, "month"):
            return Value(side, begin.place)
    steps = 1 if begin.kind == "sign" or keyword_of(begin) in ("in", "is", "=") else 0
    text = cursor.ahead(steps).text if cursor.ahead(steps).kind == "word" else ""
    month = _MONTH.fullmatch(text)
    if not month and text not in _THIS_OR_NEXT:
        return None
    for _step in range(steps):
        cursor.take()
    return Value(month[1] if month else _THIS_OR_NEXT[text], cursor.take().place)


def _listed(cursor: Cursor) -> tuple[Value, ...]:
    cursor.expect("(", _("write the values in brackets, such as in (gold, black)"))
    values = [_plain_value(cursor)]
    while cursor.here.kind == ",":
        cursor.take()
        values.append(_plain_value(cursor))
    cursor.expect(")", _("the bracket is not closed"))
    return tuple(values)


def _value(cursor: Cursor, word: Word) -> Value:
    value = _plain_value(cursor)
    # 1,200.00 is one amount; within brackets a comma parts two values.
    while word.kind in ("money", "number", "days") and _is_grouped(cursor, value):
        cursor.take()
        value = Value(f"{value.text},{cursor.take().text}", value.place)
    return value


def _is_grouped(cursor: Cursor, value: Value) -> bool:
    comma, rest = cursor.here, cursor.ahead()
    is_near = comma.place == value.place + len(value.text) and rest.place == comma.place + 1
    return comma.kind == "," and is_near and bool(re.fullmatch(r"\d{3}(\.\d+)?", rest.text))


def _plain_value(cursor: Cursor) -> Value:
    """A quoted value, or the words up to what joins or ends a clause."""
    if cursor.here.kind == "quoted":
        token = cursor.take()
        return Value(token.text, token.place)
    if cursor.ends_a_value():
        raise cursor.refusal(_("a value is missing"))
    first = cursor.take()
    words = [first.text]
    while not cursor.ends_a_value():
        words.append(cursor.take().text)
    return Value(" ".join(words), first.place)


def _unfit(cursor: Cursor, word: Word, at: Token) -> WhereUnreadable:
    problem = _("{word} is not asked like this; write for example {example}")
    return cursor.refusal(problem.format(word=word.name, example=word.example), at)
