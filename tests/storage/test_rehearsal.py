"""What a rehearsal says is what then happens, and until then nothing has changed."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import orders
from storage.database import Reader
from storage.errors import StorageError
from storage.migrate import migrate, pending, shipped
from storage.opening import (
    alone,
    backup,
    bring_up_to_date,
    open_database,
    rehearse_migrations,
    rehearse_restore,
    restore,
)
from tests.storage.direct import writing
from tests.storage.processes import process
from tests.storage.rows import new
from tests.storage.test_restore import bytes_of, names, opened, references, spoil
from tests.storage.test_upgrade import ROWS, fill, up_to
from tests.storage.test_upgrade_copy import full_disk

KINDS = ("sqlite",)
NOW = 2_000_000_000_000_000
NAMES = [migration.name for migration in shipped()]
LEAVER = """
import time
from pathlib import Path
from storage.sqlite.rehearsal import private_folder

with private_folder(Path(sys.argv[1])) as folder:
    (folder / "rehearsal.db").write_text("people's data")
    print("ready", flush=True)
    time.sleep(600)
"""


def count(reader: Reader) -> int:
    return len(orders.all_rows(reader, 100))


def content(folder: Path) -> dict[str, tuple[str, int]]:
    """Everything in a folder but what SQLite keeps beside a database that is open."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture(params=[NAMES[0], "0009_presence", NAMES[-2]])
async def older(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> list[str]:
    """A database of an earlier version with rows in it; the names of what it lacks."""
    async with opened(url) as database:
        await migrate(database, 1, up_to(request.param, tmp_path / "migrations"))
        fill(database, request.param)
    return NAMES[NAMES.index(request.param) + 1 :]


async def test_what_it_would_apply_is_what_is_applied_then(older: list[str], url: str, tmp_path: Path) -> None:
    before = content(tmp_path)
    rehearsal = await rehearse_migrations(url, NOW)
    assert (rehearsal.tried, rehearsal.orders) == (older, len(ROWS))
    assert rehearsal.seconds > 0
    assert content(tmp_path) == before
    assert not [name for name in names(tmp_path) if "rehearsal" in name]
    async with opened(url) as database:
        assert await pending(database) == older
        assert (await bring_up_to_date(url, database, NOW)).applied == older


async def test_beside_a_bot_that_writes_nothing_of_either_is_in_the_others_way(url: str, tmp_path: Path) -> None:
    before = up_to(NAMES[-2], tmp_path / "migrations")
    async with opened(url) as database:
        await migrate(database, 1, before)
        fill(database, NAMES[-2])
        async with alone(url):
            with writing(database) as tx:
                # Not committed: neither seen nor waited for.
                tx.execute("INSERT INTO strangers (user_id, told_at) VALUES (77, 1)")
                rehearsal = await rehearse_migrations(url, NOW)
        assert (rehearsal.tried, rehearsal.orders) == (NAMES[-1:], len(ROWS))
        assert await pending(database, before) == []


async def test_without_a_database_none_is_made(url: str, tmp_path: Path) -> None:
    rehearsal = await rehearse_migrations(url, NOW)
    assert (rehearsal.tried, rehearsal.orders) == (NAMES, 0)
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("INSERT INTO no_such_table VALUES (1);\n", "migration 9999_new failed: .*no_such_table"),
        ("DELETE FROM orders WHERE reference = '1';\n", "the migrations would leave 8 of 9 rows of orders"),
        ("DROP TABLE people;\n", "the migrations would leave 0 of 1 rows of people"),
        (
            "UPDATE order_numbers SET reference = 'gone';\n",
            "migration 9999_new failed: .*FOREIGN KEY",
        ),
    ],
)
async def test_a_migration_that_fails_or_loses_anything_is_found_before_it_does(
    url: str, tmp_path: Path, text: str, line: str
) -> None:
    folder = up_to(NAMES[-1], tmp_path / "migrations")
    async with opened(url) as database:
        await migrate(database, 1, folder)
        fill(database, NAMES[-1])
    before = content(tmp_path)
    (folder / "9999_new.sql").write_text(text)
    with pytest.raises(StorageError, match=line) as caught:
        await rehearse_migrations(url, NOW, folder)
    assert "\n" not in str(caught.value)
    assert content(tmp_path) == before
    (folder / "9999_new.sql").write_text("UPDATE orders SET looks = looks;\n")
    assert (await rehearse_migrations(url, NOW, folder)).tried == ["9999_new"]


async def test_without_room_for_it_nothing_is_left_and_with_room_it_is_done(
    older: list[str], url: str, tmp_path: Path
) -> None:
    before = content(tmp_path)
    with full_disk(), pytest.raises(StorageError, match="the disk is full"):
        await rehearse_migrations(url, NOW)
    assert content(tmp_path) == before
    assert not [name for name in names(tmp_path) if "rehearsal" in name]
    assert (await rehearse_migrations(url, NOW)).tried == older


async def test_what_a_killed_one_left_is_thrown_away_and_what_another_uses_is_not(url: str, tmp_path: Path) -> None:
    def left() -> list[str]:
        return [name for name in names(tmp_path) if "rehearsal" in name]

    with process(LEAVER, str(tmp_path / "orderbot.db")):
        (used,) = left()
        assert os.stat(tmp_path / used).st_mode & 0o777 == 0o700  # noqa: PTH116  beside its twin
        await rehearse_migrations(url, NOW)
        assert left() == [used]
    assert left() == [used]
    await rehearse_migrations(url, NOW)
    assert left() == []


@pytest.fixture
async def copy(url: str, tmp_path: Path) -> Path:
    """A copy with order 1001, of a database that has 1002 to 1025 too and is closed."""
    database = await open_database(url)
    await migrate(database, 1)
    with writing(database) as tx:
        orders.insert(tx, new(1001))
    copy = tmp_path / "copy.db"
    await backup(url, copy, 5)
    with writing(database) as tx:
        for n in range(1002, 1026):
            orders.insert(tx, new(n))
    await database.close()
    return copy


async def test_a_copy_is_examined_beside_a_bot_and_nothing_changes(copy: Path, url: str, tmp_path: Path) -> None:
    before = content(tmp_path)
    async with alone(url):
        examined = await rehearse_restore(url, copy, NOW, count)
    assert (examined.held.orders, examined.held.made_at, examined.rehearsal.seen) == (1, 5, 1)
    assert examined.rehearsal.tried == []
    assert examined.lacks is not None
    number, newest = examined.lacks
    assert (number, newest[0], len(newest)) == (24, "1025", 20)
    after = content(tmp_path)
    assert after.pop("orderbot.db.lock", None)
    assert after == before


async def test_an_older_copy_is_looked_at_as_it_will_be_and_restored_as_it_is(
    older: list[str], url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await backup(url, copy, 5)
    examined = await rehearse_restore(url, copy, NOW, count)
    assert (examined.rehearsal.tried, examined.rehearsal.seen) == (older, len(ROWS))
    assert examined.lacks == (0, [])
    await restore(url, copy, NOW)
    async with opened(url) as database:
        assert await pending(database) == older


async def test_a_copy_from_which_somebody_took_a_row_by_hand_is_not_taken(copy: Path, url: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    shutil.copyfile(copy, bad)
    with closing(sqlite3.connect(bad)) as connection, connection:
        connection.execute("INSERT INTO order_names VALUES ('A', '1001')")
        connection.execute("DELETE FROM orders")
    line = f"the database {bad} is damaged; restore it from a backup: a row of order_names belongs to one of orders"
    with pytest.raises(StorageError, match=line):
        await rehearse_restore(url, bad, NOW, count)
    assert (await rehearse_restore(url, copy, NOW, count)).rehearsal.seen == 1


@pytest.mark.parametrize("damage", ["cut short", "no database", "none"])
async def test_a_present_database_that_cannot_be_read_is_no_reason_against_a_copy(
    copy: Path, url: str, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "orderbot.db"
    match damage:
        case "cut short":
            spoil(path, bytes_of(path)[:6000])
        case "no database":
            spoil(path, b"no database " * 2000)
        case _:
            path.unlink()
    assert (await rehearse_restore(url, copy, NOW, count)).lacks is None
    await restore(url, copy, NOW)
    assert references(path) == ["1001"]


@pytest.mark.parametrize("at", [20, 3000, 70_000])
async def test_a_copy_that_was_cut_short_is_found_out(copy: Path, url: str, tmp_path: Path, at: int) -> None:
    bad = tmp_path / "bad.db"
    spoil(bad, bytes_of(copy)[:at])
    with pytest.raises(StorageError) as caught:
        await rehearse_restore(url, bad, NOW, count)
    assert "\n" not in str(caught.value)
    assert str(bad) in str(caught.value)
    assert len(references(tmp_path / "orderbot.db")) == 25
