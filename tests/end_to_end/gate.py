"""Requests to suppliers wait here until a dialogue says what the supplier does, whatever is quicker in between."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from providers.simulators.base import Handler, Simulator
from tests.end_to_end.house import PATIENCE


class Gate:
    """Stands before all suppliers: lets nothing through that creates an order or begins to read a catalogue."""

    def __init__(self, suppliers: Iterable[Simulator]) -> None:
        self._suppliers = list(suppliers)
        self._waiting: list[tuple[web.Request, Simulator, asyncio.Event]] = []
        self._arrived = asyncio.Event()
        self._ports: list[int] = []
        self.reachable = True

    async def stand(self) -> None:
        """Take the place before the suppliers, at their addresses."""
        for supplier in self._suppliers:
            # As every server does that is started again, it looks its own method up anew.
            vars(supplier)["dispatch"] = self._before(supplier)
        await self.shut()
        await self.open()

    async def shut(self) -> None:
        """From now on no supplier can be reached."""
        self.reachable = False
        self._ports = [int(supplier.url.rpartition(":")[2]) for supplier in self._suppliers]
        for supplier in self._suppliers:
            await supplier.stop()

    async def open(self) -> None:
        """All can be reached again where they were."""
        for supplier, port in zip(self._suppliers, self._ports, strict=True):
            await supplier.start(port=port)
        self.reachable = True

    @property
    def waiting(self) -> int:
        """Requests that wait and whose client still waits too."""
        self._waiting = [one for one in self._waiting if one[0].transport and not one[0].transport.is_closing()]
        return len(self._waiting)

    async def first(self) -> Simulator:
        """Wait for a request; the supplier that the oldest one is for."""
        async with asyncio.timeout(PATIENCE):
            while not self.waiting:
                self._arrived.clear()
                await self._arrived.wait()
        return self._waiting[0][1]

    @property
    def creates(self) -> bool:
        """Whether the oldest request creates an order."""
        request, supplier, _ = self._waiting[0]
        return request.path == supplier.create_path

    def let_through(self) -> None:
        """The oldest request goes on to its supplier."""
        self._waiting.pop(0)[2].set()

    def _before(self, supplier: Simulator) -> Handler:
        dispatch = supplier.dispatch

        async def wait(request: web.Request) -> web.StreamResponse:
            if request.path == supplier.create_path or request.query.get("$skip") == "0":
                event = asyncio.Event()
                self._waiting.append((request, supplier, event))
                self._arrived.set()
                await event.wait()
            return await dispatch(request)

        return wait
