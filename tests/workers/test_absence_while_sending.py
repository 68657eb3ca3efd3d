"""An absence while an order is compared or looked for, just before its call, makes a question of it too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.journal.rules import Rules
from bot.journal.views import view
from bot.workers.presence import Presence
from bot.workers.sender import Sender
from providers.orders import Findings
from storage import orders
from tests.bench import until, working
from tests.storage.direct import writing
from tests.workers.priced import Priced, ordered, placed, reading, tap
from tests.workers.scripted import Searchable
from tests.workers.supplied import Busy, Supplied, supplied
from tests.workers.test_late_finds import confirmed_anew, not_listed
from tests.workers.test_presence import Hands


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
def priced() -> Priced:
    return Priced()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable, priced: Priced) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, priced=priced) as made:
        yield made


async def sender_of(house: Supplied, hands: Hands) -> Sender:
    """A sender that looks for absences, as the running bot's does."""
    presence = Presence(house.database, house.outcomes, hands.clock)
    await presence.begin()
    assert isinstance(house.workers, Busy)
    sender = house.sender = house.workers.sender = Sender(
        house.database,
        house.outcomes,
        house.providers,
        house.clock,
        "test",
        check_presence=presence.check,
        seen_before=house.reconciler.seen_before,
    )
    return sender


async def test_while_its_prices_are_read(house: Supplied, priced: Priced) -> None:
    hands = Hands()
    sender = await sender_of(house, hands)
    priced.read_gate.clear()
    async with working(sender.run()):
        reference = await ordered(house)
        await reading(priced)
        hands.sleeps(3600)
        priced.read_gate.set()
        await until(lambda: house.order(reference).stage == "settled")
        assert (view(house.order(reference)).code, priced.sent) == ("absence", [])
        await tap(house, "Confirm")
        await placed(house)
    assert len(priced.sent) == 1


async def test_while_an_earlier_one_is_looked_for(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    hands = Hands()
    sender = await sender_of(house, hands)
    confirmed_anew(house)
    provider.found = Findings(complete=True)
    provider.search_gate.clear()
    sought = len(provider.sought)
    async with working(sender.run()):
        await until(lambda: len(provider.sought) > sought)
        hands.sleeps(3600)
        provider.search_gate.set()
        await until(lambda: house.order("2000").stage == "settled")
        assert (view(house.order("2000")).code, provider.references) == ("absence", [])
        with writing(house.database) as tx:
            assert orders.retry(tx, "2000", "another draft", "1", house.order("2000").answers)
        sender.wake("scripted")
        await until(lambda: provider.references == ["2000"])
