"""Reconciles orders of unknown outcome, and reminds of those that nobody has decided. It only reads.

At start-up all of them are looked for; after that with growing pauses, and whenever somebody asks.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from bot.clock import SECOND, Watch, read
from bot.conversation.answers import without_skipped
from bot.conversation.events import EvidenceTapped, NumberCheck, NumberChecked
from bot.conversation.likeness import likeness_of
from bot.conversation.requests import CheckNumber, ReconcileOrder, Request
from bot.conversation.state import ConversationKey
from bot.conversation.views import LookEnd, Reason
from bot.journal.duplicates import come_to_light, held_not_placed
from bot.journal.evidence import Look, candidates_decided_on, evidence_of, looked, set_back_since
from bot.journal.identities import is_elsewhere, went_elsewhere
from bot.journal.rules import LOOKED_FOR
from bot.journal.views import Result, found_again, taken_beside, view, was_answered
from bot.monitoring.context import about, bind
from bot.workers import loop
from bot.workers.balances import balance_of
from bot.workers.loop import Duties, Loop, TaskSet, if_stored, until_stored
from bot.workers.reports import Reports
from bot.workers.sender import INTERRUPTED
from bot.workers.verdict import Absent, Found, Open, Verdict, judge
from providers.base import Provider, ReadsOrders, ReconcilesOrders
from providers.errors import AccessDenied, OrderNotFound, ProviderError
from providers.orders import CLOCKS_DIFFER_BY, Findings, Match, Outcome, Sending
from storage import orders, sending, unknown
from storage.database import Database
from storage.errors import AlreadyStored, StorageError
from storage.orders import Order

log = logging.getLogger(__name__)
PAUSES = (5, 15, 30, 60, 120, 300, 600, 1800)
"""Seconds between the first look-ups; after that, an hour."""
HOUR = 3600
MOST_KNOWN = 1000
"""Numbers of ours that a whole list has to have."""
CLOCKS_DIFFER = 120
"""Seconds by which a supplier's clock may be behind ours."""
AT_ONCE = 4
_IDLE = 60.0
_NOT_CHECKED = "a number could not be checked"
_LookOf = Callable[[LookEnd, tuple[Match, ...]], Look]
"""Makes what is noted of a look-up: how it ended, and the orders that may be the one in question."""


class Reconciler:
    """Finds out what became of orders, as far as that can be found out."""

    def __init__(
        self,
        database: Database,
        reports: Reports,
        providers: Mapping[str, Provider[Any]],
        clock: Watch,
    ) -> None:
        self._database = database
        self._reports = reports
        self._providers = providers
        self._clock = clock
        self._rules = reports.desk.rules
        self._loop = Loop("open orders could not be read", self._turn)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, set[ConversationKey]] = {}
        self._held_back: dict[str, str] = {}
        """Orders that are about to be sent, unless an earlier one is found just now, and that one."""
        self._under_way = TaskSet()

    def wake(self) -> None:
        """The outcome of an order has become unknown."""
        self._loop.wake()

    @property
    def duties(self) -> Duties:
        return {
            ReconcileOrder: lambda key, request: self.look_for(request.reference, key),
            CheckNumber: self.check,
        }

    def look_for(self, reference: str, asked: ConversationKey | None = None) -> None:
        """A look-up now; whoever `asked` for it in another chat than the order's is shown what came of it."""
        if asked is not None:
            self._asked.setdefault(reference, set()).add(asked)
        if reference not in self._looking:
            complaint = f"order {reference} could not be looked for"
            with about(reference=reference):
                task = self._looking[reference] = self._under_way.start(self._look(reference), complaint)
            task.add_done_callback(lambda _: self._looking.pop(reference, None))
            task.add_done_callback(lambda _: self._loop.wake())

    def check(self, key: ConversationKey, request: CheckNumber) -> None:
        """Compare a number that a person found, and report."""
        # The evidence still stands in the chat, and takes the number again.
        self._under_way.start(self._check(key, request), _NOT_CHECKED, (key, request))

    def is_at(self, key: ConversationKey, request: Request) -> bool:
        """True while this is being done."""
        return self._under_way.is_at((key, request))

    async def recover(self) -> None:
        """At start-up, before `run`: every open order is due."""
        await self._database.run(lambda tx: unknown.look_for_all(tx, self._clock.forward()))

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            await self._loop.run()
        finally:
            await self._under_way.stop()

    async def _turn(self) -> float:
        now = self._clock.forward()
        # One whose look-up ends during this reading may be read as it was before it.
        looked_for = set(self._looking)
        for order in await self._database.read(unknown.to_look_for, now, 100):
            if order.reference not in looked_for:
                self.look_for(order.reference)
        for order in await self._database.read(unknown.to_remind_of, now, 100):
            await self._reports.remind(order, now + int(self._rules.remind_every * SECOND))
        due_at = await self._database.read(unknown.next_at)
        wait = _IDLE if due_at is None else (due_at - self._clock.forward()) / SECOND
        # Those that are due already are being looked for, and wake us when they are through.
        return max(wait, loop.AGAIN)

    async def _look(self, reference: str) -> None:
        async with self._places:
            await if_stored(lambda: self._look_and_show(reference), f"order {reference} could not be looked for")

    async def _look_and_show(self, reference: str) -> None:
        order = await self._database.read(orders.get, reference)
        if order is None:
            return
        bind(account=order.account)
        if order.outcome == Outcome.UNKNOWN or (order.stage == "settled" and order.inferred):
            await self._safely(order)
        # Whoever asked is shown how it stands, also when that was known by now.
        for key in self._asked.pop(reference, set()) - {ConversationKey(order.chat_id, order.user_id)}:
            await self._reports.desk.report(key, EvidenceTapped(reference))

    async def _safely(self, order: Order) -> None:
        try:
            await self._look_for(order)
        except StorageError:
            raise
        except Exception:
            # A fault of our own proves nothing, and would be the same again at once.
            log.exception("order %s could not be looked for", order.reference)
            look = Look(LookEnd.FAILED, code="unforeseen")
            await self._looked(order, look, self._clock.forward() + HOUR * SECOND)

    async def _looked(self, order: Order, look: Look | None, look_at: int | None) -> None:
        """A look-up that decided nothing. Of an order that is held to be not placed there is nothing new to show."""
        await self._reports.looked(order, look if order.outcome == Outcome.UNKNOWN else None, look_at)

    async def _look_for(self, order: Order) -> None:
        provider = self._providers.get(order.account)
        form = None if provider is None else _form(provider, order)
        if form is None or not isinstance(provider, ReconcilesOrders):
            # Without its account, or as an older form, the order can only be looked for by a person.
            changed = Look(LookEnd.FAILED, code="form_changed") if isinstance(provider, ReconcilesOrders) else None
            await self._looked(order, changed, self._once_it_is_possible(order))
            return
        if await self._database.read(went_elsewhere, order):
            # What is seen at another customer, or at another address, proves nothing about it.
            await self._looked(order, Look(LookEnd.FAILED, code="other_identity"), self._once_it_is_possible(order))
            if not await self._database.read(went_elsewhere, order):
                # Said to be the same customer meanwhile: what was just written would put off what is due now.
                await self._look_for(order)
            return
        sent = await self._sending(provider, order)
        next_at = self._next_look(order, sent)
        try:
            findings = await provider.find_order(form, sent)
        except ProviderError as error:
            log.warning("looking for order %s failed: %s", order.reference, error.code)
            code = "denied" if isinstance(error, AccessDenied) else error.code
            await self._looked(order, Look(LookEnd.FAILED, code=code, said=error.said), next_at)
            return
        balance = await balance_of(provider)
        answered, found_out = await self._taken(order, findings)
        late_enough = self._is_late_enough(order, sent)
        found = judge(findings, answered, found_out, late_enough=late_enough)
        if not isinstance(found, Open) and await self._database.read(is_elsewhere, order):
            # Where it went nobody knows, so that nothing is adopted, and nothing absent.
            found = Open((found.match,) if isinstance(found, Found) else ())

        def look_of(end: LookEnd, matches: tuple[Match, ...]) -> Look:
            return looked(end, findings, matches, balance, early=not late_enough)

        await self._act_on(order, found, look_of, next_at)

    async def _act_on(self, order: Order, found: Verdict, look_of: _LookOf, next_at: int | None) -> None:
        soon = self._clock.forward() + PAUSES[0] * SECOND
        match found:
            case Found(match) if await self._has_duplicate(order):
                # Which of the two it is nobody can tell from here.
                await self._seen(order, look_of(LookEnd.FOUND, (match,)), next_at)
            case Found(match) if await self._may_be_of_another(order):
                look = look_of(LookEnd.FOUND, (match,))
                if order.reference in self._held_back.values():
                    # Nothing is sent on the chance that it is that one's.
                    await self._seen(order, look, soon)
                else:
                    # It could be that one's: its own answer is waited for.
                    await self._looked(order, look, soon)
            case Found(match):
                look = look_of(LookEnd.FOUND, (match,))
                try:
                    if not await self._reports.settle(
                        order, found_again(match.order), look=look, adopted=True, held_back=self._held_back
                    ):
                        await self._reports.found_too_late(order, match.order.number)
                except AlreadyStored:
                    # Another order was answered with it just now: not this one, so it has to be looked for again.
                    await self._looked(order, look_of(LookEnd.NOTHING_YET, ()), soon)
            case Absent() if order.outcome == Outcome.UNKNOWN:
                look = look_of(LookEnd.NOTHING, ())
                params = {"at": str(self._clock()), "until": str(self._clock() + LOOKED_FOR)}
                result = Result(Outcome.NOT_SENT, code=Reason.NOT_FOUND_THERE, params=params, inferred=True)
                await self._reports.settle(order, result, look=look)
            case Absent():
                await self._looked(order, None, next_at)
            case Open(matches):
                end = LookEnd.FOUND if matches else LookEnd.NOTHING_YET
                await self._seen(order, look_of(end, matches), next_at)

    async def _seen(self, order: Order, look: Look, next_at: int | None) -> None:
        """Evidence for a person. An order that was held to be not placed is open again when there is new evidence."""
        if order.outcome != Outcome.UNKNOWN and look.candidates:
            known = await self._database.read(candidates_decided_on, order)
            if any(candidate.number not in known for candidate in look.candidates):
                result = Result(Outcome.UNKNOWN, code=Reason.SEEN_LATE)
                await self._reports.settle(order, result, look=look, held_back=self._held_back)
                return
        await self._looked(order, look, next_at)

    async def _may_be_of_another(self, order: Order) -> bool:
        """True when another order is on its way there; one that is held back isn't."""
        held_back = frozenset(self._held_back)
        return await self._database.read(sending.others_are_sent, order.account, order.reference, held_back)

    async def seen_before(self, order: Order) -> Result | None:
        """Look once more for what the order was confirmed in spite of, just before it is sent.

        The reason for not sending it, when an earlier one that was held to be not placed is there after all.
        """
        # From the first: another look-up of the earlier one may be through before this one has begun.
        self._held_back[order.reference] = ""
        try:
            seen = await self._seen_of(order)
        finally:
            self._held_back.pop(order.reference, None)
        # It may have come to light while this one waited, too.
        seen = seen or await self._database.read(come_to_light, order)
        if seen is None:
            return None
        if not seen.number:
            # It resembles the earlier one, and nobody has said that it is it.
            return Result(Outcome.NOT_SENT, code=Reason.SEEN_BEFORE_SENDING, params={"reference": seen.reference})
        params = {"reference": seen.reference, "number": seen.number}
        return Result(Outcome.NOT_SENT, code=Reason.FOUND_BEFORE_SENDING, params=params)

    async def _seen_of(self, order: Order) -> Order | None:
        """The first of the earlier ones that is found to be there, or that may be."""
        for earlier in await self._database.read(held_not_placed, order):
            self._held_back[order.reference] = earlier.reference
            await self._safely(earlier)
            now = await self._database.read(orders.get, earlier.reference)
            if now is not None and now.outcome in {Outcome.PLACED, Outcome.UNKNOWN}:
                return now
        return None

    def _is_late_enough(self, order: Order, sent: Sending) -> bool:
        """Check that the order had time to appear: by the clock, and by how long we have been there to see it."""
        by_clock = self._clock() >= int(sent.until.timestamp() * SECOND)
        return by_clock and self._clock.up() - order.settled_up >= int(self._rules.lag * SECOND)

    async def _taken(self, order: Order, findings: Findings) -> tuple[set[str], set[str]]:
        """Numbers of other orders of ours: those that the supplier gave them, and those that were found out.

        One of an order from before there were identities may be the number of another place, and one that was given
        while this order was under way too may be this one's.
        """
        answered: set[str] = set()
        found_out: set[str] = set()
        evidence = await self._database.read(evidence_of, order)
        for number in {match.order.number for match in findings.matches}:
            reference = await self._database.read(taken_beside, order.reference, number)
            other = None if reference is None else await self._database.read(orders.get, reference)
            if other is not None and other.reference != order.reference:
                beside = (other.sending_at or 0) <= evidence.ended_at and (other.settled_at or 0) >= evidence.sent_at
                certain = was_answered(other) and other.identity == order.identity and not beside
                (answered if certain else found_out).add(number)
        return answered, found_out

    async def _has_duplicate(self, order: Order) -> bool:
        """True when another order of unknown outcome asked the same customer's account for the same."""
        form = self._form_of(order)
        for other in await self._database.read(unknown.of_identity, order.identity):
            same = None if other.reference == order.reference else self._form_of(other)
            if same is not None and form is not None and likeness_of(same) == likeness_of(form):
                return True
        return False

    def _form_of(self, order: Order) -> Any:
        provider = self._providers.get(order.account)
        return None if provider is None else _form(provider, order)

    async def _sending(self, provider: Provider[Any], order: Order) -> Sending:
        """The time in which the order may have been made there; a process that died is taken to have sent as usual."""
        evidence = await self._database.read(evidence_of, order)
        first = evidence.first_sent_at or order.confirmed_at
        last = order.sending_at or first
        ended = evidence.ended_at or last
        if view(order).code == INTERRUPTED:
            ended = min(ended, last + int((provider.settings.timeout + 15) * SECOND))
        # The times of the supplier's list are compared with the clock of now: by that it was sent earlier.
        back = await self._database.read(set_back_since, order, read(self._clock))
        since = first - back - CLOCKS_DIFFER * SECOND
        horizon = since - int(CLOCKS_DIFFER_BY.total_seconds() * SECOND)
        known = await self._database.read(orders.numbers_since, order.identity, horizon, MOST_KNOWN)
        return Sending(
            order.reference,
            since=_time(since),
            until=_time(ended - back + int(self._rules.lag * SECOND)),
            known=tuple(known),
        )

    def _next_look(self, order: Order, sent: Sending) -> int | None:
        """The time to look again: after growing pauses, and once when the list must have the order if there is one."""
        waited = self._clock.up() - order.settled_up
        if waited > LOOKED_FOR:
            return None
        pause = (PAUSES[order.looks] if order.looks < len(PAUSES) else HOUR) * SECOND
        by_clock = int(sent.until.timestamp() * SECOND) - self._clock()
        left = max(by_clock, int(self._rules.lag * SECOND) - waited)
        return self._clock.forward() + (min(pause, left + SECOND) if left >= 0 else pause)

    def _once_it_is_possible(self, order: Order) -> int | None:
        """The time to look for what can't be looked for with these settings; other settings come with a start.

        A start looks for every order of unknown outcome, but of what is held to be not placed only for what is due once
        more.
        """
        if order.outcome == Outcome.UNKNOWN or self._clock.up() - order.settled_up > LOOKED_FOR:
            return None
        return self._clock.forward() + HOUR * SECOND

    async def _check(self, key: ConversationKey, request: CheckNumber) -> None:
        async def check_and_report() -> None:
            order = await self._database.read(orders.get, request.reference)
            if order is not None:
                await self._reports.desk.report(key, await self._checked(order, request.number))

        await until_stored(check_and_report, _NOT_CHECKED)

    async def _checked(self, order: Order, number: str) -> NumberChecked:
        provider, shown = self._providers.get(order.account), view(order)
        form = None if provider is None else _form(provider, order)
        if form is None or provider is None or not isinstance(provider, ReadsOrders):
            return NumberChecked(shown, number, NumberCheck.NOT_CHECKABLE)
        if await self._database.read(went_elsewhere, order):
            return NumberChecked(shown, number, NumberCheck.ELSEWHERE)
        try:
            match = await provider.read_order(form, await self._sending(provider, order), number)
        except OrderNotFound:
            return NumberChecked(shown, number, NumberCheck.NOT_FOUND)
        except ProviderError as error:
            log.warning("checking a number failed: %s", error.code)
            return NumberChecked(shown, number, NumberCheck.NOT_READ)
        except Exception:
            log.exception("a number could not be checked")
            return NumberChecked(shown, number, NumberCheck.NOT_READ)
        result = NumberCheck.DIFFERS if match.differs else NumberCheck.AGREES
        # As the supplier writes it: people leave out a leading sign or write small letters.
        return NumberChecked(shown, match.order.number or number, result, dict(match.facts), match.differs)


def _form(provider: Provider[Any], order: Order) -> Any:
    """The form that was sent, or None when it has changed since."""
    try:
        return provider.form.model_validate(without_skipped(view(order).answers))
    except (ValidationError, ValueError, LookupError, TypeError):
        return None


def _time(at: int) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)
