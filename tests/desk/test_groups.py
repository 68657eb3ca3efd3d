"""In a group all that an admin opens is shown to everybody there, so nothing is but in the groups of the settings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation import events
from bot.conversation.state import IDLE, ConversationKey, stored
from bot.desk.admission import Incoming
from bot.journal.views import Result
from bot.staff.access import ANONYMOUS, QUIET
from bot.staff.groups import GroupMoved
from providers.orders import Outcome
from providers.simulators.guoguo.products import FANS
from storage import conversations, orders
from tests.bench import GROUP, Bench, bench
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading, writing

OTHER = -700
"""A group that isn't in the settings."""
ELSEWHERE = "Orders are not shown in this group. Please write to me in private."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "event", [events.Started(), events.OrdersRequested(), events.OrderRequested("shop"), events.UnknownRequested()]
)
async def test_in_another_group_staff_are_asked_to_write_in_private(house: Bench, event: events.Event) -> None:
    assert await house.does(event, chat=OTHER) == ""
    assert house.outbox(OTHER) == [ELSEWHERE]
    assert reading(house.database).fetch("SELECT * FROM conversations") == []
    # In private, and in a group of ours, it is answered.
    await house.does(event)
    await house.does(event, chat=GROUP)
    assert house.outbox()
    assert house.outbox(GROUP)


async def test_each_is_asked_once_a_day_in_each_group(house: Bench) -> None:
    for who, chat in ((ADMIN, OTHER), (ADMIN, OTHER), (COLLEAGUE, OTHER), (ADMIN, OTHER - 1)):
        await house.does(events.OrdersRequested(), who, chat=chat)
    assert house.outbox(OTHER) == [ELSEWHERE] * 2
    assert house.outbox(OTHER - 1) == [ELSEWHERE]
    house.clock.now += QUIET - 1
    await house.does(events.OrdersRequested(), chat=OTHER)
    assert len(house.outbox(OTHER)) == 2
    house.clock.now += 1
    await house.does(events.OrdersRequested(), chat=OTHER)
    assert len(house.outbox(OTHER)) == 3
    # A clock that was set back makes nobody wait until it is there again.
    house.clock.now -= 300 * QUIET
    await house.does(events.OrdersRequested(), chat=OTHER)
    assert len(house.outbox(OTHER)) == 4


async def test_a_button_in_another_group_is_answered_on_itself_only(house: Bench) -> None:
    for _ in range(2):
        assert await house.does(events.ShowTapped("1000"), chat=OTHER, tapped=5) == ELSEWHERE
    assert house.outbox(OTHER) == []


@pytest.mark.parametrize("chat", [GROUP, OTHER])
async def test_in_groups_a_stranger_is_told_nothing_but_on_the_button(house: Bench, chat: int) -> None:
    assert await house.does(events.Started(), STRANGER, chat=chat) == ""
    said = await house.does(events.ShowTapped("1000"), STRANGER, chat=chat, tapped=5)
    assert said == "Sorry, this bot is for staff only."
    assert reading(house.database).fetch("SELECT * FROM outbox") == []
    # In private they learn their id all the same.
    await house.does(events.Started(), STRANGER)
    assert str(STRANGER) in house.outbox(STRANGER)[0]


async def test_who_writes_anonymously_is_told_once_that_nobody_sees_who_it_is(house: Bench) -> None:
    for chat in (GROUP, OTHER, GROUP):
        await house.does(events.OrdersRequested(), ANONYMOUS, chat=chat)
    for chat in (GROUP, OTHER):
        (told,) = house.outbox(chat)
        assert "in private" in told
        assert str(ANONYMOUS) not in told


async def test_nothing_is_said_there_of_an_update_that_failed(house: Bench) -> None:
    await house.desk.put_aside(7, "{}", "KeyError: x", ConversationKey(OTHER, ADMIN))
    assert house.outbox(OTHER) == []
    await house.desk.put_aside(8, "{}", "KeyError: x", ConversationKey(GROUP, ADMIN))
    assert len(house.outbox(GROUP)) == 1


@pytest.mark.parametrize(
    ("result", "first"),
    [
        (Result(Outcome.PLACED, number="1207"), "<b>Placed</b>"),
        (Result(Outcome.REFUSED, code="refused"), "<b>Not placed</b>"),
        (Result(Outcome.UNKNOWN, code="no_answer"), "<b>Please check"),
    ],
)
async def test_an_order_of_a_group_that_no_longer_counts_is_told_in_private(
    house: Bench, result: Result, first: str
) -> None:
    house.sending("1000")
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET chat_id = $1", OTHER)
    await house.settle("1000", result)
    (told,) = house.outbox()
    assert told.startswith(first)
    assert "in a group in which orders are not shown" in told
    assert house.outbox(OTHER) == house.outbox(COLLEAGUE) == []
    assert reading(house.database).fetch("SELECT * FROM conversations") == []
    assert orders.get(reading(house.database), "1000") is not None


async def test_two_orders_that_may_be_one_are_told_to_who_ordered_and_to_all_admins(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", Result(Outcome.NOT_SENT, code="not_found_there"))
    await house.outcomes.found_too_late(house.order("1000"), "1207")
    for who in (ADMIN, COLLEAGUE):
        assert "1000 is there after all: Shop lists it as 1207" in house.outbox(who)[-1]
        assert "There may be two" in house.outbox(who)[-1]


async def test_an_update_of_a_group_that_is_moved_is_seen_once(house: Bench) -> None:
    for update_id in (1, 1, 2):
        await house.desk.handle(Incoming(update_id, GROUP, 0, "", "", GroupMoved(GROUP, -900)))
    assert house.desk.staff.may_talk(-900, ADMIN)
    for who in (ADMIN, COLLEAGUE):
        (told,) = house.outbox(who)
        assert "-900" in told
    await house.does(events.HelpRequested(), chat=GROUP)
    assert len(house.outbox(-900)) == 1
    await house.desk.handle(Incoming(9, OTHER, 0, "", "", GroupMoved(OTHER, -901)))
    assert not house.desk.staff.may_talk(-901, ADMIN)
    assert len(house.outbox()) == 1


NOW_ID = -1001234567890
"""The group as a supergroup."""


async def moves(house: Bench) -> None:
    house.updates += 1
    await house.desk.handle(Incoming(house.updates, GROUP, 0, "", "", GroupMoved(GROUP, NOW_ID)))


def states(house: Bench, chat: int) -> dict[int, str]:
    return conversations.in_chat(reading(house.database), chat)


async def test_every_draft_of_a_group_goes_on_when_it_is_a_supergroup(house: Bench) -> None:
    for who in (ADMIN, COLLEAGUE):
        await house.does(events.OrderRequested("shop"), who, chat=GROUP)
    before = states(house, GROUP)
    await moves(house)
    assert (states(house, GROUP), states(house, NOW_ID)) == ({}, before)
    await house.does(events.Answered("goods"), COLLEAGUE, chat=NOW_ID)
    assert house.outbox(NOW_ID)[-1].startswith("<b>Product")


async def test_a_draft_replaces_an_idle_conversation_in_the_supergroup_but_no_other_draft(house: Bench) -> None:
    for who in (ADMIN, COLLEAGUE):
        await house.does(events.OrderRequested("shop"), who, chat=GROUP)
    of_before = states(house, GROUP)
    with writing(house.database) as tx:
        conversations.save(tx, NOW_ID, ADMIN, stored(IDLE), "", 1)
        conversations.save(tx, NOW_ID, COLLEAGUE, of_before[COLLEAGUE].replace("shop", "guoguo"), "", 1)
    await moves(house)
    assert states(house, NOW_ID)[ADMIN] == of_before[ADMIN]
    assert "guoguo" in states(house, NOW_ID)[COLLEAGUE]


async def test_a_look_up_that_began_in_the_group_ends_in_the_supergroup(house: Bench) -> None:
    await house.does(events.OrderRequested("guoguo"), chat=GROUP)
    await house.does(events.Answered(FANS), chat=GROUP)
    ((key, request),) = house.workers.wanted_look_ups
    await moves(house)
    await house.desk.report(key, events.LookedUp(request.draft, request.revision, events.LookUpResult.FAILED))
    assert house.outbox(NOW_ID)[-1].startswith("<b>Target")
    assert list(states(house, NOW_ID)) == [ADMIN]
    assert states(house, GROUP) == {}
