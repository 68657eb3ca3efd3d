"""Looking orders up in the journal: by number, by reference, by a bare number."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.journal.views import placed
from providers.orders import PlacedOrder
from tests.bench import Bench, bench
from tests.end_to_end.house import COLLEAGUE
from tests.storage.direct import reading
from tests.words.reading import WORDS


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        made.sending("1000")
        await made.settle("1000", placed(PlacedOrder("#1207", also_known_as=("98765", "ORD-123"))))
        yield made


def last(house: Bench) -> str:
    return house.outbox()[-1]


@pytest.mark.parametrize(
    "query",
    [
        *("#1207", "1207", "1000", "#1000", "98765", "  1207 ", "１２０７", "ORD-123", "ord-123"),
        *(
            "\u200e1207\u200f",
            "12\u200b07",
            "\u00a01207\u00a0",
            "12\u00ad07",
            "＃1207",
            "ORD–123",
            "ord\u2011123\ufeff",
        ),
    ],
)
async def test_status_finds_an_order_under_every_name_it_has(house: Bench, query: str) -> None:
    await house.does(events.StatusRequested(query))
    assert "Order number: <code>#1207</code>" in last(house)
    assert "Reference: <code>1000</code>" in last(house)


@pytest.mark.parametrize("text", ["1207", "#1207", "1000", "98765", "１２０７", "\u202a1207\u202c", "1\u200b207"])
async def test_a_bare_number_is_looked_up_while_no_question_is_open(house: Bench, text: str) -> None:
    await house.does(events.Answered(text))
    assert "Order number: <code>#1207</code>" in last(house)


async def test_a_number_that_looks_like_a_word_is_looked_up_where_the_journal_has_it(house: Bench) -> None:
    await house.does(events.Answered("gift_no"))
    assert "Order number" not in last(house)
    house.sending("1001")
    await house.settle("1001", placed(PlacedOrder("gift_no")))
    await house.does(events.Answered(" gift_no "))
    assert "Order number: <code>gift_no</code>" in last(house)


async def test_a_bare_number_is_an_answer_while_a_question_is_open(house: Bench) -> None:
    for event in (events.OrderRequested("shop"), events.Answered("goods"), events.Answered("1207")):
        await house.does(event)
    assert last(house).startswith("<b>Quantity")
    await house.does(events.CancelRequested())
    await house.does(events.Answered("1207"))
    assert "Order number: <code>#1207</code>" in last(house)


@pytest.mark.parametrize("query", ["1208", "#", "##", "%", "1' OR '1'='1", "<b>", "x" * 4000])
async def test_what_the_journal_does_not_have_is_not_found(house: Bench, query: str) -> None:
    await house.does(events.StatusRequested(query))
    assert last(house).startswith("<b>Not found")


@pytest.mark.parametrize("text", ["hello", "no 12", "", "12 07"])
async def test_other_text_is_no_look_up(house: Bench, text: str) -> None:
    await house.does(events.Answered(text))
    assert last(house).startswith("No order is open")


async def test_an_order_on_its_way_is_found_by_its_reference(house: Bench) -> None:
    house.confirmed("2000")
    await house.does(events.StatusRequested("2000"))
    assert "Status: waiting to be sent" in last(house)
    assert "Order number" not in last(house)


async def test_two_suppliers_may_use_one_number(house: Bench) -> None:
    house.sending("2000", "guoguo")
    await house.settle("2000", placed(PlacedOrder("1207")))
    before = len(house.outbox())
    await house.does(events.StatusRequested("1207"))
    (choice,) = house.outbox()[before:]
    first, *told = choice.splitlines()
    assert first == "<b>Several orders have this number. Which one?</b>"
    assert [line.partition(" · ")[2] for line in told[1::2]] == ["14:13 · Guoguo", "14:13 · Shop"]
    assert (told[0][:12], told[2]) == ("<b>1.</b> Fa", "<b>2.</b> 188 ×1")
    rows = reading(house.database).fetch("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
    assert json.loads(rows[0]["body"])["rows"] == [[["1", "show:2000"], ["2", "show:1000"]]]
    await house.does(read("show:1000"), tapped=1)
    assert "<code>1000</code>" in last(house)


@pytest.mark.parametrize("query", ["1208", "120", "12007", "2107", "100", "oRD-124", "ORD123"])
async def test_a_mistyped_number_suggests_the_nearest(house: Bench, query: str) -> None:
    await house.does(events.StatusRequested(query))
    told = last(house)
    assert told.startswith("<b>Not found</b>")
    assert WORDS.say("status.near") in told
    assert told.endswith("<b>1.</b> 188 ×1\nplaced · 14:13 · Shop\n<code>#1207</code>")
    await house.does(read(house.button("1")), tapped=1)
    assert "Order number: <code>#1207</code>" in last(house)


async def test_a_number_that_is_far_from_all_suggests_nothing(house: Bench) -> None:
    await house.does(events.StatusRequested("55555"))
    assert "Did you mean" not in last(house)


async def test_a_reply_to_the_message_of_an_order_asks_about_it(house: Bench) -> None:
    await house.does(events.Answered("Where is it?", replied=("#1207", "1000")))
    assert "Reference: <code>1000</code>" in last(house)
    await house.does(events.StatusRequested("", replied=("1000",)))
    assert "Reference: <code>1000</code>" in last(house)


async def test_a_number_in_a_reply_to_the_message_of_an_order_is_meant_itself(house: Bench) -> None:
    # In a group, whoever sends nothing but a number has to reply to some message of the bot.
    await house.does(events.Answered("5555555", replied=("#1207", "1000")))
    assert last(house).startswith("<b>Not found")
    await house.does(events.Answered("98765", replied=("1000",)))
    assert "Reference: <code>1000</code>" in last(house)
    for event in (
        events.OrderRequested("shop"),
        events.Answered("goods"),
        events.Answered("1207", replied=("#1207", "1000")),
    ):
        await house.does(event)
    assert last(house).startswith("<b>Quantity")


async def test_a_reply_to_any_other_message_is_an_answer(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"))
    await house.does(events.Answered("goods", replied=("188",)))
    assert last(house).startswith("<b>Product")
    await house.does(events.Answered("How is it?", replied=("1000",)))
    assert "Reference: <code>1000</code>" in last(house)


async def test_colleagues_find_each_others_orders(house: Bench) -> None:
    await house.does(events.StatusRequested("1207"), COLLEAGUE)
    (told,) = house.outbox(COLLEAGUE)
    assert "Ordered by Some Name" in told


async def test_orders_lists_the_eight_newest_first(house: Bench) -> None:
    for n in range(2000, 2012):
        house.clock.advance(1)
        house.confirmed(str(n), items=[{"goods_id": str(n), "quantity": "1"}])
    await house.does(events.OrdersRequested())
    lines = [line for line in last(house).splitlines() if line[3:4].isdigit()]
    assert lines == [f"<b>{i}.</b> {2012 - i} ×1" for i in range(1, 9)]


async def test_a_language_that_is_not_offered_is_an_old_button(house: Bench) -> None:
    assert await house.does(events.LanguageChosen("xx"), tapped=1) == WORDS.say("toast.stale")
    assert await house.does(events.LanguageChosen("en"), tapped=1) == ""
    (row,) = reading(house.database).fetch("SELECT language FROM people")
    assert row["language"] == "en"
