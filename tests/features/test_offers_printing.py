"""Cards of an offer's open coupons: whose, what they give, and until when; a name on them, and never a phone."""

from pathlib import Path

import pytest

from features.test_offers import added, edited, issued
from features.test_offers_results import redeemed
from shop import Shop
from shopcrm.core import coupons, language
from shopcrm.core.codes import shown_code
from shopcrm.core.errors import FolderUnwritable, NothingToPrint, OfferUnknown, UsageWrong
from shopcrm.features.offers import printing


def printed(shop: Shop, to: Path, on: str | None = None, code: str = "SPRING20") -> printing.Printed:
    with shop.reading(on) as book:
        return printing.print_cards(book, code, to)


def page_of(shop: Shop, tmp_path: Path, on: str | None = None) -> str:
    return printed(shop, tmp_path / "cards.html", on).to.read_text(encoding="utf-8")


def test_a_card_is_printed_for_every_coupon_that_can_still_be_used(shop: Shop, tmp_path: Path) -> None:
    shop.customer("王芳", phone="13800138000")
    shop.customer("Bo", phone="13900139000")
    added(shop, last_on="2026-07-31", min_spend="200")
    used, void, open_one, other = issued(shop, "SPRING20", 1, 1, 1, 2)
    redeemed(shop, used, "R-1", "2026-06-05")
    with shop.writing("2026-06-05") as book:
        coupons.change(book, coupons.find_coupon(book, void), "void")

    page = page_of(shop, tmp_path)
    assert [shown_code(code) in page for code in (used, void, open_one, other)] == [False, False, True, True]
    assert page.count("<article>") == page.count("<svg") == 2
    assert all(said in page for said in ("20 CNY off", "From 200 CNY", "Good until 2026-07-31", "王芳", "Lan"))
    assert not any(part in page for part in ("1380", "8000", "1390", "M-Bo", "C-0001"))
    assert page_of(shop, tmp_path, "2026-06-04").count("<article>") == 4
    with pytest.raises(NothingToPrint):
        printed(shop, tmp_path / "late.html", "2026-08-01")
    assert not (tmp_path / "late.html").exists()


def test_a_card_says_the_terms_that_its_coupon_was_issued_under(shop: Shop, tmp_path: Path) -> None:
    added(shop, bearer=True)
    issued(shop, "SPRING20", None)
    edited(shop, kind="percent", value="15", max_discount="50", categories=["丝巾"], first_on="2026-07-15")
    issued(shop, "SPRING20", None, on="2026-06-20", key="K2")

    page = page_of(shop, tmp_path)
    assert [said in page for said in ("20 CNY off", "15 % off, at most 50 CNY", "For 丝巾", "From 2026-07-15 on")] == [
        True
    ] * 4
    result = printed(shop, tmp_path / "cards.xlsx")
    assert (result.coupons, result.named, result.to.read_bytes()[:2]) == (2, 0, b"PK")


def test_a_card_says_it_as_it_is_said_in_china(shop: Shop, tmp_path: Path) -> None:
    added(shop, kind="percent", value="15", min_spend="99.90", bearer=True)
    issued(shop, "SPRING20", None)
    language.choose("zh-CN")
    try:
        page = page_of(shop, tmp_path)
    finally:
        language.choose("en")
    assert '<html lang="zh-CN">' in page
    assert "打8.5折" in page
    assert "99.90元" in page


@pytest.mark.parametrize("name", ["cards.pdf", "cards", ".html", "cards.xls"])
def test_other_forms_are_refused(shop: Shop, tmp_path: Path, name: str) -> None:
    added(shop, bearer=True)
    issued(shop, "SPRING20", None)
    with pytest.raises(UsageWrong):
        printed(shop, tmp_path / name)


def test_a_folder_that_is_not_there_and_an_offer_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    added(shop, bearer=True)
    issued(shop, "SPRING20", None)
    with pytest.raises(FolderUnwritable):
        printed(shop, tmp_path / "none" / "cards.html")
    with pytest.raises(OfferUnknown):
        printed(shop, tmp_path / "cards.html", code="WINTER")
