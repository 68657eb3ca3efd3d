"""The messages that are on their way to Telegram, and those of which nobody knows if they got there.

A question may be on somebody's screen before we know it: while Telegram's answer is coming, or where it was lost. Who
handles an answer has to know which questions these are.
"""

import asyncio
from collections.abc import Iterable

from storage.outbox import OutboxRow


class UnderWay:
    """The row that is being sent to each chat, and all rows that Telegram may have taken without our knowing it."""

    def __init__(self) -> None:
        self.serving: dict[int, OutboxRow] = {}
        self._doubtful: set[int] = set()
        self._came_to_rest = asyncio.Event()

    def clear(self) -> None:
        """Forget what was doubtful: storage has it."""
        self._doubtful.clear()

    def begin(self, row: OutboxRow) -> None:
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

    def rows(self) -> frozenset[int]:
        """Rows that people may see, or may not."""
        return frozenset((*self._doubtful, *(row.id for row in self.serving.values())))

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
