"""The tables in docs/faults.md are what happens, and nobody is told in them what isn't so."""

from pathlib import Path

import pytest

from providers.orders import Outcome
from tests.end_to_end.dialogues import DIALOGUES
from tests.faults.play import Row
from tests.faults.points import POINTS
from tests.faults.table import HEADER, rows, table

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text("utf-8")
BEGINS = {
    Outcome.PLACED: "Placed",
    Outcome.REFUSED: "Not placed",
    Outcome.NOT_SENT: "Not placed",
    Outcome.UNKNOWN: "Outcome unknown",
}


def untrue(row: Row) -> list[str]:
    """What in a row breaks a promise."""
    broken = {
        "an order is told as what it isn't": not row.said[0].startswith(BEGINS[row.outcome]),
        "told as placed, and the supplier has none": row.outcome is Outcome.PLACED and row.orders != 1,
        "told as not placed, and the supplier has it": row.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
        and row.orders != 0,
        "not sent, and something was": row.outcome is Outcome.NOT_SENT and row.requests != 0,
        "tried again, though it may have been sent": row.tries > 1 and row.outcome is Outcome.UNKNOWN,
        "sent more than once by itself": row.requests > 1,
        "not one order in the end": row.in_the_end != 1,
    }
    return [promise for promise, is_broken in broken.items() if is_broken]


@pytest.mark.parametrize("account", DIALOGUES)
async def test_the_table_is_what_happens_and_every_promise_is_kept(account: str) -> None:
    played = await rows(account)
    assert {row.point: untrue(row) for row in played if untrue(row)} == {}
    assert table(account, played) in PAGE


def test_the_page_has_a_row_for_each_fault_of_each_supplier_and_no_others() -> None:
    assert PAGE.startswith(HEADER)
    lines = PAGE.removeprefix(HEADER).splitlines()
    assert [line for line in lines if line.startswith("## ")] == [f"## {one.title}" for one in DIALOGUES.values()]
    points = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    assert points == ["Fault", "---", *(point.name for point in POINTS)] * len(DIALOGUES)
