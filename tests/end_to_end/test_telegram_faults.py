"""Telegram fails in the middle of a conversation: it finishes all the same, and nothing counts twice."""

from pathlib import Path

import pytest

from bot.sandbox.faults import FaultKind
from tests.end_to_end.dialogues import ANQICMS, reference_in
from tests.end_to_end.house import world
from tests.end_to_end.nursing import Nursing

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
