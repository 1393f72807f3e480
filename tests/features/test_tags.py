"""Tags by hand and by rule: what puts them on and takes them off, and why they are there."""

from datetime import date

import pytest
from sqlalchemy import update

from shop import Shop, open_shop
from shopcrm.core import audience, merging
from shopcrm.core.errors import DateUnreadable, SettingRefused, TagByRule, TagNotHeld, TagUnknown, UsageWrong
from shopcrm.core.schema.people import customer
from shopcrm.features.tags import hand, listing


def put(shop: Shop, who: str, tag: str, until: str | None = None, as_of: str | None = None) -> hand.Tagged:
    with shop.writing(as_of) as book:
        return hand.tag(book, who, tag, until=until)


def tags(shop: Shop, who: str, as_of: str | None = None) -> dict[str, str]:
    with shop.reading(as_of) as book:
        return {row.tag: row.reason for row in hand.tags_of(book, who).items}


def holders(shop: Shop, tag: str, as_of: str | None = None) -> list[str | None]:
    with shop.reading(as_of) as book:
        return [row.name for row in listing.show(book, tag).items]


class TestByHand:
    def test_a_tag_lasts_for_ever_or_through_its_last_day(self, shop: Shop) -> None:
        shop.customer("Ana")
        assert put(shop, "Ana", "复古").expires_on is None
        assert put(shop, "Ana", "summer", until="2026-07-02").expires_on == date(2026, 7, 2)
        assert [*tags(shop, "Ana", "2026-07-02")] == ["summer", "复古"]
        assert [*tags(shop, "Ana", "2026-07-03")] == ["复古"]
        assert holders(shop, "summer", "2026-07-03") == []
        with shop.reading("2026-07-03") as book:
            assert audience.in_group(book, "tag", "summer") == []
            assert {row.tag: row.count for row in listing.list_all(book).items} == {"复古": 1}

    def test_a_tag_is_not_seen_before_it_was_put_on(self, shop: Shop) -> None:
        shop.customer("Ana")
        put(shop, "Ana", "vip", as_of="2026-06-10")
        assert tags(shop, "Ana", "2026-06-09") == {}
        assert tags(shop, "Ana", "2026-06-10") == {"vip": "by hand"}

    def test_capitals_and_blanks_make_no_other_tag(self, shop: Shop) -> None:
        shop.customer("Ana")
        shop.customer("Bo")
        put(shop, "Ana", "New  Comer")
        assert put(shop, "Bo", " new comer ").tag == "New Comer"
        assert put(shop, "Bo", "NEW COMER").is_repeat
        with shop.reading() as book:
            assert [(row.tag, row.count, row.by_hand) for row in listing.list_all(book).items] == [("New Comer", 2, 2)]
        with shop.writing() as book:
            assert hand.untag(book, "Bo", "new Comer").tag == "New Comer"
        assert holders(shop, "new comer") == ["Ana"]

    def test_another_last_day_changes_the_tag(self, shop: Shop) -> None:
        shop.customer("Ana")
        put(shop, "Ana", "vip", until="2026-07-02", as_of="2026-06-01")
        assert not put(shop, "Ana", "vip").is_repeat
        assert shop.rows("SELECT since_on, expires_on FROM customer_tag") == [("2026-06-01", None)]

    @pytest.mark.parametrize(
        ("tag", "until", "error"),
        [(" ", None, UsageWrong), ("vip", "2026-06-29", UsageWrong), ("vip", "tomorrow", DateUnreadable)],
    )
    def test_what_makes_no_tag_is_refused(
        self, shop: Shop, tag: str, until: str | None, error: type[Exception]
    ) -> None:
        shop.customer("Ana")
        with pytest.raises(error):
            put(shop, "Ana", tag, until)

    def test_a_tag_that_is_not_on_is_not_taken_off(self, shop: Shop) -> None:
        shop.customer("Ana")
        put(shop, "Ana", "summer", until="2026-07-02")
        with shop.writing("2026-07-03") as book, pytest.raises(TagNotHeld):
            hand.untag(book, "Ana", "summer")
        with shop.reading() as book, pytest.raises(TagUnknown, match="there are summer"):
            listing.show(book, "sumer")


class TestByRule:
    def test_a_rule_puts_its_tag_on_takes_it_off_and_says_why(self, shop: Shop) -> None:
        shop.set("tags.spender.where", "spend in last 30 days >= 500 and visits >= 2")
        ana = shop.customer("Ana")
        ana.bought("300.00", on="2026-06-01")
        ana.bought("200.00", on="2026-06-10")
        shop.customer("Bo").bought("900.00", on="2026-06-10")
        assert (shop.refresh_tags().added, shop.refresh_tags().added) == (1, 0)
        why = "spent 500.00 CNY in the last 30 days; 2 days with a sale"
        assert tags(shop, "Ana") == {"spender": why}
        assert shop.refresh_tags("2026-07-01").taken_off == 1
        assert tags(shop, "Ana", "2026-07-01") == {}

    def test_five_missed_nights_are_five_nights(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        dumps = []
        for nights in (["2026-06-26", "2026-06-27", "2026-06-28", "2026-06-29", "2026-06-30"], ["2026-06-30"] * 2):
            shop = open_shop(tmp_path_factory.mktemp("shop"))
            shop.set("tags.silk.where", "bought ~ silk in last 3 days", as_of="2026-06-01")
            shop.set("tags.silk.weigh", "bought ~ silk", as_of="2026-06-01")
            for day in ("2026-06-25", "2026-06-27", "2026-06-29"):
                shop.customer("Ana").bought("10.00", on=day)
            shop.customer("Bo").bought("10.00", on="2026-06-24")
            for night in nights:
                shop.refresh_tags(night)
            dumps.append(shop.dump())
        assert dumps[0] == dumps[1]
        (line,) = [line for line in dumps[1] if line.startswith('["customer_tag"')]
        assert "C-0001" in line

    def test_a_night_on_which_nothing_changes_writes_nothing(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "bought ~ silk")
        shop.customer("Ana").bought("10.00", on="2026-06-29")
        shop.refresh_tags()
        before = shop.path.read_bytes()
        assert shop.refresh_tags().added == 0
        assert shop.path.read_bytes() == before

    def test_what_was_bought_lately_weighs_more(self, shop: Shop) -> None:
        shop.set("tags.loves.weigh", "bought category = dresses")
        shop.set("tags.loves.half_life_days", "30")
        shop.set("tags.loves.at_least", "1.5")
        for day in ("2026-06-30", "2026-05-31"):  # 1 and a half
            shop.customer("Ana").bought("10.00", on=day)
        for day in ("2026-06-29", "2026-05-30"):  # a day too old
            shop.customer("Bo").bought("10.00", on=day)
        shop.refresh_tags()
        assert holders(shop, "loves") == ["Ana"]
        assert tags(shop, "Ana") == {"loves": "bought “dresses” on 2 days, last on 2026-06-30, which weighs 1.50"}
        shop.refresh_tags("2026-07-01")
        assert holders(shop, "loves", "2026-07-01") == []

    def test_a_tag_by_hand_is_never_touched(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "bought ~ silk in last 3 days")
        shop.customer("Ana").bought("10.00", on="2026-06-29")
        shop.customer("Bo")
        put(shop, "Ana", "SILK")
        put(shop, "Bo", "silk")
        before = shop.rows("SELECT * FROM customer_tag")
        for night in ("2026-06-30", "2026-07-05"):
            shop.refresh_tags(night)
            assert shop.rows("SELECT * FROM customer_tag") == before

    def test_a_rule_takes_over_once_a_tag_by_hand_is_over(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "bought ~ silk", as_of="2026-06-01")
        shop.customer("Ana").bought("10.00", on="2026-06-01")
        put(shop, "Ana", "silk", until="2026-06-20", as_of="2026-06-10")
        shop.refresh_tags("2026-06-20")
        assert tags(shop, "Ana", "2026-06-20") == {"silk": "by hand"}
        shop.refresh_tags()
        assert tags(shop, "Ana") == {"silk": "bought “silk” on 1 day, last on 2026-06-01"}

    def test_a_tag_by_rule_becomes_one_by_hand_and_is_not_taken_off_by_hand(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "bought ~ silk")
        shop.customer("Ana").bought("10.00", on="2026-06-01")
        shop.refresh_tags()
        with shop.writing() as book, pytest.raises(TagByRule) as refusal:
            hand.untag(book, "Ana", "silk")
        assert refusal.value.next_step == "shopcrm settings set tags.silk.where none"
        put(shop, "Ana", "silk")
        assert tags(shop, "Ana") == {"silk": "by hand"}

    def test_a_rule_that_is_switched_off_takes_its_tags_along(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "bought ~ silk", as_of="2026-06-01")
        shop.customer("Ana").bought("10.00", on="2026-06-01")
        shop.refresh_tags()
        shop.set("tags.silk.where", "none")
        done = shop.refresh_tags()
        assert (done.taken_off, done.items) == (1, ())
        assert shop.rows("SELECT * FROM customer_tag") == []

    def test_a_rule_that_asks_for_another_tag_is_asked_after_it(self, shop: Shop) -> None:
        shop.set("tags.a.where", "tag = z and not tag = y")
        shop.set("tags.y.where", "visits > 5")
        shop.set("tags.z.where", "bought ~ silk")
        shop.customer("Ana").bought("10.00", on="2026-06-01")
        shop.refresh_tags()
        assert [*tags(shop, "Ana")] == ["a", "z"]
        assert shop.refresh_tags().added == 0

    @pytest.mark.parametrize("where", ["tag = a", "tag = b", "not tag is known", "tag ~ A"])
    def test_a_tag_is_never_given_by_itself(self, shop: Shop, where: str) -> None:
        shop.set("tags.a.where", where)
        shop.set("tags.b.where", "tag = a")
        with pytest.raises(SettingRefused, match="a tag cannot be given by itself"):
            shop.refresh_tags()

    def test_a_rule_that_cannot_be_asked_leaves_its_tags_and_is_reported(self, boutique: Shop) -> None:
        boutique.set("tags.golden.where", "tier = gold", as_of="2026-06-01")
        boutique.customer("Ana").bought("3500.00", on="2026-06-01")
        boutique.assign_tiers()
        boutique.refresh_tags()
        boutique.set("tiers.order", "silver")
        done = boutique.refresh_tags()
        assert done.needs_attention
        (row,) = [row for row in done.items if row.problem]
        assert (row.tag, row.count) == ("golden", 1)
        assert "there are silver" in (row.problem or "")
        assert "golden" in tags(boutique, "Ana")

    def test_a_rule_about_a_birthday_keeps_no_birthday(self, boutique: Shop) -> None:
        boutique.customer("Ana")
        with boutique.writing() as book:
            book.connection.execute(update(customer).values(birth_month=6, birth_day=7))
        boutique.refresh_tags()
        assert tags(boutique, "Ana") == {"birthday month": "by the rule of the settings"}
        assert boutique.rows("SELECT why FROM customer_tag") == [('{"facts": []}',)]

    def test_what_two_bought_counts_for_who_was_kept(self, shop: Shop) -> None:
        shop.set("tags.silk.where", "visits >= 2")
        shop.customer("Ana").bought("10.00", on="2026-06-01")
        shop.customer("Bo").bought("10.00", on="2026-06-02")
        shop.refresh_tags()
        assert holders(shop, "silk") == []
        with shop.writing() as book:
            merging.point(book, 2, 1)
        shop.refresh_tags()
        assert holders(shop, "silk") == ["Ana"]
        assert tags(shop, shop.customer("Bo").code) == {"silk": "2 days with a sale"}
        with shop.writing() as book:
            merging.unpoint(book, 2)
        assert shop.refresh_tags().taken_off == 1

    def test_a_tag_of_a_merged_customer_is_that_of_who_was_kept(self, shop: Shop) -> None:
        shop.customer("Ana")
        shop.customer("Bo")
        put(shop, "Bo", "vip")
        with shop.writing() as book:
            merging.point(book, 2, 1)
        assert holders(shop, "vip") == ["Ana"]
        assert put(shop, "Ana", "vip").is_repeat
        with shop.writing() as book:
            hand.untag(book, "Ana", "vip")
        assert shop.rows("SELECT * FROM customer_tag") == []


def test_a_tag_from_a_sheet_says_so(shop: Shop) -> None:
    shop.import_text("member_no,name,tags\n7,Ana,vip\n", "list.csv")
    assert tags(shop, "Ana") == {"vip": "from a sheet"}
