"""The whole bot in this process, whose settings and clock change between two of its lives, and within one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import App, build
from bot.clock import Clock
from bot.sandbox.chats import ChatMessage
from bot.settings.model import Settings
from providers.simulators.base import Simulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.end_to_end.dialogues import Dialogue, Turn, confirm, fill_in
from tests.end_to_end.house import ADMIN, PATIENCE, World, world

LAG = 600.0
"""Seconds that an order may take until the supplier's list has it, as the settings have it when they say nothing."""
A_LOOK = 3.0
"""Seconds after which an order of unknown outcome is looked for first."""
_GRACE = 0.05


class AnyKeyGuoGuo(GuoGuoSimulator):
    """One organisation with several keys: whoever comes sees all of its orders."""

    def _authenticate(self, request: web.Request) -> None:
        del request


@dataclass(frozen=True, slots=True)
class Place:
    """Everything outside the bot, and the clock that the bot and the suppliers go by."""

    house: World
    clock: Clock

    @asynccontextmanager
    async def bot(
        self, *, orders: dict[str, Any] | None = None, **changed: dict[str, Any] | None
    ) -> AsyncIterator[App]:
        """A life of the bot. `changed` are whole accounts by their names; None takes one out of the settings."""
        settings = self.house.settings(orders={"grace": _GRACE} | (orders or {}))
        settings["accounts"] = {
            name: account for name, account in (settings["accounts"] | changed).items() if account is not None
        }
        async with build(Settings.model_validate(settings), self.clock) as app:
            task = asyncio.create_task(app.run())
            try:
                yield app
                await self.house.all_said()
            finally:
                task.cancel()
                async with asyncio.timeout(PATIENCE):
                    with suppress(asyncio.CancelledError):
                        await task

    async def fills_in(self, dialogue: Dialogue, who: int = ADMIN) -> None:
        """Answer everything up to the summary, whatever was said before."""
        await self.house.all_said(who)
        self.house.seen[who] = len(self.house.history[who])
        await fill_in(self.house, dialogue, who)

    async def confirms(self, dialogue: Dialogue, who: int = ADMIN) -> str:
        """Tap Confirm under the summary. Returns our reference, as the order's card shows it."""
        self.house.seen[who] = len(self.house.history[who])
        return await confirm(self.house, dialogue, who)

    async def orders(self, dialogue: Dialogue, who: int = ADMIN) -> str:
        """A whole order, up to Confirm. Returns our reference."""
        await self.fills_in(dialogue, who)
        return await self.confirms(dialogue, who)

    async def says(self, start: str, *parts: str, who: int = ADMIN) -> ChatMessage:
        """Wait for a message that starts so and has these parts, as it is now."""

        def found() -> list[ChatMessage]:
            shown = self.house.telegram.messages(who)
            return [one for one in shown if one.text.startswith(start) and all(part in one.text for part in parts)]

        await self.house.until(lambda: bool(found()), who)
        return found()[-1]

    async def status(self, reference: str, who: int = ADMIN) -> str:
        """The answer to the question how far an order is."""
        self.house.seen[who] = len(self.house.history[who])
        self.house.say(f"/status {reference}", who)
        return (await self.house.reads("Order ·", who)).text

    def was_said(self, start: str, who: int = ADMIN) -> list[str]:
        """Everything that was ever said and starts so."""
        return [message.text for message in self.house.history[who] if message.text.startswith(start)]


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    clock = Clock()
    async with world(folder, clock.moment) as house:
        yield Place(house, clock)


def reads_of(simulator: Simulator, path: str) -> list[str]:
    """The queries of all requests from now on at one address of a supplier, as they come."""
    dispatch, noted = simulator.dispatch, list[str]()

    async def note(request: web.Request) -> web.StreamResponse:
        if request.path == path:
            noted.append(request.query_string)
        return await dispatch(request)

    vars(simulator)["dispatch"] = note
    return noted


def at(account: str, title: str, dialogue: Dialogue) -> Dialogue:
    """The same order at another account."""
    first, *between, last = dialogue.turns
    asked = Turn(f"/order {account}", first.first, first.buttons)
    summed_up = Turn(last.does, last.first.replace(dialogue.title, title), last.buttons)
    return replace(dialogue, account=account, title=title, turns=(asked, *between, summed_up))


def button(house: World, label: str, who: int = ADMIN) -> tuple[int, str]:
    """The newest button with these words: its message and what it carries."""
    return next(
        (message.message_id, one.data)
        for message in reversed(house.telegram.messages(who))
        for row in message.buttons
        for one in row
        if one.text == label
    )
