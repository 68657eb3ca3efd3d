"""A migrated database that is made once for each process of tests, and copied: most tests are not about migrating."""

from pathlib import Path
from tempfile import TemporaryDirectory

from storage.migrate import migrate
from storage.opening import open_database

MIGRATED_AT = 1
_made: list[bytes] = []


async def lay(file: Path) -> None:
    """A database without rows, its migrations applied, where there is none yet; one that is there is migrated."""
    if _is_there(file):
        await _bring_up_to_date(file)
        return
    if not _made:
        with TemporaryDirectory() as folder:
            template = Path(folder) / "template.db"
            await _bring_up_to_date(template)
            _made.append(_content(template))
    _copy(file)


def _is_there(file: Path) -> bool:
    return file.exists()


def _content(file: Path) -> bytes:
    return file.read_bytes()


def _copy(file: Path) -> None:
    file.write_bytes(_made[0])


async def _bring_up_to_date(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    try:
        await migrate(database, MIGRATED_AT)
    finally:
        await database.close()
