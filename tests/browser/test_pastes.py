"""What customers wrote, pasted on the page: several orders stand in one message, and one tap places them."""

import asyncio
import re
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.sheets.read import read
from bot.sheets.write import listed
from providers.simulators.damaijia.shelf import EXAMPLE_ROWS, EXAMPLES
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
    await desk.asks("2 of 3 orders ready · Damaijia")
    await desk.last.get_by_role("button", name="3", exact=True).click()
    await desk.answer("Phone · ", "13800000003")
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


async def test_a_sheet_that_is_dropped_comes_back_with_what_became_of_each_row(desk: Desk) -> None:
    damaijia = desk.running.simulators[2]
    await desk.knows_products("damaijia", "Tissues")
    heading, *rows = EXAMPLE_ROWS
    dropped = b64encode(listed("Orders", heading, rows)).decode()
    await desk.page.evaluate(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name));
            const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
            document.getElementById("scroller").dispatchEvent(drop);
        }""",
        ["九月.xlsx", dropped],
    )
    await expect(desk.page.locator(".message.mine .file").last).to_have_text(re.compile("^九月.xlsx · "))
    await desk.tap("None of 5 orders ready yet", "Without Sender")
    await desk.asks("4 of 5 orders ready")
    await desk.last.get_by_role("button", name="Confirm 4 orders").click()
    await expect(desk.page.get_by_text("All 4 placed").last).to_be_visible()
    assert len(damaijia.ledger) == 4
    returned = desk.page.locator(".message:not(.mine) .file").last
    await expect(returned).to_be_visible()
    async with desk.page.expect_download() as keeping:
        await returned.click()
    kept = await keeping.value
    content = await asyncio.to_thread(Path(await kept.path()).read_bytes)
    sheet = read(content, kept.suggested_filename, lambda cells: cells[0] == heading[0])
    assert [row.cells[0] for row in sheet.rows] == ["D-001", "D-002", "D-003", "D-004", "D-005"]
    numbers = [order.number for order in damaijia.ledger]
    assert [row.cells[len(heading)] for row in sheet.rows if row.cells[0] != "D-003"] == numbers


async def test_a_sheet_to_try_is_a_click(desk: Desk) -> None:
    await desk.knows_products("damaijia", "Tissues")
    await desk.page.get_by_role("button", name="Send something that is not a text").click()
    await desk.page.get_by_role("button", name="Try: a sheet").last.click()
    await desk.asks("None of 5 orders ready yet · Damaijia")
