"""The whole sandbox in a browser: the real bot takes orders by clicking and typing, and suppliers fail on demand."""

import json
import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_whole_order_is_placed_by_clicking_and_typing(desk: Desk) -> None:
    shop = desk.running.simulators[3]
    await desk.order_goods()
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    (order,) = shop.ledger
    await expect(desk.last.locator("code").first).to_have_text(order.number)

    card = desk.card("AnqiCMS")
    await expect(card).to_contain_text("holds 1 order")
    await expect(card.locator("summary .outcome")).to_have_text("placed")
    shown = await card.locator(".received pre").inner_text()
    line, _, body = shown.partition("\n")
    assert line == "POST /api/order/create"
    assert json.loads(body) == order.body
    await expect(desk.card("GuoGuo")).to_contain_text("holds no orders")


async def test_a_dropped_line_is_told_as_unknown_and_the_order_is_found_by_a_tap(desk: Desk) -> None:
    shop = desk.running.simulators[3]
    card = desk.card("AnqiCMS")
    await card.get_by_role("button", name="Take it, drop the line").click()
    await expect(card).to_contain_text("Next order: taken, line dropped")
    await desk.order_goods()
    await desk.tap("Summary", "Confirm")
    await expect(desk.page.get_by_text("Outcome unknown")).to_be_visible()
    await expect(card.locator("summary .outcome")).to_have_text("taken, line dropped")
    await expect(card).to_contain_text("Next order: answered as usual")
    (order,) = shop.ledger

    await desk.tap("Please check an order", f"It is {order.number}")
    await desk.asks("Placed")
    await expect(desk.last.locator("code").first).to_have_text(order.number)
    await expect(desk.page.get_by_text("Outcome unknown")).to_have_count(0)
    assert len(shop.received) == 1


async def test_the_same_order_again_says_who_has_ordered_it(desk: Desk) -> None:
    shop = desk.running.simulators[3]
    await desk.order_goods()
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    await desk.order_goods()
    await desk.asks("The same was ordered before: Mei, ")
    await desk.asks(shop.ledger[0].number)
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    assert len(shop.ledger) == 2


async def test_a_refusal_is_told_and_a_reset_takes_it_back(desk: Desk) -> None:
    shop = desk.running.simulators[3]
    card = desk.card("AnqiCMS")
    await card.get_by_role("combobox").select_option("-1")
    await card.get_by_role("button", name="Refuse").click()
    await expect(card).to_contain_text("Next order: refused (-1)")
    await desk.order_goods()
    await desk.tap("Summary", "Confirm")
    await expect(desk.page.get_by_text("Not placed")).to_be_visible()
    assert shop.ledger == []

    await card.get_by_role("button", name="Refuse").click()
    await card.get_by_role("button", name="Reset AnqiCMS").click()
    await expect(card).to_contain_text("Next order: answered as usual")
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    assert len(shop.ledger) == 1


async def test_a_day_later_on_the_page_a_colleague_orders_the_same_and_nobody_takes_it_for_a_repeat(
    desk: Desk,
) -> None:
    shop = desk.running.simulators[3]
    await desk.order_goods()
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    await desk.page.get_by_role("button", name="+1 day").click()
    await desk.page.get_by_role("button", name="小陳").click()
    await expect(desk.page.get_by_role("button", name="Send /order")).to_be_visible()
    await desk.says("/language")
    await desk.last.get_by_role("button", name="English", exact=True).click()
    await desk.order_goods()
    await expect(desk.last).not_to_contain_text("The same was ordered before")
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    first, second = shop.ledger
    await desk.asks(second.number)
    assert 86_400 <= (second.taken_at - first.taken_at).total_seconds() < 86_400 + 60
    await desk.page.get_by_role("button", name=re.compile("^Mei")).click()
    await desk.asks(f"Order number: {first.number}")
