"""What people read most, word for word: statement, win-back list and tiers, on a terminal and in a pipe."""

import pytest

from cli.desk import AS_OF, call
from golden.compare import check_golden
from shop import Shop, open_shop
from shopcrm.features import winback
from shopcrm.features.consents import saying


@pytest.fixture(scope="module")
def boutique(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A regular who slips away, a gold customer, one who came once, one who gave something back, and a new one."""
    shop = open_shop(tmp_path_factory.mktemp("boutique"), template="apparel")
    fang = shop.customer("王芳", "13800138000")
    for day, amount in (("2025-09-01", "680.00"), ("2025-10-03", "1280.50"), ("2025-11-02", "455.00")):
        fang.bought(amount, on=day)
    na = shop.customer("欧阳娜娜", "13900139000")
    for day, amount in (("2026-02-01", "3280.00"), ("2026-04-12", "899.00"), ("2026-06-20", "1299.90")):
        na.bought(amount, on=day)
    shop.customer("Zoë").bought("99.00", on="2026-01-15")
    lin = shop.customer("林小姐", "13700137000")
    sold = lin.bought("1999.00", on="2026-03-08")
    lin.returned("999.50", on="2026-03-10", of=sold)
    shop.customer("新客人", "13600136000")
    shop.accrue()
    shop.assign_tiers()
    na.redeemed(500, "R-2001", on="2026-06-21")
    na.adjusted(88, key="sorry:2026-06-22", on="2026-06-22")
    with shop.writing() as book:
        for name in ("王芳", "林小姐"):  # Zoë has not been asked yet
            saying.grant(book, name, ["phone"])
        winback.build(book)
    return shop


@pytest.mark.parametrize("line", ["points statement 欧阳娜娜", "points statement 林小姐", "winback list", "tiers list"])
@pytest.mark.parametrize("place", ["terminal", "pipe"])
def test_what_people_read(boutique: Shop, line: str, place: str) -> None:
    ran = call("--book", str(boutique.path), "--as-of", AS_OF, *line.split(), is_terminal=place == "terminal")

    assert ran.code == 0
    name = {"points statement 欧阳娜娜": "statement", "points statement 林小姐": "statement-refund"}.get(
        line, line.replace(" ", "-")
    )
    check_golden(f"{name}-{place}.txt", f"$ shopcrm {line}\n{ran.err}{ran.out}")
