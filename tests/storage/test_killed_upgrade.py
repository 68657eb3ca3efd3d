"""An upgrade that is killed at any moment leaves each migration done or not begun, and is finished by the next start.

The process that upgrades is a real one, which sends itself SIGKILL at the n-th thing that SQLite does for it: a
statement, or some thousand steps within one. Fifty pairs of a version to begin at and a moment to be killed at.
"""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.migrate import migrate, shipped
from storage.opening import open_database
from tests.storage.processes import ROOT
from tests.storage.test_restore import bytes_of, names, spoil
from tests.storage.test_upgrade import ROWS, fill, up_to

NAMES = [migration.name for migration in shipped()]
PAIRS = 50
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'copied' ORDER BY type, name"
ORDERS = "SELECT reference, stage, outcome, number, account FROM orders ORDER BY reference"
UPGRADER = """
import asyncio, os, signal, sqlite3, sys
from storage.opening import alone, bring_up_to_date, examine, open_database

connect, seen, last = sqlite3.connect, 0, 0

def one_more(*_):
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)

def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(one_more)
    connection.set_progress_handler(one_more, 2000)
    return connection

sqlite3.connect = traced

async def upgrade(url):
    async with alone(url):
        database = await open_database(url)
        await examine(url)
        await bring_up_to_date(url, database, 2)
        await database.close()

# Each in a process of its own, forked off before there are threads: an interpreter that is started takes longer.
for line in sys.stdin:
    url, last = line.split()
    last = int(last)
    count, told = os.pipe()
    child = os.fork()
    if child == 0:
        asyncio.run(upgrade(url))
        os.write(told, str(seen).encode())
        os._exit(0)
    os.close(told)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), os.read(count, 20).decode() or "-", flush=True)
    os.close(count)
"""


@dataclass
class Upgrader:
    """The program that upgrades, in processes that can be killed."""

    process: subprocess.Popen[str]

    def run(self, path: Path, last: int) -> tuple[int, int | None]:
        """Upgrade the database at `path`; returns the exit code and how much there was to do, None when killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"sqlite:///{path} {last}\n")
        self.process.stdin.flush()
        code, count = self.process.stdout.readline().split()
        return int(code), None if count == "-" else int(count)


@pytest.fixture
def upgrader() -> Iterator[Upgrader]:
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{UPGRADER}"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield Upgrader(started)
        started.kill()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


async def begun(folder: Path, version: str, *, filled: bool) -> Path:
    """A database as the program of this version made it."""
    path = folder / f"{version}{'' if filled else '-empty'}.db"
    database = await open_database(f"sqlite:///{path}")
    try:
        await migrate(database, 1, up_to(version, folder / f"{path.stem}-migrations"))
        if filled:
            fill(database, version)
    finally:
        await database.close()
    return path


def lay(original: Path, path: Path) -> None:
    """Put a database where it will be upgraded, with nothing of earlier ones beside it."""
    for left in path.parent.glob("*orderbot.db*"):
        left.unlink()
    spoil(path, bytes_of(original))


def applied(path: Path) -> list[object]:
    return [name for (name,) in rows(path, "SELECT name FROM migrations ORDER BY name")]


def expect_whole(path: Path, schemas: dict[str, list[tuple[object, ...]]]) -> int:
    """Check that a database is exactly one version's, with all orders; returns how many migrations it has."""
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    done = applied(path)
    assert done == NAMES[: len(done)]
    assert rows(path, SCHEMA) == schemas[NAMES[len(done) - 1]]
    found = {str(reference): became for reference, *became in rows(path, ORDERS)}
    assert found == {reference: list(became) for reference, became in ROWS.items()}
    return len(done)


async def test_fifty_upgrades_that_are_killed_are_each_old_or_new_and_finished_later(
    upgrader: Upgrader, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    schemas = {version: rows(await begun(made, version, filled=False), SCHEMA) for version in NAMES}
    path, to_do, seen = tmp_path / "orderbot.db", dict[str, int](), set[tuple[int, int]]()
    for n in range(PAIRS):
        version = NAMES[n % (len(NAMES) - 1)]
        start, original = NAMES.index(version) + 1, made / f"{version}.db"
        copy = tmp_path / f"orderbot.db.before-{NAMES[start]}"
        if version not in to_do:
            await begun(made, version, filled=True)
            lay(original, path)
            code, much = upgrader.run(path, 0)
            assert code == 0
            assert much is not None
            to_do[version] = much
        lay(original, path)
        # Spread evenly, and elsewhere for each version.
        moment = 1 + int((n * 0.618) % 1 * (to_do[version] - 1))
        assert upgrader.run(path, moment) == (-signal.SIGKILL, None), (version, moment)
        reached = expect_whole(path, schemas)
        assert reached >= start
        # It is there before anything is migrated.
        assert reached == start or copy.exists()
        seen.add((start, reached))
        assert upgrader.run(path, 0)[0] == 0
        assert expect_whole(path, schemas) == len(NAMES)
        assert expect_whole(copy, schemas) == start
        assert not any(name.startswith(".") for name in names(tmp_path))
    # Neither all before the first migration nor all after the last.
    assert any(reached == start for start, reached in seen)
    assert any(start < reached < len(NAMES) for start, reached in seen)
