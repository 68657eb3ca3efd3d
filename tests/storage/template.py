"""A migrated database that is made once for each process of tests, and copied: most tests are not about migrating."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from storage.migrate import migrate
from storage.opening import open_database
from tests import postgres

MIGRATED_AT = 1
_made: list[bytes] = []
_laid: list[str] = []
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'migrations'"


async def lay(file: Path) -> None:
    """A database without rows, its migrations applied, where there is none yet; one that is there is migrated."""
    if _is_there(file):
        await bring_up_to_date(f"sqlite:///{file}")
        return
    if not _made:
        with TemporaryDirectory() as folder:
            template = Path(folder) / "template.db"
            await bring_up_to_date(f"sqlite:///{template}")
            _made.append(_content(template))
    _copy(file)


async def emptied_at_server() -> str:
    """The address of a migrated database without rows at PostgreSQL: this process's one, for one test at a time.

    To make one anew for each test, the server would write all of it each time.
    """
    server = postgres.shared()
    if not _laid:
        name = server.create()
        await bring_up_to_date(server.address(name))
        _laid.append(name)
    address = server.address(_laid[0])
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        tables = [row[0] for row in connection.execute(_TABLES)]
        connection.execute("SET session_replication_role = replica")  # no look at what rows refer to
        connection.execute("; ".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608  names of ours
    return address


def _is_there(file: Path) -> bool:
    return file.exists()


def _content(file: Path) -> bytes:
    return file.read_bytes()


def _copy(file: Path) -> None:
    file.write_bytes(_made[0])


async def bring_up_to_date(url: str) -> None:
    """Apply all migrations."""
    database = await open_database(url)
    try:
        await migrate(database, MIGRATED_AT)
    finally:
        await database.close()
