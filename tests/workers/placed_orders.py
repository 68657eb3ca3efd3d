"""Placed orders at suppliers that tell how far they are, for the tests of asking and watching."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.journal.views import placed
from providers.orders import Money, PlacedOrder, Progress, Status, Tracking
from tests.bench import until
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.workers.scripted import Telling
from tests.workers.supplied import Supplied, supplied

PAID = Progress("1207", Status.PAID, "1", amount=Money(Decimal("99.00"), "CNY"))
SHIPPED = Progress(
    "1207",
    Status.SHIPPED,
    "2",
    amount=Money(Decimal("99.00"), "CNY"),
    times={"shipped": datetime(2026, 9, 21, 14, tzinfo=UTC)},
    tracking=(Tracking("SF123", "SF Express"),),
)
DONE = Progress("1207", Status.COMPLETED, "3", tracking=SHIPPED.tracking)


@asynccontextmanager
async def telling(folder: Path, **others: Any) -> AsyncIterator[tuple[Supplied, Telling]]:
    """A house whose account `scripted` tells how far orders are, and others that are given."""
    scripted = Telling()
    async with supplied(folder, scripted=scripted, **others) as house:
        yield house, scripted


async def place(
    house: Supplied, reference: str = "1000", number: str = "1207", account: str = "scripted", who: int = ADMIN
) -> None:
    """An order that is placed, its card in the chat."""
    house.sending(reference, account, who)
    with writing(house.database) as tx:
        row = house.desk.ids.outbox()
        body = '{"html": "Sending", "rows": [], "message_id": null}'
        tx.execute(
            "INSERT INTO outbox (id, chat_id, body, not_before, attempts, state, created_at) VALUES ($1, $2, $3, 0, 0,"
            " 'waiting', 0)",
            row,
            who,
            body,
        )
        tx.execute("UPDATE orders SET card = $2 WHERE reference = $1", reference, row)
    assert await house.settle(reference, placed(PlacedOrder(number, Status.AWAITING_PAYMENT, "0")))


def card(house: Supplied, reference: str = "1000") -> str:
    """The card as it is after the newest edit."""
    row = reading(house.database).fetchrow(
        "SELECT body FROM outbox WHERE edits = (SELECT card FROM orders WHERE reference = $1) ORDER BY id DESC",
        reference,
    )
    assert row is not None
    return str(json.loads(row["body"])["html"])


def messages(house: Supplied, chat: int = ADMIN) -> list[str]:
    """What was said beside cards, oldest first."""
    rows = reading(house.database).fetch(
        "SELECT body FROM outbox WHERE chat_id = $1 AND edits IS NULL ORDER BY id", chat
    )
    return [html for row in rows if (html := json.loads(row["body"])["html"]) != "Sending"]


async def says(house: Supplied, start: str, chat: int = ADMIN) -> str:
    """Wait for a message that starts so; returns it."""

    def said() -> bool:
        return any(html.startswith(start) for html in messages(house, chat))

    await until(said)
    return next(html for html in reversed(messages(house, chat)) if html.startswith(start))
