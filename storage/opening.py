"""Which database a storage address means. Nothing above storage looks at the address."""

from pathlib import Path

from storage.database import Database
from storage.errors import StorageError
from storage.sqlite import SQLiteDatabase

_SQLITE = "sqlite:///"


async def open_database(url: str, *, busy_timeout: float = 5.0) -> Database:
    """Open `sqlite:///relative.db` or `sqlite:////absolute/path.db`; the file is created when it is missing.

    `busy_timeout`: seconds to wait for another process that writes. Raises StorageError; its line never holds the
    address itself, which may carry a password.
    """
    scheme = url.partition(":")[0].lower()
    if scheme in {"postgresql", "postgres"}:
        raise StorageError("a postgresql database is not available yet: use sqlite:///orderbot.db")
    path = url.removeprefix(_SQLITE)
    if path == url or not path:
        raise StorageError("the storage address must look like sqlite:///orderbot.db or sqlite:////data/orderbot.db")
    if path == ":memory:" or "?" in path:
        raise StorageError("the storage address must name a file, without options")
    return await SQLiteDatabase.open(Path(path), busy_timeout=busy_timeout)
