"""What Telegram has taken is recorded by one unit of work, and by the next one when that fails."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.desk.unit import Unit
from bot.telegram import storing
from bot.telegram.taken import TakenMessages
from storage import outbox
from storage.database import Transaction
from storage.errors import StorageError
from storage.outbox import Taken
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading
from tests.telegram.line import Line, line

LATE = 600.0
"""Seconds; no test waits so long."""
QUESTION, CARD = 1_000, 2_000


def taken(row_id: int, edits: int | None = None) -> Taken:
    return Taken(row_id, message_id=row_id // 100, at=row_id, edits=edits)


def noted(*rows: Taken) -> TakenMessages:
    messages = TakenMessages()
    for row in rows:
        messages.note(row, at=0.0)
    return messages


def test_each_is_handed_out_once_until_it_is_taken_back() -> None:
    question, card = taken(QUESTION), taken(CARD)
    messages = noted(question)
    assert messages.hand_out() == (question,)
    messages.note(card, at=0.0)
    assert messages.hand_out() == (card,)
    assert messages.hand_out() == ()
    assert messages.unstored() == (question, card)
    messages.take_back([question])
    assert messages.hand_out() == (question,)
    messages.stored([question, card])
    assert messages.hand_out() == messages.unstored() == ()


def test_what_is_stored_meanwhile_is_not_taken_back() -> None:
    question = taken(QUESTION)
    messages = noted(question)
    messages.hand_out()
    messages.stored([question])
    messages.take_back([question])
    assert messages.hand_out() == ()


def test_a_change_is_handed_out_with_all_that_became_of_its_message() -> None:
    card, paid, question = taken(CARD), taken(CARD + 1, edits=CARD), taken(QUESTION)
    messages = noted(card, question)
    messages.hand_out()
    messages.note(paid, at=0.0)
    # Should the unit of work that has the first fail, the second would else be recorded before it.
    assert messages.hand_out() == (card, paid)


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    # Nothing that Telegram took is stored by itself.
    monkeypatch.setattr(storing, "STORED_WITHIN", LATE)
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The rows that each unit of work has recorded."""
    units: list[tuple[int, ...]] = []

    def noting(tx: Transaction, rows: Iterable[Taken], record: Any = outbox.record) -> None:
        rows = list(rows)
        units.append(tuple(row.row_id for row in rows))
        record(tx, rows)

    monkeypatch.setattr(outbox, "record", noting)
    return units


async def nothing(house: Line) -> None:
    """A unit of work in which nothing happens."""
    await house.desk.run(lambda _: None)


async def takes(house: Line, *texts: str) -> list[int]:
    """Let Telegram take these; returns their rows."""
    house.puts(*texts)
    await until(lambda: len(house.delivery.taken.unstored()) == len(texts))
    return [row["id"] for row in reading(house.database).fetch("SELECT id FROM outbox ORDER BY id")]


async def test_of_units_that_wait_for_their_turn_one_records_it(house: Line, recorded: list[tuple[int, ...]]) -> None:
    rows = await takes(house, "a", "b")
    await asyncio.gather(*(nothing(house) for _ in range(5)))
    assert [unit for unit in recorded if unit] == [tuple(rows)]
    assert house.states() == ["sent", "sent"]


async def test_when_that_one_fails_the_next_records_it(house: Line, recorded: list[tuple[int, ...]]) -> None:
    (row,) = await takes(house, "a")

    def fails(_: Unit) -> None:
        raise StorageError("the disk is full")

    failed, _ = await asyncio.gather(house.desk.run(fails), nothing(house), return_exceptions=True)
    assert isinstance(failed, StorageError)
    assert house.states() == ["waiting"]
    await nothing(house)
    assert house.states() == ["sent"]
    assert [unit for unit in recorded if unit] == [(row,), (row,)]


async def test_who_waits_behind_one_that_fails_knows_that_it_may_be_on_the_screen(house: Line) -> None:
    (row,) = await takes(house, "a")

    def fails(_: Unit) -> None:
        raise StorageError("the disk is full")

    def may_be_shown(unit: Unit) -> tuple[bool, bool]:
        return unit.may_be_shown(row, ADMIN), unit.may_be_shown(row + 1, ADMIN)

    _, shown = await asyncio.gather(house.desk.run(fails), house.desk.run(may_be_shown), return_exceptions=True)
    assert shown == (True, False)
    assert house.states() == ["waiting"]
