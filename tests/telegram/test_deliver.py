"""The outbox reaches Telegram: per chat in order, whatever Telegram does meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk.unit import Unit
from bot.telegram import deliver
from tests.bench import bench, locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line


@pytest.fixture(params=[True, False], ids=["handed over", "told of"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with line(tmp_path, hands_over=request.param) as made, working(made.delivery.run()):
        yield made


async def test_messages_of_a_chat_arrive_in_order(house: Line) -> None:
    texts = [f"message {n}" for n in range(12)]
    house.puts(*texts)
    await house.reads(*texts)
    await until(house.nothing_waits())


async def test_more_chats_than_are_served_at_once_are_all_served(house: Line) -> None:
    people = range(1, deliver.AT_ONCE + 6)
    for person in people:
        house.telegram.add_person(person, started=True)
        house.puts("hello", "again", chat=person)
    for person in people:
        await house.reads("hello", "again", chat=person)


async def test_what_was_not_taken_is_sent_after_a_restart(tmp_path: Path) -> None:
    async with bench(tmp_path) as before:
        with writing(before.database) as tx:
            before.desk.outgoing.plain(Unit(tx), ADMIN, "first")
            before.desk.outgoing.plain(Unit(tx), ADMIN, "second")
    async with line(tmp_path) as house, working(house.delivery.run()):
        await house.reads("first", "second")


async def test_what_is_said_just_after_a_start_does_not_overtake_what_was_left_from_before(tmp_path: Path) -> None:
    async with bench(tmp_path) as before:
        with writing(before.database) as tx:
            before.desk.outgoing.plain(Unit(tx), ADMIN, "left from before")
    may_read = threading.Event()
    async with line(tmp_path) as house:
        busy = asyncio.create_task(house.database.read(lambda _: may_read.wait(PATIENCE)))
        await asyncio.sleep(0)
        async with working(house.delivery.run()):
            await asyncio.sleep(0)
            (newest,) = reading(house.database).fetch("SELECT MAX(id) AS id FROM outbox")
            house.handed = newest["id"]
            house.puts("new")
            await asyncio.sleep(0.1)
            may_read.set()
            await house.reads("left from before", "new")
            await busy


async def test_one_chat_that_must_wait_leaves_another_served(house: Line) -> None:
    house.telegram.fail("sendMessage", "retry_after", chat_id=ADMIN, retry_after=30)
    house.puts("a", "b")
    await until(house.postponed())
    house.puts("c", chat=COLLEAGUE)
    await house.reads("c", chat=COLLEAGUE)
    house.later(29)
    house.puts("d", chat=COLLEAGUE)
    await house.reads("c", "d", chat=COLLEAGUE)
    await house.reads()
    house.later(1)
    await house.reads("a", "b")


@pytest.mark.parametrize("fault", ["error", "drop_before"])
async def test_what_telegram_did_not_take_goes_again(house: Line, fault: Any) -> None:
    house.telegram.fail("sendMessage", fault, times=2)
    house.puts("a", "b")
    await until(house.postponed())
    house.later(1)
    await until(house.postponed(2))
    house.later(1)
    await house.reads("a", "b")


async def test_a_message_whose_answer_was_lost_may_come_twice_but_none_is_lost(house: Line) -> None:
    house.telegram.fail("sendMessage", "drop_after")
    house.puts("a", "b")
    await until(house.postponed())
    house.later(1)
    await house.reads("a", "a", "b")


async def test_a_line_that_hangs_holds_up_no_other_chat(house: Line) -> None:
    house.telegram.fail("sendMessage", "hang", chat_id=ADMIN)
    house.puts("a", "b")
    await house.telegram.wait_for_call("sendMessage")
    house.puts("c", chat=COLLEAGUE)
    await house.reads("c", chat=COLLEAGUE)
    house.telegram.heal()
    await until(house.postponed())
    house.later(1)
    await house.reads("a", "b")


async def test_a_chat_that_blocked_the_bot_holds_up_nothing_and_goes_on_later(house: Line) -> None:
    house.telegram.block(ADMIN)
    house.puts("missed")
    await until(house.has("failed"))
    house.telegram.unblock(ADMIN)
    house.puts("a")
    await house.reads("a", "missed")


async def test_a_message_that_telegram_never_takes_holds_up_nothing(house: Line) -> None:
    house.puts(" ", "a")
    await house.reads("a")
    await until(house.nothing_waits())
    assert house.states() == ["failed", "sent"]


async def test_an_edit_changes_the_message_that_was_sent(house: Line) -> None:
    house.puts("Sending")
    house.edits("Placed")
    (message,) = await house.reads("Placed")
    assert message.edited


async def test_an_edit_of_a_message_that_is_gone_is_a_new_message(house: Line) -> None:
    house.puts("Sending")
    (message,) = await house.reads("Sending")
    await house.client.delete_message(ADMIN, message.message_id)
    house.edits("Placed")
    await house.reads("Placed")


async def test_an_edit_of_a_message_that_was_never_taken_is_a_new_message(house: Line) -> None:
    house.telegram.block(ADMIN)
    house.puts("Sending")
    await until(house.has("failed"))
    house.telegram.unblock(ADMIN)
    house.edits("Placed")
    await house.reads("Placed")
    await until(house.nothing_waits())
    # What it shows first is surpassed, and does not come after all.
    assert house.states() == ["failed", "sent"]


async def test_an_edit_that_changes_nothing_counts_as_done(house: Line) -> None:
    house.puts("Sending")
    house.edits("Sending")
    house.puts("next")
    await house.reads("Sending", "next")
    await until(house.has("sent", 3))


async def test_an_edit_whose_answer_was_lost_is_done_once(house: Line) -> None:
    house.telegram.fail("editMessageText", "drop_after")
    house.puts("Sending")
    house.edits("Placed")
    await until(house.postponed())
    house.later(1)
    await until(house.nothing_waits())
    await house.reads("Placed")


@pytest.mark.parametrize("result", [None, "true", "{}", "[1]", '{"message_id":"9"}'])
async def test_a_message_that_telegram_took_was_taken_whatever_its_answer_names(
    house: Line, result: str | None
) -> None:
    house.telegram.fail("sendMessage", "odd_result", body=result)
    house.puts("Sending", "a")
    await house.reads("Sending", "a")
    await until(house.nothing_waits())
    assert house.states() == ["sent", "sent"]
    assert sum(call.method == "sendMessage" for call in house.telegram.calls) == 2


async def test_a_change_of_a_message_whose_id_nobody_knows_is_a_new_message(house: Line) -> None:
    house.telegram.fail("sendMessage", "odd_result", body="true")
    house.puts("Sending")
    await house.reads("Sending")
    house.edits("Placed")
    await house.reads("Sending", "Placed")
    await until(house.has("sent", 2))


@pytest.mark.parametrize("result", [None, "true", "{}"])
async def test_a_change_that_telegram_took_is_of_the_message_that_was_asked_for(
    house: Line, result: str | None
) -> None:
    house.puts("Sending")
    (card,) = await house.reads("Sending")
    house.telegram.fail("editMessageText", "odd_result", body=result)
    house.edits("Placed")
    (shown,) = await house.reads("Placed")
    await until(house.has("sent", 2))
    assert shown.message_id == card.message_id


async def test_messages_that_were_taken_are_not_sent_again_because_storage_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliver, "pause", lambda _: 0)
    async with line(tmp_path, busy_timeout=0) as house:
        house.puts("a", "b")
        async with locked(house.path):
            delivering = working(house.delivery.run())
            await delivering.__aenter__()

            async def logged() -> bool:
                return caplog.text.count("could not be recorded") > 3

            await until(logged)
            await house.reads("a", "b")
            house.delivery.wake()
        await until(house.has("sent", 2))
        house.puts("c")
        await house.reads("a", "b", "c")
        await delivering.__aexit__(None, None, None)


async def test_flush_returns_when_nothing_is_due(house: Line) -> None:
    await house.delivery.flush()
    house.telegram.fail("sendMessage", "retry_after", chat_id=COLLEAGUE, retry_after=30)
    house.puts("later", chat=COLLEAGUE)
    house.puts("a", "b", "c")
    await house.delivery.flush()
    assert house.states() == ["waiting", "sent", "sent", "sent"]
    await house.reads("a", "b", "c")


async def test_an_outbox_that_can_not_be_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliver, "pause", lambda _: 0)
    async with line(tmp_path) as house:
        house.puts("a")
        with writing(house.database) as tx:
            tx.execute("ALTER TABLE outbox RENAME TO elsewhere")
        async with working(house.delivery.run()):

            async def logged() -> bool:
                return "the outbox could not be read" in caplog.text

            await until(logged)
            with writing(house.database) as tx:
                tx.execute("ALTER TABLE elsewhere RENAME TO outbox")
            await house.reads("a")
