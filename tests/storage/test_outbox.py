import pytest

from storage import orders, outbox
from storage.database import Database, Transaction
from storage.orders import NewOrder
from tests.storage.direct import reading, writing


def add(tx: Transaction, row_id: int, chat_id: int, now: int = 100, edits: int | None = None) -> None:
    outbox.add(tx, row_id, chat_id, f'{{"text": "{row_id}"}}', edits=edits, now=now)


def due(database: Database, now: int) -> list[int]:
    return [row.id for row in outbox.due(reading(database), now)]


def test_ids_go_on_from_the_highest(database: Database) -> None:
    assert outbox.last_id(reading(database)) == 0
    with writing(database) as tx:
        add(tx, 5, 1)
        assert outbox.last_id(tx) == 5


def test_a_row_is_due_as_it_was_added(database: Database) -> None:
    assert outbox.next_due_at(reading(database)) is None
    with writing(database) as tx:
        add(tx, 1, -100, edits=0)
    (row,) = outbox.due(reading(database), 100)
    assert (row.id, row.chat_id, row.body, row.edits) == (1, -100, '{"text": "1"}', 0)
    assert (row.state, row.attempts, row.message_id, row.created_at) == ("waiting", 0, None, 100)
    assert outbox.next_due_at(reading(database)) == 0


def test_a_clock_that_was_set_back_holds_up_no_message(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
    assert due(database, 1) == [1]


def test_each_chat_gets_its_oldest_row_first_and_chats_go_side_by_side(database: Database) -> None:
    with writing(database) as tx:
        for row_id, chat_id in ((1, 10), (2, 10), (3, 20), (4, 20), (5, 10)):
            add(tx, row_id, chat_id)
    assert due(database, 100) == [1, 3]
    with writing(database) as tx:
        assert outbox.sent(tx, 1, 901, 101)
    assert due(database, 100) == [2, 3]
    assert outbox.message_id(reading(database), 1) == 901
    assert outbox.message_id(reading(database), 2) is None


def test_a_chat_waits_for_its_oldest_row_and_the_others_do_not(database: Database) -> None:
    with writing(database) as tx:
        for row_id, chat_id in ((1, 10), (2, 10), (3, 20)):
            add(tx, row_id, chat_id)
        assert outbox.postpone(tx, 1, 500, "429: retry after 1")
    assert due(database, 100) == [3]
    assert outbox.next_due_at(reading(database)) == 0
    with writing(database) as tx:
        assert outbox.sent(tx, 3, 903, 101)
    assert due(database, 499) == []
    assert outbox.next_due_at(reading(database)) == 500
    (row,) = outbox.due(reading(database), 500)
    assert (row.id, row.attempts, row.error) == (1, 1, "429: retry after 1")


def test_a_row_that_telegram_never_takes_lets_the_chat_go_on(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        add(tx, 2, 10)
        assert outbox.fail(tx, 1, "403: blocked", 101)
    assert due(database, 101) == [2]
    assert outbox.message_id(reading(database), 1) is None


def test_a_row_that_is_done_stays_as_it_is(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        assert outbox.sent(tx, 1, 901, 101)
        assert not outbox.sent(tx, 1, 902, 102)
        assert not outbox.postpone(tx, 1, 500, "late")
        assert not outbox.fail(tx, 1, "late", 102)
    assert outbox.message_id(reading(database), 1) == 901
    assert due(database, 1000) == []


def test_what_was_not_taken_is_due_again_after_a_rolled_back_delivery(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)

    def deliver_and_fail() -> None:
        with writing(database) as tx:
            outbox.sent(tx, 1, 901, 101)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deliver_and_fail()
    assert due(database, 101) == [1]


def test_old_rows_go_unless_something_points_at_them(database: Database) -> None:
    order = NewOrder("1", "d1", "gifts", "damaijia", "order", "1", "{}", 10, 42, "Ann", 100)
    with writing(database) as tx:
        for row_id in range(1, 9):
            add(tx, row_id, 10, edits=3 if row_id == 7 else None)
        orders.insert(tx, order)
        orders.set_card(tx, "1", 2)
        for row_id in (1, 2, 3, 8):
            outbox.sent(tx, row_id, 900 + row_id, 100 + row_id)
        outbox.fail(tx, 4, "403", 104)
        outbox.sent(tx, 5, 905, 200)
        assert outbox.prune(tx, 200) == 2
        left = [row["id"] for row in tx.fetch("SELECT id FROM outbox ORDER BY id")]
    # 2 is a card, 3 waits to be edited, 5 is young, 6 and 7 wait, 8 is what the next id is counted from.
    assert left == [2, 3, 5, 6, 7, 8]
    with writing(database) as tx:
        outbox.sent(tx, 7, 907, 300)
        add(tx, 9, 10)
        assert outbox.prune(tx, 400) == 4
        assert outbox.message_id(tx, 2) == 902
        assert outbox.last_id(tx) == 9
