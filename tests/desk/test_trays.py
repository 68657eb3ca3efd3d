"""A tray is of one person in one chat: it goes where that goes, and orders for nobody else and nobody who has left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.order_buttons import again
from bot.buttons.tray_buttons import tap
from bot.conversation.events import Answered, CancelRequested, Medium, SentOther, TrayAction, TrayTapped
from bot.conversation.tray import Tray, TrayRow
from bot.desk.admission import Incoming
from bot.desk.screen import Sent
from bot.staff.groups import GroupMoved
from storage import trays
from storage.trays import NewlyKept
from tests.bench import ANSWERS, GROUP, Bench, bench, desk_on, office
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

LINKS = ["https://example.com/posts/1", "https://example.com/posts/2"]
CONFIRM = TrayTapped("t", 1, TrayAction.CONFIRM)
NOW_ID = -1001234567890
"""The group as a supergroup."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def keep(house: Bench, chat: int, who: int) -> None:
    """A tray whose rows were all shown as ready."""
    rows = tuple(TrayRow(answers=ANSWERS["guoguo"] | {"link": link}) for link in LINKS)
    tray = Tray(id="t", account="guoguo", revision=1, rows=rows, ready=(1, 2), seen=2)
    with writing(house.database) as tx:
        trays.keep(tx, chat, who, NewlyKept("t", tray.model_dump_json(), house.clock()))


def ordered(house: Bench) -> list[tuple[int, int]]:
    """Chat and person of each order."""
    found = reading(house.database).fetch("SELECT chat_id, user_id FROM orders ORDER BY reference")
    return [(row["chat_id"], row["user_id"]) for row in found]


@pytest.mark.parametrize("action", list(TrayAction))
async def test_a_tap_of_another_in_the_group_changes_nothing(house: Bench, action: TrayAction) -> None:
    keep(house, GROUP, ADMIN)
    before = trays.get(reading(house.database), "t", GROUP, ADMIN)
    said = await house.does(TrayTapped("t", 1, action, 1), COLLEAGUE, chat=GROUP, tapped=5)
    assert "earlier" in said or "no longer" in said, said
    assert ordered(house) == []
    assert house.outbox(GROUP) == []
    assert trays.get(reading(house.database), "t", GROUP, ADMIN) == before
    await house.does(CONFIRM, chat=GROUP, tapped=5)
    assert ordered(house) == [(GROUP, ADMIN)] * 2
    assert house.outbox(GROUP)[-1].startswith("<b>Sending 0/2</b>")


async def test_a_tray_goes_on_in_the_supergroup_that_its_group_has_become(house: Bench) -> None:
    keep(house, GROUP, ADMIN)
    await house.desk.handle(Incoming(1, GROUP, 0, "", "", GroupMoved(GROUP, NOW_ID)))
    await house.does(CONFIRM, COLLEAGUE, chat=NOW_ID, tapped=5)
    assert ordered(house) == []
    await house.does(CONFIRM, chat=NOW_ID, tapped=5)
    assert ordered(house) == [(NOW_ID, ADMIN)] * 2


async def test_who_has_left_the_staff_meanwhile_orders_nothing_until_they_are_back(house: Bench) -> None:
    keep(house, COLLEAGUE, COLLEAGUE)
    house.desk = desk_on(house.database, house.clock, house.workers, staff=office(ADMIN))
    await house.does(CONFIRM, COLLEAGUE, tapped=5)
    assert ordered(house) == []
    assert not any("Sending" in said for said in house.outbox(COLLEAGUE))
    house.desk = desk_on(house.database, house.clock, house.workers)
    await house.does(CONFIRM, COLLEAGUE, tapped=5)
    assert ordered(house) == [(COLLEAGUE, COLLEAGUE)] * 2


async def test_a_row_that_was_ordered_meanwhile_by_a_colleague_stops_all_until_that_was_seen(house: Bench) -> None:
    keep(house, ADMIN, ADMIN)
    keep_other(house)
    await house.does(TrayTapped("o", 1, TrayAction.CONFIRM), COLLEAGUE, tapped=5)
    await house.does(CONFIRM, tapped=5)
    assert ordered(house) == [(COLLEAGUE, COLLEAGUE)]
    told = house.outbox()[-1]
    assert "nothing was ordered" in told
    assert "by Colleague" in told
    await house.does(TrayTapped("t", 2, TrayAction.CONFIRM), tapped=5)
    assert ordered(house) == [(COLLEAGUE, COLLEAGUE), (ADMIN, ADMIN)]


async def typed(house: Bench, text: str, *, to: tuple[int, str] = (0, "")) -> str:
    """Say this, as a reply to a message with such a button if there is one; returns the last message."""
    house.updates += 1
    sent = Sent(900, 0, replies_to=to[0], buttons=(("3", to[1]),) if to[1] else ())
    event = Answered(text)
    await house.desk.handle(Incoming(house.updates, ADMIN, ADMIN, "Admin", "en", event, None, sent))
    return house.outbox()[-1]


@pytest.mark.parametrize("text", ["confirm", "Confirm 2 orders", "確認下單", "确认下单"])
async def test_confirm_typed_places_the_orders_that_stand_there(house: Bench, text: str) -> None:
    keep(house, ADMIN, ADMIN)
    assert (await typed(house, text)).startswith("<b>Sending 0/2</b>")
    assert ordered(house) == [(ADMIN, ADMIN)] * 2


async def test_confirm_asked_or_said_below_another_message_places_nothing_and_shows_what_waits(house: Bench) -> None:
    keep(house, ADMIN, ADMIN)
    for text, to in (("confirm?", (0, "")), ("confirm", (5, "")), ("confirm", (6, again("1001")))):
        shown = await typed(house, text, to=to)
        assert shown.startswith("<b>2 orders ready")
        assert any(f"Not taken: “{text}”" in said for said in house.outbox()[-3:])
    assert ordered(house) == []
    # Below itself it is meant, as in a group, where all is said so.
    assert (await typed(house, "confirm", to=(7, tap("t", 1, TrayAction.OPEN, 1)))).startswith("<b>Sending 0/2</b>")


async def test_a_word_that_is_none_and_a_sticker_show_the_orders_that_wait_for_their_confirm(house: Bench) -> None:
    keep(house, ADMIN, ADMIN)
    assert (await typed(house, "ok then")).startswith("<b>2 orders ready")
    await house.does(SentOther(Medium.STICKER))
    assert house.outbox()[-1].startswith("<b>2 orders ready")
    assert not any("No order is open" in said for said in house.outbox())


@pytest.mark.parametrize("text", ["/cancel", "cancel", "取消"])
async def test_cancel_gives_up_what_waits_in_a_message_of_its_own_and_undo_brings_it_back(
    house: Bench, text: str
) -> None:
    keep(house, ADMIN, ADMIN)
    await typed(house, "ok")
    rows = len(house.outbox())
    if text.startswith("/"):
        await house.does(CancelRequested())
    else:
        await typed(house, text)
    *_, left, closed = house.outbox()[rows:]
    assert left == "<b>2 orders dropped</b> · Guoguo"
    assert closed.startswith("<b>2 orders dropped")
    assert ordered(house) == []
    assert "2 orders ready" in await typed(house, "undo")
    await house.does(CancelRequested())
    await house.does(CancelRequested())
    assert "No order is open" in house.outbox()[-1]


def keep_other(house: Bench) -> None:
    """A colleague's tray with the second of the orders."""
    rows = (TrayRow(answers=ANSWERS["guoguo"] | {"link": LINKS[1]}),)
    tray = Tray(id="o", account="guoguo", revision=1, rows=rows, ready=(1,), seen=1)
    with writing(house.database) as tx:
        trays.keep(tx, COLLEAGUE, COLLEAGUE, NewlyKept("o", tray.model_dump_json(), house.clock()))
