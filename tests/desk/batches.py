"""Several filled drafts confirmed at once, as whoever collects them does it: n different ones of each supplier."""

import json
from typing import Any

from bot.conversation.events import BatchConfirmed, DraftRow, Steering
from bot.conversation.questions import version
from bot.desk.desk import Desk
from storage.orders import Order
from tests.bench import ANSWERS, Bench
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading

BATCH = "0a1b2c3d"
GUEST: dict[str, Any] = {
    "items": [{"variant_id": "123450001", "quantity": "1"}],
    "first_name": "小明",
    "last_name": "王",
    "title": "先生",
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "重慶南路一段122號",
    "phone": "0912345678",
    "transaction_amount": "10",
}


def filled(provider: str, n: int) -> dict[str, Any]:
    """The answers of the n-th draft, unlike all others."""
    match provider:
        case "guoguo":
            return ANSWERS["guoguo"] | {"link": f"https://example.com/posts/abc{n}"}
        case "anqicms":
            return ANSWERS["shop"] | {"remark": f"for shelf {n}"}
        case "damaijia":
            recipient = ANSWERS["gifts"]["recipients"][0] | {"consignee": f"王{chr(0x4E00 + n)}"}
            return ANSWERS["gifts"] | {"recipients": [recipient]}
        case _:
            return GUEST | {"email": f"customer{n}@example.com"}


def rows(provider: str, count: int, first: int = 1) -> tuple[DraftRow, ...]:
    return tuple(DraftRow(filled(provider, n)) for n in range(first, first + count))


def confirmation(desk: Desk, account: str, drafts: tuple[DraftRow, ...], batch: str = BATCH) -> BatchConfirmed:
    """The event of a confirmed tray."""
    return BatchConfirmed(batch, account, version(desk.accounts[account].form), drafts)


async def confirm(
    house: Bench, count: int, account: str = "shop", who: int = ADMIN, batch: str = BATCH, first: int = 1
) -> None:
    """Confirm `count` drafts at once."""
    drafts = rows(house.desk.providers[account], count, first)
    await house.does(confirmation(house.desk, account, drafts, batch), who)


def orders_of(house: Bench, batch: str = BATCH) -> list[Order]:
    """The rows of a batch, in their order."""
    found = reading(house.database).fetch("SELECT * FROM orders WHERE batch = $1 ORDER BY batch_row", batch)
    return [Order(**row) for row in found]


def card(house: Bench, chat: int = ADMIN) -> str:
    """The newest text that has to do with a batch."""
    rows = reading(house.database).fetch(
        "SELECT body FROM outbox WHERE chat_id = $1 AND about LIKE 'batch:%' ORDER BY id DESC LIMIT 1", chat
    )
    assert rows
    return str(json.loads(rows[0]["body"])["html"])


def new_messages(house: Bench, chat: int = ADMIN) -> list[str]:
    """The texts of messages of batches that are no edits: what a phone rings for."""
    found = reading(house.database).fetch(
        "SELECT body FROM outbox WHERE chat_id = $1 AND about LIKE 'batch:%' AND edits IS NULL ORDER BY id", chat
    )
    return [str(json.loads(row["body"])["html"]) for row in found]


PAUSE, GO_ON, STOP = Steering.PAUSE, Steering.GO_ON, Steering.STOP
