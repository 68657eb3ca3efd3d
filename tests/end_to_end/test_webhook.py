"""The bot by webhook: updates are brought to it, and everything else is as it is by polling."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.faults import FaultKind
from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, DIALOGUES, Dialogue, fill_in, order, reference_in
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN, PATIENCE, World, world
from tests.end_to_end.nursing import Nursing
from tests.end_to_end.program import running
from tests.end_to_end.test_storage_faults import full_disk, logging
from tests.monitoring.asked import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEFORE, AFTER = Death(Kind.UPDATE, When.BEFORE), Death(Kind.UPDATE, When.AFTER)


def orders(house: World) -> int:
    return len(house.rows("SELECT reference FROM orders"))


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
async def test_an_order_goes_from_the_first_question_to_its_number(
    dialogue: Dialogue, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path, webhook=True) as house:
        bot = await nursing.start(house.config())
        reference = await order(house, dialogue)
        assert f"Reference: {reference}" in (await house.reads("Placed")).text
        supplier = house.suppliers[dialogue.account]
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
        assert len(supplier.received) == 1
        await house.taken_in()
        methods = {call.method for call in house.telegram.calls}
        assert methods >= {"setWebhook", "getWebhookInfo"}
        assert methods.isdisjoint({"getUpdates", "deleteWebhook"})
        await bot.kill()


async def test_killed_at_every_update_before_and_after_its_commit_an_order_is_placed_once(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path, webhook=True) as house:
        for turn in ANQICMS.turns:
            bot = await nursing.start(house.config(), [BEFORE])
            house.does(turn.does)
            await bot.dies()
            bot = await nursing.start(house.config(), [AFTER])
            await bot.dies()
            # It comes once more, since nobody has heard that it was taken, and counts once.
            bot = await nursing.start(house.config())
            assert (await house.next()).text.startswith(turn.first)
            await house.taken_in()
            await nursing.until(lambda: not house.has_more_to_say())
            await bot.kill()
        bot = await nursing.start(house.config(), [BEFORE])
        house.tap("Confirm")
        await bot.dies()
        assert orders(house) == 0
        bot = await nursing.start(house.config())
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        await house.taken_in()
        assert orders(house) == len(house.gifts_and_shops.received) == 1
        await bot.kill()


async def test_a_conversation_in_which_every_update_comes_again_and_late_ones_too_is_one_order(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path, webhook=True) as house:
        bot = await nursing.start(house.config())
        seen: list[int] = []
        for turn in ANQICMS.turns:
            said = house.telegram.say, house.telegram.tap_button
            what = turn.does
            seen.append(said[1](ADMIN, what[1:-1]) if what.startswith("[") else said[0](ADMIN, what))
            assert (await house.next()).text.startswith(turn.first)
            for update in seen:
                house.telegram.redeliver(update)
        seen.append(house.telegram.tap_button(ADMIN, "Confirm"))
        reference = reference_in((await house.reads("Placed")).text)
        for update in reversed(seen):
            house.telegram.redeliver(update)
        await house.taken_in()
        house.say("/orders")
        assert (await house.next()).text.startswith("Latest orders")
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        assert orders(house) == len(house.gifts_and_shops.received) == 1
        await bot.kill()


@pytest.mark.parametrize("method", ["getMe", "setWebhook", "getWebhookInfo", "sendMessage", "answerCallbackQuery"])
@pytest.mark.parametrize("fault", ["error", "drop_after", "retry_after"])
async def test_a_conversation_finishes_though_calls_fail(
    method: str, fault: FaultKind, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path, webhook=True) as house:
        house.telegram.fail(method, fault)
        bot = await nursing.start(house.config())
        for turn in ANQICMS.turns:
            if turn.does == "188":
                house.telegram.fail(method, fault)
            house.does(turn.does)
            await house.reads(turn.first)
        house.tap("Confirm")
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        await bot.kill()


async def test_an_order_confirmed_while_the_disk_is_full_is_brought_again_and_placed_once(tmp_path: Path) -> None:
    async with world(tmp_path, webhook=True) as house, logging(house.config()) as program:
        await fill_in(house, ANQICMS)
        async with full_disk(program, house):
            house.tap("Confirm")
            for _ in range(3):
                await program.says("1 updates could not be handled; they come again")
            assert house.telegram.pending == 1
            assert house.unread() == []
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(reference)]
        await house.taken_in()
        assert house.rows("SELECT count(*) FROM failed_updates") == [(0,)]
        assert orders(house) == len(house.gifts_and_shops.received) == 1
        assert await program.stop() == 0
        assert "Traceback" not in "".join(program.lines)


async def test_told_to_stop_it_ends_what_is_under_way_and_the_next_start_goes_on(tmp_path: Path) -> None:
    async with world(tmp_path, webhook=True) as house:
        async with running(house.config(orders={"grace": PATIENCE})) as program:
            house.gifts_and_shops.fail(Fault.HANG)
            reference = await order(house, ANQICMS)
            await house.reaches(house.gifts_and_shops)
            program.process.terminate()
            await program.writes("stopping; 1 calls to suppliers")
            # Nobody listens any more: it waits at Telegram.
            house.say("/orders")
            house.gifts_and_shops.heal()
            assert reference_in((await house.reads("Placed")).text) == reference
            assert await program.ends() == 0, program.log.read_text()
            assert "Traceback" not in program.log.read_text()
        assert house.telegram.pending == 1
        async with running(house.config()) as program:
            await house.reads("Latest orders")
            await house.taken_in()
            assert len(house.gifts_and_shops.received) == 1
            assert await program.stop() == 0, program.log.read_text()


async def test_from_webhook_to_polling_and_back_nothing_is_lost(tmp_path: Path, nursing: Nursing) -> None:
    async with world(tmp_path, webhook=True) as house:
        port = house.port
        bot = await nursing.start(house.config())
        await fill_in(house, ANQICMS)
        await house.taken_in()
        await bot.kill()
        house.tap("Confirm")
        house.port = 0
        bot = await nursing.start(house.config())
        await house.reads("Placed")
        await house.taken_in()
        house.port = port
        await bot.kill()
        house.say("/orders")
        bot = await nursing.start(house.config())
        await house.reads("Latest orders")
        await house.taken_in()
        assert len(house.gifts_and_shops.received) == 1
        await bot.kill()


async def test_a_port_that_is_taken_is_one_line_and_nothing_was_begun(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with world(tmp_path / "a", webhook=True) as house, running(house.config()) as program:
        house.say("/start")
        await house.reads("Welcome")
        async with world(tmp_path / "b", webhook=True) as other:
            other.port = house.port
            async with running(other.config()) as second:
                assert await second.ends() == 1
                said = second.log.read_text().splitlines()[-1]
                assert said == f"telegram.listen 127.0.0.1:{house.port}: can't listen there: address already in use"
            assert other.telegram.calls == []
        assert await program.stop() == 0, program.log.read_text()


async def test_the_webhooks_listener_also_says_if_the_bot_is_alive_and_ready(tmp_path: Path) -> None:
    async with world(tmp_path, webhook=True) as house:
        house.telegram.fail("getMe", "error", None, status=502)
        async with running(house.config()) as program:

            async def says(path: str, status: int, words: str) -> None:
                async with asyncio.timeout(PATIENCE):
                    while True:
                        try:
                            told = await ask(house.port, path)
                        except aiohttp.ClientConnectionError:
                            told = None
                        if told is not None and told.status == status and words in told.text:
                            return
                        await asyncio.sleep(0.02)

            await says("/healthz", 200, "database: ok")
            await says("/readyz", 503, "telegram: Telegram has not been heard yet")
            # Brought before the bot knows its name, it is handled as soon as it does.
            house.say("/start")
            house.telegram.heal()
            await house.reads("Welcome")
            await says("/readyz", 200, "telegram: ok")
            assert await program.stop() == 0, program.log.read_text()
