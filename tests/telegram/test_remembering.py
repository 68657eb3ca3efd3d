"""The outbox is known in memory: a message reads nothing and writes with others, and a crash forgets none."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest

from bot.desk.unit import Unit
from bot.telegram import deliver, storing, taken, waiting
from bot.telegram.deliver import Delivery
from bot.words.message import Message
from storage import outbox
from storage.database import Database, Reader
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line

P = ParamSpec("P")
T = TypeVar("T")
LATE = 600.0
"""Seconds; no test waits so long."""


class Counted:
    """A database that counts, and whose readings wait at a gate before they are told."""

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self.calls: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_reading = asyncio.Event()

    async def run(self, work: Callable[[Any], Any], then: Callable[[Any], None] | None = None) -> Any:
        self.calls["run"] += 1
        return await self.inner.run(work, then)

    async def read(self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.calls["read"] += 1
        found = await self.inner.read(work, *args, **kwargs)
        self.is_reading.set()
        await self.gate.wait()
        return found

    def expect_others(self) -> None:
        self.inner.expect_others()

    async def close(self) -> None:
        await self.inner.close()


@pytest.fixture
def unstored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that Telegram took is stored by itself."""
    monkeypatch.setattr(storing, "STORED_WITHIN", LATE)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made


def counted(house: Line) -> Counted:
    """The house with another delivery, on a database that counts."""
    database = Counted(house.database)
    house.delivery = Delivery(house.client, database, house.clock, house.clock.forward)
    return database


async def test_what_nobody_told_of_is_found_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "SWEEP", 0.2)
    async with line(tmp_path) as house, working(house.delivery.run()):
        await house.delivery.flush()
        with writing(house.database) as tx:
            house.desk.outgoing.plain(Unit(tx), ADMIN, "found")
        await house.reads("found")


@pytest.mark.usefixtures("unstored")
async def test_after_a_crash_a_message_may_come_twice_but_none_is_lost(house: Line) -> None:
    house.puts("a", "b")
    await house.reads("a", "b")
    assert house.states() == ["waiting", "waiting"]
    async with working(Delivery(house.client, house.database, house.clock, house.clock.forward).run()):
        await house.reads("a", "b", "a", "b")


@pytest.mark.usefixtures("unstored")
async def test_the_next_unit_of_work_stores_what_was_taken(house: Line) -> None:
    house.puts("a", "b")
    house.puts("c", chat=COLLEAGUE)
    await house.reads("a", "b")
    await house.reads("c", chat=COLLEAGUE)
    await until(lambda: len(house.delivery.taken.unstored()) == 3)
    known = house.delivery.taken.unstored()
    await house.database.run(lambda tx: outbox.record(tx, known), lambda _: house.delivery.taken.stored(known))
    assert house.delivery.taken.unstored() == ()
    assert house.states() == ["sent"] * 3
    rows = reading(house.database).fetch("SELECT message_id FROM outbox WHERE chat_id = $1 ORDER BY id", ADMIN)
    assert [row["message_id"] for row in rows] == [m.message_id for m in await house.reads("a", "b")]


@pytest.mark.usefixtures("unstored")
async def test_flush_and_the_end_store_what_was_taken(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        async with working(house.delivery.run()):
            house.puts("a")
            await house.delivery.flush()
            assert house.states() == ["sent"]
            house.puts("b")
            await until(lambda: len(house.delivery.taken.unstored()) == 1)
            assert house.states() == ["sent", "waiting"]
        assert house.states() == ["sent", "sent"]


@pytest.mark.usefixtures("unstored")
async def test_a_hundred_messages_to_fifty_chats_cost_no_reading_and_one_transaction(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        database = counted(house)
        people = range(1, 51)
        for person in people:
            house.telegram.add_person(person, started=True)
        async with working(house.delivery.run()):
            await house.delivery.flush()
            assert database.calls == {"read": 1}
            for text in ("hello", "again"):
                for person in people:
                    house.puts(text, chat=person)
            await house.delivery.flush()
        for person in people:
            await house.reads("hello", "again", chat=person)
        assert house.states() == ["sent"] * 100
        assert database.calls == {"read": 1, "run": 1}


async def test_what_no_unit_of_work_takes_along_is_stored_with_others(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        database = counted(house)
        async with working(house.delivery.run()):
            house.puts(*(f"{n}" for n in range(100)))
            await until(house.nothing_waits())
        assert database.calls["run"] <= 20


async def test_order_is_kept_whatever_fails(house: Line) -> None:
    texts = [f"message {n}" for n in range(30)]
    house.telegram.fail("sendMessage", "error", times=3)
    house.telegram.fail("sendMessage", "retry_after", times=2)
    house.telegram.fail("sendMessage", "drop_before", times=2)
    for person in (ADMIN, COLLEAGUE):
        for text in texts:
            house.puts(text, chat=person)

    async def all_said() -> bool:
        house.later(60)
        return house.states() == ["sent"] * 60

    await until(all_said)
    await house.reads(*texts)
    await house.reads(*texts, chat=COLLEAGUE)


async def test_what_is_sent_while_storage_is_read_is_not_sent_again(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        database = counted(house)
        async with working(house.delivery.run()):
            await house.delivery.flush()
            house.telegram.fail("sendMessage", "error")
            house.puts("a", "b")
            house.puts(" ", "c", chat=COLLEAGUE)
            database.gate.clear()
            database.is_reading.clear()
            house.delivery.wake()
            await database.is_reading.wait()
            house.puts("d", chat=COLLEAGUE)
            await until(house.has("sent", 2))
            await until(house.postponed())
            database.gate.set()
            house.later(1)
            await house.reads("a", "b")
            await house.reads("c", "d", chat=COLLEAGUE)
            await house.delivery.flush()
        assert Counter(house.states()) == {"sent": 4, "failed": 1}
        assert sum(call.method == "sendMessage" for call in house.telegram.calls) == 6


async def test_a_chat_that_has_much_to_hear_keeps_no_other_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 1)
    async with line(tmp_path) as house:
        house.puts(*(f"{n}" for n in range(40)))
        house.puts("short", chat=COLLEAGUE)
        async with working(house.delivery.run()):
            await house.reads("short", chat=COLLEAGUE)
            await until(house.nothing_waits())
        chats = [call.params["chat_id"] for call in house.telegram.calls if call.method == "sendMessage"]
        assert chats.index(COLLEAGUE) == 1


@pytest.mark.parametrize("handed_over_after", [0, 25])
async def test_of_a_chat_that_can_not_be_reached_only_some_rows_are_kept_and_all_arrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handed_over_after: int
) -> None:
    monkeypatch.setattr(waiting, "KEPT", 10)
    monkeypatch.setattr(deliver, "KEPT", 10)
    texts = [f"message {n}" for n in range(35)]
    async with line(tmp_path) as house:
        house.telegram.flood(ADMIN, 3600)
        house.puts(*texts[:handed_over_after])
        async with working(house.delivery.run()):
            await house.delivery.flush()
            house.puts(*texts[handed_over_after:])
            await house.delivery.flush()
            (chat,) = house.delivery._chats.values()
            assert len(chat._messages) <= 11
            house.telegram.flood(ADMIN, 0)
            house.later(3600)
            await house.reads(*texts)
            await house.delivery.flush()
            assert house.states() == ["sent"] * 35
            assert house.delivery._chats == {}


async def test_rows_that_only_storage_has_wait_until_it_takes_what_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "KEPT", 3)
    monkeypatch.setattr(deliver, "KEPT", 3)
    monkeypatch.setattr(deliver, "pause", lambda _: 0.01)
    texts = [f"message {n}" for n in range(9)]
    async with line(tmp_path, busy_timeout=0) as house:
        house.puts(*texts)
        async with locked(house.path), working(house.delivery.run()):
            await until(lambda: caplog.text.count("could not be read") > 3)
            await house.reads(*texts[:3])
        async with working(house.delivery.run()):
            await house.reads(*texts)


@pytest.mark.usefixtures("unstored")
async def test_a_card_is_edited_where_and_when_memory_says(house: Line) -> None:
    house.puts("card")
    await house.reads("card")
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")

    def changes(text: str) -> None:
        with writing(house.database) as tx:
            house.desk.outgoing.post(Unit(tx), ADMIN, Message(text), edits=row["id"], paced=True)
        house.committed()

    changes("paid")
    await house.reads("paid")
    # Storage knows neither the message nor that it was changed.
    assert reading(house.database).fetch("SELECT message_id FROM outbox WHERE edited_at IS NOT NULL") == []
    for text in ("packed", "shipped"):
        changes(text)
    house.puts("meanwhile")
    await house.reads("paid", "meanwhile")
    house.later(2.9)
    await house.delivery.flush()
    await house.reads("paid", "meanwhile")
    house.later(0.1)
    await house.reads("shipped", "meanwhile")
    assert sum(call.method == "editMessageText" for call in house.telegram.calls) == 2
    await house.delivery.flush()
    assert set(house.states()) == {"sent"}


async def test_only_some_messages_are_known_by_their_ids_and_storage_knows_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken, "KNOWN", 2)
    async with line(tmp_path) as house, working(house.delivery.run()):
        house.puts("card")
        (row,) = reading(house.database).fetch("SELECT id FROM outbox")
        house.puts("a", "b", "c")
        await house.delivery.flush()
        assert row["id"] not in house.delivery.taken
        with writing(house.database) as tx:
            house.desk.outgoing.post(Unit(tx), ADMIN, Message("paid"), edits=row["id"])
        house.committed()
        await house.reads("paid", "a", "b", "c")
