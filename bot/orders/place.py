"""Sending confirmed orders: mark as sending and commit, make one call, settle. Nothing is ever sent twice from here.

An order found as `sending` at start-up was interrupted: whether the supplier took it nobody can tell.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.conversation.answers import without_skipped
from bot.orders.balance import balance_of
from bot.orders.journal import Result, failed, placed
from bot.orders.outcomes import Outcomes
from bot.orders.rules import SECOND
from providers.base import Provider
from providers.errors import ProviderError
from providers.orders import Outcome
from storage import sending
from storage.database import Database
from storage.errors import StorageError
from storage.orders import Order

log = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN = 1.0
"""Seconds until a storage that failed is tried again."""
BALANCE_WITHIN = 3.0
"""Seconds that an order waits for the balance to be read."""
_EVER = 2**63 - 1
INTERRUPTED = "interrupted"


class Placing:
    """Sends the confirmed orders of every account; an account that doesn't answer holds up no other."""

    def __init__(
        self,
        database: Database,
        outcomes: Outcomes,
        providers: Mapping[str, Provider[Any]],
        now: Callable[[], int],
        me: str,
    ) -> None:
        """`me` names this process in the journal."""
        self._database = database
        self._outcomes = outcomes
        self._providers = providers
        self._now = now
        self._me = me
        self._rules = outcomes.desk.rules
        self._woken = {account: asyncio.Event() for account in providers}
        self._calls: dict[str, set[asyncio.Task[None]]] = {account: set() for account in providers}
        self._starting: set[asyncio.Task[int]] = set()

    def wake(self, account: str) -> None:
        """An order of this account was confirmed."""
        if account in self._woken:
            self._woken[account].set()

    def wake_all(self) -> None:
        """An order may be due that nobody has just confirmed."""
        for woken in self._woken.values():
            woken.set()

    async def recover(self) -> None:
        """At start-up, before `run`: what can't go on as if nothing had happened.

        What was being sent when the last process ended is of unknown outcome. What was confirmed for an account that
        is no longer in the settings can't be sent.
        """
        for order in await sending.abandoned(self._database):
            await self._outcomes.settle(order, Result(Outcome.UNKNOWN, code=INTERRUPTED))
        for account in await sending.confirmed_accounts(self._database):
            while account not in self._providers and (found := await self._claim(account, 100, due=_EVER)):
                for order in found:
                    await self._outcomes.settle(order, Result(Outcome.NOT_SENT, code="account_gone"))

    async def run(self) -> None:
        """Run until cancelled. Calls in flight go on; `drain` waits for them."""
        await asyncio.gather(*(self._run_account(account) for account in self._providers))

    async def drain(self, grace: float) -> None:
        """Wait at most `grace` seconds for the calls in flight, then give them up: they become unknown at start-up."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        calls = [call for found in self._calls.values() for call in found]
        if calls:
            log.info("stopping; %d calls to suppliers get %g s to end", len(calls), grace)
            _, unfinished = await asyncio.wait(calls, timeout=grace)
            for call in unfinished:
                call.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _run_account(self, account: str) -> None:
        woken, calls = self._woken[account], self._calls[account]
        at_once = self._providers[account].creates_at_once
        while True:
            woken.clear()
            # To its end, also when we are stopped meanwhile: what was claimed is sent, and `drain` waits for it.
            starting = asyncio.create_task(self._start_due(account))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)
            try:
                started = await asyncio.shield(starting)
                due_at = await sending.next_claim_at(self._database, account) if len(calls) < at_once else None
            except StorageError:
                log.exception("orders of %s could not be read; trying again", account)
                await asyncio.sleep(AGAIN)
                continue
            if not started or len(calls) >= at_once:
                await self._wait(woken, due_at)

    async def _start_due(self, account: str) -> int:
        """Claim what is due and begin to send it; returns how many."""
        woken, calls = self._woken[account], self._calls[account]
        claimed = await self._claim(account, self._providers[account].creates_at_once - len(calls))
        for order in claimed:
            call = asyncio.create_task(self._send(order))
            calls.add(call)
            call.add_done_callback(calls.discard)
            call.add_done_callback(lambda _: woken.set())
        return len(claimed)

    async def _wait(self, woken: asyncio.Event, due_at: int | None) -> None:
        """Until an order is confirmed, a call ends, or one that waits to be tried again is due."""
        wait = None if due_at is None else max(0.0, (due_at - self._now()) / SECOND)
        try:
            async with asyncio.timeout(wait):
                await woken.wait()
        except TimeoutError:
            return

    async def _claim(self, account: str, limit: int, due: int | None = None) -> list[Order]:
        if limit <= 0:
            return []
        async with self._database.transaction() as tx:
            return await sending.claim(tx, account, self._me, self._now(), limit, due=due)

    async def _send(self, order: Order) -> None:
        provider = self._providers[order.account]
        await self._announced(provider, order)
        result = await self._call(provider, order)
        left = self._rules.retries - order.tries
        if result.unreached and left >= 0:
            wait = self._rules.wait_after(order.tries)
            if await self._patiently(lambda: self._outcomes.postpone(order, result, wait, left + 1)):
                return
        await self._patiently(lambda: self._outcomes.settle(order, result))

    async def _announced(self, provider: Provider[Any], order: Order) -> None:
        """What would be good to have said and noted before; the order does not wait for it.

        The later it went out, the less would its time tell where to look for it.
        """
        try:
            if order.tries > 1:
                await self._outcomes.trying_again(order)
            if amount := await balance_of(provider, BALANCE_WITHIN):
                await self._outcomes.balance_read(order, amount)
        except StorageError:
            log.exception("order %s: nothing could be noted before it was sent", order.reference)

    async def _patiently(self, record: Callable[[], Awaitable[T]]) -> T:
        """What the supplier said must not be lost to a storage that fails for a moment."""
        while True:
            try:
                return await record()
            except StorageError:
                log.exception("what became of an order could not be recorded; trying again")
                await asyncio.sleep(AGAIN)

    async def _call(self, provider: Provider[Any], order: Order) -> Result:
        """The one call. Whatever is raised after it began, and isn't known to mean "not placed", is unknown."""
        try:
            form = provider.form.model_validate(without_skipped(json.loads(order.answers)))
        except (ValidationError, ValueError, LookupError, TypeError):
            # The form changed between Confirm and now: nothing was sent, and the draft is asked again.
            return Result(Outcome.NOT_SENT, code="form_changed")
        try:
            return placed(await provider.place(form, order.reference))
        except ProviderError as error:
            return failed(error)
        except Exception as error:
            log.exception("order %s: the outcome is unknown", order.reference)
            return failed(error)
