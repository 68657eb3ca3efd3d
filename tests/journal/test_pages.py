"""What a list of orders shows: pages, filters, days of the settings' zone, searches. It disturbs nothing."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.buttons.data import read
from bot.buttons.list_buttons import account_code
from bot.conversation import events
from bot.conversation.state import ConversationKey
from bot.conversation.views import Days, Direction, OrderView, Page, Wanted
from bot.journal.pages import MOST_FOUND, JournalPages
from bot.journal.views import Result, placed
from bot.staff.access import Staff
from providers.orders import Outcome, PlacedOrder, Status
from storage import orders, searches, words
from tests.bench import Bench, bench
from tests.desk.filling import fill, ordered
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS

TAIPEI = ZoneInfo("Asia/Taipei")
SECOND = 1_000_000


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def journal(house: Bench) -> JournalPages:
    return JournalPages(accounts=house.desk.accounts, staff=house.desk.staff, now=house.clock, zone=TAIPEI)


def page(house: Bench, wanted: Wanted, who: int = ADMIN, *, pages: JournalPages | None = None) -> Page:
    found = (pages or journal(house)).listed(reading(house.database), wanted, ConversationKey(who, who))
    assert found is not None
    return found


def names(found: tuple[OrderView, ...]) -> list[str]:
    return [order.reference for order in found]


def listed(house: Bench, wanted: Wanted, who: int = ADMIN) -> list[str]:
    return names(page(house, wanted, who).orders)


def confirmed(house: Bench, first: int, last: int, account: str = "shop", who: int = ADMIN) -> list[str]:
    """Orders one second apart; returns their references, newest first."""
    for n in range(first, last + 1):
        house.clock.advance(1)
        house.confirmed(str(n), account, who)
    return [str(n) for n in range(last, first - 1, -1)]


async def tap(house: Bench, label: str, who: int = ADMIN) -> str:
    return await house.does(read(house.button(label, who)), who, tapped=77)


def newest(house: Bench, chat: int = ADMIN) -> dict[str, object]:
    rows = reading(house.database).fetch("SELECT body FROM outbox WHERE chat_id = $1 ORDER BY id DESC LIMIT 1", chat)
    body: dict[str, object] = json.loads(rows[0]["body"])
    return body


def shown_by_buttons(house: Bench, chat: int = ADMIN) -> list[str]:
    """The references that the numbers below the newest list stand for, in their order."""
    rows = newest(house, chat)["rows"]
    assert isinstance(rows, list)
    numbers = [read(data) for line in rows for label, data, *_ in line if label.isdigit()]
    return [event.reference for event in numbers if isinstance(event, events.ShowTapped)]


def test_pages_go_to_the_oldest_and_back_again(house: Bench) -> None:
    every = confirmed(house, 2001, 2020)
    first = page(house, Wanted())
    assert (names(first.orders), first.listing.newer, first.listing.older) == (every[:8], False, True)
    second = page(house, Wanted(beside=every[7]))
    assert (names(second.orders), second.listing.newer, second.listing.older) == (every[8:16], True, True)
    third = page(house, Wanted(beside=every[15]))
    assert (names(third.orders), third.listing.newer, third.listing.older) == (every[16:], True, False)
    back = page(house, Wanted(beside=every[16], turn=Direction.NEWER))
    assert (names(back.orders), back.listing.newer, back.listing.older) == (every[8:16], True, True)
    top = page(house, Wanted(beside=every[5], turn=Direction.NEWER))
    assert (names(top.orders), top.listing.newer) == (every[:8], False)


def test_orders_that_came_meanwhile_move_no_page(house: Bench) -> None:
    every = confirmed(house, 2001, 2016)
    confirmed(house, 3001, 3004)
    assert listed(house, Wanted(beside=every[7])) == every[8:16]


@pytest.mark.parametrize("beside", ["1", "999999999999999"])
def test_a_page_beside_an_order_that_is_not_there_is_the_newest(house: Bench, beside: str) -> None:
    every = confirmed(house, 2001, 2003)
    assert listed(house, Wanted(beside=beside)) == every


def test_a_page_whose_orders_have_gone_on_is_shown_from_the_newest(house: Bench) -> None:
    every = confirmed(house, 2001, 2003)
    shown = page(house, Wanted(beside=every[-1]))
    assert (names(shown.orders), shown.listing.newer) == (every, False)


async def test_filters_narrow_together(house: Bench) -> None:
    house.sending("1001", "guoguo")
    assert await house.settle("1001", placed(PlacedOrder("ORD-1", Status.SHIPPED)))
    house.sending("1002", "guoguo", COLLEAGUE)
    assert await house.settle("1002", Result(Outcome.REFUSED))
    mine = confirmed(house, 2001, 2002)
    theirs = confirmed(house, 2003, 2004, who=COLLEAGUE)
    at_guoguo = confirmed(house, 2005, 2006, "guoguo")
    shop, guoguo = account_code("shop"), account_code("guoguo")
    assert listed(house, Wanted(account=shop)) == theirs + mine
    assert listed(house, Wanted(account=shop, person=COLLEAGUE)) == theirs
    assert listed(house, Wanted(account=guoguo, state="open")) == at_guoguo
    assert listed(house, Wanted(state="shipped")) == ["1001"]
    assert listed(house, Wanted(state="not placed", person=COLLEAGUE)) == ["1002"]
    assert listed(house, Wanted(state="not placed", person=ADMIN)) == []
    assert listed(house, Wanted(account=guoguo, state="open", days=Days.TODAY, person=ADMIN)) == at_guoguo


def test_days_are_those_of_the_settings_zone(house: Bench) -> None:
    midnight = datetime(2026, 3, 1, tzinfo=TAIPEI).timestamp()
    for n, hours in enumerate((-7 * 24, -6 * 24, -24.001, -24, -0.001, 0, 23.999), 1001):
        house.clock.now = int((midnight + hours * 3600) * SECOND)
        house.confirmed(str(n))
    assert listed(house, Wanted(days=Days.TODAY)) == ["1007", "1006"]
    assert listed(house, Wanted(days=Days.YESTERDAY)) == ["1005", "1004"]
    assert listed(house, Wanted(days=Days.WEEK)) == ["1007", "1006", "1005", "1004", "1003", "1002"]
    assert len(listed(house, Wanted())) == 7


def test_who_may_not_see_everybody_sees_his_own(house: Bench) -> None:
    class Own(Staff):
        def sees_everybody(self, user_id: int) -> bool:
            return user_id == ADMIN

    mine = confirmed(house, 2001, 2002)
    theirs = confirmed(house, 2003, 2004, who=COLLEAGUE)
    limited = replace(journal(house), staff=Own(house.desk.staff.admins))
    for wanted in (Wanted(), Wanted(person=ADMIN)):
        found = page(house, wanted, COLLEAGUE, pages=limited)
        assert names(found.orders) == theirs
        assert found.listing.people == ()
    assert names(page(house, Wanted(), pages=limited).orders) == theirs + mine


async def test_a_turned_page_takes_the_place_of_the_last_one(house: Bench) -> None:
    confirmed(house, 2001, 2010)
    await house.does(events.OrdersRequested())
    assert newest(house)["message_id"] is None
    for label in ("›", "‹", "1/2", "Status", "Back"):
        assert await tap(house, label) == ""
        assert newest(house)["message_id"] == 77


async def test_mine_and_a_colleagues_are_chosen_by_button(house: Bench) -> None:
    await house.does(events.Started(), COLLEAGUE)
    confirmed(house, 2001, 2001)
    confirmed(house, 2002, 2002, who=COLLEAGUE)
    await house.does(events.OrdersRequested())
    await tap(house, "Mine")
    text = str(newest(house)["html"])
    assert text.startswith("<b>Orders</b> · Some Name")
    assert shown_by_buttons(house) == ["2001"]
    await tap(house, "Person")
    await tap(house, "Colleague")
    assert shown_by_buttons(house) == ["2002"]


async def test_a_button_of_an_account_that_is_gone_says_so(house: Bench) -> None:
    confirmed(house, 2001, 2001)
    assert await house.does(events.OrdersRequested(wanted=Wanted(account=account_code("gone"))), tapped=1) == (
        WORDS.say("toast.stale")
    )


async def test_a_list_disturbs_no_draft(house: Bench) -> None:
    confirmed(house, 2001, 2010)
    await fill(house)
    saved = reading(house.database).fetch("SELECT state FROM conversations")
    await house.does(events.OrdersRequested())
    for label in ("›", "Status", "not placed", "All orders", "Search", "Back", "2"):
        await tap(house, label)
    assert "Reference: <code>2009</code>" in str(newest(house)["html"])
    assert reading(house.database).fetch("SELECT state FROM conversations") == saved
    assert (await tap(house, "Confirm")) == ""


async def test_what_was_ordered_is_found_by_reference_and_then_by_number(house: Bench) -> None:
    reference = await ordered(house)
    assert listed(house, Wanted(text=reference[3:9])) == [reference]
    assert listed(house, Wanted(text="998877")) == []
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'sending', attempts = 1")
    await house.settle(reference, placed(PlacedOrder("#A-998877", also_known_as=("5550001",))))
    for text in ("998877", "#a-9", "５５５０００", "A-998877"):
        assert listed(house, Wanted(text=text)) == [reference], text


def keep(house: Bench, reference: str, *personal: str) -> None:
    with writing(house.database) as tx:
        words.keep(tx, reference, [reference], personal)


@pytest.mark.parametrize(
    "text",
    [
        "Fans ×1,000 ↻2 → 王小明 · 杭州市",
        "1. Fans ×2 → 王小明, 李小红 +3",
        "王小明。",
        "「王小明」",
        "收件人：王小明",
        "電話：138-0000-0000",
        "王小明、13800000000",
    ],
)
def test_a_line_that_was_pasted_is_searched_for_by_its_words(house: Bench, text: str) -> None:
    first, second = confirmed(house, 2001, 2002)[:2]
    keep(house, first, "Fans", "王小明", "李小红", "13800000000")
    keep(house, second, "Fans", "王大明", "李小红", "13900000000")
    assert listed(house, Wanted(text=text)) == [first]


def test_a_search_is_paged_and_narrowed_as_any_list(house: Bench) -> None:
    every = confirmed(house, 2001, 2010) + confirmed(house, 3001, 3002, "guoguo")
    for reference in every:
        keep(house, reference, "王小明")
    wanted = Wanted(text="小明")
    first = page(house, wanted)
    newest_first = sorted(every, reverse=True)
    assert names(first.orders) == newest_first[:8]
    assert (first.listing.newer, first.listing.older, first.listing.looked_for) == (False, True, 12)
    rest = page(house, replace(wanted, beside=newest_first[7]))
    assert (names(rest.orders), rest.listing.newer, rest.listing.older) == (newest_first[8:], True, False)
    again = page(house, replace(wanted, beside=newest_first[8], turn=Direction.NEWER))
    assert names(again.orders) == newest_first[:8]
    assert listed(house, replace(wanted, account=account_code("guoguo"))) == ["3002", "3001"]


LONG_TEXTS = ("https://example.com/a-long-way", "一位名字很長的收件人", "x" * 300)


@pytest.mark.parametrize("text", LONG_TEXTS)
async def test_a_long_search_is_paged_narrowed_and_come_back_to_as_any(house: Bench, text: str) -> None:
    every = confirmed(house, 2001, 2010)
    for reference in every:
        keep(house, reference, text)
    await house.does(events.OrdersRequested(wanted=Wanted(text=text)))
    assert shown_by_buttons(house) == every[:8]
    await tap(house, "›")
    assert shown_by_buttons(house) == every[8:]
    await tap(house, "2")
    await tap(house, "‹ Orders")
    assert shown_by_buttons(house) == every[8:]
    for label in ("Day", "today"):
        await tap(house, label)
    assert shown_by_buttons(house) == every[:8]
    assert "today · “" in str(newest(house)["html"])


async def test_a_long_search_that_is_no_longer_kept_is_an_old_button(house: Bench) -> None:
    for reference in confirmed(house, 2001, 2010):
        keep(house, reference, LONG_TEXTS[0])
    await house.does(events.OrdersRequested(wanted=Wanted(text=LONG_TEXTS[0])))
    with writing(house.database) as tx:
        assert searches.prune(tx, house.clock() + 1) == 1
    assert await tap(house, "›") == WORDS.say("toast.stale")
    await house.does(events.OrdersRequested(wanted=Wanted(text=LONG_TEXTS[0])))
    await tap(house, "›")
    assert shown_by_buttons(house) == ["2002", "2001"]


async def test_only_long_searches_are_kept(house: Bench) -> None:
    for text in ("王小明", "0912345678"):
        await house.does(events.OrdersRequested(wanted=Wanted(text=text)))
    assert reading(house.database).fetch("SELECT * FROM searches") == []


def test_an_order_is_found_by_several_of_its_words_in_any_order(house: Bench) -> None:
    confirmed(house, 2001, 2003)
    keep(house, "2001", "王小明", "Tissues", "instagram.com/p/abc")
    keep(house, "2002", "王小明", "Tea set")
    keep(house, "2003", "李小红", "Tissues")
    for text in ("tissues 王小明", "王小明 Tissues", "小明 instagram.com/p/abc", "2001 小明"):
        assert listed(house, Wanted(text=text)) == ["2001"], text
    assert listed(house, Wanted(text="王小明 cups")) == []
    assert listed(house, Wanted(text="小明 x")) == []


async def test_a_search_that_finds_too_many_says_so(house: Bench) -> None:
    with writing(house.database) as tx:
        for n in range(MOST_FOUND + 1):
            tx.execute("INSERT INTO order_parts (part, reference) VALUES ('common', $1)", str(5000 + n))
    for n in range(5000, 5000 + MOST_FOUND + 1):
        house.confirmed(str(n))
    found = page(house, Wanted(text="common"))
    assert (len(found.orders), found.listing.cut, found.listing.looked_for) == (8, True, MOST_FOUND)
    await house.does(events.OrdersRequested(wanted=Wanted(text="common")))
    assert "Many orders match" in str(newest(house)["html"])


async def test_a_short_number_is_found_as_a_whole(house: Bench) -> None:
    house.sending("2001")
    await house.settle("2001", placed(PlacedOrder("46")))
    assert listed(house, Wanted(text="46")) == ["2001"]
    assert listed(house, Wanted(text="4")) == []


def at(found: Page) -> tuple[int, int]:
    return found.listing.page, found.listing.pages


def test_pages_are_numbered_in_lists_and_searches(house: Bench) -> None:
    every = confirmed(house, 2001, 2020)
    for reference in every:
        keep(house, reference, "王小明")
    for text in ("", "小明"):
        wanted = Wanted(text=text)
        assert at(page(house, wanted)) == (1, 3)
        assert at(page(house, replace(wanted, beside=every[7]))) == (2, 3)
        assert at(page(house, replace(wanted, beside=every[15]))) == (3, 3)
        assert at(page(house, replace(wanted, beside=every[16], turn=Direction.NEWER))) == (2, 3)
    assert at(page(house, Wanted(state="placed"))) == (1, 1)


def test_orders_that_came_meanwhile_are_counted_as_a_page_before(house: Bench) -> None:
    every = confirmed(house, 2001, 2016)
    confirmed(house, 3001, 3003)
    assert at(page(house, Wanted(beside=every[7]))) == (3, 3)


def test_more_pages_than_are_counted_are_said_to_be_more(house: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    every = confirmed(house, 2001, 2040)
    monkeypatch.setattr("bot.journal.pages.MOST_COUNTED", 2 * 8 + 1)
    assert at(page(house, Wanted())) == (1, 0)
    assert at(page(house, Wanted(beside=every[23]))) == (0, 0)
    far = page(house, Wanted(beside=every[30], turn=Direction.AT))
    assert (names(far.orders)[0], far.listing.newer) == (every[30], True)


@pytest.mark.parametrize("text", ["", "小明"])
def test_an_order_leads_back_to_the_page_that_it_is_on(house: Bench, text: str) -> None:
    every = confirmed(house, 2001, 2020)
    for reference in every:
        keep(house, reference, "王小明")
    for n, first in ((0, 0), (7, 0), (8, 8), (15, 8), (16, 16), (19, 16)):
        back = page(house, Wanted(text=text, beside=every[n], turn=Direction.AT))
        assert names(back.orders) == every[first : first + 8]
        assert (back.listing.newer, back.listing.older) == (first > 0, first < 16)


def test_what_no_longer_is_in_a_list_leads_back_to_its_newest(house: Bench) -> None:
    every = confirmed(house, 2001, 2012)
    open_ones = Wanted(state="open", beside=every[10], turn=Direction.AT)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'settled', outcome = 'placed' WHERE reference = $1", every[10])
    assert listed(house, open_ones) == every[:8]


async def test_a_card_opened_from_a_list_leads_back_to_it(house: Bench) -> None:
    every = confirmed(house, 2001, 2020)
    await house.does(events.OrdersRequested(wanted=Wanted(account=account_code("shop"))))
    await tap(house, "›")
    await tap(house, "3")
    assert f"<code>{every[10]}</code>" in str(newest(house)["html"])
    await tap(house, "‹ Orders")
    assert newest(house)["message_id"] == 77
    assert shown_by_buttons(house) == every[8:16]
    assert str(newest(house)["html"]).startswith("<b>Orders</b> · Shop")


async def test_a_chain_of_attempts_is_one_row_in_its_latest_state(house: Bench) -> None:
    house.sending("2001")
    await house.settle("2001", Result(Outcome.REFUSED, said="no such address"))
    house.clock.advance(1)
    house.confirmed("2002")
    with writing(house.database) as tx:
        assert orders.replace(tx, "2001", "2002")
    assert listed(house, Wanted()) == ["2002"]
    assert listed(house, Wanted(state="not placed")) == []
    keep(house, "2001", "王小明")
    assert listed(house, Wanted(text="小明")) == ["2002"]
    await house.does(events.ShowTapped("2002"))
    card = str(newest(house)["html"])
    assert "Attempts before:" in card
    assert "<code>2001</code>" in card
    await house.does(events.ShowTapped("2001"))
    assert "Next attempt" in str(newest(house)["rows"])
    await tap(house, "Next attempt")
    assert "Reference: <code>2002</code>" in str(newest(house)["html"])


async def test_an_attempt_that_came_to_light_is_a_row_of_its_own_again(house: Bench) -> None:
    house.sending("2001")
    await house.settle("2001", Result(Outcome.NOT_SENT, inferred=True))
    house.clock.advance(1)
    house.confirmed("2002")
    with writing(house.database) as tx:
        assert orders.replace(tx, "2001", "2002")
    assert listed(house, Wanted()) == ["2002"]
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET outcome = 'placed', number = 'A' WHERE reference = '2001'")
    assert listed(house, Wanted()) == ["2002", "2001"]
    await house.does(events.ShowTapped("2002"))
    assert "Attempts before" not in str(newest(house)["html"])
