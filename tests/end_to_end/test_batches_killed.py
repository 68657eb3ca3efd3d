"""`kill -9` amid a batch, with a supplier that fails now and then: each row is exactly one order or has a reason."""

import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.desk.admission import Incoming
from bot.sandbox.standin import Call
from bot.workers.circumstances import Circumstances
from bot.workers.reports import Reports
from providers.simulators.base import Fault, Simulator
from tests.bench import Noted, desk_on, opened
from tests.desk.batches import BATCH, confirmation, rows
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.nursing import Nursing
from tests.workers.supplied import provider_for

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = 46


async def confirmed(house: World, account: str, count: int = ROWS) -> None:
    """A batch in the database, of somebody who has written to the bot, before that is started on it."""
    house.say("/start")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(house.folder))
        made = {}
        for name, settings in house.settings()["accounts"].items():
            made[name] = await stack.enter_async_context(provider_for(settings))
        desk = desk_on(database, Clock(), Noted(), made)
        await Circumstances(database, Reports(desk), made).take_in()
        drafts = rows(desk.providers[account], count)
        await desk.handle(Incoming(1, ADMIN, ADMIN, "Admin", "en", confirmation(desk, account, drafts), None))


def fails_now_and_then(supplier: Simulator) -> None:
    """One create in about twenty."""
    planned = {4: Fault.REFUSE, 17: Fault.DROP_AFTER, 31: Fault.ERROR_AFTER}

    def on_change() -> None:
        if (fault := planned.pop(len(supplier.received), None)) is not None:
            supplier.fail(fault, times=1)

    supplier.on_change = on_change


def outcomes(house: World) -> dict[str, tuple[str | None, str | None, str]]:
    found = house.rows(f"SELECT reference, outcome, number, details FROM orders WHERE batch = '{BATCH}'")  # noqa: S608  ours
    return {str(reference): (outcome, number, details) for reference, outcome, number, details in found}


def of_the_batch(call: Call) -> bool:
    """A message of the batch: how far it is, or how it ended."""
    first = str(call.params.get("text", "")).partition("\n")[0]
    return first.startswith("<b>Sending") or f" {ROWS} placed" in first


async def test_each_of_46_rows_is_one_order_or_has_a_reason(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        supplier, begun = house.suppliers["gifts"], time.monotonic()
        await confirmed(house, "gifts")
        fails_now_and_then(supplier)
        for reached in (12, 28):
            bot = await nursing.start(house.config())
            await nursing.until(lambda: len(supplier.received) >= reached)  # noqa: B023  awaited here
            await bot.kill()
        bot = await nursing.start(house.config())
        house.say("/help", COLLEAGUE)
        await house.reads("What I can do", COLLEAGUE)
        await nursing.until(lambda: not house.rows("SELECT 1 FROM orders WHERE stage <> 'settled'"))
        unplaced = [outcome for outcome, _, _ in outcomes(house).values() if outcome != "placed"]
        await house.card(f"{ROWS - len(unplaced)} of {ROWS} placed")
        found = outcomes(house)
        assert len(found) == ROWS
        numbers = [taken.number for taken in supplier.ledger]
        assert len(set(numbers)) == len(numbers)
        placed = {number for outcome, number, _ in found.values() if outcome == "placed"}
        assert placed <= set(numbers)
        lost = [details for outcome, _, details in found.values() if outcome != "placed"]
        assert all('"code": ""' not in details for details in lost)
        # Nothing at the supplier that no row can be.
        unknown = sum(outcome == "unknown" for outcome, _, _ in found.values())
        assert len(placed) <= len(numbers) <= len(placed) + unknown
        assert sum(outcome == "refused" for outcome, _, _ in found.values()) == 1
        # One message, edited at a human pace: each start may edit it once at once.
        told = [call for call in house.telegram.calls if of_the_batch(call)]
        edits = [call for call in told if call.method == "editMessageText"]
        assert len(edits) <= 3 + (time.monotonic() - begun) / 2
        # Each copy that a kill has brought may be one more.
        assert 2 <= len(told) - len(edits) <= 2 + 2
        await bot.kill()


@pytest.mark.parametrize(
    "death", [Death(kind, when) for kind in (Kind.CLAIM, Kind.SETTLE, Kind.DELIVERY) for when in When], ids=str
)
async def test_killed_around_any_commit_a_batch_goes_on(death: Death, tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers["gifts"]
        await confirmed(house, "gifts", 4)
        bot = await nursing.start(house.config(), [death])
        await bot.dies()
        bot = await nursing.start(house.config())
        await nursing.until(lambda: not house.rows("SELECT 1 FROM orders WHERE stage <> 'settled'"))
        placed = [number for outcome, number, _ in outcomes(house).values() if outcome == "placed"]
        numbers = [taken.number for taken in supplier.ledger]
        assert set(placed) <= set(numbers)
        assert len(numbers) <= 4
        assert len(supplier.received) <= 4
        await house.card("All 4 placed" if len(placed) == 4 else f"{len(placed)} of 4 placed")
        await bot.kill()


async def test_a_batch_is_paused_and_stopped_by_tap(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers["gifts"]
        await confirmed(house, "gifts", 8)
        supplier.fail(Fault.DELAY, times=None, seconds=0.3)
        bot = await nursing.start(house.config())
        await house.offers("Pause")
        house.tap("Pause")
        await house.reads("Paused")
        house.tap("Stop")
        await nursing.until(lambda: not house.rows("SELECT 1 FROM orders WHERE stage <> 'settled'"))
        left = [details for outcome, _, details in outcomes(house).values() if outcome == "not_sent"]
        assert left
        assert all('"code": "batch_stopped"' in details for details in left)
        assert len(supplier.received) == 8 - len(left)
        await bot.kill()
