"""The chat page with a scripted bot behind it, for tests that read, type and tap."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page
from telegram import Bot

from bot.clock import Clock
from bot.sandbox.standin import StandIn

PERSON = 111111111
COLLEAGUE = 222222222


@dataclass
class Chat:
    clock: Clock
    telegram: StandIn
    bot: Bot
    page: Page

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def commands(self) -> Locator:
        return self.page.get_by_role("listbox", name="Commands").get_by_role("option")

    def message(self, number: int) -> Locator:
        return self.page.locator(f"[data-message-id='{number}']")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def texts(self, count: int) -> list[str]:
        """What the person has written, once there are `count` messages in all."""
        messages = await self.telegram.wait_for(PERSON, lambda found: len(found) >= count)
        return [message.text for message in messages if message.sender == PERSON]

    async def tapped(self) -> str:
        """The data of the newest tap, which is then answered with a toast."""
        query = None
        while query is None:
            query = (await self.bot.get_updates(timeout=5))[-1].callback_query
        await query.answer(f"Heard {query.data}")
        return str(query.data)
