"""The chats of replicas: numbered above all that was written there, held by one, given back when nothing waits."""

from itertools import pairwise

from storage import chats, outbox, replicas
from storage.database import Database, Transaction
from tests.storage.direct import reading, writing

KINDS = ("postgresql",)
"""Replicas share no file."""
CHAT, OTHER = 10, 20
ONE, TWO = "one", "two"
SPAN = 64


def alive(tx: Transaction, *names: str) -> None:
    for slot, name in enumerate(names):
        replicas.add(tx, name, slot, 100, "")


def add(tx: Transaction, row_id: int, chat_id: int) -> None:
    outbox.add(tx, row_id, chat_id, "{}", edits=None, now=1)


def test_whoever_enters_a_free_chat_holds_it_and_others_only_write_there(database: Database) -> None:
    with writing(database) as tx:
        first = chats.enter(tx, CHAT, ONE, 1000, SPAN)
    with writing(database) as tx:
        second = chats.enter(tx, CHAT, TWO, 500, SPAN)
    assert (first.holder, second.holder) == (ONE, ONE)
    assert first.since is None
    assert second.since == first.last


def test_numbers_rise_within_a_chat_whatever_clocks_say(database: Database) -> None:
    ends = []
    for me, clock in ((ONE, 5000), (TWO, 100), (ONE, 9000), (TWO, 9001)):
        with writing(database) as tx:
            entered = chats.enter(tx, CHAT, me, clock, SPAN)
        assert entered.last - entered.above == SPAN
        assert entered.above >= clock
        ends.append((entered.above, entered.last))
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_a_chat_is_given_back_when_nothing_waits_and_not_before(database: Database) -> None:
    with writing(database) as tx:
        chats.enter(tx, CHAT, ONE, 0, SPAN)
        chats.enter(tx, OTHER, ONE, 0, SPAN)
        add(tx, 7, CHAT)
    with writing(database) as tx:
        assert chats.give_back(tx, [CHAT, OTHER], ONE) == {CHAT}
    assert chats.held(reading(database), ONE) == [CHAT]
    with writing(database) as tx:
        outbox.sent(tx, 7, 1, 2)
        assert chats.give_back(tx, [CHAT], ONE) == set()
    with writing(database) as tx:
        taken = chats.enter(tx, CHAT, TWO, 0, SPAN)
    assert (taken.holder, taken.since) == (TWO, None)


def test_what_another_holds_is_not_given_back(database: Database) -> None:
    with writing(database) as tx:
        chats.enter(tx, CHAT, ONE, 0, SPAN)
        assert chats.give_back(tx, [CHAT], TWO) == set()
    assert chats.held(reading(database), ONE) == [CHAT]


def test_chats_of_the_dead_are_inherited_with_what_waits_there_and_those_of_the_living_are_not(
    database: Database,
) -> None:
    with writing(database) as tx:
        alive(tx, ONE, TWO)
        chats.enter(tx, CHAT, "dead", 0, SPAN)
        add(tx, 7, CHAT)
        chats.enter(tx, OTHER, TWO, 0, SPAN)
        add(tx, 8, OTHER)
    with writing(database) as tx:
        found = chats.inherit(tx, ONE)
        assert found == [CHAT]
        assert chats.waiting(tx, found) == {7}
    assert chats.held(reading(database), ONE) == [CHAT]
    assert chats.held(reading(database), TWO) == [OTHER]


def test_what_a_bot_left_that_was_alone_goes_before_what_a_replica_says(database: Database) -> None:
    with writing(database) as tx:
        alive(tx, ONE)
        add(tx, 7000, CHAT)
        add(tx, 8000, OTHER)
        outbox.sent(tx, 8000, 1, 2)
        chats.begin(tx)
    with writing(database) as tx:
        waits, free = chats.enter(tx, CHAT, ONE, 0, SPAN), chats.enter(tx, OTHER, ONE, 0, SPAN)
    assert (waits.above, waits.holder == ONE) == (7000, False)
    assert (free.above, free.holder) == (8000, ONE)
    with writing(database) as tx:
        assert chats.inherit(tx, ONE) == [CHAT]


def test_what_waits_where_nobody_holds_the_chat_is_inherited(database: Database) -> None:
    with writing(database) as tx:
        alive(tx, ONE)
        add(tx, 7, CHAT)
    with writing(database) as tx:
        assert chats.inherit(tx, ONE) == [CHAT]
