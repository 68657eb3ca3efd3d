"""Updates that come again, or late, change nothing twice."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.sqlite.transaction import TO_WRITE, SQLiteTransaction
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading
from tests.telegram.line import Line, line
from tests.words.reading import WORDS


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.inbox.poll(), made.delivery.run()):
        yield made


async def shows(house: Line, start: str) -> None:
    """Wait until all is handled and the bot's last word starts so."""
    await until(house.acknowledged())
    await house.telegram.wait_for(ADMIN, lambda messages: messages[-1].text.startswith(start))


async def to_the_summary(house: Line) -> list[int]:
    """Fill in an order; returns the updates."""
    does = ("/order shop", "[goods]", "188", "1", "[Done]", "[Skip]", "[Skip]")
    then = ("Order type", "Product", "Quantity", "Items", "Note", "Recipient", "Summary")
    found = []
    for deed, answer in zip(does, then, strict=True):
        tapped = deed.startswith("[")
        found.append(house.telegram.tap_button(ADMIN, deed[1:-1]) if tapped else house.telegram.say(ADMIN, deed))
        await shows(house, answer)
    return found


async def test_everything_that_comes_again_in_any_order_changes_nothing(house: Line) -> None:
    seen = await to_the_summary(house)
    seen.append(house.telegram.tap_button(ADMIN, "Confirm"))
    await shows(house, "Sending")
    said, state = house.outbox(), reading(house.database).fetch("SELECT * FROM conversations")
    for update in (*reversed(seen), *seen, *seen):
        house.telegram.redeliver(update)
    house.telegram.say(COLLEAGUE, "/help")
    await until(house.acknowledged())
    assert house.outbox() == said
    assert reading(house.database).fetch("SELECT * FROM conversations WHERE user_id = $1", ADMIN) == state
    assert house.workers.orders == ["shop"]
    assert len(reading(house.database).fetch("SELECT * FROM orders")) == 1


async def test_an_update_that_stands_twice_in_a_batch_counts_once(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        for text in ("/order shop", "/order", "/help"):
            house.telegram.redeliver(house.telegram.say(ADMIN, text))
        async with working(house.inbox.poll()):
            await until(house.acknowledged())
        assert [html[:12] for html in house.outbox()] == ["<b>Order typ", "<b>Open draf", "<b>What I ca"]


async def test_an_update_that_comes_after_later_ones_counts_and_counts_once(house: Line) -> None:
    late = house.telegram.say(ADMIN, "/help")
    house.telegram.withhold(late)
    house.telegram.say(ADMIN, "/order shop")
    await shows(house, "Order type")
    for _ in range(2):
        house.telegram.redeliver(late)
        await shows(house, "What I can do")
    house.telegram.say(ADMIN, "goods")
    await shows(house, "Product")
    assert len(house.outbox()) == 3


async def test_a_tap_that_comes_two_questions_late_changes_nothing(house: Line) -> None:
    house.telegram.say(ADMIN, "/order shop")
    await shows(house, "Order type")
    late = house.telegram.tap_button(ADMIN, "goods")
    house.telegram.withhold(late)
    house.telegram.say(ADMIN, "vip")
    await shows(house, "Product")
    house.telegram.say(ADMIN, "188")
    await shows(house, "Quantity")
    state = reading(house.database).fetch("SELECT state FROM conversations")
    for _ in range(2):
        house.telegram.redeliver(late)
        await until(house.acknowledged())
    assert reading(house.database).fetch("SELECT state FROM conversations") == state
    house.telegram.say(ADMIN, "1")
    await shows(house, "Items")

    async def answered() -> bool:
        return bool(house.telegram.toasts)

    await until(answered)
    assert [toast.text for toast in house.telegram.toasts] == [WORDS.say("toast.stale_open")]


async def test_a_confirm_that_comes_after_cancel_orders_nothing(house: Line) -> None:
    await to_the_summary(house)
    late = house.telegram.tap_button(ADMIN, "Confirm")
    house.telegram.withhold(late)
    house.telegram.tap_button(ADMIN, "Cancel")
    await shows(house, "Cancelled")
    house.telegram.redeliver(late)
    await until(house.acknowledged())
    assert reading(house.database).fetch("SELECT * FROM orders") == []
    await to_the_summary(house)
    house.telegram.tap_button(ADMIN, "Confirm")
    await shows(house, "Sending")
    assert house.workers.orders == ["shop"]


async def test_a_transaction_in_hand_is_finished_when_the_program_is_told_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, begin = threading.Event(), SQLiteTransaction.begin

    def told(tx: SQLiteTransaction, statement: str) -> None:
        if statement == TO_WRITE:
            begun.set()
        begin(tx, statement)

    async with line(tmp_path) as house:
        monkeypatch.setattr(SQLiteTransaction, "begin", told)
        house.telegram.say(ADMIN, "/order shop")
        async with locked(house.path):
            poll = asyncio.create_task(house.inbox.poll())
            await until(begun.is_set)
            poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
        said = house.outbox()
        assert [html[:12] for html in said] == ["<b>Order typ"]
        assert house.telegram.pending == 1
        async with working(house.inbox.poll()):
            await until(house.acknowledged())
        assert house.outbox() == said
