"""Confirm typed is the button of the summary that the person has read: of no other, and once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.journal.views import Result
from bot.sandbox.chats import BOT, ChatMessage
from providers.orders import Outcome
from tests.bench import GROUP, until, working
from tests.desk.filling import claim
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading
from tests.telegram.line import Line, line


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


def newest(house: Line, chat: int) -> ChatMessage:
    return [message for message in house.telegram.messages(chat) if message.sender == BOT][-1]


async def says(house: Line, who: int, text: str, chat: int, reply_to: int | None = None) -> ChatMessage:
    """Say it, in a group as a reply to the newest message of the bot; returns what it says to that."""
    if reply_to is None and chat == GROUP and not text.startswith("/"):
        reply_to = newest(house, chat).message_id
    house.telegram.say(who, text, chat_id=chat, reply_to=reply_to)
    await until(house.acknowledged())
    await until(house.nothing_waits())
    return newest(house, chat)


async def filled(house: Line, who: int, chat: int, quantity: str) -> ChatMessage:
    """Returns the summary of an order for the shop."""
    for text in ("/order shop", "goods", "188", quantity, "Done", "Skip", "Skip"):
        shown = await says(house, who, text, chat)
        # So that no word comes twice within a moment.
        house.later(20)
    assert shown.text.startswith("Summary")
    return shown


def ordered(house: Line) -> list[int]:
    """Whose orders there are."""
    return [int(row["user_id"]) for row in reading(house.database).fetch("SELECT user_id FROM orders")]


async def test_confirm_below_a_colleagues_summary_does_not_confirm_ones_own(house: Line) -> None:
    house.telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
    async with working(house.delivery.run(), house.inbox.poll()):
        own = await filled(house, ADMIN, GROUP, "10")
        theirs = await filled(house, COLLEAGUE, GROUP, "2")
        shown = await says(house, ADMIN, "Confirm", GROUP, reply_to=theirs.message_id)
        assert ordered(house) == []
        # What one's own word is about is shown once more, and below that it counts.
        assert shown.text.split("\n")[:3] == own.text.split("\n")[:3]
        await says(house, ADMIN, "Confirm", GROUP, reply_to=shown.message_id)
        assert ordered(house) == [ADMIN]
        await says(house, COLLEAGUE, "confirm", GROUP, reply_to=theirs.message_id)
        assert ordered(house) == [ADMIN, COLLEAGUE]


async def test_confirm_below_an_older_summary_shows_what_it_would_order_now(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        older = await filled(house, ADMIN, ADMIN, "10")
        for text in ("Edit", "Note", "quick"):
            newer = await says(house, ADMIN, text, ADMIN)
        assert newer.text.startswith("Summary")
        shown = await says(house, ADMIN, "Confirm", ADMIN, reply_to=older.message_id)
        assert ordered(house) == []
        assert shown.message_id > newer.message_id
        assert "quick" in shown.text
        await says(house, ADMIN, "Confirm", ADMIN)
        assert ordered(house) == [ADMIN]


async def test_in_a_group_an_answer_may_be_a_reply_to_any_message(house: Line) -> None:
    house.telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
    async with working(house.delivery.run(), house.inbox.poll()):
        first = await says(house, ADMIN, "/order shop", GROUP)
        for text in ("goods", "188", "2", "Done", "Back", "Done", "Skip"):
            shown = await says(house, ADMIN, text, GROUP, reply_to=first.message_id)
            house.later(20)
        assert shown.text.startswith("Recipient")


async def test_confirm_that_a_bad_line_sends_twice_does_not_confirm_what_came_back(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await filled(house, ADMIN, ADMIN, "10")
        await says(house, ADMIN, "Confirm", ADMIN)
        (row,) = reading(house.database).fetch("SELECT reference FROM orders")
        claim(house, row["reference"])
        await house.settle(row["reference"], Result(Outcome.REFUSED, code="refused", said="No stock"))
        await until(house.nothing_waits())
        assert newest(house, ADMIN).text.startswith("Summary")
        shown = await says(house, ADMIN, "Confirm", ADMIN)
        assert shown.text.startswith("Taken only once: Confirm")
        assert len(ordered(house)) == 1
        # Once that was said, it is meant.
        await says(house, ADMIN, "Confirm", ADMIN)
        assert len(ordered(house)) == 2


@pytest.mark.parametrize("asked", ["Confirm?", "確認下單？"])
async def test_a_question_below_the_summary_confirms_nothing(house: Line, asked: str) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        summary = await filled(house, ADMIN, ADMIN, "10")
        shown = await says(house, ADMIN, asked, ADMIN, reply_to=summary.message_id)
        assert (ordered(house), shown.text) == ([], summary.text)
        await says(house, ADMIN, asked[:-1], ADMIN)
        assert ordered(house) == [ADMIN]
