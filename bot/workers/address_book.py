"""The upkeep of the address book: people of older orders are written down, and names get their pinyin.

Both are done by and by, beside the chats: nobody waits for them, and a person is found by name and phone meanwhile.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final

from bot.catalogue.pinyin import PinyinError, transcribe
from bot.conversation.known import Account
from bot.journal.address_book import note_order
from bot.workers.loop import Loop
from storage import contacts
from storage.contacts import Contact
from storage.database import Database, Transaction

log = logging.getLogger(__name__)
BATCH: Final = 50
"""Older orders, or names, of one transaction."""
PAUSE: Final = 0.2
"""Seconds between two of them, in which everything else gets its turn."""
EVERY: Final = 20.0
"""Seconds after which new names get their pinyin at the latest: the dictionary is loaded for many at a time."""
AFTER_A_FAULT: Final = 600.0
NAMES: Final = 2000
"""Names that one process takes."""

Transcribe = Callable[[Collection[str]], Awaitable[dict[str, str]]]
"""Like `transcribe`."""


class AddressBookUpkeep:
    """Goes on where it was after a restart: what is still to be done stands in storage."""

    def __init__(
        self, database: Database, accounts: Mapping[str, Account], transcribe: Transcribe = transcribe
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._transcribe = transcribe
        complaint = "the address book could not be kept up"
        self._loop = Loop(complaint, self._turn, again=EVERY, after_a_fault=AFTER_A_FAULT)

    async def run(self) -> None:
        """Run until cancelled. Orders are placed without it, so it ends nothing by failing."""
        await self._loop.run()

    async def _turn(self) -> float:
        if await self.note_older():
            return PAUSE
        try:
            await self.read_names()
        except PinyinError as error:
            log.warning("new people can't be found by pinyin for now: %s", error)
            return AFTER_A_FAULT
        return EVERY

    async def note_older(self) -> bool:
        """One batch of orders from before there was an address book; False when there was none left.

        Raises StorageError.
        """

        def work(tx: Transaction) -> bool:
            due = contacts.due(tx, BATCH)
            for order in due:
                account = self._accounts.get(order.account)
                note_order(tx, order, None if account is None else account.form)
            return bool(due)

        return await self._database.run(work)

    async def read_names(self) -> None:
        """Find everybody who is new by their pinyin too. Raises PinyinError and StorageError."""
        while new := await self._database.read(contacts.unread, NAMES):
            pinyin = await self._transcribe(list(dict.fromkeys(one.name for one in new)))
            for start in range(0, len(new), BATCH):
                await self._keep(new[start : start + BATCH], pinyin)

    async def _keep(self, some: Collection[Contact], pinyin: Mapping[str, str]) -> None:
        def work(tx: Transaction) -> None:
            for one in some:
                contacts.set_pinyin(tx, one, pinyin.get(one.name, ""))

        await self._database.run(work)
