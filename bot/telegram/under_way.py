"""The messages that are on their way to Telegram, and those of which nobody knows if they got there.

A question may be on somebody's screen before we know it: while Telegram's answer is coming, or where it was lost. Who
handles an answer has to know which questions these are.
"""

import asyncio
from collections.abc import Container, Iterable
from dataclasses import dataclass

from bot.monitoring.context import bind
from storage.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class _AllBut:
    """Contains every row but these."""

    others: frozenset[int]

    def __contains__(self, row_id: object) -> bool:
        return row_id not in self.others


class UnderWay:
    """The row that is being sent to each chat, and all rows that Telegram may have taken without our knowing it."""

    def __init__(self) -> None:
        self.serving: dict[int, OutboxRow] = {}
        self._doubtful: set[int] = set()
        self._new: set[int] | None = set()
        """Rows written since the start; None once storage was read, since when the doubtful ones are known."""
        self._came_to_rest = asyncio.Event()

    def clear(self) -> None:
        """Begin anew: of what was written before nothing is known until storage was read."""
        self._doubtful.clear()
        self._new = set()

    def add(self, row_id: int) -> None:
        """A row was written just now."""
        if self._new is not None:
            self._new.add(row_id)

    def read(self, rows: Iterable[int]) -> None:
        """Storage was read for the first time: these wait there. What was taken just before may be among them."""
        if self._new is not None:
            self.doubt(set(rows) - self._new)
            self._new = None

    def begin(self, row: OutboxRow) -> None:
        """Its attempt begins, in the task that calls this."""
        # Of a message that is about several orders, or none, the log names none.
        bind(reference=row.about if row.about.isdigit() else "")
        self.serving[row.chat_id] = row

    def end(self, row: OutboxRow) -> None:
        """Its attempt is over, whatever came of it."""
        del self.serving[row.chat_id]
        self._came_to_rest.set()

    def doubt(self, rows: Iterable[int]) -> None:
        """Telegram may have taken these, though its answer never came: of before a start, or on a bad line."""
        self._doubtful.update(rows)

    def resolve(self, row_id: int) -> bool:
        """The fate of a row is known now; True when it may have been taken before."""
        was_doubtful = row_id in self._doubtful
        self._doubtful.discard(row_id)
        return was_doubtful

    def rows(self, taken: Iterable[int]) -> Container[int]:
        """Rows that people may see although storage has them as waiting, as it is at this moment.

        Telegram has `taken` these: storage learns of each by one unit of work, which may fail.
        """
        seen = {*taken, *(row.id for row in self.serving.values())}
        return frozenset(seen | self._doubtful) if self._new is None else _AllBut(frozenset(self._new - seen))

    async def settled(self, chats: Iterable[int], within: float) -> None:
        """Return when nothing is on its way to these chats at some moment, or after so many seconds."""
        wanted = set(chats)
        try:
            async with asyncio.timeout(within):
                while not wanted.isdisjoint(self.serving):
                    self._came_to_rest.clear()
                    await self._came_to_rest.wait()
        except TimeoutError:
            return
