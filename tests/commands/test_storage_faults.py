"""A database that can't be used ends every command that needs it: one line, no trace, and nothing lost."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.sandbox.standin import StandIn
from storage import people
from storage.migrate import migrate
from storage.opening import open_database
from tests.commands.program import Done, orderbot, settings, write
from tests.storage.direct import writing
from tests.storage.processes import process

PAGE = 4096
HOLDER = """
import sqlite3, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("ready", flush=True)
time.sleep(600)
"""
WRITABLE = "this user has to be able to write its files and its folder"
COMMANDS = ("run", "migrate", "orders", "check")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Path]:
    """The database of the settings in `tmp_path`, with something in it."""
    async with StandIn() as standin:
        accounts = {"c": {"provider": "citiesocial", "base_url": "https://127.0.0.1"}}
        telegram = {"token": standin.token, "api_url": standin.url}
        write(tmp_path, settings(tmp_path, accounts=accounts, telegram=telegram))
        yield await filled(tmp_path / "orders.db")


async def filled(path: Path) -> Path:
    opened = await open_database(f"sqlite:///{path}")
    try:
        await migrate(opened, 1)
        with writing(opened) as tx:
            for n in range(500):
                people.remember(tx, n, "x" * 1500, "", 1)
    finally:
        await opened.close()
    return path


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """SQLite may only read it meanwhile, whoever we are: rights don't stop root, but this does.

    Byte 18 is the "file format write version": above 2, SQLite may only read the file (sqlite.org/fileformat2).
    """
    _put(path, 18, b"\x03")
    yield
    _put(path, 18, b"\x02")


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    """The pages in the middle hold something else meanwhile."""
    whole = path.read_bytes()
    begin = len(whole) // PAGE // 2 * PAGE
    _put(path, begin, b"\xff" * 8 * PAGE)
    yield
    _put(path, begin, whole[begin : begin + 8 * PAGE])


@contextmanager
def no_database(path: Path) -> Iterator[None]:
    kept = path.rename(path.with_name("kept"))
    path.touch(0o600)
    path.write_text("no database, and long enough to be taken for one " * 20)
    yield
    kept.rename(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with process(HOLDER, str(path)):
        yield


def _put(path: Path, where: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(where)
        file.write(content)


def line_of(done: Done) -> str:
    """What a command said that has failed; `check` says of what it speaks."""
    assert done.code == 1, done.out
    (line,) = done.err.splitlines()
    return line.removeprefix("database: ")


async def all_is_well(folder: Path) -> None:
    done = await orderbot("check", cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert "database: ok" in done.out.splitlines()
    with closing(sqlite3.connect(folder / "orders.db")) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (500,)


async def all_say(folder: Path, line: str, commands: tuple[str, ...] = COMMANDS) -> None:
    for command in commands:
        assert line_of(await orderbot(command, cwd=folder)) == line, command


async def test_a_database_that_can_only_be_read_is_called_read_only(database: Path, tmp_path: Path) -> None:
    with read_only(database):
        await all_say(tmp_path, f"the database {database} is read-only: {WRITABLE}")
    await all_is_well(tmp_path)


async def test_pages_that_are_damaged_in_the_middle_are_found_at_start(database: Path, tmp_path: Path) -> None:
    with damaged(database):
        said = f"the database {database} is damaged; restore it from a backup"
        await all_say(tmp_path, said, ("run", "migrate", "check"))
    await all_is_well(tmp_path)


async def test_a_file_of_something_else_is_no_database(database: Path, tmp_path: Path) -> None:
    with no_database(database):
        await all_say(tmp_path, f"the database {database} is not a database")
    await all_is_well(tmp_path)


async def test_a_database_that_another_process_keeps_locked_is_called_locked(database: Path, tmp_path: Path) -> None:
    with locked(database):
        await all_say(tmp_path, f"the database {database} is locked by another process", ("run",))
    await all_is_well(tmp_path)
