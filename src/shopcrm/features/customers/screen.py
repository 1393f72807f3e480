"""One customer as one screen: 80 columns wide and 24 rows high, the most telling first."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from shopcrm.core.book import Book
from shopcrm.core.identities import KIND_WORDS
from shopcrm.core.language import Counted, translate_word
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor

WIDTH, HEIGHT = 80, 23  # the prompt takes the last row
_LABEL = 10
_NOTES = 2


def lines_of(book: Book, shown: Any) -> tuple[str, ...]:
    """The screen of a `Shown`."""
    pairs = [pair for pair in _pairs(book, shown) if pair[1]]
    lines = [_clipped(f"{_padded(label)}{said}") for label, said in pairs]
    return (_clipped(_heading(shown)), *lines)[:HEIGHT]


def _pairs(book: Book, shown: Any) -> Iterator[tuple[str, str]]:
    yield _("Who"), _joined(_who(shown))
    yield _("Known by"), _joined(_known_by(shown))
    yield _("Tier"), _joined(_tier(book, shown.tier))
    yield _("Points"), _joined(_points(shown.points))
    yield _("Wallet"), _joined(_money(book, shown))
    yield _("Coupons"), _some([_coupon(each) for each in shown.coupons], 2)
    for promise in shown.promises[:2]:
        yield _("Promised"), _("{item}, not handed over yet; coupon {code} of {since_on}").format(**_fields(promise))
    yield _("Segment"), _joined(_segment(shown.segment))
    yield _("Comes"), _joined(_rhythm(shown))
    yield _("Buys"), _some([f"{each.item} ×{each.days}" for each in shown.favourites], 5)
    yield _("Prefers"), ", ".join(f"{_(name)} {value}" for name, value in shown.preferences.items())
    yield _("Tags"), _some([each.tag for each in shown.tags], 8)
    yield _("May send"), _joined(_consents(shown.consents))
    for place, sale in enumerate(shown.sales):
        amount = f"{format_minor(sale.net_minor, book.exponent):>10}"
        yield "" if place else _("Last"), f"{sale.on} {amount}  {sale.receipt}  {_some(sale.items, 3)}"
    for place, note in enumerate(shown.notes[:_NOTES]):
        text = _("did not buy: {text}").format(text=note.text) if note.kind == "not_bought" else note.text
        yield "" if place else _("Notes"), f"{note.on} {note.by}: {' '.join(text.split())}"


def _heading(shown: Any) -> str:
    named = (shown.customer, shown.name, shown.phone)
    return "  ".join(filter(None, (*named, _("member {no}").format(no=shown.member_no) if shown.member_no else "")))


def _who(shown: Any) -> Iterator[str]:
    if shown.gender:
        yield _(shown.gender)
    if shown.birthday:
        yield _("born {birthday}").format(birthday=shown.birthday)
    if shown.joined_on:
        yield _("on the list since {joined_on}").format(joined_on=shown.joined_on)
    if shown.merged:
        yield _("with {codes}").format(codes=", ".join(shown.merged))


def _known_by(shown: Any) -> Iterator[str]:
    """What names the customer beside what the heading says; a till's own numbers tell nobody anything."""
    for each in shown.identities:
        if each.kind != "till_id" and each.value not in (shown.phone, shown.member_no):
            yield f"{_(KIND_WORDS[each.kind])} {each.value}"


def _tier(book: Book, tier: Any) -> Iterator[str]:
    yield _("{tier} since {since_on}").format(tier=_(tier.tier), since_on=tier.since_on) if tier.tier else _("none yet")
    spent = format_minor(tier.spend_minor, book.exponent)
    yield _("{spent} {currency} spent").format(spent=spent, currency=book.currency)
    if tier.next_tier:
        missing = format_minor(tier.to_next_minor, book.exponent)
        yield _("{missing} to {next_tier}").format(missing=missing, next_tier=_(tier.next_tier))


def _points(points: Any) -> Iterator[str]:
    yield _("{points:point|points} to spend").format(points=Counted(points.spendable_points))
    if points.pending_points:
        sentence = _("{points} pending until {frees_on}")
        yield sentence.format(points=Counted(points.pending_points), frees_on=points.frees_on)
    if points.ending_points:
        sentence = _("{points} end after {expires_on}")
        yield sentence.format(points=Counted(points.ending_points), expires_on=points.expires_on)


def _money(book: Book, shown: Any) -> Iterator[str]:
    principal, bonus = shown.principal_minor, shown.bonus_minor
    if principal or bonus:
        held = {"balance": format_minor(principal + bonus, book.exponent), "currency": book.currency}
        sentence = _("{balance} {currency}, of which {bonus} bonus") if bonus else "{balance} {currency}"
        yield sentence.format(**held, bonus=format_minor(bonus, book.exponent))
    yield from (_("{card}: {left} left").format(card=each.card, left=each.left) for each in shown.cards)


def _coupon(coupon: Any) -> str:
    if coupon.expires_on:
        return _("{offer} until {expires_on} ({code})").format(**_fields(coupon))
    return _("{offer} ({code})").format(**_fields(coupon))


def _segment(segment: Any) -> Iterator[str]:
    if segment is None:
        yield _("not known before `segments refresh`")
        return
    scores = "" if segment.r is None else f" (R{segment.r} F{segment.f} M{segment.m})"
    yield f"{_(segment.segment)}{scores}"
    if segment.stage:
        yield _(segment.stage)
    yield _("as of {refreshed_on}").format(refreshed_on=segment.refreshed_on)


def _rhythm(shown: Any) -> Iterator[str]:
    if shown.last_on is None:
        return
    segment = shown.segment
    if segment and segment.usual_gap_days:
        yield _("usually every {gap:.0f} days").format(gap=segment.usual_gap_days)
    yield _("last {days:day|days} ago").format(days=Counted(shown.days_since))
    if segment and segment.next_from_on:
        ends = _fields(segment)
        is_over = segment.next_to_on < shown.last_on or _is_late(shown, segment.next_to_on)
        yield (_("was due by {next_to_on}") if is_over else _("next {next_from_on} to {next_to_on}")).format(**ends)


def _is_late(shown: Any, next_to_on: date) -> bool:
    return bool((next_to_on - shown.last_on).days < shown.days_since)


def _consents(said: Sequence[Any]) -> Iterator[str]:
    marketing = [each for each in said if each.purpose == "marketing"]
    allowed = [translate_word(each.channel, "channel") for each in marketing if each.is_allowed]
    refused = [translate_word(each.channel, "channel") for each in marketing if not each.is_allowed and each.on]
    yield _("marketing by {channels}").format(channels=", ".join(allowed)) if allowed else _("no marketing: ask first")
    if refused:
        yield _("said no to {channels}").format(channels=", ".join(refused))
    stopped = [
        translate_word(each.channel, "channel") for each in said if each.purpose == "service" and not each.is_allowed
    ]
    if stopped:
        yield _("no service messages by {channels}").format(channels=", ".join(stopped))


def _joined(parts: Iterator[str]) -> str:
    return " · ".join(parts)


def _some(parts: Sequence[str], limit: int) -> str:
    more = [_("and {count} more").format(count=len(parts) - limit)] if len(parts) > limit else []
    return ", ".join([*parts[:limit], *more])


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _padded(label: str) -> str:
    return label + " " * max(1, _LABEL - _cells(label))


def _clipped(line: str) -> str:
    """The line as far as it fits: a Chinese sign takes two columns, and none may move the cursor."""
    line = "".join(sign if sign.isprintable() else " " for sign in line)
    if _cells(line) <= WIDTH:
        return line
    kept, cells = [], 1
    for sign in line:
        cells += _cells(sign)
        if cells > WIDTH:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + "…"


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
