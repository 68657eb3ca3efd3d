"""A group that becomes a supergroup gets another id from Telegram, and goes on where it was."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk.desk import Desk
from bot.desk.gate import Gate
from bot.staff.access import Staff
from bot.staff.groups import Groups
from bot.telegram.deliver import Delivery
from bot.telegram.receive import Inbox
from storage import groups
from tests.bench import GROUP, desk_on, office, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading
from tests.telegram.line import Line, Waking, line

NOW = -1001234567890
SAID = "Bad Request: group chat was upgraded to a supergroup chat"
MOVED = {"ok": False, "error_code": 400, "description": SAID, "parameters": {"migrate_to_chat_id": NOW}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        deliver_from(made, made.desk)
        made.telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
        made.telegram.add_group(NOW, "Office", [ADMIN, COLLEAGUE])
        yield made


def deliver_from(house: Line, desk: Desk) -> None:
    """What waits is sent through this desk's gate."""
    house.delivery = Delivery(house.client, house.database, house.clock, house.clock.forward, gate=Gate(desk))
    assert isinstance(house.workers, Waking)
    house.workers.delivery = house.delivery


def upgrade(house: Line) -> None:
    """Telegram refuses the old id from now on."""
    for method in ("sendMessage", "editMessageText"):
        house.telegram.fail(method, "error", times=None, chat_id=GROUP, status=400, body=json.dumps(MOVED))


def service(house: Line, **content: Any) -> None:
    """The message in which Telegram tells it, as it comes to bots."""
    chat = NOW if "migrate_from_chat_id" in content else GROUP
    message = {"message_id": 90, "date": 1, "chat": {"id": chat, "type": "group", "title": "Office"}} | content
    house.telegram.raw_update({"message": message})


async def test_what_waits_goes_to_the_group_as_it_is_now_and_admins_are_told_once(house: Line) -> None:
    upgrade(house)
    house.puts("a", "b", chat=GROUP)
    async with working(house.delivery.run()):
        await house.reads("a", "b", chat=NOW)
        house.edits("B", chat=NOW)
        await house.reads("a", "B", chat=NOW)
        for admin in (ADMIN, COLLEAGUE):
            (told,) = await house.telegram.wait_for(admin, lambda messages: len(messages) == 1)
            assert f"put {NOW} in place of {GROUP}" in told.text
    assert reading(house.database).fetch("SELECT * FROM outbox WHERE chat_id = $1", GROUP) == []


async def test_a_card_of_before_is_said_anew_and_never_changes_another_message(house: Line) -> None:
    house.puts("Sending", chat=GROUP)
    async with working(house.delivery.run()):
        await house.reads("Sending", chat=GROUP)
        house.telegram.say(ADMIN, "/help", chat_id=NOW)
        await until(house.nothing_waits())
        upgrade(house)
        house.edits("Placed", chat=GROUP)
        await house.reads("Placed", chat=NOW)


@pytest.mark.parametrize("told", [{"migrate_to_chat_id": NOW}, {"migrate_from_chat_id": GROUP}])
async def test_the_draft_goes_on_in_the_group_as_it_is_now(house: Line, told: dict[str, int]) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop", chat_id=GROUP)
        await house.telegram.wait_for(GROUP, lambda messages: messages[-1].text.startswith("Order type"))
        upgrade(house)
        service(house, **told)
        house.telegram.say(ADMIN, "/order", chat_id=NOW)
        await house.telegram.wait_for(NOW, lambda messages: messages[-1].text.startswith("Open draft"))
        house.telegram.tap_button(ADMIN, "Continue", chat_id=NOW)
        await house.telegram.wait_for(NOW, lambda messages: messages[-1].text.startswith("Order type"))
        # A button of before, in the chat of before, is answered where the group is now.
        house.telegram.tap_button(ADMIN, "goods", chat_id=GROUP)
        await house.telegram.wait_for(NOW, lambda messages: len(messages) >= 4)
    (row,) = reading(house.database).fetch("SELECT chat_id FROM conversations")
    assert row["chat_id"] == NOW


async def test_after_a_restart_it_still_counts_though_the_settings_have_the_old_id(house: Line) -> None:
    async with working(house.inbox.poll()):
        service(house, migrate_to_chat_id=NOW)
        service(house, migrate_from_chat_id=GROUP)
        await until(house.acknowledged())
    moves = groups.moves(reading(house.database))
    assert moves == {GROUP: NOW}
    desk = desk_on(house.database, house.clock, house.workers, staff=Staff(office().admins, Groups([GROUP], moves)))
    assert desk.staff.may_talk(NOW, ADMIN)
    house.inbox = Inbox(house.client, desk, forward=house.clock.forward)
    deliver_from(house, desk)
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/help", chat_id=NOW)
        await house.telegram.wait_for(NOW, lambda messages: messages[-1].text.startswith("What I can do"))
    told = reading(house.database).fetch("SELECT id FROM outbox WHERE body LIKE '%staff.groups%'")
    assert len(told) == len(office().admins)
