"""Takes in at a start what has changed since the last one: accounts that lead elsewhere, a newer way to compare orders.

Before anything is confirmed, sent or looked for, since all of that depends on it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.conversation.answers import without_skipped
from bot.conversation.likeness import likeness_of
from bot.desk.unit import Unit
from bot.journal import identities
from bot.journal.views import view
from bot.workers.reports import Reports
from providers.base import Provider
from storage import guards, orders
from storage.database import Database, Transaction


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
