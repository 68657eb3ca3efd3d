from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from telegram import Bot, BotCommand

from bot.clock import Clock
from bot.sandbox.launcher import sandbox
from bot.sandbox.page_routes import ChatPage
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from bot.sandbox.suppliers import SupplierCard
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.browser.chat import COLLEAGUE, PERSON, Chat
from tests.browser.desk import Desk
from tests.chromium import chromium


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of its own; whatever the browser complained about fails the test."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(15_000)
    fresh = await context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    fresh.on("console", note)
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    yield fresh
    await context.close()
    # A refused connection is what the browser says when a test stops the sandbox.
    assert [said for said in complaints if "ERR_CONNECTION_REFUSED" not in said] == []


@pytest_asyncio.fixture(loop_scope="session")
async def chat(page: Page) -> AsyncIterator[Chat]:
    clock = Clock()
    telegram = StandIn(now=clock.seconds)
    telegram.add_person(PERSON, "You", started=True)
    telegram.add_person(COLLEAGUE, "Colleague", started=True)
    async with AnqiCmsSimulator() as shop:
        ChatPage(telegram, [Seat(PERSON), Seat(COLLEAGUE)], [SupplierCard(shop)], clock).add_routes()
        async with telegram, Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
            await bot.set_my_commands([BotCommand("order", "Place an order"), BotCommand("orders", "The latest")])
            await page.goto(telegram.url)
            yield Chat(clock, telegram, bot, page)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(page: Page) -> AsyncIterator[Desk]:
    async with sandbox(0) as running:
        await running.standin.wait_for_call("getUpdates", timeout=20)
        await page.goto(running.standin.url)
        yield Desk(running, page)
