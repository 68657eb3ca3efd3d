"""The files of a database are their owner's alone, whatever rights new files get by themselves."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.migrate import migrate
from storage.opening import alone, backup, open_database, readable_by_others, scrub_deleted
from storage.sqlite.restore import prepare
from tests.storage.processes import process

KINDS = ("sqlite",)

SHARED = """
import fcntl, os, time
file = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(file, fcntl.LOCK_SH if sys.argv[2] == "shared" else fcntl.LOCK_EX)
print("ready", flush=True)
time.sleep(600)
"""
READER = """
import sqlite3, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
print("ready", flush=True)
time.sleep(600)
"""
ALONE = """
import asyncio, time
from storage.opening import alone

async def main(url):
    async with alone(url):
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""

CROWD = """
import asyncio, os, time
from pathlib import Path
from storage.errors import StorageError
from storage.opening import alone

async def main(url):
    try:
        async with alone(url):
            os.write(1, b"yes\\n")
            time.sleep(2)
    except StorageError:
        os.write(1, b"no\\n")

url, go = sys.argv[1:]
for _ in range(8):
    if os.fork() == 0:
        while not Path(go).exists():
            pass
        asyncio.run(main(url))
        os._exit(0)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _no_umask() -> Iterator[None]:
    old = os.umask(0)
    yield
    os.umask(old)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}


async def test_every_file_that_is_made_is_its_owners_alone(url: str, tmp_path: Path) -> None:
    async with alone(url):
        database = await open_database(url)
        try:
            await migrate(database, 1)
            assert modes(tmp_path).keys() == {"orderbot.db", "orderbot.db-wal", "orderbot.db-shm", "orderbot.db.lock"}
            await backup(url, tmp_path / "copy.db", 1)
            await scrub_deleted(url)
            assert set(modes(tmp_path).values()) == {0o600}
        finally:
            await database.close()
    assert readable_by_others(url) == []


async def test_what_a_copy_is_tried_out_in_is_its_owners_alone_too(url: str, tmp_path: Path) -> None:
    database = await open_database(url)
    await migrate(database, 1)
    await database.close()
    await backup(url, tmp_path / "copy.db", 1)
    before = os.umask(0)
    try:
        prepare(tmp_path / "copy.db", tmp_path / "part.db", 1)
    finally:
        os.umask(before)
    assert modes(tmp_path)["part.db"] == 0o600


async def test_a_database_behind_a_link_to_nothing_is_made_so_too(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("orderbot.db")
    database = await open_database(f"sqlite:///{tmp_path}/link.db")
    await database.close()
    assert modes(tmp_path)["orderbot.db"] == 0o600


async def test_files_that_others_can_read_are_closed_to_them_at_start_and_the_log_says_so_once(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = await open_database(url)
    await migrate(database, 1)
    await database.close()
    # A reader keeps the journals there, as a killed bot leaves them.
    with process(READER, str(tmp_path / "orderbot.db")):
        for name in modes(tmp_path):
            (tmp_path / name).chmod(0o644)
        (tmp_path / "orderbot.db.lock").touch(0o644)
        assert {path.name for path in readable_by_others(url)} == modes(tmp_path).keys()
        assert len(modes(tmp_path)) == 4
        with caplog.at_level(logging.WARNING):
            async with alone(url):
                assert set(modes(tmp_path).values()) == {0o600}
        (line,) = caplog.messages
        assert line.startswith("closed to others than the owner, who could read them before: ")
        assert line.count(str(tmp_path)) == 4
        caplog.clear()
        async with alone(url):
            pass
        assert caplog.messages == []


async def test_a_stranger_who_may_only_read_the_lock_keeps_no_bot_from_it(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    lock.touch(0o644)
    with process(SHARED, str(lock), "shared"), process(ALONE, url) as bot:
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
        assert lock.read_text() == str(bot.pid)
        with pytest.raises(Exception, match=rf"another orderbot is running on .* \(process {bot.pid}\)$"):
            async with alone(url):
                pytest.fail("two at a time")
    async with alone(url):
        pass
    assert modes(tmp_path).keys() == {"orderbot.db.lock"}


async def test_of_many_that_begin_at_once_beside_a_stranger_one_gets_the_lock(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    for _ in range(5):
        lock.unlink(missing_ok=True)
        lock.touch(0o644)
        go = tmp_path / "go"
        go.unlink(missing_ok=True)
        with process(SHARED, str(lock), "shared"), process(CROWD, url, str(go)) as crowd:
            go.touch()
            assert crowd.stdout is not None
            answers = [crowd.stdout.readline().strip() for _ in range(8)]
        assert sorted(answers) == ["no"] * 7 + ["yes"]


async def test_a_stranger_who_has_it_alone_is_told_from_a_bot_and_there_is_a_way_out(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    lock.touch(0o644)
    with process(SHARED, str(lock), "alone"):
        with pytest.raises(Exception, match=r"another program has locked .*: if no orderbot runs on it, delete that"):
            async with alone(url):
                pytest.fail("that can't be known")
        lock.unlink()
        async with alone(url):
            pass


async def test_a_bot_of_before_that_still_runs_is_found(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    lock.touch(0o644)
    with process(SHARED, str(lock), "alone") as before:
        lock.write_text(str(before.pid))
        with pytest.raises(Exception, match=rf"another orderbot is running on .* \(process {before.pid}\)$"):
            async with alone(url):
                pytest.fail("two at a time")
    async with alone(url):
        pass
