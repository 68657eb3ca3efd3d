"""One fresh answer to whoever asks how far an order is; its card changes, and whoever ordered is told."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.clock import Instant
from bot.conversation import events
from bot.journal import progress
from bot.workers import loop, status_reading
from providers.errors import NoAnswer, NotAsked, ProviderUnavailable, ReadingFailed
from providers.orders import Progress, Status
from storage import people, prune, status_questions
from storage.database import Database
from tests.bench import locked, until
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage import direct
from tests.words.reading import WORDS
from tests.workers.placed_orders import PAID, SHIPPED, card, messages, place, says, telling
from tests.workers.scripted import Telling

ORDER, CHANGED = "<b>Order</b>", "<b>Status changed</b>"


async def test_the_supplier_is_asked_and_the_answer_is_one_message(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = SHIPPED
        assert await house.does(read("show:1000"), tapped=1) == "Asking Scripted…"
        told = await says(house, ORDER)
        assert told.split("\n") == [
            "<b>Order</b> · Scripted",
            "Order number: <code>1207</code>",
            "Status: shipped (2)",
            "Reference: <code>1000</code>",
            "Amount: CN¥99.00",
            "Shipped: 14:00",
            "Tracking number: <code>SF123</code> (SF Express)",
            "Ordered by Some Name, 14:13",
            "Scripted was asked just now.",
        ]
        assert messages(house) == [told]
        assert supplier.asked == ["1207"]
        assert card(house).startswith("<b>Placed</b>")
        assert "Status: shipped (2)" in card(house)
        assert status_questions.waiting(direct.reading(house.database)) == []


async def test_whoever_ordered_hears_of_a_change_that_somebody_else_has_asked_for(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = SHIPPED
        await house.does(events.StatusRequested("1207"), COLLEAGUE)
        await says(house, ORDER, COLLEAGUE)
        assert messages(house) == []
        await house.a_minute()
        (notice,) = messages(house)
        assert notice.split("\n") == [
            "<b>Order shipped</b> · Scripted",
            "awaiting payment → shipped",
            "Tracking number: <code>SF123</code> (SF Express)",
            "Order number: <code>1207</code>",
        ]
        await house.does(events.StatusRequested("1207"), COLLEAGUE)
        await until(lambda: _answers(house.database, COLLEAGUE, 2))
        assert messages(house) == [notice]


@pytest.mark.parametrize(
    ("chosen", "told"), [("all", [PAID, SHIPPED]), ("important", [SHIPPED]), ("none", [])], ids=str
)
async def test_people_are_told_of_what_they_have_chosen(tmp_path: Path, chosen: str, told: list[object]) -> None:
    async with telling(tmp_path) as (house, supplier):
        await house.does(events.NoticesRequested())
        await house.does(read(f"notify:{chosen}"), tapped=1)
        assert people.notices_of(direct.reading(house.database), ADMIN) == chosen
        await place(house)
        for n, progress in enumerate((PAID, SHIPPED), 1):
            supplier.says["1207"] = progress
            await house.does(events.StatusRequested("1207"), COLLEAGUE)
            await until(partial(_answers, house.database, COLLEAGUE, n))
            await house.a_minute()
        assert len([html for html in messages(house) if html.startswith("<b>Order ")]) == len(told)
        assert "Status: shipped (2)" in card(house)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (ProviderUnavailable("unreachable"), "Scripted is out of reach just now."),
        (NoAnswer("orders_not_reached"), "Scripted is out of reach just now."),
        (NotAsked("paused"), "Scripted was not asked, after too many questions just now."),
        (ReadingFailed("order_not_read"), "No clear answer from Scripted just now."),
        (RuntimeError("ours"), "No clear answer from Scripted just now."),
        (None, "Scripted was asked just now and answered that it has no order with this number."),
    ],
)
async def test_without_an_answer_the_journal_says_how_old_it_is(
    tmp_path: Path, answer: Exception | None, line: str
) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says |= {"1207": answer} if answer is not None else {}
        house.clock.advance(3600)
        await house.does(events.StatusRequested("1207"))
        told = await says(house, ORDER)
        assert "Status: awaiting payment (0)" in told
        assert told.split("\n")[-2:] == [
            line,
            "Scripted said so when the order was placed (14:13).",
        ]
        supplier.says["1207"] = PAID
        await house.does(events.StatusRequested("1207"))
        await until(lambda: _answers(house.database, ADMIN, 2))
        assert messages(house)[-1].endswith("Scripted was asked just now.")


async def test_a_supplier_that_hangs_is_waited_for_five_seconds_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_reading, "WITHIN", 0.05)
    async with telling(tmp_path) as (house, supplier):
        assert await status_reading.read_status(supplier, "x", 0.05) is not None
        supplier.status_gate.clear()
        assert await status_reading.read_status(supplier, "1207", 0.05) == "unreached"
        await place(house)
        await house.does(events.OrderRequested("guoguo"))
        assert messages(house)[-1].startswith("<b>Product")


async def test_refresh_changes_the_card_and_says_nothing_else(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        house.clock.advance(60)
        for time in ("14:14", "14:15"):
            await house.does(read("refresh:1000"), tapped=1)
            await until(lambda: _none_waits(house.database))
            assert f"Scripted was asked: 21 Sep {time}" in card(house)
            house.clock.advance(60)
        assert "Last change seen: 21 Sep 14:14" in card(house)
        assert messages(house) == []
        supplier.says["1207"] = ProviderUnavailable("unreachable")
        await house.does(read("refresh:1000"), tapped=1)
        assert "is out of reach just now" in await says(house, ORDER)


async def test_a_question_that_a_crash_interrupted_is_asked_again(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.status_gate.clear()
        await house.does(events.StatusRequested("1207"))
        await house.does(events.StatusRequested("7777"))
        await until(lambda: _asked(supplier, 2))
        assert messages(house) == []
    async with telling(tmp_path) as (house, supplier):
        supplier.says["1207"] = PAID
        await house.desk.resume()
        assert "Status: paid (1)" in await says(house, ORDER)
        assert "7777" in await says(house, "<b>Not found</b>")
        await house.desk.resume()
        await asyncio.sleep(0.05)
        assert len(messages(house)) == 2


async def test_who_is_no_longer_staff_after_a_restart_gets_no_answer(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        with direct.writing(house.database) as tx:
            for who in (ADMIN, 987):
                assert status_questions.note(tx, status_questions.StatusQuestion(who, who, "1000", "", 0), 1)
        supplier.says["1207"] = PAID
        await house.desk.resume()
        assert "Status: paid (1)" in await says(house, ORDER)
        await until(lambda: _answered(house.database))
        assert messages(house, 987) == []
        assert supplier.asked == ["1207"]


def _answered(database: Database) -> bool:
    return not status_questions.waiting(direct.reading(database))


async def test_a_late_answer_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        supplier.status_gate.clear()
        await house.does(events.StatusRequested("1207"))
        await until(lambda: _asked(supplier, 1))
        order = house.order("1000")
        with direct.writing(house.database) as tx:
            house.clock.advance(5)
            later = house.clock()
            assert progress.record_progress(tx, order, SHIPPED, later, at=Instant(later, later, 0), account=None)
        supplier.status_gate.set()
        told = await says(house, ORDER)
        assert house.order("1000").status == Status.SHIPPED
        assert "Status: shipped (2)" in told


async def test_a_number_that_only_a_supplier_knows_is_found_there(tmp_path: Path) -> None:
    async with telling(tmp_path, other=Telling()) as (house, supplier):
        supplier.says["1207"] = SHIPPED
        await house.does(events.StatusRequested("1207"))
        told = await says(house, ORDER)
        assert told.split("\n")[:3] == [
            "<b>Order</b> · Scripted",
            "Order number: <code>1207</code>",
            "Status: shipped (2)",
        ]
        assert told.endswith("Scripted was asked just now; there is no record of this order here.")
        assert "Reference" not in told
        assert direct.reading(house.database).fetch("SELECT reference FROM orders") == []


async def test_an_order_of_ours_that_a_supplier_knows_by_another_name_is_answered_as_it_is_now(tmp_path: Path) -> None:
    other = Telling()
    async with telling(tmp_path, other=other) as (house, supplier):
        await place(house)
        supplier.says["C-1207"] = supplier.says["1207"] = SHIPPED
        other.says["C-1207"] = Progress("C-1207", Status.PAID, "1")
        await house.does(events.StatusRequested("C-1207"))
        ours = await says(house, f"{ORDER} · Scripted\nOrder number: <code>1207</code>\nStatus: shipped (2)\nReference")
        assert "Scripted was asked just now." in ours
        foreign = await says(house, f"{ORDER} · Other")
        assert foreign.endswith("there is no record of this order here.")
        assert house.order("1000").status == "shipped"


async def test_a_number_that_nobody_has_says_who_could_not_be_asked(tmp_path: Path) -> None:
    other = Telling()
    async with telling(tmp_path, other=other) as (house, supplier):
        await place(house)
        house.shop.take_elsewhere({"goods_id": 188, "quantity": 1, "type": "goods"})
        other.says["1208"] = ProviderUnavailable("unreachable")
        await house.does(events.StatusRequested("1208"))
        told = await says(house, "<b>Not found</b>")
        assert "Out of reach just now: Other." in told
        assert "Tells nothing" not in told, "the shop and GuoGuo have been asked too"
        assert WORDS.say("status.near") in told
        assert (supplier.asked, other.asked) == (["1208"], ["1208"])


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (NotAsked("paused"), "Not asked, after too many questions: Other."),
        (ReadingFailed("order_not_read"), "No clear answer: Other."),
        (NoAnswer("list_not_reached"), "Out of reach just now: Other."),
    ],
)
async def test_not_asked_no_clear_answer_and_out_of_reach_are_told_apart(
    tmp_path: Path, answer: Exception, line: str
) -> None:
    other = Telling()
    async with telling(tmp_path, other=other) as (house, _):
        house.shop.take_elsewhere({"goods_id": 188, "quantity": 1, "type": "goods"})
        other.says["1208"] = answer
        await house.does(events.StatusRequested("1208"))
        told = await says(house, "<b>Not found</b>")
        assert line in told
        assert "without finding it: Guoguo, Shop, Scripted." in told
        other.says["1208"] = SHIPPED
        await house.does(events.StatusRequested("1208"))
        assert "Other was asked just now" in await says(house, ORDER)


async def test_an_answer_waits_for_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0)
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        supplier.says["1207"] = PAID
        supplier.status_gate.clear()
        await house.does(events.StatusRequested("1207"))
        async with locked(house.path):
            supplier.status_gate.set()
            await asyncio.sleep(0.05)
        assert "Status: paid (1)" in await says(house, ORDER)


async def test_a_pruned_order_is_answered_and_stays_without_what_is_personal(tmp_path: Path) -> None:
    async with telling(tmp_path) as (house, supplier):
        await place(house)
        with direct.writing(house.database) as tx:
            assert prune.empty(tx, "1000", "{}", {}, house.clock())
        supplier.says["1207"] = SHIPPED
        await house.does(events.StatusRequested("1207"))
        assert "Status: shipped (2)" in await says(house, ORDER)
        assert house.order("1000").progress == "{}"


def _answers(database: Database, chat: int, count: int) -> bool:
    row = direct.reading(database).fetchrow(
        "SELECT COUNT(*) AS n FROM outbox WHERE chat_id = $1 AND body LIKE '%<b>Order</b>%'", chat
    )
    return row is not None and row["n"] == count


def _none_waits(database: Database) -> bool:
    return not status_questions.waiting(direct.reading(database))


async def _asked(supplier: Telling, count: int) -> bool:
    return len(supplier.asked) >= count
