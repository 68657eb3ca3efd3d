"""The whole sandbox with somebody at its page, for tests that follow orders from the first question on."""

import asyncio
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from bot.sandbox.launcher import Sandbox

PATIENCE = 20


@dataclass
class Desk:
    running: Sandbox
    page: Page

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def last(self) -> Locator:
        return self.page.locator(".message:not(.mine)").last

    def card(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title, exact=True)

    async def asks(self, start: str) -> None:
        await expect(self.last.locator(".said")).to_contain_text(start)

    async def answer(self, question: str, text: str) -> None:
        await self.asks(question)
        await self.says(text)

    async def tap(self, question: str, label: str) -> None:
        await self.asks(question)
        await self.last.get_by_role("button", name=label, exact=True).click()

    async def says(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    async def order_goods(self, *, listed: bool = False) -> None:
        """An order at the AnqiCMS shop, up to its summary; `listed`: once its catalogue, and so the price, is known."""
        await self.says("/order")
        await self.tap("Where would you like to order?", "AnqiCMS")
        await self.tap("Order type · ", "goods")
        await self.asks("Product · ")
        if listed:
            await self.finds("xhlj", "西湖龙井 特级 250克 · CN¥380.00")
        await self.says("188")
        await self.answer("Quantity · ", "2")
        await self.finish_goods()

    async def finish_goods(self) -> None:
        await self.tap("Items", "Done")
        await self.tap("Note · ", "Skip")
        await self.tap("Recipient · ", "Skip")
        await self.asks("Summary")

    async def finds(self, words: str, label: str) -> Locator:
        """The button of a product that these words find, once the catalogue has been read."""
        shown, found = self.page.locator(".message"), self.last.get_by_role("button", name=label, exact=True)
        async with asyncio.timeout(PATIENCE):
            while not await found.count():
                before = await shown.count()
                await self.says(words)
                await expect(shown).to_have_count(before + 2)
        return found

    async def knows_products(self, account: str, title: str) -> None:
        """Wait until the account's catalogue is known to the bot."""
        await self.says(f"/order {account}")
        await self.asks("Product · ")
        shown, found = self.page.locator(".message"), self.last.locator(".keys").get_by_role("button", name=title)
        async with asyncio.timeout(PATIENCE):
            while not await found.count():
                before = await shown.count()
                await self.says(title)
                await expect(shown).to_have_count(before + 2)
        await self.last.get_by_role("button", name="Cancel").click()
        await self.asks("Cancelled")
