"""What earlier orders of a product cost: only what their supplier told, of this product alone, at this customer."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.views import Cost, ProgressDetails
from bot.journal.costs import LOOKED_AT, costs_of
from bot.journal.views import details_as_text
from bot.words.products import cost_lines
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from providers.orders import Money
from storage import orders
from tests.bench import Bench, bench
from tests.conversation.goods import BASKET, CUP
from tests.providers.damaijia.samples import RECIPIENT
from tests.providers.damaijia.samples import a_form as gifts
from tests.storage.direct import reading, writing
from tests.storage.rows import new
from tests.words.reading import WORDS

FANS, LIKES = "9c07a89a-0994-4f35-98a7-1b922b5c8331", "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def write(
    house: Bench, n: int, points: str | None, product: str = FANS, outcome: str = "placed", **answers: Any
) -> None:
    """An order of 1,000 pieces that cost so many points, if that was told; `n` is its reference and its time."""
    given = {"product_id": product, "link": "https://example.com/a", "quantity": "1,000"} | answers
    told = ProgressDetails(None if points is None else Money(Decimal(points), "points"))
    with writing(house.database) as tx:
        orders.insert(tx, new(n, account="shop", answers=json.dumps(given)))
        tx.execute(
            "UPDATE orders SET stage = 'settled', outcome = $2, progress = $3 WHERE reference = $1",
            str(n),
            outcome,
            details_as_text(told),
        )


def found(house: Bench, product: str = FANS) -> list[tuple[int, int, str, int]]:
    costs = costs_of(reading(house.database), "shop", DefaultOrder, product)
    return [(cost.at - 1000, cost.quantity, f"{cost.amount.amount}", cost.runs) for cost in costs]


async def test_the_last_orders_of_a_product_are_found_with_what_they_cost(house: Bench) -> None:
    write(house, 1, "11")
    write(house, 2, "12")
    write(house, 3, "99", LIKES)
    write(house, 4, "60", quantity="500", runs="5")
    assert found(house) == [(4, 500, "60", 5), (2, 1000, "12", 1), (1, 1000, "11", 1)]
    assert costs_of(reading(house.database), "shop", DefaultOrder, LIKES) == (
        Cost(1003, 1000, Money(Decimal(99), "points")),
    )


async def test_the_same_cost_is_said_once_and_three_are_enough(house: Bench) -> None:
    for n in range(1, 9):
        write(house, n, str(n // 2))
    assert [amount for _, _, amount, _ in found(house)] == ["4", "3", "2"]


async def test_what_was_not_told_or_not_placed_says_nothing(house: Bench) -> None:
    write(house, 1, None)
    for n, outcome in enumerate(("refused", "not_sent", "unknown"), 2):
        write(house, n, "12", outcome=outcome)
    write(house, 5, "12", quantity="many")
    with writing(house.database) as tx:
        write_elsewhere = new(6, account="other", answers=json.dumps({"product_id": FANS}))
        orders.insert(tx, write_elsewhere)
    assert found(house) == []
    write(house, 7, "12")
    assert found(house) == [(7, 1000, "12", 1)]


async def test_another_customers_costs_are_not_this_ones(house: Bench) -> None:
    write(house, 1, "12")
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET identity = 'elsewhere' WHERE reference = '1'")
    assert found(house) == []


async def test_an_order_of_several_products_says_nothing_of_one(house: Bench) -> None:
    items = [{"variant": 1, "pieces": 2, "about": CUP}, {"variant": 2, "pieces": 1, "about": CUP}]
    with writing(house.database) as tx:
        answers = json.dumps({"kind": "goods", "items": items, "amount": 5})
        orders.insert(tx, new(1, account="shop", answers=answers))
        told = details_as_text(ProgressDetails(Money(Decimal(5), "CNY")))
        tx.execute("UPDATE orders SET stage = 'settled', outcome = 'placed', progress = $1", told)
    assert costs_of(reading(house.database), "shop", BASKET.form, "1") == ()


async def test_only_the_newest_orders_of_the_account_are_looked_at(house: Bench) -> None:
    write(house, 1, "12")
    for n in range(2, LOOKED_AT + 2):
        write(house, n, "9", LIKES)
    assert found(house) == []


async def test_parcels_count_where_each_recipient_gets_one(house: Bench) -> None:
    recipients = [RECIPIENT, RECIPIENT | {"consignee": "李小红"}]
    for n, to in ((1, recipients), (2, recipients[:1])):
        write(house, n, "3", "614")
        with writing(house.database) as tx:
            answers = json.dumps(gifts(recipients=to).model_dump(mode="json"))
            tx.execute("UPDATE orders SET answers = $2 WHERE reference = $1", str(n), answers)
    costs = costs_of(reading(house.database), "shop", DamaijiaForm, "614")
    assert [(cost.quantity, cost.parcels) for cost in costs] == [(1, 1), (1, 2)]
    said = cost_lines(WORDS, costs)
    assert "×1 cost 3 points" in said[0]
    assert "×1 to 2 recipients cost 3 points" in said[1]


async def test_what_a_supplier_said_with_its_yes_counts_where_it_says_nothing_later(house: Bench) -> None:
    write(house, 1, None)
    said = {"remarks": [{"code": "amount", "params": {"amount": "6", "currency": "points"}}]}
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET details = $1", json.dumps(said))
    assert found(house) == [(1, 1000, "6", 1)]
