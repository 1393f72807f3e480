"""Audiences kept by name: saved, used within each other, counted anew, and never chosen by themselves."""

from fractions import Fraction
from pathlib import Path

import pytest

from features.offers_by_hand import an_offer
from shop import Shop
from shopcrm.core import audience
from shopcrm.core.errors import (
    AudienceCircular,
    AudienceInUse,
    AudienceUnknown,
    UsageWrong,
    WhereUnreadable,
    WhereValueWrong,
    WhereWordUnknown,
)
from shopcrm.features import audiences, customers, exports, segments, tiers, winback
from shopcrm.features.coupons import issuing
from shopcrm.features.points import grants
from shopcrm.features.tags import hand


@pytest.fixture
def lan(boutique: Shop) -> Shop:
    """A gold customer who has stayed away, a regular, and one who never came."""
    boutique.customer("王芳", "13800138000").bought("3500.00", on="2026-01-05")
    for day in ("2026-05-02", "2026-06-10", "2026-06-28"):
        boutique.customer("李娜").bought("400.00", on=day)
    boutique.customer("赵敏")
    boutique.assign_tiers()
    return boutique


def chosen(shop: Shop, text: str, as_of: str | None = None) -> list[str]:
    with shop.reading(as_of) as book:
        found = audience.by_ids(book, audience.chosen(book, text))
        return [found[each].name or "" for each in sorted(found)]


def save(shop: Shop, name: str, where: str) -> audiences.Saved:
    with shop.writing() as book:
        return audiences.save(book, name, where)


def test_an_audience_is_saved_explained_and_counted(lan: Shop) -> None:
    saved = save(lan, "老客户", "visits >= 3 or tier = gold")
    assert (saved.audience, saved.chosen, saved.is_repeat) == ("老客户", 2, False)
    assert saved.sentence == "days with a sale: at least 3 or tier: gold"
    with lan.reading() as book:
        shown = audiences.show(book, " 老客户 ")
        assert (shown.chosen, shown.where, shown.by) == (2, "visits >= 3 or tier = gold", "test")
        assert audiences.count(book, "audience = 老客户 and has phone").chosen == 1
        assert audiences.list_all(book).items[0].chosen == 2


def test_it_is_counted_anew_whenever_it_is_used(lan: Shop) -> None:
    save(lan, "away", "recency_days > 60")
    assert chosen(lan, "audience = away") == ["王芳"]
    assert chosen(lan, "audience = away", "2026-02-01") == []
    lan.customer("王芳").bought("10.00", on="2026-06-29")
    assert chosen(lan, "audience = AWAY") == []


def test_saving_again_replaces_and_the_same_text_changes_nothing(lan: Shop) -> None:
    save(lan, "away", "recency_days > 60")
    assert save(lan, "Away", "recency_days > 60").is_repeat
    assert not save(lan, "away", "recency_days > 1").is_repeat
    with lan.reading() as book:
        assert [(row.audience, row.where) for row in audiences.list_all(book).items] == [("away", "recency_days > 1")]
    assert lan.rows("SELECT count(*) FROM audit WHERE change LIKE '%audience saved%'") == [(2,)]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("tier = ", WhereUnreadable),
        ("teir = gold", WhereWordUnknown),
        ("tier = golden", WhereValueWrong),
        ("audience = nobody", AudienceUnknown),
        ("audience = itself", AudienceCircular),
        ("not (tag is known or audience = first)", AudienceCircular),
    ],
)
def test_what_cannot_be_asked_is_not_saved(lan: Shop, where: str, error: type[Exception]) -> None:
    save(lan, "itself", "points > 5")
    save(lan, "first", "audience = itself")
    with pytest.raises(error):
        save(lan, "itself", where)
    with lan.reading() as book:
        assert audiences.show(book, "itself").where == "points > 5"


def test_an_audience_needs_a_name(lan: Shop) -> None:
    with pytest.raises(UsageWrong):
        save(lan, "  ", "points > 5")


def test_one_that_others_are_chosen_by_stays(lan: Shop) -> None:
    save(lan, "away", "recency_days > 60")
    save(lan, "gold away", "tier = gold and audience = AWAY")
    with lan.writing() as book, pytest.raises(AudienceInUse) as refusal:
        audiences.remove(book, "away")
    assert refusal.value.details["others"] == "gold away"
    with lan.writing() as book:
        assert audiences.remove(book, "gold away").where == "tier = gold and audience = AWAY"
        audiences.remove(book, "away")
        assert audiences.list_all(book).items == ()
    lan.set("tags.sleeper.where", "audience = nobody")
    with lan.writing() as book, pytest.raises(AudienceUnknown) as unknown:
        audiences.remove(book, "away")
    assert unknown.value.details["nearest"] == "there is none"


def test_a_rule_of_a_tag_uses_an_audience_too(lan: Shop) -> None:
    save(lan, "away", "recency_days > 60")
    lan.set("tags.sleeper.where", "audience = away")
    with lan.writing() as book, pytest.raises(AudienceInUse, match=r"tags\.sleeper"):
        audiences.remove(book, "away")


def test_a_list_survives_an_audience_that_names_what_is_gone(lan: Shop) -> None:
    save(lan, "golden", "tier = gold")
    lan.set("tiers.order", "silver")
    with lan.reading() as book:
        (row,) = audiences.list_all(book).items
    assert row.chosen is None
    assert "there are silver" in row.sentence


def test_lists_can_be_narrowed_down(lan: Shop) -> None:
    lan.refresh_segments()
    with lan.reading() as book:
        assert [row.name for row in customers.list_all(book, where="tier = gold").items] == ["王芳"]
        assert [row.name for row in tiers.list_all(book, where="visits >= 3").items] == ["李娜"]
        assert [row.name for row in segments.list_all(book, where="bought is not known").items] == ["赵敏"]


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE customer; --", "x' OR '1'='1", '" OR 1=1 --', "%", "_", "\\", "x'); DELETE FROM sale; --", ":id"],
)
def test_what_is_typed_is_a_value_and_never_a_statement(lan: Shop, text: str) -> None:
    before = lan.dump()
    quoted = '"' + text.replace('"', '""') + '"'
    for word in ("name ~", "name =", "code =", "bought ~", "note ~", "prefers size ="):
        assert chosen(lan, f"{word} {quoted}") == []
    with lan.reading() as book, pytest.raises(WhereValueWrong):
        audience.chosen(book, f"tier = {quoted}")
    assert lan.dump() == before


def test_every_word_is_listed_with_an_example_and_the_names_that_there_are(lan: Shop) -> None:
    save(lan, "away", "recency_days > 60")
    with lan.reading() as book:
        rows = {row.word: row for row in audiences.words(book).items}
    assert all(row.meaning and row.example and row.signs for row in rows.values())
    assert (rows["tier"].names, rows["audience"].names) == ("silver, gold, black", "away")
    assert rows["segment"].names.startswith("vip, active")


class TestWhereverCustomersAreChosen:
    def test_a_win_back_list_of_some_keeps_by_what_they_were_chosen(self, lan: Shop) -> None:
        for day in ("2026-01-06", "2026-01-12"):
            lan.customer("王芳").bought("10.00", on=day)
            lan.customer("李娜").bought("10.00", on=day)
        lan.set("consents.marketing_needs_consent", "no", as_of="2026-01-01")
        with lan.writing() as book:
            assert winback.build(book, lapsed_by=Fraction(1, 10)).listed == 2
            assert winback.build(book, lapsed_by=Fraction(1, 10), where="name = 赵敏").listed == 0
            assert winback.build(book, lapsed_by=Fraction(1, 10), where="tier = gold").listed == 1
        assert '"where": "tier = gold"' in lan.rows("SELECT terms FROM campaign")[0][0]

    def test_coupons_go_to_whom_a_text_chooses_and_a_retry_is_harmless(self, lan: Shop) -> None:
        offer = an_offer(lan, "MAY")
        asked = issuing.Asked(offer, groups={"where": "visits >= 3 or tier = gold"}, key="K-1")
        for is_repeat in (False, True):
            with lan.writing() as book:
                given = issuing.issue(book, asked)
            assert ([item.name for item in given.items], given.is_repeat) == (["王芳", "李娜"], is_repeat)
        assert chosen(lan, "coupon = may") == ["王芳", "李娜"]
        with lan.writing() as book, pytest.raises(WhereValueWrong):
            issuing.issue(book, issuing.Asked(offer, groups={"where": "coupon = JUNE"}))

    def test_points_are_granted_to_whom_a_text_chooses_within_the_limits(self, lan: Shop) -> None:
        with lan.writing() as book:
            done = grants.grant_to_all(book, "bought is known", "questionnaire")
            assert (done.granted, done.skipped, done.points) == (2, 0, 100)
            again = grants.grant_to_all(book, "code is known", "questionnaire", key="all")
            assert (again.granted, again.skipped, again.points) == (1, 2, 50)
            retry = grants.grant_to_all(book, "code is known", "review", key="K-1")
            assert (retry.granted, grants.grant_to_all(book, "code is known", "review", key="K-1").repeated) == (3, 3)
        assert lan.rows("SELECT count(*) FROM points_entry") == [(6,)]

    def test_a_workbook_holds_whom_a_text_chooses(self, lan: Shop, tmp_path: Path) -> None:
        with lan.reading() as book:
            assert exports.export_customers(book, tmp_path / "gold.xlsx", where="tier = gold").rows == 1

    def test_a_tag_that_is_over_gives_no_coupon(self, lan: Shop) -> None:
        offer = an_offer(lan, "MAY")
        with lan.writing("2026-06-01") as book:
            hand.tag(book, "王芳", "summer", until="2026-06-29")
        with lan.writing() as book:
            assert issuing.issue(book, issuing.Asked(offer, groups={"tag": "summer"})).issued == 0
