import asyncio
import json
from typing import Any

import httpx
import pytest
from aiohttp import web
from telegram import Bot, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, NetworkError

from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import JSON, PERSON, Raw

MARKUP = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def post(standin: StandIn, method: str, **sent: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{standin.url}/bot{standin.token}/{method}", **sent)


async def test_a_wrong_token_is_unauthorized(standin: StandIn) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{standin.url}/bot10000:wrong/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    with pytest.raises(InvalidToken):
        await Bot("10000:wrong", base_url=f"{standin.url}/bot").__aenter__()


async def test_what_can_be_no_token_is_not_found(standin: StandIn) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{standin.url}/botnot-a-token/getMe")
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")


async def test_an_unknown_method_is_not_found(standin: StandIn) -> None:
    answer = await post(standin, "sendMassage")
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_the_bot_learns_who_it_is(bot: Bot, standin: StandIn) -> None:
    me = await bot.get_me()
    assert (me.username, me.is_bot, me.can_read_all_group_messages) == (standin.username, True, False)


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json", "json text"])
async def test_parameters_come_in_every_documented_way(standin: StandIn, way: str) -> None:
    fields = {"chat_id": str(PERSON), "text": "時 +&", "reply_markup": json.dumps(MARKUP)}
    async with httpx.AsyncClient(base_url=f"{standin.url}/bot{standin.token}/", trust_env=False) as client:
        match way:
            case "query":
                answer = await client.get("sendMessage", params=fields)
            case "form":
                answer = await client.post("sendMessage", data=fields)
            case "multipart":
                answer = await client.post("sendmessage", files={name: (None, v) for name, v in fields.items()})
            case "json":
                answer = await client.post("sendMessage", json=fields | {"chat_id": PERSON, "reply_markup": MARKUP})
            case _:
                answer = await client.post("sendMessage", json=fields)
    assert answer.json()["ok"]
    (message,) = standin.messages(PERSON)
    assert (message.text, message.labels) == ("時 +&", ["Go"])


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"content": b"text=%ff", "headers": FORM}, "strings must be encoded in UTF-8"),
        ({"content": b'{"text": "\xff"}', "headers": JSON}, "strings must be encoded in UTF-8"),
        ({"content": b"{", "headers": JSON}, "can't parse request body JSON object"),
        ({"content": b"[]", "headers": JSON}, "object expected as request body"),
    ],
)
async def test_a_body_that_can_not_be_read_is_refused(standin: StandIn, sent: dict[str, Any], reason: str) -> None:
    answer = await post(standin, "sendMessage", **sent)
    assert (answer.status_code, answer.json()["description"]) == (400, f"Bad Request: {reason}")


async def test_calls_are_written_down_with_their_parameters(standin: StandIn, bot: Bot) -> None:
    await bot.send_message(PERSON, "a", parse_mode="HTML")
    assert standin.calls[-1] == ("sendMessage", {"chat_id": str(PERSON), "text": "a", "parse_mode": "HTML"})


async def test_the_commands_menu_is_shown_by_language(standin: StandIn, bot: Bot) -> None:
    await bot.set_my_commands([("order", "Order"), ("help", "Help")])
    await bot.set_my_commands([("order", "訂購")], language_code="zh")
    await bot.set_my_commands([("x", "X")], scope=BotCommandScopeAllPrivateChats())
    assert standin.commands() == [
        {"command": "order", "description": "Order"},
        {"command": "help", "description": "Help"},
    ]
    assert standin.commands("zh") == [{"command": "order", "description": "訂購"}]
    assert standin.commands("fr") == standin.commands()
    assert [command.command for command in await bot.get_my_commands()] == ["order", "help"]


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ([{"command": "Order", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "x", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "x", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_a_wrong_command_is_refused_and_the_menu_stays(
    standin: StandIn, raw: Raw, commands: list[dict[str, str]], reason: str
) -> None:
    await raw("setMyCommands", commands=[{"command": "order", "description": "Order"}])
    answer = await raw("setMyCommands", commands=commands)
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {reason}")
    assert standin.commands() == [{"command": "order", "description": "Order"}]


async def test_a_page_can_live_on_the_same_server() -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="chat")

    standin = StandIn()
    standin.app.router.add_get("/", page)
    async with standin, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(standin.url)).text == "chat"


async def test_stopping_ends_polls_hanging_calls_and_subscriptions() -> None:
    standin = StandIn()
    await standin.start()
    standin.add_person(PERSON, started=True)
    standin.fail("sendMessage", "hang")
    changes = standin.subscribe()
    poll = asyncio.create_task(post(standin, "getUpdates", json={"timeout": 50}))
    hanging = asyncio.create_task(post(standin, "sendMessage", json={"chat_id": PERSON, "text": "a"}))
    await standin.wait_for_call("getUpdates")
    await standin.wait_for_call("sendMessage")
    async with asyncio.timeout(1):
        await standin.stop()
    assert (await poll).json() == {"ok": True, "result": []}
    with pytest.raises(httpx.RemoteProtocolError):
        await hanging
    assert [change async for change in changes] == []


async def test_a_stopped_stand_in_is_not_reached_and_its_port_is_free_again() -> None:
    gone = StandIn()
    await gone.start()
    await gone.stop()
    with pytest.raises(NetworkError):
        await Bot(gone.token, base_url=f"{gone.url}/bot").initialize()
    again = StandIn()
    await again.start(port=int(gone.url.rsplit(":", 1)[1]))
    async with Bot(gone.token, base_url=f"{gone.url}/bot") as bot:
        assert bot.username == again.username
    await again.stop()
