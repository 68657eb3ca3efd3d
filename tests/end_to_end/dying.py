"""A database under which the process kills itself around a commit of a given kind, as no timing from outside could.

Only tests put it into the bot; what it wraps is the real one.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Concatenate, ParamSpec, TypeVar

from storage import conversations, outbox, sending, unknown, updates
from storage.database import Database, Reader, Row, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class Kind(StrEnum):
    """What a transaction does."""

    UPDATE = "update"  # a person's message, with all its effects
    CLAIM = "claim"  # an order becomes `sending`, or is settled without
    SETTLE = "settle"  # what became of an order
    POSTPONE = "postpone"  # an order that was not sent waits to be tried again
    LOOK = "look"  # a look-up of an order of unknown outcome decided nothing
    REPORT = "report"  # what a look-up found
    DELIVERY = "delivery"  # a message was taken by Telegram


class When(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Death:
    """Where the process dies: at the first commit of this kind, before it or right after it."""

    kind: Kind
    when: When


_BY_STATEMENT = {
    updates.MARK_SEEN: Kind.UPDATE,
    sending.CLAIM: Kind.CLAIM,
    sending.CLAIM_ONE: Kind.CLAIM,
    sending.HOLD_BACK: Kind.CLAIM,
    sending.SETTLE: Kind.SETTLE,
    sending.POSTPONE: Kind.POSTPONE,
    unknown.LOOKED: Kind.LOOK,
    outbox.SENT: Kind.DELIVERY,
    conversations.SAVE: Kind.REPORT,
}
# A transaction saves a state for several reasons; it is only a report when nothing else happens in it.
_FIRST = [Kind.UPDATE, Kind.CLAIM, Kind.SETTLE, Kind.POSTPONE, Kind.LOOK, Kind.DELIVERY, Kind.REPORT]


class _Watched:
    """A transaction that remembers which statements changed or found something."""

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self._kinds: set[Kind] = set()

    @property
    def kind(self) -> Kind | None:
        return next((kind for kind in _FIRST if kind in self._kinds), None)

    def _note(self, sql: str, found: object) -> None:
        if found and sql in _BY_STATEMENT:
            self._kinds.add(_BY_STATEMENT[sql])

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        rows = self._inner.fetch(sql, *args)
        self._note(sql, rows)
        return rows

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        row = self._inner.fetchrow(sql, *args)
        self._note(sql, row)
        return row

    def fetchrows(self, sql: str, each: Iterable[Sequence[str | int | None]]) -> list[Row | None]:
        rows = self._inner.fetchrows(sql, each)
        self._note(sql, any(rows))
        return rows

    def execute(self, sql: str, *args: str | int | None) -> int:
        changed = self._inner.execute(sql, *args)
        self._note(sql, changed)
        return changed

    def write(self, sql: str, *args: str | int | None) -> None:
        self._inner.write(sql, *args)
        self._note(sql, found=True)

    def prefetch(self, sql: str, *args: str | int | None) -> None:
        self._inner.prefetch(sql, *args)

    def take_turn(self) -> None:
        self._inner.take_turn()

    def stay_in_chats(self) -> None:
        self._inner.stay_in_chats()

    def signal(self, text: str) -> None:
        self._inner.signal(text)

    def savepoint(self) -> AbstractContextManager[None]:
        return self._inner.savepoint()


class DyingDatabase:
    """A `storage.database.Database`."""

    def __init__(self, inner: Database, deaths: Collection[Death], committed: Callable[[], object]) -> None:
        """`committed` is called after each commit of a known kind."""
        self.inner = inner
        self._deaths = deaths
        self._committed = committed

    async def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> T:
        seen: list[_Watched] = []

        def until_death(tx: Transaction) -> T:
            watched = _Watched(tx)
            seen.append(watched)
            result = work(watched)
            self._die(watched.kind, When.BEFORE)
            return result

        def after_it(result: T) -> None:
            # Before anybody hears of the commit.
            watched = seen[-1]
            self._die(watched.kind, When.AFTER)
            if then is not None:
                then(result)
            if watched.kind is not None:
                self._committed()

        return await self.inner.run(until_death, after_it)

    async def read(self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.inner.read(work, *args, **kwargs)

    def expect_others(self) -> None:
        self.inner.expect_others()

    async def close(self) -> None:
        await self.inner.close()

    def _die(self, kind: Kind | None, when: When) -> None:
        if kind is not None and Death(kind, when) in self._deaths:
            os.kill(os.getpid(), signal.SIGKILL)


def opening(
    open_database: Callable[[str], Awaitable[Database]], deaths: Collection[Death], committed: Callable[[], object]
) -> Callable[[str], Awaitable[Database]]:
    """`open_database`, whose database is deadly."""

    async def open_deadly(url: str) -> Database:
        return DyingDatabase(await open_database(url), deaths, committed)

    return open_deadly
