"""The table of taps in the README is what playing gives."""

import re
from pathlib import Path

import pytest

from tests.taps.__main__ import TABLE, Played, play, table

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("played", TABLE, ids=lambda played: re.sub(r"\W+", "-", played.title))
async def test_an_order_reaches_its_supplier_with_so_many_messages_and_taps(played: Played) -> None:
    await play(played)


def test_the_readme_has_the_table() -> None:
    assert table() in README.read_text("utf-8")
