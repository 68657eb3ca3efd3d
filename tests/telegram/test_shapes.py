"""A message that a server refuses as it is goes in a poorer shape, and what the server refuses is remembered."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.desk.unit import Unit
from bot.sandbox.chats import ChatMessage
from bot.telegram.shape import MessageShape, newer, parameters, shapes
from bot.words.message import Button, Message
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line

COPIES = ((Button("Refresh", "refresh:1"), Button("Copy SF123", copy="SF123")),)
ONLY_COPIES = ((Button("Copy SF123", copy="SF123"),),)
ROWS = [[["Refresh", "refresh:1"], ["Copy", "", "SF123"]], [["Copy", "", "SF124"]]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made


def posts(house: Line, html: str, rows: Sequence[Sequence[Button]] = (), edits: int | None = None) -> None:
    with writing(house.database) as tx:
        house.desk.outgoing.post(Unit(tx), ADMIN, Message(html, tuple(map(tuple, rows))), edits=edits)
    house.committed()


def labels(messages: list[ChatMessage]) -> list[list[str]]:
    return [message.labels for message in messages if message.sender == "bot"]


def calls(house: Line) -> int:
    return sum(call.method in {"sendMessage", "editMessageText"} for call in house.telegram.calls)


async def test_a_server_that_refuses_a_kind_of_button_gets_the_message_without_it_and_is_asked_once(
    house: Line, caplog: pytest.LogCaptureFixture
) -> None:
    house.telegram.refuse_buttons("copy_text")
    posts(house, "one", COPIES)
    assert labels(await house.reads("one")) == [["Refresh"]]
    await until(house.nothing_waits())
    assert calls(house) == 2
    assert caplog.text.count("Telegram refuses copy_text of buttons") == 1
    posts(house, "two", COPIES)
    posts(house, "three", ONLY_COPIES)
    assert labels(await house.reads("one", "two", "three")) == [["Refresh"], ["Refresh"], []]
    assert calls(house) == 4
    await until(house.nothing_waits())
    assert house.states() == ["sent"] * 3


async def test_a_change_loses_the_refused_button_too_and_stays_a_change(house: Line) -> None:
    posts(house, "card", COPIES)
    (card,) = await house.reads("card")
    house.telegram.refuse_buttons("copy_text")
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    posts(house, "shipped", COPIES, edits=row["id"])
    (shown,) = await house.reads("shipped")
    assert (shown.message_id, shown.labels) == (card.message_id, ["Refresh"])


async def test_a_text_whose_formatting_is_refused_goes_as_plain_words_with_its_buttons(house: Line) -> None:
    posts(house, "<b>Placed <\\b> 1 &lt; 2", COPIES)
    (shown,) = await house.reads("Placed <\\b> 1 < 2")
    assert shown.labels == ["Refresh"]
    # Nothing is learnt about buttons from it.
    posts(house, "next", COPIES)
    messages = await house.reads("Placed <\\b> 1 < 2", "next")
    assert messages[-1].labels == ["Refresh", "Copy SF123"]


async def test_a_button_that_is_refused_does_not_take_the_message_along(house: Line) -> None:
    posts(house, "Placed", ((Button("Again", "x" * 65),),))
    posts(house, "next")
    assert labels(await house.reads("Placed", "next")) == [[], []]
    await until(house.nothing_waits())
    assert house.states() == ["sent", "sent"]


async def test_a_change_whose_content_is_refused_is_made_in_another_shape_not_said_anew(house: Line) -> None:
    house.puts("Sending")
    (card,) = await house.reads("Sending")
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    posts(house, "<b>Placed", edits=row["id"])
    (shown,) = await house.reads("Placed")
    assert shown.message_id == card.message_id


async def test_what_is_refused_in_every_shape_fails_with_the_first_words_and_the_chat_goes_on(house: Line) -> None:
    house.telegram.fail("sendMessage", "error", 4, status=400, said="Bad Request: message is too long")
    posts(house, "<b>long</b>", COPIES)
    await until(house.has("failed"))
    (row,) = reading(house.database).fetch("SELECT error FROM outbox")
    assert row["error"] == "Message is too long"
    posts(house, "next", COPIES)
    (shown,) = await house.reads("next")
    assert shown.labels == ["Refresh", "Copy SF123"]


def test_a_message_goes_whole_first_and_poorer_only_where_it_has_something_to_lose() -> None:
    refused = frozenset({"copy_text"})
    assert list(shapes("a", [], frozenset())) == [MessageShape()]
    assert list(shapes("<b>a</b>", [], refused)) == [MessageShape(refused), MessageShape(refused, is_formatted=False)]
    assert list(shapes("a", ROWS, frozenset())) == [
        MessageShape(),
        MessageShape(refused),
        MessageShape(refused, is_formatted=False, has_buttons=False),
    ]
    assert newer(ROWS) == refused
    assert newer(ROWS[:0]) == frozenset()


def test_buttons_that_can_do_nothing_any_more_go_with_their_row() -> None:
    shown = parameters(7, "<b>a</b> &amp; b", ROWS, MessageShape(frozenset({"copy_text"}), is_formatted=False))
    assert shown["text"] == "a & b"
    assert "parse_mode" not in shown
    assert shown["reply_markup"] == {"inline_keyboard": [[{"text": "Refresh", "callback_data": "refresh:1"}]]}
    assert "reply_markup" not in parameters(7, "a", ROWS[1:], MessageShape(frozenset({"copy_text"})))
