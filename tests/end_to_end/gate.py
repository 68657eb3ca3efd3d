"""Requests to suppliers wait here until a dialogue says what the supplier does, whatever is quicker in between."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from providers.simulators.base import Handler, Simulator
from tests.end_to_end.house import PATIENCE
from tests.transcripts.supplying import Ask

DAMAIJIA_LISTS = frozenset({"/vv/external/order_get_list", "/vv/external/package_get_list"})


_GO_WITH = {Ask.ORDER: {Ask.ORDER, Ask.NUMBER}}
"""What belongs to a reading that was let through, beside more of the same."""
_PRODUCTS = ("/platform/product", "/api/archive/detail", "/products/")
"""Where single products are read, or begin to be."""


@dataclass(frozen=True, slots=True)
class Held:
    """A request that waits."""

    request: web.Request
    supplier: Simulator
    ask: Ask
    let_through: asyncio.Event

    @property
    def is_waited_for(self) -> bool:
        """Whether its client still waits too."""
        return self.request.transport is not None and not self.request.transport.is_closing()


class Gate:
    """Stands before all suppliers: lets nothing through that creates an order or begins to read something."""

    def __init__(self, suppliers: Iterable[Simulator]) -> None:
        self._suppliers = list(suppliers)
        self._held: list[Held] = []
        self._arrived = asyncio.Event()
        self._ports: list[int] = []
        self._reading: tuple[Simulator, Ask] | None = None
        self.holds_products = True
        """Whether the reading of products waits too; else it is as quick as it can be."""
        self.holds_reads = True
        """The same for all reading."""
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

    def waiting(self, *asks: Ask) -> list[Held]:
        """What waits and is still waited for, the oldest first."""
        for held in [held for held in self._held if not held.is_waited_for]:
            self._held.remove(held)
            held.let_through.set()
        return [held for held in self._held if held.ask in asks]

    async def first(self, *asks: Ask) -> Held:
        """Wait for a request of one of these kinds; the oldest one."""
        async with asyncio.timeout(PATIENCE):
            while not (found := self.waiting(*asks)):
                self._arrived.clear()
                await self._arrived.wait()
        return found[0]

    def let_through(self, held: Held) -> None:
        """It goes on to its supplier, and so does what the same reading asks further."""
        self._held.remove(held)
        self._reading = (held.supplier, held.ask)
        held.let_through.set()

    def close(self) -> None:
        """Whatever begins to read from now on waits again."""
        self._reading = None

    def _goes_on(self, supplier: Simulator, ask: Ask) -> bool:
        if ask is not Ask.CREATE and not (self.holds_reads and (self.holds_products or ask is not Ask.PRODUCT)):
            return True
        if self._reading is None or ask is Ask.CREATE:
            return False
        whose, of = self._reading
        return whose is supplier and ask in _GO_WITH.get(of, {of})

    def _before(self, supplier: Simulator) -> Handler:
        dispatch = supplier.dispatch

        async def wait(request: web.Request) -> web.StreamResponse:
            ask = await _ask(request, supplier)
            if ask is not None and not self._goes_on(supplier, ask):
                held = Held(request, supplier, ask, asyncio.Event())
                self._held.append(held)
                self._arrived.set()
                await held.let_through.wait()
                if not held.is_waited_for:
                    return web.Response()  # which nobody gets, and no supplier has heard the question
            return await dispatch(request)

        return wait


async def _ask(request: web.Request, supplier: Simulator) -> Ask | None:
    """What it is about; None for what is asked in passing, such as a balance."""
    match request.path:
        case path if path == supplier.create_path or path in supplier.further_create_paths:
            return Ask.CREATE
        case path if path.startswith(_PRODUCTS):
            return Ask.PRODUCT
        case "/platform/order":
            return Ask.NUMBER if "$filter" in request.query else Ask.ORDER
        case "/api/orders":
            # A page of one row only shows that the shop can be read.
            return None if request.query.get("pageSize") == "1" else Ask.ORDER
        case "/api/order/detail":
            return Ask.NUMBER
        case path if path in DAMAIJIA_LISTS:
            return Ask.NUMBER if "order_sn" in (await request.json())["filter"] else Ask.ORDER
        case _:
            return None
