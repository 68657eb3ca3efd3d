"""What is removed from finished orders and from what hangs on them, what stays, and that it is found by an index."""

import re
from collections.abc import Mapping

import pytest

from storage import conversations, guards, history, orders, outbox, people, program, prune, updates
from storage.database import Database
from storage.orders import Order
from storage.program import Heartbeat
from tests.storage.direct import reading, writing
from tests.storage.rows import known, new, send, settle

OLD, NEW, NOW = 3000, 9000, 10_000
BETWEEN = 5000


def settled(database: Database, **outcomes: str) -> None:
    """Orders `o1`, `o2` ... that were settled at OLD."""
    for name, outcome in outcomes.items():
        n = int(name[1:])
        with writing(database) as tx:
            send(tx, n)
            settle(tx, str(n), outcome, now=OLD, number=f"N{n}" if outcome == "placed" else None)


def finished(database: Database, before: int = BETWEEN, limit: int = 9) -> list[str]:
    return [order.reference for order in prune.finished(reading(database), before, limit)]


def empty(database: Database, reference: str, history: Mapping[int, str] | None = None) -> bool:
    with writing(database) as tx:
        return prune.empty(tx, reference, '{"code": ""}', history or {}, NOW)


def test_only_orders_of_known_outcome_are_finished(database: Database) -> None:
    settled(database, o1="placed", o2="refused", o3="not_sent", o4="unknown")
    with writing(database) as tx:
        send(tx, 5)
        orders.insert(tx, new(6))
    assert finished(database) == ["1", "2", "3"]
    for reference in ("4", "5", "6", "7"):
        assert not empty(database, reference)
    with writing(database) as tx:
        assert settle(tx, "4", "placed", now=OLD, number="N4")
    assert finished(database) == ["1", "2", "3", "4"]


def test_the_books_stay_and_what_is_personal_goes_once(database: Database) -> None:
    settled(database, o1="placed")
    before = known(database, "1")
    assert empty(database, "1")
    after = known(database, "1")
    changed = {name for name in Order.__dataclass_fields__ if getattr(before, name) != getattr(after, name)}
    assert changed == {"answers", "details", "pruned_at"}
    assert (after.answers, after.details, after.pruned_at) == ("{}", '{"code": ""}', NOW)
    assert orders.number_of(reading(database), "gifts", "N1") == "1"
    assert finished(database) == []
    assert not empty(database, "1")


def test_an_order_settled_at_that_time_or_later_is_left_alone(database: Database) -> None:
    settled(database, o1="placed")
    assert finished(database, before=OLD) == []
    assert finished(database, before=OLD + 1) == ["1"]


def test_a_page_goes_on_where_the_last_one_ended(database: Database) -> None:
    settled(database, o1="placed", o2="placed", o3="placed")
    first = prune.finished(reading(database), BETWEEN, 2)
    assert [order.reference for order in first] == ["1", "2"]
    second = prune.finished(reading(database), BETWEEN, 2, (OLD, first[-1].reference))
    assert [order.reference for order in second] == ["3"]


def test_its_history_is_rewritten_and_its_guard_given_up(database: Database) -> None:
    settled(database, o1="placed")
    with writing(database) as tx:
        assert guards.take(tx, "gifts", "f", "1", now=1, shown="")
        history.add(tx, "1", 1, "decision", "whose", now=7, user_id=42, user_name="Ann")
        history.add(tx, "1", 1, "look-up", "what", now=8)
    assert empty(database, "1", {2: "{}"})
    first, second = history.of_order(reading(database), "1")
    assert (first.body, first.at, first.kind, first.user_id, first.user_name) == ("whose", 7, "decision", 42, "Ann")
    assert (second.body, second.at, second.kind) == ("{}", 8, "look-up")
    assert guards.holders(reading(database), "gifts", ["f"], 2) == {}


def test_messages_go_unless_they_wait_or_may_be_edited_and_the_last_one_of_all_loses_its_text(
    database: Database,
) -> None:
    settled(database, o1="placed", o2="unknown")
    with writing(database) as tx:
        for row in range(1, 8):
            outbox.add(tx, row, 5, f"text {row}", edits=4 if row == 6 else None, now=1)
        orders.set_card(tx, "1", 1)
        orders.set_card(tx, "2", 2)
        for row in (1, 2, 3, 4, 7):
            outbox.sent(tx, row, row, OLD if row != 3 else NEW)
    bodies = "SELECT id, body FROM outbox ORDER BY id"

    def left() -> dict[int, str]:
        with writing(database) as tx:
            prune.messages(tx, BETWEEN, 9)
        return {int(row["id"]): str(row["body"]) for row in reading(database).fetch(bodies)}

    assert left() == {1: "text 1", 2: "text 2", 3: "text 3", 4: "text 4", 5: "text 5", 6: "text 6", 7: "{}"}
    assert empty(database, "1")
    assert left().keys() == {2, 3, 4, 5, 6, 7}
    assert outbox.last_id(reading(database)) == 7


def test_conversations_that_rest_go_and_those_that_wait_or_went_on_stay(database: Database) -> None:
    with writing(database) as tx:
        conversations.save(tx, 1, 1, "old", "", OLD)
        conversations.save(tx, 1, 2, "waits", "for this", OLD)
        conversations.save(tx, 1, 3, "young", "", NEW)
        assert sorted(prune.states(tx)) == ["old", "waits", "young"]
        assert prune.conversations(tx, BETWEEN, 9) == 1
        assert sorted(prune.states(tx)) == ["waits", "young"]


def test_old_failures_and_strangers_go_in_batches(database: Database) -> None:
    with writing(database) as tx:
        for n in range(5):
            at = OLD if n < 3 else NEW
            updates.note_failure(tx, n, "error", "raw", at)
            assert people.may_tell_stranger(tx, n, at, 0)
        for delete in (prune.failed_updates, prune.strangers):
            assert [delete(tx, BETWEEN, 2) for _ in range(3)] == [2, 1, 0]
    assert len(reading(database).fetch("SELECT raw FROM failed_updates")) == 2
    assert len(reading(database).fetch("SELECT user_id FROM strangers")) == 2


SMALL = {"SCAN conversations", "SCAN failed_updates", "SCAN strangers", "SCAN turned_away"}
"""Tables with a row for each person or each mishap, which a command may read whole now and then."""


@pytest.mark.parametrize("name", [name for name, value in vars(prune).items() if name.isupper() and "\n" in str(value)])
@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_grows_with_the_orders_is_found_by_an_index(database: Database, name: str) -> None:
    sql = str(getattr(prune, name))
    parameters = max((int(number) for number in re.findall(r"\$([0-9]+)", sql)), default=0)
    plan = [str(row["detail"]) for row in reading(database).fetch(f"EXPLAIN QUERY PLAN {sql}", *[None] * parameters)]
    steps = [" ".join(step.split()[:2]) for step in plan]
    assert [step for step in steps if step.startswith("SCAN") and step not in SMALL] == []
    if name == "FINISHED":
        assert any("USING INDEX orders_to_prune" in step for step in plan)


def test_a_guard_holds_on_until_the_bot_was_up_for_long_enough_whatever_the_clock_says(database: Database) -> None:
    settled(database, o1="placed", o2="placed")
    with writing(database) as tx:
        program.beat(tx, Heartbeat(NOW, NOW, 60))
        for reference, up in (("1", 61), ("2", 60)):
            guards.take(tx, "gifts", f"like {reference}", reference, now=OLD, shown="")
            guards.keep(tx, reference, OLD, up)
    for reference in "12":
        assert empty(database, reference)
    assert guards.holders(reading(database), "gifts", ["like 1", "like 2"], NOW, 0) == {"like 1": "1"}
    with writing(database) as tx:
        assert guards.prune(tx, NOW, 61) == 1


def test_a_guard_that_still_holds_stays_until_it_lapses(database: Database) -> None:
    settled(database, o1="placed", o2="placed", o3="placed")
    with writing(database) as tx:
        for reference, until in (("1", NOW + 1), ("2", NOW), ("3", guards.OPEN)):
            guards.take(tx, "gifts", f"like {reference}", reference, now=OLD, shown="")
            guards.keep(tx, reference, until)
    for reference in "123":
        assert empty(database, reference)
    reader = reading(database)
    assert guards.holders(reader, "gifts", [f"like {n}" for n in "123"], 0) == {"like 1": "1"}
    with writing(database) as tx:
        assert guards.prune(tx, NOW + 2) == 1
        assert guards.take(tx, "gifts", "like 1", "4", now=NOW + 2, shown="")
