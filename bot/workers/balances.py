"""Reads balances: now and then and after orders, for the warnings and the floor; and at once for whoever asks."""

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.conversation.events import BalancesRead
from bot.conversation.requests import ReadBalances, RefreshBalance
from bot.conversation.state import ConversationKey
from bot.conversation.views import BalanceView
from bot.desk.desk import Desk
from bot.journal.rules import SECOND
from bot.workers import reports
from bot.workers.loop import TaskSet
from providers.base import Provider, ReadsBalance
from providers.errors import ProviderError
from providers.orders import Balance
from storage import balances
from storage.errors import StorageError

log = logging.getLogger(__name__)
EVERY = 3600.0
"""Seconds between two readings when nothing happens."""
PAUSE = 30.0
"""Seconds for which a balance that was read is new enough, and at least between two readings by themselves."""
WITHIN = 5.0
"""Seconds that an account has for telling its balance."""
AGAIN = 1.0
"""Seconds until a storage that failed is tried again."""


class BalanceWatch:
    """Knows the balances of the accounts that tell one, side by side; one that doesn't answer holds up no other."""

    def __init__(self, desk: Desk, providers: Mapping[str, Provider[Any]]) -> None:
        self._desk = desk
        self._providers = {name: found for name, found in providers.items() if isinstance(found, ReadsBalance)}
        self._silent = [name for name in providers if name not in self._providers]
        self._woken = asyncio.Event()
        self._under_way = TaskSet()

    def wake(self) -> None:
        """What became of an order is known: balances may have changed."""
        self._woken.set()

    def refresh(self, _: ConversationKey, request: RefreshBalance) -> None:
        """An order for this account has begun."""
        self._under_way.start(self._refresh(request.account))

    def tell(self, key: ConversationKey, _: ReadBalances) -> None:
        """Somebody has asked."""
        self._under_way.start(self._tell(key))

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._woken.clear()
            await self._read_all()
            try:
                async with asyncio.timeout(EVERY):
                    await self._woken.wait()
                # Orders in a row are one reading.
                await asyncio.sleep(PAUSE)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        await self._under_way.stop()

    async def _read_all(self) -> dict[str, Balance | None]:
        read = await asyncio.gather(*(self._read(account) for account in self._providers))
        return dict(zip(self._providers, read, strict=True))

    async def _read(self, account: str) -> Balance | None:
        """What is on the account now, written down."""
        found = await read_balance(self._providers[account], WITHIN)
        if found is None:
            return None
        desk = self._desk
        try:
            await desk.database.run(lambda tx: reports.note_balance(tx, desk, account, found), desk.said)
        except Exception:
            # Also a fault of our own, which must not end what reads the other balances.
            log.exception("the balance of %s could not be written down", account)
        return found

    async def _refresh(self, account: str) -> None:
        if account not in self._providers:
            return
        try:
            known = await self._desk.database.read(balances.get, account)
        except StorageError:
            log.exception("the balance of %s could not be looked up", account)
            return
        if known is None or self._desk.now() - known.read_at >= PAUSE * SECOND:
            await self._read(account)

    async def _tell(self, key: ConversationKey) -> None:
        read = await self._read_all()
        while True:
            try:
                found = tuple([await self._view(account, balance) for account, balance in read.items()])
                silent = tuple(self._title(account) for account in self._silent)
                await self._desk.report(key, BalancesRead(found, silent))
            except StorageError:
                log.exception("balances could not be told; trying again")
                await asyncio.sleep(AGAIN)
            except Exception:
                # A fault of our own stays one however often it is tried.
                log.exception("balances could not be told")
                return
            else:
                return

    async def _view(self, account: str, read: Balance | None) -> BalanceView:
        if read is not None:
            return BalanceView(self._title(account), read.amount, read.unit)
        known = await self._desk.database.read(balances.get, account)
        if known is None:
            return BalanceView(self._title(account))
        age = max(0, self._desk.now() - known.read_at)
        return BalanceView(self._title(account), Decimal(known.amount), known.unit, age)

    def _title(self, account: str) -> str:
        found = self._desk.accounts.get(account)
        return found.title if found else account


log = logging.getLogger(__name__)


async def read_balance(provider: object, within: float | None = None) -> Balance | None:
    """What is on the account; None when the supplier can't tell it, or not `within` so many seconds."""
    if not isinstance(provider, ReadsBalance):
        return None
    try:
        async with asyncio.timeout(within):
            return await provider.balance()
    except (ProviderError, TimeoutError) as error:
        log.info("the balance could not be read: %s", type(error).__name__)
    except Exception:
        log.exception("the balance could not be read")
    return None


async def balance_of(provider: object, within: float | None = None) -> str:
    """The amount as text; empty when it couldn't be read."""
    found = await read_balance(provider, within)
    return "" if found is None else str(found.amount)
