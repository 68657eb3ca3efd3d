"""Sending confirmed orders: mark as sending and commit, make one call, settle. Nothing is ever sent twice from here.

An order found as `sending` at start-up was interrupted: whether the supplier took it nobody can tell.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.conversation.answers import without_skipped
from bot.desk import Desk
from bot.orders.journal import Result, failed, placed
from providers.base import Provider
from providers.errors import ProviderError
from providers.orders import Outcome
from storage import orders
from storage.database import Database
from storage.orders import Order

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds until a storage that failed is tried again."""


class Placing:
    """Sends the confirmed orders of every account; an account that doesn't answer holds up no other."""

    def __init__(
        self, database: Database, desk: Desk, providers: Mapping[str, Provider[Any]], now: Callable[[], int], me: str
    ) -> None:
        """`me` names this process in the journal."""
        self._database = database
        self._desk = desk
        self._providers = providers
        self._now = now
        self._me = me
        self._woken = {account: asyncio.Event() for account in providers}
        self._calls: dict[str, set[asyncio.Task[None]]] = {account: set() for account in providers}

    def wake(self, account: str) -> None:
        """An order of this account was confirmed."""
        if account in self._woken:
            self._woken[account].set()

    async def recover(self) -> None:
        """At start-up, before `run`: what can't go on as if nothing had happened.

        What was being sent when the last process ended is of unknown outcome. What was confirmed for an account that
        is no longer in the settings can't be sent.
        """
        for order in await orders.abandoned(self._database):
            await self._desk.settle(order.reference, Result(Outcome.UNKNOWN, code="interrupted"))
        for account in await orders.confirmed_accounts(self._database):
            while account not in self._providers and (found := await self._claim(account, 100)):
                for order in found:
                    await self._desk.settle(order.reference, Result(Outcome.NOT_SENT, code="account_gone"))

    async def run(self) -> None:
        """Run until cancelled. Calls in flight go on; `drain` waits for them."""
        await asyncio.gather(*(self._run_account(account) for account in self._providers))

    async def drain(self, grace: float) -> None:
        """Wait at most `grace` seconds for the calls in flight, then give them up: they become unknown at start-up."""
        calls = [call for found in self._calls.values() for call in found]
        if calls:
            _, unfinished = await asyncio.wait(calls, timeout=grace)
            for call in unfinished:
                call.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _run_account(self, account: str) -> None:
        woken, calls = self._woken[account], self._calls[account]
        at_once = self._providers[account].creates_at_once
        while True:
            woken.clear()
            try:
                claimed = await self._claim(account, at_once - len(calls))
            except Exception:
                log.exception("orders of %s could not be read from the journal; trying again", account)
                await asyncio.sleep(AGAIN)
                continue
            for order in claimed:
                call = asyncio.create_task(self._send(order))
                calls.add(call)
                call.add_done_callback(calls.discard)
                call.add_done_callback(lambda _: woken.set())
            await woken.wait()

    async def _claim(self, account: str, limit: int) -> list[Order]:
        if limit <= 0:
            return []
        async with self._database.transaction() as tx:
            return await orders.claim(tx, account, self._me, self._now(), limit)

    async def _send(self, order: Order) -> None:
        result = await self._call(self._providers[order.account], order)
        # What the supplier said must not be lost to a storage that fails for a moment.
        while True:
            try:
                await self._desk.settle(order.reference, result)
            except Exception:
                log.exception("the outcome of order %s could not be recorded; trying again", order.reference)
                await asyncio.sleep(AGAIN)
            else:
                return

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
