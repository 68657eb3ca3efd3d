"""The chats of one unit of work where replicas share them: locked when something happens there, held by who delivers.

Alone on a database there is nothing to share, and a unit of work goes without.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.ids import SLOTS, Ids
from storage import chats
from storage.chats import Entered
from storage.database import Transaction

_MESSAGES: Final = 64
"""Numbers of one replica that are reserved in a chat at a time."""
_SPAN: Final = _MESSAGES * SLOTS


class SharedChats:
    """Enters each chat once, in the transaction of the unit of work; `me` is the name of this replica."""

    def __init__(self, tx: Transaction, ids: Ids, me: str) -> None:
        self._tx = tx
        self._ids = ids
        self._me = me
        self._entered: dict[int, Entered] = {}
        self._first: dict[int, Entered] = {}

    def enter(self, chat_ids: Iterable[int]) -> None:
        """Lock these chats, in an order that all replicas keep to, so that they don't wait for each other in a ring."""
        for chat_id in sorted(set(chat_ids) - self._entered.keys()):
            self._enter(chat_id)

    def row_id(self, chat_id: int) -> int:
        """The number of a message to a chat: above all that anybody has written there."""
        entered = self._entered.get(chat_id) or self._enter(chat_id)
        while (row_id := self._ids.outbox(entered.above)) > entered.last:
            entered = self._enter(chat_id)
        return row_id

    def is_ours(self, chat_id: int) -> bool:
        """True for a chat whose messages this replica brings to Telegram, once the unit of work is committed."""
        return (self._entered.get(chat_id) or self._enter(chat_id)).holder == self._me

    def ours(self) -> dict[int, Entered]:
        """All chats that were entered and are held by this replica, as they were when they were entered first.

        The numbers go up to the last that was reserved.
        """
        return {
            chat_id: replace(self._first[chat_id], last=entered.last)
            for chat_id, entered in self._entered.items()
            if entered.holder == self._me
        }

    def follow(self, old: int, new: int) -> None:
        """A group has another id: what was written to the old one is in the new one, below all that comes."""
        before = self._entered.get(old) or self._enter(old)
        self._enter(new, before.last)

    def mark(self) -> dict[int, Entered]:
        """A moment to go back to."""
        return dict(self._entered)

    def back_to(self, mark: dict[int, Entered]) -> None:
        """Forget what came after a moment: it is undone in the database."""
        self._entered = dict(mark)

    def _enter(self, chat_id: int, above: int = 0) -> Entered:
        at_least = max(above, self._ids.outbox_from())
        found = chats.enter(self._tx, chat_id, self._me, at_least, _SPAN)
        if chat_id not in self._entered:
            self._first[chat_id] = found
        self._entered[chat_id] = found
        return found
