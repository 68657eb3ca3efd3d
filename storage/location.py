"""The seam between a storage address and the kinds of database: all that is done to one as a whole.

What is done *in* a database has its seam in `storage.database`; here it is opened, held, copied and replaced.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from storage.database import Database, Reader

T = TypeVar("T")


class Hold(Protocol):
    """One's being alone on a database."""

    async def keep(self) -> None:
        """See to it that it stays so, until cancelled. Raises StorageError when somebody else is on the database."""
        ...


class Membership(Protocol):
    """One replica's place among those on a database.

    It is renewed in a thread of its own, so that an event loop that is busy costs nobody their place.
    """

    @property
    def name(self) -> str:
        """The name by which storage knows this replica; no other ever had it."""
        ...

    @property
    def slot(self) -> int:
        """A number below `storage.replicas.SLOTS` that no other living replica has."""
        ...

    @property
    def is_first(self) -> bool:
        """True when nobody else was there: until `settled` nobody else comes in, and the database may be changed."""
        ...

    @property
    def leads(self) -> bool:
        """True from the moment on at which this replica leads."""
        ...

    async def settled(self) -> None:
        """Let others in: the database is ready. Does nothing for one that isn't first. Raises StorageError."""
        ...

    async def keep(self) -> None:
        """Wait until the place is lost. Raises StorageError then, with a line that says how."""
        ...

    async def lead(self) -> None:
        """Wait until this replica leads. One of them does at any time, and until its end."""
        ...

    async def parted(self) -> None:
        """Wait until another has gone since the last call, by itself or buried, or until this replica began to lead.

        For whoever takes over what they held. It may return without any of that, as after a lost connection.
        """
        ...

    async def heard(self) -> str:
        """The next signal, one's own included; `""` when some may have been missed. For one listener at a time."""
        ...

    async def publish(self, text: str) -> None:
        """Signal something to all replicas: a hint, since it is lost where a connection is.

        Raises ValueError for more than `storage.replicas.LONGEST_SIGNAL` bytes of UTF-8.
        """
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """The contents of a copy: `orders` is their number, `newest` when the last was confirmed, None for no orders.

    `made_at` is when the copy was made, which it says itself if it is `marked`. Times are UTC microseconds.
    """

    orders: int
    newest: int | None
    made_at: int
    marked: bool


@dataclass(frozen=True, slots=True)
class Rehearsal(Generic[T]):
    """The migrations that were tried, in order, within `seconds`; `orders` is their number before and after.

    `seen` is what the database, brought up to date, looked like to whoever asked for it.
    """

    tried: list[str]
    orders: int
    seconds: float
    seen: T


@dataclass(frozen=True, slots=True)
class Examined(Generic[T]):
    """A copy as it would be in the database's place: what it holds, and what came of bringing it up to date.

    `lacks` is how many orders of the present database are not in it, and the references of the newest ones; None when
    there is no database that can be compared with it.
    """

    held: Held
    rehearsal: Rehearsal[T]
    lacks: tuple[int, list[str]] | None


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is the file of the database as it was before, None if there was none."""

    held: Held
    kept: Path | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The number of orders, and of all rows, that were counted on both sides, and of the tables that they are in."""

    orders: int
    rows: int
    tables: int


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """`rewritten`: the file was written anew. `journal_emptied`: nothing is left in the journal beside it."""

    rewritten: bool
    journal_emptied: bool


class Location(Protocol):
    """The database that an address means, whether or not there is one yet. All methods raise StorageError."""

    async def open(self, patience: float) -> Database:
        """Open it; `patience` is the time in seconds to wait for a lock of others, or a server that is away."""
        ...

    def alone(self) -> AbstractAsyncContextManager[Hold]:
        """Nobody else gets past this while the block runs; at once an error when another process is in such a block."""
        ...

    def beside(self, name: str, settings: str) -> AbstractAsyncContextManager[Membership]:
        """Be one of the replicas on it while the block runs, see `storage.opening.beside`."""
        ...

    def readable_by_others(self) -> list[Path]:
        """Its files that others than their owner may open."""
        ...

    def size(self) -> int:
        """Bytes that it takes on a disk of this machine by now."""
        ...

    def disk_free(self) -> int | None:
        """Bytes that are left on its disk; None where that can't be seen from here."""
        ...

    def is_there(self) -> bool:
        """True when there is a database, whatever is in it."""
        ...

    async def examine(self, patience: float) -> None:
        """Find damage that its kind of database finds only where it reads."""
        ...

    async def backup(self, copy: Path, patience: float, now: int) -> int:
        """Write it to a new file at one moment, marked as a copy made at `now`; returns how many orders it has."""
        ...

    async def keep_before(self, migration: str, patience: float, now: int) -> Path:
        """Write it to a file named after the migration that comes next, in the place of an earlier one of that name."""
        ...

    async def restore(self, copy: Path, patience: float, now: int) -> Restored:
        """Put the contents of a copy in its place, for whoever is alone on it, and keep what was there."""
        ...

    async def rehearse_restore(self, copy: Path, patience: float, now: int, look: Callable[[Reader], T]) -> Examined[T]:
        """Find out what `restore` would come to, also beside a running bot; nothing is changed."""
        ...

    async def rehearse_migrations(self, patience: float, now: int, folder: Traversable | None) -> Rehearsal[None]:
        """Apply to a private copy what the database lacks, also beside a running bot."""
        ...

    async def scrub(self, patience: float) -> Scrubbed:
        """Take out what was deleted, as far as its kind of database leaves it where it was."""
        ...
