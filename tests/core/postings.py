"""Writes postings as a test speaks of them: a day as text, a sign that says earn or redeem."""

from datetime import date
from typing import Any

from shopcrm.core.ledger import NewLot, Posting
from shopcrm.core.wallet import Purses


def posting(key: str, points: int, on: str | date, *, of: int = 1, kind: str | None = None, **details: Any) -> Posting:
    """A posting of that many points; credits are earned and debits redeemed unless `kind` says otherwise."""
    for name in ("available_on", "expires_on"):
        if isinstance(details.get(name), str):
            details[name] = date.fromisoformat(details[name])
    return Posting(
        key=key,
        customer_id=of,
        kind=kind or ("earn" if points > 0 else "redeem"),
        amount=points,
        on=date.fromisoformat(on) if isinstance(on, str) else on,
        rule="test",
        inputs={},
        settings_version_id=1,
        **details,
    )


def money(
    key: str, principal: int, bonus: int = 0, on: str | date = "2026-01-01", *, of: int = 1, **details: Any
) -> Posting:
    """A posting of money in two purses: topped up or paid unless a kind is said; a bonus may have a last day."""
    is_debit = principal + bonus < 0
    day, until = date.fromisoformat(on) if isinstance(on, str) else on, details.pop("bonus_until", None)
    lots = () if is_debit else Purses(principal, bonus).as_lots(day, until)
    shares = Purses(-principal, -bonus).as_shares() if is_debit else ()
    usual = {"kind": "pay" if is_debit else "top_up", "lots": lots, "shares": shares}
    return posting(key, principal + bonus, day, of=of, **{**usual, **details})


def visits(key: str, number: int, on: str | date, *, of: int = 1, card: str = "Haircut", **details: Any) -> Posting:
    """A posting of visits: a card sold, or visits used, unless a kind is said."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    usual: dict[str, Any] = {"kind": "sell", "lots": (NewLot(number, day, None, card),)}
    if number < 0:
        usual = {"kind": "use", "shares": ((card, -number),)}
    return posting(key, number, day, of=of, **{**usual, **details})
