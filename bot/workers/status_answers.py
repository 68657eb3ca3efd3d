"""Answers to people who ask how far an order is: the supplier is asked, its answer written down and said, all at once.

A question waits in storage until it is answered, so that a crash in between only delays the answer.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.clock import Watch, read
from bot.conversation.events import Event, SearchedElsewhere, StatusAnswered, StatusRequested
from bot.conversation.requests import AskEverywhere, AskStatus, Request
from bot.conversation.state import ConversationKey
from bot.conversation.views import Freshness, OrderView
from bot.desk.desk import Desk
from bot.desk.record import Who
from bot.desk.unit import Unit
from bot.journal import news
from bot.journal.identities import went_elsewhere
from bot.journal.open_requests import Question, status_question_of
from bot.journal.progress import Change, record_progress
from bot.journal.views import details_of, taken_by, view
from bot.workers import status_reading
from bot.workers.loop import Duties, TaskSet, until_stored
from providers.base import Provider, ReadsStatus
from providers.orders import Outcome, Progress
from storage import orders, status_questions
from storage.database import Transaction
from storage.errors import StorageError
from storage.orders import Order

log = logging.getLogger(__name__)
_COMPLAINT = "a question about an order could not be answered"


class StatusAnswers:
    """Asks side by side: a supplier that doesn't answer holds up no other question."""

    def __init__(self, desk: Desk, providers: Mapping[str, Provider[Any]], clock: Watch) -> None:
        self._desk = desk
        self._providers = providers
        self._clock = clock
        self._under_way = TaskSet()

    @property
    def duties(self) -> Duties:
        return {AskStatus: self.start, AskEverywhere: self.start}

    def start(self, key: ConversationKey, question: Question) -> None:
        complaint = "a question about an order stays without an answer until the next start"
        self._under_way.start(self.answer(key, question), complaint, (key, question))

    def is_at(self, key: ConversationKey, request: Request) -> bool:
        """True while this is being done."""
        return self._under_way.is_at((key, request))

    async def stop(self) -> None:
        await self._under_way.stop()

    async def answer(self, key: ConversationKey, question: Question) -> None:
        """Ask and answer, once; what storage doesn't take is tried again. Who is no longer staff is told nothing."""
        try:
            await until_stored(lambda: self._answer(key, question), _COMPLAINT)
        except Exception:
            # A fault of our own stays one however often it is tried.
            log.exception(_COMPLAINT)
            await self._give_up(key, question)

    async def _answer(self, key: ConversationKey, question: Question) -> None:
        match question:
            case _ if not self._desk.staff.may_talk(key.chat_id, key.user_id):
                await self._close(key, question)
            case AskStatus():
                await self._about(key, question)
            case AskEverywhere():
                await self._everywhere(key, question)

    async def _close(self, key: ConversationKey, question: Question) -> None:
        """The question gets no answer."""
        await self._desk.database.run(lambda tx: status_questions.answered(tx, status_question_of(key, question)))

    async def _give_up(self, key: ConversationKey, question: Question) -> None:
        def work(unit: Unit) -> None:
            status_questions.answered(unit.tx, status_question_of(key, question))
            words = self._desk.outgoing.words(unit.tx, key.user_id)
            order = orders.get(unit.tx, question.reference) if isinstance(question, AskStatus) else None
            about = (
                question.query if isinstance(question, AskEverywhere) else "" if order is None else view(order).about
            )
            text = "\n".join(filter(None, [words.say("hint.not_answered"), about]))
            self._desk.outgoing.plain(unit, key.chat_id, text, user_id=key.user_id)

        await self._desk.run(work)

    async def _about(self, key: ConversationKey, question: AskStatus) -> None:
        order = await self._desk.database.read(orders.get, question.reference)
        if order is None:
            await self._close(key, question)
            return
        asked_at = self._clock()
        if await self._desk.database.read(went_elsewhere, order):
            # The place that the account leads to now knows nothing of it, or another order under its number.
            found: Progress | Freshness = Freshness.ELSEWHERE
        else:
            found = await status_reading.read_status(self._providers.get(order.account), order.number or "")
        try:
            await self._write(key, question, order, found, asked_at, telling=True)
        except StorageError:
            raise
        except Exception:
            log.exception("a change of order %s could not be told to whoever ordered it", order.reference)
            await self._write(key, question, order, found, asked_at, telling=False)

    async def _write(
        self,
        key: ConversationKey,
        question: AskStatus,
        order: Order,
        found: Progress | Freshness,
        asked_at: int,
        *,
        telling: bool,
    ) -> None:
        """The answer with all that hangs on it, in one transaction."""
        desk = self._desk

        def work(unit: Unit) -> None:
            if not status_questions.answered(unit.tx, status_question_of(key, question)):
                return
            freshness = found if isinstance(found, Freshness) else Freshness.NOW
            if key == ConversationKey(order.chat_id, order.user_id) and freshness is Freshness.NOW:
                news.forget(unit.tx, order.reference)
            change = self._record(unit.tx, order, found, asked_at) if isinstance(found, Progress) else None
            on_card = question.on_card and order.card is not None
            told = False
            if change is not None and telling and (change.differs or on_card):
                told = status_reading.tell_progress(unit, desk, change, reader=key)
            if not (on_card and told):
                now = orders.get(unit.tx, order.reference)
                answer = StatusAnswered(view(now or order), freshness, question.listed)
                desk.step(unit, Who(key), answer)

        await desk.run(work)

    def _record(self, tx: Transaction, order: Order, found: Progress, asked_at: int) -> Change | None:
        account = self._desk.accounts.get(order.account)
        return record_progress(tx, order, found, asked_at, at=read(self._desk.clock), account=account)

    async def _everywhere(self, key: ConversationKey, question: AskEverywhere) -> None:
        """Every account that can look up is asked at once, and only once."""
        able = {name: made for name, made in self._providers.items() if isinstance(made, ReadsStatus)}
        answers = await asyncio.gather(
            *(status_reading.read_status(provider, question.query) for provider in able.values())
        )
        found: list[OrderView] = []
        silent: dict[Freshness, list[str]] = {Freshness.UNREACHED: [], Freshness.UNASKED: [], Freshness.UNCLEAR: []}
        for name, answer in zip(able, answers, strict=True):
            if isinstance(answer, Progress):
                found.append(await self._seen(name, answer))
            elif answer in silent:
                silent[answer].append(name)
        ours = [order for order in found if order.reference]
        foreign = tuple(order for order in found if not order.reference)
        # People leave out a sign or write another name of the order than the journal has: it is asked for by its own.
        events: list[Event] = [StatusRequested(ours[0].number)] if ours else []
        if foreign or not ours:
            unreached, unasked, unclear = map(tuple, silent.values())
            events.append(SearchedElsewhere(question.query, foreign, unreached, unasked, unclear))
        desk = self._desk

        def work(unit: Unit) -> None:
            if not status_questions.answered(unit.tx, status_question_of(key, question)):
                return
            for event in events:
                desk.step(unit, Who(key), event)

        await desk.run(work)

    async def _seen(self, account: str, progress: Progress) -> OrderView:
        """The order that a supplier has under a number: one of ours after all, or one that the bot knows nothing of."""
        reference = await self._desk.database.read(taken_by, account, progress.number)
        order = None if reference is None else await self._desk.database.read(orders.get, reference)
        if order is not None:
            return view(order)
        return OrderView(
            reference="",
            account=account,
            provider=self._providers[account].name,
            outcome=Outcome.PLACED,
            number=progress.number,
            status=self._desk.accounts[account].meaning(progress.status, progress.supplier_status),
            supplier_status=progress.supplier_status,
            explained=self._desk.accounts[account].explained,
            details=details_of(progress),
        )
