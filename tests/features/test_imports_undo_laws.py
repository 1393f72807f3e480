"""Laws of taking a batch back, whatever the sheets say: the book is as before, and so are all points."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from features.test_imports_undo import ANA, BO, HEAD, balances, undo
from shop import open_shop
from shopcrm.core.errors import BatchInUse

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
COUNT = 200 if IS_SOAK else 8
PHASES = tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.reuse, Phase.generate)

Row = tuple[int, int, str, str, int, str]

ROWS = st.lists(
    st.tuples(
        st.integers(1, 4),  # receipt
        st.integers(5, 7),  # day of January
        st.sampled_from(["", ANA, BO]),
        st.sampled_from(["Hat", "Scarf"]),
        st.integers(-60, 300),  # yuan
        st.sampled_from(["", "R-1", "R-2"]),
    ),
    min_size=1,
    max_size=7,
)


def sheet(rows: list[Row]) -> str:
    """A till's export of these lines; lines of one receipt and sign name one customer and one sale they give back."""
    first: dict[tuple[int, int, bool], tuple[str, str]] = {}
    lines = []
    for number, day, phone, item, yuan, original in rows:
        who, of = first.setdefault((number, day, yuan < 0), (phone, original if yuan < 0 else ""))
        given = of if of != f"R-{number}" else ""
        lines.append(f"R-{number},2026-01-0{day},{who},,{item},{yuan}.00,{given}\n")
    return HEAD + "".join(sorted(lines))


LAW = settings(
    max_examples=COUNT,
    deadline=None,
    phases=PHASES,
    derandomize=not IS_SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(first=ROWS, second=ROWS)
@LAW
def test_import_and_undo_leave_the_book_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[Row],
    second: list[Row],
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.import_text(sheet(first))
    before = shop.dump()
    imported = shop.import_text(sheet(second))
    batch = imported.items[0].batch

    if batch is not None:
        undo(shop, batch)

    assert shop.dump() == before
    assert shop.check().items


@given(first=ROWS, second=ROWS, is_early=st.booleans())
@LAW
def test_points_after_an_undo_are_those_before_and_come_again_with_the_sheet(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[Row],
    second: list[Row],
    is_early: bool,
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.import_text(sheet(first))
    if is_early:
        shop.accrue()
    before = balances(shop)
    batch = shop.import_text(sheet(second)).items[0].batch
    shop.accrue()
    after = balances(shop)
    if batch is None:
        return

    try:
        undo(shop, batch)
    except BatchInUse:  # a refund of the first sheet took points that the second had earned
        return
    if is_early:
        assert balances(shop) == before
        assert shop.accrue().entries == 0
    assert shop.check().items

    shop.import_text(sheet(second))
    shop.accrue()
    assert balances(shop) == after
    assert shop.check().items
