"""Texts at random choose from books at random whom plain lists choose, and every tree is read as it is written."""

import os
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from core.choosing_books import AS_OF, random_book, random_node
from shopcrm.core import audience
from shopcrm.core.schema.audiences import audience as audiences
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import text_of

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
BOOKS, TEXTS = (400, 60) if IS_SOAK else (6, 40)
# Making a counterexample small takes minutes here; the soak does it.
PHASES = tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.mark.soak
@settings(max_examples=BOOKS, deadline=None, phases=PHASES)
@given(seed=st.integers(0, 2**32))
def test_a_text_chooses_whom_plain_lists_choose(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    dice = Random(seed)
    plain, shop = random_book(dice, tmp_path_factory.mktemp("shop"))
    plain.audiences["near"] = parse("recency_days <= 30 or has phone")
    with shop.writing() as book:
        near = text_of(plain.audiences["near"])
        book.connection.execute(insert(audiences).values(name="near", where=near, on=AS_OF, by="test"))
    with shop.reading(plain.as_of.isoformat()) as book:
        for _text in range(TEXTS):
            node = random_node(dice, plain)
            assert parse(text_of(node)) == node
            assert audience.chosen(book, text_of(node)) == plain.chosen(node), (text_of(node), plain)
            assert audience.explained(book, text_of(node))


def test_whom_a_condition_leaves_out_its_opposite_chooses(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No condition is ever unknown, so that everyone is on one side."""
    _plain, shop = random_book(Random(7), tmp_path_factory.mktemp("shop"))
    with shop.reading() as book:
        everyone = audience.chosen(book, "code is known")
        for text in ("age > 30", "tag = Retro", "birthday in next 7 days", "gender = female", "name ~ a", "spend < 50"):
            both = sorted([*audience.chosen(book, text), *audience.chosen(book, f"not ({text})")])
            assert both == everyone, text
