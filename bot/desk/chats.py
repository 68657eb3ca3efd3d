"""The chats of one unit of work where replicas share them: locked when something happens there, held by who delivers.

Alone on a database there is nothing to share, and a unit of work goes without.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.ids import SLOTS, Ids
from storage import chats, signals
from storage.chats import Entered
from storage.database import Transaction

_MESSAGES: Final = 256
"""Numbers of one replica that are reserved in a chat at a time."""
_SPAN: Final = _MESSAGES * SLOTS
ChatsMark = tuple[dict[int, Entered], set[tuple[str, int]]]
"""The chats that were entered up to a moment, and what their holders were signalled."""


class SharedChats:
    """Enters each chat once, in the transaction of the unit of work; `me` is the name of this replica."""

    def __init__(self, tx: Transaction, ids: Ids, me: str) -> None:
        self._tx = tx
        self._ids = ids
        self._me = me
        self._entered: dict[int, Entered] = {}
        self._first: dict[int, Entered] = {}
        self._signalled: set[tuple[str, int]] = set()

    def enter(self, chat_ids: Iterable[int]) -> None:
        """Lock these chats, all at once."""
        new = set(chat_ids) - self._entered.keys()
        for chat_id, found in chats.enter_all(self._tx, new, self._me, self._from(), _SPAN).items():
            self._note(chat_id, found)

    def row_id(self, chat_id: int) -> int:
        """The number of a message to a chat: above all that anybody has written there.

        With the commit whoever holds the chat hears that something waits in it.
        """
        entered = self._entered.get(chat_id) or self._enter(chat_id)
        self._signal(signals.ROWS, chat_id, entered.holder)
        while (row_id := self._ids.outbox_above(entered.above)) > entered.last:
            entered = self._enter(chat_id)
        return row_id

    def is_ours(self, chat_id: int) -> bool:
        """True for a chat whose messages this replica brings to Telegram, once the unit of work is committed."""
        return (self._entered.get(chat_id) or self._enter(chat_id)).holder == self._me

    def want(self, chat_id: int) -> None:
        """Ask whoever holds a chat to give it back as soon as nothing is on its way there."""
        self._signal(signals.WANTED, chat_id, (self._entered.get(chat_id) or self._enter(chat_id)).holder)

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

    def mark(self) -> ChatsMark:
        """A moment to go back to."""
        return dict(self._entered), set(self._signalled)

    def back_to(self, mark: ChatsMark) -> None:
        """Forget what came after a moment: it is undone in the database."""
        entered, signalled = mark
        self._entered, self._signalled = dict(entered), set(signalled)

    def _from(self) -> int:
        # Above what this replica has reserved in any of them. Else the numbers of one chat would put those of the next
        # beyond what is reserved there, and it would have to be entered again.
        return self._ids.outbox_from() + _SPAN

    def _signal(self, word: str, chat_id: int, holder: str) -> None:
        if holder != self._me and (word, chat_id) not in self._signalled:
            self._signalled.add((word, chat_id))
            signals.send(self._tx, (word, chat_id, holder))

    def _enter(self, chat_id: int, above: int = 0) -> Entered:
        at_least = max(above, self._from())
        return self._note(chat_id, chats.enter(self._tx, chat_id, self._me, at_least, _SPAN))

    def _note(self, chat_id: int, found: Entered) -> Entered:
        if chat_id not in self._entered:
            self._first[chat_id] = found
        self._entered[chat_id] = found
        return found
