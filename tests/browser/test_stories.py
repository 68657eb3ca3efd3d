"""Whole stories in the sandbox: the catalogue, the clock, a colleague, inline mode, and a price that moves."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_order_picked_from_the_catalogue_is_followed_by_the_clock_and_by_a_colleague(desk: Desk) -> None:
    shop, panel = desk.running.simulators[3], desk.card("AnqiCMS")
    await desk.says("/order anqicms")
    await desk.tap("Order type · ", "goods")
    await desk.asks("Product · ")
    await (await desk.finds("xhlj", "西湖龙井 特级 250克 · CN¥380.00")).click()
    await desk.answer("Quantity · ", "2")
    await desk.finish_goods()
    await desk.asks("×2 · CN¥380.00 = CN¥760.00")
    await desk.tap("Summary", "Confirm")
    await desk.asks("Status: awaiting payment")
    (order,) = shop.ledger
    placed = desk.page.locator(".message", has_text="Placed · AnqiCMS")
    await expect(panel.locator(".held")).to_contain_text(re.compile(f"{order.number}.*waiting"))

    await desk.page.get_by_role("button", name="+1 h").click()
    await expect(placed).to_contain_text("Status: shipped")
    await expect(placed.locator(".copies")).to_be_visible()
    # News wait for others for a minute, and come without a sound.
    await desk.page.get_by_role("button", name="+10 min").click()
    await desk.asks("Order shipped · AnqiCMS")
    await desk.asks("→ shipped")
    await expect(desk.last.locator(".silent")).to_be_visible()
    await expect(panel.locator(".held")).to_contain_text("delivery")

    await desk.page.get_by_role("button", name="小陳").click()
    await desk.says(f"/status {order.number}")
    await desk.asks(str(order.number))
    await desk.asks("Mei")
    await desk.last.locator(".copies").click()
    await expect(desk.page.get_by_text("Copied")).to_be_visible()
    assert (await desk.page.evaluate("navigator.clipboard.readText()")).startswith("SF")


async def test_what_is_chosen_after_the_bots_name_is_ordered(desk: Desk) -> None:
    options = desk.page.get_by_role("listbox", name="Results").get_by_role("option")
    await desk.says("/order citiesocial")
    await desk.asks("Product · ")
    await desk.finds("sgz", "手工皂 6 · NT$150")
    await desk.says("/cancel")
    await desk.asks("Cancelled")
    await desk.box.fill("@orderbot_sandbox_bot tea set")
    await expect(options).to_have_count(1)
    await expect(options).to_contain_text("NT$1,190 each")
    await desk.box.press("Enter")
    await desk.asks("Quantity · ")
    await desk.asks("Tea set · 50 in stock · NT$1,190 each")

    # With a draft open, the choice waits for what shall become of it.
    await desk.box.fill("@orderbot_sandbox_bot sgz")
    await expect(options).to_have_count(3)
    await desk.box.press("Enter")
    await desk.tap("Open draft · citiesocial", "Start anew")
    await desk.asks("手工皂 6 · 50 in stock · NT$150 each")


async def test_a_price_that_rises_in_the_panel_stops_the_order_until_it_is_confirmed_anew(desk: Desk) -> None:
    shop, panel = desk.running.simulators[3], desk.card("AnqiCMS")
    await desk.order_goods(listed=True)
    await desk.asks("×2 · CN¥99.00 = CN¥198.00")
    await panel.get_by_text("What it sells").click()
    await panel.get_by_role("button", name="Dearer: 188").click()
    await expect(panel.locator("[data-number='188'] output")).to_have_text("108.90")
    await desk.tap("Summary", "Confirm")
    await expect(desk.page.get_by_text("the price rose from CN¥99.00 to CN¥108.90.")).to_be_visible()
    await desk.asks("×2 · CN¥108.90 = CN¥217.80")
    assert shop.received == []

    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    assert len(shop.ledger) == 1


async def test_what_the_panel_no_longer_sells_stops_the_order_at_its_question(desk: Desk) -> None:
    shop, panel = desk.running.simulators[3], desk.card("AnqiCMS")
    await desk.order_goods(listed=True)
    await panel.get_by_text("What it sells").click()
    await panel.get_by_role("button", name="Stop selling: 188").click()
    await expect(panel.get_by_role("button", name="Sell again: 188")).to_be_focused()
    await desk.tap("Summary", "Confirm")
    await expect(desk.page.get_by_text("AnqiCMS no longer sells")).to_be_visible()
    assert shop.received == []
    await desk.answer("Product · ", "189")
    await desk.tap("Items", "Done")
    await desk.tap("Summary", "Confirm")
    await desk.asks("Order number: ")
    assert [order.body["goods_id"] for order in shop.ledger] == [189]


async def test_the_chat_is_drawn_in_the_characters_of_whoever_sits_there(desk: Desk) -> None:
    shown = desk.page.get_by_role("log", name="Messages")
    for person, language in (("小林", "zh-hans"), ("小陳", "zh-hant"), ("Mei", "en")):
        await desk.page.get_by_role("button", name=person).click()
        for part in (shown, desk.box):
            await expect(part).to_have_attribute("lang", language)
