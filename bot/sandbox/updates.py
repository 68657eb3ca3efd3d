"""The inbox that Telegram keeps for a bot: an update stays until a later `getUpdates` asks for what comes after it."""

import asyncio
from collections.abc import Collection, Mapping
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


@dataclass(slots=True)
class _Kept:
    update: dict[str, Any]
    repeated: bool
    """A repeated update is older than the bot's offset: it waits to be handed out once all the same."""
    handed_out: bool = False


class Updates:
    """Updates in the order in which they happened, and at most one `getUpdates` that waits for more."""

    def __init__(self) -> None:
        self._last_id = FIRST_UPDATE_ID - 1
        self._kept: list[_Kept] = []
        self._all: dict[int, dict[str, Any]] = {}
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[str | None] | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def allow(self, kinds: Collection[str]) -> None:
        """From now on keep only these kinds; none named means all."""
        self._allowed = frozenset(kinds) or None

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
        self._kept.append(_Kept(self._all[update_id], repeated=True))
        self.end_poll()

    def withhold(self, update_id: int) -> None:
        """Don't hand an update out before it is repeated, as if it came after later ones. KeyError when unknown."""
        held = self._all[update_id]
        self._kept = [kept for kept in self._kept if kept.update is not held]

    def drop(self) -> None:
        """Forget all that is pending."""
        self._kept.clear()

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
        self._kept.append(_Kept(update, repeated=False))
        self.end_poll()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._kept = self._kept[offset:]
            return
        self._kept = [
            kept for kept in self._kept if kept.update["update_id"] >= offset or (kept.repeated and not kept.handed_out)
        ]
