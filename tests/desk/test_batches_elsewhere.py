"""The message of a batch whose people are elsewhere: in a group with another id, gone, or out of reach."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.gate import Gate
from bot.journal.views import Result
from bot.staff.groups import GroupMoved
from bot.workers.reports import Reports
from providers.orders import Outcome
from storage import batches, outbox, prune, sending
from storage.outbox import OutboxRow
from tests.bench import GROUP, Bench, bench, desk_on, office
from tests.desk.batches import BATCH, card, confirm, confirmation, new_messages, orders_of, rows
from tests.desk.filling import tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.storage.rows import mark

LATER = 2**62


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def place(house: Bench, count: int) -> None:
    with writing(house.database) as tx:
        taken = sending.claim(tx, "shop", mark(house.clock(), "test"), count)
    for order in taken:
        await house.settle(order.reference, Result(Outcome.PLACED, number=f"N{order.reference}"))


def newest(house: Bench, chat: int) -> OutboxRow:
    found = reading(house.database).fetch("SELECT * FROM outbox WHERE chat_id = $1 ORDER BY id DESC LIMIT 1", chat)
    return OutboxRow(**found[0])


async def test_what_waits_for_somebody_who_left_goes_to_the_admins(house: Bench) -> None:
    await confirm(house, 2, who=COLLEAGUE)
    await place(house, 2)
    end = newest(house, COLLEAGUE)
    assert "All 2 placed" in json.loads(end.body)["html"]
    house.desk = desk_on(house.database, house.clock, house.workers, staff=office(ADMIN))
    gate = Gate(house.desk)
    assert not gate.may_go(end)
    with writing(house.database) as tx:
        told = gate.withheld(tx, end)
    assert [row.chat_id for row in told] == [ADMIN]
    assert card(house, ADMIN) == "<b>All 2 placed</b> · Shop"


async def test_the_end_that_cannot_be_delivered_is_told_to_the_admins_and_progress_is_not(house: Bench) -> None:
    await confirm(house, 2, who=COLLEAGUE)
    await place(house, 1)
    progress = newest(house, COLLEAGUE)
    await place(house, 1)
    reports = Reports(house.desk)
    with writing(house.database) as tx:
        assert reports.undeliverable(tx, progress, "blocked") == ()
        (row,) = reports.undeliverable(tx, newest(house, COLLEAGUE), "blocked")
    assert row.chat_id == ADMIN
    assert "2 of 2 placed" in json.loads(row.body)["html"]


async def test_a_group_with_another_id_keeps_its_batch(house: Bench) -> None:
    drafts = rows("anqicms", 3)
    await house.does(confirmation(house.desk, "shop", drafts), chat=GROUP)
    assert card(house, GROUP).startswith("<b>Sending 0/3")
    new = GROUP - 1000
    house.updates += 1
    await house.desk.run(lambda unit: house.desk.admission.carry_over(unit, GroupMoved(GROUP, new)))
    await place(house, 3)
    assert card(house, new) == "<b>All 3 placed</b> · Shop"
    assert {row.chat_id for row in orders_of(house)} == {new}


async def test_an_open_batch_keeps_its_message_and_one_that_is_over_lets_it_go(house: Bench) -> None:
    await confirm(house, 1)
    await place(house, 1)
    shown = batches.cards(reading(house.database), BATCH)[ADMIN]
    await confirm(house, 1, batch="open", first=2)
    with writing(house.database) as tx:
        for row in tx.fetch("SELECT id FROM outbox"):
            outbox.sent(tx, int(row["id"]), 1, 5)
        outbox.prune(tx, LATER, LATER)
        assert outbox.body(tx, shown) is not None
        assert prune.batch_cards(tx, LATER, 100) == 1
        prune.messages(tx, LATER, 100)
        assert outbox.body(tx, shown) is None
        assert batches.cards(tx, "open")
    await place(house, 1)
    assert card(house) == "<b>1 placed</b> · Shop"


async def test_a_row_that_was_pruned_is_still_counted(house: Bench) -> None:
    await confirm(house, 2)
    await place(house, 2)
    with writing(house.database) as tx:
        for order in orders_of(house):
            assert prune.empty(tx, order.reference, "{}", {}, house.clock())
    assert [row.outcome for row in orders_of(house)] == ["placed"] * 2


async def test_two_people_each_have_their_own_batch(house: Bench) -> None:
    await confirm(house, 2)
    await confirm(house, 2, who=COLLEAGUE, batch="other", first=9)
    await tap(house, "Pause", COLLEAGUE)
    assert card(house).startswith("<b>Sending 0/2")
    assert card(house, COLLEAGUE).startswith("<b>Paused 0/2")
    await place(house, 9)
    assert card(house) == "<b>All 2 placed</b> · Shop"
    assert len(new_messages(house, COLLEAGUE)) == 1


async def test_the_same_as_a_row_of_somebody_elses_batch_is_asked_about(house: Bench) -> None:
    await confirm(house, 2)
    await confirm(house, 2, who=COLLEAGUE, batch="other", first=2)
    assert orders_of(house, "other") == []
    first = orders_of(house)[1]
    (repeated, new) = rows("anqicms", 2, 2)
    accepted = replace(repeated, shown=first.reference)
    await house.does(confirmation(house.desk, "shop", (accepted, new), "other"), COLLEAGUE)
    assert len(orders_of(house, "other")) == 2
