"""A database at a PostgreSQL server as the place where a deployment is kept; its copies are SQLite files.

A copy that any SQLite can open is a backup that doesn't depend on a server's version, and the way back to one file.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from psycopg.conninfo import conninfo_to_dict

from storage.database import Database, Reader
from storage.location import Examined, Membership, Moved, Rehearsal, Restored, Scrubbed
from storage.postgres.address import Address
from storage.postgres.connection import connect
from storage.postgres.database import PostgresDatabase
from storage.postgres.lock import Hold, held
from storage.postgres.membership import member
from storage.postgres.transfer import is_empty, lacking, pull, push
from storage.sqlite.backup import finished, remove_parts
from storage.sqlite.connection import in_one_line, opened_at
from storage.sqlite.copied import mark_as_copied
from storage.sqlite.rehearsal import private_folder, try_out
from storage.sqlite.restore import SHOWN_LACKING, expect_copy, free_name, prepare
from storage.sqlite.rights import make
from storage.units import to_the_end

T = TypeVar("T")


class PostgresServer:
    """A `storage.location.Location`. Copies that nobody named are kept in the folder where the program was started."""

    def __init__(self, address: Address) -> None:
        self.address = address

    async def open(self, patience: float) -> Database:
        return await PostgresDatabase.open(self.address, patience=patience)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Hold]:
        async with held(self.address) as hold:
            yield hold

    def beside(self, name: str, settings: str) -> AbstractAsyncContextManager[Membership]:
        return member(self.address, name, settings)

    def readable_by_others(self) -> list[Path]:
        """None: its files are its server's."""
        return []

    def size(self) -> int:
        """0: it is on the disk of its server."""
        return 0

    def disk_free(self) -> int | None:
        """None: its server's monitoring tells."""
        return None

    def is_there(self) -> bool:
        """True: one that can't be reached is not taken for none."""
        return True

    async def examine(self, patience: float) -> None:
        """Do nothing: its server checks each page that it reads, where it was made to."""

    async def backup(self, copy: Path, patience: float, now: int) -> int:
        del patience
        return await self._copied(copy, now, replaces=False)

    async def keep_before(self, migration: str, patience: float, now: int) -> Path:
        del patience
        copy = Path(f"{self._beside}.before-{migration}")
        await self._copied(copy, now, replaces=True)
        return copy

    async def _copied(self, copy: Path, now: int, *, replaces: bool) -> int:
        async def write(part: Path) -> None:
            await to_the_end(asyncio.to_thread(self._write, part, copy, now))

        return await finished(copy, self.address.shown, write, replaces=replaces)

    async def restore(self, copy: Path, patience: float, now: int) -> Restored:
        del patience
        expect_copy(copy)
        with private_folder(self._beside) as folder:
            part = folder / "part.db"
            contents = await to_the_end(asyncio.to_thread(prepare, copy, part, now))
            kept = None
            if not await asyncio.to_thread(self._is_empty):
                kept = free_name(self._beside)
                # Of a restore that was killed; nobody else makes it, since one is alone on the database.
                remove_parts(kept)
                await self._copied(kept, now, replaces=False)
            await to_the_end(asyncio.to_thread(self.fill, part, replaces=True))
        return Restored(contents, kept)

    async def rehearse_restore(self, copy: Path, patience: float, now: int, look: Callable[[Reader], T]) -> Examined[T]:
        del patience
        expect_copy(copy)
        with private_folder(self._beside) as folder:
            part = folder / "part.db"
            contents = await to_the_end(asyncio.to_thread(prepare, copy, part, now))
            lacks = await to_the_end(asyncio.to_thread(self._lacking, part))
            rehearsal = await to_the_end(asyncio.to_thread(try_out, part, copy, now, look))
        return Examined(contents, rehearsal, lacks)

    async def rehearse_migrations(self, patience: float, now: int, folder: Traversable | None) -> Rehearsal[None]:
        """The rows are tried as a file of SQLite's: here each migration is undone as a whole where it fails."""
        del patience
        with private_folder(self._beside) as place:
            part = place / "part.db"
            make(part)
            if not await asyncio.to_thread(self._is_empty):
                await to_the_end(asyncio.to_thread(self._write, part, part, now))
            return await to_the_end(asyncio.to_thread(try_out, part, self._beside, now, lambda _reader: None, folder))

    async def scrub(self, patience: float) -> Scrubbed:
        """Do nothing: what was deleted is overwritten by its server, in its own time."""
        del patience
        return Scrubbed(rewritten=False, journal_emptied=True)

    def fill(self, file: Path, *, replaces: bool = False) -> Moved:
        """Put the contents of an SQLite file that nobody writes into the database; returns what that is.

        Raises StorageError, and then nothing has changed: also for a database of ours, unless the file `replaces` it.
        """
        try:
            with closing(opened_at(file, "ro", busy_timeout=0)) as opened, closing(connect(self.address)) as session:
                return push(session, self.address, opened, replaces=replaces)
        except sqlite3.Error as error:
            raise in_one_line(f"the database {file}", error) from error

    @property
    def _beside(self) -> Path:
        """The beginning of the names of its copies, and of folders with copies that are gone afterwards."""
        return Path(str(conninfo_to_dict(self.address.conninfo)["dbname"]).replace("/", "_"))

    def _is_empty(self) -> bool:
        with closing(connect(self.address)) as session:
            return is_empty(session, self.address)

    def _lacking(self, part: Path) -> tuple[int, list[str]] | None:
        """Count the orders that the file at `part` lacks, and name the newest of them."""
        with closing(connect(self.address)) as session, closing(opened_at(part, "ro", busy_timeout=0)) as opened:
            if is_empty(session, self.address):
                return None
            return lacking(session, self.address, opened, SHOWN_LACKING)

    def _write(self, part: Path, copy: Path, now: int) -> None:
        try:
            with closing(opened_at(part, "rw", busy_timeout=0)) as file:
                # It isn't anybody's yet, so nobody needs to find the way back from the middle.
                file.execute("PRAGMA journal_mode=MEMORY").fetchall()
                file.execute("PRAGMA synchronous=OFF")
                with closing(connect(self.address)) as session:
                    pull(session, self.address, file)
                mark_as_copied(file, now)
        except sqlite3.Error as error:
            raise in_one_line(f"the backup {copy}", error) from error
