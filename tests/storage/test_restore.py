"""A copy takes the place of the database whole and marked, what was there is kept, and a kill leaves one of both."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from storage import people
from storage.database import Database
from storage.errors import StorageError
from storage.location import Held, Restored
from storage.migrate import migrate, pending, shipped
from storage.opening import alone, backup, bring_up_to_date, open_database, restore
from storage.orders import insert
from tests.storage.direct import reading, writing
from tests.storage.processes import ROOT, process
from tests.storage.rows import new
from tests.storage.test_upgrade import ROWS, fill, up_to
from tests.storage.test_upgrade_copy import full_disk

KINDS = ("sqlite",)

NOW = 2_000_000_000_000_000
WRITER = """
import asyncio
from itertools import count
from storage import people
from storage.opening import open_database

async def main(url):
    database = await open_database(url)
    for n in count():
        await database.run(lambda tx: people.remember(tx, 5000 + n % 50, "x" * 3000, "", 1))
        if n == 20:
            print("ready", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""
HOLDER = """
import sqlite3, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("SELECT count(*) FROM orders").fetchall()
print("ready", flush=True)
time.sleep(600)
"""
RESTORER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from storage.opening import restore
sys.stdout.write("ready\\n")
sys.stdout.flush()
asyncio.run(restore(sys.argv[1], Path(sys.argv[2]), 2_000_000_000_000_000))
"""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def references(path: Path) -> list[object]:
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    return [row[0] for row in rows(path, "SELECT reference FROM orders ORDER BY reference")]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def journal_of(path: Path) -> Path:
    return Path(f"{path}-wal")


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def spoil(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def remove(path: Path) -> None:
    path.unlink()


async def complaint(url: str, copy: Path) -> str:
    with pytest.raises(StorageError) as caught:
        await restore(url, copy, NOW)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orderbot.db"


@pytest.fixture
async def copy(database: Database, url: str, tmp_path: Path) -> Path:
    """A copy with order 1001; the database has 1002 too, and is closed."""
    with writing(database) as tx:
        insert(tx, new(1001))
    copy = tmp_path / "copy.db"
    assert await backup(url, copy, 5) == 1
    with writing(database) as tx:
        insert(tx, new(1002))
    await database.close()
    return copy


async def test_the_copy_is_in_the_databases_place_and_what_was_there_is_beside_it(
    copy: Path, url: str, path: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "orderbot.db.before-restore"
    held = Held(orders=1, newest=1000 + 1001, made_at=5, marked=True)
    assert await restore(url, copy, NOW) == Restored(held, kept)
    assert names(tmp_path) == {"orderbot.db", "orderbot.db.lock", kept.name, "copy.db"}
    assert references(path) == ["1001"]
    assert references(kept) == ["1001", "1002"]
    assert rights(path) == rights(kept) == 0o600
    async with opened(url) as database:
        assert await pending(database) == []
        with writing(database) as tx:
            insert(tx, new(1003))
    assert references(path) == ["1001", "1003"]


async def test_the_mark_says_when_the_copy_was_made_and_the_database_itself_has_none(
    database: Database, url: str, path: Path, tmp_path: Path
) -> None:
    for n in (5, 6):
        await backup(url, tmp_path / f"{n}.db", n)
        assert rows(tmp_path / f"{n}.db", "SELECT at FROM copied") == [(n,)]
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'copied'") in ([], [("copied",)])
    await database.close()
    await restore(url, tmp_path / "5.db", NOW)
    assert rows(path, "SELECT at FROM copied") == [(5,)]
    await backup(url, tmp_path / "7.db", 7)
    assert rows(tmp_path / "7.db", "SELECT at FROM copied") == [(7,)]
    assert rows(tmp_path / "orderbot.db.before-restore", "SELECT at FROM copied") == [(NOW,)]


async def test_the_copy_before_a_migration_is_marked_and_can_be_put_back(url: str, tmp_path: Path) -> None:
    *_, before, last = [migration.name for migration in shipped()]
    async with opened(url) as database:
        await migrate(database, 1, up_to(before, tmp_path / "migrations"))
        fill(database, before)
        upgrade = await bring_up_to_date(url, database, 9)
    assert upgrade.copy is not None
    assert rows(upgrade.copy, "SELECT at FROM copied") == [(9,)]
    restored = await restore(url, upgrade.copy, NOW)
    assert (restored.held.orders, restored.held.made_at) == (len(ROWS), 9)
    async with opened(url) as database:
        assert await pending(database) == [last]
        assert (await bring_up_to_date(url, database, 10)).applied == [last]
        assert reading(database).fetch("SELECT at FROM copied") == [{"at": 9}]


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("age", [100, -100])
async def test_a_copy_made_by_hand_is_marked_with_its_files_time_but_none_to_come(
    url: str, path: Path, tmp_path: Path, age: int
) -> None:
    hand = tmp_path / "hand.db"
    shutil.copyfile(path, hand)
    seconds = NOW // 1_000_000 - age
    os.utime(hand, (seconds, seconds))
    restored = await restore(url, hand, NOW)
    at = NOW - 100_000_000 if age > 0 else NOW
    assert restored.held == Held(orders=2, newest=2002, made_at=at, marked=False)
    assert rows(path, "SELECT at FROM copied") == [(at,)]
    assert references(hand) == ["1001", "1002"]


async def test_a_copy_made_by_hand_with_its_journal_is_taken_whole(
    database: Database, url: str, path: Path, tmp_path: Path
) -> None:
    with writing(database) as tx:
        insert(tx, new(1001))
    hand = tmp_path / "elsewhere" / "hand.db"
    hand.parent.mkdir()
    shutil.copyfile(path, hand)
    shutil.copyfile(f"{path}-wal", f"{hand}-wal")
    await database.close()
    assert (await restore(url, hand, NOW)).held.orders == 1
    assert references(path) == ["1001"]


@pytest.mark.usefixtures("copy")
async def test_nothing_is_written_beside_the_copy(url: str, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # As a killed bot leaves it: in the mode that has journals.
    shutil.copyfile(path, elsewhere / "hand.db")
    before = bytes_of(elsewhere / "hand.db")
    await restore(url, elsewhere / "hand.db", NOW)
    assert names(elsewhere) == {"hand.db"}
    assert bytes_of(elsewhere / "hand.db") == before
    assert references(path) == ["1001", "1002"]


async def test_what_was_kept_is_never_written_over(copy: Path, url: str, path: Path, tmp_path: Path) -> None:
    for n, kept in enumerate(("before-restore", "before-restore-2", "before-restore-3")):
        async with opened(url) as database:
            with writing(database) as tx:
                insert(tx, new(2000 + n))
        assert (await restore(url, copy, NOW)).kept == tmp_path / f"orderbot.db.{kept}"
    found = [references(tmp_path / f"orderbot.db.before-restore{n}") for n in ("", "-2", "-3")]
    assert found == [["1001", "1002", "2000"], ["1001", "2001"], ["1001", "2002"]]
    await restore(url, tmp_path / "orderbot.db.before-restore", NOW)
    assert references(path) == ["1001", "1002", "2000"]


async def test_what_a_killed_bot_left_in_the_journal_is_kept_too(
    database: Database, url: str, path: Path, tmp_path: Path
) -> None:
    await backup(url, tmp_path / "copy.db", 5)
    await database.close()
    with process(WRITER, url):
        pass
    assert bytes_of(journal_of(path))
    restored = await restore(url, tmp_path / "copy.db", NOW)
    assert restored.kept is not None
    assert len(rows(restored.kept, "SELECT * FROM people")) > 15
    assert rows(path, "SELECT * FROM people") == []


async def test_without_a_database_the_copy_becomes_it(copy: Path, url: str, path: Path, tmp_path: Path) -> None:
    remove(path)
    assert (await restore(url, copy, NOW)).kept is None
    assert references(path) == ["1001"]
    assert rights(path) == 0o600
    assert names(tmp_path) == {"orderbot.db", "orderbot.db.lock", "copy.db"}


async def test_a_journal_without_its_database_is_kept_and_never_taken_for_the_copys(
    copy: Path, url: str, path: Path, tmp_path: Path
) -> None:
    with process(WRITER, url):
        pass
    journal = bytes_of(journal_of(path))
    remove(path)
    assert (await restore(url, copy, NOW)).kept == tmp_path / "orderbot.db.before-restore"
    assert bytes_of(tmp_path / "orderbot.db.before-restore-wal") == journal
    assert references(path) == ["1001"]
    assert rows(path, "SELECT * FROM people") == []


@pytest.mark.parametrize("damage", ["its beginning", "its middle", "all of it", "its length"])
async def test_a_damaged_database_is_kept_as_it_is_and_replaced(copy: Path, url: str, path: Path, damage: str) -> None:
    with process(WRITER, url):
        pass
    whole = bytes_of(path)
    match damage:
        case "its beginning":
            spoilt = b"\xff" * 8192 + whole[8192:]
        case "its middle":
            spoilt = whole[:8192] + b"\xff" * 8192 + whole[16384:]
        case "all of it":
            spoilt = b"no database " * 2000
        case _:
            spoilt = b""
    spoil(path, spoilt)
    journal = bytes_of(journal_of(path))
    if damage == "its middle":
        # Else the journal would mend it.
        remove(journal_of(path))
    restored = await restore(url, copy, NOW)
    assert references(path) == ["1001"]
    kept = restored.kept
    assert kept is not None
    assert bytes_of(kept) == spoilt
    assert rights(kept) == 0o600
    assert damage == "its middle" or bytes_of(journal_of(kept)) == journal
    async with opened(url) as database:
        assert await pending(database) == []


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("missing", "there is no copy {copy}"),
        ("a directory", "the copy {copy} cannot be opened: it is a directory"),
        ("text", "the copy {copy} is not a database"),
        ("empty", "the copy {copy} has no orders of orderbot's in it"),
        ("somebody else's", "the copy {copy} has no orders of orderbot's in it"),
        ("damaged", "the copy {copy} is damaged: take another"),
        (
            "newer",
            "the copy {copy} can't be used: the database is newer than this program: it has migration 9999_later",
        ),
        ("the database", "the copy {copy} is the database itself"),
    ],
)
async def test_what_is_no_copy_of_ours_changes_nothing(
    copy: Path, url: str, path: Path, tmp_path: Path, wrong: str, line: str
) -> None:
    bad = tmp_path / "bad.db"
    match wrong:
        case "a directory":
            bad.mkdir()
        case "text":
            bad.write_text("no database, and long enough to be taken for one " * 20)
        case "empty":
            bad.touch()
        case "somebody else's":
            with closing(sqlite3.connect(bad)) as connection:
                connection.execute("CREATE TABLE orders (a)")
        case "damaged":
            shutil.copyfile(copy, bad)
            with bad.open("r+b") as file:
                file.seek(8192)
                file.write(b"\xff" * 40000)
        case "newer":
            shutil.copyfile(copy, bad)
            with closing(sqlite3.connect(bad)) as connection, connection:
                connection.execute("INSERT INTO migrations VALUES ('9999_later', 'x', 1)")
        case "the database":
            bad.symlink_to("orderbot.db")
        case _:
            pass
    before = names(tmp_path)
    assert (await complaint(url, bad)).startswith(line.format(copy=bad))
    assert names(tmp_path) - {"orderbot.db.lock"} == before
    assert references(path) == ["1001", "1002"]
    await restore(url, copy, NOW)
    assert references(path) == ["1001"]


async def test_beside_a_bot_it_is_refused(copy: Path, url: str, path: Path) -> None:
    async with alone(url):
        assert "another orderbot is running" in await complaint(url, copy)
    assert references(path) == ["1001", "1002"]
    await restore(url, copy, NOW)
    assert references(path) == ["1001"]


async def test_who_has_the_database_open_sees_the_one_and_then_the_other(copy: Path, url: str, path: Path) -> None:
    async with opened(url) as reader:
        with process(HOLDER, str(path), "BEGIN"):
            await restore(url, copy, NOW)
        assert reading(reader).fetch("SELECT reference FROM orders") == [{"reference": "1001"}]
        with writing(reader) as tx:
            insert(tx, new(1003))
    assert references(path) == ["1001", "1003"]


async def test_a_database_that_somebody_writes_to_for_long_is_left_and_done_later(
    copy: Path, url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.opening.PATIENCE", 0.1)
    with process(HOLDER, str(path), "BEGIN IMMEDIATE"):
        assert await complaint(url, copy) == f"the database {path} is locked by another process"
    assert references(path) == ["1001", "1002"]
    await restore(url, copy, NOW)
    assert references(path) == ["1001"]


async def test_without_room_for_it_nothing_is_changed_and_with_room_it_is_done(
    copy: Path, url: str, path: Path, tmp_path: Path
) -> None:
    before = names(tmp_path)
    with full_disk():
        said = await complaint(url, copy)
    assert said.startswith(f"the file {path}.restoring c")
    assert "the disk is full" in said
    assert names(tmp_path) - {"orderbot.db.lock"} == before
    assert references(path) == ["1001", "1002"]
    await restore(url, copy, NOW)
    assert references(path) == ["1001"]


@contextmanager
def restoring(url: str, copy: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has just begun to restore."""
    program = [sys.executable, "-c", RESTORER, url, str(copy), str(ROOT)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started


def ended(url: str, copy: Path) -> float:
    """Restore to the end; returns the seconds that it took."""
    with restoring(url, copy) as process:
        begun = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - begun


def killed_after(seconds: float, url: str, copy: Path) -> None:
    with restoring(url, copy) as process:
        time.sleep(seconds)
        process.kill()
        assert process.wait() in {0, -signal.SIGKILL}


async def test_killed_at_any_moment_it_leaves_the_one_or_the_other(
    database: Database, url: str, path: Path, tmp_path: Path
) -> None:
    with writing(database) as tx:
        insert(tx, new(1001))
        for n in range(1500):
            people.remember(tx, n, "old" * 1000, "", 1)
    copy = tmp_path / "copy.db"
    await backup(url, copy, 5)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE people SET name = replace(name, 'old', 'new')")
        connection.execute("UPDATE orders SET reference = '2001'")
    await database.close()
    original = tmp_path / "original.db"
    shutil.copyfile(path, original)
    took, seen, tries = ended(url, copy), set(), 24
    for n in range(tries):
        shutil.copyfile(original, path)
        killed_after(2 * took * n / (tries - 1), url, copy)
        (reference,) = references(path)
        kinds = {str(name)[:3] for (name,) in rows(path, "SELECT DISTINCT name FROM people")}
        assert (reference, kinds) in (("1001", {"old"}), ("2001", {"new"}))
        seen.add(reference)
        async with opened(url) as again:
            assert len(reading(again).fetch("SELECT user_id FROM people")) == 1500
            assert await pending(again) == []
        for kept in names(tmp_path):
            if "before-restore" in kept and not kept.startswith("."):
                assert references(tmp_path / kept) == ["1001"]
                remove(tmp_path / kept)
    assert seen == {"1001", "2001"}
    await restore(url, copy, NOW)
    assert references(path) == ["2001"]
    assert not any(".restoring" in name or name.startswith(".orderbot.db") for name in names(tmp_path))
