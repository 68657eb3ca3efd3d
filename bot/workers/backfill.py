"""What an order is found by beside its number, written down when it is confirmed, and afterwards for older ones."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Final

from bot.conversation.known import Account
from bot.journal.search_words import personal_words
from storage import words
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.orders import Order

log = logging.getLogger(__name__)
BATCH: Final = 50
"""Older orders of one transaction."""
PAUSE: Final = 0.2
"""Seconds between two of them, in which everything else gets its turn."""


class Backfill:
    """Orders of a database from before this are gone through in small batches; a restart goes on where it was."""

    def __init__(self, database: Database, accounts: Mapping[str, Account]) -> None:
        self._database = database
        self._accounts = accounts

    async def run(self) -> None:
        """Until there are none, and then rest: no worker ends by itself."""
        while True:
            try:
                left = await self.batch()
            except StorageError as error:
                log.warning("orders could not be made findable; trying again: %s", error)
                left = True
            except Exception:
                # A fault of our own stays one until the next start; orders are placed without this.
                log.exception("orders could not be made findable")
                left = False
            if not left:
                await asyncio.Event().wait()
            await asyncio.sleep(PAUSE)

    async def batch(self) -> bool:
        """One batch; False when there was none left. Raises StorageError."""

        def work(tx: Transaction) -> bool:
            due = words.due(tx, BATCH)
            for order in due:
                words.keep(tx, order.reference, _own_words(order), self._personal_words(order))
            return bool(due)

        return await self._database.run(work)

    def _personal_words(self, order: Order) -> tuple[str, ...]:
        # One of an account that left the settings is found by its own words only: nothing knows its form.
        account = self._accounts.get(order.account)
        return () if account is None else personal_words(account.form, json.loads(order.answers))


def _own_words(order: Order) -> list[str]:
    return [order.reference, *([order.number] if order.number else [])]
