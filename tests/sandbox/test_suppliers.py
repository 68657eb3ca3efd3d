from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.sandbox.suppliers import SHOWN, SupplierCard
from providers.simulators.anqicms.simulator import TOKEN, AnqiCmsSimulator
from providers.simulators.base import Fault

ORDER = {"type": "goods", "goods_id": 188, "quantity": 1}
WRONG = ORDER | {"goods_id": 7}


@pytest.fixture
async def shop() -> AsyncIterator[AnqiCmsSimulator]:
    async with AnqiCmsSimulator(now=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as running:
        yield running


@pytest.fixture
def card(shop: AnqiCmsSimulator) -> SupplierCard:
    return SupplierCard(shop)


async def order(shop: AnqiCmsSimulator, body: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False) as client:
        try:
            await client.post(shop.create_path, json=body, headers={"Token": TOKEN, "User-Agent": "test"})
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return


def outcomes(card: SupplierCard) -> list[str]:
    return [one["outcome"] for one in card.as_json()["received"]]


async def test_a_card_shows_what_came_newest_first(card: SupplierCard, shop: AnqiCmsSimulator) -> None:
    await order(shop, ORDER)
    await order(shop, WRONG)
    shown = card.as_json()
    assert (shown["title"], shown["orders"], shown["requests"], shown["next"]) == ("AnqiCMS", 1, 2, None)
    refused, placed = shown["received"]
    assert refused["outcome"].startswith("refused")
    assert placed == {
        "at": 1_780_272_000_000,
        "method": "POST",
        "path": "/api/order/create",
        "outcome": "placed",
        "body": ORDER,
    }


async def test_a_card_shows_only_the_last_requests(card: SupplierCard, shop: AnqiCmsSimulator) -> None:
    for _ in range(SHOWN + 1):
        await order(shop, WRONG)
    shown = card.as_json()
    assert (len(shown["received"]), shown["requests"]) == (SHOWN, SHOWN + 1)


@pytest.mark.parametrize(
    ("fault", "outcome", "orders"),
    [
        (Fault.REFUSE, "refused 1001", 0),
        (Fault.DROP_AFTER, "fault drop_after", 1),
        (Fault.ERROR_BEFORE, "fault error_before", 0),
        (Fault.GARBAGE, "fault garbage", 1),
    ],
)
async def test_a_fault_hits_one_order_and_the_next_goes_through(
    card: SupplierCard, shop: AnqiCmsSimulator, fault: Fault, outcome: str, orders: int
) -> None:
    card.fail(fault, "1001" if fault is Fault.REFUSE else "")
    assert card.as_json()["next"]["fault"] == fault
    await order(shop, ORDER)
    assert card.as_json()["next"] is None
    assert card.as_json()["orders"] == orders
    await order(shop, ORDER)
    assert outcomes(card) == ["placed", outcome]


async def test_a_fault_that_a_refused_order_did_not_meet_is_still_to_come(
    card: SupplierCard, shop: AnqiCmsSimulator
) -> None:
    card.fail(Fault.DROP_AFTER)
    await order(shop, WRONG)
    assert card.as_json()["next"] == {"fault": "drop_after", "code": ""}
    await order(shop, ORDER)
    assert card.as_json()["next"] is None
    assert len(shop.ledger) == 1


async def test_a_reset_fault_does_not_come(card: SupplierCard, shop: AnqiCmsSimulator) -> None:
    card.fail(Fault.REFUSE)
    assert card.as_json()["next"] == {"fault": "refuse", "code": "-1"}
    card.heal()
    await order(shop, ORDER)
    assert outcomes(card) == ["placed"]


async def test_an_unknown_refusal_leaves_the_plan_as_it_was(card: SupplierCard) -> None:
    card.fail(Fault.GARBAGE)
    with pytest.raises(ValueError, match="has no refusal"):
        card.fail(Fault.REFUSE, "7")
    assert card.as_json()["next"] == {"fault": "garbage", "code": ""}


async def test_every_change_is_told(card: SupplierCard, shop: AnqiCmsSimulator) -> None:
    told: list[int] = []
    card.on_change = lambda changed: told.append(changed.as_json()["requests"])
    card.fail(Fault.GARBAGE)
    await order(shop, ORDER)
    card.heal()
    assert told == [0, 1, 1]


async def test_what_a_card_says_is_sold_can_be_ordered(card: SupplierCard, shop: AnqiCmsSimulator) -> None:
    wares = card.as_json()["wares"]
    for ware in wares:
        await order(shop, ORDER | {"goods_id": int(ware["number"])})
    assert outcomes(card) == ["placed"] * len(wares)
