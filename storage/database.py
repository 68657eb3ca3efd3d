"""The seam between the house and its database: units of work and reads, nothing of which database it is.

A unit of work is a plain function that runs in the database's thread, in one hop: a function that cannot await cannot
wait for the network inside a transaction, and it pays for one hop instead of one for each of its statements.

Statements hold for SQLite and PostgreSQL alike: placeholders are `$1`, one parameter has one type, columns are TEXT or
BIGINT. Times are microseconds since 1970 in UTC, booleans 0 and 1, JSON is text, and ids are made by code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Row = Mapping[str, Any]
"""Column names to values: str, int or None."""


class Reader(Protocol):
    """One committed state of the database, or a transaction. All methods raise StorageError."""

    def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
        """All rows of a statement; `args` fill `$1`, `$2` and so on."""
        ...

    def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
        """The first row of a statement, or None."""
        ...


class Transaction(Reader, Protocol):
    """All or nothing. It is used only inside the unit of work it was made for, and raises RuntimeError after it."""

    def fetchrows(self, sql: str, each: Iterable[Sequence[str | int | None]]) -> list[Row | None]:
        """The first row of a statement for each of these arguments, in their order: the statement may change rows."""
        ...

    def execute(self, sql: str, *args: str | int | None) -> int:
        """Run one statement; returns how many rows it changed. Raises AlreadyStored when a key exists.

        After any error the transaction takes nothing more before it has gone back to a savepoint.
        """
        ...

    def write(self, sql: str, *args: str | int | None) -> None:
        """Run one statement of which nobody needs to know what it changed, so that nobody needs to wait for it.

        It is for statements that are not expected to fail: a fault may come with a later one, and the unit of work is
        run again before it is told where it belongs.
        """
        ...

    def prefetch(self, sql: str, *args: str | int | None) -> None:
        """Hint that these rows will be asked for soon, by the same statement: they may come along with others."""
        ...

    def take_turn(self) -> None:
        """Wait until no other process is past this; for what is to be the first statement of a transaction.

        From then on the transaction sees what the others committed. For changes of the database's shape, which don't
        bear others beside them.
        """
        ...

    def stay_in_chats(self) -> None:
        """Expect to change only what belongs to chats that this transaction enters; for what is to come first in it.

        What else it reads, it reads as it was when it began, and it is not in the way of those who change that. Work
        that changes more all the same is run again from the beginning, without this.
        """
        ...

    def signal(self, text: str) -> None:
        """Signal to all replicas with the commit, as `storage.location.Membership` hears it."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what the block did when it raises, and raise that; the rest of the transaction stands.

        So one commit takes many units, and one that fails takes no other along.
        """
        ...


class Database(Protocol):
    """Transactions take turns. Reads see committed rows only, whatever transaction is under way at the moment.

    All methods raise RuntimeError inside a unit of work, which would wait for itself.
    """

    async def run(self, work: Callable[[Transaction], T], then: Callable[[T], None] | None = None) -> T:
        """Run `work` as one transaction in the database's thread; returns its result when that is on the disk.

        Any exception of `work` rolls back. `then` gets the result in the event loop's thread, right after the commit.
        A cancellation leaves nothing when the work hasn't begun; else it is raised after the commit and after `then`.
        Raises StorageError.
        """
        ...

    async def read(self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(reader, *args)` on one committed state of the database, in a thread. Raises StorageError."""
        ...

    def expect_others(self) -> None:
        """Expect other processes to use it all the time.

        Then transactions that don't stay in chats wait for those of others, where they would else be run again.
        """
        ...

    async def close(self) -> None:
        """Wait for the transactions under way, then give up all connections. Closing twice is harmless."""
        ...
