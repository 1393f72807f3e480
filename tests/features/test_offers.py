"""Offers: added once, edited in versions that touch no coupon that is out, retired, listed and shown."""

from fractions import Fraction
from typing import Any

import pytest

from shop import Shop
from shopcrm.core import coupons
from shopcrm.core.coupons import Terms
from shopcrm.core.errors import OfferNotWritable, OfferTaken, OfferUnknown
from shopcrm.features.offers import listing, writing
from shopcrm.features.offers.typed import Asked

DAY = "2026-06-01"
GIFT = {"kind": "gift", "value": "Scarf"}


def added(shop: Shop, code: str = "SPRING20", on: str | None = DAY, **asked: Any) -> writing.Changed:
    with shop.writing(on) as book:
        return writing.add(book, code, Asked(**({"kind": "amount", "value": "20"} | asked)))


def edited(shop: Shop, code: str = "SPRING20", on: str | None = "2026-06-10", **asked: Any) -> writing.Changed:
    with shop.writing(on) as book:
        return writing.edit(book, code, Asked(**asked))


def retired(shop: Shop, code: str = "SPRING20", on: str | None = None) -> writing.Changed:
    with shop.writing(on) as book:
        return writing.retire(book, code)


def shown(shop: Shop, code: str = "SPRING20", on: str | None = None) -> listing.ShownOffer:
    with shop.reading(on) as book:
        return listing.show(book, code)


def listed(shop: Shop, on: str | None = None) -> list[listing.OfferRow]:
    with shop.reading(on) as book:
        return list(listing.list_all(book).items)


def terms_of(shop: Shop, code: str = "SPRING20", on: str | None = None) -> Terms:
    with shop.reading(on) as book:
        return coupons.current_terms(book, coupons.find_offer(book, code).id)


def issued(shop: Shop, code: str, *holders: int | None, on: str = DAY, key: str = "K") -> list[str]:
    """Gives coupons of an offer to customers by their row keys, and answers their codes."""
    with shop.writing(on) as book:
        terms = coupons.current_terms(book, coupons.find_offer(book, code).id)
        issue_id = coupons.issue(book, terms, holders, key=key, audience={}).issue_id
    return [row[0] for row in shop.rows(f"SELECT code FROM coupon WHERE issue_id = {issue_id} ORDER BY id")]  # noqa: S608


# --- once more, and otherwise ------------------------------------------------------------------------------


def test_the_same_offer_again_changes_nothing_and_another_under_its_code_is_refused(shop: Shop) -> None:
    added(shop, min_spend="200", skus=["A", "B"])
    again = added(shop, "spring20", on=None, value="20.00", min_spend="200", skus=["A,B"])

    assert (again.is_repeat, again.version) == (True, 1)
    for asked in ({"value": "21"}, {"min_spend": "100"}, {"skus": ["A"]}, {"name": "Spring"}, {"bearer": True}):
        with pytest.raises(OfferTaken) as refused:
            added(shop, on=None, **({"min_spend": "200", "skus": ["A", "B"]} | asked))
        assert refused.value.message == "Offer SPRING20 was added on 2026-06-01 already, with other terms."
    retired(shop)
    with pytest.raises(OfferTaken):
        added(shop, on=None, min_spend="200", skus=["A", "B"])


def test_an_offer_is_not_added_before_the_day_it_was_added(shop: Shop) -> None:
    added(shop)
    with pytest.raises(OfferTaken):
        added(shop, on="2026-05-01")
    with pytest.raises(OfferUnknown):
        shown(shop, on="2026-05-31")


def test_an_edit_changes_what_is_said_alone_and_none_clears(boutique: Shop) -> None:
    added(boutique, min_spend="200", limit="100", tiers=["gold"], valid_days="30", per_customer="1")
    before = terms_of(boutique)

    result = edited(boutique, limit="none", tiers=["none"], budget="500", value="30")

    assert (result.version, result.is_repeat, result.name) == (2, False, "30.00 off from 200.00")
    after = terms_of(boutique)
    kept = before._replace(
        id=after.id, version=2, issue_limit=None, tiers=(), budget_minor=50000, value_minor=3000, name=result.name
    )
    assert after == kept
    assert terms_of(boutique, on="2026-06-09") == before


def test_an_edit_that_changes_nothing_writes_no_version(shop: Shop) -> None:
    added(shop, limit="100")
    assert edited(shop, limit="100", value="20.00", tiers=["none"]).is_repeat
    assert edited(shop).is_repeat
    assert shop.rows("SELECT count(*) FROM offer_terms") == [(1,)]
    assert shop.rows("SELECT change FROM audit WHERE change LIKE 'offer%'") == [("offer SPRING20 added",)]


def test_a_name_of_its_own_stays_and_one_made_from_the_terms_follows_them(shop: Shop) -> None:
    added(shop, name="Spring joy")
    assert edited(shop, value="30").name == "Spring joy"
    assert edited(shop, name="none").name == "30.00 off"
    assert edited(shop, value="40").name == "40.00 off"


def test_another_kind_needs_its_value_and_drops_the_old_one(shop: Shop) -> None:
    added(shop)
    with pytest.raises(OfferNotWritable) as refused:
        edited(shop, kind="percent")
    assert "--kind percent needs its --value" in refused.value.message

    edited(shop, kind="percent", value="8折")
    terms = terms_of(shop)
    assert (terms.kind, terms.value_minor, terms.off_rate) == ("percent", None, Fraction(1, 5))
    with pytest.raises(OfferNotWritable):
        edited(shop, kind="gift", value="Scarf", budget="10")


def test_an_edit_may_not_contradict_what_stands(boutique: Shop) -> None:
    added(boutique, tiers=["gold"], first_on="2026-07-01")
    for asked in ({"bearer": True}, {"last_on": "2026-06-30"}, {"max_discount": "5"}, {"budget": "1"}):
        with pytest.raises(OfferNotWritable):
            edited(boutique, **asked)
    assert terms_of(boutique).version == 1


def test_an_edit_is_not_dated_before_the_last_one(shop: Shop) -> None:
    added(shop)
    edited(shop, on="2026-06-20", value="30")
    with pytest.raises(OfferNotWritable) as refused:
        edited(shop, on="2026-06-19", value="40")
    assert "its terms were changed on 2026-06-20, after 2026-06-19" in refused.value.message


def test_changed_terms_never_change_coupons_that_are_out(shop: Shop) -> None:
    shop.customer("Ana")
    added(shop, valid_days="30", min_spend="200")
    (code,) = issued(shop, "SPRING20", 1)
    edited(shop, kind="percent", value="10", valid_days="3", min_spend="none")
    (later,) = issued(shop, "SPRING20", 1, on="2026-06-15", key="K2")
    retired(shop, on="2026-06-20")

    with shop.reading() as book:
        first, second = (coupons.find_coupon(book, each) for each in (code, later))
    assert (first.terms.kind, first.terms.value_minor, first.terms.min_spend_minor) == ("amount", 2000, 20000)
    assert (str(first.expires_on), first.status) == ("2026-07-01", "issued")
    assert (second.terms.kind, second.terms.min_spend_minor, second.status) == ("percent", None, "expired")
    assert shop.check()


def test_an_offer_is_retired_once_and_can_still_be_edited(shop: Shop) -> None:
    added(shop)
    first, again = retired(shop, on="2026-06-20"), retired(shop)

    assert (first.is_repeat, again.is_repeat, str(again.retired_on)) == (False, True, "2026-06-20")
    assert edited(shop, on=None, budget="100").retired_on == first.retired_on
    assert [str(row.retired_on) for row in listed(shop)] == ["2026-06-20"]
    assert [str(row.retired_on) for row in listed(shop, "2026-06-19")] == ["None"]
    with pytest.raises(OfferUnknown):
        retired(shop, "SPRING2")


# --- listed and shown --------------------------------------------------------------------------------------


def test_a_list_says_what_each_offer_gives_and_how_many_are_out(shop: Shop) -> None:
    shop.customer("Ana")
    added(shop, min_spend="200", valid_days="30", start_after="2")
    added(shop, "GIFT", on="2026-06-10", name="A present", bearer=True, last_on="2026-12-31", **GIFT)
    issued(shop, "SPRING20", 1, 1)

    assert [(row.offer, row.offer_name, row.gives, row.days, row.issued, row.redeemed) for row in listed(shop)] == [
        ("GIFT", "A present", "Scarf", "until 2026-12-31", 0, 0),
        ("SPRING20", None, "20.00 off from 200.00", "30 days, 2 days after issue", 2, 0),
    ]
    assert [row.offer for row in listed(shop, "2026-06-09")] == ["SPRING20"]
    assert listed(shop, "2026-05-31") == []


def test_an_offer_is_shown_in_sentences_with_its_history(boutique: Shop) -> None:
    boutique.customer("Ana")
    added(boutique, min_spend="200", limit="100", budget="500", tiers=["gold"], per_customer="3", valid_days="30")
    issued(boutique, "SPRING20", 1, 1, on="2026-06-02")
    edited(boutique, value="30", categories=["Scarves"], combines=["order"], birthday_month=True)
    retired(boutique, on="2026-06-20")

    assert shown(boutique).lines == (
        "SPRING20  30.00 off from 200.00",
        "Gives: 30.00 off",
        "From a spend of: 200.00",
        "For these goods: Scarves",
        "For: tier gold, in their birthday month",
        "Good: 30 days from issue",
        "On a receipt: together with coupons for everything that allow it",
        "For one customer at most: 3",
        "Issued: 2 of 100, 98 left",
        "Budget: 500.00; 0.00 given, 40.00 promised by open coupons, 460.00 left",
        "Issues no more coupons since 2026-06-20.",
        "",
        "Version 1, 2026-06-01, by test: added",
        (
            "Version 2, 2026-06-10, by test: value 20.00 off → 30.00 off; categories – → Scarves; combines – → order;"
            " birthday month no → yes"
        ),
    )
    first = shown(boutique, on="2026-06-01")
    assert (first.gives, first.used, first.limit_left, first.retired_on) == ("20.00 off from 200.00", 0, 100, None)
    assert [version.version for version in first.versions] == [1]


def test_a_void_coupon_uses_up_no_limit(shop: Shop) -> None:
    shop.customer("Ana")
    added(shop, limit="5", budget="100")
    (code, _) = issued(shop, "SPRING20", 1, 1)
    with shop.writing("2026-06-10") as book:
        coupons.change(book, coupons.find_coupon(book, code), "void")

    assert (shown(shop).used, shown(shop).limit_left, shown(shop).budget_left_minor) == (1, 4, 8000)
    assert (shown(shop, on="2026-06-09").used, shown(shop, on="2026-06-09").budget_left_minor) == (2, 6000)
