"""Orders whose answer got lost, for the tests of looking for them."""

import json
from typing import Any

from bot.buttons.data import read
from bot.journal.views import Result
from providers.orders import Outcome
from storage import history
from tests.bench import until
from tests.storage.direct import reading
from tests.workers.supplied import Supplied

UNKNOWN = Result(Outcome.UNKNOWN, code="no_answer")
LAG = 600


async def lose(house: Supplied, reference: str = "1000", account: str = "scripted", **how: Any) -> None:
    """An order that was sent, and whose answer never came."""
    house.sending(reference, account, **how)
    assert await house.settle(reference, UNKNOWN)


async def looked(house: Supplied, times: int, reference: str = "1000") -> None:
    """Wait until the order was looked for so often, and whoever did it is through."""

    async def done() -> bool:
        # To its end: until then another one that is asked for is taken for the same.
        return house.order(reference).looks >= times and reference not in house.reconciler._looking

    await until(done)
    assert house.order(reference).looks == times


async def settled(house: Supplied, outcome: str, reference: str = "1000") -> None:
    """Wait until the outcome is known."""

    def known() -> bool:
        return house.order(reference).outcome not in {None, "unknown"}

    await until(known)
    assert house.order(reference).outcome == outcome


async def after(house: Supplied, seconds: float) -> None:
    house.clock.advance(seconds)
    house.reconciler.wake()


async def look(house: Supplied, reference: str = "1000") -> None:
    """One look-up from start to end, asked for by a person."""
    house.reconciler.look_for(reference)
    await house.reconciler._looking[reference]


def pause(house: Supplied, reference: str = "1000") -> float | None:
    """Seconds until the next look-up."""
    at = house.order(reference).look_at
    return None if at is None else (at - house.clock()) / 1_000_000


def lines(house: Supplied, kind: str, reference: str = "1000") -> list[dict[str, Any]]:
    """The bodies of the order's history of one kind."""
    found = history.of_order(reading(house.database), reference)
    return [json.loads(line.body) for line in found if line.kind == kind]


async def details(house: Supplied) -> str:
    """The whole evidence, as whoever ordered opens it; the buttons of all decisions are there from then on."""
    await house.does(read(house.button("Details")), tapped=1)
    return evidence(house)


def evidence(house: Supplied, chat: int = 111111111) -> str:
    """What the evidence says last."""
    return [html for html in house.outbox(chat) if html.startswith("<b>Please check")][-1]
