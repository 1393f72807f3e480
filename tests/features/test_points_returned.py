"""Points of a redemption that come back more than once: by a refund, by its withdrawal, by hand."""

from shop import Shop
from shopcrm.features import sales
from shopcrm.features.points import reversals


def test_points_go_back_to_where_an_undone_return_took_them_from(shop: Shop) -> None:
    """They came back once, were spent anew, and were taken from other points when the refund was withdrawn."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.adjusted(60, on="2026-01-01")
    sold = ana.bought("20.00", on="2026-01-02", number="R-9")
    spent = ana.redeemed(60, "R-9", on="2026-01-02").entry
    back = ana.returned("20.00", on="2026-01-03", of=sold)
    shop.accrue("2026-01-03")
    ana.redeemed(60, "R-10", on="2026-01-03")
    ana.adjusted(60, on="2026-01-04")
    with shop.writing("2026-01-05") as book:
        sales.withdraw(book, sales.Asked(receipt=back.receipt, kind="refund"), reason="mistaken")
    shop.accrue("2026-01-05")
    before = [(str(lot.expires_on), lot.left) for lot in ana.statement("2026-01-05").lots]
    with shop.writing("2026-01-06") as book:
        reversals.reverse(book, spent, reason="wrong customer")

    assert before == [("2026-01-24", 20)]
    after = [(str(lot.expires_on), lot.left) for lot in ana.statement("2026-01-06").lots]
    assert after == [("2026-01-22", 20), ("2026-01-24", 60)]
    shop.check()
