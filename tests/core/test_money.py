"""Money: integers of minor units, one rounding, and no amount read as another."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.core import money
from shopcrm.core.errors import AmountUnreadable, CurrencyUnknown

EXPONENTS = st.sampled_from([0, 2, 3])
LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "exponent", "minor"),
    [
        ("12", 2, 1200),
        ("12.5", 2, 1250),
        ("12.50", 2, 1250),
        (" 12.50 ", 2, 1250),
        ("0.01", 2, 1),
        ("-0.01", 2, -1),
        ("+3", 2, 300),
        ("1,200", 2, 120000),
        ("1,200.00", 2, 120000),
        ("-1,234,567.89", 2, -123456789),
        ("1200", 0, 1200),
        ("1,200", 0, 1200),
        ("1.234", 3, 1234),
        ("0.1", 2, 10),
        ("0.29", 2, 29),
        ("1.15", 2, 115),
        ("90071992547409.93", 2, 9007199254740993),
        ("10.00", 0, 10),
        ("1.000", 3, 1000),
    ],
)
def test_a_typed_amount_becomes_minor_units_exactly(text: str, exponent: int, minor: int) -> None:
    assert money.parse_minor(text, exponent) == minor


@pytest.mark.parametrize(
    ("text", "exponent"),
    [
        *((text, 2) for text in ("", " ", ".", "12.", ".5", "1e3", "12.345", "--5", "- 5", "5-", "(5)", "¥5", "five")),
        *((text, 2) for text in ("nan", "inf", "0x10", "1 200", "1.2.3", "12.5.0", "1_000", "½")),
        ("1.5", 0),
        ("1.2345", 3),
    ],
)
def test_anything_else_is_refused(text: str, exponent: int) -> None:
    with pytest.raises(AmountUnreadable) as refusal:
        money.parse_minor(text, exponent)
    assert refusal.value.details == {"text": text, "decimals": exponent}


@pytest.mark.parametrize("text", ["12,50", "1,5", "1,2,3", ",5", "5,", "1,,000", "1200,00", "12,000.5,0", "1.234,56"])
def test_a_comma_that_parts_no_thousands_is_refused_not_dropped(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        money.parse_minor(text, 2)


@pytest.mark.parametrize(("text", "exponent"), [("1.000", 2), ("12.500", 2), ("1.000", 0), ("1.000.000", 2)])
def test_a_dot_that_may_part_thousands_is_refused_not_guessed(text: str, exponent: int) -> None:
    with pytest.raises(AmountUnreadable):
        money.parse_minor(text, exponent)


@given(st.integers(-LARGEST, LARGEST), EXPONENTS)
@example(0, 2)
@example(-5, 2)
@example(-5, 3)
@example(-LARGEST, 0)
def test_what_is_shown_reads_back_as_the_same_amount(minor: int, exponent: int) -> None:
    assert money.parse_minor(money.format_minor(minor, exponent), exponent) == minor


@pytest.mark.parametrize(
    ("minor", "exponent", "shown"),
    [
        (1234567, 2, "12,345.67"),
        (-1234567, 2, "-12,345.67"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-50, 2, "-0.50"),
        (0, 2, "0.00"),
        (1234567, 0, "1,234,567"),
        (0, 0, "0"),
        (1234567, 3, "1,234.567"),
        (99999, 2, "999.99"),
    ],
)
def test_minor_units_are_shown_with_the_decimals_of_the_currency(minor: int, exponent: int, shown: str) -> None:
    assert money.format_minor(minor, exponent) == shown


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.5", 1),
        ("-0.5", -1),
        ("1.5", 2),
        ("2.5", 3),
        ("-2.5", -3),
        ("0.4999999999", 0),
        ("-0.4999999999", 0),
        ("7", 7),
    ],
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert money.round_half_up(Decimal(value)) == rounded


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=6), EXPONENTS)
def test_rounding_moves_an_amount_by_half_a_minor_unit_at_most(value: Decimal, exponent: int) -> None:
    minor = money.to_minor(value, exponent)
    assert abs(Decimal(minor).scaleb(-exponent) - value) <= Decimal("0.5").scaleb(-exponent)
    assert money.to_minor(-value, exponent) == -minor


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=2))
def test_rounding_to_cents_is_pythons_own(value: Decimal) -> None:
    assert money.to_minor(value, 0) == int(value.to_integral_value(ROUND_HALF_UP))
    assert money.to_minor(value, 2) == int(value * 100)


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("CNY", 2), ("USD", 2), ("EUR", 2), ("HKD", 2), ("TWD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3)],
)
def test_every_currency_has_its_decimals(currency: str, exponent: int) -> None:
    assert money.exponent_of(currency) == exponent


@pytest.mark.parametrize(("text", "code"), [("CNY", "CNY"), ("cny", "CNY"), (" jpy ", "JPY")])
def test_a_currency_is_known_by_its_code(text: str, code: str) -> None:
    assert money.check_currency(text) == code


@pytest.mark.parametrize(("text", "nearest"), [("CNQ", None), ("RMBB", None), ("¥", None), ("", None)])
def test_an_unknown_currency_is_refused_with_a_code_that_exists(text: str, nearest: str | None) -> None:
    with pytest.raises(CurrencyUnknown) as refusal:
        money.check_currency(text)
    suggested = refusal.value.details["nearest"]
    assert money.check_currency(suggested) == suggested
    assert nearest in (None, suggested)


def test_signs_of_a_currency_hold_its_own_code_and_no_other_currencys() -> None:
    assert {"CNY", "¥", "￥", "元", "RMB"} <= money.signs_of("CNY")
    assert "$" not in money.signs_of("CNY")
    assert "€" not in money.signs_of("USD")
    assert money.signs_of("XAU") == {"XAU"}


@pytest.mark.parametrize("name", ["RMB", "人民币", "yuan", "cny"])
def test_an_owner_may_call_the_yuan_as_owners_do(name: str) -> None:
    assert money.check_currency(name) == "CNY"


@pytest.mark.parametrize("code", ["ADP", "ARM", "XTS"])
def test_a_currency_that_is_history_or_none_is_refused(code: str) -> None:
    with pytest.raises(CurrencyUnknown):
        money.check_currency(code)
