"""A deployment of each kind that a test puts where it is upgraded, and looks at from outside afterwards.

Filled once for each version, and laid down again for each try.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from psycopg.sql import SQL, Identifier

from storage.migrate import migrate
from storage.opening import open_database
from tests import postgres
from tests.storage.test_upgrade import fill, up_to

Rows = list[tuple[Any, ...]]
_OF_FILE: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'copied' ORDER BY type, name"
_COLUMNS: Final = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name <> 'copied' ORDER BY 1, ordinal_position"
)
_INDEXES: Final = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'copied'"
    " ORDER BY 1"
)
_CONSTRAINTS: Final = (
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
    " AND conname NOT LIKE 'copied%' ORDER BY 1"
)
_OTHERS: Final = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_PATIENCE: Final = 20.0


class Deployment(Protocol):
    """`lay` comes before everything else."""

    async def make(self, version: str) -> None:
        """Have a database as the program of this version made and filled it, to be laid from now on."""

    async def schema_of(self, version: str) -> Rows:
        """The schema of an empty database of this version."""

    def lay(self, version: str) -> None:
        """Put a database of this version where it is upgraded, with nothing of earlier ones beside it."""

    def copy_before(self, migration: str) -> Path:
        """Where the copy is kept that is made before this migration."""

    def rows(self, sql: str) -> Rows: ...

    def schema(self) -> Rows: ...

    def held(self) -> dict[str, Rows]:
        """All rows of all tables, in some order that is always the same; without the mark of a copy."""

    def expect_sound(self) -> None:
        """Wait until nobody who was killed is at it, and check what can be checked without knowing what it holds."""


class FileDeployment:
    """`orderbot.db` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "orderbot.db"
        self._made: dict[str, bytes] = {}
        self._folder = folder

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    async def make(self, version: str) -> None:
        self._clear()
        await begin(self.url, version, self._folder, filled=True)
        self._made[version] = self.path.read_bytes()

    async def schema_of(self, version: str) -> Rows:
        # One after the other in the same file: each is what the next one begins with.
        path = self._folder / "empty.db"
        await begin(f"sqlite:///{path}", version, self._folder, filled=False)
        return schema_of_file(path)

    def lay(self, version: str) -> None:
        self._clear()
        self.path.write_bytes(self._made[version])

    def _clear(self) -> None:
        for left in self._folder.glob("*orderbot.db*"):
            left.unlink()

    def copy_before(self, migration: str) -> Path:
        return self._folder / f"orderbot.db.before-{migration}"

    def rows(self, sql: str) -> Rows:
        return rows_of(self.path, sql)

    def schema(self) -> Rows:
        return self.rows(_OF_FILE)

    def held(self) -> dict[str, Rows]:
        return held_by(self.path)

    def expect_sound(self) -> None:
        expect_sound_file(self.path)


class ServerDeployment:
    """A database at the server of the test run; what is made is a template of it."""

    def __init__(self, folder: Path) -> None:
        self._server = postgres.shared()
        self._folder = folder
        self._made: dict[str, str] = {}
        self.name = f"{self._server.create()}u"

    async def make(self, version: str) -> None:
        self._made[version] = self._server.create()
        await begin(self._server.address(self._made[version]), version, self._folder, filled=True)

    async def schema_of(self, version: str) -> Rows:
        if not hasattr(self, "_empty"):
            self._empty = self._server.create()
        # One after the other in the same database: each is what the next one begins with.
        await begin(self._server.address(self._empty), version, self._folder, filled=False)
        return _schema_at(self._server.address(self._empty))

    def lay(self, version: str) -> None:
        for left in self._folder.glob(f"*{self.name}*"):
            left.unlink()
        self._server.drop(self.name)
        self._server.create(self._made[version], self.name)

    def copy_before(self, migration: str) -> Path:
        return self._folder / f"{self.name}.before-{migration}"

    @property
    def url(self) -> str:
        return self._server.address(self.name)

    def rows(self, sql: str) -> Rows:
        with closing(psycopg.connect(self.url)) as session:
            return session.execute(SQL(sql)).fetchall()

    def schema(self) -> Rows:
        return _schema_at(self.url)

    def held(self) -> dict[str, Rows]:
        with closing(psycopg.connect(self.url)) as session:
            tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            return {
                table: sorted(session.execute(SQL("SELECT * FROM {}").format(Identifier(table))), key=repr)
                for (table,) in sorted(tables)
                if table != "copied"
            }

    def expect_sound(self) -> None:
        """A server notices that somebody is gone when it next wants something of them."""
        until = time.monotonic() + _PATIENCE
        with closing(psycopg.connect(self.url, autocommit=True)) as session:
            while session.execute(_OTHERS).fetchall():
                assert time.monotonic() < until
                time.sleep(0.005)

    def end(self) -> None:
        for name in (self.name, self._empty, *self._made.values()):
            self._server.drop(name)


async def begin(url: str, version: str, folder: Path, *, filled: bool) -> None:
    """Bring a database to a version as the program of then did, with rows if it is to be `filled`."""
    migrations = folder / "migrations" / version
    if not migrations.exists():
        migrations.parent.mkdir(exist_ok=True)
        up_to(version, migrations)
    database = await open_database(url)
    try:
        await migrate(database, 1, migrations)
        if filled:
            fill(database, version)
    finally:
        await database.close()


def _schema_at(address: str) -> Rows:
    with closing(psycopg.connect(address)) as session:
        return [row for sql in (_COLUMNS, _INDEXES, _CONSTRAINTS) for row in session.execute(sql).fetchall()]


def rows_of(path: Path, sql: str) -> Rows:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def schema_of_file(path: Path) -> Rows:
    return rows_of(path, _OF_FILE)


def held_by(path: Path) -> dict[str, Rows]:
    """All rows of all tables of a file, without the mark of a copy."""
    tables = [name for (kind, name, *_) in rows_of(path, _OF_FILE) if kind == "table"]
    return {table: sorted(rows_of(path, f"SELECT * FROM {table}"), key=repr) for table in sorted(tables)}  # noqa: S608  our tables


def expect_sound_file(path: Path) -> None:
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(path, "PRAGMA foreign_key_check") == []
