"""The previous program's database, as it was when that was killed: today's bot goes on and asks nothing twice.

`previous.sql` was made once by that program's own desk and workers. Its messages stand in the chats as they were.
"""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.chats import BOT, ChatButton
from bot.sandbox.messages import written
from providers.simulators.base import Fault
from storage.opening import restore
from tests.end_to_end.clock import StandingClock
from tests.end_to_end.config import as_toml
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.undisturbed import undisturbed

LEFT = Path(__file__).with_name("previous.sql")
KILLED_AT = datetime(2026, 3, 1, 4, 10, 12, tzinfo=UTC)
PEOPLE = {"Ada": 401, "Ben": 402, "Cem": 403, "Dan": 404, "Eve": 405, "Fay": 406, "Gil": 407, "Hal": 408}
ADA, BEN, CEM, DAN, EVE, FAY, GIL, HAL = PEOPLE.values()
PRODUCT = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
LINK = "https://example.com/posts/abc123"
SENT = "SELECT chat_id, body, message_id FROM outbox WHERE state = 'sent' AND edits IS NULL ORDER BY id"
WAITING = "SELECT chat_id, body FROM outbox WHERE state = 'waiting' ORDER BY id"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[World]:
    """Everything as it was when the previous program was killed."""
    clock = StandingClock.beside(tmp_path / "orderbot.toml")
    clock.set(KILLED_AT)
    async with world(tmp_path, clock.time) as house:
        settings = house.settings() | {"staff": {"admins": [ADMIN, COLLEAGUE, *PEOPLE.values()]}}
        house.config_file.write_text(as_toml(settings), encoding="utf-8")
        # The order that it placed there is there, so that its number isn't given again.
        house.guoguo.take_elsewhere({"product_id": PRODUCT, "link": LINK, "quantity": 10})
        for name, user_id in PEOPLE.items():
            house.telegram.add_person(user_id, name, started=True)
        for known in (ADMIN, COLLEAGUE):
            house.telegram._chats.people[known].started = True
        with closing(sqlite3.connect(house.database)) as connection:
            connection.executescript(LEFT.read_text(encoding="utf-8"))
        for chat_id, body, message_id in house.rows(SENT):
            put(house, chat_id, json.loads(body), message_id)
        yield house


def put(house: World, chat_id: int, body: dict[str, Any], message_id: int) -> None:
    """A message that stands in the chat already."""
    chat = house.telegram._chats.find(chat_id)
    assert chat is not None
    chat.last_id = message_id - 1
    buttons = tuple(tuple(ChatButton(*button[:2]) for button in row) for row in body["rows"])
    house.telegram._chats.add(chat, BOT, written(body["html"], "html"), buttons=buttons)
    house.seen[chat_id] = len(house.history[chat_id])


async def firsts(house: World, who: int, count: int) -> list[str]:
    """The first lines of the next messages in a chat."""
    return [(await house.next(who)).text.splitlines()[0] for _ in range(count)]


def has_said(house: World, chat_id: int, text: str) -> bool:
    return text in [said.text for said in house.history[chat_id]]


async def test_all_that_waited_is_said_and_cards_are_changed_where_they_stand(house: World) -> None:
    waiting = [(chat_id, written(json.loads(body)["html"], "html").text) for chat_id, body in house.rows(WAITING)]
    (card,) = (message.message_id for message in house.telegram.messages(ADA))
    async with undisturbed(house):
        for chat_id in {chat_id for chat_id, _ in waiting}:
            await house.says_more(house.seen[chat_id], chat_id)
        for chat_id, text in waiting:
            await house.until(partial(has_said, house, chat_id, text), chat_id)
    (placed,) = (message for message in house.history[ADA] if message.text.startswith("Placed"))
    assert (placed.message_id, placed.edited) == (card, True)


async def test_an_answer_at_a_question_leads_on_to_the_order(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Quantity · 3/4", ADA)
        house.say("100", ADA)
        assert await firsts(house, ADA, 1) == ["Runs · ●●●"]
        house.tap("Skip", ADA)
        assert await firsts(house, ADA, 1) == ["Summary · GuoGuo"]
        house.tap("Confirm", ADA)
        await house.reads("Placed · GuoGuo", ADA)
        _, order = house.guoguo.ledger
        assert {"link": LINK, "quantity": 100}.items() <= order.body.items()


async def test_an_answer_with_the_number_of_an_order_of_before_is_believed_of_none(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Quantity · 3/4", ADA)
        house.say("100", ADA)
        await house.reads("Runs · ", ADA)
        house.tap("Skip", ADA)
        await house.reads("Summary · GuoGuo", ADA)
        house.guoguo.fail(Fault.ANOTHER_AFTER)
        house.tap("Confirm", ADA)
        unknown = await house.reads("Outcome unknown · GuoGuo", ADA)
        assert f"{house.guoguo.ledger[0].number}, which already belongs to another order of ours (1001)" in unknown.text
        # Its own is the other one.
        number = house.guoguo.ledger[1].number
        await house.opens("Found it", ADA)
        house.tap("Found it", ADA)
        await house.reads("Order number", ADA)
        house.say(number, ADA)
        assert f"Order number: {number}" in (await house.reads("Placed · GuoGuo", ADA)).text


async def test_a_look_up_that_waited_is_asked_for_again(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Link · ●●○", BEN)
        house.say(LINK, BEN)
        assert await firsts(house, BEN, 1) == ["Quantity · ●●●"]


async def test_a_list_and_a_picked_item_go_on(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Items · Recipients · 1", CEM)
        house.tap("Done", CEM)
        assert await firsts(house, CEM, 1) == ["Sender · ●●●●"]
        house.tap("Skip", CEM)
        summary = await house.next(CEM)
        assert summary.text.startswith("Summary · Damaijia\n")
        house.tap("Confirm", CEM)
        await house.reads("Placed · Damaijia", CEM)
        assert [one["consignee"] for one in house.damaijia.ledger[-1].body["consignees"]] == ["王小明"]

        asked = await house.reads("Which one would you like to change?", DAN)
        house.tap(next(label for label in asked.labels if label.startswith("2. ")), DAN)
        assert "李小红" in str((await house.next(DAN)).labels)


async def test_a_summary_is_confirmed_with_the_button_of_before(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Summary · citiesocial", EVE)
        house.tap("Confirm", EVE)
        await house.reads("Placed · citiesocial", EVE)

        await house.reads("What would you like to change?", FAY)
        house.tap("Quantity: 1", FAY)
        assert await firsts(house, FAY, 1) == ["Quantity"]
        house.say("2", FAY)
        assert await firsts(house, FAY, 1) == ["Summary · Damaijia"]


async def test_orders_on_their_way_are_sent_or_unknown(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Placed · citiesocial", HAL)
        await house.reads("Outcome unknown · AnqiCMS", GIL)
    stands = dict(house.rows("SELECT reference, COALESCE(outcome, stage) FROM orders WHERE reference <= '9'"))
    assert stands == {
        "1001": "placed",
        "1002": "refused",
        "1003": "unknown",
        "1004": "unknown",
        "1005": "placed",
        "1006": "not_sent",
        "1007": "placed",
        "1008": "unknown",
    }
    assert house.gifts_and_shops.received == house.damaijia.received == []
    assert len(house.citiesocial.received) == 1


async def test_numbers_and_questions_that_waited_are_asked_about(house: World) -> None:
    async with undisturbed(house):
        assert "Asked just now" in (await house.card("Not found · 55555", GIL)).text
        assert "GuoGuo was asked just now" in (await house.card("Order · GuoGuo", GIL)).text

        await house.reads("Order number · citiesocial", COLLEAGUE)
        house.say("#1001", COLLEAGUE)
        await house.reads("Please make sure · #1001", COLLEAGUE)
        house.tap("Record it", COLLEAGUE)
        await house.reads("Placed · citiesocial", COLLEAGUE)

        assert "Damaijia has no order with this number" in (await house.reads("Please make sure", ADMIN)).text
    assert house.rows("SELECT * FROM inquiries") == []


async def test_the_same_as_an_order_of_before_that_may_be_there_is_asked_about(house: World) -> None:
    async with undisturbed(house):
        await house.reads("Outcome unknown · AnqiCMS", GIL)
        await house.all_said(GIL)
        for does, start in (
            ("/order shop", "Order type"),
            ("[goods]", "Product"),
            ("188", "Quantity"),
            ("2", "Items"),
            ("[Done]", "Note"),
            ("[Skip]", "Recipient"),
            ("[Skip]", "Summary · AnqiCMS"),
        ):
            house.does(does, GIL)
            shown = await house.reads(start, GIL)
        assert "The same was ordered before: Gil" in shown.text
        assert "1008" in shown.text


async def test_the_database_is_migrated_and_a_copy_of_it_kept(house: World) -> None:
    before = house.rows("SELECT name FROM migrations ORDER BY name")
    async with undisturbed(house):
        await house.reads("Placed · citiesocial", HAL)
    after = house.rows("SELECT name FROM migrations ORDER BY name")
    assert after[: len(before)] == before
    (missing,) = after[len(before) : len(before) + 1]
    (copy,) = house.folder.glob("*.before-*")
    assert copy.name == f"orderbot.db.before-{missing[0]}"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM migrations ORDER BY name").fetchall() == before


async def test_one_step_back_sends_nothing_by_itself_and_the_previous_program_could_go_on(house: World) -> None:
    before = house.rows("SELECT name FROM migrations ORDER BY name")
    async with undisturbed(house):
        await house.reads("Placed · citiesocial", HAL)
        await house.all_said(HAL)
    (copy,) = house.folder.glob("*.before-*")
    now = int(KILLED_AT.timestamp()) * 1_000_000
    restored = await restore(f"sqlite:///{house.database}", copy, now)
    assert (restored.held.orders, restored.held.marked) == (8, True)
    # What the previous program had, and nothing that it doesn't know.
    assert house.rows("SELECT name FROM migrations ORDER BY name") == before
    assert house.rows("SELECT COALESCE(outcome, stage) FROM orders WHERE reference = '1007'") == [("confirmed",)]
    # Forward again: it was placed meanwhile, which nothing in the copy says.
    async with undisturbed(house):
        await house.reads("Outcome unknown · citiesocial", HAL)
        await house.all_said(HAL)
    assert house.rows("SELECT outcome FROM orders WHERE reference = '1007'") == [("unknown",)]
    assert len(house.citiesocial.received) == 1
