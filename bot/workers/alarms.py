"""Tells the admins what goes wrong by itself and stays so: a supplier out of reach, orders that nobody decides about.

Each of them is told once, not each time somebody looks, and a restart tells none again.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bot.clock import SECOND
from bot.desk.unit import Unit
from bot.journal.views import view
from bot.monitoring.reach import Reach
from bot.words import alarms as words_of
from bot.workers.loop import Loop
from bot.workers.reports import Reports
from providers.base import ChecksCredentials, Provider
from providers.errors import ProviderError
from storage import alarms, unknown
from storage.orders import Order

log = logging.getLogger(__name__)
EVERY: Final = 30.0
"""Seconds between two looks."""
SEEN_TWICE: Final = 2
"""Requests that must have come to nothing: one may have been unlucky."""
ASKED_AGAIN_AFTER: Final = 60.0
"""Seconds after which a supplier that didn't answer is asked by us, where nobody else does; then with every look."""
ASKED_WITHIN: Final = 20.0
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until an alarm is told."""

    unreachable: float
    unknown: float


class Alarms:
    """Looks at suppliers and open orders now and then."""

    def __init__(
        self, reports: Reports, providers: Mapping[str, Provider[Any]], reach: Reach, patience: Patience
    ) -> None:
        self._reports = reports
        self._desk = reports.desk
        self._providers = providers
        self._reach = reach
        self._patience = patience
        self._loop = Loop("alarms could not be told", self.look, after_a_fault=EVERY)

    def wake(self) -> None:
        """The clock was moved."""
        self._loop.wake()

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def look(self) -> float:
        """Tell what is to be told now; returns the seconds until the next look. Raises StorageError."""
        await self._ask_again()
        await self._tell_of_suppliers()
        await self._tell_of_orders()
        return EVERY

    async def _ask_again(self) -> None:
        """Ask suppliers that didn't answer for something harmless: else an account that nobody uses stays out."""
        now = self._desk.clock.forward()
        silent = [
            provider
            for account, out in self._reach.out().items()
            if now - out.since >= ASKED_AGAIN_AFTER * SECOND
            and isinstance(provider := self._providers[account], ChecksCredentials)
        ]
        await asyncio.gather(*(_ask(provider) for provider in silent))

    async def _tell_of_suppliers(self) -> None:
        known = await self._desk.database.read(alarms.told, alarms.UNREACHABLE)
        out = self._reach.out()
        now, forward = self._desk.now(), self._desk.clock.forward()
        since = {account: now - (forward - one.since) for account, one in out.items()}
        late = {
            account
            for account, one in out.items()
            if one.failures >= SEEN_TWICE and forward - one.since >= self._patience.unreachable * SECOND
        }
        answered = self._reach.answering()
        if late <= known.keys() and not known.keys() & answered and known.keys() <= self._providers.keys():
            return

        def work(unit: Unit) -> None:
            told = alarms.told(unit.tx, alarms.UNREACHABLE)
            for account in sorted(late - told.keys()):
                told[account] = since[account]
                title, gone = self._title(account), (now - since[account]) / SECOND
                self._reports.post_to_admins(unit, partial(words_of.unreachable, account=title, seconds=gone))
            for account in sorted(told.keys() & answered):
                title, gone = self._title(account), max(now - told[account], 0) / SECOND
                self._reports.post_to_admins(unit, partial(words_of.reached_again, account=title, seconds=gone))
            on = {account: at for account, at in told.items() if account in self._providers and account not in answered}
            alarms.set_told(unit.tx, alarms.UNREACHABLE, on)

        await self._desk.run(work)

    async def _tell_of_orders(self) -> None:
        known = await self._desk.database.read(alarms.told, alarms.UNKNOWN)
        before = self._desk.now() - int(self._patience.unknown * SECOND)
        found = await self._desk.database.read(unknown.open_orders, _MOST)
        if _old(found, before).keys() <= known.keys() <= {order.reference for order in found}:
            return

        def work(unit: Unit) -> None:
            told = alarms.told(unit.tx, alarms.UNKNOWN)
            old = _old(unknown.open_orders(unit.tx, _MOST), before)
            for admin in sorted(self._desk.staff.admins):
                # Who ordered it has its card, and is reminded of it.
                new = [one for one in old.values() if one.reference not in told and one.user_id != admin]
                if new:
                    self._list(unit, admin, new)
            alarms.set_told(unit.tx, alarms.UNKNOWN, {one.reference: one.settled_at or 0 for one in old.values()})

        await self._desk.run(work)

    def _list(self, unit: Unit, admin: int, orders: Sequence[Order]) -> None:
        words = self._desk.outgoing.words(unit.tx, admin)
        listed = [(view(order), self._title(order.account)) for order in orders]
        self._desk.outgoing.post(unit, admin, words_of.left_open(words, listed, self._patience.unknown))

    def _title(self, account: str) -> str:
        found = self._desk.accounts.get(account)
        return found.title if found else account


async def _ask(provider: ChecksCredentials) -> None:
    """Make one request, whatever comes of it: that it was answered is seen where requests are made."""
    try:
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(ASKED_WITHIN):
                await provider.check_credentials()
    except Exception:
        log.exception("a supplier could not be asked if it is there")


def _old(orders: Sequence[Order], before: int) -> dict[str, Order]:
    """Those that have been of unknown outcome since before a time, by reference."""
    return {one.reference: one for one in orders if one.settled_at is not None and one.settled_at <= before}
