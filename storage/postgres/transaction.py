"""A transaction on a PostgreSQL connection, in the thread that uses it: plain functions, rows as dictionaries.

After a fault the server takes nothing more of a transaction, so what failed is noted here: whoever runs the unit of
work then knows whether to run it again, whatever the work itself made of the fault.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from storage.database import Row
from storage.errors import StorageError
from storage.postgres.address import Address
from storage.postgres.connection import LostError, RerunError, Session, told
from storage.postgres.dialect import storable, translated

TO_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
"""As if transactions took turns, which is what SQLite does and what all decisions about money assume."""
TO_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TURN = "SELECT pg_advisory_xact_lock($1)"
_TURNS = 0x6F726465_72626F75
"""A number of our own; `storage.postgres.lock` has the one before it."""
_ITS_ID = "SELECT CAST(pg_current_xact_id_if_assigned() AS TEXT) AS id"


class PostgresTransaction:
    """A `storage.database.Transaction`."""

    def __init__(self, session: Session, address: Address) -> None:
        self._session = session
        self._address = address
        self._ended = False
        self.in_the_way: LostError | RerunError | None = None
        """A fault for which the unit of work is to be run again from the beginning."""

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        cursor = self._execute(sql, args)
        return list(cursor.fetchall()) if cursor.description else []

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        cursor = self._execute(sql, args)
        return cursor.fetchone() if cursor.description else None

    def execute(self, sql: str, *args: str | int | None) -> int:
        return max(self._execute(sql, args).rowcount, 0)

    def take_turn(self) -> None:
        # With the isolation of the others it would go on seeing what there was before it waited.
        self._control("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        self.execute(_TURN, _TURNS)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self._control("SAVEPOINT unit")
        try:
            yield
        except BaseException:
            # Of a connection that is lost there is nothing left to go back to.
            if self.in_the_way is None and not self._session.closed:
                self._control("ROLLBACK TO unit")
                self._control("RELEASE unit")
            raise
        self._control("RELEASE unit")

    def begin(self, statement: str) -> None:
        """`statement` is TO_WRITE or TO_READ."""
        self._control(statement)

    def id_to_commit(self) -> str | None:
        """The number by which the server knows this transaction afterwards; None when it has changed nothing."""
        row = self.fetchrow(_ITS_ID)
        return None if row is None or row["id"] is None else str(row["id"])

    def commit(self) -> None:
        """Raises StorageError, LostError and RerunError."""
        if self._control("COMMIT").statusmessage != "COMMIT":
            raise StorageError(f"the database {self._address.shown} has undone the whole transaction after a fault")

    def end(self) -> None:
        """Roll back what isn't committed; nothing more is taken."""
        self._ended = True
        if self._session.closed:
            return
        try:
            self._session.rollback()
        except psycopg.Error:
            # Then the connection is lost, and the server rolls back by itself.
            self._session.close()

    def _control(self, statement: str) -> psycopg.Cursor[Row]:
        """Run a statement that the server has no plan for."""
        return self._execute(statement, (), prepare=False)

    def _execute(
        self, sql: str, args: Sequence[str | int | None], *, prepare: bool | None = None
    ) -> psycopg.Cursor[Row]:
        if self._ended:
            raise RuntimeError("the transaction has ended")
        if self.in_the_way is not None:
            raise StorageError("the transaction is over: another was in its way")
        try:
            return self._session.execute(translated(sql), [storable(value) for value in args], prepare=prepare)
        except psycopg.Error as error:
            fault = told(self._session, self._address, error)
            if isinstance(fault, LostError | RerunError):
                self.in_the_way = fault
            raise fault from error


@contextmanager
def transaction(session: Session, address: Address, statement: str = TO_WRITE) -> Iterator[PostgresTransaction]:
    """Begin; roll back at the end what wasn't committed meanwhile. Raises StorageError, LostError and RerunError."""
    begun = PostgresTransaction(session, address)
    try:
        begun.begin(statement)
        yield begun
    finally:
        begun.end()
