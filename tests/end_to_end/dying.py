"""A database under which the process kills itself around a commit of a given kind, as no timing from outside could.

Only tests put it into the bot; what it wraps is the real one.
"""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from storage import conversations, outbox, sending, unknown, updates
from storage.database import Database, Row, Transaction


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

    async def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        rows = await self._inner.fetch(sql, *args)
        self._note(sql, rows)
        return rows

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        row = await self._inner.fetchrow(sql, *args)
        self._note(sql, row)
        return row

    async def execute(self, sql: str, *args: str | int | None) -> int:
        changed = await self._inner.execute(sql, *args)
        self._note(sql, changed)
        return changed


class DyingDatabase:
    """A `storage.database.Database`."""

    def __init__(self, inner: Database, deaths: Collection[Death], committed: Callable[[], object]) -> None:
        """`committed` is called after each commit of a known kind."""
        self._inner = inner
        self._deaths = deaths
        self._committed = committed

    async def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        return await self._inner.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        return await self._inner.fetchrow(sql, *args)

    async def close(self) -> None:
        await self._inner.close()

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._inner.transaction() as inner:
            watched = _Watched(inner)
            yield watched
            self._die(watched.kind, When.BEFORE)
        self._die(watched.kind, When.AFTER)
        if watched.kind is not None:
            self._committed()

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
