"""Numbered SQL files bring any older database to the present shape. A file that was released is never edited.

A statement in a file ends with `;` at the end of its line.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from storage.database import Database, Reader, Row, Transaction
from storage.errors import StorageError

_NAME = re.compile(r"[0-9]{4}_[a-z0-9_]+\.sql")

CREATE_RECORD = (
    "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
)
READ_RECORD = "SELECT name, checksum FROM migrations ORDER BY name"
WRITE_RECORD = "INSERT INTO migrations (name, checksum, applied_at) VALUES ($1, $2, $3)"

AN_ORDER = "SELECT reference FROM orders LIMIT 1"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name without `.sql`, and its text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        return [part.strip() for part in re.split(r";[ \t]*(?:--[^\n]*)?(?:\n|\Z)", self.text) if part.strip()]


def shipped(folder: Traversable | None = None) -> list[Migration]:
    """The program's migrations in order, or those of another `folder`."""
    folder = folder or resources.files("storage") / "migrations"
    files = sorted((file for file in folder.iterdir() if _NAME.fullmatch(file.name)), key=lambda file: file.name)
    return [Migration(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in files]


async def pending(database: Database, folder: Traversable | None = None) -> list[str]:
    """Names of the migrations that `migrate` would apply. Raises StorageError as `migrate` does."""
    migrations = shipped(folder)
    return [migration.name for migration in await database.run(lambda tx: _still_to_do(tx, migrations))]


async def migrate(database: Database, now: int, folder: Traversable | None = None) -> list[str]:
    """Apply what is missing, each file and its record in one transaction; returns the names applied, in order.

    `now` is in UTC microseconds. Raises StorageError when a file fails (it leaves nothing behind), when an applied
    file was edited since, and when the database was made by a newer program.
    """
    migrations = shipped(folder)
    applied: list[str] = []
    while (name := await database.run(lambda tx: apply_next(tx, migrations, now))) is not None:
        applied.append(name)
    return applied


def apply_next(tx: Transaction, migrations: list[Migration], now: int) -> str | None:
    """Apply the first migration that is missing, in a transaction of its own; its name, None when none is.

    Asked anew each time: another process may be at it too. Raises StorageError as `migrate` does.
    """
    to_do = _still_to_do(tx, migrations)
    if not to_do:
        return None
    _apply(tx, to_do[0], now)
    return to_do[0].name


def expect_known(reader: Reader, folder: Traversable | None = None) -> None:
    """Raises StorageError for a database that `migrate` would not bring up to date; one that lacks some is fine."""
    lacking(reader, folder)


def lacking(reader: Reader, folder: Traversable | None = None) -> list[str]:
    """Names of the migrations that a database with a record of them lacks. Raises StorageError as `migrate` does."""
    recorded, migrations = reader.fetch(READ_RECORD), shipped(folder)
    _check(recorded, migrations)
    return [migration.name for migration in migrations[len(recorded) :]]


def has_orders(reader: Reader) -> bool:
    """True if there is anything that could be lost in a database whose record of migrations was read (`pending`)."""
    return bool(reader.fetch(READ_RECORD)) and reader.fetchrow(AN_ORDER) is not None


def _apply(tx: Transaction, migration: Migration, now: int) -> None:
    for statement in migration.statements:
        try:
            tx.execute(statement)
        except StorageError as error:
            raise StorageError(f"migration {migration.name} failed: {error}") from error
    tx.execute(WRITE_RECORD, migration.name, migration.checksum, now)


def _still_to_do(tx: Transaction, migrations: list[Migration]) -> list[Migration]:
    tx.take_turn()
    tx.execute(CREATE_RECORD)
    recorded = tx.fetch(READ_RECORD)
    _check(recorded, migrations)
    return migrations[len(recorded) :]


def _check(recorded: list[Row], migrations: list[Migration]) -> None:
    for row, migration in zip(recorded, migrations, strict=False):
        if row["name"] != migration.name:
            raise StorageError(f"the database has migration {row['name']} where this program has {migration.name}")
        if row["checksum"] != migration.checksum:
            raise StorageError(f"migration {migration.name} was edited after it was applied to this database")
    if len(recorded) > len(migrations):
        newest = recorded[-1]["name"]
        raise StorageError(
            f"the database is newer than this program: it has migration {newest}; "
            "install the newer program, or take a copy from before it"
        )
