"""The table says what must be 0, and a run is only clean when it is."""

import pytest

from tests.chaos.audit import PROMISES
from tests.chaos.tally import Tally


@pytest.mark.parametrize("what", PROMISES)
def test_whatever_is_wrong_makes_a_run_unclean(what: str) -> None:
    tally = Tally(runs=3, kills=2, confirmed=5, at_suppliers=4)
    assert tally.is_clean

    setattr(tally, what, 1)

    assert not tally.is_clean


def test_the_table_has_a_line_for_each_figure_and_for_each_kind_of_fault() -> None:
    tally = Tally(runs=1200, kills=2, confirmed=5, at_suppliers=4)
    tally.faults.update(["drop_after", "drop_after", "hang"])
    rows = [tuple(line.rsplit(maxsplit=1)) for line in tally.table().splitlines()]
    assert [(name.strip(), count) for name, count in rows] == [
        ("runs", "1,200"),
        ("kills", "2"),
        ("faults", "3"),
        ("drop after", "2"),
        ("hang", "1"),
        ("orders confirmed", "5"),
        ("of them in lists", "0"),
        ("at the supplier", "4"),
        ("doubled", "0"),
        ("lost", "0"),
        ("people not told", "0"),
        ("told what isn't so", "0"),
        ("told to outsiders", "0"),
        ("told out of order", "0"),
    ]
