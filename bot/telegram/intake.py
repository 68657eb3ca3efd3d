"""The two ways in which updates come: asked for by polling, or brought by webhook.

The rest of the bot is the same for both: each prepares something at Telegram, runs, and says if it hears anything.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from aiohttp import web

from bot.clock import SECOND, Watch
from bot.settings.addresses import ListenAddress
from bot.settings.model import TelegramSettings
from bot.telegram.arrivals import Arrivals
from bot.telegram.client import Client
from bot.telegram.hearing import by_polling, by_webhook
from bot.telegram.receive import Inbox
from bot.telegram.registration import Registration
from bot.telegram.under_way import UnderWay
from bot.telegram.webhook import WebhookReceiver


class Intake(Protocol):
    """A way in. `open` is held open around all work, `prepare` is called once Telegram has accepted the token."""

    def open(self, routes: Sequence[web.RouteDef], /) -> AbstractAsyncContextManager[None]:
        """Listen for what comes by itself, and for whoever asks for the `routes`. Raises ListenError."""

    async def prepare(self) -> None:
        """Tell Telegram how updates are to come. Raises TelegramError."""

    async def run(self) -> None:
        """Run until cancelled. Raises TelegramRefusedError."""

    def fault(self) -> str:
        """Say in a few words why updates may not come; empty when they come as they should."""


class PollingIntake:
    """Updates are asked for."""

    def __init__(self, client: Client, inbox: Inbox) -> None:
        self._client = client
        self._inbox = inbox

    @asynccontextmanager
    async def open(self, _routes: Sequence[web.RouteDef], /) -> AsyncIterator[None]:
        """Nothing listens here, so that nobody can ask for anything."""
        yield

    async def prepare(self) -> None:
        """Remove a webhook, with which Telegram would refuse every poll. Raises TelegramError."""
        await self._client.delete_webhook(drop_pending_updates=False)
        self._inbox.heard()

    async def run(self) -> None:
        await self._inbox.poll()

    def fault(self) -> str:
        return by_polling(self._inbox.silence)


class WebhookIntake:
    """Updates are brought, at `at`, which Telegram knows as `registration.url`."""

    def __init__(
        self, inbox: Inbox, receiver: WebhookReceiver, registration: Registration, at: ListenAddress, clock: Watch
    ) -> None:
        self._clock = clock
        self._inbox = inbox
        self._receiver = receiver
        self._registration = registration
        self._at = at

    @asynccontextmanager
    async def open(self, routes: Sequence[web.RouteDef], /) -> AsyncIterator[None]:
        """Listen while the block runs, for Telegram and for whoever asks for the `routes`. Raises ListenError."""
        async with self._receiver.open(self._at, routes):
            yield

    async def prepare(self) -> None:
        await self._registration.register()
        self._inbox.heard()

    async def run(self) -> None:
        receiving = asyncio.create_task(self._receiver.run())
        looking = asyncio.create_task(self._registration.run())
        try:
            await asyncio.wait({receiving, looking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            looking.cancel()
            receiving.cancel()
            ended = await asyncio.gather(looking, receiving, return_exceptions=True)
            await self._inbox.close()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def fault(self) -> str:
        return by_webhook(self._registration.state, self._registration.url, self._clock() // SECOND)


def webhook_intake(
    client: Client, inbox: Inbox, under_way: UnderWay, settings: TelegramSettings, clock: Watch
) -> WebhookIntake:
    """The way in of `mode = "webhook"`."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        raise ValueError("webhook mode needs an address and a secret")  # the settings have seen to it
    url, secret = settings.webhook_url, settings.webhook_secret.get_secret_value()
    receiver = WebhookReceiver(Arrivals(inbox, under_way), url, secret, heard=inbox.heard)
    registration = Registration(client, url, secret, forward=clock.forward, heard=inbox.heard)
    return WebhookIntake(inbox, receiver, registration, settings.address, clock)
