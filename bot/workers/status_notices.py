"""Tells people the news of their orders: what comes within a minute is one message per account and person.

News wait in storage and are taken by the unit of work that tells them, so a restart neither loses nor doubles any. The
sheets that these orders stand in come with them.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from bot.clock import SECOND
from bot.conversation.replies import SheetReturned
from bot.conversation.state import ConversationKey
from bot.conversation.views import StatusChange
from bot.desk.desk import Desk
from bot.desk.unit import Unit
from bot.journal.news import BUNDLED, is_due, is_important, needs_action, take
from bot.journal.sheet_news import sheets_with_news
from bot.staff.hearing import instead
from bot.words import notices
from bot.words.message import shortened
from bot.workers.loop import Loop
from storage import news, orders, people, sheets
from storage.database import Reader
from storage.errors import StorageError

log = logging.getLogger(__name__)
_MOST: Final = 500
"""News that are looked at in one turn."""
_NAME: Final = 60
_IDLE: Final = BUNDLED / SECOND
"""Seconds between two looks where nothing waits: what comes up meanwhile isn't due before."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """News that are told together: of one account's orders, which one person ordered in one chat."""

    account: str
    key: ConversationKey
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hearer:
    """Somebody who is told, and the key of the sentence that says why, where they did not order it themselves."""

    key: ConversationKey
    why: str = ""


class StatusNotices:
    """Tells what has waited long enough, and whatever else there is for the same people by then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._loop = Loop("news of orders could not be told", self.turn, after_a_fault=_IDLE)

    def wake(self) -> None:
        """The clock was moved."""
        self._loop.wake()

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def turn(self) -> float:
        """Tell all that is due; returns the seconds until the next is. Raises StorageError."""
        bundles, due_at = await self._desk.database.read(_waiting, self._desk.clock.forward())
        for bundle in bundles:
            await self._tell(bundle)
        left = _IDLE if due_at is None else (due_at - self._desk.clock.forward()) / SECOND
        return 0 if bundles else min(max(left, 0.01), _IDLE)

    async def _tell(self, bundle: Bundle) -> None:
        def tell(unit: Unit, *, with_sheets: bool) -> None:
            taken = (take(unit.tx, reference) for reference in bundle.references)
            if changes := [change for change in taken if change is not None]:
                self._say(unit, bundle, changes)
                if with_sheets:
                    self._give_sheets_back(unit, changes)

        def drop(unit: Unit) -> None:
            for reference in bundle.references:
                news.take(unit.tx, reference)

        for with_sheets in (True, False):
            try:
                await self._desk.run(partial(tell, with_sheets=with_sheets))
            except StorageError:
                raise
            except Exception:
                log.exception("news of orders of %s could not be told", bundle.account)
            else:
                return
        # Else the same would be tried, and fail, for ever; the cards and the journal have it.
        await self._desk.run(drop)

    def _give_sheets_back(self, unit: Unit, changes: Sequence[StatusChange]) -> None:
        """The sheets of these orders, without a bell, to those who dropped them and want to hear of news at all."""
        desk = self._desk
        day = datetime.fromtimestamp(desk.now() / SECOND, desk.zone).date().isoformat()
        for one in sheets_with_news(unit.tx, changes, day):
            sheet = one.sheet
            if people.notices_of(unit.tx, sheet.user_id) == "none":
                continue
            reply = SheetReturned(sheet.id, sheet.name, one.gone, one.orders)
            desk.outgoing.give_back(unit, ConversationKey(sheet.chat_id, sheet.user_id), reply, silent=True)
            sheets.note_given(unit.tx, sheet.id, day, whole=one.is_whole)

    def _say(self, unit: Unit, bundle: Bundle, changes: Sequence[StatusChange]) -> None:
        account = self._desk.accounts.get(bundle.account)
        title = account.title if account is not None else bundle.account
        # What somebody has to act on is read first.
        changes = sorted(changes, key=lambda change: not needs_action(change))
        for hearer in self._hearers(bundle):
            told = [change for change in changes if self._wants(unit, hearer, change)]
            for n in range(0, len(told), notices.MOST):
                self._post(unit, hearer, title, told[n : n + notices.MOST])

    def _hearers(self, bundle: Bundle) -> list[_Hearer]:
        """The person who ordered, where they may hear it; else those who hear instead."""
        staff, key = self._desk.staff, bundle.key
        if staff.may_talk(key.chat_id, key.user_id):
            return [_Hearer(key)]
        others = instead(staff, key.user_id, bundle.references[0])
        return [
            _Hearer(ConversationKey(other, other), "heard.elsewhere" if other == key.user_id else "heard.left")
            for other in others
        ]

    def _wants(self, unit: Unit, hearer: _Hearer, change: StatusChange) -> bool:
        """Check what a person has chosen; of other people's orders nobody is told every step."""
        chosen = people.notices_of(unit.tx, hearer.key.user_id)
        if chosen == "none":
            return False
        return is_important(change) or (chosen == "all" and (not hearer.why or hearer.why == "heard.elsewhere"))

    def _post(self, unit: Unit, hearer: _Hearer, title: str, changes: Sequence[StatusChange]) -> None:
        outgoing, key = self._desk.outgoing, hearer.key
        words = outgoing.words(unit.tx, key.user_id)
        urgent = frozenset(change.order.reference for change in changes if needs_action(change))
        message = notices.status_notice(words, title, changes, urgent)
        about = " ".join(change.order.reference for change in changes)
        if hearer.why:
            why = words.say(hearer.why, person=shortened(changes[0].order.person, _NAME))
            message = outgoing.explained(unit, key.chat_id, message, why, about)
        outgoing.post(unit, key.chat_id, message, about=about, user_id=key.user_id, silent=not urgent)


def _waiting(reader: Reader, forward: int) -> tuple[list[Bundle], int | None]:
    """The bundles of which something is due, and when the next is."""
    bundles: dict[tuple[str, ConversationKey], list[str]] = defaultdict(list)
    due: set[tuple[str, ConversationKey]] = set()
    found = news.waiting(reader, _MOST)
    for one in found:
        order = orders.get(reader, one.reference)
        if order is None:
            continue
        bundle = order.account, ConversationKey(order.chat_id, order.user_id)
        bundles[bundle].append(one.reference)
        if is_due(one, forward):
            due.add(bundle)
    next_at = min((one.due_at for one in found), default=None)
    return [
        Bundle(account, key, tuple(bundles[account, key])) for account, key in bundles if (account, key) in due
    ], next_at
