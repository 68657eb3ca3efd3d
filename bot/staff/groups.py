"""The groups in which staff may see orders. Such a group goes on counting when Telegram gives it another id.

A group that becomes a supergroup changes its id, and the settings still have the old one: what was moved is kept in
storage, and known here for as long as the program runs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group became a supergroup, and has another id now."""

    old: int
    new: int


class Groups:
    """The groups of the settings, under the ids that they have now."""

    def __init__(self, ids: Iterable[int] = (), moves: Mapping[int, int] | None = None) -> None:
        """`moves` are old ids and what each became."""
        self._ids = frozenset(ids)
        self._moves = dict(moves or {})
        self._counted = self._now_counted()

    def __contains__(self, chat_id: int) -> bool:
        return self.now(chat_id) in self._counted

    def now(self, chat_id: int) -> int:
        """The id that a chat has now; its own when it was never moved."""
        for _ in range(len(self._moves)):
            chat_id = self._moves.get(chat_id, chat_id)
        return chat_id

    def move(self, old: int, new: int) -> None:
        """The group `old` is `new` from now on. Doing it again changes nothing."""
        self._moves[old] = new
        self._counted = self._now_counted()

    def _now_counted(self) -> frozenset[int]:
        return frozenset(map(self.now, self._ids))
