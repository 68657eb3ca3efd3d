"""Words of an order's button, typed while nothing is open, are the tap on the newest message that has it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons import order_buttons
from bot.desk.unit import Unit
from bot.journal.views import placed
from bot.sandbox.standin import StandIn
from bot.words.message import Button, Message
from providers.orders import PlacedOrder
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import writing
from tests.telegram.line import Line, line
from tests.telegram.test_in_order import TelegramsTime, rests, said

WHICH = "Nothing was done. Please tap “{}” at the message that you mean"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    """Two placed orders, 2001 and 2002, a card of each, and a bot that runs."""
    async with StandIn(now=TelegramsTime()) as telegram:
        for person in (ADMIN, COLLEAGUE):
            telegram.add_person(person, started=True)
        async with line(tmp_path, telegram=telegram) as made:
            for n, reference in enumerate(("2001", "2002"), 1):
                made.sending(reference)
                await made.settle(reference, placed(PlacedOrder(f"70{n}")))
            async with working(made.delivery.run(), made.inbox.poll()):
                await rests(made)
                for reference in ("2001", "2002"):
                    shows_card(made, reference)
                await rests(made)
                yield made


def shows_card(house: Line, *references: str, edits: int | None = None) -> int:
    """A message with the buttons of these orders; returns its row."""
    rows = tuple(
        (Button("Refresh", order_buttons.refresh(one)), Button("Order again", order_buttons.again(one)))
        for one in references
    )
    with writing(house.database) as tx:
        row = house.desk.outgoing.post(Unit(tx), ADMIN, Message(f"Card of {references}", rows), edits=edits)
    house.committed()
    return row


async def answer(house: Line, text: str, reply_to: int | None = None) -> str:
    before = len(said(house))
    house.telegram.say(ADMIN, text, reply_to=reply_to)
    await until(lambda: len(said(house)) > before)
    await rests(house)
    return said(house)[-1]


@pytest.mark.parametrize("text", ["refresh", "Refresh!", "更新", "刷新"])
async def test_refresh_shows_the_order_of_the_newest_card_below_it(house: Line, text: str) -> None:
    assert "Reference: 2002" in await answer(house, text)


@pytest.mark.parametrize("text", ["order again", "Order Again ", "再来一单", "再訂一次"])
async def test_order_again_opens_the_order_of_the_newest_card_at_its_summary(house: Line, text: str) -> None:
    summary = await answer(house, text)
    assert summary.startswith("Summary"), summary
    assert "702" in summary


async def test_a_card_as_it_is_by_now_counts(house: Line) -> None:
    card = shows_card(house, "2001")
    await rests(house)
    assert "Reference: 2001" in await answer(house, "refresh")
    shows_card(house, "2002", edits=card)
    await rests(house)
    assert "Reference: 2002" in await answer(house, "refresh")


async def test_where_a_message_has_it_for_two_orders_the_message_is_asked_for_and_a_reply_names_it(house: Line) -> None:
    older = next(one for one in house.telegram.messages(ADMIN) if one.text.startswith("Card of ('2001'"))
    shows_card(house, "2001", "2002")
    await rests(house)
    assert (await answer(house, "order again")).startswith(WHICH.format("order again"))
    assert "Reference: 2001" in await answer(house, "refresh", reply_to=older.message_id)


@pytest.mark.parametrize("text", ["It was not placed", "stop", "詳情"])
async def test_a_decision_is_made_at_its_message_only(house: Line, text: str) -> None:
    row = (Button("It was not placed", "notplaced:2002:1"), Button("Stop", "stop:2002:1"))
    with writing(house.database) as tx:
        house.desk.outgoing.post(Unit(tx), ADMIN, Message("Please check an order", (row,)))
    house.committed()
    await rests(house)
    said_then = await answer(house, text)
    assert said_then.startswith(WHICH.format(text)), said_then
    assert house.order("2002").outcome == "placed"


async def test_without_a_card_the_message_is_asked_for(house: Line) -> None:
    before = len(said(house, COLLEAGUE))
    house.telegram.say(COLLEAGUE, "refresh")
    await until(lambda: len(said(house, COLLEAGUE)) > before)
    assert said(house, COLLEAGUE)[-1].startswith(WHICH.format("refresh"))


async def test_a_message_whose_text_is_pruned_has_no_buttons(house: Line) -> None:
    with writing(house.database) as tx:
        tx.execute("UPDATE outbox SET body = '{}' WHERE id = (SELECT MAX(id) FROM outbox)")
    assert "2001" in await answer(house, "Refresh")
