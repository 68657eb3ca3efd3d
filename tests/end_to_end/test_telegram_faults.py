"""Telegram fails in the middle of a conversation: it finishes all the same, and nothing counts twice."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import run
from bot.sandbox.faults import FaultKind
from bot.sandbox.updates import BY_OTHER_POLL
from bot.settings.model import Settings
from bot.telegram import receive
from bot.telegram.client import TOKEN_REVOKED, TelegramRefusedError
from bot.telegram.receive import SECOND_POLLER
from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, order, reference_in
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE, World, world
from tests.end_to_end.nursing import Nursing
from tests.end_to_end.program import running

pytestmark = pytest.mark.asyncio(loop_scope="module")

FAULTS: list[FaultKind] = ["error", "drop_before", "drop_after", "retry_after"]


@pytest.mark.parametrize("method", ["getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_conversation_finishes_though_calls_fail(
    method: str, fault: FaultKind, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        bot = await nursing.start(house.config())
        for turn in ANQICMS.turns:
            if turn.does == "188" and method != "editMessageText":
                house.telegram.fail(method, fault)
            house.does(turn.does)
            # A message whose answer is lost comes twice.
            shown = await house.reads(turn.first)
            assert tuple(shown.labels) == turn.buttons
        house.telegram.fail(method, fault)
        house.tap("Confirm")
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        assert len(house.gifts_and_shops.received) == 1

        house.telegram.heal()
        house.say(f"/status {reference}")
        assert f"Reference: {reference}" in (await house.reads("Order ·")).text
        await bot.kill()


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setMyCommands"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_the_bot_starts_though_telegram_is_not_well_yet(
    method: str, fault: FaultKind, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        house.telegram.fail(method, fault)
        house.say("/start")
        bot = await nursing.start(house.config())
        assert (await house.next()).text.startswith("Welcome")
        await bot.kill()


async def test_a_conversation_in_which_every_update_comes_again_and_again_is_one_order(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        bot = await nursing.start(house.config())
        seen = []
        for turn in ANQICMS.turns:
            seen.append(does(house, turn.does))
            shown = await house.next()
            assert shown.text.splitlines()[0] == turn.first
            for update in reversed(seen):
                house.telegram.redeliver(update)
        seen.append(house.telegram.tap_button(ADMIN, "Confirm"))
        reference = reference_in((await house.reads("Placed")).text)
        for update in (*seen, *reversed(seen)):
            house.telegram.redeliver(update)
        await house.taken_in()
        house.say("/orders")
        # Nothing was said in between.
        assert (await house.next()).text.startswith("Latest orders")
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        assert len(house.gifts_and_shops.received) == 1
        await bot.kill()


async def test_an_order_whose_card_was_deleted_is_told_in_a_new_message(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        bot = await nursing.start(house.config())
        house.gifts_and_shops.fail(Fault.HANG)
        reference = await order(house, ANQICMS)
        await house.reaches(house.gifts_and_shops)
        card = await house.card("Sending")
        house.telegram.delete(ADMIN, card.message_id)
        house.gifts_and_shops.heal()
        told = await house.reads("Placed")
        assert reference_in(told.text) == reference
        assert told.message_id > card.message_id
        await bot.kill()


async def test_who_blocks_the_bot_keeps_the_order_and_holds_up_nobody(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        bot = await nursing.start(house.config())
        house.gifts_and_shops.fail(Fault.HANG)
        reference = await order(house, ANQICMS)
        await house.reaches(house.gifts_and_shops)
        house.telegram.block(ADMIN)
        house.gifts_and_shops.heal()
        await order(house, ANQICMS, COLLEAGUE)
        await house.reads("Placed", COLLEAGUE)

        house.telegram.unblock(ADMIN)
        house.say(f"/status {reference}")
        assert f"Reference: {reference}" in (await house.reads("Order ·")).text
        assert len(house.gifts_and_shops.received) == 2
        await bot.kill()


async def test_a_flooded_chat_waits_and_another_orders_meanwhile(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path) as house:
        bot = await nursing.start(house.config())
        house.telegram.flood(ADMIN, 3600)
        house.say("/help")
        await house.telegram.wait_for_call("sendMessage", timeout=PATIENCE)
        await order(house, ANQICMS, COLLEAGUE)
        await house.reads("Placed", COLLEAGUE)
        assert house.unread() == []
        await bot.kill()

        # What was waiting is not forgotten by a restart, and goes when its time has come.
        house.telegram.flood(ADMIN, 0)
        with closing(sqlite3.connect(house.database)) as connection:
            connection.execute("UPDATE outbox SET not_before = 0 WHERE state = 'waiting'")
            connection.commit()
        bot = await nursing.start(house.config())
        await house.reads("What I can do")
        await bot.kill()


async def test_a_token_that_is_revoked_ends_the_program_and_a_new_one_says_what_waited(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        async with running(house.config()) as program:
            house.gifts_and_shops.fail(Fault.HANG)
            reference = await order(house, ANQICMS)
            await house.reaches(house.gifts_and_shops)
            house.telegram.revoke()
            house.gifts_and_shops.heal()
            async with asyncio.timeout(PATIENCE):
                assert await program.process.wait() == 1
            log = program.log.read_text()
            assert log.splitlines()[-1] == TOKEN_REVOKED
            assert "Traceback" not in log

        async with running(house.config()) as program:
            assert reference_in((await house.reads("Placed")).text) == reference
            assert len(house.gifts_and_shops.received) == 1
            assert await program.stop() == 0, program.log.read_text()


async def test_another_program_with_the_same_token_ends_the_bot_with_one_line(
    tmp_path: Path, nursing: Nursing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "pause", lambda _: 0)
    async with world(tmp_path) as house:
        house.telegram.fail("getUpdates", "error", times=None, status=409, said=BY_OTHER_POLL)
        with pytest.raises(TelegramRefusedError) as refused:
            await run(Settings.model_validate(house.settings()))
        assert str(refused.value) == SECOND_POLLER
        house.telegram.heal()
        house.say("/start")
        bot = await nursing.start(house.config())
        await house.reads("Welcome")
        await bot.kill()


def does(house: World, what: str) -> int:
    """As `World.does`, with the update's id."""
    return house.telegram.tap_button(ADMIN, what[1:-1]) if what.startswith("[") else house.telegram.say(ADMIN, what)
