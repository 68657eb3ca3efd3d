"""News are what our word for an order changes to; they come together, and ring a bell only when somebody has to act."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.desk.gate import Gate
from bot.journal.views import placed
from bot.words.notices import MOST
from providers.orders import PlacedOrder, Progress, Status, Tracking
from storage import people
from storage.outbox import OutboxRow
from tests.bench import GROUP, desk_on, office, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.workers.placed_orders import PAID, SHIPPED, card, messages, place, telling
from tests.workers.scripted import Telling
from tests.workers.supplied import Supplied

CANCELLED = Progress("1207", Status.CANCELLED, "-1")
HOUR = 3600


@dataclass(frozen=True)
class Said:
    html: str
    silent: bool
    buttons: list[str]

    @property
    def lines(self) -> list[str]:
        return self.html.split("\n")


def said(house: Supplied, chat: int = ADMIN) -> list[Said]:
    """All that was said beside cards, oldest first."""
    rows = reading(house.database).fetch(
        "SELECT body FROM outbox WHERE chat_id = $1 AND edits IS NULL ORDER BY id", chat
    )
    bodies = [json.loads(row["body"]) for row in rows]
    return [
        Said(body["html"], body.get("silent", False), [button[1] for row in body["rows"] for button in row])
        for body in bodies
        if body["html"] != "Sending"
    ]


async def watched(house: Supplied, account: str = "scripted") -> None:
    """Every order that is due is asked about, at the pace that the account allows."""
    for _ in range(100):
        if not await house.status_watch.turn(account):
            return
        house.clock.advance(2)


async def says(house: Supplied, supplier: Telling, *said: Progress, account: str = "scripted") -> None:
    """The supplier says so of its orders from now on, and is asked once about all that are due."""
    supplier.says |= {progress.number: progress for progress in said}
    house.clock.advance(60)
    await watched(house, account)


def choose(house: Supplied, chosen: str, *who: int) -> None:
    with writing(house.database) as tx:
        for user_id in who:
            people.remember(tx, user_id, "Somebody", "en", 1)
            people.set_notices(tx, user_id, chosen)


@pytest.mark.parametrize(("chosen", "messages_of_a_day"), [("all", 3), ("important", 1), ("none", 0)])
async def test_a_day_of_twenty_orders_is_a_few_messages_and_none_rings_a_bell(
    tmp_path: Path, chosen: str, messages_of_a_day: int
) -> None:
    async with telling(tmp_path) as (house, supplier):
        choose(house, chosen, ADMIN)
        numbers = [f"N{n}" for n in range(20)]
        for n, number in enumerate(numbers):
            house.sending(f"1{n:03}", "scripted")
            assert await house.settle(f"1{n:03}", placed(PlacedOrder(number, Status.PLACED, "establish")))
        before = len(said(house))
        day = [
            (Status.PLACED, "establish"),
            (Status.PLACED, "processing"),
            (Status.PLACED, "packing"),
            (Status.PAID, "1"),
            (Status.SHIPPED, "2"),
            (Status.COMPLETED, "3"),
        ]
        for status, word in day:
            await says(house, supplier, *(Progress(number, status, word) for number in numbers))
            await house.a_minute()
            house.clock.advance(HOUR)
        news = said(house)[before:]
        assert {house.order(f"1{n:03}").status for n in range(20)} == {"completed"}
        assert len(news) == messages_of_a_day
        assert all(one.silent for one in news)
        assert all(one.lines[0] == "<b>News of 20 orders</b> · Scripted" for one in news)
        assert all(len(one.buttons) == len(numbers) for one in news)


async def test_several_orders_are_one_message_with_a_line_each_and_a_way_to_each(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house, "1000", "A")
        await place(house, "2000", "B")
        await says(house, supplier, replace(SHIPPED, number="A"), Progress("B", Status.CANCELLED, "-1"))
        assert messages(house) == []
        await house.a_minute()
        (news,) = said(house)
        assert news.lines == [
            "<b>News of 2 orders</b> · Scripted",
            "1. ⚠️ B",
            "    awaiting payment → cancelled",
            "2. A",
            "    awaiting payment → shipped · <code>SF123</code>",
        ]
        assert not news.silent
        assert news.buttons == ["show:2000", "show:1000"]
        await house.does(read("show:1000"), tapped=1)
        await until(lambda: messages(house)[-1].startswith("<b>Order</b>"))
        assert "<code>A</code>" in messages(house)[-1]


async def test_more_orders_than_a_message_can_have_are_several_messages(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        for n in range(MOST + 1):
            await place(house, f"1{n:03}", f"N{n}")
        supplier.says |= {f"N{n}": Progress(f"N{n}", Status.SHIPPED, "2") for n in range(MOST + 1)}
        for n in range(MOST + 1):
            await house.status_watch.look(house.order(f"1{n:03}"))
        await house.a_minute()
        assert [len(one.buttons) for one in said(house)] == [MOST, 1]


@pytest.mark.parametrize(
    ("status", "silent"),
    [
        (Status.PAID, True),
        (Status.SHIPPED, True),
        (Status.COMPLETED, True),
        (Status.NO_PARCEL_ACCEPTED, False),
        (Status.CANCELLED, False),
        (Status.REFUNDING, False),
        (Status.REFUNDED, False),
    ],
)
async def test_only_what_somebody_has_to_act_on_rings_a_bell(tmp_path: Path, status: Status, *, silent: bool) -> None:
    async with telling(tmp_path) as (house, supplier):
        choose(house, "all", ADMIN)
        await place(house)
        await says(house, supplier, Progress("1207", status, "x"))
        await house.a_minute()
        (news,) = said(house)
        assert news.silent == silent
        assert f"awaiting payment → {status}" in news.html
        assert news.buttons[-1] == "show:1000"


async def test_a_changed_card_rings_no_bell_even_when_it_has_to_be_said_anew(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await says(house, supplier, CANCELLED)
        row = reading(house.database).fetchrow("SELECT body FROM outbox WHERE edits IS NOT NULL ORDER BY id DESC")
        assert row is not None
        assert json.loads(row["body"])["silent"]


async def test_another_word_of_the_suppliers_for_the_same_is_on_the_card_only(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        choose(house, "all", ADMIN)
        await place(house)
        for word in ("0", "waiting", "still waiting"):
            await says(house, supplier, Progress("1207", Status.AWAITING_PAYMENT, word, tracking=(Tracking(word),)))
            await house.a_minute()
            assert f"({word})" in card(house) or word == "0"
        assert said(house) == []


async def test_several_changes_of_a_minute_are_one_from_the_first_to_the_last(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        choose(house, "all", ADMIN)
        await place(house)
        for progress in (PAID, SHIPPED):
            supplier.says["1207"] = progress
            await house.status_watch.look(house.order("1000"))
        await house.a_minute()
        (news,) = said(house)
        assert "awaiting payment → shipped" in news.html
        # What goes to and fro is no news; nor does it stay away when it really changes.
        for progress in (replace(SHIPPED, status=Status.COMPLETED), SHIPPED):
            house.clock.advance(1)
            supplier.says["1207"] = progress
            await house.status_watch.look(house.order("1000"))
        await house.a_minute()
        assert said(house) == [news]
        supplier.says["1207"] = CANCELLED
        await house.status_watch.look(house.order("1000"))
        await house.a_minute()
        assert "shipped → cancelled" in said(house)[-1].html


async def test_nobody_waits_longer_than_a_minute_from_the_first_change(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house, "1000", "A")
        await place(house, "2000", "B")
        supplier.says |= {name: replace(SHIPPED, number=name) for name in "AB"}
        await house.status_watch.look(house.order("1000"))
        house.clock.advance(50)
        await house.status_watch.look(house.order("2000"))
        assert await house.status_notices.turn() == 10
        assert said(house) == []
        house.clock.advance(10)
        assert await house.status_notices.turn() == 0
        (news,) = said(house)
        assert news.lines[0].startswith("<b>News of 2 orders")
        assert await house.status_notices.turn() == 60


async def test_a_restart_within_the_minute_neither_loses_nor_doubles_news(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await says(house, supplier, SHIPPED)
    async with telling(tmp_path) as (house, _):
        house.clock.advance(60)
        await house.status_notices.turn()
        assert said(house) == []
        await house.a_minute()
        (news,) = said(house)
        assert "awaiting payment → shipped" in news.html
    async with telling(tmp_path) as (house, _):
        house.clock.advance(300)
        await house.status_notices.turn()
        assert said(house) == [news]


async def test_a_clock_that_was_wrong_keeps_no_news_back(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await says(house, supplier, SHIPPED)
        with writing(house.database) as tx:
            tx.execute("UPDATE pending_news SET due_at = due_at + 3600000000")
        await house.status_notices.turn()
        assert len(said(house)) == 1


async def test_two_people_and_two_accounts_are_told_apart(tmp_path: Path) -> None:
    other = Telling()
    async with telling(tmp_path, other=other) as (house, supplier):
        await place(house, "1000", "A")
        await place(house, "2000", "B", who=COLLEAGUE)
        await place(house, "3000", "C", "other")
        supplier.says |= {name: replace(SHIPPED, number=name) for name in "AB"}
        other.says["C"] = replace(SHIPPED, number="C")
        for reference in ("1000", "2000", "3000"):
            await house.status_watch.look(house.order(reference))
        choose(house, "none", COLLEAGUE)
        choose(house, "important", COLLEAGUE)
        await house.a_minute()
        assert sorted(one.lines[0] for one in said(house)) == [
            "<b>Order shipped</b> · Other",
            "<b>Order shipped</b> · Scripted",
        ]
        (news,) = said(house, COLLEAGUE)
        assert "<code>B</code>" in news.html


async def test_what_was_ordered_in_a_group_is_told_there_for_each_person(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        for n, who in enumerate((ADMIN, ADMIN, COLLEAGUE)):
            await place(house, f"100{n}", f"N{n}", who=who)
            supplier.says[f"N{n}"] = replace(SHIPPED, number=f"N{n}")
        with writing(house.database) as tx:
            tx.execute("UPDATE orders SET chat_id = $1", GROUP)
        for n in range(3):
            await house.status_watch.look(house.order(f"100{n}"))
        await house.a_minute()
        assert sorted(one.lines[0] for one in said(house, GROUP)) == [
            "<b>News of 2 orders</b> · Scripted",
            "<b>Order shipped</b> · Scripted",
        ]
        rows = reading(house.database).fetch(
            "SELECT user_id, about FROM outbox WHERE chat_id = $1 AND edits IS NULL ORDER BY user_id", GROUP
        )
        assert [(row["user_id"], row["about"]) for row in rows] == [(ADMIN, "1000 1001"), (COLLEAGUE, "1002")]


async def test_who_has_just_read_how_an_order_is_is_not_told_it_again(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await says(house, supplier, SHIPPED)
        await house.does(events.StatusRequested("1207"))
        await until(lambda: len(messages(house)) == 1)
        await house.a_minute()
        assert [html[:12] for html in messages(house)] == ["<b>Order</b>"]


async def test_news_that_were_written_meet_the_gate_when_they_are_sent(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        for n in range(2):
            await place(house, f"100{n}", f"N{n}")
            supplier.says[f"N{n}"] = replace(SHIPPED, number=f"N{n}")
            await house.status_watch.look(house.order(f"100{n}"))
        await house.a_minute()
        row = reading(house.database).fetchrow(
            "SELECT * FROM outbox WHERE chat_id = $1 AND edits IS NULL ORDER BY id DESC", ADMIN
        )
        assert row is not None
        desk = desk_on(house.database, house.clock, house.workers, house.providers, staff=office(COLLEAGUE))
        gate, waiting = Gate(desk), OutboxRow(**row)
        assert not gate.may_go(waiting)
        with writing(house.database) as tx:
            told = gate.withheld(tx, waiting)
        assert {message.chat_id for message in told} == {COLLEAGUE}
        assert {message.about for message in told} == {"1000", "1001"}


async def test_news_that_can_not_be_put_into_words_stop_no_others(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house, "1000", "A")
        await place(house, "2000", "B", who=COLLEAGUE)
        await says(house, supplier, *(replace(SHIPPED, number=name) for name in "AB"))
        with writing(house.database) as tx:
            tx.execute("UPDATE pending_news SET was = 'not JSON' WHERE reference = '1000'")
        await house.a_minute()
        assert len(said(house, COLLEAGUE)) == 1
        assert said(house) == []
        await says(house, supplier, replace(CANCELLED, number="A"))
        await house.a_minute()
        assert "shipped → cancelled" in said(house)[-1].html


async def test_the_worker_tells_by_itself_what_is_due(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        await says(house, supplier, SHIPPED)
        async with working(house.status_notices.run()):
            house.clock.advance(60)
            house.status_notices.wake()
            await until(lambda: len(said(house)) == 1)
