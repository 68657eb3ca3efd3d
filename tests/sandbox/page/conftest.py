from collections.abc import AsyncIterator

import httpx
import pytest

from bot import clock as clocks
from bot.sandbox.page_routes import ChatPage
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import SupplierCard
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.sandbox.conftest import PERSON, Clock

COLLEAGUE = 222222222
STRANGER = 333333333


@pytest.fixture
async def shop() -> AsyncIterator[AnqiCmsSimulator]:
    async with AnqiCmsSimulator() as running:
        yield running


@pytest.fixture
def time(clock: Clock) -> clocks.Clock:
    return clocks.Clock(lambda: int(clock() * clocks.SECOND))


@pytest.fixture
async def standin(time: clocks.Clock, shop: AnqiCmsSimulator) -> AsyncIterator[StandIn]:
    served = StandIn(now=time.seconds)
    served.add_person(PERSON, "You", started=True)
    served.add_person(COLLEAGUE, "Colleague", started=True)
    served.add_person(STRANGER, "Stranger", started=True)
    ChatPage(served, [Seat(PERSON), Seat(COLLEAGUE)], [SupplierCard(shop)], time).add_routes()
    async with served:
        yield served


@pytest.fixture
async def client(standin: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=standin.url, trust_env=False) as ready:
        yield ready
