"""Nobody who isn't staff at the moment of sending hears of an order, and somebody hears its news all the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.desk.gate import WITHHELD, Gate
from bot.journal.views import Result
from bot.staff.hearing import SOME_ORDER
from bot.telegram.deliver import Delivery
from bot.workers.reports import Reports
from providers.orders import Outcome
from storage import outbox
from tests.bench import desk_on, office, until, working
from tests.desk.filling import claim, ordered
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, Waking, line

RESULTS = [
    Result(Outcome.PLACED, number="1207"),
    Result(Outcome.REFUSED, code="refused", said="sold out"),
    Result(Outcome.NOT_SENT, code="unreachable"),
    Result(Outcome.UNKNOWN, code="no_answer"),
]
Left = Literal["before", "after", "never"]


def restarted(house: Line, *admins: int) -> Line:
    """The program was started again with these people in its settings."""
    workers = Waking()
    desk = desk_on(house.database, house.clock, workers, staff=office(*admins))
    delivery = Delivery(
        house.client, house.database, house.clock, house.clock.forward, Reports(desk).undeliverable, gate=Gate(desk)
    )
    workers.delivery = delivery
    return replace(house, workers=workers, desk=desk, delivery=delivery)


def said_to(house: Line, chat: int, since: int) -> list[str]:
    """What Telegram was asked to show in a chat since so many calls."""
    shown = {"sendMessage", "editMessageText"}
    return [c.params["text"] for c in house.telegram.calls[since:] if c.method in shown and c.params["chat_id"] == chat]


async def all_sent(house: Line) -> None:
    async with working(house.delivery.run()):
        await until(house.nothing_waits())


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: str(result.outcome))
@pytest.mark.parametrize("left", ["before", "after", "never"])
@pytest.mark.parametrize("blocked", [False, True], ids=["there", "blocked"])
async def test_what_became_of_an_order_is_heard_by_staff_and_by_nobody_else(
    tmp_path: Path, result: Result, left: Left, *, blocked: bool
) -> None:
    async with line(tmp_path) as before:
        reference = await ordered(before)
        claim(before, reference)
        await all_sent(before)
        if blocked:
            before.telegram.block(ADMIN)
        if left != "before":
            await before.settle(reference, result)
        house = restarted(before, *([ADMIN, COLLEAGUE] if left == "never" else [COLLEAGUE]))
        since = len(house.telegram.calls)
        if left == "before":
            await house.settle(reference, result)
        await all_sent(house)

        own, others = said_to(house, ADMIN, since), said_to(house, COLLEAGUE, since)
        assert bool(own) == (left == "never")
        assert any(reference in text for text in others) == (left != "never" or blocked)
        if left != "never":
            assert sum("is no longer on the staff" in text for text in others) == 1
        if result.outcome is Outcome.UNKNOWN and others:
            assert any("Please check" in text for text in others)
            # And it can be decided there.
            await house.does(read(house.button("Details", COLLEAGUE)), COLLEAGUE, tapped=1)
            await house.does(read(house.button("It was not placed", COLLEAGUE)), COLLEAGUE, tapped=1)
            assert house.order(reference).outcome == "not_sent"
            await all_sent(house)
            assert bool(said_to(house, ADMIN, since)) == (left == "never")
            assert any(text.startswith("<b>Checked") for text in said_to(house, COLLEAGUE, since))


async def test_an_open_draft_stays_closed_and_waits_until_its_person_is_back(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await all_sent(house)
        before = reading(house.database).fetch("SELECT * FROM conversations")
        gone = restarted(house, COLLEAGUE)
        await gone.settle(reference, RESULTS[1])
        assert reading(house.database).fetch("SELECT * FROM conversations") == before
        house.clock.advance(60)
        back = restarted(house, ADMIN, COLLEAGUE)
        assert await ordered(back, "2") != reference


async def test_without_anybody_to_tell_it_stays_in_the_journal(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await house.settle(reference, RESULTS[3])
        nobody = restarted(house, 999)
        await all_sent(nobody)
        assert said_to(house, ADMIN, 0) == []
        back = restarted(house, COLLEAGUE)
        await back.does(events.UnknownRequested(), COLLEAGUE)
        assert reference in back.outbox(COLLEAGUE)[-1]


async def test_a_question_that_waited_is_dropped_with_its_person(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        await house.does(events.OrderRequested("shop"))
        gone = restarted(house, COLLEAGUE)
        await all_sent(gone)
        assert said_to(house, ADMIN, 0) == said_to(house, COLLEAGUE, 0) == []
        (row,) = reading(house.database).fetch("SELECT state, error FROM outbox")
        assert (row["state"], row["error"]) == ("failed", WITHHELD)


async def test_what_an_older_program_left_to_say_goes_to_the_admins_as_it_is(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        with writing(house.database) as tx:
            body = json.dumps({"html": "<b>Placed</b>", "rows": [[["Tap", "x"]]], "message_id": 7})
            outbox.add(tx, 1, ADMIN, body, edits=None, now=1, about=SOME_ORDER, user_id=ADMIN)
        gone = restarted(house, COLLEAGUE)
        await all_sent(gone)
        assert said_to(house, ADMIN, 0) == []
        (told,) = said_to(house, COLLEAGUE, 0)
        assert told.endswith("no longer on the staff.\n<b>Placed</b>")


async def test_a_row_that_was_kept_for_who_blocked_the_bot_meets_the_gate_too(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        reference = await ordered(house)
        claim(house, reference)
        await all_sent(house)
        await house.settle(reference, RESULTS[0])
        house.telegram.block(ADMIN)
        await all_sent(restarted(house, ADMIN, COLLEAGUE))
        house.telegram.unblock(ADMIN)
        gone, since = restarted(house, COLLEAGUE), len(house.telegram.calls)
        async with working(gone.delivery.run()):
            await gone.delivery.reopen([ADMIN])
            await until(gone.nothing_waits())
        assert said_to(house, ADMIN, since) == []
        (told,) = said_to(house, COLLEAGUE, since)
        assert reference in told
        assert "is no longer on the staff" in told
