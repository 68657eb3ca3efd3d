"""An answered question loses its buttons and shows its answer; that it can't be changed is nobody's news."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.chats import BOT, ChatMessage
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading
from tests.telegram.line import Line, line


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


async def does(house: Line, deed: str, then: str) -> None:
    """Tap the button in brackets or say the text; wait until the bot's newest message starts so, and all is said."""
    if deed.startswith("["):
        house.telegram.tap_button(ADMIN, deed[1:-1])
    else:
        house.telegram.say(ADMIN, deed)
    await house.telegram.wait_for(ADMIN, lambda _: bool(said(house)) and said(house)[-1].text.startswith(then))
    await until(house.acknowledged())
    await until(house.nothing_waits())


def said(house: Line) -> list[ChatMessage]:
    return [message for message in house.telegram.messages(ADMIN) if message.sender == BOT]


def first_lines(house: Line) -> list[str]:
    return [message.text.split("\n")[0] for message in said(house)]


def with_buttons(house: Line) -> list[str]:
    return [message.text.split("\n")[0].split(" ·")[0] for message in said(house) if message.buttons]


async def to_the_note(house: Line) -> None:
    for deed, then in (("/order shop", "Order type"), ("[goods]", "Product"), ("188", "Quantity"), ("2", "Items")):
        await does(house, deed, then)
    await does(house, "[Done]", "Note")


async def test_the_answer_is_shown_as_it_is_read(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        for deed, then in (
            ("/order shop", "Order type"),
            ("[goods]", "Product"),
            (" １８８ ", "Quantity"),
            ("1k", "Items"),
        ):
            await does(house, deed, then)
        assert first_lines(house)[:3] == ["Order type: goods", "Product: 188", "Quantity: 1,000"]


async def test_an_answered_question_shows_its_answer_and_only_the_open_one_has_buttons(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_note(house)
        assert first_lines(house)[:3] == ["Order type: goods", "Product: 188", "Quantity: 2"]
        assert first_lines(house)[3].startswith("Items")
        assert with_buttons(house) == ["Note"]
        await does(house, "[Skip]", "Recipient")
        assert first_lines(house)[4] == "Note: skipped"
        await does(house, "[Skip]", "Summary")
        assert with_buttons(house) == ["Summary"]
        house.telegram.tap_button(ADMIN, "Confirm")
        await house.telegram.wait_for(ADMIN, lambda _: said(house)[-1].text.startswith("Sending"))
        await house.telegram.wait_for(ADMIN, lambda _: "Summary" not in with_buttons(house))
        # What was confirmed stays there to be read.
        assert "188" in said(house)[-2].text


async def test_a_cancelled_draft_leaves_no_button_of_its_own(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await to_the_note(house)
        await does(house, "/cancel", "Cancelled")
        assert [one for one in with_buttons(house) if one != "Cancelled"] == []


async def test_a_question_that_is_asked_again_has_its_buttons_in_one_message_only(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        for deed, then in (("/order shop", "Order type"), ("[goods]", "Product"), ("188", "Quantity")):
            await does(house, deed, then)
        await does(house, "many", "Quantity")
        house.telegram.say_other(ADMIN, "sticker")
        await until(house.acknowledged())
        await until(house.nothing_waits())
        assert with_buttons(house) == ["Quantity"]
        assert said(house)[-1].buttons
        await does(house, "3", "Items")
        assert with_buttons(house) == ["Items"]


async def test_a_refused_answer_leaves_no_earlier_one_above_it(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        for deed, then in (("/order shop", "Order type"), ("[goods]", "Product"), ("188", "Quantity"), ("2", "Items")):
            await does(house, deed, then)
        await does(house, "[Back]", "Quantity")
        await does(house, "many", "Quantity")
        assert "Not accepted" in said(house)[-1].text
        # The question above it is not closed by the answer that it has had for long.
        assert first_lines(house)[-2].startswith("Quantity ·")
        await does(house, "[Keep]", "Items")
        assert first_lines(house)[-2] == "Quantity: 2"


async def test_going_back_leaves_the_question_as_it_was_asked(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        for deed, then in (("/order shop", "Order type"), ("[goods]", "Product")):
            await does(house, deed, then)
        await does(house, "[Back]", "Order type")
        assert first_lines(house)[1].startswith("Product ·")
        assert with_buttons(house) == ["Order type"]


async def test_the_next_question_is_said_before_the_last_one_is_closed(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await does(house, "/order shop", "Order type")
        await does(house, "goods", "Product")
    methods = [call.method for call in house.telegram.calls if call.method in {"sendMessage", "editMessageText"}]
    assert methods == ["sendMessage", "sendMessage", "editMessageText"]


@pytest.mark.parametrize("how", ["deleted", "refused", "blocked"])
async def test_a_question_that_can_not_be_closed_is_no_news(house: Line, how: str) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await does(house, "/order shop", "Order type")
        if how == "deleted":
            house.telegram.delete(ADMIN, said(house)[0].message_id)
        else:
            word = "Bad Request: MESSAGE_TOO_LONG" if how == "refused" else "Forbidden: bot was blocked by the user"
            house.telegram.fail("editMessageText", "error", status=400 if how == "refused" else 403, said=word)
        await does(house, "goods", "Product")
        assert [text for text in first_lines(house) if text.startswith("Order type: ")] == []
        assert house.telegram.messages(COLLEAGUE) == []
        await does(house, "188", "Quantity")
        assert "Product: 188" in first_lines(house)


async def test_a_closing_that_has_to_wait_keeps_nothing_else_waiting(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        await does(house, "/order shop", "Order type")
        house.telegram.fail("editMessageText", "retry_after", retry_after=600)
        house.telegram.say(ADMIN, "goods")
        await until(house.postponed())
        house.telegram.say(ADMIN, "188")
        await house.telegram.wait_for(ADMIN, lambda _: said(house)[-1].text.startswith("Quantity"))
        assert said(house)[0].buttons
        house.later(601)
        await until(house.nothing_waits())
        assert with_buttons(house) == ["Quantity"]
    assert reading(house.database).fetch("SELECT * FROM outbox WHERE state = 'failed'") == []
