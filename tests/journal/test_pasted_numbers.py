"""Orders found by numbers inside pasted text: a line of a chat, several at once, our own messages."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from bot.conversation import events
from bot.conversation.numbers import is_about_numbers, numbers_in
from bot.conversation.views import Wanted
from bot.journal.views import placed
from providers.orders import PlacedOrder
from tests.bench import Bench, bench
from tests.desk.filling import tap


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        made.sending("1000")
        await made.settle("1000", placed(PlacedOrder("#1207", also_known_as=("98765", "ORD-20261126-7"))))
        made.sending("1001")
        await made.settle("1001", placed(PlacedOrder("1300-22")))
        yield made


def last(house: Bench) -> str:
    return house.outbox()[-1]


ONE = [
    *("no. 1207", "No.1207", "order 1207?", "單號：1207", "单号:1207", "訂單編號 #1207 謝謝", "查一下1207", "“1207”"),
    *("「1207」", "'1207'", "(1207)", "【1207】", "1207.", "1207，", "where is ORD—20261126—7 please", "１２０７号"),
    *("Number:\u200b\u200e1207\u200f", "ord‐20261126‐7 is late", "order_1207", "1207/", "Order number: #1207\nthanks"),
    *("王小明 13812345678 訂單 1207", "#1207 NT$1,300.00 ×1001", "1207 (2026-11-26 03:58)"),
]


@pytest.mark.parametrize("text", ONE)
@pytest.mark.parametrize("asks", [events.Answered, events.StatusRequested])
async def test_the_number_of_an_order_is_found_inside_a_text(
    house: Bench, asks: type[events.Answered | events.StatusRequested], text: str
) -> None:
    await house.does(asks(text))
    assert "Order number: <code>#1207</code>" in last(house)


@pytest.mark.parametrize("asks", [events.Answered, events.StatusRequested])
async def test_our_own_message_pasted_back_is_about_its_order(
    house: Bench, asks: type[events.Answered | events.StatusRequested]
) -> None:
    await house.does(events.StatusRequested("1207"))
    card = unescape(re.sub("<[^>]*>", "", last(house)))
    # Another order, whose number could be a year of the card.
    house.sending("1002")
    await house.settle("1002", placed(PlacedOrder("2026")))
    await house.does(events.StatusRequested("nothing"))
    await house.does(asks(card))
    assert "Order number: <code>#1207</code>" in last(house)


async def test_several_numbers_are_answered_in_one_message_and_what_is_missing_is_said(house: Bench) -> None:
    await house.does(events.Answered("1207, 1300-22 and 1400"))
    assert last(house).startswith("<b>Orders · 2</b>\n1. <code>#1207</code> · Shop · placed\n188 ×1")
    assert "Not found: <code>1400</code>" in last(house)
    await tap(house, "2")
    assert "Order number: <code>1300-22</code>" in last(house)


async def test_an_order_named_twice_is_said_once(house: Bench) -> None:
    await house.does(events.StatusRequested("98765\n1207\n1000\n1001"))
    assert last(house).startswith("<b>Orders · 2</b>")
    assert "Not found" not in last(house)


async def test_many_orders_at_once_are_shown_as_far_as_they_fit_and_the_rest_is_counted(house: Bench) -> None:
    for n in range(2000, 2012):
        house.sending(str(n))
        await house.settle(str(n), placed(PlacedOrder(f"N-{n}")))
    await house.does(events.StatusRequested("\n".join(f"N-{n}" for n in range(2000, 2012))))
    assert last(house).startswith("<b>Orders · 12</b>")
    assert "+ 4 more" in last(house)


@pytest.mark.parametrize("text", ["單號：1400", "no. 1400", "“1400”", "Order number: 1400"])
async def test_a_single_number_that_no_order_has_is_not_found_by_that_number(house: Bench, text: str) -> None:
    await house.does(events.Answered(text))
    assert last(house).startswith("<b>Not found</b> · <code>1400</code>")


@pytest.mark.parametrize(
    "text", ["call me at 13812345678 when the parcels are there", "Total 1,207.00", "×1207", "12 pieces", "NT$ 1207"]
)
async def test_a_phone_or_an_amount_is_no_number_of_an_order(house: Bench, text: str) -> None:
    await house.does(events.Answered(text))
    assert last(house).startswith("No order is open")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        ("hello", ()),
        ("#1 and 12", ("#1",)),
        ("A-1/B-2", ("A-1/B-2", "A-1", "B-2")),
        ("3.50 1,200 1207,1300", ("1207", "1300")),
        ("1207 1207 １２０７", ("1207",)),
        ("x" * 4000, ()),
    ],
)
def test_these_are_worth_asking_the_journal_for(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(text) == numbers


def test_a_text_with_a_story_is_not_about_its_numbers() -> None:
    assert is_about_numbers("no. 1207, 1300", ("1207", "1300"))
    assert not is_about_numbers("the parcel came to 1207 yesterday", ("1207",))
    assert not is_about_numbers("hello", ())


@pytest.mark.parametrize("text", ["1 " * 2000, "1.2" * 1000, "1-" * 2000, "#" * 4000, "1234567 " * 500])
async def test_texts_that_are_made_to_be_slow_are_not(house: Bench, text: str) -> None:
    await house.does(events.StatusRequested(text))
    assert last(house).startswith("<b>Not found")


@pytest.mark.parametrize("text", ["單號：1207", "no. #1207!", "１２０７", "order 1207 and 9999", "\u200b“1207”"])
async def test_a_search_finds_the_numbers_inside_a_text(house: Bench, text: str) -> None:
    await house.does(events.OrdersRequested(wanted=Wanted(text=text)))
    assert "No orders match" not in last(house)
    await tap(house, "1")
    assert "Order number: <code>#1207</code>" in last(house)


async def test_a_search_for_several_numbers_lists_their_orders(house: Bench) -> None:
    await house.does(events.OrdersRequested(wanted=Wanted(text="1207, 1300-22")))
    assert "<b>2.</b>" in last(house)
    await house.does(events.OrdersRequested(wanted=Wanted(text="1400 and 1500")))
    assert "No orders match" in last(house)


# At a question


async def test_a_number_that_a_question_refuses_can_be_looked_up_and_the_draft_stands(house: Bench) -> None:
    for event in (events.OrderRequested("shop"), events.Answered("goods"), events.Answered("188")):
        await house.does(event)
    await house.does(events.Answered("ORD-20261126-7"))
    assert "Not accepted" in last(house)
    await tap(house, "Look up #1207")
    assert "Order number: <code>#1207</code>" in last(house)
    await house.does(events.Answered("2"))
    assert last(house).startswith("<b>Items")


async def test_a_number_taken_as_an_odd_answer_is_said_to_be_an_orders_too(house: Bench) -> None:
    for text in ("order shop", "goods", "188", "1", "done", "1300-22"):
        await house.does(events.Answered(text))
    assert house.outbox()[-2] == "Taken as the answer. 1300-22 is also the number of an order with Shop.\n188 ×1"
    assert last(house).startswith("<b>Recipient")
    await tap(house, "Look up 1300-22")
    assert "Order number: <code>1300-22</code>" in last(house)
    await house.does(events.Answered("skip"))
    assert "Note: <b>1300-22</b>" in last(house)


@pytest.mark.parametrize("text", ["1207", "#1207"])
async def test_a_short_number_that_the_question_takes_is_just_an_answer(house: Bench, text: str) -> None:
    for typed in ("order shop", "goods", "188", "1", "done", text):
        await house.does(events.Answered(typed))
    assert last(house).startswith("<b>Recipient")
    assert not house.outbox()[-2].startswith("Taken")
