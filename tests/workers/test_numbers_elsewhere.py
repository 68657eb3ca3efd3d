"""A number belongs to an order where that order went, and to no account's name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.events import Decision, DecisionTapped
from bot.journal.identities import settle_accounts
from bot.journal.views import placed
from providers.base import Customer
from tests.storage.direct import writing
from tests.workers.lost import lose
from tests.workers.scripted import Searchable, ours
from tests.workers.supplied import Supplied, supplied
from tests.workers.test_late_finds import ONE, OTHER

FOUND = DecisionTapped("1000", 1, Decision.FOUND, "1207")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, scripted=Searchable()) as made:
        yield made


def started(house: Supplied, customer: Customer) -> None:
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": customer}, 1)


async def answered(house: Supplied, reference: str, number: str = "1207") -> str | None:
    house.sending(reference, "scripted")
    assert await house.settle(reference, placed(ours(number)))
    return house.order(reference).outcome


async def test_an_answer_with_a_number_from_before_there_were_identities_proves_nothing(house: Supplied) -> None:
    assert await answered(house, "0900") == "placed"
    started(house, ONE)
    assert await answered(house, "1000") == "unknown"
    assert await answered(house, "1100", "1208") == "placed"


async def test_a_number_is_taken_by_an_order_that_went_to_the_same_place(house: Supplied) -> None:
    started(house, ONE)
    await answered(house, "0900")
    await lose(house)
    started(house, OTHER)
    await house.does(FOUND, tapped=1)
    assert house.order("1000").outcome == "unknown"
    assert "0900" in house.outbox()[-1]


async def test_the_same_number_at_another_place_takes_none(house: Supplied) -> None:
    started(house, ONE)
    await lose(house)
    started(house, OTHER)
    assert await answered(house, "0900") == "placed"
    await house.does(FOUND, tapped=1)
    assert (house.order("1000").outcome, house.order("1000").number) == ("placed", "1207")
