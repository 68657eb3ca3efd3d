"""What customers wrote, pasted on the page: several orders stand in one message, and one tap places them."""

import pytest
from playwright.async_api import expect

from providers.simulators.damaijia.shelf import EXAMPLES
from tests.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_twenty_orders_are_a_paste_and_a_tap(desk: Desk) -> None:
    guoguo = desk.running.simulators[0]
    await desk.knows_products("guoguo", "Instagram likes")
    await desk.page.get_by_role("button", name="Send something that is not a text").click()
    await desk.page.get_by_role("button", name="Try: twenty orders").last.click()
    await desk.asks("20 orders ready · GuoGuo")
    await desk.last.get_by_role("button", name="Confirm 20 orders").click()
    await desk.asks("All 20 placed")
    assert len(guoguo.ledger) == 20


async def test_a_parcel_that_lacks_something_is_put_right_in_its_place(desk: Desk) -> None:
    damaijia = desk.running.simulators[2]
    await desk.knows_products("damaijia", "Tissues")
    await desk.says(EXAMPLES["three parcels"])
    await desk.asks("None of 3 orders ready yet · Damaijia")
    await desk.last.get_by_role("button", name="Without Sender").click()
    await desk.last.get_by_role("button", name="3", exact=True).click()
    await desk.answer("Phone · ", "13800000003")
    await desk.tap("Sender · ", "Skip")
    await desk.asks("3 orders ready")
    await desk.last.get_by_role("button", name="Confirm 3 orders").click()
    await desk.asks("All 3 placed")
    assert len(damaijia.ledger) == 3


async def test_an_empty_chat_has_texts_to_try(desk: Desk) -> None:
    await desk.knows_products("damaijia", "Tissues")
    await desk.page.get_by_role("button", name="小陳").click()
    await expect(desk.page.get_by_role("button", name="Send /order")).to_be_visible()
    await desk.page.get_by_role("button", name="Try: five recipients").first.click()
    await desk.asks("寄件人 · ")
