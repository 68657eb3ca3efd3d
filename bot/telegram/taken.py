"""The memory of what Telegram has taken: at once here, in storage with the next unit of work that comes along.

A message so costs no transaction of its own, and what has to know its id (an edit, the next one for the sake of pace)
knows it although storage doesn't yet. What a crash makes us forget is sent again.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from storage.outbox import PACE, OutboxRow, Taken

KNOWN = 2_000
"""Messages whose ids are kept after storage has them, so that a change of a young message reads nothing."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The message in which a row is to be seen, if its id is known; `edit` is the row that changed it last."""

    message_id: int | None
    edit: int = 0
    edited_at: int | None = None
    chat_id: int = 0


class TakenMessages:
    """Rows that Telegram took, oldest first."""

    def __init__(self) -> None:
        self._unstored: dict[int, tuple[Taken, float]] = {}
        self._handed_out: set[int] = set()
        """Rows that a unit of work is about to record."""
        self._shown: dict[int, _Shown] = {}

    def note(self, taken: Taken, at: float, chat_id: int = 0) -> None:
        """Telegram took it, in a chat; `at` is the loop's time, by which `oldest` is told."""
        self._unstored[taken.row_id] = taken, at
        self._show(taken.row_id, _Shown(taken.message_id, chat_id=chat_id))
        if taken.edits is not None:
            # What it edits may have been gone, and is said anew: later edits are for the message that is there now.
            self._show(taken.edits, _Shown(taken.message_id, taken.row_id, taken.shown_at, chat_id))

    def _show(self, row_id: int, shown: _Shown) -> None:
        # At the end: what storage doesn't know yet is never the first to be forgotten.
        self._shown.pop(row_id, None)
        self._shown[row_id] = shown

    def unstored(self) -> tuple[Taken, ...]:
        """All that storage doesn't know yet."""
        return tuple(taken for taken, _ in self._unstored.values())

    def hand_out(self) -> tuple[Taken, ...]:
        """Hand out what no unit of work has yet, to one that records it; then it is `stored`, or to `take_back`.

        With it goes whatever else became of the same messages: should the unit that has that fail, what came later is
        not to be recorded before it.
        """
        shown_in = {_original(taken) for taken, _ in self._unstored.values() if taken.row_id not in self._handed_out}
        out = tuple(taken for taken, _ in self._unstored.values() if _original(taken) in shown_in) if shown_in else ()
        self._handed_out.update(taken.row_id for taken in out)
        return out

    def take_back(self, taken: Iterable[Taken]) -> None:
        """The unit of work that was to record these has failed: the next one has them."""
        self._handed_out.difference_update(one.row_id for one in taken)

    def stored(self, taken: Iterable[Taken]) -> None:
        """Storage knows these by now."""
        for one in taken:
            self._unstored.pop(one.row_id, None)
            self._handed_out.discard(one.row_id)
        # Each of the unstored has at most two entries, its own and the one of what it edits; both are at the end.
        beyond = max(0, len(self._shown) - KNOWN - 2 * len(self._unstored))
        for row_id in list(islice(self._shown, beyond)):
            del self._shown[row_id]

    def forget_stored(self) -> None:
        """Only storage knows by now: what it has of some messages was changed."""
        self._forget(lambda _: True)

    def forget(self, chats: Collection[int]) -> None:
        """Only storage knows by now what is to be seen in these chats: others may change it."""
        if chats:
            self._forget(lambda shown: shown.chat_id in chats)

    def _forget(self, which: Callable[[_Shown], bool]) -> None:
        kept = {row for taken, _ in self._unstored.values() for row in (taken.row_id, taken.edits)}
        self._shown = {row_id: shown for row_id, shown in self._shown.items() if row_id in kept or not which(shown)}

    @property
    def oldest(self) -> float | None:
        """Since when something has waited to be stored, by the loop's time."""
        return next((at for _, at in self._unstored.values()), None)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._shown

    def message_id(self, row_id: int) -> int | None:
        """Telegram's id of the message in which a row is to be seen; None when only storage or nobody knows."""
        shown = self._shown.get(row_id)
        return None if shown is None else shown.message_id

    def free_at(self, row_id: int) -> int:
        """The time, by `forward`, from which a row's message may be edited again; 0 when storage knows best."""
        shown = self._shown.get(row_id)
        return 0 if shown is None or shown.edited_at is None else shown.edited_at + PACE

    def outdates(self, row: OutboxRow) -> bool:
        """True for an edit when a newer one has gone out."""
        shown = None if row.edits is None else self._shown.get(row.edits)
        return shown is not None and shown.edit > row.id


def _original(taken: Taken) -> int:
    """The row that brought the message in which a row is to be seen."""
    return taken.row_id if taken.edits is None else taken.edits
