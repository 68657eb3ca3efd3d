"""Reads balances: now and then and after orders, so that a low one is said unasked; and at once when asked for."""

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.clock import SECOND
from bot.conversation.events import BalancesRead, BalanceView
from bot.conversation.requests import ReadBalances, RefreshBalance
from bot.conversation.state import ConversationKey
from bot.desk.desk import Desk
from bot.monitoring.context import bind
from bot.workers import reports
from bot.workers.loop import Duties, Loop, TaskSet, until_stored
from providers.base import Provider, ReadsBalance
from providers.errors import ProviderError
from providers.orders import Balance
from storage import balances

log = logging.getLogger(__name__)
EVERY = 3600.0
"""Seconds between two readings when nothing happens."""
PAUSE = 30.0
"""Seconds for which a balance that was read is new enough, and at least between two readings by themselves."""
WITHIN = 5.0
"""Seconds that an account has for telling its balance."""
_COMPLAINT = "balances could not be told"


class BalanceWatch:
    """Reads the balances of the accounts that have one, side by side: one that doesn't answer holds up no other."""

    def __init__(self, desk: Desk, providers: Mapping[str, Provider[Any]]) -> None:
        self._desk = desk
        self._providers = {name: found for name, found in providers.items() if isinstance(found, ReadsBalance)}
        self._silent = [name for name in providers if name not in self._providers]
        self._loop = Loop("balances could not be read", self._turn)
        self._under_way = TaskSet()

    def wake(self) -> None:
        """An outcome is known: balances may have changed. Orders in a row are one reading."""
        self._loop.wake(PAUSE)

    @property
    def duties(self) -> Duties:
        return {RefreshBalance: self.refresh, ReadBalances: self.tell}

    def refresh(self, _: ConversationKey, request: RefreshBalance) -> None:
        """An order for this account has begun."""
        account = request.account
        self._under_way.start(self._refresh(account), f"the balance of {account} could not be looked up")

    def tell(self, key: ConversationKey, _: ReadBalances) -> None:
        """Somebody has asked."""
        self._under_way.start(self._tell(key), _COMPLAINT)

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def stop(self) -> None:
        await self._under_way.stop()

    async def _turn(self) -> float:
        await self._read_all()
        return EVERY

    async def _read_all(self) -> dict[str, Balance | None]:
        read = await asyncio.gather(*(self._read(account) for account in self._providers))
        return dict(zip(self._providers, read, strict=True))

    async def _read(self, account: str) -> Balance | None:
        """The balance now, written down. It is a task of its own."""
        bind(account=account)
        found = await read_balance(self._providers[account], WITHIN)
        if found is None:
            return None
        desk = self._desk
        try:
            await desk.run(lambda unit: reports.note_balance(unit, desk, account, found))
        except Exception:
            # Also a fault of our own, which must not end what reads the other balances.
            log.exception("the balance of %s could not be written down", account)
        return found

    async def _refresh(self, account: str) -> None:
        if account not in self._providers:
            return
        known = await self._desk.database.read(balances.get, account)
        if known is None or self._desk.now() - known.read_at >= PAUSE * SECOND:
            await self._read(account)

    async def _tell(self, key: ConversationKey) -> None:
        read = await self._read_all()

        async def report() -> None:
            found = tuple([await self._view(account, balance) for account, balance in read.items()])
            silent = tuple(self._title(account) for account in self._silent)
            await self._desk.report(key, BalancesRead(found, silent))

        await until_stored(report, _COMPLAINT)

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


async def read_balance(provider: object, within: float | None = None) -> Balance | None:
    """The balance of an account; None when the supplier can't give it, or not `within` so many seconds."""
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
