"""The statements of one session on their way to the server: several at once, each prepared once it has come again.

An answer costs more waiting and more CPU, here and there, than the statement itself. So whoever needs none doesn't wait
for one: what they send goes out with the next statement that somebody waits for, and its answer is looked at then.
"""

import re
import select
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from storage.database import Row
from storage.postgres.dialect import storable, translated

PREPARED_AT: Final = 3
"""The use of a statement at which the server is asked to keep it."""
MOST_PREPARED: Final = 300
"""Statements that a server keeps for a session, until it is to forget all of them: each takes some KB there."""
MOST_SENT: Final = 50
"""Statements whose answers nobody has waited for; then they are waited for."""
_TEXT: Final = 25
_WHOLE: Final = 20
"""One type for all numbers, so that a statement is prepared once; True and False are 1 and 0."""
_LOADS: Final[dict[int, Callable[[bytes], Any]]] = {_WHOLE: int, 21: int, 23: int, _TEXT: bytes.decode}
_SHAPE: Final = re.compile(r"(?:\s|--[^\n]*\n)*(?:CREATE|ALTER|DROP)\b")
_READ: Final = re.compile(r"(?:\s|--[^\n]*\n)*(?:SELECT|BEGIN|SET|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b")
_SELECT: Final = re.compile(r"(?:\s|--[^\n]*\n)*SELECT\b")
_UNSTEADY: Final = re.compile(r"\b(?:pg_\w+|clock_timestamp|random|nextval)\(")
_WRITTEN: Final = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?!SET\b)(\w+)")
_WORD: Final = re.compile(r"\w+")
_DONE: Final = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.EMPTY_QUERY})
_OUTDATED: Final = frozenset({b"0A000", b"26000"})
"""What PostgreSQL says of a prepared statement whose rows would look different now, and of one it doesn't know."""
_FORGET: Final = "DEALLOCATE ALL"
_UNDO: Final = "ROLLBACK"

Value = str | int | None
_Column = tuple[int, str, Callable[[bytes], Any]]
"""The place of a column, its name, and a function that reads its values."""


class _Statement:
    """A statement for values of these types, and what is known of its answers. `name` is empty until it is prepared."""

    __slots__ = (
        "changes_shape",
        "columns",
        "is_steady",
        "name",
        "only_reads",
        "sql",
        "types",
        "uses",
        "words",
        "writes",
    )

    def __init__(self, sql: str, kinds: tuple[type, ...]) -> None:
        self.sql = translated(sql).encode()
        self.types = [_type_of(kind) for kind in kinds]
        self.name = b""
        self.uses = 0
        self.columns: list[_Column] | None = None
        self.changes_shape = _SHAPE.match(sql) is not None
        self.only_reads = _READ.match(sql) is not None
        self.is_steady = _SELECT.match(sql) is not None and _UNSTEADY.search(sql) is None
        self.words = frozenset(_WORD.findall(sql))
        self.writes = frozenset() if self.only_reads else frozenset(_WRITTEN.findall(sql))


class Sent:
    """A statement that is on its way, and then its answer."""

    __slots__ = ("_is_prepared", "_pipeline", "_prepares", "_result", "_statement", "is_outdated")

    def __init__(self, pipeline: "Pipeline", statement: _Statement, *, prepares: bool = False) -> None:
        self._pipeline = pipeline
        self._statement = statement
        self._prepares = prepares
        self._is_prepared = bool(statement.name) and not prepares
        self._result: PGresult | None = None
        self.is_outdated = False
        """It has failed only because it was prepared when tables had another shape."""

    @property
    def only_reads(self) -> bool:
        return self._statement.only_reads

    @property
    def is_steady(self) -> bool:
        """True if the same transaction would be answered the same until it writes to one of the tables."""
        return self._statement.is_steady

    @property
    def writes(self) -> frozenset[str]:
        """The tables that it changes; tables have no triggers. Empty also where that can't be told."""
        return self._statement.writes

    def may_read(self, tables: frozenset[str]) -> bool:
        return not tables or not tables.isdisjoint(self._statement.words)

    @property
    def is_answered(self) -> bool:
        return self._result is not None

    def answered(self, result: PGresult) -> bool:
        """Take the answer; False if the statement has failed, or was left out since one before it had."""
        self._result = result
        if result.status in _DONE:
            return True
        if self._prepares:
            self._statement.name = b""
        self.is_outdated = self._is_prepared and result.error_field(DiagnosticField.SQLSTATE) in _OUTDATED
        return False

    @property
    def error(self) -> psycopg.Error:
        return error_from_result(self._answer())

    @property
    def changed(self) -> int:
        """The number of rows that it has changed or found."""
        return self._answer().command_tuples or 0

    @property
    def tag(self) -> bytes:
        """The word of the server for what it has done, such as COMMIT."""
        return self._answer().command_status or b""

    def rows(self, most: int | None = None) -> list[Row]:
        """The rows that it has found."""
        result = self._answer()
        columns = self._statement.columns or self._columns(result)
        count = result.ntuples if most is None else min(result.ntuples, most)
        get = result.get_value
        return [
            {name: None if (value := get(row, at)) is None else load(value) for at, name, load in columns}
            for row in range(count)
        ]

    def _answer(self) -> PGresult:
        if self._result is None:
            raise RuntimeError("nobody has waited for this answer")
        return self._result

    def _columns(self, result: PGresult) -> "list[_Column]":
        found = [
            (at, (result.fname(at) or b"").decode(), self._pipeline.load(result.ftype(at)))
            for at in range(result.nfields)
        ]
        if self._is_prepared:
            # Then the server sees to it that they stay the same.
            self._statement.columns = found
        return found


class Pipeline:
    """The way of one connection's statements. Between `begin` and `end` nobody else uses the connection."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._pgconn: PGconn = connection.pgconn
        self._transformer = Transformer(connection)
        self._loads = dict(_LOADS)
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)
        self._known: dict[tuple[str, tuple[type, ...]], _Statement] = {}
        self._prepared = 0
        self._names = 0
        self._sent: list[Sent] = []
        self._is_in_step = True
        self.is_outdated = False
        """The tables have another shape than when statements were prepared."""

    def begin(self) -> None:
        """Raises psycopg.Error."""
        self._pgconn.enter_pipeline_mode()
        if self.is_outdated or self._prepared > MOST_PREPARED:
            self._known.clear()
            self._prepared = 0
            self.is_outdated = False
            self.send(_FORGET, ())
            self.settle()

    @property
    def is_at_rest(self) -> bool:
        """True if all is answered and no transaction is under way."""
        return self._is_in_step and not self._sent and self._pgconn.transaction_status == TransactionStatus.IDLE

    def end(self) -> None:
        """Give the connection up for others; what isn't committed is rolled back.

        Raises psycopg.Error where that can't be, and then the connection is to be closed.
        """
        if not self.is_at_rest:
            self.send(_UNDO, ())
            self.settle()
        self._pgconn.exit_pipeline_mode()

    def load(self, oid: int) -> Callable[[bytes], Any]:
        """A function that reads values of a type of PostgreSQL's."""
        found = self._loads.get(oid)
        if found is None:
            found = self._loads[oid] = self._transformer.get_loader(oid, Format.TEXT).load
        return found

    @property
    def is_full(self) -> bool:
        return len(self._sent) >= MOST_SENT

    def send(self, sql: str, values: Sequence[Value]) -> Sent:
        """Put a statement on its way. Raises psycopg.Error."""
        if not self._is_in_step:
            raise psycopg.OperationalError("the connection was left in the middle of something")
        key = (sql, tuple(map(type, values)))
        statement = self._known.get(key)
        if statement is None:
            statement = self._known[key] = _Statement(*key)
        dumped = [None if value is None else _dumped(value) for value in values]
        statement.uses += 1
        if statement.uses >= PREPARED_AT and not statement.name:
            self._names += 1
            self._prepared += 1
            # By its first word, for whoever looks at the server or at the line.
            name = b"%s_%d" % (statement.sql.split(None, 1)[0], self._names)
            self._pgconn.send_prepare(name, statement.sql, statement.types)
            statement.name = name
            self._sent.append(Sent(self, statement, prepares=True))
        if statement.name:
            self._pgconn.send_query_prepared(statement.name, dumped)
        else:
            self._pgconn.send_query_params(statement.sql, dumped, statement.types)
        sent = Sent(self, statement)
        self._sent.append(sent)
        self.is_outdated = self.is_outdated or statement.changes_shape
        return sent

    def settle(self) -> Sent | None:
        """Wait until all that was sent is answered; returns the first that has failed. Raises psycopg.Error."""
        self._is_in_step = False
        self._pgconn.pipeline_sync()
        self._flush()
        failed: Sent | None = None
        for sent in self._sent:
            if not sent.answered(self._next()) and failed is None:
                failed = sent
                self.is_outdated = self.is_outdated or sent.is_outdated
        if self._next().status != ExecStatus.PIPELINE_SYNC:
            raise psycopg.OperationalError("the server has answered more than it was asked")
        self._sent = []
        self._is_in_step = True
        return failed

    def _flush(self) -> None:
        if not self._pgconn.flush():
            return
        self._poll.modify(self._pgconn.socket, select.POLLIN | select.POLLOUT)
        try:
            while self._pgconn.flush():
                self._poll.poll()
                # A server whose answers aren't read takes no more.
                self._pgconn.consume_input()
        finally:
            self._poll.modify(self._pgconn.socket, select.POLLIN)

    def _next(self) -> PGresult:
        pgconn = self._pgconn
        while True:
            while pgconn.is_busy():
                self._poll.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is not None:
                return result
            if pgconn.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection is lost")


def _type_of(kind: type) -> int:
    """The number of PostgreSQL's type; 0, of which it thinks for itself, where a value is unknown."""
    if issubclass(kind, str):
        return _TEXT
    if issubclass(kind, int):
        return _WHOLE
    if kind is type(None):
        return 0
    raise TypeError(f"a value of a statement is a text or a whole number, not a {kind.__name__}")


def _dumped(value: str | int) -> bytes:
    return storable(value).encode() if isinstance(value, str) else b"%d" % value
