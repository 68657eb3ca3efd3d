"""PostgreSQL through a pool of connections, each used by one thread for one transaction.

A unit of work that met another one, or whose connection was lost, is run again as a whole. Only the answer to a COMMIT
can leave open what became of it; then the server is asked by the transaction's own number, so nothing is done twice.
"""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from storage.database import Reader, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.postgres.address import Address
from storage.postgres.connection import (
    BeyondChatsError,
    LateError,
    LostError,
    RerunError,
    Session,
    TurnError,
    UnreachableError,
    configure,
    connect,
)
from storage.postgres.transaction import TO_READ, TO_WRITE, PostgresTransaction, transaction
from storage.units import committed, plain, to_the_end

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

WRITERS: Final = 1
"""Units of work of one process take turns; its ids and what it knows of its outbox rely on that."""
READERS: Final = 4
RERUNS: Final = 50
"""Runs of one unit that others may be in the way of, before it is said that it can't be stored."""
BECAME: Final = "SELECT pg_xact_status(CAST($1 AS xid8)) AS status"
"""`committed`, `aborted`, `in progress`, or nothing where the server knows of no such transaction."""
_PAUSE: Final = 0.1
"""Seconds between two attempts to reach a server that is away."""


class PostgresDatabase:
    """A `storage.database.Database`."""

    def __init__(self, address: Address, pool: ConnectionPool[Session], patience: float) -> None:
        self.address = address
        self._pool = pool
        self._patience = patience
        self._writer = ThreadPoolExecutor(WRITERS, "database")
        self._readers = ThreadPoolExecutor(READERS, "database-reader")
        self._here = threading.local()
        self._closed = False
        self._in_turn = False

    @classmethod
    async def open(cls, address: Address, *, patience: float) -> Self:
        """`patience`: seconds to wait for a server that is away. Raises StorageError."""
        return await asyncio.to_thread(cls._open, address, patience)

    @classmethod
    def _open(cls, address: Address, patience: float) -> Self:
        connect(address).close()
        pool = ConnectionPool(
            address.conninfo,
            connection_class=Session,
            kwargs={"autocommit": True, "row_factory": dict_row},
            configure=configure,
            min_size=1,
            max_size=WRITERS + READERS,
            open=True,
            name="orderbot",
            num_workers=1,
        )
        try:
            # Else whoever comes first is given a second connection beside the one that is just being made.
            pool.wait(max(patience, _PAUSE))
        except PoolTimeout as error:
            pool.close()
            raise UnreachableError(f"the database {address.shown} has no connection for us") from error
        return cls(address, pool, patience)

    def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> Coroutine[Any, Any, T]:
        self._expect_outside()
        return self._run(work, then)

    async def _run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None) -> T:
        wanted = threading.Event()
        wanted.set()
        future = self._submit(self._writer, lambda: self._stored(work, wanted))
        return await committed(future, then, wanted.clear)

    def read(
        self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]:
        self._expect_outside()
        return self._read(lambda reader: work(reader, *args, **kwargs))

    async def _read(self, work: Callable[[Reader], T]) -> T:
        return await self._submit(self._readers, lambda: self._again_and_again(lambda: self._seen(work), lambda: True))

    def expect_others(self) -> None:
        self._in_turn = True

    def close(self) -> Coroutine[Any, Any, None]:
        self._expect_outside()
        self._closed = True
        return to_the_end(asyncio.to_thread(self._close))

    def _close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        self._pool.close()

    def _expect_outside(self) -> None:
        if getattr(self._here, "is_inside", False):
            raise RuntimeError("a unit of work within a unit of work would wait for itself")

    def _submit(self, threads: ThreadPoolExecutor, call: Callable[[], T]) -> "asyncio.Future[T]":
        """Run `call` in one of the threads, in the caller's context. Raises ValueError when the database is closed."""
        if self._closed:
            raise ValueError("the connection is closed")
        context = copy_context()

        def called() -> T:
            try:
                return context.run(call)
            except StopIteration as error:
                # A future takes no StopIteration: whoever waits for it would wait for ever.
                raise RuntimeError("a StopIteration came out of a unit of work") from error

        return asyncio.wrap_future(threads.submit(called))

    def _stored(self, work: Callable[[Transaction], T], wanted: threading.Event) -> T:
        if not wanted.is_set():
            raise StorageError("nobody waits for this transaction any more")
        apart, in_turn = False, self._in_turn

        def attempt() -> T:
            nonlocal apart, in_turn
            while True:
                try:
                    return self._hastily(work, wanted, apart=apart, in_turn=in_turn)
                except BeyondChatsError:
                    apart = True
                except TurnError as error:
                    if not in_turn:
                        raise
                    log.warning("%s; going on beside it", error)
                    in_turn = False

        try:
            return self._again_and_again(attempt, wanted.is_set)
        except AlreadyStored:
            # Perhaps by somebody whose transaction this one could not see; the next one does.
            return self._again_and_again(attempt, wanted.is_set)

    def _again_and_again(self, attempt: Callable[[], T], is_wanted: Callable[[], bool]) -> T:
        """Run `attempt` until nothing is in its way, within our patience."""
        reruns, until = 0, time.monotonic() + self._patience
        while True:
            try:
                return attempt()
            except RerunError:
                reruns += 1
                if reruns == RERUNS or not is_wanted():
                    raise
                time.sleep(random.uniform(0, 0.002 * min(reruns, 20)))  # noqa: S311  no secret: who goes first
            except LostError:
                if time.monotonic() > until or not is_wanted():
                    raise
                self._pool.check()
                time.sleep(_PAUSE)

    def _hastily(self, work: Callable[[Transaction], T], wanted: threading.Event, *, apart: bool, in_turn: bool) -> T:
        """Run `work` without waiting for answers that nobody needs; if one of them is a fault, once more with."""
        try:
            return self._once(work, wanted, hasty=True, apart=apart, in_turn=in_turn)
        except LateError:
            return self._once(work, wanted, hasty=False, apart=apart, in_turn=in_turn)

    def _once(
        self, work: Callable[[Transaction], T], wanted: threading.Event, *, hasty: bool, apart: bool, in_turn: bool
    ) -> T:
        doubt: str | None = None
        with (
            self._session() as session,
            self._inside(),
            transaction(session, self.address, TO_WRITE, hasty=hasty, apart=apart, in_turn=in_turn) as tx,
        ):
            result = _worked(tx, work)
            number = tx.id_to_commit()
            try:
                tx.commit()
            except LostError:
                doubt = number
        if doubt is not None and not self._was_committed(doubt, wanted):
            raise RerunError(f"the connection to the database {self.address.shown} was lost before the commit")
        return result

    def _seen(self, work: Callable[[Reader], T]) -> T:
        with self._session() as session, self._inside(), transaction(session, self.address, TO_READ, hasty=True) as tx:
            return _worked(tx, work)

    def _was_committed(self, number: str, wanted: threading.Event) -> bool:
        """True if a transaction whose COMMIT got no answer was committed; asked until the server can be asked.

        Raises StorageError where the server doesn't know, as another one that has taken its place.
        """
        lost = f"the database {self.address.shown} was lost while it stored: what became of it isn't known"
        while True:
            try:
                status = self._status_of(number)
            except (UnreachableError, LostError) as error:
                if not wanted.is_set() or self._closed:
                    raise StorageError(lost) from error
                self._pool.check()
            except StorageError as error:
                raise StorageError(lost) from error
            else:
                if status in {"committed", "aborted"}:
                    return status == "committed"
                if status != "in progress":
                    raise StorageError(lost)
            time.sleep(_PAUSE)

    def _status_of(self, number: str) -> str | None:
        with self._session() as session, transaction(session, self.address, TO_READ) as tx:
            row = tx.fetchrow(BECAME, number)
            return None if row is None else row["status"]

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self._here.is_inside = True
        try:
            yield
        finally:
            self._here.is_inside = False

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            session = self._pool.getconn(max(self._patience, _PAUSE))
        except PoolTimeout as error:
            # Only a connection of its own says why there is none.
            connect(self.address).close()
            raise UnreachableError(f"the database {self.address.shown} has no connection left for us") from error
        try:
            yield session
        finally:
            self._pool.putconn(session)


def _worked(tx: PostgresTransaction, work: Callable[[PostgresTransaction], T]) -> T:
    """Run `work`. Raises what was in its way, whatever the work itself has made of that."""
    try:
        result = plain(work(tx))
    except BaseException as error:
        if tx.in_the_way is not None:
            raise tx.in_the_way from error
        raise
    if tx.in_the_way is not None:
        raise tx.in_the_way
    return result
