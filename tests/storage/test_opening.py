import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate, pending
from storage.opening import open_database
from tests.storage.direct import reading

KINDS = ("sqlite",)


async def complaint(url: str) -> str:
    with pytest.raises(StorageError) as caught:
        await (await open_database(url, patience=0.05)).close()
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def works(url: str) -> bool:
    database = await open_database(url)
    try:
        await migrate(database, 1)
        return await pending(database) == []
    finally:
        await database.close()


def made_by_a_newer_sqlite(path: Path, version: int) -> None:
    # Byte 18 is the "file format write version": above 2, SQLite may only read the file (sqlite.org/fileformat2).
    with path.open("r+b") as file:
        file.seek(18)
        file.write(bytes([version]))


async def test_a_relative_address_is_a_file_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await works("sqlite:///here.db")
    assert os.listdir(tmp_path) == ["here.db"]  # noqa: PTH208  all that is left, journals included


@pytest.mark.parametrize("name", ["with space.db", "per%20cent.db", "zh-訂單.db", "a#b.db"])
async def test_an_absolute_address_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    assert await works(f"sqlite:///{tmp_path}/{name}")
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
async def test_a_server_that_is_not_there_is_named_without_the_password(scheme: str) -> None:
    said = await complaint(f"{scheme}://user:hush-hush@127.0.0.1:1/orders")
    assert said.startswith("the database orders at 127.0.0.1 cannot be reached: ")
    assert "hush-hush" not in said


@pytest.mark.parametrize("url", ["", "orderbot.db", "sqlite://orderbot.db", "sqlite:///", "mysql://u:hush-hush@h/d"])
async def test_another_address_is_refused_with_an_example(url: str) -> None:
    said = await complaint(url)
    assert "sqlite:///orderbot.db" in said
    assert "hush-hush" not in said


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///a.db?mode=ro"])
async def test_an_address_names_a_file_and_nothing_else(url: str) -> None:
    assert "without options" in await complaint(url)


async def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/a.db"
    assert f"there is no directory {tmp_path}/missing" in await complaint(url)
    (tmp_path / "missing").mkdir()
    assert await works(url)


async def test_a_directory_is_not_a_database(tmp_path: Path) -> None:
    assert "cannot be opened" in await complaint(f"sqlite:///{tmp_path}")


async def test_a_file_of_something_else_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("these are not the rows you are looking for\n" * 200)
    assert "is not a database" in await complaint(f"sqlite:///{path}")
    path.unlink()
    assert await works(f"sqlite:///{path}")


async def test_a_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert await works(f"sqlite:///{path}")
    backup = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3900)
    assert "is damaged" in await complaint(f"sqlite:///{path}")
    path.write_bytes(backup)
    assert await works(f"sqlite:///{path}")


async def test_a_file_that_can_only_be_read_is_called_read_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert await works(f"sqlite:///{path}")
    made_by_a_newer_sqlite(path, 3)
    assert "is read-only" in await complaint(f"sqlite:///{path}")
    made_by_a_newer_sqlite(path, 2)
    assert await works(f"sqlite:///{path}")


async def test_a_database_that_another_process_holds_is_called_locked(database: Database, url: str) -> None:
    path = url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "is locked by another process" in await complaint(url)
        assert reading(database).fetch("SELECT * FROM orders") == []  # readers go on
        other.execute("COMMIT")
    assert await works(url)


@pytest.mark.parametrize("turns", range(0, 30, 3))
async def test_a_cancelled_opening_leaves_nothing_open(url: str, turns: int) -> None:
    task = asyncio.create_task(open_database(url))
    for _ in range(turns):
        await asyncio.sleep(0)
    if task.cancel():
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        await (await task).close()
    assert await works(url)
