"""An order that is found just before the same is sent again is not sent twice, whatever else goes wrong meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.journal.evidence import note_duplicate
from bot.journal.rules import Rules
from bot.journal.views import Result, placed
from providers.orders import Findings, Outcome, PlacedOrder
from storage import guards, orders, sending
from storage.errors import StorageError
from tests.bench import until, working
from tests.storage.direct import reading, writing
from tests.workers.lost import LAG, look, lose
from tests.workers.scripted import Scripted, Searchable, certain, ours, possible
from tests.workers.supplied import Supplied, supplied
from tests.workers.test_late_finds import confirmed_anew, not_listed


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


async def test_what_is_certainly_there_before_the_same_is_sent_stops_it(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    provider.found = Findings((certain("1207"),), complete=True)
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == []
    assert "found_before_sending" in house.order("2000").details
    assert (house.order("1000").outcome, house.order("1000").number) == ("placed", "1207")
    assert not any("There may be two" in text for text in house.outbox())


async def test_it_may_be_the_answer_to_another_that_is_sent_and_stops_it_all_the_same(
    house: Supplied, provider: Searchable
) -> None:
    await not_listed(house, provider)
    house.sending("3000", "scripted")
    confirmed_anew(house)
    provider.found = Findings((certain("1207"),), complete=True)
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == []
    assert "seen_before_sending" in house.order("2000").details
    assert house.order("1000").outcome == "unknown"


async def test_a_storage_that_fails_for_a_moment_does_not_make_it_forget_what_it_found(
    house: Supplied, provider: Searchable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    provider.found = Findings((possible("1207"),))
    correct, failures = sending.correct, [StorageError("the disk is full")]

    def full(*given: Any, **more: Any) -> bool:
        if failures:
            raise failures.pop()
        return correct(*given, **more)

    monkeypatch.setattr(sending, "correct", full)
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == []
    assert "seen_before_sending" in house.order("2000").details


@pytest.mark.parametrize(
    ("became", "two"),
    [
        (Result(Outcome.REFUSED, code="no"), 0),
        (Result(Outcome.NOT_SENT, code="unreachable"), 0),
        (Result(Outcome.UNKNOWN, code="no_answer"), 1),
    ],
    ids=["refused", "not sent", "unknown"],
)
async def test_that_there_may_be_two_is_not_said_when_the_second_was_not_placed(
    house: Supplied, provider: Searchable, became: Result, two: int
) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = '2000'")
    assert await house.settle("2000", became)
    provider.found = Findings((possible("1207"),))
    await look(house)
    assert house.order("1000").outcome == "unknown"
    assert sum("There may be two" in text for text in house.outbox()) == two


async def test_what_has_turned_up_while_the_same_waited_stops_it(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    house.confirmed("2000", "scripted")
    with writing(house.database) as tx:
        assert orders.replace(tx, "1000", "2000")
        note_duplicate(tx, house.order("2000"), "1000", held=True)
    provider.found = Findings((certain("1207"),), complete=True)
    await look(house)
    assert house.order("1000").outcome == "placed"
    # The second has not been sent, and will not be.
    assert not any("There may be two" in text for text in house.outbox())
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == []
    assert "found_before_sending" in house.order("2000").details
    # Whoever confirms it all the same means one more.
    with writing(house.database) as tx:
        assert orders.retry(tx, "2000", "another draft", "1", house.order("2000").answers)
    async with working(house.sender.run()):
        house.sender.wake("scripted")
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == ["2000"]


async def test_all_that_it_was_confirmed_in_spite_of_are_looked_for(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").outcome == "unknown")
    house.clock.advance(LAG + 1)
    await look(house, "2000")
    assert house.order("2000").inferred == 1
    house.confirmed("3000", "scripted")
    with writing(house.database) as tx:
        assert orders.replace(tx, "2000", "3000")
        note_duplicate(tx, house.order("3000"), "2000", held=True)
    sought = len(provider.sought)
    async with working(house.sender.run()):
        house.sender.wake("scripted")
        await until(lambda: house.order("3000").stage == "settled")
    assert {one.reference for one in provider.sought[sought:]} >= {"1000", "2000"}


async def test_the_same_is_asked_about_as_long_as_an_earlier_one_may_be_there(house: Supplied) -> None:
    def held() -> str | None:
        clock = house.clock
        return guards.holders(reading(house.database), "scripted", ["like"], clock(), clock.up()).get("like")

    with writing(house.database) as tx:
        assert guards.take(tx, "scripted", "like", "1000", now=house.clock(), shown="", up=house.clock.up())
    await lose(house)
    with writing(house.database) as tx:
        assert guards.take(tx, "scripted", "like", "2000", now=house.clock(), shown="1000", up=house.clock.up())
    house.sending("2000", "scripted")
    with writing(house.database) as tx:
        note_duplicate(tx, house.order("2000"), "1000", held=False)
    assert await house.settle("2000", placed(ours("1300")))
    house.clock.advance(7 * 86400)
    assert held() == "2000"
    assert await house.settle("1000", placed(PlacedOrder("1207")))
    assert held() is None
