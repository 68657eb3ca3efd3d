"""The supplier's simulator with a clock of the test's and a record of what was asked of it."""

import asyncio
import json
from datetime import datetime
from typing import Any

from aiohttp import web

from providers.damaijia.orders import ORDERS, PARCELS
from providers.damaijia.provider import LOGIN, Damaijia, DamaijiaSettings
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from tests.providers.damaijia.samples import NOON

LISTS = frozenset({("POST", ORDERS), ("POST", PARCELS)})


class Recording(DamaijiaSimulator):
    def __init__(self) -> None:
        super().__init__(now=lambda: self.clock)
        self.clock: datetime = NOON
        self.asked: list[tuple[str, str]] = []
        self.queries: list[tuple[str, Any]] = []
        self.arrived = asyncio.Event()

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        if ("POST", request.path) in LISTS:
            self.queries.append((request.path, json.loads(await request.read())))
            self.arrived.set()
        return await super().dispatch(request)

    @property
    def logins(self) -> int:
        return self.asked.count(("POST", LOGIN))

    def filters(self, path: str) -> list[Any]:
        """What was asked of one list, once per filter."""
        found: list[Any] = []
        for asked, query in self.queries:
            if asked == path and query["filter"] not in found:
                found.append(query["filter"])
        return found

    def client(self, **changes: Any) -> Damaijia:
        return Damaijia(DamaijiaSettings.model_validate(self.account() | {"timeout": 5} | changes))

    def client_with_login(self) -> Damaijia:
        return Damaijia(DamaijiaSettings.model_validate(self.account("login")))
