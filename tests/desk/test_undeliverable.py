"""What became of an order is known to somebody, even where the person can't be reached."""

from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation.views import LookEnd
from bot.journal.evidence import Look
from bot.journal.views import Result
from providers.orders import Outcome
from storage import outbox
from storage.outbox import OutboxRow
from tests.bench import Bench, bench
from tests.desk.filling import claim, ordered
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

RESULTS = [Result(Outcome.PLACED, number="1207"), Result(Outcome.UNKNOWN, code="no_answer")]


def rows(house: Bench, reference: str) -> list[OutboxRow]:
    """Every message that tells about the order, and every change of one."""
    order = house.order(reference)
    about = "SELECT * FROM outbox WHERE COALESCE(edits, id) IN ($1, $2) ORDER BY id"
    found = reading(house.database).fetch(about, order.card, order.evidence_card)
    return [OutboxRow(**row) for row in found]


def fail(house: Bench, row: OutboxRow) -> list[str]:
    with writing(house.database) as tx:
        house.outcomes.undeliverable(tx, row, "bot was blocked")
    return house.outbox(COLLEAGUE)


@pytest.mark.parametrize("result", RESULTS)
async def test_the_other_admins_hear_of_an_outcome_that_was_not_delivered(tmp_path: Path, result: Result) -> None:
    async with bench(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await house.settle(reference, result)
        said = len(house.outbox())
        (outcome,) = [row for row in rows(house, reference) if row.edits == house.order(reference).card]
        told = fail(house, outcome)
        assert all(text in told[-1] for text in ("Some Name could not be told", "bot was blocked", reference))
        assert len(house.outbox(ADMIN)) == said


async def test_what_has_to_be_decided_can_be_by_the_other_admins(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await house.settle(reference, RESULTS[1])
        evidence = rows(house, reference)[-1]
        assert evidence.id == house.order(reference).evidence_card
        (asked,) = fail(house, evidence)
        assert asked.startswith("<b>Please check an order")
        assert "188" in asked
        await house.does(read(house.button("Details", COLLEAGUE)), COLLEAGUE, tapped=1)
        await house.does(read(house.button("It was not placed", COLLEAGUE)), COLLEAGUE, tapped=1)
        assert house.order(reference).outcome == "not_sent"


async def test_what_is_known_later_changes_what_the_other_admins_were_asked(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await house.settle(reference, RESULTS[1])
        for _ in range(2):
            fail(house, rows(house, reference)[-1])
        found = "SELECT id, edits FROM outbox WHERE chat_id = $1 ORDER BY id"
        first, second = reading(house.database).fetch(found, COLLEAGUE)
        assert (first["edits"], second["edits"]) == (None, first["id"])


async def test_the_part_of_it_that_another_admin_has_opened_stays_open(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await house.settle(reference, RESULTS[1])
        order = house.order(reference)
        assert order.evidence_card is not None
        fail(house, rows(house, reference)[-1])
        (asked,) = reading(house.database).fetch("SELECT id FROM outbox WHERE chat_id = $1", COLLEAGUE)
        with writing(house.database) as tx:
            for row_id in (order.evidence_card or 0, asked["id"]):
                # Ids of messages are of their chat: each has a seventh.
                outbox.sent(tx, row_id, 7, house.clock())
        await house.does(read(house.button("Details", COLLEAGUE)), COLLEAGUE, tapped=7)
        await house.outcomes.looked(order, Look(LookEnd.NOTHING_YET), None)
        shown = "SELECT edits, body FROM outbox WHERE chat_id = $1 ORDER BY id"
        changes = [
            (row["edits"], "It was not placed" in row["body"])
            for row in reading(house.database).fetch(shown, COLLEAGUE)
        ]
        assert changes == [(None, False), (asked["id"], True), (asked["id"], True)]
        # Who ordered has opened nothing.
        *_, own = reading(house.database).fetch(shown, ADMIN)
        assert (own["edits"], "It was not placed" in own["body"]) == (order.evidence_card, False)


async def test_nobody_is_bothered_with_what_tells_of_no_outcome(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        reference = await ordered(house)
        (sending,) = rows(house, reference)
        assert fail(house, sending) == []
        (first,) = reading(house.database).fetch("SELECT * FROM outbox ORDER BY id LIMIT 1")
        assert fail(house, OutboxRow(**first)) == []
