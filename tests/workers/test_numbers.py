"""A number that a person found is compared with what the supplier has under it before it is believed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.journal.rules import Rules
from bot.workers import loop
from providers.errors import OrderNotFound, ProviderUnavailable
from providers.orders import Match, PlacedOrder
from tests.bench import locked, until
from tests.end_to_end.house import COLLEAGUE
from tests.workers.lost import lose
from tests.workers.scripted import Scripted, Searchable, possible
from tests.workers.supplied import Supplied, supplied


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


async def name(house: Supplied, number: str, who: int = COLLEAGUE) -> str:
    """`Found it`, and the number; returns what is said once it was checked."""
    await house.does(events.NameTapped("1000", 1), who, tapped=1)
    before = len(house.outbox(who))
    await house.does(events.Answered(number), who)
    await until(lambda: _all_checked(house))
    return house.outbox(who)[before:][-1]


async def test_a_number_that_agrees_is_recorded_as_the_supplier_writes_it(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    provider.read = Match(PlacedOrder("G-1207"), facts={"total": "2.00"})
    assert "Order number: <code>G-1207</code>" in await name(house, "g-1207")
    order = house.order("1000")
    assert (order.outcome, order.number) == ("placed", "G-1207")
    assert "found by Colleague" in house.outbox()[-1]


@pytest.mark.parametrize(
    ("read_as", "text"),
    [
        (Match(PlacedOrder("1207"), facts={"total": "9.00"}, differs=("total",)), "⚠️ total: 9"),
        (OrderNotFound("order_not_found"), "has no order with this number"),
        (ProviderUnavailable("list_not_read"), "could not be asked"),
    ],
)
async def test_a_number_that_is_doubted_is_recorded_only_when_the_person_insists(
    house: Supplied, provider: Searchable, read_as: Match | Exception, text: str
) -> None:
    await lose(house)
    provider.read = read_as
    assert text in await name(house, "1207")
    assert house.order("1000").outcome == "unknown"
    await house.does(read(house.button("Record it", COLLEAGUE)), COLLEAGUE, tapped=1)
    assert house.order("1000").number == "1207"


async def test_a_supplier_that_can_not_be_asked_leaves_it_to_the_person(house: Supplied) -> None:
    await lose(house, account="plain")
    assert "be asked about numbers" in await name(house, "1207")
    assert house.order("1000").outcome == "unknown"
    await house.does(read(house.button("Record it", COLLEAGUE)), COLLEAGUE, tapped=1)
    assert house.order("1000").number == "1207"


async def test_a_form_that_changed_can_not_be_compared(house: Supplied, provider: Searchable) -> None:
    await lose(house, items=[])
    provider.read = ZeroDivisionError()
    assert "be asked about numbers" in await name(house, "1207")


async def test_a_number_that_another_order_has_got_meanwhile_is_not_recorded(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    await lose(house, "1001")
    provider.read = possible("1207")
    await house.does(events.DecisionTapped("1001", 1, events.Decision.FOUND, "1207"), tapped=1)
    assert "belongs to another order already: 1001" in await name(house, "1207")
    assert house.order("1000").outcome == "unknown"


async def test_a_check_that_fails_by_our_fault_can_be_asked_again(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    provider.read = ZeroDivisionError()
    assert "could not be asked" in await name(house, "1207")
    provider.read = possible("1207")
    await name(house, "1207")
    assert house.order("1000").number == "1207"


async def test_a_check_waits_for_a_storage_that_is_locked(
    tmp_path: Path, provider: Searchable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    provider.read = possible("1207")
    async with supplied(tmp_path, busy_timeout=0, rules=Rules(), scripted=provider) as house:
        await lose(house)
        await house.does(events.NameTapped("1000", 1), tapped=1)
        await house.does(events.Answered("1207"))
        async with locked(house.path):
            await until(lambda: logged(caplog, "could not be checked; trying again"))
        await until(lambda: _all_checked(house))
        assert house.order("1000").number == "1207"


async def _all_checked(house: Supplied) -> bool:
    return house.reconciler._under_way.idle


async def logged(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return text in caplog.text
