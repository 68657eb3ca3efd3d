"""Ordering the same again, from the card and from an answer, by whoever is on the staff; and choosing what to hear."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events, replies
from bot.conversation.state import IDLE
from bot.conversation.step import Step
from bot.desk.outgoing import is_in_place
from bot.journal.views import placed
from providers.orders import PlacedOrder
from storage import prune
from tests.bench import Bench, bench
from tests.desk.filling import claim, confirm, ordered, tap
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS, said
from tests.words.test_render import OPEN, every_reply


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[Bench, str]]:
    async with bench(tmp_path) as made:
        reference = await ordered(made)
        claim(made, reference)
        await made.settle(reference, placed(PlacedOrder("1207")))
        made.clock.advance(1)
        yield made, reference


async def test_the_card_of_a_placed_order_orders_it_again(house: tuple[Bench, str]) -> None:
    bench, reference = house
    assert bench.outbox()[-1].startswith("<b>Placed")
    await tap(bench, "Order again")
    summary = bench.outbox()[-1]
    assert summary.startswith("<b>Summary")
    assert "1207" in summary, "the order with the same answers is named"
    again = await confirm(bench)
    first, second = bench.order(reference), bench.order(again)
    assert again != reference
    # What was known of the product then is not copied.
    known = json.loads(first.answers)
    del known["items"][0]["goods"]
    assert json.loads(second.answers) == known
    assert (first.replaced_by, first.outcome) == (None, "placed")


async def test_a_colleague_orders_it_again_from_an_answer(house: tuple[Bench, str]) -> None:
    bench, reference = house
    await bench.does(events.StatusRequested("1207"), COLLEAGUE)
    await tap(bench, "Order again", COLLEAGUE)
    again = await confirm(bench, COLLEAGUE)
    order = bench.order(again)
    assert (order.user_id, bench.order(reference).user_id) == (COLLEAGUE, ADMIN)


async def test_a_colleague_orders_it_again_by_a_reply_to_an_answer(house: tuple[Bench, str]) -> None:
    bench, reference = house
    await bench.does(events.StatusRequested("1207"), COLLEAGUE)
    await bench.does(events.Answered("3", replied=("1207", reference)), COLLEAGUE)
    summary = bench.outbox(COLLEAGUE)[-1]
    assert "Order 1207 again · ✎ changed" in summary
    assert "✎ 1. 188 ×3" in summary
    order = bench.order(await confirm(bench, COLLEAGUE))
    assert (order.user_id, json.loads(order.answers)["items"][0]["quantity"]) == (COLLEAGUE, "3")
    assert bench.order(reference).replaced_by is None


async def test_a_reply_to_a_message_of_several_orders_is_about_none_of_them(house: tuple[Bench, str]) -> None:
    bench, reference = house
    bench.sending("2000")
    before = len(bench.outbox())
    await bench.does(events.Answered("x3", replied=("2000", "1207", reference)))
    assert not any("✎" in message for message in bench.outbox()[before:])
    # Nor do the messages of batches and trays name any order in a way that a reply could be about.
    several = [one for one in every_reply("x") if isinstance(one, replies.BatchShown | replies.TrayShown)]
    assert len(several) > 1
    assert not any("<code>" in message.html for one in several for message in said(one, OPEN))


async def test_an_open_order_is_kept_for_later(house: tuple[Bench, str]) -> None:
    bench, _ = house
    await bench.does(events.OrderRequested("shop"))
    await bench.does(events.Answered("goods"))
    await tap(bench, "Order again")
    kept, summary = bench.outbox()[-2:]
    assert kept.startswith("<b>Kept for later</b> · Shop")
    assert summary.startswith("<b>Summary")
    await tap(bench, "Back to it")
    assert bench.outbox()[-1].startswith("<b>Product")


async def test_what_was_removed_from_the_journal_can_not_be_ordered_again(house: tuple[Bench, str]) -> None:
    bench, reference = house
    with writing(bench.database) as tx:
        assert prune.empty(tx, reference, "{}", {}, 1)
    await tap(bench, "Order again")
    assert bench.outbox()[-1].startswith("What was ordered is no longer on record")


async def test_a_button_of_an_order_that_is_not_placed_shows_how_it_stands(house: tuple[Bench, str]) -> None:
    bench, _ = house
    bench.sending("2000")
    await bench.does(read("again:2000"), tapped=1)
    assert "Status: being sent" in bench.outbox()[-1]
    assert await bench.does(read("again:7"), tapped=1) == WORDS.say("toast.stale")


async def test_what_people_hear_of_is_their_choice(house: tuple[Bench, str]) -> None:
    bench, _ = house
    await bench.does(events.NoticesRequested())
    assert bench.outbox()[-1].startswith("<b>Changes of your orders</b>")
    assert bench.button("✓ Important") == "notify:important"
    await tap(bench, "None")
    rows = reading(bench.database).fetch("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
    assert json.loads(rows[0]["body"])["message_id"] == 1
    await bench.does(events.NoticesRequested())
    assert bench.button("✓ None") == "notify:none"
    await bench.does(events.NoticesRequested(), COLLEAGUE)
    assert bench.button("✓ Important", COLLEAGUE) == "notify:important"
    assert await bench.does(read("notify:everything"), tapped=1) == WORDS.say("toast.stale")


@pytest.mark.parametrize(("page", "in_place"), [(0, False), (1, True), (2, True)])
def test_a_page_of_parcels_takes_the_place_of_another_and_not_of_the_card(page: int, *, in_place: bool) -> None:
    assert is_in_place(events.ParcelsTapped("1", page), IDLE, Step(IDLE, ())) is in_place
