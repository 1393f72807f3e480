"""What staff write down: notes, reasons for not buying by month, and preferences with a log of their changes."""

import pytest
from sqlalchemy import insert

from shop import TODAY, Shop
from shopcrm.core import merging
from shopcrm.core.errors import CustomerUnknown, PreferenceUnknown, UsageWrong
from shopcrm.core.schema.preferences import preference
from shopcrm.features.notes import preferences, words


def note(shop: Shop, who: str, text: str, as_of: str | None = None, is_not_bought: bool = True) -> words.Noted:
    with shop.writing(as_of) as book:
        return words.note(book, who, text, is_not_bought=is_not_bought)


def prefer(shop: Shop, who: str, *cleared: str, **said: str) -> preferences.Preferences:
    with shop.writing() as book:
        return preferences.prefer(book, who, said, cleared)


def preferred(shop: Shop, who: str) -> dict[str, str | None]:
    with shop.reading() as book:
        return {row.field: row.value for row in preferences.preferences_of(book, who).items}


class TestNotes:
    def test_notes_are_listed_the_latest_first_with_date_and_author(self, shop: Shop) -> None:
        shop.customer("Ana")
        note(shop, "Ana", " likes   silk ", "2026-05-01", is_not_bought=False)
        note(shop, "Ana", "no large size", "2026-06-01")
        note(shop, "Ana", "asked for linen", "2026-06-01", is_not_bought=False)
        with shop.reading("2026-06-30") as book:
            rows = words.notes_of(book, "Ana").items
        assert [(str(row.on), row.kind, row.text, row.by) for row in rows] == [
            ("2026-06-01", "note", "asked for linen", "test"),
            ("2026-06-01", "not_bought", "no large size", "test"),
            ("2026-05-01", "note", "likes silk", "test"),
        ]
        with shop.reading("2026-05-31") as book:
            assert len(words.notes_of(book, "Ana").items) == 1

    def test_what_was_noted_stays_out_of_the_audit_trail(self, shop: Shop) -> None:
        shop.customer("Ana")
        note(shop, "Ana", "quarrelled with her sister")
        assert "quarrelled" not in str(shop.rows("SELECT * FROM audit"))

    @pytest.mark.parametrize(("who", "text", "error"), [("Ana", " ", UsageWrong), ("Bo", "x", CustomerUnknown)])
    def test_a_note_of_nothing_or_about_nobody_is_refused(
        self, shop: Shop, who: str, text: str, error: type[Exception]
    ) -> None:
        shop.customer("Ana")
        with pytest.raises(error):
            note(shop, who, text)

    def test_notes_of_a_merged_customer_are_listed_with_who_was_kept(self, shop: Shop) -> None:
        shop.customer("Ana")
        shop.customer("Bo")
        note(shop, "Bo", "no large size")
        with shop.writing() as book:
            merging.point(book, 2, 1)
        with shop.reading() as book:
            assert len(words.notes_of(book, "Ana").items) == 1
            assert words.not_bought(book).items[0].customers == 1


class TestNotBought:
    def test_the_same_reason_is_counted_once_however_it_is_written(self, boutique: Shop) -> None:
        for name in ("Ana", "Bo", "Cai"):
            boutique.customer(name).bought("100.00", on="2026-06-01")
        for who, text in (
            ("Ana", "No large size"), ("Ana", "no  LARGE size!"), ("Bo", "（no large size）"), ("Bo", "太贵"),
            ("Cai", "太贵。"), ("Cai", "太贵"),
        ):  # fmt: skip
            note(boutique, who, text, "2026-06-10")
        note(boutique, "Ana", "likes silk", "2026-06-10", is_not_bought=False)
        boutique.refresh_segments()
        with boutique.reading() as book:
            reasons = words.not_bought(book, "2026-06")
        assert [(row.reason, row.count, row.customers) for row in reasons.items] == [
            ("No large size", 3, 2),
            ("太贵", 3, 2),
        ]
        assert (reasons.month, reasons.count) == ("2026-06", 6)
        assert reasons.items[0].by_segment == {"potential": 2}

    @pytest.mark.parametrize(
        ("as_of", "month", "count"),
        [("2026-06-30", None, 2), ("2026-06-09", None, 1), ("2026-06-30", "2026-05", 1), ("2026-05-31", "2026-06", 0)],
    )
    def test_a_month_is_looked_at_up_to_the_business_date(
        self, shop: Shop, as_of: str, month: str | None, count: int
    ) -> None:
        shop.customer("Ana")
        for day in ("2026-05-31", "2026-06-01", "2026-06-10"):
            note(shop, "Ana", "no large size", day)
        with shop.reading(as_of) as book:
            assert words.not_bought(book, month).count == count

    @pytest.mark.parametrize("month", ["2026", "May", "2026-13", "2026-05-01"])
    def test_what_is_no_month_is_refused(self, shop: Shop, month: str) -> None:
        with shop.reading() as book, pytest.raises(UsageWrong, match="is not a month"):
            words.not_bought(book, month)


class TestPreferences:
    def test_a_preference_is_written_changed_and_cleared(self, shop: Shop) -> None:
        shop.customer("Ana")
        assert prefer(shop, "Ana", style="retro", size="M").changed == 2
        assert prefer(shop, "Ana", Style=" retro ", size="L").changed == 1
        assert preferred(shop, "Ana") == {"style": "retro", "size": "L", "scene": None}
        assert prefer(shop, "Ana", "style").changed == 1
        assert prefer(shop, "Ana", "style").changed == 0
        assert preferred(shop, "Ana") == {"style": None, "size": "L", "scene": None}

    def test_every_change_is_kept_in_the_log(self, shop: Shop) -> None:
        shop.customer("Ana")
        prefer(shop, "Ana", size="M")
        prefer(shop, "Ana", size="L")
        prefer(shop, "Ana", "size")
        logged = shop.rows("SELECT field, before, after, \"by\" FROM customer_change WHERE field LIKE 'prefers %'")
        assert logged == [
            ("prefers size", None, "M", "test"),
            ("prefers size", "M", "L", "test"),
            ("prefers size", "L", None, "test"),
        ]
        assert "size" not in str(shop.rows("SELECT * FROM audit"))

    def test_the_fields_are_those_of_the_settings(self, shop: Shop) -> None:
        shop.customer("Ana")
        with pytest.raises(PreferenceUnknown) as refusal:
            prefer(shop, "Ana", 尺码="M")
        assert refusal.value.next_step == 'shopcrm settings set preferences.fields "style, size, scene, 尺码"'
        shop.set("preferences.fields", "尺码, style")
        prefer(shop, "Ana", 尺码="M")
        assert preferred(shop, "Ana") == {"尺码": "M", "style": None}

    def test_a_preference_of_nothing_is_refused(self, shop: Shop) -> None:
        shop.customer("Ana")
        with pytest.raises(UsageWrong):
            prefer(shop, "Ana", size=" ")

    def test_a_merged_customer_speaks_where_who_was_kept_is_silent(self, shop: Shop) -> None:
        for number, name in enumerate(("Ana", "Bo"), 1):
            shop.customer(name)
            with shop.writing() as book:
                row = {"customer_id": number, "on": TODAY, "by": "test"}
                book.connection.execute(insert(preference).values(field="size", value=name, **row))
        prefer(shop, "Bo", style="retro")
        with shop.writing() as book:
            merging.point(book, 2, 1)
        assert preferred(shop, "Ana") == {"style": "retro", "size": "Ana", "scene": None}
        prefer(shop, "Ana", "style", "size")
        assert preferred(shop, "Ana") == {"style": None, "size": None, "scene": None}
