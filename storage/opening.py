"""The database that a storage address means. Nothing above storage looks at the address."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from storage import sending
from storage.database import Database, Reader
from storage.errors import StorageError
from storage.location import Examined, Hold, Location, Membership, Moved, Rehearsal, Restored, Scrubbed
from storage.migrate import has_orders, migrate, pending
from storage.sqlite.location import PATIENCE, SQLiteFile
from storage.units import to_the_end

if TYPE_CHECKING:
    from storage.postgres.location import PostgresServer

T = TypeVar("T")

_SQLITE = "sqlite:///"
_SERVERS = {"postgresql", "postgres"}


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The names of the migrations `applied`, in order; `copy` is of the database before them, if there is one."""

    applied: list[str]
    copy: Path | None


def location_of(url: str) -> Location:
    """The database at `sqlite:///relative.db`, `sqlite:////absolute/path.db` or `postgresql://user:password@host/name`.

    Raises StorageError; its line never holds the address itself, which may carry a password.
    """
    return _server(url) if is_server(url) else SQLiteFile(_file(url))


def is_server(url: str) -> bool:
    """True for an address of PostgreSQL, whether or not the rest of it can be read."""
    return url.partition(":")[0].lower() in _SERVERS


async def open_database(url: str, *, patience: float = PATIENCE) -> Database:
    """Open a database; the file of one is created when it is missing.

    `patience`: seconds to wait for another process that writes, or for a server that is away. Raises StorageError.
    """
    return await location_of(url).open(patience)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[Hold]:
    """While the block runs nobody else gets past this for the same database: the bot runs, or it is migrated.

    Whoever opens the database without asking works beside it. Raises StorageError at once when another process is in
    such a block. A process that is killed is out of it.
    """
    async with location_of(url).alone() as hold:
        yield hold


@asynccontextmanager
async def beside(url: str, name: str, settings: str) -> AsyncIterator[Membership]:
    """While the block runs this process is one of the replicas on a database, and nobody is `alone` on it.

    `name` is one that no replica ever had, `settings` a mark of the program and of what all replicas have in common.
    Where others are just getting the database ready it is waited for them. Raises StorageError, also for replicas with
    other settings, and for a database that lacks migrations while others are on it.
    """
    async with location_of(url).beside(name, settings) as membership:
        yield membership


def readable_by_others(url: str) -> list[Path]:
    """Those files of a database, its lock included, that others than their owner may open. Raises StorageError."""
    return location_of(url).readable_by_others()


def is_there(url: str) -> bool:
    """True when there is a database, whatever is in it. Raises StorageError."""
    return location_of(url).is_there()


def expect_there(url: str) -> None:
    """Raises StorageError where there is no file of a database; a server is asked when it is opened."""
    if not is_there(url):
        raise StorageError(f"there is no database {_file(url)}: the bot makes it when it is first started")


def size_of(url: str) -> int:
    """Bytes that a database takes on a disk of this machine by now. Raises StorageError."""
    return location_of(url).size()


def disk_free(url: str) -> int | None:
    """Bytes that are left on the disk of a database; None where that can't be seen from here. Raises StorageError."""
    return location_of(url).disk_free()


async def examine(url: str) -> None:
    """Read all of a database that exists. Raises StorageError when a part of it is damaged."""
    await location_of(url).examine(PATIENCE)


async def backup(url: str, copy: Path, now: int) -> int:
    """Copy a database, also while it is written, to a new file that `open_database` can open; returns how many orders.

    The copy says that it is one, made at `now`, in UTC microseconds. Raises StorageError when there is such a file, and
    in every other case in which there is no copy afterwards.
    """
    return await location_of(url).backup(copy, PATIENCE, now)


async def restore(url: str, copy: Path, now: int) -> Restored:
    """Put a copy in the place of a database on which no bot runs; what was there is kept beside it.

    Killed at any moment, it leaves the database as it was or as it is to be. A copy that doesn't say when it was made
    gets a mark with its file's time, or `now` (UTC microseconds) if that is earlier. Raises StorageError, and then
    nothing has changed.
    """
    async with alone(url):
        return await put_in_its_place(url, copy, now)


async def put_in_its_place(url: str, copy: Path, now: int) -> Restored:
    """Do what `restore` does, for whoever is `alone` on the database already."""
    return await location_of(url).restore(copy, PATIENCE, now)


async def rehearse_restore(url: str, copy: Path, now: int, look: Callable[[Reader], T]) -> Examined[T]:
    """Find out what `restore` would come to, also beside a running bot; nothing is changed.

    `look` gets the copy as this program would find it, brought up to date. Raises StorageError when it can't be used.
    """
    return await location_of(url).rehearse_restore(copy, PATIENCE, now, look)


async def rehearse_migrations(url: str, now: int, folder: Traversable | None = None) -> Rehearsal[None]:
    """Find out what `bring_up_to_date` would come to, on a private copy, also beside a running bot.

    Raises StorageError when it would fail.
    """
    return await location_of(url).rehearse_migrations(PATIENCE, now, folder)


async def bring_up_to_date(url: str, database: Database, now: int, folder: Traversable | None = None) -> Upgrade:
    """Apply the migrations that the opened database lacks (`storage.migrate`), for whoever is `alone` on it.

    Before the first of them runs, a database that has orders is copied to `<name>.before-<migration>` beside it: one
    step back is that copy. It takes the place of an earlier one of the same name, which had less in it. Raises
    StorageError; without the copy nothing is migrated.
    """
    missing = await pending(database, folder)
    if not missing:
        return Upgrade([], None)
    copy = None
    if await database.read(has_orders):
        copy = await location_of(url).keep_before(missing[0], PATIENCE, now)
    return Upgrade(await migrate(database, now, folder), copy)


async def lapse_claims(database: Database) -> None:
    """End the claims of processes that can't be alive any more, for whoever is `alone` on a migrated database.

    These are all claims, whatever time they had left: the lock of `alone` is given to nobody before its last holder is
    dead. Raises StorageError.
    """
    await database.run(sending.lapse)


async def scrub_deleted(url: str) -> Scrubbed:
    """Take out of the file what was deleted from the database; the result says how. Raises StorageError."""
    return await location_of(url).scrub(PATIENCE)


async def move(url: str, to: str, now: int) -> Moved:
    """Copy an SQLite file, brought up to date, into an empty PostgreSQL database; no bot runs on either of them.

    The file says from then on that it is a copy, made at `now` (UTC microseconds), so that nothing is sent twice by a
    bot that is started on it all the same. Raises StorageError, and then nothing has changed.
    """
    source, target = SQLiteFile(_file(url)), _server(to)
    expect_there(url)
    async with source.alone(), target.alone():
        await source.examine(PATIENCE)
        database = await source.open(PATIENCE)
        try:
            if missing := await pending(database):
                raise StorageError(f"the database lacks {', '.join(missing)}: run orderbot migrate first")
        finally:
            await database.close()
        moved = await to_the_end(asyncio.to_thread(target.fill, source.path))
        source.leave(now)
    return moved


def _server(url: str) -> "PostgresServer":
    # Here, so that a bot on SQLite starts without PostgreSQL's library.
    from storage.postgres.address import address_of  # noqa: PLC0415  as above
    from storage.postgres.location import PostgresServer  # noqa: PLC0415  as above

    return PostgresServer(address_of(url))


def _file(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if path == url or not path:
        raise StorageError(
            "the storage address must look like sqlite:///orderbot.db, sqlite:////data/orderbot.db or "
            "postgresql://user:password@host/database"
        )
    if path == ":memory:" or "?" in path:
        raise StorageError("the storage address must name a file, without options")
    return Path(path)
