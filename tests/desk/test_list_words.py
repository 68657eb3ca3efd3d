"""Lists of orders that are narrowed by typed words: a status, a day, both, or the name of who ordered."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.conversation.views import STATES, Days, Wanted
from bot.desk import typed
from bot.desk.list_words import narrowed
from bot.journal.views import placed
from bot.words.catalogue import catalogue_for, catalogues
from bot.words.order_list import state_word
from providers.cleaning import compared_text
from providers.orders import PlacedOrder, Status
from storage import people, words
from tests.bench import Bench, bench
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

DAY = 24 * 3600
LANGUAGES = sorted(catalogues())
DAYS = [day for day in Days if day is not Days.ANY]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def words_for(language: str, key: str, label: str) -> list[str]:
    also = catalogues()[language].beginning("also.list.").get(f"also.list.{key}", "")
    return [label, *(word.strip() for word in also.split(",") if word.strip())]


def every_word() -> Iterator[tuple[str, Wanted]]:
    """Each word of each language with the list that it means."""
    for language in LANGUAGES:
        said = catalogue_for(language)
        for state in STATES:
            for word in words_for(language, state.replace(" ", "_"), state_word(said, state)):
                yield word, Wanted(state=state)
        for day in DAYS:
            for word in words_for(language, day, said.say(f"list.{day}")):
                yield word, Wanted(days=day)


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize(("word", "meant"), list(every_word()))
def test_each_word_means_its_filter_whatever_language_its_reader_has(reader: str, word: str, meant: Wanted) -> None:
    spoken = typed.languages(catalogue_for(reader))
    for text in (word, f" {word.upper()}! "):
        assert narrowed(Wanted(text=text), spoken) == meant


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("day", DAYS)
def test_a_status_and_a_day_are_combined_in_either_order(language: str, state: str, day: Days) -> None:
    said = catalogue_for(language)
    first, second = state_word(said, state), said.say(f"list.{day}")
    for text in (f"{first} {second}", f"{second} {first}", f"{second}, {first}"):
        assert narrowed(Wanted(text=text), typed.languages(said)) == Wanted(state=state, days=day)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("unknown", Wanted(state="unknown")),
        ("昨天已下單", Wanted(state="placed", days=Days.YESTERDAY)),
        ("已发货 yesterday", Wanted(state="shipped", days=Days.YESTERDAY)),
        ("Ｔｏｄａｙ", Wanted(days=Days.TODAY)),
        ("canceled 7 days", Wanted(state="cancelled", days=Days.WEEK)),
    ],
)
def test_words_are_read_in_any_spelling_and_mixture(text: str, meant: Wanted) -> None:
    assert narrowed(Wanted(text=text), typed.languages(catalogue_for("en"))) == meant


@pytest.mark.parametrize(
    "text", ["", "!", "shipped boxes", "unshipped", "today today", "placed shipped", "1207", "已下單的茶", "x" * 5000]
)
def test_any_other_text_is_looked_for_as_it_was(text: str) -> None:
    assert narrowed(Wanted(text=text), typed.languages(catalogue_for("en"))) == Wanted(text=text)


def test_other_filters_of_the_list_stay() -> None:
    wanted = Wanted("shop", "placed", Days.WEEK, ADMIN, "yesterday", beside="1")
    assert narrowed(wanted, typed.languages(catalogue_for("en"))) == (
        Wanted("shop", "placed", Days.YESTERDAY, ADMIN, "", beside="1")
    )


async def lists(house: Bench, text: str, who: int = ADMIN) -> str:
    """The references below a list that a text brings about, and its first line."""
    await house.does(events.OrdersRequested(wanted=Wanted(text=text)), who)
    return shown(house, who)


def shown(house: Bench, who: int = ADMIN) -> str:
    rows = reading(house.database).fetch("SELECT body FROM outbox WHERE chat_id = $1 ORDER BY id DESC LIMIT 1", who)
    body = json.loads(rows[0]["body"])
    found = [read(data) for line in body["rows"] for label, data, *_ in line if label.isdigit()]
    references = [event.reference for event in found if isinstance(event, events.ShowTapped)]
    return f"{body['html'].splitlines()[0]}: {' '.join(references)}"


async def settled(house: Bench, reference: str, status: Status, who: int = ADMIN) -> None:
    house.sending(reference, who=who)
    assert await house.settle(reference, placed(PlacedOrder(f"N-{reference}", status)))


async def test_typed_words_list_what_their_buttons_would(house: Bench) -> None:
    await settled(house, "2001", Status.SHIPPED)
    house.clock.advance(DAY)
    await settled(house, "2002", Status.SHIPPED)
    await settled(house, "2003", Status.PLACED)
    assert await lists(house, "shipped") == "<b>Orders</b> · shipped: 2002 2001"
    assert await lists(house, "已下單") == "<b>Orders</b> · placed: 2003"
    assert await lists(house, "昨天") == "<b>Orders</b> · yesterday: 2001"
    assert await lists(house, "shipped today") == "<b>Orders</b> · shipped · today: 2002"
    await house.does(events.Answered("orders shipped yesterday"))
    assert shown(house) == "<b>Orders</b> · shipped · yesterday: 2001"
    await house.does(read(house.button("All orders")), tapped=77)
    assert shown(house) == "<b>Latest orders</b>: 2003 2002 2001"


async def test_a_status_is_meant_only_where_the_text_is_exactly_its_word(house: Bench) -> None:
    await settled(house, "2001", Status.SHIPPED)
    await settled(house, "2002", Status.PLACED)
    with writing(house.database) as tx:
        words.keep(tx, "2002", ["2002"], ["Shipped Boxes", "今天茶"])
    assert await lists(house, "shipped") == "<b>Orders</b> · shipped: 2001"
    assert await lists(house, "shipped box") == "<b>Orders</b> · “shipped box”: 2002"
    assert await lists(house, "今天茶") == "<b>Orders</b> · “今天茶”: 2002"


async def test_the_text_that_a_search_waits_for_narrows_the_list_that_it_began_in(house: Bench) -> None:
    await settled(house, "2001", Status.SHIPPED)
    house.confirmed("2002")
    house.confirmed("2003", "guoguo")
    await house.does(events.OrdersRequested())
    for label in ("Account", "Shop", "Search"):
        await house.does(read(house.button(label)), tapped=77)
    await house.does(events.Answered("已出貨"))
    assert shown(house) == "<b>Orders</b> · Shop · shipped: 2001"
    await house.does(read(house.button("Search")), tapped=77)
    await house.does(events.Answered("N-2001"))
    assert shown(house) == "<b>Orders</b> · Shop · shipped · “N-2001”: 2001"


async def test_a_colleagues_name_lists_their_orders(house: Bench) -> None:
    with writing(house.database) as tx:
        people.remember(tx, COLLEAGUE, "小陳", "zh-hant", 0)
    house.confirmed("2001")
    house.confirmed("2002", who=COLLEAGUE)
    assert await lists(house, "小陳") == "<b>Orders</b> · 小陳: 2002"
    assert await lists(house, "some name ") == "<b>Orders</b> · Some Name: 2001"
    assert await lists(house, "小") == "<b>Orders</b> · “小”: "


async def test_a_name_that_an_order_has_or_that_two_people_have_is_looked_for(house: Bench) -> None:
    with writing(house.database) as tx:
        people.remember(tx, COLLEAGUE, "小陳", "zh-hant", 0)
    house.confirmed("2001")
    house.confirmed("2002", who=COLLEAGUE)
    with writing(house.database) as tx:
        words.keep(tx, "2001", ["2001"], ["小陳"])
    assert await lists(house, "小陳") == "<b>Orders</b> · “小陳”: 2001"
    with writing(house.database) as tx:
        for other in (7001, 7002):
            people.remember(tx, other, "阿明", "zh-hant", 0)
    assert await lists(house, "阿明") == "<b>Orders</b> · “阿明”: "


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_stands_for_two_filters_in_a_language(language: str) -> None:
    said = catalogue_for(language)
    each = [
        *(words_for(language, state.replace(" ", "_"), state_word(said, state)) for state in STATES),
        *(words_for(language, day, said.say(f"list.{day}")) for day in DAYS),
    ]
    every = [compared_text(word) for several in each for word in several]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("小陳 昨天", "小陳 · yesterday"), ("昨天 小陳", "小陳 · yesterday"), ("小陳昨天", "小陳 · yesterday")),
        *(
            ("小陳昨天的訂單", "小陳 · yesterday"),
            ("昨天小陳", "小陳 · yesterday"),
            ("YESTERDAY, 小陳", "小陳 · yesterday"),
        ),
        *(("小陳 已出貨 昨天", "小陳 · shipped · yesterday"), ("昨天 小陳 已发货", "小陳 · shipped · yesterday")),
        *(("王小明 昨天", "yesterday · “王小明”"), ("昨天的王小明", "yesterday · “王小明”")),
        *(("昨天的订单", "yesterday"), ("orders yesterday", "yesterday"), ("yesterday's orders", "yesterday")),
        *(("Shop yesterday", "Shop · yesterday"), ("昨天 shop", "Shop · yesterday"), ("shop", "Shop")),
        *(("not placed 王小明", "not placed · “王小明”"), ("王小明 not placed", "not placed · “王小明”")),
    ],
)
async def test_a_name_beside_a_status_or_a_day_is_both(house: Bench, text: str, line: str) -> None:
    with writing(house.database) as tx:
        people.remember(tx, COLLEAGUE, "小陳", "zh-hant", 0)
    await settled(house, "2001", Status.SHIPPED, COLLEAGUE)
    with writing(house.database) as tx:
        words.keep(tx, "2001", ["2001"], ["王小明"])
    house.clock.advance(DAY)
    house.confirmed("2002", who=COLLEAGUE)
    parts = sorted(line.split(" · "))
    first, references = (await lists(house, text)).split(": ")
    assert sorted(first.removeprefix("<b>Orders</b> · ").split(" · ")) == parts
    assert references == ("" if "not placed" in line else "2001" if "yesterday" in line else "2002 2001")


@pytest.mark.parametrize("text", ["mine yesterday", "我的 昨天", "昨天我的訂單", "my orders yesterday"])
async def test_my_orders_of_a_day_are_those_of_who_asks(house: Bench, text: str) -> None:
    house.confirmed("2001")
    house.confirmed("2002", who=COLLEAGUE)
    house.clock.advance(DAY)
    assert await lists(house, text) == "<b>Orders</b> · yesterday · Some Name: 2001"


@pytest.mark.parametrize("text", ["未完成", "todayx", "shippedbox", "小陳昨", "昨天" * 40])
async def test_a_part_of_a_word_is_no_filter(house: Bench, text: str) -> None:
    assert f"“{text[:20]}" in await lists(house, text)


async def test_a_text_that_an_order_has_is_looked_for_whole(house: Bench) -> None:
    house.confirmed("2001")
    with writing(house.database) as tx:
        words.keep(tx, "2001", ["2001"], ["今天 好茶"])
    assert await lists(house, "今天 好茶") == "<b>Orders</b> · “今天 好茶”: 2001"


async def test_what_is_left_beside_a_filter_is_turned_and_narrowed_on(house: Bench) -> None:
    for n in range(2001, 2011):
        house.confirmed(str(n))
        with writing(house.database) as tx:
            words.keep(tx, str(n), [str(n)], ["一位名字很長的收件人"])
    assert (await lists(house, "一位名字很長的收件人 今天")).endswith("2010 2009 2008 2007 2006 2005 2004 2003")
    await house.does(read(house.button("›")), tapped=77)
    assert shown(house) == "<b>Orders</b> · today · “一位名字很長的收件人”: 2002 2001"


@pytest.mark.parametrize("text", ["王小明", "0912345678", "0912-345-678", "+886912345678"])
async def test_a_phone_or_a_name_that_is_no_number_offers_the_orders_that_have_it(house: Bench, text: str) -> None:
    house.confirmed("2001")
    with writing(house.database) as tx:
        words.keep(tx, "2001", ["2001"], ["王小明", "0912345678", "912345678"])
    await house.does(events.SearchedElsewhere(text) if text.isdigit() else events.StatusRequested(text))
    assert house.outbox()[-1].startswith("<b>Not found</b>")
    assert "Did you mean one of these?" in house.outbox()[-1]
    await house.does(read(house.button("1")), tapped=77)
    assert "Reference: <code>2001</code>" in house.outbox()[-1]
