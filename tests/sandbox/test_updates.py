import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON, Raw


async def ids(bot: Bot, offset: int | None = None) -> list[int]:
    return [update.update_id for update in await bot.get_updates(offset=offset)]


async def test_updates_are_kept_until_a_higher_offset_confirms_them(standin: StandIn, bot: Bot) -> None:
    first, second = standin.say(PERSON, "a"), standin.say(PERSON, "b")
    assert second == first + 1
    assert await ids(bot) == [first, second]
    assert await ids(bot, first) == [first, second]
    assert await ids(bot, second) == [second]
    assert await ids(bot) == [second]
    assert standin.pending == 1
    assert await ids(bot, second + 1) == []
    assert await ids(bot) == []


async def test_a_limit_hands_out_the_oldest_first_and_at_most_100(standin: StandIn, bot: Bot, raw: Raw) -> None:
    said = [standin.say(PERSON, str(number)) for number in range(101)]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == said[:2]
    assert len((await raw("getUpdates", limit=1000))["result"]) == 100


async def test_a_negative_offset_keeps_only_the_newest(standin: StandIn, bot: Bot) -> None:
    said = [standin.say(PERSON, text) for text in "abc"]
    assert await ids(bot, -1) == said[2:]
    assert standin.pending == 1


async def test_a_long_poll_ends_as_soon_as_something_happens(standin: StandIn, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await standin.wait_for_call("getUpdates")
    update_id = standin.say(PERSON, "a")
    assert [update.update_id for update in await poll] == [update_id]


async def test_a_long_poll_ends_empty_when_its_time_is_over(raw: Raw) -> None:
    assert (await raw("getUpdates", timeout=1))["result"] == []


async def test_a_second_poll_ends_the_first_with_a_conflict(standin: StandIn, bot: Bot, raw: Raw) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await standin.wait_for_call("getUpdates")
    second = asyncio.create_task(raw("getUpdates", timeout=50))
    with pytest.raises(
        Conflict, match="terminated by other getUpdates request; make sure that only one bot instance is running"
    ):
        await first
    update_id = standin.say(PERSON, "a")
    assert [update["update_id"] for update in (await second)["result"]] == [update_id]


async def test_with_a_webhook_set_nobody_can_poll(standin: StandIn, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await standin.wait_for_call("getUpdates")
    await bot.set_webhook("https://bot.example/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    update_id = standin.say(PERSON, "kept")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://bot.example/hook", 1)
    await bot.delete_webhook()
    assert await ids(bot) == [update_id]


async def test_a_webhook_must_be_https(raw: Raw) -> None:
    answer = await raw("setWebhook", url="http://bot.example/hook")
    assert answer["description"] == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"


async def test_pending_updates_go_only_when_that_is_asked(standin: StandIn, bot: Bot) -> None:
    update_id = standin.say(PERSON, "a")
    await bot.delete_webhook()
    assert await ids(bot) == [update_id]
    await bot.delete_webhook(drop_pending_updates=True)
    assert await ids(bot) == []


async def test_only_allowed_kinds_are_kept_from_then_on(standin: StandIn, bot: Bot) -> None:
    before = standin.say(PERSON, "a")
    await bot.get_updates(allowed_updates=["edited_message"])
    standin.say(PERSON, "b")
    edited = standin.edit(PERSON, 1, "c")
    assert await ids(bot) == [before, edited]
    await bot.get_updates(allowed_updates=[])
    assert await ids(bot) == [before, edited]
    after = standin.say(PERSON, "d")
    assert await ids(bot) == [before, edited, after]


async def test_a_confirmed_update_can_come_again_once(standin: StandIn, bot: Bot) -> None:
    update_id = standin.say(PERSON, "a")
    assert await ids(bot) == [update_id]
    assert await ids(bot, update_id + 1) == []
    standin.redeliver(update_id)
    (again,) = await bot.get_updates(offset=update_id + 1)
    assert again.message is not None
    assert (again.update_id, again.message.text) == (update_id, "a")
    assert await ids(bot, update_id + 1) == []


async def test_an_update_can_come_after_later_ones(standin: StandIn, bot: Bot) -> None:
    early = standin.say(PERSON, "a")
    standin.withhold(early)
    late = standin.say(PERSON, "b")
    assert await ids(bot) == [late]
    standin.redeliver(early)
    assert await ids(bot, late + 1) == [early]
    assert await ids(bot, early + 1) == []
    with pytest.raises(KeyError):
        standin.withhold(late + 1)


async def test_a_redelivery_wakes_a_long_poll(standin: StandIn, bot: Bot) -> None:
    update_id = standin.say(PERSON, "a")
    poll = asyncio.create_task(bot.get_updates(offset=update_id + 1, timeout=50))
    await standin.wait_for_call("getUpdates")
    standin.redeliver(update_id)
    assert [update.update_id for update in await poll] == [update_id]


async def test_any_object_can_be_given_as_an_update(standin: StandIn, raw: Raw) -> None:
    first = standin.raw_update({"message": {"message_id": "no number", "text": "\ud800"}})
    second = standin.raw_update({"update_id": first + 5, "surprise": None})
    third = standin.say(PERSON, "a")
    got = (await raw("getUpdates"))["result"]
    assert [update["update_id"] for update in got] == [first, second, third] == [first, first + 5, first + 6]
    assert got[0]["message"] == {"message_id": "no number", "text": "\ud800"}
