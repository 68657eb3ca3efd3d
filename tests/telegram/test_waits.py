"""Waits go by a clock that only rises: neither a wall clock that is set nor an odd number silences a chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.telegram.deliver import Delivery
from storage import outbox
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line

HOUR = 3600
CARD = "Sending"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made


@pytest.mark.parametrize("step", [-HOUR, HOUR, -100 * 24 * HOUR])
async def test_after_an_error_a_chat_goes_on_at_its_time_though_the_clock_was_set(house: Line, step: float) -> None:
    house.clock.set(-step)
    house.telegram.fail("sendMessage", "error")
    house.puts("a", "b")
    await until(house.postponed())
    house.clock.set(2 * step)
    house.delivery.wake()
    await house.delivery.flush()
    await house.reads()
    house.later(1)
    await house.reads("a", "b")
    house.clock.set(-step)
    house.puts("c")
    await house.reads("a", "b", "c")


async def test_a_card_is_changed_three_seconds_later_though_the_clock_was_set_back(house: Line) -> None:
    house.clock.set(HOUR / 2)
    house.puts(CARD)
    await house.reads(CARD)
    house.edits("Placed")
    await house.reads("Placed")
    await until(house.nothing_waits())
    house.clock.set(-HOUR / 2)
    (card,) = reading(house.database).fetch("SELECT id FROM outbox WHERE edits IS NULL")
    with writing(house.database) as tx:
        body = '{"html": "Shipped", "rows": [], "message_id": null}'
        outbox.add(tx, house.desk.ids.outbox(), ADMIN, body, edits=card["id"], now=house.clock(), paced=True)
    house.committed()
    house.later(3)
    await house.reads("Shipped")


@pytest.mark.parametrize("ahead", [HOUR + 1, 40 * 365 * 24 * HOUR])
async def test_a_time_further_ahead_than_anybody_asks_for_was_written_by_a_wrong_clock(
    tmp_path: Path, ahead: int
) -> None:
    async with line(tmp_path) as house:
        house.puts("a", "b")
        with writing(house.database) as tx:
            (first, _) = tx.fetch("SELECT id FROM outbox ORDER BY id")
            outbox.postpone(tx, first["id"], house.clock() + ahead * 1_000_000, "NetworkError")
        async with working(Delivery(house.client, house.database, house.clock, house.clock.forward).run()):
            await house.reads("a", "b")


async def test_an_hour_that_telegram_asks_for_is_waited_for_also_after_a_restart(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        house.telegram.fail("sendMessage", "retry_after", retry_after=24 * HOUR)
        house.puts("a")
        async with working(house.delivery.run()):
            await until(house.postponed())
        delivery = Delivery(house.client, house.database, house.clock, house.clock.forward)
        async with working(delivery.run()):
            house.clock.advance(HOUR - 1)
            delivery.wake()
            await delivery.flush()
            await house.reads()
            house.clock.advance(1)
            delivery.wake()
            await house.reads("a")


@pytest.mark.parametrize(
    "body",
    [
        '{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":"soon"}}',
        '{"ok":false,"description":7,"parameters":[1]}',
        '{"ok":false,"parameters":{"retry_after":-5}}',
        '{"ok":false,"parameters":{"migrate_to_chat_id":"x"}}',
    ],
)
async def test_a_refusal_with_odd_parameters_is_waited_out_like_any_other(house: Line, body: str) -> None:
    house.telegram.fail("sendMessage", "error", status=429, body=body)
    house.puts("a", "b")
    await until(house.postponed())
    house.later(1)
    await house.reads("a", "b")
