"""A cancelled draft that comes back is the same draft: nothing is ordered twice by it, whatever has happened since."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.journal.views import Result
from providers.orders import Outcome
from storage import prune
from tests.bench import Bench, bench
from tests.desk.filling import claim, confirm, fill, ordered, tap
from tests.storage.direct import reading, writing

PLACED = Result(Outcome.PLACED, number="1207", status="placed", names=("1207", "#1207"))
NOT_SENT = Result(Outcome.NOT_SENT, code="unreachable")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def references(house: Bench) -> list[str]:
    return [str(row["reference"]) for row in reading(house.database).fetch("SELECT reference FROM orders")]


async def failed(house: Bench) -> str:
    """An order that was not sent, whose draft is open again; returns its reference."""
    reference = await ordered(house)
    claim(house, reference)
    await house.settle(reference, NOT_SENT)
    assert house.outbox()[-1].startswith("<b>Summary")
    return reference


async def test_an_order_that_was_not_sent_keeps_its_reference_through_cancel_and_undo(house: Bench) -> None:
    reference = await failed(house)
    await tap(house, "Cancel")
    await tap(house, "Undo")
    assert await confirm(house) == reference
    assert references(house) == [reference]
    assert house.order(reference).stage == "confirmed"


async def test_the_draft_of_an_order_that_was_sent_again_meanwhile_orders_nothing(house: Bench) -> None:
    reference = await failed(house)
    await tap(house, "Cancel")
    undo = read(house.button("Undo"))
    await house.does(events.ReopenTapped(reference), tapped=1)
    assert await confirm(house) == reference
    claim(house, reference)
    for settled in (False, True):
        if settled:
            await house.settle(reference, PLACED)
        await house.does(undo, tapped=1)
        await tap(house, "Confirm")
        assert "reopened any more" in house.outbox()[-1] or settled
        assert references(house) == [reference]
    assert house.order(reference).outcome == "placed"


async def test_the_draft_of_an_order_that_was_pruned_meanwhile_is_an_order_like_any_other(house: Bench) -> None:
    reference = await failed(house)
    await tap(house, "Cancel")
    with writing(house.database) as tx:
        assert prune.empty(tx, reference, "{}", {}, house.clock())
    await tap(house, "Undo")
    assert await confirm(house) == reference
    assert house.order(reference).pruned_at is None
    claim(house, reference)
    await house.settle(reference, PLACED)
    order = house.order(reference)
    assert (order.outcome, order.pruned_at) == ("placed", None)
    # What it holds of people goes with the next pruning.
    with writing(house.database) as tx:
        assert prune.empty(tx, reference, "{}", {}, house.clock())


async def test_undo_and_confirm_tapped_twice_are_one_order(house: Bench) -> None:
    await fill(house)
    await tap(house, "Cancel")
    undo = read(house.button("Undo"))
    await house.does(undo, tapped=1)
    sure = read(house.button("Confirm"))
    await house.does(undo, tapped=1)
    await house.does(sure, tapped=1)
    for event in (undo, sure, undo, sure):
        await house.does(event, tapped=1)
    assert len(references(house)) == 1
