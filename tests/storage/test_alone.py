"""One process at a time, as the kernel sees to it; what stands in a file proves nothing."""

import asyncio
import os
from pathlib import Path

import pytest

from storage import orders, sending
from storage.database import Database
from storage.errors import StorageError
from storage.opening import alone, lapse_claims
from tests.storage.direct import reading, writing
from tests.storage.processes import process
from tests.storage.rows import NEW, mark

KINDS = ("sqlite",)

HOLDER = """
import asyncio
from storage import orders, sending
from storage.opening import alone, lapse_claims

async def main(url):
    async with alone(url):
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""
FORKING = """
import asyncio, os, time
from storage import orders, sending
from storage.opening import alone, lapse_claims

async def main(url):
    async with alone(url):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    print("ready", flush=True)
    time.sleep(60)

os.setpgid(0, 0)
asyncio.run(main(*sys.argv[1:]))
"""


async def complaint(url: str) -> str:
    with pytest.raises(StorageError) as caught:
        async with alone(url):
            pytest.fail("two at a time")
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_a_second_process_is_refused_and_told_which_one_is_first(url: str, tmp_path: Path) -> None:
    with process(HOLDER, url) as first:
        said = f"another orderbot is running on the database {tmp_path}/orderbot.db (process {first.pid})"
        assert await complaint(url) == said
        assert await complaint(url) == said
    async with alone(url):
        pass


async def test_within_one_process_a_second_is_refused_too(url: str) -> None:
    async with alone(url):
        assert f"(process {os.getpid()})" in await complaint(url)
    async with alone(url):
        pass


def test_who_only_opens_the_database_works_beside_it(database: Database, url: str) -> None:
    with process(HOLDER, url), writing(database) as tx:
        assert tx.execute("INSERT INTO strangers (user_id, told_at) VALUES (1, 1)") == 1


async def test_what_a_killed_process_left_behind_is_no_lock(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    with process(HOLDER, url) as first:
        pass
    assert lock.read_text() == str(first.pid)
    async with alone(url):
        assert lock.read_text() == str(os.getpid())
    assert lock.read_text() == ""


@pytest.mark.parametrize("by", ["symbolic link", "link to the directory", "relative address"])
async def test_it_is_one_lock_by_whatever_way_the_file_is_named(
    url: str, tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    match by:
        case "symbolic link":
            other.symlink_to("orderbot.db")
            also = f"sqlite:///{other}"
        case "link to the directory":
            other.symlink_to(tmp_path)
            also = f"sqlite:///{other}/orderbot.db"
        case _:
            monkeypatch.chdir(tmp_path)
            also = "sqlite:///orderbot.db"
    with process(HOLDER, also, cwd=tmp_path):
        assert "another orderbot is running" in await complaint(url)
    with process(HOLDER, url):
        assert "another orderbot is running" in await complaint(also)
    async with alone(also):
        pass


async def test_two_databases_in_one_directory_are_two_locks(url: str) -> None:
    async with alone(url), alone(url.replace("orderbot.db", "second.db")):
        pass


async def test_a_process_forked_off_meanwhile_does_not_keep_the_lock(url: str) -> None:
    with process(FORKING, url) as forking:
        try:
            async with alone(url):
                pass
        finally:
            os.killpg(forking.pid, 9)


async def test_a_full_disk_takes_the_number_from_the_line_and_nothing_else(url: str, tmp_path: Path) -> None:
    (tmp_path / "orderbot.db.lock").symlink_to("/dev/full")
    with process(HOLDER, url):
        assert await complaint(url) == f"another orderbot is running on the database {tmp_path}/orderbot.db"
    async with alone(url):
        pass


async def test_a_lock_that_cannot_be_made_is_one_line(url: str, tmp_path: Path) -> None:
    lock = tmp_path / "orderbot.db.lock"
    lock.mkdir()
    assert await complaint(url) == f"the database {tmp_path}/orderbot.db cannot be locked: Is a directory: {lock}"
    lock.rmdir()
    async with alone(url):
        pass


async def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    assert f"there is no directory {tmp_path}/missing" in await complaint(f"sqlite:///{tmp_path}/missing/a.db")


async def test_it_is_given_up_by_whoever_is_cancelled(url: str) -> None:
    inside = asyncio.Event()

    async def hold() -> None:
        async with alone(url):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await inside.wait()
    assert "another orderbot" in await complaint(url)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with alone(url):
        pass


async def test_whose_lock_was_given_on_holds_no_order_any_more(database: Database, url: str) -> None:
    with writing(database) as tx:
        orders.insert(tx, NEW)
        sending.claim(tx, "gifts", mark(2000, "pid 7"), 1)
    assert sending.abandoned(reading(database), "me", 2001) == []
    async with alone(url):
        await lapse_claims(database)
    assert [order.claimed_by for order in sending.abandoned(reading(database), "me", 2001)] == ["pid 7"]
