"""The words by which orders of an older database are found, written down by and by.

Newer orders get theirs when they are confirmed; going through all of them at once would hold up everything else.
"""

import json
import logging
import math
from collections.abc import Mapping
from typing import Final

from bot.conversation.known import Account
from bot.journal.search_words import personal_words
from bot.workers.loop import Loop
from storage import words
from storage.database import Database, Reader, Transaction
from storage.orders import Order

log = logging.getLogger(__name__)
BATCH: Final = 50
"""Older orders of one transaction."""
PAUSE: Final = 0.2
"""Seconds between two of them, in which everything else gets its turn."""


class Backfill:
    """Goes through the orders of a database from before in small batches; a restart goes on where it was."""

    def __init__(self, database: Database, accounts: Mapping[str, Account]) -> None:
        self._database = database
        self._accounts = accounts

    async def run(self) -> None:
        """Until there are none, and then rest. Runs until cancelled."""
        # A fault of our own stays one until the next start; orders are placed without this.
        await Loop("orders could not be made findable", self._turn, after_a_fault=math.inf).run()

    async def _turn(self) -> float | None:
        return PAUSE if await self.batch() else None

    async def batch(self) -> bool:
        """One batch; False when there was none left. Raises StorageError."""

        def work(tx: Transaction) -> bool:
            due = words.due(tx, BATCH)
            for order in due:
                words.keep_personal(tx, order.reference, _own_words(order), self._personal_words(tx, order))
            return bool(due)

        return await self._database.run(work)

    def _personal_words(self, reader: Reader, order: Order) -> tuple[str, ...] | None:
        """The words of what is in an order; None where nobody can tell, so that it is found as it was."""
        # Nothing knows the form of an account that left the settings.
        account = self._accounts.get(order.account)
        if account is None:
            return None
        try:
            return personal_words(reader, order.account, account.form, json.loads(order.answers))
        except Exception:
            log.exception("order %s can't be found by what is in it", order.reference)
            return None


def _own_words(order: Order) -> list[str]:
    return [order.reference, *([order.number] if order.number else [])]
