"""A transaction on a PostgreSQL connection, in the thread that uses it: plain functions, rows as dictionaries.

After a fault the server takes nothing more of a transaction, so what failed is noted here: whoever runs the unit of
work then knows whether to run it again, whatever the work itself made of the fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from storage.database import Row
from storage.errors import StorageError
from storage.postgres.address import Address
from storage.postgres.connection import BeyondChatsError, LateError, LostError, RerunError, Session, told
from storage.postgres.pipeline import Sent

TO_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
"""As if transactions took turns, which is what SQLite does and what all decisions about money assume."""
_IN_CHATS = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""As the database was at one moment; two that change the same row are still told of each other."""
OF_CHATS = frozenset({"chats", "conversations", "outbox", "parked_drafts", "people", "searches", "trays", "updates"})
"""Tables whose rows belong to one chat or person each, and are changed by whoever has locked the chat, or brings its
messages: nothing about money is decided by those of a chat that one has not locked."""
_IN_TURN = (
    # Whoever has the turn and stands still is waited for no longer than this.
    "SET LOCAL lock_timeout = '2s'",
    # Not by a function: with the first of those it is settled what a transaction sees, which is to be after the wait.
    "LOCK TABLE turns IN EXCLUSIVE MODE",
    "SET LOCAL lock_timeout TO DEFAULT",
)
TO_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TURN = "SELECT pg_advisory_xact_lock($1)"
_TURNS = 0x6F726465_72626F75
"""A number of our own; `storage.postgres.lock` has the one before it."""
SIGNAL = "SELECT pg_notify($1, $2)"
SIGNALS = "orderbot"
"""The channel on which replicas hear each other."""
MOST_KEPT = 50
"""Answers that a transaction keeps, should it ask the same once more."""
_ITS_ID = "SELECT CAST(pg_current_xact_id_if_assigned() AS TEXT) AS id"


class PostgresTransaction:
    """A `storage.database.Transaction`.

    One that is `hasty` waits for no answer that nobody needs. Should such a statement fail, nothing more is taken, and
    the whole is to be run again by one that isn't: then it fails where it belongs.

    One that is `apart` never stays in chats: it is as if transactions took turns, whatever it changes. Unless it stays
    in chats, one that is `in_turn` does take turns with all that are.
    """

    def __init__(
        self, session: Session, address: Address, *, hasty: bool = False, apart: bool = False, in_turn: bool = False
    ) -> None:
        self._session = session
        self._address = address
        self._pipeline = session.statements
        self._hasty = hasty
        self._apart = apart
        self._in_turn = in_turn
        self._turn_is_due = False
        self._stays_in_chats = False
        self._ended = False
        self._may_have_changed = False
        self._read: dict[tuple[str, Sequence[str | int | None]], Sent] | None = {}
        self._its_id: Sent | None = None
        self._id: str | None = None
        self.in_the_way: LostError | RerunError | LateError | BeyondChatsError | None = None
        """A fault for which the unit of work is to be run again from the beginning."""

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        return self._found(sql, args).rows()

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        rows = self._found(sql, args).rows(1)
        return rows[0] if rows else None

    def fetchrows(self, sql: str, each: Iterable[Sequence[str | int | None]]) -> list[Row | None]:
        if not self._hasty:
            return [self.fetchrow(sql, *args) for args in each]
        all_sent = [self._send(sql, args) for args in each]
        if all_sent:
            self._answered(all_sent[-1])
        return [next(iter(sent.rows(1)), None) for sent in all_sent]

    def prefetch(self, sql: str, *args: str | int | None) -> None:
        if self._hasty and self._read is not None:
            self._keep(sql, args, self._send(sql, args))

    def _found(self, sql: str, args: Sequence[str | int | None]) -> Sent:
        """The answer to a question; the one that it has had already, unless it may be another one by now."""
        kept = None if self._read is None else self._read.get((sql, args))
        if kept is None:
            kept = self._ask(sql, args)
            self._keep(sql, args, kept)
        elif not kept.is_answered:
            self._wait_for(kept)
        return kept

    def _keep(self, sql: str, args: Sequence[str | int | None], sent: Sent) -> None:
        if self._read is not None and sent.is_steady:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            self._read[sql, args] = sent

    def execute(self, sql: str, *args: str | int | None) -> int:
        return self._ask(sql, args).changed

    def write(self, sql: str, *args: str | int | None) -> None:
        if not self._hasty:
            self._ask(sql, args)
            return
        self._send(sql, args)
        if self._pipeline.is_full:
            self._wait_for(None)

    def take_turn(self) -> None:
        # With the isolation of the others it would go on seeing what there was before it waited.
        self._read = None
        self._turn_is_due = False
        self.write("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        self.execute(_TURN, _TURNS)

    def stay_in_chats(self) -> None:
        if not self._apart:
            self._turn_is_due = False
            self.write(_IN_CHATS)
            self._stays_in_chats = True

    def signal(self, text: str) -> None:
        self.write(SIGNAL, SIGNALS, text)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self.write("SAVEPOINT unit")
        try:
            yield
        except BaseException:
            # Of a connection that is lost there is nothing left to go back to.
            if self.in_the_way is None and not self._session.closed:
                self._read = None if self._read is None else {}
                self.write("ROLLBACK TO unit")
                self.execute("RELEASE unit")
            raise
        self.write("RELEASE unit")

    def begin(self, statement: str) -> None:
        """`statement` is TO_WRITE or TO_READ."""
        try:
            self._pipeline.begin()
        except psycopg.Error as error:
            raise self._fault(error) from error
        self.write(statement)
        # Before the first statement that sees something, which may still be preceded by `stay_in_chats`.
        self._turn_is_due = self._in_turn

    def id_to_commit(self) -> str | None:
        """The number by which the server knows this transaction afterwards; None when it has changed nothing."""
        if self._id is None and self._may_have_changed:
            self._its_id = self._its_id or self._send(_ITS_ID, ())
            self._wait_for(self._its_id)
        return self._id

    def commit(self) -> None:
        """Raises StorageError, LostError, RerunError and LateError."""
        sent = self._send("COMMIT", ())
        self._wait_for(sent)
        if sent.tag != b"COMMIT":
            raise StorageError(f"the database {self._address.shown} has undone the whole transaction after a fault")

    def end(self) -> None:
        """Roll back what isn't committed; nothing more is taken."""
        self._ended = True
        if self._session.closed:
            return
        try:
            self._pipeline.end()
        except psycopg.Error:
            # Then the connection is lost, and the server rolls back by itself.
            self._session.close()

    def _send(self, sql: str, args: Sequence[str | int | None]) -> Sent:
        """Put a statement on its way."""
        if self._ended:
            raise RuntimeError("the transaction has ended")
        if self.in_the_way is not None:
            raise StorageError("the transaction is over: another was in its way")
        try:
            if self._turn_is_due:
                self._turn_is_due = False
                for statement in _IN_TURN:
                    self._pipeline.send(statement, ())
            sent = self._pipeline.send(sql, args)
        except psycopg.Error as error:
            raise self._fault(error) from error
        if not sent.only_reads:
            self._may_have_changed = True
            if self._stays_in_chats and not (sent.writes and sent.writes <= OF_CHATS):
                self.in_the_way = BeyondChatsError("a unit of work changes what belongs to no chat")
                raise self.in_the_way
            if self._read:
                self._read = {key: read for key, read in self._read.items() if not read.may_read(sent.writes)}
        return sent

    def _ask(self, sql: str, args: Sequence[str | int | None]) -> Sent:
        """Put a statement on its way, and wait for its answer."""
        return self._answered(self._send(sql, args))

    def _answered(self, sent: Sent) -> Sent:
        if self._hasty and self._may_have_changed and self._id is None and self._its_id is None:
            # It has to be known before the COMMIT goes out, and costs least beside another statement.
            self._its_id = self._send(_ITS_ID, ())
        self._wait_for(sent)
        return sent

    def _wait_for(self, awaited: Sent | None) -> None:
        """Wait until all that was sent is answered. Only a fault of what is `awaited` is told as what it is."""
        try:
            failed = self._pipeline.settle()
        except psycopg.Error as error:
            raise self._fault(error) from error
        if failed is not None:
            self._its_id = None
            said = failed.error
            if failed.is_outdated:
                self.in_the_way = RerunError(f"the database {self._address.shown} has tables of another shape now")
                raise self.in_the_way from said
            raise self._fault(said, is_late=failed is not awaited) from said
        if self._its_id is not None:
            self._id, self._its_id = self._its_id.rows()[0]["id"], None

    def _fault(self, error: psycopg.Error, *, is_late: bool = False) -> StorageError:
        fault = told(self._session, self._address, error)
        if isinstance(fault, LostError | RerunError):
            self.in_the_way = fault
        elif is_late:
            fault = self.in_the_way = LateError(str(fault))
        return fault


@contextmanager
def transaction(
    session: Session,
    address: Address,
    statement: str = TO_WRITE,
    *,
    hasty: bool = False,
    apart: bool = False,
    in_turn: bool = False,
) -> Iterator[PostgresTransaction]:
    """Begin; roll back at the end what wasn't committed meanwhile.

    Raises StorageError, LostError, RerunError, only if it is `hasty`, LateError, only if it isn't `apart`,
    BeyondChatsError, and, only if it is `in_turn`, TurnError.
    """
    begun = PostgresTransaction(session, address, hasty=hasty, apart=apart, in_turn=in_turn)
    try:
        begun.begin(statement)
        yield begun
    finally:
        begun.end()
