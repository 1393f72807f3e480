"""Amounts as tills write them, read exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.money import round_half_up
from shopcrm.sheets.values.amounts import decimal_mark, foreign_sign, read_alike, read_amounts, rescale

WRITTEN = {
    "12": "12",
    "12.5": "12.5",
    ".50": "0.50",
    "-2.00": "-2",
    "$1,149.00 ": "1149",
    "-$7.00": "-7",
    "$-7.00": "-7",
    "($33.62)": "-33.62",
    "12.00-": "-12",
    "¥22.30": "22.30",
    "￥２２．３０": "22.30",
    "22.30元": "22.30",
    "-2,600.00": "-2600",
    "1,23,456.50": "123456.50",
    "8.000": "8",
    "+5": "5",
    "−5": "-5",
    '="19.90"': "19.90",
    "'19.90": "19.90",
    "1.5E-05": "0.000015",
    "3件": "3",
}
NO_AMOUNTS = [
    "",
    "-",
    "abc",
    "1,2",
    "131.77(已退款89.84)",
    "1.2.3",
    "--5",
    "(-5)",
    "5-5",
    "9" * 13,
    "1e99",
    "12%",
    "8折",
]


@pytest.mark.parametrize(("cell", "value"), WRITTEN.items())
def test_an_amount_is_read_as_written(cell: str, value: str) -> None:
    amounts = read_amounts([cell])
    assert amounts.values[0] is not None
    assert Decimal(amounts.values[0]).scaleb(-amounts.decimals) == Decimal(value)


@pytest.mark.parametrize("cell", NO_AMOUNTS)
def test_what_is_no_amount_is_no_amount(cell: str) -> None:
    assert read_amounts([cell]).values == [None]


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["12,50", "3,00"], ","),
        (["1.234,50"], ","),
        (["1.234.567", "12"], ","),
        (["1,234.50"], "."),
        (["1,234,567"], "."),
        (["12.5", "1,200"], "."),
        (["0.500"], "."),
        (["1,200"], None),
        (["1.200"], None),
        (["12"], None),
    ],
)
def test_the_column_proves_its_decimal_mark(cells: list[str], mark: str | None) -> None:
    assert decimal_mark(cells) == mark


def test_a_decimal_comma_makes_the_dot_a_thousands_mark() -> None:
    assert read_amounts(["1.234,50", "1.234", "7"], ",").values == [123450, 123400, 700]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["12.00", "¥12", "12元", "RMB 12", "12 CNY"], None),
        (["¥12", "$12"], ("$12", "$")),
        (["12 USD"], ("12 USD", "USD")),
        (["12 pcs"], None),
    ],
)
def test_a_sign_of_another_currency_is_found(cells: list[str], found: tuple[str, str] | None) -> None:
    assert foreign_sign(cells, "CNY") == found


CENTS = st.integers(-(10**11), 10**11)


@given(st.lists(CENTS, min_size=1), st.sampled_from([0, 2]))
def test_the_quick_way_reads_what_decimal_reads(values: list[int], decimals: int) -> None:
    cells = [f"{Decimal(value).scaleb(-decimals):f}" for value in values]
    quick = read_alike(cells)
    assert quick is not None
    assert (quick.values, quick.decimals) == (values, decimals)
    assert read_amounts(cells).values == values


@given(st.lists(st.decimals(-(10**9), 10**9, allow_nan=False, places=4), min_size=1))
def test_any_decimals_are_kept_exactly(values: list[Decimal]) -> None:
    amounts = read_amounts([f"{value:f}" for value in values])
    assert [Decimal(value or 0).scaleb(-amounts.decimals) for value in amounts.values] == values


@given(st.text("0123456789.,-+() ¥eE元\n", max_size=12))
def test_the_quick_way_never_disagrees_with_the_general_way(cell: str) -> None:
    quick = read_alike([cell])
    if quick is not None:
        general = read_amounts([cell])
        assert general.values[0] is not None
        assert Decimal(quick.values[0] or 0).scaleb(-quick.decimals) == Decimal(general.values[0]).scaleb(
            -general.decimals
        )


@given(st.integers(-(10**15), 10**15), st.integers(0, 8), st.integers(0, 3))
def test_rounding_is_half_up_like_the_till(value: int, decimals: int, wanted: int) -> None:
    assert rescale(value, decimals, wanted) == round_half_up(Decimal(value).scaleb(wanted - decimals))
