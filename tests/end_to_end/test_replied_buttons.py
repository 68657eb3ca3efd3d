"""On some phones the buttons of old messages go dead: a reply with their words does what they do."""

from pathlib import Path

from bot.sandbox.chats import ChatMessage
from providers.simulators.base import Fault
from tests.end_to_end.circumstances import Place, place
from tests.end_to_end.dialogues import DIALOGUES
from tests.end_to_end.house import ADMIN

LIKES, GIFTS = DIALOGUES["guoguo"], DIALOGUES["gifts"]


async def replies(there: Place, to: ChatMessage, text: str, start: str) -> ChatMessage:
    """Reply to a message of the bot, and wait for what it says then, which is no change of an older one."""
    house = there.house
    await house.all_said()
    house.seen[ADMIN] = len(house.history[ADMIN])
    house.telegram.say(ADMIN, text, reply_to=to.message_id)
    answer = await house.reads(start)
    assert answer.message_id > to.message_id
    return answer


async def test_a_card_is_refreshed_and_ordered_again_by_replies_in_any_language(tmp_path: Path) -> None:
    async with place(tmp_path) as there, there.bot():
        reference = await there.orders(LIKES)
        card = await there.says("Placed", reference)
        house = there.house
        house.say("/order gifts")
        await house.reads("Product")
        for words in ("Refresh", "refresh", "更新", "刷新"):
            assert f"Reference: {reference}" in (await replies(there, card, words, "Order · ")).text
        # The question that was open still is.
        house.say("614")
        await house.reads("Quantity")
        for words in ("Order again", "再訂一次"):
            assert "The same was ordered before" in (await replies(there, card, words, "Summary")).text


async def test_the_evidence_is_gone_through_and_decided_about_by_replies(tmp_path: Path) -> None:
    async with place(tmp_path) as there, there.bot():
        house = there.house
        house.guoguo.fail(Fault.DROP_BEFORE)
        reference = await there.orders(LIKES)
        await house.offers("Details")
        shown = next(one for one in reversed(house.telegram.messages(ADMIN)) if "Details" in one.labels)
        details = await replies(there, shown, "details", "Please check an order")
        assert "Waited for an answer until" in details.text
        assert "It was not placed" in details.labels
        # Words that no button of it has are a question about the order.
        assert "Status: outcome unknown" in (await replies(there, details, "where is it", "Order · ")).text
        house.telegram.say(ADMIN, "it was not placed", reply_to=details.message_id)
        await there.says("Not placed", reference)
        await there.says("Summary")
        # What it has become since is said: nothing is left without a word.
        for words in ("Look again", "Back"):
            told = await replies(there, details, words, "Order · ")
            assert "Status: not placed, as Admin said" in told.text
