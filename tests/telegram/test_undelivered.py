"""Messages that Telegram won't take as they are: said anew, later, or never, and every other chat goes on."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path

import pytest

from bot.desk.unit import Unit
from bot.sandbox.messages import GONE_WORDS
from bot.telegram import deliver, receive
from bot.telegram.deliver import Delivery
from bot.words.message import Message
from storage import outbox
from storage.database import Reader, Transaction
from storage.outbox import OutboxRow
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line

GROUP = -7
GONE = [*(f"Bad Request: {words}" for words in GONE_WORDS), "Bad Request: for a reason that nobody has foreseen"]
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, working(made.delivery.run()):
        yield made


def edit(house: Line, row: int, text: str) -> None:
    with writing(house.database) as tx:
        house.desk.outgoing.post(Unit(tx), ADMIN, Message(text), edits=row)
    house.committed()


def calls(house: Line, chat: int, method: str = "sendMessage") -> int:
    return sum(call.method == method and call.params["chat_id"] == chat for call in house.telegram.calls)


async def test_after_a_message_was_deleted_later_edits_change_its_successor(house: Line) -> None:
    house.puts("Sending")
    (first,) = await house.reads("Sending")
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    house.telegram.delete(ADMIN, first.message_id)
    edit(house, row["id"], "Outcome unknown")
    (second,) = await house.reads("Outcome unknown")
    edit(house, row["id"], "Placed")
    (third,) = await house.reads("Placed")
    assert third.message_id == second.message_id != first.message_id
    assert third.edited
    house.telegram.delete(ADMIN, third.message_id)
    edit(house, row["id"], "Sent")
    edit(house, row["id"], "Delivered")
    (last,) = await house.reads("Delivered")
    assert last.edited


@pytest.mark.parametrize("said", GONE)
async def test_what_can_not_be_edited_is_said_anew_and_edited_from_then_on(house: Line, said: str) -> None:
    house.telegram.fail("editMessageText", "error", status=400, said=said)
    house.puts("Sending")
    (row,) = reading(house.database).fetch("SELECT id FROM outbox")
    edit(house, row["id"], "Outcome unknown")
    await house.reads("Sending", "Outcome unknown")
    edit(house, row["id"], "Placed")
    await house.reads("Sending", "Placed")


@pytest.mark.parametrize("words", GONE_WORDS)
async def test_a_deleted_message_is_said_anew_in_whatever_words_the_server_refuses_its_change(
    house: Line, words: str
) -> None:
    house.telegram.says_gone(words)
    house.puts("Sending")
    (card,) = await house.reads("Sending")
    house.telegram.delete(ADMIN, card.message_id)
    house.edits("Placed")
    await house.reads("Placed")


async def test_a_flooded_chat_is_left_alone_as_long_as_telegram_asks_and_keeps_its_order(house: Line) -> None:
    house.telegram.flood(ADMIN, 3600)
    house.puts("a", "b", "c")
    await until(house.postponed())
    for passed in (1000, 2000, 599):
        house.later(passed)
        house.puts("x", chat=COLLEAGUE)
    await house.reads("x", "x", "x", chat=COLLEAGUE)
    assert calls(house, ADMIN) == 1
    house.telegram.flood(ADMIN, 0)
    house.later(2)
    await house.reads("a", "b", "c")
    assert calls(house, ADMIN) == 4


async def test_a_flood_that_counts_for_all_chats_is_waited_for_by_each(house: Line) -> None:
    house.telegram.fail("sendMessage", "retry_after", times=2, retry_after=30)
    house.puts("a", "b")
    house.puts("c", "d", chat=COLLEAGUE)
    await until(house.postponed(2))
    house.later(29)
    await house.delivery.flush()
    assert (calls(house, ADMIN), calls(house, COLLEAGUE)) == (1, 1)
    house.later(1)
    await house.reads("a", "b")
    await house.reads("c", "d", chat=COLLEAGUE)


def _blocked(house: Line) -> tuple[int, Callable[[], object]]:
    house.telegram.block(ADMIN)
    return ADMIN, lambda: house.telegram.unblock(ADMIN)


def _kicked(house: Line) -> tuple[int, Callable[[], object]]:
    house.telegram.add_group(GROUP, "Office", [ADMIN])
    house.telegram.kick(ADMIN, GROUP)
    return GROUP, lambda: house.telegram.invite(ADMIN, GROUP)


@pytest.mark.parametrize("shut", [_blocked, _kicked])
async def test_a_chat_that_is_closed_to_the_bot_fails_message_by_message_and_others_go_on(
    house: Line, shut: Callable[[Line], tuple[int, Callable[[], object]]]
) -> None:
    chat, open_again = shut(house)
    house.puts("lost", "lost too", chat=chat)
    house.puts("a", "b", chat=COLLEAGUE)
    await house.reads("a", "b", chat=COLLEAGUE)
    await until(house.has("failed", 2))
    house.later(3600)
    await house.delivery.flush()
    assert calls(house, chat) == 2
    open_again()
    house.puts("c", chat=chat)
    await house.reads("c", "lost", "lost too", chat=chat)


async def test_an_account_that_was_deleted_fails_once_per_message(house: Line) -> None:
    house.telegram.deactivate(ADMIN)
    house.puts("lost")
    await until(house.has("failed"))
    house.puts("a", chat=COLLEAGUE)
    await house.reads("a", chat=COLLEAGUE)
    (row,) = reading(house.database).fetch("SELECT error FROM outbox WHERE state = 'failed'")
    assert row["error"] == "blocked"


def telling_the_colleague(house: Line) -> Delivery:
    """A delivery that says to the colleague what the admin will never read."""

    def tell(tx: Transaction, row: OutboxRow, why: str) -> list[OutboxRow]:
        unit = Unit(tx)
        if row.chat_id == ADMIN:
            text = f"{json.loads(row.body)['html']}: {why}"
            house.desk.outgoing.plain(unit, COLLEAGUE, text)
        return unit.rows

    return Delivery(house.client, house.database, house.clock, house.clock.forward, tell)


async def test_what_is_said_of_a_message_that_nobody_will_read_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known as soon as it is committed: a later message that is handed over would overtake what is only read."""
    waiting, readings = outbox.waiting, 0

    def counted(reader: Reader, limit: int, chats: Collection[int] | None) -> list[OutboxRow]:
        nonlocal readings
        readings += 1
        return waiting(reader, limit, chats)

    monkeypatch.setattr(outbox, "waiting", counted)
    async with line(tmp_path) as house:
        house.delivery = telling_the_colleague(house)
        house.telegram.block(ADMIN)
        house.puts("Placed")
        async with working(house.delivery.run()):
            await house.reads("Placed: Forbidden: bot was blocked by the user", chat=COLLEAGUE)
            assert readings == 1


async def test_what_nobody_will_read_is_told_and_what_is_said_about_it_leaves(tmp_path: Path) -> None:
    async with line(tmp_path) as house:
        house.delivery = telling_the_colleague(house)
        house.telegram.block(ADMIN)
        house.puts("Placed")
        async with working(house.delivery.run()):
            await house.reads("Placed: Forbidden: bot was blocked by the user", chat=COLLEAGUE)
            # Nor does a second one that can't be told go round in circles.
            house.telegram.block(COLLEAGUE)
            house.puts("Refused")
            await until(house.nothing_waits())
        assert house.states() == ["failed", "sent", "failed", "failed"]


async def test_a_telling_that_fails_makes_no_row_go_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with line(tmp_path) as house:

        def fails(tx: Transaction, row: OutboxRow, _why: str) -> list[OutboxRow]:
            tx.execute("INSERT INTO outbox SELECT * FROM outbox WHERE id = $1", row.id)
            return []

        house.delivery = Delivery(house.client, house.database, house.clock, house.clock.forward, fails)
        house.telegram.block(ADMIN)
        house.puts("lost")
        async with working(house.delivery.run()):
            await until(house.has("failed"))
            house.telegram.unblock(ADMIN)
            house.puts("a")
            await house.reads("a")
        assert caplog.text.count("nobody could be told") == 1


async def test_an_answer_to_a_tap_that_comes_too_late_is_no_error(
    house: Line, caplog: pytest.LogCaptureFixture
) -> None:
    house.telegram.fail("answerCallbackQuery", "error", status=400, said=TOO_OLD)
    with caplog.at_level(logging.INFO):
        async with working(house.inbox.poll()):
            house.telegram.say(ADMIN, "/order shop")
            await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
            house.telegram.tap_button(ADMIN, "goods")
            await house.telegram.wait_for(ADMIN, lambda messages: messages[-1].text.startswith("Product"))

            async def noted() -> bool:
                return "a tap could not be answered" in caplog.text

            await until(noted)
    assert all(record.levelno == logging.INFO for record in caplog.records)


async def test_storage_that_fails_is_told_in_lines_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in (deliver, receive):
        monkeypatch.setattr(module, "pause", lambda _: 0.05)
    async with line(tmp_path, busy_timeout=0) as house:
        house.puts("a")
        house.telegram.say(ADMIN, "/help")
        async with locked(house.path):
            tasks = [asyncio.create_task(house.inbox.poll()), asyncio.create_task(house.delivery.run())]

            async def both_failed() -> bool:
                return "could not be handled" in caplog.text and "could not be recorded" in caplog.text

            await until(both_failed)
        await until(house.acknowledged())
        await until(house.nothing_waits())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Nor was it the update's fault: it is handled after all, not put aside.
        assert house.outbox()[-1].startswith("<b>What I can do")
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 3)
    assert f"the database {house.path} is locked by another process" in caplog.text
    assert not any(record.exc_info for record in caplog.records)
