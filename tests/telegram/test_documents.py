"""Files on their way out and in: as strict as Telegram, and none is lost or sent twice without need."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.unit import Unit
from bot.sandbox.chats import ChatMessage
from bot.sandbox.faults import FaultKind
from bot.sandbox.standin import StandIn
from bot.sheets.sheet import SheetFault, SheetRefusedError
from bot.telegram.fetch import FileFetch
from bot.words.message import Attached, Button, Message
from storage import files
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE
from tests.storage.direct import writing
from tests.telegram.bot_api import offences
from tests.telegram.line import Line, line

SHEET = Attached("九月 orders.xlsx", b"PK\x03\x04" + bytes(range(256)) * 40)
ROWS = ((Button("Again", "sheet:file:1:0:0"),),)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made
        assert offences(made.telegram.calls) == []


def posts(house: Line, text: str, chat: int = ADMIN) -> None:
    with writing(house.database) as tx:
        house.desk.outgoing.post(Unit(tx), chat, Message(f"<b>{text}</b>", ROWS, SHEET))
    house.committed()


async def sent(house: Line, count: int = 1, chat: int = ADMIN) -> list[ChatMessage]:
    return await house.telegram.wait_for(
        chat, lambda messages: len([one for one in messages if one.sender == "bot"]) == count, PATIENCE
    )


async def test_a_file_goes_out_with_its_words_and_buttons(house: Line) -> None:
    posts(house, "Your sheet")
    (message,) = await sent(house)
    found = house.telegram.file_of(message)
    assert found is not None
    assert (found.name, found.content) == (SHEET.name, SHEET.content)
    assert (message.text, message.html, message.labels) == ("Your sheet", "<b>Your sheet</b>", ["Again"])
    await until(house.nothing_waits())


async def test_a_file_keeps_its_place_among_messages(house: Line) -> None:
    house.puts("before")
    posts(house, "Your sheet")
    house.puts("behind")
    messages = await sent(house, 3)
    assert [one.text for one in messages] == ["before", "Your sheet", "behind"]


async def test_a_file_that_telegram_wants_later_is_sent_later(house: Line) -> None:
    house.telegram.fail("sendDocument", "retry_after", retry_after=30)
    posts(house, "Your sheet")
    await until(house.postponed())
    house.later(30)
    (message,) = await sent(house)
    assert house.telegram.file_of(message) is not None


@pytest.mark.parametrize("kind", ["drop_before", "error"])
async def test_a_file_whose_line_was_cut_is_sent_again(house: Line, kind: FaultKind) -> None:
    house.telegram.fail("sendDocument", kind)
    posts(house, "Your sheet")
    await until(house.postponed())
    house.later(60)
    (message,) = await sent(house)
    assert house.telegram.file_of(message) is not None


async def test_a_file_for_a_closed_chat_is_kept_until_it_opens(house: Line) -> None:
    house.telegram.block(ADMIN)
    posts(house, "Your sheet")
    await until(house.has("failed"))
    house.telegram.unblock(ADMIN)
    await house.delivery.reopen([ADMIN])
    (message,) = await sent(house)
    assert house.telegram.file_of(message) is not None


async def test_of_a_file_that_is_kept_no_longer_the_words_are_sent(house: Line) -> None:
    house.telegram.block(ADMIN)
    posts(house, "Your sheet")
    await until(house.has("failed"))
    with writing(house.database) as tx:
        assert files.prune(tx, 2**60) == 1
    house.telegram.unblock(ADMIN)
    await house.delivery.reopen([ADMIN])
    (message,) = await sent(house)
    assert (message.text, house.telegram.file_of(message)) == ("Your sheet", None)


async def test_one_large_file_keeps_no_other_chat_waiting(house: Line) -> None:
    house.telegram.fail("sendDocument", "hang", chat_id=ADMIN)
    posts(house, "Your sheet")
    await house.telegram.wait_for_call("sendDocument")
    house.puts("hello", chat=COLLEAGUE)
    await house.reads("hello", chat=COLLEAGUE)
    house.telegram.heal()
    await until(house.postponed())
    house.later(60)
    assert len(await sent(house)) == 1


# The way in


async def file_id(telegram: StandIn, content: bytes) -> str:
    telegram.send_file(ADMIN, "orders.xlsx", content)
    document = telegram.messages(ADMIN)[-1].extra["document"]
    return str(document["file_id"])


async def test_a_file_is_fetched_as_it_was_sent(house: Line) -> None:
    content = bytes(range(256)) * 5000
    found = await FileFetch(house.client).fetch(await file_id(house.telegram, content), 5_000_000)
    assert found == content


async def test_a_file_that_is_too_large_is_not_fetched(house: Line) -> None:
    fetch = FileFetch(house.client)
    for size in (1_001, 20_000_001):
        large = await file_id(house.telegram, b"x" * size)
        with pytest.raises(SheetRefusedError) as error:
            await fetch.fetch(large, 1_000)
        assert error.value.code is SheetFault.TOO_LARGE
    assert await fetch.fetch(await file_id(house.telegram, b"x" * 1_000), 1_000) == b"x" * 1_000


async def test_a_file_that_lies_about_its_size_is_cut_off(house: Line) -> None:
    sent_id = await file_id(house.telegram, b"x" * 100_000)
    house.telegram.fail(
        "getFile", "odd_result", body=f'{{"file_id":"{sent_id}","file_size":10,"file_path":"documents/file_1.xlsx"}}'
    )
    with pytest.raises(SheetRefusedError) as error:
        await FileFetch(house.client).fetch(sent_id, 1_000)
    assert error.value.code is SheetFault.TOO_LARGE


async def test_a_file_that_is_gone_is_told_from_one_that_may_come(house: Line) -> None:
    fetch = FileFetch(house.client)
    with pytest.raises(SheetRefusedError) as error:
        await fetch.fetch("nothing", 1_000)
    assert error.value.code is SheetFault.GONE
    there = await file_id(house.telegram, b"x")
    kinds: tuple[FaultKind, ...] = ("error", "retry_after", "drop_before")
    for kind in kinds:
        house.telegram.fail("getFile", kind)
        with pytest.raises(ConnectionError):
            await fetch.fetch(there, 1_000)
    assert await fetch.fetch(there, 1_000) == b"x"


async def test_telegrams_own_refusals_of_files(house: Line) -> None:
    posts(house, "Your sheet")
    (message,) = await sent(house)
    house.telegram.send_file(COLLEAGUE, "a.csv", b"a,b", caption="gifts")
    update = house.telegram.messages(COLLEAGUE)[-1]
    assert (update.text, update.extra["document"]["file_size"]) == ("gifts", 3)
    # A caption is no text that could be edited.
    with pytest.raises(Exception, match="no text in the message to edit"):
        await asyncio.wait_for(house.client.edit_html(ADMIN, message.message_id, "other", ()), PATIENCE)
