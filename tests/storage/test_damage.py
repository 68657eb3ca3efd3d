"""A file that is damaged where opening doesn't look: it is noticed at start, and where it is read while all runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import people
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate
from storage.opening import backup, examine, open_database
from tests.storage.direct import reading, writing

KINDS = ("sqlite",)

PAGE = 4096


@contextmanager
def damaged(path: Path, content: bytes) -> Iterator[None]:
    """The pages in the middle of the file hold something else meanwhile."""
    whole = path.read_bytes()
    begin = len(whole) // PAGE // 2 * PAGE
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(content * 8)
    yield
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(whole[begin : begin + 8 * PAGE])


@pytest.fixture
async def path(url: str, tmp_path: Path) -> Path:
    """A database with rows on many pages, closed, so that all of it is in its one file."""
    database = await open_database(url)
    try:
        await migrate(database, 1)
        with writing(database) as tx:
            for n in range(1000):
                people.remember(tx, n, "x" * 1500, "", 1)
    finally:
        await database.close()
    return tmp_path / "orderbot.db"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def names(database: Database) -> int:
    return len(reading(database).fetch("SELECT user_id, name FROM people ORDER BY user_id"))


def put_and_touch_all(database: Database) -> None:
    with writing(database) as tx:
        tx.execute("INSERT INTO strangers VALUES (1, 1)")
        tx.execute("UPDATE people SET language = 'en'")


@pytest.mark.parametrize("content", [b"\x00" * PAGE, b"\xff" * PAGE, bytes(range(256)) * 16])
async def test_damage_in_the_middle_is_found_before_anything_is_done(path: Path, url: str, content: bytes) -> None:
    await examine(url)
    with damaged(path, content):
        await (await open_database(url)).close()
        with pytest.raises(StorageError, match=rf"^the database {path} is damaged; restore it from a backup$"):
            await examine(url)
    await examine(url)


@pytest.mark.parametrize("content", [b"\x00" * PAGE, b"\xff" * PAGE])
async def test_damage_while_all_runs_is_told_where_it_is_read_and_the_rest_goes_on(
    path: Path, url: str, content: bytes
) -> None:
    database = await open_database(url)
    try:
        with damaged(path, content):
            with pytest.raises(StorageError, match="is damaged; restore it from a backup"):
                names(database)
            with pytest.raises(StorageError, match="is damaged; restore it from a backup"):
                put_and_touch_all(database)
            with writing(database) as tx:
                tx.execute("INSERT INTO strangers VALUES (2, 1)")
        assert reading(database).fetch("SELECT user_id FROM strangers") == [{"user_id": 2}]
    finally:
        await database.close()
    again = await open_database(url)
    try:
        assert names(again) == 1000
    finally:
        await again.close()
    await examine(url)


async def test_there_is_no_backup_of_damage(path: Path, url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with damaged(path, b"\x00" * PAGE):
        with pytest.raises(StorageError, match=rf"^the database {path} is damaged"):
            await backup(url, copy, 1)
        assert files(tmp_path) == {"orderbot.db", "orderbot.db-wal", "orderbot.db-shm"}
    assert await backup(url, copy, 1) == 0
