"""The row of a chat that goes next: the oldest; a card is changed at most once in three seconds, and no other waits."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.telegram.waiting import KEPT, WaitingChat
from storage import outbox
from storage.database import Database
from storage.outbox import PACE, OutboxRow, Taken
from tests.bench import opened
from tests.storage.direct import reading, writing

CARD = 1


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as made:
        yield made


def add(database: Database, *rows: int, paced: bool = True, edits: int | None = CARD, chat: int = 7) -> None:
    with writing(database) as tx:
        for row in rows:
            outbox.add(tx, row, chat, f'"{row}"', edits=edits, now=0, paced=paced)


def take(database: Database, row: int, now: int) -> None:
    with writing(database) as tx:
        outbox.record(tx, [Taken(row, 50, now, None if row == CARD else CARD)])


def chat_of(database: Database) -> WaitingChat:
    """A chat as it is known after a start."""
    chat = WaitingChat()
    for row in outbox.waiting(reading(database), KEPT + 1):
        chat.add(row)
    return chat


def due(database: Database, now: int) -> list[int]:
    row = chat_of(database).take_due(now, in_storage)
    return [] if row is None else [row.id]


def due_at(database: Database) -> int | None:
    return chat_of(database).due_at(in_storage)


def in_storage(_row: int) -> int:
    """Storage knows all that was taken."""
    return 0


def with_card(database: Database) -> None:
    add(database, CARD, paced=False, edits=None)
    take(database, CARD, 0)


def test_an_edit_waits_until_three_seconds_after_the_one_before(database: Database) -> None:
    with_card(database)
    add(database, 2)
    assert due(database, 0) == [2]
    take(database, 2, 1_000_000)
    add(database, 3)
    assert due(database, 3_999_999) == []
    assert due_at(database) == 4_000_000
    assert due(database, 4_000_000) == [3]


def test_other_messages_of_the_chat_do_not_wait_for_it(database: Database) -> None:
    with_card(database)
    add(database, 2)
    take(database, 2, 1_000_000)
    add(database, 3)
    add(database, 4, paced=False, edits=None)
    assert due(database, 1_000_000) == [4]
    take(database, 4, 1_000_000)
    assert due(database, 4_000_000) == [3]


def test_only_the_newest_edit_is_sent(database: Database) -> None:
    with_card(database)
    add(database, 2)
    take(database, 2, 1_000_000)
    add(database, 3, 4, 5)
    assert due(database, 4_000_000) == [5]
    add(database, 6, paced=False)
    assert due(database, 1_000_000) == [6]
    rows = reading(database).fetch("SELECT id FROM outbox WHERE state = 'waiting'")
    assert [row["id"] for row in rows] == [6]


def test_an_edit_waits_for_one_that_was_on_its_way_when_it_was_written(database: Database) -> None:
    with_card(database)
    add(database, 2)
    assert due(database, 0) == [2]
    add(database, 3)
    take(database, 2, 2_000_000)
    assert due(database, 4_999_999) == []
    assert due(database, 5_000_000) == [3]


def test_an_edit_never_overtakes_what_was_said_before_it(database: Database) -> None:
    add(database, CARD, paced=False, edits=None)
    add(database, 2)
    assert due(database, 0) == [CARD]
    with writing(database) as tx:
        outbox.postpone(tx, CARD, 9_000_000, "later")
    assert due(database, 5_000_000) == []
    assert due_at(database) == 9_000_000
    assert due(database, 9_000_000) == [CARD]


def test_edits_of_two_cards_of_a_chat_go_one_after_the_other(database: Database) -> None:
    add(database, 1, 2, paced=False, edits=None)
    take(database, 1, 0)
    take(database, 2, 0)
    add(database, 3, edits=1)
    add(database, 4, edits=2)
    assert due(database, 9_000_000) == [3]
    take(database, 3, 9_000_000)
    assert due(database, 9_000_000) == [4]


def row(row_id: int, edits: int | None = None, *, not_before: int = 0, paced: bool = True) -> OutboxRow:
    is_paced = int(paced and edits is not None)
    return OutboxRow(row_id, 7, "{}", edits, not_before, 0, "waiting", None, None, 0, None, is_paced, None)


def goes(chat: WaitingChat, now: int = 0) -> list[int]:
    """All that goes at a time, in its order."""
    gone = []
    while (taken := chat.take_due(now, in_storage)) is not None:
        gone.append(taken.id)
    return gone


def test_a_row_that_is_known_twice_goes_once() -> None:
    chat = WaitingChat()
    for one in (row(1), row(2), row(1), row(2), row(3, edits=1), row(3, edits=1)):
        chat.add(one)
    assert goes(chat) == [1, 2, 3]


def test_a_row_that_comes_back_is_the_next_and_holds_up_the_chat() -> None:
    chat = WaitingChat()
    chat.add(row(1))
    chat.add(row(2))
    assert chat.take_due(0, in_storage) == row(1)
    chat.put_back(row(1, not_before=9))
    assert (goes(chat, 8), chat.due_at(in_storage)) == ([], 9)
    assert goes(chat, 9) == [1, 2]


def test_memory_holds_an_edit_back_when_it_knows_of_a_younger_change_than_storage() -> None:
    chat = WaitingChat()
    chat.add(row(5, edits=1))
    chat.add(row(6, edits=2))
    changed = {1: 1_000 + PACE}
    taken = chat.take_due(1_000, lambda target: changed.get(target, 0))
    assert taken is not None
    assert taken.id == 6
    assert chat.due_at(lambda target: changed.get(target, 0)) == 1_000 + PACE


def test_an_edit_that_comes_back_after_a_newer_one_is_outdated() -> None:
    chat = WaitingChat()
    chat.add(row(5, edits=1))
    on_its_way = chat.take_due(0, in_storage)
    assert on_its_way is not None
    chat.add(row(6, edits=1, paced=False))
    chat.put_back(on_its_way)
    assert goes(chat) == [6]


def test_what_is_too_much_stays_in_storage_and_is_not_overtaken() -> None:
    chat = WaitingChat()
    for number in range(1, KEPT + 3):
        chat.add(row(number))
    assert not chat.lacks_rows
    assert goes(chat) == list(range(1, KEPT + 1))
    assert chat.lacks_rows
    # Later ones come after those that only storage knows; so do edits.
    chat.add(row(KEPT + 9))
    chat.add(row(KEPT + 10, edits=1))
    assert (goes(chat), chat.due_at(in_storage)) == ([], None)
    chat.clear()
    chat.add(row(KEPT + 1))
    assert not chat.lacks_rows
    assert goes(chat) == [KEPT + 1]


def test_edits_are_not_kept_without_end_either() -> None:
    chat = WaitingChat()
    for number in range(1, KEPT + 3):
        chat.add(row(1000 + number, edits=number))
    chat.add(row(5000))
    assert len(goes(chat)) == KEPT + 1
    assert chat.lacks_rows
