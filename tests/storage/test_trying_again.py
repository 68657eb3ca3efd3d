"""What certainly was not sent waits for its time, under its reference, until somebody stops it."""

import pytest

from storage import orders, sending
from storage.database import Database, Transaction
from tests.storage.direct import writing
from tests.storage.rows import claimed, known, mark, new, send, settle

UNREACHABLE = '{"code": "unreachable"}'


def postpone(tx: Transaction, attempt: int, not_before: int) -> bool:
    return sending.postpone(tx, "1", attempt, not_before, UNREACHABLE)


def test_a_postponed_order_is_claimed_when_its_time_has_come_and_not_before(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert sending.next_claim_at(tx, "gifts") is None
        assert postpone(tx, 1, 7000)
        assert claimed(tx, 6999) == []
        assert sending.next_claim_at(tx, "gifts") == 7000
        assert claimed(tx, 7000) == [("1", 2, 2)]
        assert sending.next_claim_at(tx, "gifts") is None
    order = known(database, "1")
    assert (order.stage, order.sending_at, order.claimed_by, order.details) == ("sending", 7000, "me", UNREACHABLE)


def test_an_order_that_waits_holds_up_no_other(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        postpone(tx, 1, 7000)
        orders.insert(tx, new(2))
        assert sending.next_claim_at(tx, "gifts") == 0
        assert claimed(tx, 6000) == [("2", 1, 1)]
        assert claimed(tx, 6001) == []


def test_one_that_waits_can_be_taken_before_its_time_on_purpose(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        postpone(tx, 1, 7000)
        (order,) = sending.claim(tx, "gifts", mark(6000), 9, due=7000)
    assert (order.reference, order.sending_at) == ("1", 6000)


def test_only_the_sending_that_is_under_way_can_be_postponed(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert not postpone(tx, 2, 7000)
        assert postpone(tx, 1, 7000)
        assert not postpone(tx, 1, 8000)
        sending.claim(tx, "gifts", mark(7000), 1)
        assert not postpone(tx, 1, 8000)
        assert settle(tx, "1", "unknown", attempt=2)
        assert not postpone(tx, 2, 8000)


def test_stop_ends_the_waiting_and_its_last_sending_can_be_settled(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        postpone(tx, 1, 7000)
        assert not sending.stop(tx, "1", 2)
        assert sending.stop(tx, "1", 1)
        assert claimed(tx, 9000) == []
        assert settle(tx, "1", "not_sent")
        assert not sending.stop(tx, "1", 1)
    assert known(database, "1").outcome == "not_sent"


def test_stop_while_it_is_being_sent_makes_that_sending_the_last(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert not sending.stop(tx, "1", 1)
        assert not postpone(tx, 1, 7000)
        assert settle(tx, "1", "not_sent")


def test_stop_holds_until_the_order_is_confirmed_again(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        sending.stop(tx, "1", 1)
        settle(tx, "1", "not_sent")
        assert orders.retry(tx, "1", "d9", "1", "{}")
        assert claimed(tx, 5000) == [("1", 2, 1)]
        assert postpone(tx, 2, 7000)


def test_what_was_never_sent_can_not_be_stopped(database: Database) -> None:
    with writing(database) as tx:
        orders.insert(tx, new(1))
        assert not sending.stop(tx, "1", 0)
        assert claimed(tx, 5000) == [("1", 1, 1)]
        assert postpone(tx, 1, 7000)


def test_an_order_of_unknown_outcome_is_sent_again_under_its_reference(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        settle(tx, "1", "unknown", details=UNREACHABLE, look_at=3100, remind_at=9000)
        assert not sending.resend(tx, "1", 0)
        assert sending.resend(tx, "1", 1)
        assert not sending.resend(tx, "1", 1)
    order = known(database, "1")
    assert (order.stage, order.outcome, order.look_at, order.remind_at) == ("confirmed", None, None, None)
    with writing(database) as tx:
        assert claimed(tx, 4000) == [("1", 2, 2)]
        assert not settle(tx, "1", "placed", number="A")
        assert settle(tx, "1", "placed", number="B", attempt=2)


@pytest.mark.parametrize("outcome", ["placed", "refused", "not_sent"])
def test_an_order_whose_outcome_is_known_is_not_sent_again(database: Database, outcome: str) -> None:
    with writing(database) as tx:
        send(tx, 1)
        assert not sending.resend(tx, "1", 1)
        settle(tx, "1", outcome)
        assert not sending.resend(tx, "1", 1)
        assert claimed(tx, 9000) == []


def test_tries_begin_anew_with_every_confirmation_and_attempts_never_do(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 1)
        for attempt in (1, 2):
            assert postpone(tx, attempt, 7000)
            assert claimed(tx, 7000) == [("1", attempt + 1, attempt + 1)]
        settle(tx, "1", "not_sent", attempt=3)
        orders.retry(tx, "1", "d9", "1", "{}")
        assert claimed(tx, 8000) == [("1", 4, 1)]
