"""Writes postings as a test speaks of them: a day as text, a sign that says earn or redeem."""

from datetime import date
from typing import Any

from shopcrm.core.ledger import Posting


def posting(key: str, points: int, on: str | date, *, of: int = 1, kind: str | None = None, **details: Any) -> Posting:
    """A posting of that many points; credits are earned and debits redeemed unless `kind` says otherwise."""
    for name in ("available_on", "expires_on"):
        if isinstance(details.get(name), str):
            details[name] = date.fromisoformat(details[name])
    return Posting(
        key=key,
        customer_id=of,
        kind=kind or ("earn" if points > 0 else "redeem"),
        points=points,
        on=date.fromisoformat(on) if isinstance(on, str) else on,
        rule="test",
        inputs={},
        settings_version_id=1,
        **details,
    )
