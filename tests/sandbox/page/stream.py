"""The events that the page gets, read as the browser reads them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

Event = tuple[str, Any]


@asynccontextmanager
async def events(client: httpx.AsyncClient, query: str = "") -> AsyncIterator[AsyncIterator[Event]]:
    async def read(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
        name = ""
        async for line in lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))

    async with asyncio.timeout(10), client.stream("GET", f"/page/events{query}") as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        yield read(response.aiter_lines())
