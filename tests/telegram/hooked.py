"""A line whose updates come by webhook, and the raw HTTP of somebody who is not Telegram."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from bot.settings.addresses import ListenAddress
from bot.telegram.arrivals import Arrivals
from bot.telegram.registration import Registration
from bot.telegram.webhook import SECRET_HEADER, WebhookReceiver
from tests.bench import working
from tests.end_to_end.house import SECRET, free_port
from tests.telegram.line import Line

HOST = "127.0.0.1"
NEVER = 10**12
"""The id of an update that the stand-in never makes by itself."""


@dataclass(frozen=True)
class Hooked:
    """`house` is the line; `registration` is of its webhook, which is not set unless `set` was."""

    house: Line
    port: int
    receiver: WebhookReceiver
    registration: Registration

    async def set(self) -> None:
        """From now on the stand-in brings updates, again after short gaps where they aren't taken."""
        self.house.telegram.webhook.gap = 0.01
        await self.registration.register()

    async def post(self, body: bytes, *, secret: str | None = SECRET, path: str = "/hook") -> tuple[int, str]:
        """The status, and after how many seconds to come again."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://{HOST}:{self.port}{path}", data=body, headers=headers) as answer,
        ):
            return answer.status, answer.headers.get("Retry-After", "")

    async def brings(self, update: dict[str, Any]) -> int:
        status, _ = await self.post(json.dumps(update).encode())
        return status

    async def raw(self, *pieces: bytes) -> bytes:
        """Write these, and read until the other side closes."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        for piece in pieces:
            writer.write(piece)
        try:
            return await reader.read()
        finally:
            writer.close()


def head(*, secret: str = SECRET, length: int | None = None) -> bytes:
    """The head of a request; without a length its body comes in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = ["POST /hook HTTP/1.1", "Host: x", f"{SECRET_HEADER}: {secret}", size, "", ""]
    return "\r\n".join(lines).encode()


def said(text: str, update_id: int = NEVER, who: int = 111111111) -> dict[str, Any]:
    """An update with a message."""
    person = {"id": who, "is_bot": False, "first_name": "Some", "language_code": "en"}
    chat = {"id": who, "type": "private"}
    message = {"message_id": update_id % 1000 + 1000, "date": 1, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"update_id": update_id, "message": message}


@asynccontextmanager
async def hooked(house: Line, *, runs: bool = True, routes: Sequence[web.RouteDef] = ()) -> AsyncIterator[Hooked]:
    """Open for updates; they are handled if it `runs`."""
    with free_port() as port:
        url, heard = f"http://{HOST}:{port}/hook", house.inbox.heard
        receiver = WebhookReceiver(Arrivals(house.inbox, house.delivery.under_way), url, SECRET, heard=heard)
        registration = Registration(house.client, url, SECRET, forward=house.clock.forward, heard=heard)
        async with receiver.open(ListenAddress(HOST, port), routes):
            made = Hooked(house, port, receiver, registration)
            if not runs:
                yield made
                return
            async with working(receiver.run(), house.delivery.run()):
                yield made
