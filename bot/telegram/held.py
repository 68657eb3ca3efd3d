"""The chats that this replica holds: it alone brings their messages to Telegram, until it gives them back.

Alone on a database a bot holds all chats for ever, and nothing is written down.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.telegram.waiting import KEPT
from storage import chats, outbox, signals
from storage.chats import Entered
from storage.database import Reader, Transaction
from storage.outbox import OutboxRow

HELD_FOR: Final = 2.0
"""Seconds for which a chat in which nothing happens is held on: so long somebody who is at it may need for an answer.

As long others wait for what the dead have held, so it is not much longer.
"""
_WANTED_FOR: Final = 1.5
"""Seconds for which somebody else waits for a chat."""
_SOON: Final = 0.01
"""Seconds until a chat that is wanted may be at rest."""
_LATER: Final = 0.25
"""Seconds until one may be at rest that nobody wants."""


@dataclass(frozen=True, slots=True)
class _Hold:
    """`last` is the last number that was reserved in a chat when it was entered, 0 where that isn't known.

    `used_at` is when something happened there, by the loop's time.
    """

    last: int
    used_at: float


class HeldChats:
    """Known in memory, so that only what has come to rest is given back. `me` is empty for a bot that is alone."""

    def __init__(self, me: str, at_rest: Callable[[int], bool]) -> None:
        """`at_rest`: nothing is on its way to a chat, and nothing is known that waits for it."""
        self._me = me
        self._at_rest = at_rest
        self._chats: dict[int, _Hold] = {}
        """Those last in which something happened last."""
        self._wanted: dict[int, float] = {}
        """Chats that others wait for, and until when."""

    def add(self, chat_ids: Iterable[int]) -> None:
        """These are held, as storage has it."""
        for chat_id in chat_ids if self._me else ():
            self._use(chat_id, None)

    def _use(self, chat_id: int, last: int | None) -> None:
        before = self._chats.pop(chat_id, None)
        if last is None:
            last = 0 if before is None else before.last
        self._chats[chat_id] = _Hold(last, asyncio.get_running_loop().time())

    def want(self, chat_ids: Iterable[int]) -> None:
        """Others wait until these are given back."""
        until = asyncio.get_running_loop().time() + _WANTED_FOR
        self._wanted.update({chat_id: until for chat_id in chat_ids if chat_id in self._chats})

    def note(self, entered: Mapping[int, Entered]) -> set[int]:
        """These were entered and are held; returns those in which something may wait that others have written."""
        strange = {
            chat_id for chat_id, one in entered.items() if one.since is not None and one.since != self._last(chat_id)
        }
        for chat_id, one in entered.items():
            self._use(chat_id, one.last)
        return strange

    def _last(self, chat_id: int) -> int | None:
        hold = self._chats.get(chat_id)
        return None if hold is None else hold.last

    def enter(self, tx: Transaction, chat_id: int) -> bool:
        """Hold a chat from the commit on, if nobody else does, who hears of it; True if it is ours then."""
        if not self._me:
            return True
        holder = chats.enter(tx, chat_id, self._me, 0, 0).holder
        if holder != self._me:
            signals.send(tx, (signals.ROWS, chat_id, holder))
        return holder == self._me

    def resting(self, *, at_once: bool = False) -> set[int]:
        """The chats that can be given back, those that were not at rest for long only if it is to be `at_once`."""
        now = asyncio.get_running_loop().time()
        for chat_id in [chat_id for chat_id, until in self._wanted.items() if until <= now]:
            del self._wanted[chat_id]
        return {
            chat_id
            for chat_id, hold in self._chats.items()
            if (at_once or hold.used_at + HELD_FOR <= now or chat_id in self._wanted) and self._at_rest(chat_id)
        }

    def due_in(self) -> float | None:
        """Seconds until a chat may have to be given back; None for none at all."""
        if self._wanted:
            return _SOON
        oldest = next(iter(self._chats.values()), None)
        if oldest is None:
            return None
        return max(oldest.used_at + HELD_FOR - asyncio.get_running_loop().time(), _LATER)

    def give_back(self, tx: Transaction, chat_ids: Iterable[int]) -> set[int]:
        """Give them back with the commit; returns those that we hold on, since something waits in them."""
        return chats.give_back(tx, chat_ids, self._me) if self._me else set()

    def given_back(self, chat_ids: Iterable[int]) -> set[int]:
        """They are given back, as storage has it; returns them without those that were taken anew since."""
        gone = {chat_id for chat_id in chat_ids if self._at_rest(chat_id)}
        for chat_id in gone:
            self._chats.pop(chat_id, None)
            self._wanted.pop(chat_id, None)
        return gone

    def of(self, reader: Reader, chat_ids: Iterable[int] | None) -> list[int] | None:
        """All that we hold as storage has it, or those of the chats that we hold; None for all that there are."""
        if not self._me:
            return None if chat_ids is None else list(chat_ids)
        held = chats.held(reader, self._me)
        return held if chat_ids is None else sorted(set(chat_ids).intersection(held))

    def waiting(
        self, reader: Reader, chat_ids: Iterable[int] | None, taken: int
    ) -> tuple[list[OutboxRow], set[int], list[int] | None]:
        """The rows that wait in storage, in some of our chats or in all; where something is kept; and our chats.

        So many rows have been `taken` that storage has as waiting: they are not to hide the others.
        """
        ours = self.of(reader, chat_ids)
        return outbox.waiting(reader, KEPT + 1 + taken, ours), outbox.kept_chats(reader), ours

    def inherit(self, tx: Transaction) -> tuple[list[int], set[int]]:
        """Hold the chats of the dead from the commit on; returns them, and the messages that wait there."""
        found = chats.inherit(tx, self._me)
        return found, chats.waiting(tx, found)
