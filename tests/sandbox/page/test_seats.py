"""Who sits at the sandbox's page: staff in three languages, a stranger, and a group."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot, BotCommand
from telegram.error import BadRequest

from bot import clock as clocks
from bot.sandbox.page_routes import ChatPage
from bot.sandbox.seats import CHEN, GROUP, LIN, SEATS, STRANGER, YOU, take_seats
from bot.sandbox.standin import StandIn
from tests.sandbox.page.stream import events


@pytest.fixture
async def standin(time: clocks.Clock) -> AsyncIterator[StandIn]:
    served = StandIn(now=time.seconds)
    take_seats(served)
    ChatPage(served, SEATS, [], time).add_routes()
    async with served:
        yield served


async def test_everybody_has_a_seat_with_a_name(client: httpx.AsyncClient) -> None:
    state = (await client.get("/page/state")).json()
    named = {seat["id"]: seat["name"] for seat in state["people"]}
    assert named == {YOU: "Mei", CHEN: "小陳", LIN: "小林", STRANGER: "Stranger", GROUP: "Group"}


async def test_each_sees_the_commands_in_the_own_language(client: httpx.AsyncClient, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("order", "Place an order")])
    await bot.set_my_commands([BotCommand("order", "下单")], language_code="zh")
    for seat, says in ((YOU, "Place an order"), (CHEN, "下单"), (LIN, "下单"), (GROUP, "Place an order")):
        state = (await client.get(f"/page/state?person={seat}")).json()
        assert state["commands"] == [{"command": "order", "description": says}]


async def test_what_is_said_in_the_group_is_said_there_by_the_first_person(
    client: httpx.AsyncClient, bot: Bot, standin: StandIn
) -> None:
    async with events(client, f"?person={GROUP}") as group, events(client) as own:
        for stream in (group, own):
            await anext(stream)
        assert (await client.post(f"/page/say?person={GROUP}", json={"text": "/orders"})).status_code == 204
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.from_user is not None
        assert (update.message.chat_id, update.message.from_user.id) == (GROUP, YOU)
        name, shown = await anext(group)
        assert (name, shown["text"], shown["mine"]) == ("message", "/orders", True)
        sent = await bot.send_message(GROUP, "No orders yet.", reply_to_message_id=update.message.message_id)
        name, shown = await anext(group)
        assert (shown["text"], shown["mine"], shown["reply_to"]["mine"]) == ("No orders yet.", False, True)
        assert await anext(own) == ("elsewhere", {"person": GROUP})
    assert standin.messages(YOU) == []
    assert sent.chat_id == GROUP


async def test_nobody_can_be_written_to_who_has_not_written_first_but_colleagues_have(bot: Bot) -> None:
    for known in (CHEN, LIN):
        await bot.send_message(known, "hello")
    for unknown in (YOU, STRANGER):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(unknown, "hello")


async def test_starting_over_is_asked_of_the_sandbox_by_its_own_page_only(time: clocks.Clock) -> None:
    asked: list[str] = []
    served = StandIn(now=time.seconds)
    take_seats(served)
    ChatPage(served, SEATS, [], time, lambda: asked.append("anew")).add_routes()
    async with served, httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        other = {"Origin": "https://elsewhere.example"}
        assert (await client.post("/page/anew", json={}, headers=other)).status_code == 403
        assert asked == []
        assert (await client.post("/page/anew", json={})).status_code == 204
    assert asked == ["anew"]
