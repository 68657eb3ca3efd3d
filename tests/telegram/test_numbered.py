"""A number typed right below a numbered list opens its row, and never anything that its sender doesn't see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.numbered import WITHIN
from bot.sandbox.chats import ChatMessage
from bot.sandbox.standin import StandIn
from storage import words
from tests.bench import GROUP, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import writing
from tests.telegram.line import Line, line
from tests.telegram.test_in_order import TelegramsTime, rests, said, shows


@pytest.fixture
def time() -> TelegramsTime:
    return TelegramsTime()


@pytest.fixture
async def house(tmp_path: Path, time: TelegramsTime) -> AsyncIterator[Line]:
    """Ten orders, 2001 to 2010, in a private chat with a bot that runs."""
    async with StandIn(now=time) as telegram:
        for person in (ADMIN, COLLEAGUE):
            telegram.add_person(person, started=True)
        telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
        async with line(tmp_path, telegram=telegram) as made:
            for n in range(2001, 2011):
                made.clock.advance(1)
                made.confirmed(str(n))
                with writing(made.database) as tx:
                    words.keep(tx, str(n), [str(n)], ["王小明"])
            time.now = made.clock.now / 1_000_000
            async with working(made.delivery.run(), made.inbox.poll()):
                yield made


async def lists(house: Line, text: str = "/orders", chat: int = ADMIN) -> ChatMessage:
    house.telegram.say(ADMIN, text, chat_id=chat)
    await shows(house, "Latest orders" if text == "/orders" else "Orders", chat)
    await rests(house)
    return house.telegram.messages(chat)[-1]


async def opens(house: Line, text: str, reference: str) -> None:
    house.telegram.say(ADMIN, text)
    await house.telegram.wait_for(ADMIN, lambda _: f"Reference: {reference}" in said(house)[-1])
    await rests(house)


async def finds_nothing(house: Line, text: str, chat: int = ADMIN) -> None:
    house.telegram.say(ADMIN, text, chat_id=chat)
    await shows(house, f"Not found · {text}", chat)


@pytest.mark.parametrize("text", ["3", " 3 ", "３", "3.", "03"])
async def test_a_number_right_below_a_list_opens_its_row(house: Line, text: str) -> None:
    await lists(house)
    await opens(house, text, "2008")


async def test_one_row_after_the_other_is_opened_and_the_list_is_gone_back_to(house: Line) -> None:
    await lists(house, "/orders 王小明")
    await opens(house, "1", "2010")
    await opens(house, "8", "2003")
    house.telegram.tap_button(ADMIN, "‹ Orders")
    await rests(house)
    await opens(house, "2", "2009")


async def test_the_page_that_was_turned_to_counts(house: Line) -> None:
    await lists(house)
    house.telegram.tap_button(ADMIN, "›")
    await rests(house)
    await opens(house, "2", "2001")
    await finds_nothing(house, "3")


async def test_a_number_that_no_row_has_is_looked_up(house: Line) -> None:
    await lists(house)
    await finds_nothing(house, "9")


async def test_a_number_below_anything_else_is_looked_up(house: Line) -> None:
    await lists(house)
    house.puts("Something has happened")
    await rests(house)
    await finds_nothing(house, "3")
    await lists(house)
    await opens(house, "3", "2008")


async def test_a_number_long_after_the_list_is_looked_up(house: Line, time: TelegramsTime) -> None:
    await lists(house)
    house.later(WITHIN + 1)
    time.now += WITHIN + 1
    await finds_nothing(house, "3")


async def test_a_number_is_the_answer_of_an_open_question_all_the_same(house: Line) -> None:
    for text, then in (("/order shop", "Order type"), ("goods", "Product"), ("188", "Quantity")):
        house.telegram.say(ADMIN, text)
        await shows(house, then)
    await rests(house)
    await lists(house)
    house.telegram.say(ADMIN, "3")
    await shows(house, "Items · 1")
    assert "188 ×3" in said(house)[-1]


async def test_a_menu_below_a_list_has_no_numbers(house: Line) -> None:
    await lists(house)
    house.telegram.tap_button(ADMIN, "Status")
    await rests(house)
    await finds_nothing(house, "3")


async def test_a_list_that_is_come_back_to_from_a_menu_has_its_numbers_again(house: Line) -> None:
    await lists(house)
    for label in ("Status", "Back"):
        house.telegram.tap_button(ADMIN, label)
        await rests(house)
    await opens(house, "3", "2008")


async def test_an_older_list_that_is_turned_takes_no_numbers(house: Line) -> None:
    await lists(house)
    await lists(house, "/orders 2001")
    house.telegram.tap_button(ADMIN, "›")
    await rests(house)
    await opens(house, "1", "2001")


async def test_in_a_group_a_reply_to_the_list_opens_its_row(house: Line) -> None:
    listed = await lists(house, chat=GROUP)
    house.puts("Something has happened", chat=GROUP)
    await rests(house)
    house.telegram.say(ADMIN, "3", chat_id=GROUP, reply_to=listed.message_id)
    assert "Reference: 2008" in (await shows(house, "Order · Shop", GROUP)).text
    other = next(one for one in house.telegram.messages(GROUP) if one.text == "Something has happened")
    house.telegram.say(ADMIN, "4", chat_id=GROUP, reply_to=other.message_id)
    await shows(house, "Not found · 4", GROUP)


async def test_a_number_opens_a_draft_of_the_list(house: Line) -> None:
    for _ in range(2):
        house.telegram.say(ADMIN, "/order shop")
        await shows(house, "Order type")
        house.telegram.say(ADMIN, "goods")
        await shows(house, "Product")
        await rests(house)
        house.telegram.say(ADMIN, "/order guoguo")
        await shows(house, "Open draft")
        house.telegram.tap_button(ADMIN, "Keep it for later")
        await shows(house, "Product")
        house.telegram.say(ADMIN, "/cancel")
        await shows(house, "Cancelled")
        await rests(house)
    house.telegram.say(ADMIN, "/drafts")
    await shows(house, "Drafts · 2")
    await rests(house)
    house.telegram.say(ADMIN, "2")
    await shows(house, "Product · item 1")


async def test_no_draft_is_removed_by_a_number(house: Line) -> None:
    await test_a_number_opens_a_draft_of_the_list(house)
    house.telegram.say(ADMIN, "/drafts")
    await shows(house, "Drafts · 2")
    await rests(house)
    house.telegram.tap_button(ADMIN, "Remove")
    await rests(house)
    house.telegram.say(ADMIN, "1")
    await rests(house)
    house.telegram.say(ADMIN, "/drafts")
    await shows(house, "Drafts · 2")
