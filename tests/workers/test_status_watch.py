"""Orders are asked about by themselves: often while young, seldom later, at each account's own pace."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import SECOND, Instant
from bot.journal.rules import account_pause, next_watch
from bot.workers.status_watch import StatusWatch
from providers.errors import ProviderUnavailable
from providers.orders import Progress, Status
from storage.outbox import OutboxRow
from tests.bench import START, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS
from tests.workers.placed_orders import DONE, PAID, SHIPPED, card, messages, place, telling
from tests.workers.scripted import Limited, Remembering, Telling

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (0, MINUTE),
        (10 * MINUTE - 1, MINUTE),
        (10 * MINUTE, 5 * MINUTE),
        (HOUR, 15 * MINUTE),
        (DAY, HOUR),
        (7 * DAY, 6 * HOUR),
        (30 * DAY - 1, 6 * HOUR),
        (30 * DAY, None),
    ],
)
def test_the_older_the_last_change_the_longer_the_pause(age: int, pause: int | None) -> None:
    now = START + age * SECOND
    assert next_watch(Instant(now, now, 0), START) == (None if pause is None else now + pause * SECOND)


@pytest.mark.parametrize(
    ("age", "failures", "pause"),
    [(0, 1, 120), (0, 5, 1920), (0, 6, HOUR), (0, 99, HOUR), (DAY, 3, HOUR), (8 * DAY, 9, 6 * HOUR)],
)
def test_failures_double_the_pause_up_to_an_hour(age: int, failures: int, pause: int) -> None:
    now = START + age * SECOND
    assert next_watch(Instant(now, now, 0), START, failures) == now + pause * SECOND


def test_an_account_that_fails_is_left_alone_for_longer_each_time() -> None:
    assert [account_pause(n) for n in (0, 1, 2, 3, 99)] == [0, 30, 60, 120, 3600]


async def test_an_order_is_followed_until_it_is_finished(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        assert not await house.status_watch.turn("scripted")
        for progress, line in ((PAID, "paid"), (SHIPPED, "shipped"), (DONE, "completed")):
            supplier.says["1207"] = progress
            house.clock.advance(60)
            assert await house.status_watch.turn("scripted")
            assert f"Status: {line}" in card(house)
            assert not await house.status_watch.turn("scripted")
        order = house.order("1000")
        assert (order.outcome, order.number, order.status, order.watch_at) == ("placed", "1207", "completed", None)
        await house.a_minute()
        assert [html.split("\n")[1] for html in messages(house)] == ["awaiting payment → completed"]
        house.clock.advance(30 * DAY)
        assert not await house.status_watch.turn("scripted")
        assert len(supplier.asked) == 3


async def test_what_an_order_of_long_ago_has_become_stands_on_its_card_and_rings_no_bell(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        house.clock.advance(3 * DAY)
        assert await house.status_watch.turn("scripted")
        assert "Status: paid" in card(house)
        await house.a_minute()
        assert messages(house) == []
        supplier.says["1207"] = SHIPPED
        assert await house.status_watch.turn("scripted")
        await house.a_minute()
        assert [html.split("\n")[1] for html in messages(house)] == ["paid → shipped"]


async def test_what_has_not_changed_is_told_to_nobody(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = Progress("1207", Status.AWAITING_PAYMENT, "0")
        said = len(house.outbox())
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        assert len(house.outbox()) == said
        order = house.order("1000")
        assert (order.asked_at, order.status_at) == (house.clock(), START)
        assert order.watch_at == house.clock() + MINUTE * SECOND


async def test_an_account_is_asked_no_oftener_than_its_gap_allows_and_the_longest_overdue_first(
    tmp_path: Path,
) -> None:
    async with telling(tmp_path) as (house, supplier):
        for n in range(3):
            await place(house, f"100{n}", f"A{n}")
            supplier.says[f"A{n}"] = Progress(f"A{n}", Status.PAID, "1")
            house.clock.advance(1)
        house.clock.advance(60)
        asked = []
        for _ in range(7):
            asked.append(await house.status_watch.turn("scripted"))
            house.clock.advance(1)
        assert asked == [True, False, True, False, True, False, False]
        assert supplier.asked == ["A0", "A1", "A2"]


async def test_an_account_that_fails_is_left_alone_and_comes_back(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        for n in range(2):
            await place(house, f"100{n}", f"A{n}")
            supplier.says[f"A{n}"] = ProviderUnavailable("unreachable")
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        house.clock.advance(29)
        assert not await house.status_watch.turn("scripted")
        house.clock.advance(1)
        assert await house.status_watch.turn("scripted")
        assert supplier.asked == ["A0", "A1"]
        order = house.order("1000")
        assert (order.watch_failures, order.watch_at) == (1, START + 180 * SECOND)
        assert order.status == "awaiting payment"
        supplier.says["A0"] = Progress("A0", Status.PAID, "1")
        house.clock.advance(120)
        assert await house.status_watch.turn("scripted")
        order = house.order("1000")
        assert (order.watch_failures, order.status) == (0, "paid")


async def test_an_order_that_was_placed_just_now_is_asked_about_soon(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        house.clock.advance(9)
        assert not await house.status_watch.turn("scripted")
        house.clock.advance(1)
        assert await house.status_watch.turn("scripted")
        assert "Status: paid" in card(house)


GONE = WORDS.say("remark.not_there", account="Shop")


async def test_a_number_that_the_supplier_has_not_is_told_at_the_second_answer(tmp_path: Path) -> None:
    supplier = Remembering()
    async with telling(tmp_path, shop=supplier) as (house, _):
        await place(house, account="shop")
        house.clock.advance(10)
        assert await house.status_watch.turn("shop")
        assert messages(house) == []
        house.clock.advance(120)
        assert await house.status_watch.turn("shop")
        assert GONE in card(house)
        await house.a_minute()
        (notice,) = messages(house)
        assert notice.startswith("<b>An order needs attention</b>")
        assert GONE in notice
        assert "Order number: <code>1207</code>" in notice
        house.clock.advance(HOUR)
        assert await house.status_watch.turn("shop")
        order = house.order("1000")
        assert (order.outcome, order.number, order.status, order.asked_at) == (
            "placed",
            "1207",
            "awaiting payment",
            None,
        )
        assert len(messages(house)) == 1
        supplier.says["1207"] = PAID
        house.clock.advance(2 * HOUR)
        assert await house.status_watch.turn("shop")
        assert GONE not in card(house)
        assert "Status: paid" in card(house)
        await house.a_minute()
        assert len(messages(house)) == 2


async def test_a_supplier_that_lists_orders_late_is_given_the_time(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, _):
        await place(house)
        for _ in range(3):
            house.clock.advance(180)
            await house.status_watch.look(house.order("1000"))
        assert messages(house) == []
        house.clock.advance(180)
        for _ in range(2):
            await house.status_watch.look(house.order("1000"))
        await house.a_minute()
        assert len(messages(house)) == 1


async def test_two_answers_count_only_in_a_row(tmp_path: Path) -> None:
    supplier = Remembering()
    async with telling(tmp_path, shop=supplier) as (house, _):
        await place(house, account="shop")
        for answer in (None, PAID, None):
            supplier.says.clear()
            supplier.says |= {} if answer is None else {"1207": answer}
            house.clock.advance(60)
            await house.status_watch.look(house.order("1000"))
        assert GONE not in card(house)
        supplier.says["1207"] = ProviderUnavailable("unreachable")
        await house.status_watch.look(house.order("1000"))
        assert GONE not in card(house)
        del supplier.says["1207"]
        await house.status_watch.look(house.order("1000"))
        assert GONE in card(house)
        assert "Status: paid" in card(house)


async def test_an_account_with_a_limit_is_asked_at_its_own_pace(tmp_path: Path) -> None:
    supplier = Limited()
    async with telling(tmp_path, limited=supplier) as (house, _):
        for n in range(3):
            await place(house, f"100{n}", f"A{n}", "limited")
            supplier.says[f"A{n}"] = Progress(f"A{n}", Status.PAID, "1")
        house.clock.advance(60)
        asked = []
        for _ in range(9):
            asked.append(await house.status_watch.turn("limited"))
            house.clock.advance(1)
        assert asked == [True, False, False, False, True, False, False, False, True]


async def test_a_slow_account_holds_up_no_other(tmp_path: Path) -> None:
    slow = Telling()
    slow.status_gate.clear()
    async with telling(tmp_path, slow=slow) as (house, supplier):
        await place(house)
        await place(house, "2000", "B", "slow")
        supplier.says["1207"], slow.says["B"] = PAID, Progress("B", Status.PAID)
        house.clock.advance(60)

        def status(reference: str) -> bool:
            return house.order(reference).status == "paid"

        async with working(house.status_watch.run()):
            await until(lambda: status("1000"))
            assert not status("2000")
            slow.status_gate.set()
            await until(lambda: status("2000"))


async def test_waking_up_asks_what_has_become_due(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID

        def paid() -> bool:
            return house.order("1000").status == "paid"

        async with working(house.status_watch.run()):
            await asyncio.sleep(0.05)
            assert supplier.asked == []
            house.clock.advance(60)
            house.status_watch.wake()
            await until(paid)


async def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
    async with telling(tmp_path) as (house, supplier):
        supplier.says["1207"] = PAID
        assert not await house.status_watch.turn("scripted")
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        assert house.order("1000").status == "paid"


async def test_an_answer_that_comes_after_a_newer_one_changes_nothing(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        supplier.status_gate.clear()
        order = house.order("1000")
        late = asyncio.create_task(house.status_watch.look(order))
        await asyncio.sleep(0.01)
        house.clock.advance(5)
        supplier.says["1207"] = SHIPPED
        supplier.status_gate.set()
        newer = asyncio.create_task(house.status_watch.look(order))
        await newer
        await late
        assert house.order("1000").status == "shipped"


async def test_somebody_who_left_is_told_nothing_and_the_journal_goes_on(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house, who=987)
        said = len(house.outbox(987))
        supplier.says["1207"] = SHIPPED
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        assert house.order("1000").status == "shipped"
        await house.a_minute()
        assert len(house.outbox(987)) == said
        for admin in (ADMIN, COLLEAGUE):
            placed, card, notice = house.outbox(admin)
            assert "Somebody Else, who ordered it, is no longer on the staff" in placed
            assert "shipped" in card
            assert "Order shipped" in notice


async def test_a_conversation_that_is_broken_stops_no_watching(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        with writing(house.database) as tx:
            tx.execute("UPDATE conversations SET state = 'not JSON'")
            tx.execute(
                "INSERT INTO conversations (chat_id, user_id, state, waiting, changed_at)"
                " VALUES ($1, $1, 'not JSON', '', 0) ON CONFLICT (chat_id, user_id)"
                " DO UPDATE SET state = 'not JSON'",
                ADMIN,
            )
        supplier.says["1207"] = SHIPPED
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        order = house.order("1000")
        assert (order.status, order.asked_at) == ("shipped", house.clock())


async def test_without_an_account_that_tells_the_watcher_just_waits(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, _):
        alone = StatusWatch(house.database, house.desk, {"shop": house.providers["shop"]}, house.clock)
        async with working(alone.run()):
            await asyncio.sleep(0.02)


async def test_a_change_of_a_card_is_paced_and_its_failing_rings_no_bell(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = SHIPPED
        house.clock.advance(60)
        assert await house.status_watch.turn("scripted")
        rows = reading(house.database).fetch("SELECT * FROM outbox WHERE edits IS NOT NULL ORDER BY id")
        outcome, change = (OutboxRow(**row) for row in rows)
        assert (outcome.paced, change.paced) == (0, 1)
        with writing(house.database) as tx:
            house.outcomes.undeliverable(tx, change, "blocked")
        assert house.outbox(COLLEAGUE) == []
        with writing(house.database) as tx:
            house.outcomes.undeliverable(tx, outcome, "blocked")
        assert len(house.outbox(COLLEAGUE)) == 1
