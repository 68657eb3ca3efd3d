"""Takes in at a start what has changed since the last one: accounts that lead elsewhere, a newer way to compare orders.

Before anything is confirmed, sent or looked for, since all of that depends on it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from bot.clock import read
from bot.conversation import events
from bot.conversation.answers import without_skipped
from bot.conversation.known import Account
from bot.conversation.likeness import LIKENESS_VERSION, likeness_of
from bot.conversation.state import ConversationKey
from bot.desk.record import Who
from bot.desk.unit import Unit
from bot.journal import identities, status_words
from bot.journal.sheets import compare_anew
from bot.journal.views import view
from bot.workers.reports import Reports
from providers.base import Provider
from storage import guards, orders, program, sheets
from storage.database import Database, Transaction
from storage.sheets import KnownRow
from storage.status_words import StatusWord

_CARDS: Final = 100
"""Cards that change with the settings; there may be very many."""
_ROWS: Final = 200
"""Rows of sheets that are compared anew in one transaction."""


class Circumstances:
    """The settings of this start, compared with what the journal knows."""

    def __init__(self, database: Database, reports: Reports, providers: Mapping[str, Provider[Any]]) -> None:
        self._database = database
        self._reports = reports
        self._providers = providers

    async def take_in(self) -> None:
        """Note what the accounts are now, and ask the admins where only a key is new. Raises StorageError."""
        customers = {name: provider.customer() for name, provider in self._providers.items()}
        desk = self._reports.desk

        def work(unit: Unit) -> None:
            for new in identities.settle_accounts(unit.tx, customers, desk.now()):
                self._reports.ask_whether_the_same(unit, new)
            self._renew_guards(unit.tx)

        await desk.run(work)
        await self._compare_rows_anew()
        await self._read_words_anew()

    async def _compare_rows_anew(self) -> None:
        """Have orders that came of sheets known as orders are compared now: their rows are not to be ordered again."""
        desk = self._reports.desk
        if await self._database.read(program.likeness_version) == LIKENESS_VERSION:
            return
        last = (-1, "")
        while rows := await self._database.read(sheets.known_after, last, _ROWS):
            await desk.run(partial(self._compare_anew, rows))
            last = (rows[-1].confirmed_at, rows[-1].row_key)
        await desk.run(lambda unit: program.compares_by(unit.tx, LIKENESS_VERSION))

    def _compare_anew(self, rows: list[KnownRow], unit: Unit) -> None:
        compare_anew(unit.tx, rows, self._likeness)

    async def _read_words_anew(self) -> None:
        """Give orders whose supplier's word means something else by now that status: nobody is told of old ones.

        A batch is a transaction; the cards of the first ones that may still be looked at change.
        """
        desk, left = self._reports.desk, _CARDS
        for account, word in await self._database.read(lambda reader: [*status_words.changed(reader, desk.accounts)]):
            while found := await desk.run(partial(self._read_anew, account, word, left)):
                left = max(left - found, 0)

    def _read_anew(self, account: Account, word: StatusWord, cards: int, unit: Unit) -> int:
        """One batch of orders with a word, and the cards of the first `cards` of them; returns how many there were."""
        desk = self._reports.desk
        found = status_words.read_anew(unit.tx, account, word, read(desk.clock))
        for order in [order for order in found if order.card is not None][:cards]:
            key = ConversationKey(order.chat_id, order.user_id)
            desk.step(unit, Who(key, order.user_name), events.Progressed(view(order)))
        return len(found)

    def _renew_guards(self, tx: Transaction) -> None:
        """Have the guards of open orders compare as orders are compared now."""
        for guard in guards.held(tx):
            order = orders.get(tx, guard.reference)
            likeness = None if order is None else self._likeness(order)
            if likeness is not None and likeness != guard.fingerprint:
                guards.renew(tx, guard, likeness)

    def _likeness(self, order: orders.Order) -> str | None:
        provider = self._providers.get(order.account)
        if provider is None or order.pruned_at is not None:
            return None
        try:
            return likeness_of(provider.form.model_validate(without_skipped(view(order).answers)))
        except (ValidationError, ValueError, LookupError, TypeError):
            return None
