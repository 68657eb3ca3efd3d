"""One bot per database, or several that are replicas: a lock of PostgreSQL's, held alone or shared.

Its server gives it up when the connection of its holder ends, which does little else. Where that is lost, as when the
server is restarted, the lock is taken anew; somebody who got it first meanwhile has it by right. Replicas hold a second
number as well, so that whoever waits for one that is alone for a moment, at its start, knows it from a bot.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg

from storage.errors import StorageError
from storage.postgres.address import Address
from storage.postgres.connection import LostError, Session, UnreachableError, connect, unreachable
from storage.units import to_the_end

_KEY: Final = 0x6F726465_72626F74
"""Our name in eight letters: locks of one database share their numbers with whatever else uses it."""
_REPLICA: Final = _KEY + 2
"""`storage.postgres.transaction` has the one between."""
_TAKE: Final = "SELECT pg_try_advisory_lock($1) AS is_ours"
_SHARE: Final = "SELECT pg_try_advisory_lock_shared($1) AS is_ours"
_GIVE_UP: Final = "SELECT pg_advisory_unlock($1)"
_GIVE_UP_SHARE: Final = "SELECT pg_advisory_unlock_shared($1)"
_HOLDERS: Final = """
WITH held AS (
    SELECT pid, (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT) AS number FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT DISTINCT COALESCE(host(client_addr), '') AS host,
    EXISTS (SELECT 1 FROM held AS other WHERE other.pid = held.pid AND other.number = $2) AS is_replica
FROM held JOIN pg_stat_activity USING (pid) WHERE held.number = $1 ORDER BY 1
"""
# So that the server, too, notices soon that the machine at the other end vanished without a word.
_WATCH: Final = """
SELECT set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '30000', false)
"""
LOOK_EVERY: Final = 5.0
"""Seconds between two looks at whether the connection is there."""
PATIENCE: Final = 2.0
"""Seconds in which a server may notice that the last holder is dead."""


class Hold:
    """The lock, held by `session` alone."""

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
    """Hold the lock of a database alone while the block runs. Raises StorageError when another holds it."""
    hold = await asyncio.to_thread(Hold.take, address)
    try:
        yield hold
    finally:
        await asyncio.to_thread(hold.end)


def connect_to_hold(address: Address) -> Session:
    """A connection for the lock, whose end its server notices. Raises StorageError."""
    session = connect(address)
    try:
        session.execute(_WATCH)
    except psycopg.Error as error:
        session.close()
        raise unreachable(address, error) from error
    return session


def mark_as_replica(session: Session) -> None:
    """Let others know that this isn't a bot that is alone for good. Raises psycopg.Error, as all that follows does."""
    session.execute(_SHARE, [_REPLICA])


def takes_alone(session: Session) -> bool:
    """Take the lock, if nobody else has it; whoever shares it may do so too, if nobody else does."""
    return _answer(session, _TAKE)


def takes_share(session: Session) -> bool:
    """Share the lock, unless another holds it alone."""
    return _answer(session, _SHARE)


def give_up_alone(session: Session) -> None:
    """Let others share the lock that this session shares, too."""
    session.execute(_GIVE_UP, [_KEY])


def give_up_share(session: Session) -> None:
    """Hold it no more, or alone."""
    session.execute(_GIVE_UP_SHARE, [_KEY])


def is_a_replicas(session: Session) -> bool:
    """True when replicas alone hold the lock, be it one of them at its start."""
    return all(row["is_replica"] for row in session.execute(_HOLDERS, [_KEY, _REPLICA]).fetchall())


def in_the_way(session: Session, address: Address) -> StorageError:
    """Say who holds the lock."""
    rows = session.execute(_HOLDERS, [_KEY, _REPLICA]).fetchall()
    hosts = ", ".join(dict.fromkeys(row["host"] for row in rows if row["host"]))
    whom = "replicas of orderbot are" if any(row["is_replica"] for row in rows) else "another orderbot is"
    return StorageError(f"{whom} running on the database {address.shown}{f' (from {hosts})' if hosts else ''}")


def _taken(address: Address) -> Session:
    session = connect_to_hold(address)
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
    while not takes_alone(session):
        if time.monotonic() > until:
            raise in_the_way(session, address)
        time.sleep(0.1)


def _again(address: Address) -> Session | None:
    """The lock on a new connection; None while the server can't be reached. Raises StorageError when another has it."""
    try:
        return _taken(address)
    except (LostError, UnreachableError):
        return None


def _answer(session: Session, statement: str) -> bool:
    row = session.execute(statement, [_KEY]).fetchone()
    return row is not None and bool(row["is_ours"])
