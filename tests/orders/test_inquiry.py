"""Looking orders up in the journal: by number, by reference, by a bare number."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation import events as e
from bot.orders.journal import placed
from providers.orders import PlacedOrder
from tests.bench import Bench, bench
from tests.end_to_end.house import COLLEAGUE


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        await made.sending("1000")
        await made.settle("1000", placed(PlacedOrder("#1207", also_known_as=("98765", "ORD-123"))))
        yield made


async def last(house: Bench) -> str:
    return (await house.outbox())[-1]


@pytest.mark.parametrize(
    "query", ["#1207", "1207", "1000", "#1000", "98765", "  1207 ", "１２０７", "ORD-123", "ord-123"]
)
async def test_status_finds_an_order_under_every_name_it_has(house: Bench, query: str) -> None:
    await house.does(e.StatusRequested(query))
    assert "Order number: <code>#1207</code>" in await last(house)
    assert "Reference: <code>1000</code>" in await last(house)


@pytest.mark.parametrize("text", ["1207", "#1207", "1000", "98765", "１２０７"])
async def test_a_bare_number_is_looked_up_while_no_question_is_open(house: Bench, text: str) -> None:
    await house.does(e.Answered(text))
    assert "Order number: <code>#1207</code>" in await last(house)


async def test_a_bare_number_is_an_answer_while_a_question_is_open(house: Bench) -> None:
    for event in (e.OrderRequested("shop"), e.Answered("goods"), e.Answered("1207")):
        await house.does(event)
    assert (await last(house)).startswith("<b>Item quantity")
    await house.does(e.CancelRequested())
    await house.does(e.Answered("1207"))
    assert "Order number: <code>#1207</code>" in await last(house)


@pytest.mark.parametrize("query", ["1208", "#", "##", "%", "1' OR '1'='1", "<b>", "x" * 4000])
async def test_what_the_journal_does_not_have_is_not_found(house: Bench, query: str) -> None:
    await house.does(e.StatusRequested(query))
    assert (await last(house)).startswith("<b>Not found")


@pytest.mark.parametrize("text", ["hello", "no 1207", "", "12 07"])
async def test_other_text_is_no_look_up(house: Bench, text: str) -> None:
    await house.does(e.Answered(text))
    assert (await last(house)).startswith("No order is open")


async def test_an_order_on_its_way_is_found_by_its_reference(house: Bench) -> None:
    await house.confirmed("2000")
    await house.does(e.StatusRequested("2000"))
    assert "Status: waiting to be sent" in await last(house)
    assert "Order number" not in await last(house)


async def test_two_suppliers_may_use_one_number(house: Bench) -> None:
    await house.sending("2000", "guoguo")
    await house.settle("2000", placed(PlacedOrder("1207")))
    before = len(await house.outbox())
    await house.does(e.StatusRequested("1207"))
    newest, older = (await house.outbox())[before:]
    assert "<code>2000</code>" in newest
    assert "<code>1000</code>" in older


async def test_colleagues_find_each_others_orders(house: Bench) -> None:
    await house.does(e.StatusRequested("1207"), COLLEAGUE)
    (told,) = await house.outbox(COLLEAGUE)
    assert "Ordered by Some Name" in told


async def test_orders_lists_the_eight_newest_first(house: Bench) -> None:
    for n in range(2000, 2012):
        house.clock.advance(1)
        await house.confirmed(str(n))
    await house.does(e.OrdersRequested())
    lines = [line for line in (await last(house)).splitlines() if line.startswith("<code>")]
    assert [line[6:10] for line in lines] == [str(n) for n in range(2011, 2003, -1)]


async def test_a_language_that_is_not_offered_is_an_old_button(house: Bench) -> None:
    assert await house.does(e.LanguageChosen("xx"), tapped=1) == "This button doesn't fit here."
    assert await house.does(e.LanguageChosen("en"), tapped=1) == ""
    (row,) = await house.database.fetch("SELECT language FROM people")
    assert row["language"] == "en"
