"""The stand-in brings updates by webhook as Telegram does, and again until they are taken."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from bot.sandbox.standin import StandIn
from bot.sandbox.webhook import FAR, queue_of
from tests.bench import until
from tests.sandbox.conftest import PERSON, Raw

SECRET = "s3cret_-"
OTHER, THIRD = 222222222, 333333333


@dataclass
class Receiver:
    """A bot's side: it notes what comes and answers with the next of `answers`, then with 200."""

    url: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Nothing is answered until it is set."""

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.came.append(json.loads(await request.read()))
        await self.held.wait()
        self.at_once -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    def brings(self, *updates: int) -> bool:
        return [one["update_id"] for one in self.came] == list(updates)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    made.held.set()
    app = web.Application()
    app.router.add_post("/hook", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    made.held.set()
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _short_gaps(standin: StandIn) -> None:
    standin.webhook.gap = 0.01
    for person in (OTHER, THIRD):
        standin.add_person(person, started=True)


async def test_an_update_is_brought_with_the_secret_and_then_confirmed(
    standin: StandIn, bot: Bot, receiver: Receiver
) -> None:
    before = standin.say(PERSON, "before")
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    await standin.all_confirmed()
    after = standin.say(PERSON, "after")
    await standin.all_confirmed()
    assert receiver.brings(before, after)
    assert receiver.secrets == [SECRET] * 2
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (receiver.url, 0, 40)
    assert info.last_error_date is None


async def test_what_is_not_taken_comes_again_and_again_before_what_is_after_it_in_the_chat(
    standin: StandIn, bot: Bot, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=503) for _ in range(3)]
    await bot.set_webhook(receiver.url)
    first = standin.say(PERSON, "a")
    second = standin.say(PERSON, "b")
    await standin.all_confirmed()
    assert receiver.brings(first, first, first, first, second)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert info.last_error_date is not None


async def test_the_gaps_grow_and_a_bot_can_ask_for_its_own(standin: StandIn, bot: Bot, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=500) for _ in range(2)]
    standin.webhook.gap = 3600
    await bot.set_webhook(receiver.url)
    standin.say(PERSON, "a")
    await until(lambda: len(receiver.came) == 2)  # at once after the first, an hour or more after the second
    (kept,) = standin._updates.waiting()
    await until(lambda: kept.failures == 2)
    assert kept.due - asyncio.get_running_loop().time() > 3600

    receiver.answers = [web.Response(status=503, headers={"Retry-After": "1"})]
    asked = standin.say(OTHER, "b")
    began = asyncio.get_running_loop().time()
    await until(lambda: sum(one["update_id"] == asked for one in receiver.came) == 2)
    assert asyncio.get_running_loop().time() - began >= 1


async def test_a_bot_that_is_not_there_gets_all_when_it_is(standin: StandIn, bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    update_id = standin.say(PERSON, "a")

    async def told() -> bool:
        return (await bot.get_webhook_info()).last_error_message == "Connection refused"

    await until(told)
    assert standin.pending == 1
    await bot.set_webhook(receiver.url)
    await standin.all_confirmed()
    assert receiver.brings(update_id)


async def test_chats_side_by_side_up_to_a_number_and_one_update_of_each(
    standin: StandIn, bot: Bot, receiver: Receiver
) -> None:
    receiver.held.clear()
    people = [PERSON, OTHER, THIRD]
    await bot.set_webhook(receiver.url, max_connections=2)
    for person in people:
        standin.say(person, "a")
        standin.say(person, "b")
    await until(lambda: receiver.at_once == 2)
    receiver.held.set()
    await standin.all_confirmed()
    assert receiver.most_at_once == 2
    for person in people:
        texts = [one["message"]["text"] for one in receiver.came if one["message"]["chat"]["id"] == person]
        assert texts == ["a", "b"]


async def test_an_update_is_repeated_or_comes_after_later_ones_on_demand(
    standin: StandIn, bot: Bot, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    late = standin.say(PERSON, "a")
    standin.withhold(late)
    early = standin.say(PERSON, "b")
    await standin.all_confirmed()
    standin.redeliver(late)
    standin.redeliver(early)
    await standin.all_confirmed()
    assert receiver.brings(early, late, early)


async def test_what_was_on_its_way_when_the_webhook_goes_is_polled(
    standin: StandIn, bot: Bot, receiver: Receiver
) -> None:
    receiver.held.clear()
    await bot.set_webhook(receiver.url)
    update_id = standin.say(PERSON, "a")
    await until(lambda: receiver.came)
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert [one.update_id for one in await bot.get_updates()] == [update_id]


async def test_nothing_goes_to_another_machine(standin: StandIn, bot: Bot) -> None:
    await bot.set_webhook("https://bot.example/hook")
    standin.say(PERSON, "a")

    async def told() -> bool:
        return (await bot.get_webhook_info()).last_error_message == FAR

    await until(told)
    assert standin.pending == 1


async def test_the_kinds_of_updates_that_were_asked_for_are_told(bot: Bot) -> None:
    await bot.set_webhook("https://bot.example/hook", allowed_updates=["message", "callback_query"])
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query", "message")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://bot.example/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"secret_token": "ä"}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token is too long"),
        ({"max_connections": 101}, "max_connections must be 1 to 100"),
    ],
)
async def test_a_webhook_that_telegram_would_not_set_is_refused(raw: Raw, given: dict[str, Any], said: str) -> None:
    answer = await raw("setWebhook", **({"url": "https://bot.example/"} | given))
    assert answer["description"].startswith(f"Bad Request: {said}")
    assert (await raw("getWebhookInfo"))["result"]["url"] == ""


def test_messages_of_a_chat_have_one_queue_and_taps_another() -> None:
    chat, person = {"id": -5}, {"id": 7}
    told = {"update_id": 1, "message": {"chat": chat, "from": person}}
    assert queue_of(told) == queue_of({"update_id": 2, "edited_message": {"chat": chat, "from": person}})
    tap = {"update_id": 3, "callback_query": {"from": person, "message": {"chat": chat}}}
    query = {"update_id": 4, "inline_query": {"from": person}}
    other = {"update_id": 5, "my_chat_member": {"chat": chat}}
    assert len({queue_of(one) for one in (told, tap, query, other)}) == 4
