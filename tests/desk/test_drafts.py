"""Drafts that are kept for later outlive a restart, a removed colleague and a moved group, and take nobody's place."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.conversation.state import KeptDraft, loaded, stored
from bot.desk.admission import Incoming
from bot.journal.views import Result
from bot.staff.groups import GroupMoved
from providers.orders import Outcome
from providers.simulators.guoguo.products import FANS
from storage import conversations, drafts
from tests.bench import GROUP, Bench, bench, desk_on, office
from tests.desk.filling import claim, confirm, fill, ordered, tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

NOW_ID = -1001234567890
"""The group as a supergroup."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def last(house: Bench, chat: int = ADMIN) -> str:
    return house.outbox(chat)[-1]


def kept(house: Bench, chat: int = ADMIN, who: int = ADMIN) -> list[KeptDraft]:
    return [KeptDraft.model_validate_json(text) for text in drafts.parked(reading(house.database), chat, who)]


async def keep(house: Bench, who: int = ADMIN) -> None:
    """A draft for the shop that is kept for later; the first question of another one is open."""
    await house.does(events.OrderRequested("shop"), who)
    await house.does(events.Answered("goods"), who)
    await house.does(events.OrderRequested("guoguo"), who)
    await tap(house, "Keep it for later", who)


async def test_a_kept_draft_stands_again_after_a_restart_and_is_placed_once(house: Bench) -> None:
    await fill(house)
    await house.does(events.OrderRequested("guoguo"))
    old = read(house.button("Confirm"))
    await tap(house, "Keep it for later")
    house.desk = desk_on(house.database, house.clock, house.workers)
    await house.does(old, tapped=1)
    assert "<b>Kept for later</b> · Shop" in house.outbox()[-2]
    await tap(house, "Back to it")
    assert last(house).startswith("<b>Summary")
    await house.does(old, tapped=1)
    await confirm(house)
    for again in (old, read(house.button("Back to it"))):
        await house.does(again, tapped=1)
    assert len(reading(house.database).fetch("SELECT * FROM orders")) == 1
    assert kept(house) == []
    assert "no longer kept" in last(house)


async def test_a_look_up_of_a_kept_draft_is_asked_for_again_when_it_is_opened(house: Bench) -> None:
    await house.does(events.OrderRequested("guoguo"))
    await house.does(events.Answered(FANS))
    await house.does(events.OrderRequested("shop"))
    await tap(house, "Keep it for later")
    ((key, late),) = house.workers.wanted_look_ups
    await house.desk.resume()
    await house.desk.report(key, events.LookedUp(late.draft, late.revision, events.LookUpResult.FAILED))
    assert last(house).startswith("<b>Order type")
    await tap(house, "Back to it")
    (_, (_, again)) = house.workers.wanted_look_ups
    await house.desk.report(key, events.LookedUp(again.draft, again.revision, events.LookUpResult.FAILED))
    assert last(house).startswith("<b>Target")


async def test_each_has_their_own_drafts(house: Bench) -> None:
    await keep(house)
    await keep(house, COLLEAGUE)
    theirs = read(house.button("Back to it", COLLEAGUE))
    await house.does(theirs, tapped=1)
    assert "no longer kept" in house.outbox()[-2]
    assert (len(kept(house)), len(kept(house, COLLEAGUE, COLLEAGUE))) == (1, 1)
    await house.does(events.DraftsRequested())
    assert last(house).startswith("<b>Drafts</b> · 2")


async def test_the_drafts_of_who_is_no_longer_staff_wait_until_they_are_again(house: Bench) -> None:
    await keep(house)
    before = kept(house)
    open_ = read(house.button("Back to it"))
    house.desk = desk_on(house.database, house.clock, house.workers, staff=office(COLLEAGUE))
    said = len(house.outbox())
    for event in (open_, events.DraftsRequested(), events.DraftRemoved(before[0].draft.id)):
        await house.does(event, tapped=1)
    assert (kept(house), len(house.outbox())) == (before, said + 1)
    house.desk = desk_on(house.database, house.clock, house.workers)
    await house.does(open_, tapped=1)
    assert last(house).startswith("<b>Product")


async def test_an_order_that_was_refused_for_who_is_no_longer_staff_parks_nothing(house: Bench) -> None:
    reference = await ordered(house)
    await house.does(events.OrderRequested("guoguo"))
    claim(house, reference)
    house.desk = desk_on(house.database, house.clock, house.workers, staff=office(COLLEAGUE))
    await house.settle(reference, Result(Outcome.REFUSED, code="refused"))
    assert kept(house) == []


async def test_a_refused_order_is_taken_up_from_the_list(house: Bench) -> None:
    reference = await ordered(house)
    await house.does(events.OrderRequested("guoguo"))
    claim(house, reference)
    await house.settle(reference, Result(Outcome.NOT_SENT, code="unreachable"))
    await house.does(events.DraftsRequested())
    await tap(house, "2")
    assert last(house).startswith("<b>Summary")
    assert await confirm(house) == reference


async def test_drafts_of_a_group_go_on_when_it_is_a_supergroup_also_where_another_one_is_open(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"), chat=GROUP)
    await house.does(events.Answered("goods"), chat=GROUP)
    await house.does(events.OrderRequested("shop"), chat=GROUP)
    await house.does(read(house.button("Keep it for later", GROUP)), chat=GROUP, tapped=1)
    await house.does(events.Answered("vip"), chat=GROUP)
    ((_, state),) = conversations.in_chat(reading(house.database), GROUP).items()
    with writing(house.database) as tx:
        # Another one was begun in the supergroup before it was said which group that is.
        there = loaded(state)
        assert there.draft is not None
        other = there.model_copy(update={"draft": there.draft.model_copy(update={"id": "other"})})
        conversations.save(tx, NOW_ID, ADMIN, stored(other), "", 1)
    house.updates += 1
    await house.desk.handle(Incoming(house.updates, GROUP, 0, "", "", GroupMoved(GROUP, NOW_ID)))
    assert (kept(house, GROUP), conversations.in_chat(reading(house.database), GROUP)) == ([], {})
    await house.does(events.DraftsRequested(), chat=NOW_ID)
    assert last(house, NOW_ID).startswith("<b>Drafts</b> · 3")
    await house.does(events.DraftPicked(place=3), chat=NOW_ID)
    assert "<b>Kept for later</b> · Shop" in house.outbox(NOW_ID)[-2]
    assert last(house, NOW_ID).startswith("<b>Product")
