"""Sending confirmed orders: mark as sending and commit, make one call, settle. Nothing is ever sent twice from here.

Where the supplier tells its prices, they are compared before anything is marked: until then nothing can have been sent.
An order found as `sending` at start-up was interrupted: whether the supplier took it nobody can tell.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.conversation.answers import without_skipped
from bot.journal.evidence import was_sent_again
from bot.journal.rules import SECOND
from bot.journal.views import Result, failed, placed
from bot.workers import price_check
from bot.workers.balances import read_balance
from bot.workers.price_check import PriceCheck
from bot.workers.reports import Reports
from providers.base import Provider, ReadsProducts
from providers.errors import ProviderError
from providers.orders import Outcome, Remark
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


class Sender:
    """Sends the confirmed orders of every account; an account that doesn't answer holds up no other."""

    def __init__(
        self,
        database: Database,
        outcomes: Reports,
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
        self._in_hand: set[str] = set()
        self._stopping = asyncio.Event()

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
        for order in await self._database.read(sending.abandoned):
            await self._outcomes.settle(order, Result(Outcome.UNKNOWN, code=INTERRUPTED))
        for account in await self._database.read(sending.confirmed_accounts):
            while account not in self._providers and (found := await self._claim(account, 100, due=_EVER)):
                for order in found:
                    await self._outcomes.settle(order, Result(Outcome.NOT_SENT, code="account_gone"))

    async def run(self) -> None:
        """Run until cancelled. Calls in flight go on; `drain` waits for them."""
        self._stopping.clear()
        await asyncio.gather(*(self._run_account(account) for account in self._providers))

    async def drain(self, grace: float) -> None:
        """Wait at most `grace` seconds for the calls in flight, then give them up: they become unknown at start-up."""
        self._stopping.set()
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
        provider = self._providers[account]
        at_once, compared = provider.creates_at_once, isinstance(provider, ReadsProducts)
        while True:
            woken.clear()
            now = self._now()
            # To its end, also when we are stopped meanwhile: what was claimed is sent, and `drain` waits for it.
            starting = asyncio.create_task(self._compare_due(account, now) if compared else self._start_due(account))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)
            try:
                started = await asyncio.shield(starting)
                # What is being compared is still due, and begun all the same.
                after = now if compared else -1
                due_at = None
                if len(calls) < at_once:
                    due_at = await self._database.read(sending.next_claim_at, account, after)
            except StorageError:
                log.exception("orders of %s could not be read; trying again", account)
                await asyncio.sleep(AGAIN)
                continue
            if not started or len(calls) >= at_once:
                await self._wait(woken, due_at)

    async def _start_due(self, account: str) -> int:
        """Claim what is due and begin to send it; returns how many."""
        claimed = await self._claim(account, self._providers[account].creates_at_once - len(self._calls[account]))
        for order in claimed:
            self._begin(order, self._send(order))
        return len(claimed)

    async def _compare_due(self, account: str, now: int) -> int:
        """Begin with what is due, none of it claimed yet; returns how many."""
        under_way = len(self._calls[account])
        free = self._providers[account].creates_at_once - under_way
        if free <= 0:
            return 0
        due = await self._database.read(sending.due, account, now, free + under_way)
        begun = [order for order in due if order.reference not in self._in_hand][:free]
        for order in begun:
            self._begin(order, self._compare_and_send(order))
        return len(begun)

    def _begin(self, order: Order, work: Coroutine[Any, Any, None]) -> None:
        calls, woken = self._calls[order.account], self._woken[order.account]

        def ended(call: asyncio.Task[None]) -> None:
            calls.discard(call)
            self._in_hand.discard(order.reference)
            woken.set()

        self._in_hand.add(order.reference)
        call = asyncio.create_task(work)
        calls.add(call)
        call.add_done_callback(ended)

    async def _compare_and_send(self, order: Order) -> None:
        """Read its products again; then claim and send it, or settle it as not sent."""
        provider = self._providers[order.account]
        try:
            # What is sent again after an unknown outcome has to be the same order.
            again = await self._database.read(was_sent_again, order)
            checked = (
                price_check.GOES_ON
                if again
                else await self._unless_stopping(price_check.check(provider, order, self._now))
            )
            if checked is None or self._stopping.is_set():
                return
            # One that waited for a supplier out of reach waits on while that can't be read either.
            waits_on = checked.unread and order.tries > 0
            if (stop := checked.stop) is not None and not waits_on:
                await self._patiently(lambda: self._outcomes.settle(order, stop, unsent=True))
                if not checked.unread:
                    self._outcomes.desk.workers.catalogue_is_old(order.account)
                return
            claimed = await self._database.run(lambda tx: sending.claim_one(tx, order, self._me, self._now()))
        except StorageError:
            log.exception("order %s could not be claimed; trying again", order.reference)
            await asyncio.sleep(AGAIN)
            return
        if claimed is None:
            return
        if stop is not None:
            await self._note(claimed, replace(stop, unreached=True))
        else:
            await self._send(claimed, checked.remarks)

    async def _unless_stopping(self, checking: Coroutine[Any, Any, PriceCheck]) -> PriceCheck | None:
        """What comes of it; None when the program is told to stop meanwhile, so that the order waits as it is."""
        reading = asyncio.create_task(checking)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return None if self._stopping.is_set() else reading.result()
        finally:
            reading.cancel()
            stopping.cancel()
            await asyncio.gather(reading, stopping, return_exceptions=True)

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
        return await self._database.run(lambda tx: sending.claim(tx, account, self._me, self._now(), limit, due=due))

    async def _send(self, order: Order, remarks: tuple[Remark, ...] = ()) -> None:
        """`remarks` are told with an order that was placed."""
        provider = self._providers[order.account]
        await self._announced(provider, order)
        result = await self._call(provider, order)
        if result.outcome is Outcome.PLACED:
            result = replace(result, remarks=(*result.remarks, *remarks))
        await self._note(order, result)

    async def _note(self, order: Order, result: Result) -> None:
        """What a sending came to: it is tried again later, or settled."""
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
            if (found := await read_balance(provider, BALANCE_WITHIN)) is not None:
                await self._outcomes.balance_read(order, found)
        except Exception:
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
