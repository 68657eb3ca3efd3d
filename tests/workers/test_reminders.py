"""Whoever ordered is reminded of an order of unknown outcome until somebody decides."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.journal.rules import Rules
from providers.orders import Findings
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading
from tests.workers.lost import after, looked, lose, settled
from tests.workers.scripted import Scripted, Searchable, certain
from tests.workers.supplied import Supplied, supplied

EVERY = 4 * 3600


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


def reminders(house: Supplied) -> list[str]:
    return [html for html in house.outbox() if html.startswith("<b>Please check") and "still open" in html]


async def reminded(house: Supplied, times: int) -> None:
    def done() -> bool:
        return len(reminders(house)) >= times

    await until(done)
    assert len(reminders(house)) == times


async def test_reminders_are_repeated_until_a_person_decides(house: Supplied) -> None:
    await lose(house, account="plain")
    async with working(house.reconciler.run()):
        await after(house, EVERY - 1)
        assert reminders(house) == []
        await after(house, 1)
        await reminded(house, 1)
        await after(house, EVERY)
        await reminded(house, 2)
        await house.does(events.DecisionTapped("1000", 1, events.Decision.NOT_PLACED), tapped=1)
        await lose(house, "1001", "plain")
        await after(house, EVERY)
        await reminded(house, 3)
        assert "1001" in reminders(house)[-1]


async def test_a_reminder_is_a_new_message_and_is_changed_by_the_next_look_up(house: Supplied) -> None:
    await lose(house)
    async with working(house.reconciler.run()):
        await after(house, EVERY)
        await reminded(house, 1)
        await looked(house, 1)
        house.reconciler.look_for("1000")
        await looked(house, 2)
    rows = reading(house.database).fetch("SELECT id, edits, body FROM outbox WHERE chat_id = $1 ORDER BY id", ADMIN)
    (reminder,) = [row for row in rows if "still open" in row["body"]]
    assert reminder["edits"] is None
    assert rows[-1]["edits"] == house.order("1000").evidence_card == reminder["id"]


async def test_what_is_found_out_ends_the_reminders(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    async with working(house.reconciler.run()):
        await after(house, EVERY)
        await reminded(house, 1)
        await looked(house, 1)
        provider.found = Findings((certain(),))
        house.reconciler.look_for("1000")
        await settled(house, "placed")
        await lose(house, "1001", "plain")
        await after(house, EVERY)
        await reminded(house, 2)
        assert "1001" in reminders(house)[-1]


async def test_a_reminder_takes_the_place_of_the_evidence_before_it(house: Supplied) -> None:
    await lose(house, account="plain")
    async with working(house.reconciler.run()):
        await after(house, EVERY)
        await reminded(house, 1)
        assert "What is known about order 1000 is shown anew below." in house.outbox()


async def test_an_order_of_somebody_who_may_not_decide_any_more_is_the_admins_affair(house: Supplied) -> None:
    await lose(house, account="plain", who=STRANGER)
    async with working(house.reconciler.run()):
        await after(house, EVERY)
        for admin in (ADMIN, COLLEAGUE):
            await until(partial(was_asked, house, admin, 2))
            asking, reminding = asked(house, admin)
            assert "Somebody Else, who ordered it, is no longer on the staff" in asking
            assert "still open" in reminding
            await house.does(read(house.button("Details", admin)), admin, tapped=1)
            assert house.button("It was not placed", admin)
    assert house.outbox(STRANGER) == []


async def test_all_admins_are_reminded_since_who_ordered_may_be_away(house: Supplied) -> None:
    await lose(house, account="plain")
    assert house.outbox(COLLEAGUE) == []
    async with working(house.reconciler.run()):
        await after(house, EVERY)
        await until(lambda: len(asked(house, COLLEAGUE)) == 1)
        await after(house, EVERY)
        await until(lambda: len(asked(house, COLLEAGUE)) == 2)
    assert house.outbox(COLLEAGUE).count("What is known about order 1000 is shown anew below.") == 1
    # Any of them may decide, and then nobody is asked any more.
    await house.does(read(house.button("Details", COLLEAGUE)), COLLEAGUE, tapped=1)
    await house.does(read(house.button("It was not placed", COLLEAGUE)), COLLEAGUE, tapped=1)
    assert house.order("1000").outcome == "not_sent"
    assert house.outbox(COLLEAGUE)[-2].startswith("<b>Checked</b>")
    await house.does(events.DecisionTapped("1000", 1, events.Decision.FOUND, "7"), COLLEAGUE, tapped=1)
    assert house.order("1000").outcome == "not_sent"


def was_asked(house: Supplied, who: int, times: int) -> bool:
    return len(asked(house, who)) == times


def asked(house: Supplied, who: int) -> list[str]:
    return [html for html in house.outbox(who) if html.startswith("<b>Please check")]
