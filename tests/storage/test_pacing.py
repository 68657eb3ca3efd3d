"""A card is changed at most once in three seconds, and nothing else waits for that."""

from storage import outbox
from storage.database import Database
from tests.storage.direct import reading, writing

CARD = 1


def add(database: Database, *rows: int, paced: bool = True, edits: int | None = CARD, chat: int = 7) -> None:
    with writing(database) as tx:
        for row in rows:
            outbox.add(tx, row, chat, f'"{row}"', edits=edits, now=0, paced=paced)


def take(database: Database, row: int, now: int) -> None:
    with writing(database) as tx:
        outbox.sent(tx, row, 50, now)
        if row != CARD:
            outbox.moved(tx, CARD, 50, now)


def due(database: Database, now: int) -> list[int]:
    return [row.id for row in outbox.due(reading(database), now)]


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
    assert outbox.next_due_at(reading(database)) == 4_000_000
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
    assert outbox.next_due_at(reading(database)) == 9_000_000
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
