"""One chat's messages that wait, in memory, in the order in which they go.

Asking storage which row is next costs a read for every message, and more the more of them wait. These are the same
rules without it: the oldest row goes first, a paced edit steps aside while it waits, and the newest edit counts.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.outbox import OutboxRow

KEPT = 200
"""Messages, and as many paced edits, that are kept of one chat: one that can't be reached doesn't fill the memory."""
FreeAt = Callable[[int], int]
"""Tells from which time on a message (the id of its row) may be edited again, for the sake of pace."""


@dataclass(frozen=True, slots=True)
class ReadingUnderWay:
    """A reading of storage that sees neither what is `gone` since it began nor rows that were `added`."""

    gone: set[int]
    added: dict[int, OutboxRow] = field(default_factory=dict)


class WaitingChat:
    """The oldest rows of a chat, about KEPT of each sort at most.

    What is too much stays in storage, and so do all later ones, until the chat is read again; so none is overtaken.
    """

    __slots__ = ("_all_edits", "_all_messages", "_edits", "_messages", "is_queued", "timer")

    def __init__(self) -> None:
        self.is_queued = False
        """It has a place in the line for being served."""
        self.timer: int | None = None
        """When it is looked at again, if no row was due."""
        self.clear()

    def clear(self) -> None:
        """Forget the rows, to take in anew what storage has."""
        self._messages: deque[OutboxRow] = deque()
        self._edits: dict[int, OutboxRow] = {}
        self._all_messages = self._all_edits = True

    @property
    def lacks_rows(self) -> bool:
        """All that is known has gone, and storage has more."""
        return self._lacks_messages or not (self._all_edits or self._edits)

    @property
    def _lacks_messages(self) -> bool:
        return not (self._all_messages or self._messages)

    def outdate(self, target: int, by: int) -> None:
        """A newer edit of a message was written: a paced one that still waits is not sent any more."""
        edit = self._edits.get(target)
        if edit is not None and edit.id < by:
            del self._edits[target]

    def add(self, row: OutboxRow) -> None:
        """A row that was written, above all that came before; one that is known already changes nothing."""
        if row.paced and row.edits is not None:
            self._add_edit(row, row.edits)
        elif self._messages and row.id <= self._messages[-1].id:
            self._insert(row)
        elif self._all_messages and len(self._messages) < KEPT:
            self._messages.append(row)
        else:
            self._all_messages = False

    def cut_off(self, paced: int) -> None:
        """Storage has more messages, or more paced edits, than are known."""
        if paced:
            self._all_edits = False
        else:
            self._all_messages = False

    def put_back(self, row: OutboxRow) -> None:
        """A row that was taken out and has to go again."""
        if row.paced and row.edits is not None:
            self._add_edit(row, row.edits, comes_back=True)
        else:
            self._insert(row)

    def take_due(self, now: int, free_at: FreeAt) -> OutboxRow | None:
        """Take out the row that goes now, if any does."""
        row = min((row for at, row in self._next(free_at) if at <= now), key=_id, default=None)
        if row is None:
            return None
        if row.paced and row.edits is not None:
            del self._edits[row.edits]
        else:
            self._messages.popleft()
        return row

    def due_at(self, free_at: FreeAt) -> int | None:
        """The time at which a row goes (perhaps in the past), or None when none is known."""
        return min((at for at, _ in self._next(free_at)), default=None)

    def _next(self, free_at: FreeAt) -> list[tuple[int, OutboxRow]]:
        """The rows that nothing but time holds up."""
        if self._lacks_messages:
            return []
        first = self._messages[0] if self._messages else None
        found = [] if first is None else [(first.not_before, first)]
        for target, row in self._edits.items():
            # An edit never overtakes what was said before it.
            if first is None or row.id < first.id:
                found.append((max(row.not_before, free_at(target)), row))
        return found

    def _add_edit(self, row: OutboxRow, target: int, *, comes_back: bool = False) -> None:
        if target in self._edits or any(later.edits == target and later.id > row.id for later in self._messages):
            return
        if comes_back or (self._all_edits and len(self._edits) < KEPT):
            self._edits[target] = row
        else:
            self._all_edits = False

    def _insert(self, row: OutboxRow) -> None:
        if all(known.id != row.id for known in self._messages):
            self._messages = deque(sorted((*self._messages, row), key=_id))


def _id(row: OutboxRow) -> int:
    return row.id
