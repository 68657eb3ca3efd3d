"""A dialogue about how far an order is: asked by one person and by another, and watched meanwhile."""

import json
from pathlib import Path

from bot.journal.views import placed
from bot.workers.reports import Reports
from providers.orders import PlacedOrder, Progress, Status, Tracking
from storage import orders, sending
from tests.bench import SHOP_ANSWERS
from tests.end_to_end.house import ADMIN
from tests.storage.direct import writing
from tests.storage.rows import mark
from tests.transcripts.conftest import playing
from tests.transcripts.player import Player
from tests.transcripts.script import parse
from tests.workers.scripted import Telling

ASKED = """
you: /status 1207
supplier: is asked for the status
bot:
    Order · Scripted
    188 ×1
    Order number: 1207
    Status: paid
    Reference: 1001
    Ordered by Admin, 04:00
    Scripted was asked just now.
    [Order again]
"""
SHIPPED = """
later: 5 minutes
supplier: is watched
later: 1 minute
bot:
    Order shipped · Scripted
    188 ×1
    paid → shipped
    Tracking number: SF123 (SF Express)
    Order number: 1207
    [Copy SF123]
    [Open]
colleague: 1207
supplier: is asked for the status
bot to colleague:
    Order · Scripted
    188 ×1
    Order number: 1207
    Status: shipped
    Reference: 1001
    Tracking number: SF123 (SF Express)
    Ordered by Admin, 04:00
    Scripted was asked just now.
    [Copy SF123]
    [Order again]
colleague tap: Order again
bot to colleague:
    Summary · Scripted
    Order 1207 again
    Order type: goods
    Items: 1
    1. 188 ×1
    [Confirm]
    [Edit] [Cancel]
"""


async def ordered(player: Player) -> None:
    """An order of the person's that is placed, and of which nothing was said yet."""
    database, now = player.desk.database, player.clock()
    answers = json.dumps(SHOP_ANSWERS | {"remark": None})
    person = (ADMIN, ADMIN, "Admin")
    new = orders.NewOrder("1001", "d", "scripted", "anqicms", "AnqicmsForm", "1", answers, *person, now)
    with writing(database) as tx:
        orders.insert(tx, new)
        (order,) = sending.claim(tx, "scripted", mark(now, "me"), 1)
    await Reports(player.desk).settle(order, placed(PlacedOrder("1207", Status.AWAITING_PAYMENT, "0")))
    player.hear()
    player.heard = []


async def test_how_far_an_order_is_can_be_played(tmp_path: Path) -> None:
    supplier = Telling()
    async with playing(tmp_path, {"scripted": supplier}) as player:
        await ordered(player)
        supplier.says["1207"] = Progress("1207", Status.PAID, "1")
        await player.play(parse(ASKED))
        supplier.says["1207"] = Progress("1207", Status.SHIPPED, "2", tracking=(Tracking("SF123", "SF Express"),))
        await player.play(parse(SHIPPED))
