"""One bot per database: a lock of PostgreSQL's, which its server gives up when the connection of its holder ends.

The connection does nothing else. Where it is lost, as when the server is restarted, the lock is taken anew; somebody
who got it first meanwhile has it by right.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg

from storage.errors import StorageError
from storage.postgres.address import Address
from storage.postgres.connection import LostError, Session, UnreachableError, connect
from storage.units import to_the_end

_KEY: Final = 0x6F726465_72626F74
"""Our name in eight letters: locks of one database share their numbers with whatever else uses it."""
_TAKE: Final = "SELECT pg_try_advisory_lock($1) AS is_ours"
_HOLDER: Final = """
SELECT COALESCE(CAST(client_addr AS TEXT), '') AS host FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (SELECT oid FROM pg_database
    WHERE datname = current_database()) AND (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT) = $1
LIMIT 1
"""
LOOK_EVERY: Final = 5.0
"""Seconds between two looks at whether the connection is there."""
PATIENCE: Final = 2.0
"""Seconds in which a server may notice that the last holder is dead."""


class Hold:
    """The lock, held by `session`."""

    def __init__(self, address: Address, session: Session) -> None:
        self._address = address
        self._session = session

    @classmethod
    def take(cls, address: Address) -> "Hold":
        """Raises StorageError when another holds it."""
        return cls(address, _taken(address))

    async def keep(self) -> None:
        """Take the lock anew whenever its connection is lost, for ever. Raises StorageError when another has it."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            # To its end: a connection that is made meanwhile is to be closed with the others.
            await to_the_end(asyncio.to_thread(self._look))

    def _look(self) -> None:
        try:
            self._session.execute("SELECT 1")
        except psycopg.Error:
            self._session.close()
            if (found := _again(self._address)) is not None:
                self._session = found

    def end(self) -> None:
        self._session.close()


@asynccontextmanager
async def held(address: Address) -> AsyncIterator[Hold]:
    """Hold the lock of a database while the block runs. Raises StorageError when another holds it."""
    hold = await asyncio.to_thread(Hold.take, address)
    try:
        yield hold
    finally:
        await asyncio.to_thread(hold.end)


def _taken(address: Address) -> Session:
    session = connect(address)
    try:
        _wait_for_it(session, address)
    except psycopg.Error as error:
        session.close()
        raise LostError(f"the connection to the database {address.shown} is lost") from error
    except BaseException:
        session.close()
        raise
    return session


def _wait_for_it(session: Session, address: Address) -> None:
    until = time.monotonic() + PATIENCE
    while not _is_ours(session):
        if time.monotonic() > until:
            raise StorageError(f"another orderbot is running on the database {address.shown}{_holder(session)}")
        time.sleep(0.1)


def _again(address: Address) -> Session | None:
    """The lock on a new connection; None while the server can't be reached. Raises StorageError when another has it."""
    try:
        return _taken(address)
    except (LostError, UnreachableError):
        return None


def _is_ours(session: Session) -> bool:
    row = session.execute(_TAKE, [_KEY]).fetchone()
    return row is not None and bool(row["is_ours"])


def _holder(session: Session) -> str:
    row = session.execute(_HOLDER, [_KEY]).fetchone()
    return f" (from {row['host']})" if row is not None and row["host"] else ""
