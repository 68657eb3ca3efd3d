"""Sends confirmed orders: mark as sending and commit, make one call, settle. Nothing is ever sent twice from here.

Where the supplier shows its prices, they are compared before anything is marked: until then nothing can have been sent.
An order found as `sending` at start-up was interrupted: whether the supplier took it nobody can tell.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from bot.clock import SECOND, Watch
from bot.conversation.answers import without_skipped
from bot.journal.evidence import was_sent_again
from bot.journal.identities import address_of
from bot.journal.views import Result, failed, placed
from bot.monitoring.context import about, bind
from bot.workers import price_check
from bot.workers.balances import read_balance
from bot.workers.loop import Loop, TaskSet, if_stored, until_stored
from bot.workers.price_check import PriceCheck
from bot.workers.reports import Reports
from bot.workers.wire import Wire
from providers.base import Provider, ReadsProducts
from providers.echo import APART
from providers.errors import ProviderError
from providers.orders import Outcome, Remark
from storage import sending, unknown
from storage.database import Database, Transaction
from storage.orders import Order
from storage.sending import Claim

log = logging.getLogger(__name__)
BALANCE_WITHIN = 3.0
"""Seconds that an order waits for the balance to be read."""
SWEEP = 60.0
"""Seconds between two looks for what is due, though nobody has told us of anything."""
MARGIN = 60.0
"""Seconds for which a claim holds beyond the time that its supplier has to answer."""
CALLS = 4
"""Calls at most of one sending: logging in and the order, and both anew where the token is refused."""
REST = APART.total_seconds() + 1
"""Seconds after an unknown outcome in which nothing is sent where an order is known by its time alone."""
LATELY = 120.0
"""Seconds since an order was sent after which the time of its sending is another one for certain."""
INTERRUPTED = "interrupted"
UNREAD_WAIT = 60.0
"""Seconds for which a batch waits whose products can't be read."""
UNREAD_MOST = 10
"""So often at most; then its rows are settled as not sent."""
AT_A_TIME = 100
_NOT_RECORDED = "what became of an order could not be recorded"
_NOT_CHECKED = "an absence could not be looked for"
_NOT_LOOKED_FOR = "an earlier order like one that is to be sent could not be looked for"


async def never_away() -> Result | None:
    """Nobody looks for absences."""
    return None


async def nothing_seen(_: Order) -> None:
    """No earlier order is looked for."""


class Sender:
    """Sends the confirmed orders of every account; an account that doesn't answer holds up no other."""

    def __init__(
        self,
        database: Database,
        reports: Reports,
        providers: Mapping[str, Provider[Any]],
        clock: Watch,
        me: str,
        *,
        check_presence: Callable[[], Awaitable[Result | None]] = never_away,
        seen_before: Callable[[Order], Awaitable[Result | None]] = nothing_seen,
        expect_to_lead: Callable[[Transaction], None] | None = None,
    ) -> None:
        """`me` names this process in the journal, and no other one before or after it.

        Where replicas share the database, `expect_to_lead` is asked in the transaction of each claim, and raises
        StorageError in all but the one that sends.

        `check_presence` comes before anything is taken to be sent, and again before the call: after an absence that is
        a question. It gives what the last one makes of orders, another one after another absence. `seen_before` looks
        once more for an earlier order of the same content, and is the reason for not sending this one where it found
        it.
        """
        self._database = database
        self._reports = reports
        self._providers = providers
        self._clock = clock
        self._me = me
        self._check_presence = check_presence
        self._seen_before = seen_before
        self._expect_to_lead = expect_to_lead
        self._rules = reports.desk.rules
        self._loops = {
            account: Loop(f"orders of {account} could not be read", partial(self._turn, account))
            for account in providers
        }
        self._calls = {account: TaskSet() for account in providers}
        self._lately = {account: price_check.Lately(clock) for account in providers}
        self._unread: dict[str, tuple[int, int]] = {}
        """Batches whose products could not be read: how often, and until when they wait."""
        self._starting: set[asyncio.Task[int]] = set()
        self._in_hand: set[str] = set()
        self._wire = Wire()
        self._stopping = asyncio.Event()

    def wake(self, account: str) -> None:
        """An order of this account was confirmed."""
        if account in self._loops:
            self._loops[account].wake()

    def wake_all(self) -> None:
        """An order may be due that nobody has just confirmed."""
        for loop in self._loops.values():
            loop.wake()

    async def recover(self) -> None:
        """Settle, at start-up and before `run`, every order that can't go on as if nothing had happened.

        What was being sent when the last process ended is of unknown outcome. What was confirmed for an account that
        is no longer in the settings, or leads to another customer or address by now, can't be sent.
        """
        await self.recover_sending()
        for account in await self._database.read(sending.confirmed_accounts):
            while account not in self._providers and (
                found := await self._database.read(sending.waiting_at, account, AT_A_TIME)
            ):
                for order in found:
                    await self._reports.settle(order, Result(Outcome.NOT_SENT, code="account_gone"), unsent=True)
        while found := await self._database.read(sending.elsewhere, AT_A_TIME):
            for order in found:
                params = {"address": await self._database.read(address_of, order)}
                changed = Result(Outcome.NOT_SENT, code="identity_changed", params=params)
                await self._reports.settle(order, changed, unsent=True)

    async def recover_sending(self) -> None:
        """Settle what was being sent by somebody who is dead: of unknown outcome."""
        found = await self._database.read(sending.abandoned, self._me, self._clock.forward())
        if self._expect_to_lead is not None:
            # As a unit of work: after a claim by whoever was just buried, or that claim fails.
            found += await self._database.run(sending.deserted)
        for order in found:
            await self._reports.settle(order, Result(Outcome.UNKNOWN, code=INTERRUPTED))

    async def run(self) -> None:
        """Run until cancelled. Calls in flight go on; `drain` waits for them."""
        self._stopping.clear()
        await asyncio.gather(*(loop.run() for loop in self._loops.values()))

    async def drain(self, grace: float) -> None:
        """Wait at most `grace` seconds for the calls in flight, then give them up: they become unknown at start-up."""
        self._stopping.set()
        await asyncio.gather(*self._starting, return_exceptions=True)
        if calls := sum(len(found) for found in self._calls.values()):
            log.info("stopping; %d calls to suppliers get %g s to end", calls, grace)
            await asyncio.gather(*(found.stop(grace) for found in self._calls.values()))

    async def _turn(self, account: str) -> float | None:
        """Begin with what is due; a call that ends wakes the loop."""
        bind(account=account)
        absent = await self._check_presence()
        provider, now = self._providers[account], self._clock.forward()
        if provider.creates_at_once == 1:
            if await self._database.read(sending.others_are_sent, account, ""):
                # Perhaps that of another account of the same customer; we are woken when it has ended.
                return SWEEP
            if (rest := await self._rest(account)) > 0:
                return rest
        compared = isinstance(provider, ReadsProducts)
        # To its end, also when we are stopped meanwhile: what was claimed is sent, and `drain` waits for it.
        starting = asyncio.create_task(
            self._compare_due(account, now, absent) if compared else self._start_due(account, absent)
        )
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        started = await asyncio.shield(starting)
        if len(self._calls[account]) >= provider.creates_at_once:
            return None
        # What is being compared is still due, and begun all the same.
        due_at = await self._database.read(sending.next_claim_at, account, now if compared else -1)
        if started:
            return 0
        return SWEEP if due_at is None else min(SWEEP, (due_at - self._clock.forward()) / SECOND)

    async def _start_due(self, account: str, absent: Result | None = None) -> int:
        """Claim what is due and begin to send it; returns how many."""
        claimed = await self._claim(account, self._providers[account].creates_at_once - len(self._calls[account]))
        for order in claimed:
            self._begin(order, self._send(order, absent))
        return len(claimed)

    async def _compare_due(self, account: str, now: int, absent: Result | None = None) -> int:
        """Begin with what is due, none of it claimed yet; returns how many."""
        under_way = len(self._calls[account])
        free = self._providers[account].creates_at_once - under_way
        if free <= 0:
            return 0
        due = await self._database.read(sending.due, account, now, free + under_way)
        begun = [order for order in due if order.reference not in self._in_hand][:free]
        for order in begun:
            self._begin(order, self._compare_and_send(order, absent))
        return len(begun)

    def _begin(self, order: Order, work: Coroutine[Any, Any, None]) -> None:
        def ended(_: asyncio.Task[None]) -> None:
            self._in_hand.discard(order.reference)
            # What goes one at a time may have waited for it at another account of the same customer.
            for account, loop in self._loops.items():
                if account == order.account or self._providers[account].creates_at_once == 1:
                    loop.wake()

        self._in_hand.add(order.reference)
        with about(account=order.account, reference=order.reference):
            call = self._calls[order.account].start(work, f"the sending of order {order.reference} broke off")
            call.add_done_callback(ended)

    async def _compare_and_send(self, order: Order, absent: Result | None) -> None:
        """Read its products again; then claim and send it, or settle it as not sent."""
        taken = await if_stored(lambda: self._compare_and_claim(order), f"order {order.reference} could not be claimed")
        if taken is None:
            return
        claimed, checked = taken
        if checked.stop is not None:
            await self._note(claimed, replace(checked.stop, unreached=True))
        else:
            await self._send(claimed, absent, checked.remarks)

    async def _compare_and_claim(self, order: Order) -> tuple[Order, PriceCheck] | None:
        """The order as claimed, and what came of its price check; None when it is not to be sent now."""
        # What is sent again after an unknown outcome has to be the same order.
        again = await self._database.read(was_sent_again, order)
        provider = self._providers[order.account]
        checked = (
            price_check.GOES_ON
            if again
            else await self._unless_stopping(
                price_check.check(
                    provider, order, self._clock, lately=None if order.batch is None else self._lately[order.account]
                )
            )
        )
        if checked is None or self._stopping.is_set():
            return None
        # One that waited for a supplier out of reach waits on while that can't be read either.
        waits_on = checked.unread and order.tries > 0
        if checked.unread and await self._waits_with_batch(order):
            return None
        if (stop := checked.stop) is not None and not waits_on:
            await until_stored(lambda: self._reports.settle(order, stop, unsent=True), _NOT_RECORDED)
            if not checked.unread:
                self._reports.desk.workers.catalogue_is_old(order.account)
            return None
        if provider.creates_at_once == 1 and await self._rest(order.account) > 0:
            return None
        mark = self._mark(order.account)

        def claim(tx: Transaction) -> Order | None:
            self._expect(tx)
            return sending.claim_one(tx, order, mark) if self._is_its_turn(tx, order.account) else None

        claimed = await self._database.run(claim)
        return None if claimed is None else (claimed, checked)

    def _expect(self, tx: Transaction) -> None:
        if self._expect_to_lead is not None:
            self._expect_to_lead(tx)

    def _is_its_turn(self, tx: Transaction, account: str) -> bool:
        """False while an order of the same customer is on the wire that couldn't be told from another one."""
        one_at_a_time = self._providers[account].creates_at_once == 1
        return not (one_at_a_time and sending.others_are_sent(tx, account, ""))

    async def _waits_with_batch(self, order: Order) -> bool:
        """Let the rows of a batch wait whose products can't be read, as where a shop allows only so many readings.

        False for an order of its own, which a person is asked about, and where a batch has waited often enough.
        """
        if order.batch is None:
            return False
        times, until = self._unread.get(order.batch, (0, 0))
        if until > self._clock.forward():
            return True
        if times >= UNREAD_MOST:
            del self._unread[order.batch]
            return False
        until = self._clock.forward() + int(UNREAD_WAIT * SECOND)
        self._unread[order.batch] = times + 1, until
        await until_stored(lambda: self._reports.wait_with_batch(order, until), _NOT_RECORDED)
        return True

    async def _unless_stopping(self, checking: Coroutine[Any, Any, PriceCheck]) -> PriceCheck | None:
        """The price check; None when the program is told to stop meanwhile, so that the order waits as it is."""
        reading = asyncio.create_task(checking)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return None if self._stopping.is_set() else reading.result()
        finally:
            reading.cancel()
            stopping.cancel()
            await asyncio.gather(reading, stopping, return_exceptions=True)

    async def _claim(self, account: str, limit: int) -> list[Order]:
        if limit <= 0:
            return []
        mark, due = self._mark(account), self._clock.forward()

        def claim(tx: Transaction) -> list[Order]:
            self._expect(tx)
            return sending.claim(tx, account, mark, limit, due=due) if self._is_its_turn(tx, account) else []

        return await self._database.run(claim)

    def _mark(self, account: str) -> Claim:
        longest = MARGIN + CALLS * self._providers[account].settings.timeout
        return Claim(self._me, self._clock(), self._clock.forward() + int(longest * SECOND))

    async def _send(self, order: Order, absent: Result | None, remarks: tuple[Remark, ...] = ()) -> None:
        """`absent` is the last absence before it was taken up. `remarks` are said with an order that was placed."""
        provider = self._providers[order.account]
        if (stop := await self._looked_before(order)) is not None:
            await self._note(order, stop)
            return
        await self._announced(provider, order)
        now_absent = await until_stored(self._check_presence, _NOT_CHECKED)
        if now_absent is not None and now_absent is not absent:
            # While it was compared and looked for.
            await self._note(order, now_absent)
            return
        with self._wire.call(order) as call:
            result = await call.answered(await self._call(provider, order))
            if result.outcome is Outcome.PLACED:
                result = replace(result, remarks=(*result.remarks, *remarks))
            await self._note(order, result)

    async def _looked_before(self, order: Order) -> Result | None:
        """The reason for not sending it: an earlier one of the same content is there after all.

        It is looked for until storage takes what was seen: that must not be lost, nor the same be sent meanwhile.
        """
        try:
            return await until_stored(lambda: self._seen_before(order), _NOT_LOOKED_FOR)
        except Exception:
            # Whoever confirmed it was told that the earlier one may be there: a fault of ours is no news.
            log.exception("order %s: an earlier one like it could not be looked for", order.reference)
            return None

    async def _note(self, order: Order, result: Result) -> None:
        """Settle what a sending came to, or try it again later.

        What the supplier said must not be lost to a storage that fails for a moment.
        """
        left = self._rules.retries - order.tries
        if result.unreached and left >= 0:
            wait = self._rules.wait_after(order.tries)
            if await until_stored(lambda: self._reports.postpone(order, result, wait, left + 1), _NOT_RECORDED):
                return
        await until_stored(lambda: self._reports.settle(order, result), _NOT_RECORDED)

    async def _rest(self, account: str) -> float:
        """The seconds until an order is told by its time from the last one of which nobody knows what became of it."""
        # A crash takes some of the time of being up back, so that the wall's time counts too, as if nobody had set it.
        wall = self._clock() - max(self._clock.drift(), 0)
        opened = await self._database.read(unknown.last_opened, account, wall - int(LATELY * SECOND))
        if opened is None:
            return 0
        up, at = opened
        return min(up - self._clock.up(), at - wall) / SECOND + REST

    async def _announced(self, provider: Provider[Any], order: Order) -> None:
        """Say and note before the sending what would be good to have; the order does not wait for it.

        The later it went out, the less would its time tell where to look for it.
        """
        try:
            if order.tries > 1:
                await self._reports.trying_again(order)
            if (found := await read_balance(provider, BALANCE_WITHIN)) is not None:
                await self._reports.balance_read(order, found)
        except Exception:
            log.exception("order %s: nothing could be noted before it was sent", order.reference)

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
