"""A backup is what was committed when it began, whoever writes meanwhile; and when there is none, there is no file."""

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage import people
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate, pending
from storage.opening import backup, open_database
from storage.orders import NewOrder, insert
from tests.storage.direct import reading, writing
from tests.storage.processes import process

KINDS = ("sqlite",)

WRITER = """
import asyncio
from itertools import count
from storage import people
from storage.opening import open_database

async def main(url):
    database = await open_database(url)
    for n in count():
        def put(tx):
            tx.execute("INSERT INTO strangers (user_id, told_at) VALUES ($1, 1)", n)
            people.remember(tx, n, "x" * 3000, "", 1)
        await database.run(put)
        if n == 20:
            print("ready", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""
ORDER = NewOrder("1", "d1", "shop", "anqicms", "F", "1", "{}", 7, 7, "Ann", 1000)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


async def complaint(url: str, copy: Path) -> str:
    before = names(copy.parent)
    with pytest.raises(StorageError) as caught:
        await backup(url, copy, 1)
    assert "\n" not in str(caught.value)
    assert names(copy.parent) == before
    return str(caught.value)


def committed(database: Database) -> int:
    row = reading(database).fetchrow("SELECT count(*) AS n FROM strangers")
    assert row is not None
    return int(row["n"])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


async def test_beside_a_writer_that_commits_all_the_time_it_has_the_first_so_many_commits(
    database: Database, url: str, elsewhere: Path
) -> None:
    with process(WRITER, url):
        before = committed(database)
        for n in range(5):
            copy = elsewhere / f"{n}.db"
            at_least = committed(database)
            assert await backup(url, copy, 1) == 0
            at_most = committed(database)
            found = [row[0] for row in rows(copy, "SELECT user_id FROM strangers ORDER BY user_id")]
            assert at_least <= len(found) <= at_most
            assert found == list(range(len(found)))
            assert rows(copy, "SELECT count(*) FROM people") == [(len(found),)]
            assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
        assert at_most > before
    assert names(elsewhere) == [f"{n}.db" for n in range(5)]


async def test_it_can_be_used_in_place_of_the_database(database: Database, url: str, elsewhere: Path) -> None:
    with writing(database) as tx:
        insert(tx, ORDER)
    copy = elsewhere / "copy.db"
    assert await backup(url, copy, 1) == 1
    again = await open_database(f"sqlite:///{copy}")
    try:
        assert await pending(again) == []
        with writing(again) as tx:
            assert tx.fetch("SELECT reference FROM orders") == [{"reference": "1"}]
            assert tx.execute("INSERT INTO strangers VALUES (1, 1)") == 1
    finally:
        await again.close()
    assert reading(database).fetch("SELECT * FROM strangers") == []


async def test_only_its_owner_may_read_it(database: Database, url: str, elsewhere: Path) -> None:
    old = os.umask(0)
    try:
        await backup(url, elsewhere / "copy.db", 1)
    finally:
        os.umask(old)
    assert stat.S_IMODE((elsewhere / "copy.db").stat().st_mode) == 0o600
    assert reading(database).fetch("SELECT * FROM orders") == []


async def test_what_was_removed_is_not_in_it_any_more(database: Database, url: str, elsewhere: Path) -> None:
    with writing(database) as tx:
        people.remember(tx, 1, "CANARY-name", "", 1)
    with writing(database) as tx:
        tx.execute("DELETE FROM people")
    await backup(url, elsewhere / "copy.db", 1)
    assert b"CANARY-name" not in (elsewhere / "copy.db").read_bytes()


async def test_what_a_killed_process_committed_is_in_it(database: Database, url: str, elsewhere: Path) -> None:
    await database.close()
    with process(WRITER, url):
        pass
    assert await backup(url, elsewhere / "copy.db", 1) == 0
    assert len(rows(elsewhere / "copy.db", "SELECT * FROM strangers")) > 20


@pytest.mark.parametrize("there", ["a file", "a directory", "a link to nothing"])
async def test_a_file_that_exists_is_left_as_it_is(database: Database, url: str, elsewhere: Path, there: str) -> None:
    copy = elsewhere / "copy.db"
    match there:
        case "a file":
            copy.write_text("precious")
        case "a directory":
            copy.mkdir()
        case _:
            copy.symlink_to("nowhere")
    line = f"the backup {copy} cannot be written: there is such a file already; choose another name"
    assert await complaint(url, copy) == line
    assert there != "a file" or copy.read_text() == "precious"
    assert await backup(url, elsewhere / "another.db", 1) == 0
    assert reading(database).fetch("SELECT * FROM orders") == []


async def test_the_database_itself_is_no_place_for_its_backup(database: Database, url: str, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("orderbot.db")
    for copy in (tmp_path / "orderbot.db", tmp_path / "link.db"):
        assert await complaint(url, copy) == f"the backup {copy} cannot be written: it is the database itself"
    assert reading(database).fetch("SELECT * FROM orders") == []


async def test_a_missing_directory_is_named(database: Database, url: str, elsewhere: Path) -> None:
    copy = elsewhere / "missing" / "copy.db"
    assert await complaint(url, copy) == f"the backup {copy} cannot be written: there is no directory {copy.parent}"
    copy.parent.mkdir()
    assert await backup(url, copy, 1) == 0
    assert reading(database).fetch("SELECT * FROM orders") == []


async def test_a_name_that_is_too_long_is_one_line(database: Database, url: str, elsewhere: Path) -> None:
    copy = elsewhere / ("x" * 300)
    assert await complaint(url, copy) == f"the backup {copy} cannot be written: File name too long"
    assert reading(database).fetch("SELECT * FROM orders") == []


async def test_a_database_that_is_not_there_is_not_made(url: str, elsewhere: Path, tmp_path: Path) -> None:
    assert await complaint(url, elsewhere / "copy.db") == f"there is no database {tmp_path}/orderbot.db"
    assert not (tmp_path / "orderbot.db").exists()


async def test_a_database_without_its_tables_is_no_journal_yet(url: str, elsewhere: Path) -> None:
    database = await open_database(url)
    try:
        assert "run orderbot migrate first" in await complaint(url, elsewhere / "copy.db")
        await migrate(database, 1)
        assert await backup(url, elsewhere / "copy.db", 1) == 0
    finally:
        await database.close()


async def test_a_cancelled_backup_leaves_nothing(database: Database, url: str, elsewhere: Path) -> None:
    with writing(database) as tx:
        for n in range(2000):
            people.remember(tx, n, "x" * 3000, "", 1)
    task = asyncio.create_task(backup(url, elsewhere / "copy.db", 1))
    while not names(elsewhere):  # noqa: ASYNC110  a directory rings no bell
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(elsewhere) == []
    assert await backup(url, elsewhere / "copy.db", 1) == 0
