"""A desk whose orders have recipients and senders, and orders of theirs as they are confirmed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.conversation.known import Account
from bot.journal.address_book import note_people
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from tests.bench import Bench, bench
from tests.end_to_end.house import ADMIN
from tests.storage.direct import writing

ACCOUNTS: Final = {
    "gifts": Account("gifts", "Damaijia", DamaijiaForm),
    "taiwan": Account("taiwan", "citiesocial", CitiesocialOrder),
    "shop": Account("shop", "AnqiCMS", AnqicmsForm),
}
PROVIDERS: Final = {"gifts": "damaijia", "taiwan": "citiesocial", "shop": "anqicms"}
WANG: Final = {
    "consignee": "王小明",
    "mobile": "13800000001",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
}
LI: Final = WANG | {"consignee": "李大同", "mobile": "13900000002", "city": "宁波市", "district": "鄞州区"}
SENDER: Final = {
    "consigner": "李小红",
    "mobile": "13700000003",
    "province": None,
    "city": None,
    "district": None,
    "address": None,
}


@asynccontextmanager
async def addressees(folder: Path) -> AsyncIterator[Bench]:
    async with bench(folder) as made:
        yield replace(made, desk=replace(made.desk, accounts=ACCOUNTS, providers=PROVIDERS))


def gift(house: Bench, reference: str, *people: dict[str, Any], sender: Any = None, who: int = ADMIN) -> None:
    """An order that somebody has confirmed, with its people in the book."""
    answers = {"product_id": "614", "remark": "x", "recipients": [*people], "sender": sender}
    house.clock.advance(1)
    house.confirmed(reference, "gifts", who, **answers)
    with writing(house.database) as tx:
        note_people(tx, "gifts", DamaijiaForm, answers, reference, house.clock())
