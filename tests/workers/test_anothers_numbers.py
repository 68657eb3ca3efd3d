"""A yes with the number of another order of ours, in whatever spelling and whenever it comes, places no order.

In each case the other order keeps its number, and what is certainly the order's own is believed.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.events import Decision, DecisionTapped
from bot.journal.identities import settle_accounts
from bot.journal.lookup import named
from bot.journal.rules import Rules
from bot.journal.views import Result, placed
from providers.base import Customer
from providers.citiesocial.create import read_created
from providers.citiesocial.form import CitiesocialOrder
from providers.errors import OutcomeUnknown
from providers.guoguo.answer import placed_order
from providers.http import Answer
from providers.orders import Outcome, PlacedOrder
from tests.bench import until, working
from tests.providers.citiesocial.test_provider import answers
from tests.storage.direct import reading, writing
from tests.workers.lost import lose
from tests.workers.scripted import Scripted, TakesNoneTwice, ours
from tests.workers.supplied import Supplied, supplied

NUMBER = "Ord-1207"
AGAIN = ["ord-1207", "#ORD-1207", "Ｏｒｄ－１２０７", "\ufeffO\u200brd\u20111207\u202c\u00a0", "Ord-1207\u0301"]
SHARED = Customer("scripted", "https://one.example.org", key=("one",))


class Answering(Scripted):
    """Answers each create when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.yes: dict[str, asyncio.Future[PlacedOrder]] = defaultdict(asyncio.get_running_loop().create_future)

    async def place(self, form: Any, reference: str) -> PlacedOrder:
        del form
        self.references.append(reference)
        return await self.yes[reference]


class OneByOne(Answering):
    """Takes no reference of ours."""

    creates_at_once = 1


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Supplied]:
    rules, one, twin = Rules(retries=0), OneByOne(), OneByOne()
    async with supplied(
        tmp_path, rules=rules, scripted=Answering(), again=TakesNoneTwice(), one=one, twin=twin
    ) as made:
        with writing(made.database) as tx:
            settle_accounts(tx, {"one": SHARED, "twin": SHARED}, 1)
        yield made


def answering(house: Supplied, account: str = "scripted") -> Answering:
    found = house.providers[account]
    assert isinstance(found, Answering)
    return found


async def known(house: Supplied, *references: str) -> list[tuple[str | None, str | None]]:
    """The outcomes and numbers, once all have one."""
    await until(lambda: all(house.order(one).outcome for one in references))
    return [(house.order(one).outcome, house.order(one).number) for one in references]


async def on_the_wire(house: Supplied, references: Collection[str], account: str = "scripted") -> None:
    house.sender.wake(account)
    await until(lambda: set(references) <= set(answering(house, account).references))


def yes(number: str) -> Result:
    """As of GuoGuo, which repeats nothing of an order."""
    return placed(placed_order({"order_number": number}))


@pytest.mark.parametrize("number", AGAIN)
async def test_the_number_of_another_order_is_that_in_any_spelling(house: Supplied, number: str) -> None:
    house.sending("1000", "scripted")
    assert await house.settle("1000", yes(NUMBER))
    house.sending("1001", "scripted")
    assert await house.settle("1001", yes(number))
    order = house.order("1001")
    assert (order.outcome, order.number) == ("unknown", None)
    assert "number_taken" in order.details
    # The first is found by either spelling.
    assert {one.reference for one in named(reading(house.database), number)} == {"1000"}
    house.sending("1002", "scripted")
    assert await house.settle("1002", placed(ours("Ord-1208")))
    assert house.order("1002").outcome == "placed"


async def test_an_id_that_another_order_goes_by_is_its_number_too(house: Supplied) -> None:
    form = CitiesocialOrder.model_validate(answers())

    def told(body: str) -> Result:
        return placed(read_created(Answer(201, {}, body.encode()), form))

    house.sending("1000", "scripted")
    assert await house.settle("1000", told('{"order": {"name": "#1207", "id": "5764308878"}}'))
    house.sending("1001", "scripted")
    assert await house.settle("1001", told('{"order": {"id": "5764308878"}}'))
    assert "number_taken" in house.order("1001").details
    assert house.order("1000").number == "#1207"


async def test_what_is_certainly_its_own_may_differ_by_its_capitals_alone(house: Supplied) -> None:
    house.sending("1000", "scripted")
    assert await house.settle("1000", placed(ours("aB")))
    house.sending("1001", "scripted")
    assert await house.settle("1001", placed(ours("Ab")))
    assert house.order("1001").number == "Ab"


@pytest.mark.parametrize("first", [PlacedOrder("N-1"), ours("N-1")], ids=["by either", "by the first alone"])
async def test_of_two_on_the_wire_that_are_given_one_number_none_is_told_it_unless_it_shows_whose_it_is(
    house: Supplied, first: PlacedOrder
) -> None:
    for reference in ("1000", "1001"):
        house.confirmed(reference, "scripted")
    async with working(house.sender.run()):
        await on_the_wire(house, ["1000", "1001"])
        # The second has its answer before the first one has.
        answering(house).yes["1001"].set_result(PlacedOrder("n-1"))
        second = house.sender._wire._calls[house.order("1001").identity][1]
        await until(second.ended.is_set)
        assert house.order("1001").outcome is None
        answering(house).yes["1000"].set_result(first)
        outcomes = await known(house, "1000", "1001")
    assert outcomes == [("placed", "N-1") if first.is_ours else ("unknown", None), ("unknown", None)]
    assert "number_of_which" in house.order("1001").details


async def test_orders_on_the_wire_that_are_given_their_own_numbers_are_placed(house: Supplied) -> None:
    references = ["1000", "1001", "1002", "1003"]
    for reference in references:
        house.confirmed(reference, "scripted")
    async with working(house.sender.run()):
        await on_the_wire(house, references)
        for reference in reversed(references):
            answering(house).yes[reference].set_result(PlacedOrder(f"N-{reference}"))
        assert await known(house, *references) == [("placed", f"N-{one}") for one in references]


async def test_a_yes_beside_an_order_whose_answer_is_lost_may_be_that_ones(house: Supplied) -> None:
    for reference in ("1000", "1001"):
        house.confirmed(reference, "scripted")
    async with working(house.sender.run()):
        await on_the_wire(house, ["1000", "1001"])
        answering(house).yes["1001"].set_result(PlacedOrder("N-1"))
        answering(house).yes["1000"].set_exception(OutcomeUnknown("no_answer"))
        assert await known(house, "1000", "1001") == [("unknown", None)] * 2
    assert "number_of_which" in house.order("1001").details


async def test_a_yes_may_be_that_of_an_order_that_waits_to_be_sent_once_more(house: Supplied) -> None:
    await lose(house, account="again")
    await house.does(DecisionTapped("1000", 1, Decision.RESEND), tapped=1)
    assert house.order("1000").stage == "confirmed"
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET not_before = $1 WHERE reference = '1000'", house.clock() * 2)
    house.sending("1001", "again")
    assert await house.settle("1001", placed(PlacedOrder("N-1")))
    assert "number_of_which" in house.order("1001").details


async def test_two_accounts_of_one_customer_send_one_order_at_a_time_where_nothing_tells_them_apart(
    house: Supplied,
) -> None:
    house.confirmed("1000", "one")
    async with working(house.sender.run()):
        await on_the_wire(house, ["1000"], "one")
        house.confirmed("2000", "twin")
        house.sender.wake("twin")
        await until(lambda: house.sender._loops["twin"].rests)
        assert house.order("2000").stage == "confirmed"
        answering(house, "one").yes["1000"].set_result(PlacedOrder("N-1"))
        # Its end is enough: nobody else wakes it.
        await until(lambda: answering(house, "twin").references == ["2000"])
        answering(house, "twin").yes["2000"].set_result(PlacedOrder("N-2"))
        assert await known(house, "1000", "2000") == [("placed", "N-1"), ("placed", "N-2")]


async def test_what_a_call_left_behind_keeps_nobody_waiting(house: Supplied) -> None:
    house.confirmed("1000", "scripted")
    async with working(house.sender.run()):
        await on_the_wire(house, ["1000"])
        house.confirmed("1001", "scripted")
        await on_the_wire(house, ["1001"])
        answering(house).yes["1000"].set_exception(ZeroDivisionError())
        answering(house).yes["1001"].set_result(ours("N-1"))
        assert await known(house, "1000", "1001") == [(Outcome.UNKNOWN, None), (Outcome.PLACED, "N-1")]
    assert house.sender._wire._calls[house.order("1000").identity] == []
