"""Databases of earlier versions that were brought up to date with rows in them, each made once for a file of tests.

Migrating takes longer than what most tests want to see of it. Each test finds the rows as the upgrade has left them.
"""

from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from storage.database import Database
from storage.opening import open_database
from tests import postgres

Make = Callable[[Database, str, Path], Awaitable[None]]
"""Makes a database of a version and upgrades it; the folder is for whatever it needs."""
_TABLES = SQL("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")


class Upgraded:
    """`lay` gives a test its database."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._files: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._rows: dict[str, dict[str, list[bytes]]] = {}

    async def lay(self, kind: str, version: str, folder: Path) -> str:
        """The address of a database that was upgraded from `version`, with the rows of then."""
        if kind == "sqlite":
            return await self._lay_file(version, folder)
        server = postgres.shared()
        if version not in self._names:
            name = server.create()
            await self._make_at(server.address(name), version, folder)
            self._names[version], self._rows[version] = name, _pulled(server.address(name))
        else:
            _put_back(server.address(self._names[version]), self._rows[version])
        return server.address(self._names[version])

    async def _lay_file(self, version: str, folder: Path) -> str:
        path = folder / "orderbot.db"
        if version not in self._files:
            await self._make_at(f"sqlite:///{path}", version, folder)
            self._files[version] = _content(path)
        else:
            _write(path, self._files[version])
        return f"sqlite:///{path}"

    async def _make_at(self, url: str, version: str, folder: Path) -> None:
        database = await open_database(url)
        try:
            await self._make(database, version, folder)
        finally:
            await database.close()

    def end(self) -> None:
        """Take away what was made at the server."""
        for name in self._names.values():
            postgres.shared().drop(name)


def _content(path: Path) -> bytes:
    assert not [left for left in ("-wal", "-journal") if path.with_name(path.name + left).exists()]
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _pulled(address: str) -> dict[str, list[bytes]]:
    """The rows of each table, as PostgreSQL copies them."""
    with closing(psycopg.connect(address, autocommit=True)) as session:
        found = {}
        for (table,) in session.execute(_TABLES).fetchall():
            with session.cursor() as cursor, cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
                found[table] = [bytes(data) for data in copy]
        return found


def _put_back(address: str, rows: dict[str, list[bytes]]) -> None:
    with closing(psycopg.connect(address, autocommit=True)) as session, session.transaction():
        session.execute("SET LOCAL session_replication_role = replica")  # no look at what rows refer to
        session.execute(SQL("; ").join(SQL("DELETE FROM {}").format(Identifier(table)) for table in rows))
        for table, data in rows.items():
            if data:
                with session.cursor() as cursor, cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as to:
                    for some in data:
                        to.write(some)
