"""`orderbot backup`: what is in the copy, and the one line when there is none."""

import asyncio
import os
import resource
import sys
from pathlib import Path

import pytest

from bot.sandbox.standin import StandIn
from storage.migrate import migrate
from storage.opening import backup, open_database
from tests.bench import until
from tests.commands.program import ROOT, orderbot, settings, write
from tests.commands.running import up
from tests.storage.processes import process

WRITER = """
import asyncio
from itertools import count
from storage.opening import open_database
from storage.orders import NewOrder, insert

async def main(url):
    database = await open_database(url)
    for n in count():
        order = NewOrder(f"{10**12 + n}", f"d{n}", "guoguo", "guoguo", "F", "1", "{}", 7, 7, "Ann", n)
        await database.run(lambda tx: insert(tx, order))
        if n == 20:
            print("ready", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def database(tmp_path: Path) -> str:
    """The address of the database of the settings in `tmp_path`."""
    write(tmp_path, settings(tmp_path))
    url = f"sqlite:///{tmp_path}/orders.db"
    opened = await open_database(url)
    await migrate(opened, 1)
    await opened.close()
    return url


async def csv_of(folder: Path, config: str = "orderbot.toml") -> list[str]:
    done = await orderbot("orders", "--csv", "--config", config, cwd=folder)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"orders.db-wal", "orders.db-shm"}


async def copied(folder: Path, name: str) -> list[str]:
    """Back up, and what the copy's journal says."""
    done = await orderbot("backup", name, cwd=folder)
    assert (done.code, done.err) == (0, "")
    write(folder, settings(folder, storage={"url": f"sqlite:///{folder / name}"}), f"{name}.toml")
    heading, *orders = await csv_of(folder, f"{name}.toml")
    assert done.out == f"backup: {name}, {len(orders)} orders\n"
    return [heading, *orders]


async def test_a_copy_made_while_orders_come_in_is_the_beginning_of_the_journal(database: str, tmp_path: Path) -> None:
    with process(WRITER, database):
        copy = await copied(tmp_path, "1.db")
    journal = await csv_of(tmp_path)
    assert 20 < len(copy) < len(journal)
    assert journal[: len(copy)] == copy
    assert await copied(tmp_path, "2.db") == journal


async def test_a_file_that_cannot_be_the_copy_is_one_line(database: str, tmp_path: Path) -> None:
    settings_file = (tmp_path / "orderbot.toml").read_bytes()
    for name, why in (
        ("orderbot.toml", "there is such a file already; choose another name"),
        ("orders.db", "it is the database itself"),
        ("missing/copy.db", "there is no directory missing"),
    ):
        done = await orderbot("backup", name, cwd=tmp_path)
        assert (done.code, done.out, done.err) == (1, "", f"the backup {name} cannot be written: {why}\n")
    assert (tmp_path / "orderbot.toml").read_bytes() == settings_file
    assert await backup(database, tmp_path / "copy.db", 1) == 0


async def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    done = await orderbot("backup", "copy.db", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (1, "", f"there is no database {tmp_path}/orders.db\n")
    assert names(tmp_path) == {"orderbot.toml"}


async def test_a_disk_without_room_for_the_copy_is_one_line_and_nothing_is_left(database: str, tmp_path: Path) -> None:
    before = names(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "backup", "copy.db"),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=asyncio.subprocess.PIPE,
        # No file may become longer than that: half of what the copy needs.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    _, err = await process.communicate()
    line = "the backup copy.db cannot be written: the disk is full, read-only or broken\n"
    assert (process.returncode, err.decode()) == (1, line)
    assert names(tmp_path) == before
    assert await backup(database, tmp_path / "copy.db", 1) == 0


async def test_a_running_bot_makes_copies_by_schedule_that_can_be_put_back(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        made = settings(tmp_path, telegram={"token": telegram.token, "api_url": telegram.url})
        path = write(tmp_path, made | {"backup": {"folder": str(tmp_path / "copies"), "keep": 2}})
        async with up(path, telegram) as program:
            await until(lambda: [*(tmp_path / "copies").glob("orderbot-*.db")])
            await program.kill()
        (copy,) = (tmp_path / "copies").iterdir()
        done = await orderbot("restore", str(copy), cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        async with up(path, telegram) as program:
            assert await program.stop() == 0
        # The last one is not a day old.
        assert [*(tmp_path / "copies").iterdir()] == [copy]
