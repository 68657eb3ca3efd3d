"""What somebody misses while the bot may not write to them is kept, and comes when it may again, the newest of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.desk.unit import Unit
from bot.telegram.client import Client
from bot.telegram.deliver import Delivery
from bot.telegram.membership import opened
from bot.telegram.receive import Inbox
from bot.telegram.shape import WHOLE, MessageShape, Rows
from bot.words.message import Message
from storage.outbox import KEPT_FOR
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line

GROUP = -7
DAY = 24 * 3600


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run(), made.inbox.poll()):
        yield made


def change(house: Line, card: int, *texts: str, paced: bool = False) -> None:
    for text in texts:
        with writing(house.database) as tx:
            house.desk.outgoing.post(Unit(tx), ADMIN, Message(text), edits=card, paced=paced)
        house.committed()


async def under_way(house: Line) -> int:
    """The row of a card that was sent, in a chat that is then blocked."""
    house.puts("Sending")
    await house.reads("Sending")
    await until(house.nothing_waits())
    house.telegram.block(ADMIN)
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    return int(row["id"])


@asynccontextmanager
async def restarted(house: Line) -> AsyncIterator[None]:
    """Another bot on the same database."""
    delivery = Delivery(house.client, house.database, house.clock, house.clock.forward)
    inbox = Inbox(house.client, house.desk, forward=house.clock.forward, delivery=delivery)
    async with working(delivery.run(), inbox.poll()):
        yield


async def test_who_blocks_the_bot_during_an_order_sees_its_outcome_when_they_let_it_write_again(house: Line) -> None:
    card = await under_way(house)
    change(house, card, "Placed")
    house.puts("Shipped")
    await until(house.has("failed", 2))
    house.telegram.unblock(ADMIN)
    first, _ = await house.reads("Placed", "Shipped")
    assert first.edited
    await until(house.nothing_waits())
    assert house.states() == ["sent"] * 3


async def test_a_message_of_theirs_does_as_well(house: Line) -> None:
    card = await under_way(house)
    change(house, card, "Placed")
    await until(house.has("failed"))
    house.telegram.withhold(house.telegram.unblock(ADMIN))
    house.telegram.say(ADMIN, "/start")
    await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 3)
    assert house.telegram.messages(ADMIN)[0].text == "Placed"


async def test_a_tap_does_as_well(house: Line) -> None:
    house.telegram.say(ADMIN, "/order")
    await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
    house.telegram.block(ADMIN)
    house.puts("Placed")
    await until(house.has("failed"))
    house.telegram.withhold(house.telegram.unblock(ADMIN))
    house.telegram.tap_button(ADMIN, "Shop")
    await house.telegram.wait_for(ADMIN, lambda messages: any(m.text == "Placed" for m in messages))


async def test_a_message_that_is_taken_shows_that_the_chat_is_open_although_nobody_said_so(house: Line) -> None:
    card = await under_way(house)
    change(house, card, "Placed")
    await until(house.has("failed"))
    house.telegram.withhold(house.telegram.unblock(ADMIN))
    house.puts("Shipped")
    await house.reads("Placed", "Shipped")


async def test_it_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        async with working(house.delivery.run()):
            card = await under_way(house)
            change(house, card, "Placed")
            await until(house.has("failed"))
        async with restarted(house):
            house.puts("a", chat=COLLEAGUE)
            house.telegram.unblock(ADMIN)
            await house.reads("Placed")


async def test_it_comes_also_when_they_let_it_write_while_it_was_down(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        async with working(house.delivery.run()):
            card = await under_way(house)
            change(house, card, "Placed")
            await until(house.has("failed"))
        house.telegram.unblock(ADMIN)
        async with restarted(house):
            await house.reads("Placed")


@pytest.mark.parametrize("paced", [True, False])
async def test_of_many_states_of_a_card_the_last_is_shown_and_none_before(house: Line, *, paced: bool) -> None:
    card = await under_way(house)
    for n in range(1, 5):
        change(house, card, f"step {n}", paced=paced)
        await until(house.has("failed", n))
        house.later(4)
    edits = sum(call.method == "editMessageText" for call in house.telegram.calls)
    house.telegram.unblock(ADMIN)
    await house.reads("step 4")
    await until(house.nothing_waits())
    assert sum(call.method == "editMessageText" for call in house.telegram.calls) == edits + 1


async def test_a_card_of_which_they_have_seen_nothing_comes_once_in_its_last_state(house: Line) -> None:
    house.telegram.block(ADMIN)
    house.puts("Sending")
    await until(house.has("failed"))
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    change(house, row["id"], "Outcome unknown")
    change(house, row["id"], "Placed")
    await until(house.has("failed", 3))
    house.telegram.unblock(ADMIN)
    (first,) = await house.reads("Placed")
    change(house, row["id"], "Shipped")
    (shown,) = await house.reads("Shipped")
    assert shown.message_id == first.message_id


async def test_a_newer_state_that_waits_makes_the_kept_one_needless(house: Line) -> None:
    card = await under_way(house)
    change(house, card, "Outcome unknown")
    await until(house.has("failed"))
    house.telegram.fail("editMessageText", "retry_after", retry_after=30)
    change(house, card, "Placed")
    await until(house.postponed())
    house.telegram.unblock(ADMIN)
    await until(house.acknowledged())
    house.later(31)
    await house.reads("Placed")
    await until(house.nothing_waits())
    assert house.states() == ["sent", "failed", "sent"]


async def test_it_is_kept_for_thirty_days_only(house: Line) -> None:
    card = await under_way(house)
    change(house, card, "Outcome unknown")
    await until(house.has("failed"))
    house.clock.advance(KEPT_FOR / 1_000_000 + 1)
    house.puts("Placed")
    await until(house.has("failed", 2))
    house.telegram.unblock(ADMIN)
    await house.reads("Sending", "Placed")


async def test_a_group_that_takes_the_bot_back_reads_what_it_has_missed_and_no_sooner(house: Line) -> None:
    house.telegram.add_group(GROUP, "Office", [ADMIN])
    house.telegram.kick(ADMIN, GROUP)
    house.puts("missed", chat=GROUP)
    await until(house.has("failed"))
    house.telegram.invite(ADMIN, GROUP)
    await house.reads("missed", chat=GROUP)


async def test_a_person_the_bot_does_not_reach_costs_one_call_per_message(house: Line) -> None:
    await under_way(house)
    house.puts("a", "b")
    await until(house.has("failed", 2))
    house.later(DAY)
    await house.delivery.flush()
    assert sum(call.method == "sendMessage" for call in house.telegram.calls) == 3
    house.telegram.unblock(ADMIN)
    await house.reads("Sending", "a", "b")


class Held(Client):
    """A client that has its answers and doesn't hand them on yet."""

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__(token, api_url)
        # python-telegram-bot's Bot takes no further attributes.
        vars(self)["gate"] = asyncio.Event()

    async def send_html(
        self, chat_id: int, html: str, rows: Rows, shape: MessageShape = WHOLE, *, silent: bool = False
    ) -> int | None:
        try:
            return await super().send_html(chat_id, html, rows, shape, silent=silent)
        finally:
            await vars(self)["gate"].wait()


async def test_a_refusal_that_is_read_after_the_bot_was_let_in_is_not_the_last_word(tmp_path: Path) -> None:
    async with line(tmp_path) as house, Held(house.telegram.token, house.telegram.url) as client:
        delivery = Delivery(client, house.database, house.clock, house.clock.forward)
        inbox = Inbox(house.client, house.desk, forward=house.clock.forward, delivery=delivery)
        house.telegram.block(ADMIN)
        house.puts("Placed")
        async with working(delivery.run(), inbox.poll()):
            await house.telegram.wait_for_call("sendMessage")
            house.telegram.unblock(ADMIN)
            await until(house.acknowledged())
            vars(client)["gate"].set()
            await house.reads("Placed")


def member(status: str, chat: int = ADMIN, **more: Any) -> dict[str, Any]:
    return {"update_id": 1, "my_chat_member": {"chat": {"id": chat}, "new_chat_member": {"status": status, **more}}}


def message(chat: int = ADMIN, kind: str = "private", of: str = "message") -> dict[str, Any]:
    return {"update_id": 1, of: {"chat": {"id": chat, "type": kind}}}


TAP = {"update_id": 1, "callback_query": {"message": {"chat": {"id": ADMIN, "type": "private"}}}}


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        ([member("member")], {ADMIN}),
        ([member("administrator", GROUP)], {GROUP}),
        ([member("restricted", GROUP, can_send_messages=True)], {GROUP}),
        ([member("restricted", GROUP, can_send_messages=False)], set()),
        ([member("kicked")], set()),
        ([member("left", GROUP)], set()),
        ([message()], {ADMIN}),
        ([message(of="edited_message")], {ADMIN}),
        ([TAP], {ADMIN}),
        # In a group the bot may hear and not speak.
        ([message(GROUP, "supergroup")], set()),
        # The last that was said counts.
        ([message(), member("kicked")], set()),
        ([member("kicked"), member("member"), message(COLLEAGUE)], {ADMIN, COLLEAGUE}),
        ([{"update_id": 1, "inline_query": {"from": {"id": ADMIN}}}], set()),
    ],
)
def test_updates_tell_which_chats_are_open(batch: list[dict[str, Any]], expected: set[int]) -> None:
    assert opened(batch) == expected


@pytest.mark.parametrize(
    "raw",
    [
        {"my_chat_member": None},
        {"my_chat_member": {"chat": 7, "new_chat_member": {"status": "member"}}},
        {"my_chat_member": {"chat": {"id": "7"}, "new_chat_member": {"status": "member"}}},
        {"my_chat_member": {"chat": {"id": 7}, "new_chat_member": {"status": ["member"]}}},
        {"message": [], "callback_query": {"message": None}},
        {"message": {"chat": {"id": 2**70, "type": "private"}}},
        {"message": {"chat": {"id": True, "type": "private"}}},
    ],
)
def test_an_update_that_is_not_of_telegrams_shape_opens_nothing(raw: dict[str, Any]) -> None:
    assert opened([raw]) == set()
