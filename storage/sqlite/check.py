"""Damage in the middle of a file is found before anybody depends on it: SQLite itself only looks where it reads.

So is a file that is another program's, before tables of ours are made in it.
"""

import sqlite3
from functools import partial
from pathlib import Path

from storage.errors import StorageError
from storage.sqlite.connection import DAMAGED, fetch, reading, told_in_one_line

_RECORD = "migrations"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
_ANY_RECORD = "SELECT 1 AS n FROM migrations LIMIT 1"


async def expect_undamaged(path: Path, busy_timeout: float) -> None:
    """Read the whole file. Raises StorageError when a part of it is damaged, or all of it is another program's.

    200 MB, which is some 170,000 orders, take 0.1 s from the cache and 3 s from a slow disk.
    """
    with told_in_one_line(path):
        async with reading(path, busy_timeout) as connection:
            sound = await connection.call(partial(is_sound, check="quick_check"))
            strange = await connection.call(_table_of_another) if sound else None
    if not sound:
        raise StorageError(f"the database {path} {DAMAGED}")
    if strange is not None:
        raise StorageError(
            f"the database {path} is another program's, with a table {strange}: "
            "let storage.url name a file of its own, such as sqlite:///orderbot.db"
        )


def _table_of_another(connection: sqlite3.Connection) -> str | None:
    """A table of a database in which no migration of ours was ever applied; None for an empty one."""
    tables = [str(row["name"]) for row in fetch(connection, _TABLES)]
    if _RECORD in tables and fetch(connection, _ANY_RECORD):
        return None
    return next((name for name in tables if name not in {_RECORD, "copied"}), None)


def is_sound(connection: sqlite3.Connection, check: str) -> bool:
    """`check` is `quick_check` or `integrity_check`, which also compares every index with its table.

    Raises sqlite3.Error where the damage is such that the check itself fails.
    """
    # They return one row "ok", or one row for each fault up to the number given.
    (row,) = fetch(connection, f"PRAGMA {check}(1)")
    return list(row.values()) == ["ok"]
