import pytest

from storage import orders, outbox
from storage.database import Database, Transaction
from storage.orders import NewOrder
from storage.outbox import Taken
from tests.storage.direct import reading, writing


def add(tx: Transaction, row_id: int, chat_id: int, now: int = 100, edits: int | None = None) -> None:
    outbox.add(tx, row_id, chat_id, f'{{"text": "{row_id}"}}', edits=edits, now=now)


def waiting(database: Database, most: int = 100) -> list[int]:
    return [row.id for row in outbox.waiting(reading(database), most)]


def test_ids_go_on_from_the_highest(database: Database) -> None:
    assert outbox.last_id(reading(database)) == 0
    with writing(database) as tx:
        add(tx, 5, 1)
        assert outbox.last_id(tx) == 5


def test_a_row_waits_as_it_was_added(database: Database) -> None:
    assert outbox.waiting(reading(database), 100) == []
    with writing(database) as tx:
        added = outbox.add(tx, 1, -100, '{"text": "1"}', edits=0, now=100)
    (row,) = outbox.waiting(reading(database), 100)
    assert row == added
    assert (row.id, row.chat_id, row.body, row.edits) == (1, -100, '{"text": "1"}', 0)
    assert (row.state, row.attempts, row.message_id, row.created_at) == ("waiting", 0, None, 100)
    # Whatever the clock will say: one that is set back holds up no message.
    assert row.not_before == 0


def test_rows_wait_in_order_per_chat_until_they_are_taken(database: Database) -> None:
    with writing(database) as tx:
        for row_id, chat_id in ((1, 20), (2, 20), (3, 10), (4, 10), (5, 20)):
            add(tx, row_id, chat_id)
    assert waiting(database) == [3, 4, 1, 2, 5]
    with writing(database) as tx:
        assert outbox.sent(tx, 1, 901, 101)
    assert waiting(database) == [3, 4, 2, 5]
    assert outbox.message_id(reading(database), 1) == 901
    assert outbox.message_id(reading(database), 2) is None


def test_what_waits_is_counted_with_the_time_of_the_first(database: Database) -> None:
    assert outbox.backlog(reading(database)) == (0, None)
    with writing(database) as tx:
        for row_id, now in ((1, 100), (2, 300), (3, 200)):
            add(tx, row_id, 20, now=now)
    assert outbox.backlog(reading(database)) == (3, 100)
    with writing(database) as tx:
        assert outbox.sent(tx, 1, 901, 101)
    assert outbox.backlog(reading(database)) == (2, 200)


def test_of_each_chat_no_more_is_read_than_asked_for(database: Database) -> None:
    with writing(database) as tx:
        for row_id in range(1, 21):
            add(tx, row_id, 10 if row_id % 2 else 20)
        for row_id in (21, 22, 23):
            outbox.add(tx, row_id, 10, "{}", edits=row_id - 20, now=100, paced=True)
    assert waiting(database, 2) == [1, 3, 21, 22, 2, 4]
    assert [row.id for row in outbox.waiting(reading(database), 2, [20, 30])] == [2, 4]


def test_a_row_that_is_postponed_keeps_its_place_and_its_time(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        add(tx, 2, 10)
        assert outbox.postpone(tx, 1, 500, "429: retry after 1")
    row, _ = outbox.waiting(reading(database), 100)
    assert (row.id, row.not_before, row.attempts, row.error) == (1, 500, 1, "429: retry after 1")


def test_a_row_that_telegram_never_takes_waits_no_longer(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        add(tx, 2, 10)
        assert outbox.fail(tx, 1, "403: blocked", 101)
    assert waiting(database) == [2]
    assert outbox.message_id(reading(database), 1) is None


def shown(database: Database, row_id: int) -> tuple[int | None, int | None]:
    """The message in which a row is to be seen, and when that was last changed."""
    (row,) = reading(database).fetch("SELECT message_id, edited_at FROM outbox WHERE id = $1", row_id)
    return row["message_id"], row["edited_at"]


def test_all_that_telegram_took_is_recorded_at_once_and_once(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        add(tx, 2, 10, edits=1)
        add(tx, 3, 20)
    first = [Taken(1, 901, 101, None), Taken(2, 902, 102, 1)]
    with writing(database) as tx:
        outbox.record(tx, first)
    assert waiting(database) == [3]
    assert (shown(database, 1), shown(database, 2)) == ((902, 102), (902, None))
    with writing(database) as tx:
        add(tx, 4, 10, edits=1)
        outbox.record(tx, [Taken(4, 904, 104, 1)])
        # Another unit of work was given the first two as well.
        outbox.record(tx, first)
    assert shown(database, 1) == (904, 104)


def test_an_edit_that_was_outdated_on_its_way_has_changed_its_message(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        outbox.record(tx, [Taken(1, 901, 101, None)])
        outbox.add(tx, 2, 10, "{}", edits=1, now=102, paced=True)
    with writing(database) as tx:
        outbox.add(tx, 3, 10, "{}", edits=1, now=103, paced=True)
        outbox.record(tx, [Taken(2, 902, 104, 1)])
    assert shown(database, 1) == (902, 104)
    (row,) = outbox.waiting(reading(database), 100)
    assert (row.id, row.not_before) == (3, 104 + outbox.PACE)


def test_an_edit_that_was_outdated_on_its_way_undoes_no_later_one_when_it_is_recorded_again(database: Database) -> None:
    with writing(database) as tx:
        outbox.add(tx, 1, 10, "{}", edits=None, now=100)
        outbox.record(tx, [Taken(1, 901, 101, None)])
        outbox.add(tx, 2, 10, "{}", edits=1, now=102, paced=True)
        # From here on it has no row any more.
        outbox.add(tx, 3, 10, "{}", edits=1, now=103, paced=True)
    first, later = Taken(2, 902, 104, 1), Taken(3, 903, 105, 1)
    with writing(database) as tx:
        outbox.record(tx, [first, later])
        # Another unit of work was given the first one as well.
        outbox.record(tx, [first])
    assert shown(database, 1) == (903, 105)
    with writing(database) as tx:
        assert outbox.add(tx, 4, 10, "{}", edits=1, now=106, paced=True).not_before == 105 + outbox.PACE


def test_the_last_rows_are_counted_however_far_apart_their_ids_are(database: Database) -> None:
    with writing(database) as tx:
        for row_id in (1_000_000, 2_000_000, 3_000_000, 4_000_000):
            add(tx, row_id, 20 if row_id == 3_000_000 else 10)
    assert [row.id for row in outbox.lately(reading(database), 10, 3)] == [2_000_000, 4_000_000]
    assert [row.id for row in outbox.lately(reading(database), 10, 500)] == [1_000_000, 2_000_000, 4_000_000]


def test_a_row_that_is_done_stays_as_it_is(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        assert outbox.sent(tx, 1, 901, 101)
        assert not outbox.sent(tx, 1, 902, 102)
        assert not outbox.postpone(tx, 1, 500, "late")
        assert not outbox.fail(tx, 1, "late", 102)
    assert outbox.message_id(reading(database), 1) == 901
    assert waiting(database) == []


def blocked(database: Database, *rows: int, chat: int = 10, edits: int | None = None, at: int = 101) -> None:
    """Rows that can't be delivered, one after the other."""
    for row in rows:
        with writing(database) as tx:
            add(tx, row, chat, edits=edits)
        found = next(one for one in outbox.waiting(reading(database), 100) if one.id == row)
        with writing(database) as tx:
            assert outbox.keep(tx, found, at)
            assert not outbox.keep(tx, found, at)


def revived(database: Database, chat: int = 10, now: int = 200) -> list[int]:
    with writing(database) as tx:
        rows = outbox.revive(tx, chat, now)
    assert rows == [row for row in outbox.waiting(reading(database), 100) if row in rows]
    return [row.id for row in rows]


def test_what_is_kept_waits_again_once_its_chat_is_open(database: Database) -> None:
    blocked(database, 1, 2)
    blocked(database, 3, chat=20)
    assert waiting(database) == []
    assert outbox.kept_chats(reading(database)) == {10, 20}
    assert revived(database) == waiting(database) == [1, 2]
    assert outbox.kept_chats(reading(database)) == {20}
    assert revived(database) == []


def test_of_what_a_message_shows_the_newest_is_kept(database: Database) -> None:
    blocked(database, 1)
    blocked(database, 2, 3, edits=1)
    blocked(database, 4)
    assert revived(database) == [3, 4]


def test_a_later_change_that_was_taken_or_waits_surpasses_what_is_kept(database: Database) -> None:
    blocked(database, 1)
    with writing(database) as tx:
        add(tx, 2, 10, edits=1)
    assert revived(database) == []
    blocked(database, 3)
    with writing(database) as tx:
        add(tx, 4, 10, edits=3)
        outbox.record(tx, [Taken(4, 904, 104, 3)])
    assert outbox.kept_chats(reading(database)) == set()
    assert revived(database) == []


def test_what_is_kept_is_pruned_by_a_time_of_its_own_and_is_not_revived_when_it_is_old(database: Database) -> None:
    blocked(database, 1)
    with writing(database) as tx:
        add(tx, 9, 20)
        assert outbox.prune(tx, 500, 101) == 0
    assert revived(database, now=102 + outbox.KEPT_FOR) == []
    with writing(database) as tx:
        assert outbox.prune(tx, 500, 102) == 1


def test_a_message_without_a_known_id_is_one_that_was_taken(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)
        add(tx, 2, 10, edits=1)
        outbox.record(tx, [Taken(1, 901, 101, None), Taken(2, None, 102, 1, 7_000_000)])
    assert waiting(database) == []
    assert shown(database, 1) == (None, 7_000_000)


def test_what_was_not_taken_waits_on_after_a_rolled_back_delivery(database: Database) -> None:
    with writing(database) as tx:
        add(tx, 1, 10)

    def deliver_and_fail() -> None:
        with writing(database) as tx:
            outbox.sent(tx, 1, 901, 101)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deliver_and_fail()
    assert waiting(database) == [1]


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
        assert outbox.prune(tx, 200, 200) == 2
        left = [row["id"] for row in tx.fetch("SELECT id FROM outbox ORDER BY id")]
    # 2 is a card, 3 waits to be edited, 5 is young, 6 and 7 wait, 8 is what the next id is counted from.
    assert left == [2, 3, 5, 6, 7, 8]
    with writing(database) as tx:
        outbox.sent(tx, 7, 907, 300)
        add(tx, 9, 10)
        assert outbox.prune(tx, 400, 400) == 4
        assert outbox.message_id(tx, 2) == 902
        assert outbox.last_id(tx) == 9
