"""The way back: a copy takes the place of the database, which is kept beside it, for whoever is alone on it.

It is poured into the database's own file as one transaction of SQLite's, so that being killed at any moment leaves the
one or the other. A file put over another would do so too, but whoever has the old one open goes by its name to the
journals beside it, and would spoil the new one. Only what SQLite can't open at all is replaced like that.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Literal, TypeVar

from storage.database import Reader
from storage.errors import StorageError
from storage.location import Examined, Held, Restored
from storage.migrate import expect_known
from storage.sqlite.backup import COUNT_ORDERS, OUR_TABLES, back_up, remove_parts, sync
from storage.sqlite.check import is_sound
from storage.sqlite.connection import (
    OF_WHAT_IS_WRITTEN,
    address,
    fetch,
    in_one_line,
    opened_at,
    run,
    told_in_one_line,
)
from storage.sqlite.copied import copied_at, mark_as_copied
from storage.sqlite.presence import expect_place, is_file
from storage.sqlite.rehearsal import private_folder, try_out
from storage.sqlite.rights import OWNER_ONLY, make
from storage.sqlite.transaction import TO_READ, transaction
from storage.units import to_the_end

T = TypeVar("T")

NEWEST_ORDER = "SELECT max(confirmed_at) AS at FROM orders"
COUNT_LACKING = """
SELECT count(*) AS n FROM present.orders AS had
WHERE NOT EXISTS (SELECT 1 FROM main.orders AS has WHERE has.reference = had.reference)
"""
LACKING = """
SELECT had.reference AS reference FROM present.orders AS had
WHERE NOT EXISTS (SELECT 1 FROM main.orders AS has WHERE has.reference = had.reference)
ORDER BY had.confirmed_at DESC, had.reference DESC LIMIT $1
"""
SHOWN_LACKING = 20
_JOURNALS = ("-wal", "-shm", "-journal")
_NO_DATABASE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_TAKEN = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


async def look_into(path: Path, copy: Path, busy_timeout: float, now: int, look: Callable[[Reader], T]) -> Examined[T]:
    """Rehearse, on another copy of `copy`, that it takes the place of the database at `path`, which is only read.

    `look` sees it as this program will find it. Raises StorageError in each case in which it can't be used.
    """
    real = _real(path)
    expect_place(path)
    expect_copy(copy)
    _expect_other(copy, real)
    with private_folder(path) as place:
        part = place / "rehearsal.db"
        held = await to_the_end(asyncio.to_thread(prepare, copy, part, now))
        lacks = await to_the_end(asyncio.to_thread(_lacking, part, real, busy_timeout))
        rehearsal = await to_the_end(asyncio.to_thread(try_out, part, copy, now, look))
    return Examined(held, rehearsal, lacks)


def _lacking(part: Path, path: Path, busy_timeout: float) -> tuple[int, list[str]] | None:
    if not path.is_file() or path.stat().st_size == 0:
        return None
    with closing(opened_at(part, "ro", busy_timeout)) as opened:
        try:
            fetch(opened, "ATTACH $1 AS present", address(path, "ro"))
            number = int(fetch(opened, COUNT_LACKING)[0]["n"])
            return number, [str(row["reference"]) for row in fetch(opened, LACKING, SHOWN_LACKING)]
        except sqlite3.Error:
            # Damaged, or something else: all the more reason to put a copy in its place.
            return None


async def put_in_place(path: Path, copy: Path, busy_timeout: float, now: int) -> Restored:
    """Put the contents of `copy` in the place of the database at `path`, marked as a copy; `copy` stays as it is.

    `busy_timeout`: seconds to wait for others that write. `now` is in UTC microseconds. Raises StorageError, and then
    the database is as it was.
    """
    real = _real(path)
    expect_copy(copy)
    _expect_other(copy, real)
    with _part_of(real) as part:
        held = await to_the_end(asyncio.to_thread(prepare, copy, part, now))
        kept = await _keep(real, busy_timeout, now)
        await to_the_end(asyncio.to_thread(_put, part, real, busy_timeout))
    return Restored(held, kept)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def expect_copy(copy: Path) -> None:
    """Raises StorageError when there is no such file, or this user may not read it."""
    if not is_file(copy, f"the copy {copy}"):
        raise StorageError(f"there is no copy {copy}")


def _expect_other(copy: Path, path: Path) -> None:
    if path.exists() and copy.samefile(path):
        raise StorageError(f"the copy {copy} is the database itself")


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """An empty file beside the database, gone at the end; one that a killed process left is thrown away.

    Its name is fixed, since nobody else may be at it: a process that is killed leaves people's data in it.
    """
    part = Path(f"{path}.restoring")
    try:
        with _told_of(path):
            _remove(part, "", *_JOURNALS)
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        yield part
    finally:
        _remove(part, "", *_JOURNALS)


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the database {path} cannot be replaced: {error.strerror}") from error


def prepare(copy: Path, part: Path, now: int) -> Held:
    """Write the checked and marked contents of `copy` to `part`, on the disk. Raises StorageError."""
    # Without a journal beside it nobody is writing it, and it may be where nothing can be written.
    in_use = any(Path(f"{copy}{suffix}").exists() for suffix in _JOURNALS)
    mode: Literal["ro", "ro&immutable=1"] = "ro" if in_use else "ro&immutable=1"
    make(part)
    try:
        with closing(opened_at(copy, mode, busy_timeout=0)) as opened:
            fetch(opened, "VACUUM INTO $1", str(part))
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_CORRUPT:
            raise StorageError(_damaged(copy)) from error
        of_the_part = code in OF_WHAT_IS_WRITTEN
        raise in_one_line(f"the file {part}" if of_the_part else f"the copy {copy}", error) from error
    with told_in_one_line(part), closing(opened_at(part, "rw", busy_timeout=0)) as opened:
        run(opened, "PRAGMA journal_mode=MEMORY")
        held = _examine(opened, copy, now)
        mark_as_copied(opened, held.made_at)
    with _told_of(part):
        sync(part)
    return held


def _examine(opened: sqlite3.Connection, copy: Path, now: int) -> Held:
    if not is_sound(opened, "integrity_check"):
        raise StorageError(_damaged(copy))
    if fetch(opened, OUR_TABLES)[0]["n"] != 2:  # noqa: PLR2004  the two that it asks for
        raise StorageError(f"the copy {copy} has no orders of orderbot's in it")
    try:
        with transaction(opened, copy, TO_READ) as reader:
            expect_known(reader)
    except StorageError as error:
        raise StorageError(f"the copy {copy} can't be used: {error}") from error
    marked = copied_at(opened)
    written = copy.stat().st_mtime_ns // 1000
    return Held(
        orders=int(fetch(opened, COUNT_ORDERS)[0]["n"]),
        newest=fetch(opened, NEWEST_ORDER)[0]["at"],
        made_at=min(written, now) if marked is None else marked,
        marked=marked is not None,
    )


def _damaged(copy: Path) -> str:
    return f"the copy {copy} is damaged: take another"


async def _keep(path: Path, busy_timeout: float, now: int) -> Path | None:
    """Keep the database as it is, with what is in its journal, under a name that nothing has; None if there is none."""
    beside = _there(path)
    if not beside:
        return None
    kept = free_name(path)
    # Of a restore that was killed; nobody else makes it, since one is alone on the database.
    remove_parts(kept)
    if await to_the_end(asyncio.to_thread(_is_whole, path, busy_timeout)):
        await back_up(path, kept, busy_timeout, now)
    else:
        await to_the_end(asyncio.to_thread(_keep_as_it_is, path, kept, beside))
    return kept


def _there(path: Path) -> list[str]:
    """The ends of the names of those files that hold something of the database."""
    return [suffix for suffix in ("", "-wal", "-journal") if Path(f"{path}{suffix}").exists()]


def free_name(path: Path) -> Path:
    """A name for what was there before it was restored, which no file has."""
    names = chain((Path(f"{path}.before-restore"),), (Path(f"{path}.before-restore-{n}") for n in count(2)))
    return next(name for name in names if not any(os.path.lexists(f"{name}{suffix}") for suffix in ("", *_JOURNALS)))


def _is_whole(path: Path, busy_timeout: float) -> bool:
    """True for a database of ours without damage. Raises StorageError for one that can't be read for now."""
    # From beside an empty file SQLite takes the journal away, and it may be all that is left.
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with closing(opened_at(path, "ro", busy_timeout)) as opened:
            return is_sound(opened, "integrity_check") and fetch(opened, OUR_TABLES)[0]["n"] == 2  # noqa: PLR2004  as above
    except sqlite3.Error as error:
        if _is_no_database(error):
            return False
        raise in_one_line(f"the database {path}", error) from error


def _keep_as_it_is(path: Path, kept: Path, beside: list[str]) -> None:
    """Copy the bytes of what can't be read as a database, its journals included."""
    try:
        with _told_of(path):
            for suffix in beside:
                whole = Path(f"{kept}{suffix}")
                with Path(f"{path}{suffix}").open("rb") as source, open(whole, "xb", opener=_owners) as target:
                    shutil.copyfileobj(source, target)
                sync(whole)
            sync(kept.parent)
    except BaseException:
        _remove(kept, *beside)
        raise


def _owners(name: str, flags: int) -> int:
    return os.open(name, flags, OWNER_ONLY)


def _put(part: Path, path: Path, busy_timeout: float) -> None:
    if path.exists():
        try:
            _pour(part, path, busy_timeout)
        except sqlite3.Error as error:
            if not _is_no_database(error):
                raise in_one_line(f"the database {path}", error) from error
        else:
            return
    _replace(part, path)


def _pour(part: Path, path: Path, busy_timeout: float) -> None:
    """Make the file at `path` hold what `part` holds, in one transaction. Raises sqlite3.Error and StorageError."""

    def give_up_waiting(status: int, _left: int, _all: int) -> None:
        # SQLite has waited for the time that it was given; without this the copying would go on trying for ever.
        if status & 0xFF in _TAKEN:
            raise StorageError(f"the database {path} is locked by another process")

    with closing(opened_at(part, "ro", busy_timeout=0)) as source, closing(opened_at(path, "rw", busy_timeout)) as into:
        run(into, "PRAGMA synchronous=FULL")
        source.backup(into, progress=give_up_waiting)
        run(into, "PRAGMA wal_checkpoint(TRUNCATE)")


def _replace(part: Path, path: Path) -> None:
    """Put `part` where there is no database, or something that is none."""
    with _told_of(path):
        if path.exists():
            was = path.stat()
            if (was.st_uid, was.st_gid) != (part.stat().st_uid, part.stat().st_gid):
                os.chown(part, was.st_uid, was.st_gid)
        # A journal that is left would be taken for the new one's.
        _remove(path, *_JOURNALS)
        sync(path.parent)
        part.rename(path)
        sync(path.parent)


def _is_no_database(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _NO_DATABASE


def _remove(path: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
