"""The inbox that Telegram keeps for a bot: an update stays until a later `getUpdates` asks for what comes after it."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

FIRST_UPDATE_ID = 100_000_001
LONGEST_POLL = 50
"""Seconds; Telegram caps what a bot asks for."""
MOST_UPDATES = 100
BY_OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class PollEnded(Exception):  # noqa: N818  not an error of ours: somebody else took over
    """Another request ended the waiting one; the text is Telegram's description."""


@dataclass(slots=True, eq=False)
class PendingUpdate:
    """An update that the bot has not confirmed yet."""

    update: dict[str, Any]
    repeated: bool
    """A repeated update is older than the bot's offset: it waits to be handed out once all the same."""
    handed_out: bool = False
    failures: int = 0
    """By webhook: how often it was brought in vain."""
    due: float = 0.0
    """By webhook: when it may be brought again, on the monotonic clock."""


class Updates:
    """Updates in the order in which they happened, and at most one `getUpdates` that waits for more.

    `changed` is called whenever there is one more.
    """

    def __init__(self) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._emptied = asyncio.Event()
        self._last_id = FIRST_UPDATE_ID - 1
        self._kept: list[PendingUpdate] = []
        self._all: dict[int, dict[str, Any]] = {}
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[str | None] | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def allow(self, kinds: Collection[str]) -> None:
        """From now on keep only these kinds; none named means all."""
        self._allowed = frozenset(kinds) or None

    @property
    def allowed(self) -> list[str]:
        """The kinds that are kept; none named means all."""
        return sorted(self._allowed or ())

    def put(self, kind: str, content: Mapping[str, Any]) -> int:
        """Keep an update and return its `update_id`."""
        self._last_id += 1
        if self._allowed is None or kind in self._allowed:
            self._keep({"update_id": self._last_id, kind: dict(content)})
        return self._last_id

    def put_raw(self, update: Mapping[str, Any]) -> int:
        """Keep any JSON object as an update, however malformed; it gets an `update_id` unless it brings one."""
        raw = dict(update)
        if isinstance(raw.get("update_id"), int):
            self._last_id = max(self._last_id, raw["update_id"])
        else:
            self._last_id += 1
            raw["update_id"] = self._last_id
        self._keep(raw)
        return int(raw["update_id"])

    def repeat(self, update_id: int) -> None:
        """Hand an update out once more, as Telegram does when it missed the confirmation. KeyError when unknown."""
        self._add(PendingUpdate(self._all[update_id], repeated=True))

    def withhold(self, update_id: int) -> None:
        """Don't hand an update out before it is repeated, as if it came after later ones. KeyError when unknown."""
        held = self._all[update_id]
        self._kept = [kept for kept in self._kept if kept.update is not held]
        self._told()

    def drop(self) -> None:
        """Forget all that is pending."""
        self._kept.clear()
        self._told()

    def waiting(self) -> Sequence[PendingUpdate]:
        """All that is pending, oldest first."""
        return tuple(self._kept)

    def take(self, kept: PendingUpdate) -> None:
        """The bot has taken it, unless it was dropped meanwhile."""
        if kept in self._kept:
            self._kept.remove(kept)
            self._told()

    async def emptied(self) -> None:
        """Wait until nothing is pending."""
        while self._kept:
            await self._emptied.wait()

    def end_poll(self, reason: str | None = None) -> None:
        """Let the waiting `getUpdates` answer now: with what there is, or with a conflict for that `reason`."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """The answer to `getUpdates`: updates from `offset` on, at most `limit`, waiting up to `seconds` for the first.

        Confirms all updates before `offset`. A negative offset keeps only that many from the end.
        Raises PollEnded.
        """
        self.end_poll(BY_OTHER_POLL)
        self._confirm(offset)
        if not self._kept and seconds > 0:
            self._poll = poll = asyncio.get_running_loop().create_future()
            done, _ = await asyncio.wait([poll], timeout=min(seconds, LONGEST_POLL))
            if self._poll is poll:
                self._poll = None
            if done and (reason := poll.result()):
                raise PollEnded(reason)
        batch = self._kept[: max(1, min(limit, MOST_UPDATES))]
        for kept in batch:
            kept.handed_out = True
        return [deepcopy(kept.update) for kept in batch]

    def _keep(self, update: dict[str, Any]) -> None:
        self._all[update["update_id"]] = update
        self._add(PendingUpdate(update, repeated=False))

    def _add(self, kept: PendingUpdate) -> None:
        self._kept.append(kept)
        self.end_poll()
        self.changed()

    def _told(self) -> None:
        """Some have gone."""
        if not self._kept:
            self._emptied.set()
            self._emptied = asyncio.Event()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._kept = self._kept[offset:]
            return
        self._kept = [
            kept for kept in self._kept if kept.update["update_id"] >= offset or (kept.repeated and not kept.handed_out)
        ]
        self._told()
