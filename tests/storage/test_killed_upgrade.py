"""An upgrade that is killed at any moment leaves each migration done or not begun, and is finished by the next start.

`orderbot migrate` in a process of its own gets SIGKILL at the n-th thing that its database does for it: with SQLite a
statement, or some thousand steps within one; with PostgreSQL a message on the line, before it gets there or after it
was answered. Fifty pairs of a version to begin at and a moment to be killed at, on each.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.migrate import shipped
from storage.opening import restore
from tests import postgres
from tests.commands.program import settings, write
from tests.storage.deployments import (
    FileDeployment,
    Rows,
    ServerDeployment,
    expect_sound_file,
    held_by,
    rows_of,
    schema_of_file,
)
from tests.storage.line import Proxy, ended
from tests.storage.processes import ROOT
from tests.storage.test_restore import names
from tests.storage.test_upgrade import ROWS

NAMES = [migration.name for migration in shipped()]
PAIRS = 50
BACK = 6
"""One version in so many is also put back from its copy."""
EARLY = 30
"""Things that there are to do in every upgrade; the first of them are before any migration."""
ORDERS = "SELECT reference, stage, outcome, number, account FROM orders ORDER BY reference"
APPLIED = "SELECT name FROM migrations ORDER BY name"
UPGRADER = """
import os, signal, sqlite3, sys
from pathlib import Path
import bot.app, storage.postgres.location
from bot.__main__ import main
from bot.settings.model import load_settings

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

# Each in a process of its own, forked off before there are threads: an interpreter that is started takes longer.
for line in sys.stdin:
    config, last = line.split()
    last = int(last)
    # What it loads and makes is there in each fork then.
    load_settings(Path(config))
    may_go, go = os.pipe()
    count, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(may_go, 1)
        sqlite3.connect = traced
        said = os.open(config + ".log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.chdir(os.path.dirname(config))
        sys.argv = ["orderbot", "migrate", "--config", config]
        try:
            main(prog_name="orderbot")
        except SystemExit as end:
            os.write(told, str(seen).encode())
            os._exit(end.code or 0)
    os.close(told)
    print(child, flush=True)
    sys.stdin.readline()
    os.write(go, b"!")
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), os.read(count, 20).decode() or "-", flush=True)
    for one in (may_go, go, count):
        os.close(one)
"""


class Killing(Proxy):
    """A line to the server on which the process at the other end is killed, not cut off."""

    victim = 0

    def _is_its_turn(self, data: bytes) -> bool:
        turn = super()._is_its_turn(data)
        if turn and self.cut == "before":
            os.kill(self.victim, signal.SIGKILL)
        return turn

    def answered(self) -> None:
        """Called when the answer is here that the process is not to get."""
        os.kill(self.victim, signal.SIGKILL)


@dataclass
class Upgrader:
    """The program that upgrades, in processes that can be killed."""

    process: subprocess.Popen[str]
    folder: Path
    line: Killing | None

    def run(self, url: str, last: int = 0) -> tuple[int, int | None]:
        """Upgrade a database; returns the exit code and how much there was to do, None when killed.

        `last`: at which of the things that there are to do it is killed, from 1 on; 0 for none.
        """
        if self.line is None:
            return self._ended(url, last)
        self.line.messages.clear()
        if last:
            self.line.moment, half = divmod(last - 1, 2)
            self.line.cut = "after" if half else "before"
        code, _ = self._ended(url.replace(f":{self.line.server}/", f":{self.line.port}/"), 0)
        return code, None if code < 0 else 2 * len(self.line.messages)

    def _ended(self, url: str, last: int) -> tuple[int, int | None]:
        config = write(self.folder, settings(self.folder, storage={"url": url}))
        self._tell(f"{config} {last}")
        child = int(self._hears())
        if self.line is not None:
            self.line.victim = child
        self._tell("go")
        code, count = self._hears().split()
        return int(code), None if count == "-" else int(count)

    def _tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def _hears(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def upgrader(kind: str, tmp_path: Path) -> Iterator[Upgrader]:
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{UPGRADER}"]
    with (
        _line(kind) as line,
        subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started,
    ):
        yield Upgrader(started, tmp_path, line)
        started.kill()


@contextmanager
def _line(kind: str) -> Iterator[Killing | None]:
    if kind == "sqlite":
        yield None
        return
    with ended(Killing(postgres.shared().port)) as line:
        yield line


@pytest.fixture
def deployment(kind: str, tmp_path: Path) -> Iterator[FileDeployment | ServerDeployment]:
    if kind == "sqlite":
        yield FileDeployment(tmp_path)
        return
    made = ServerDeployment(tmp_path)
    yield made
    made.end()


def expect_orders(found: Rows) -> None:
    assert {str(reference): tuple(became) for reference, *became in found} == ROWS


def expect_whole(place: FileDeployment | ServerDeployment, schemas: dict[str, Rows]) -> int:
    """Check that a database is exactly one version's, with all orders; returns how many migrations it has."""
    place.expect_sound()
    done = [name for (name,) in place.rows(APPLIED)]
    assert done == NAMES[: len(done)]
    assert place.schema() == schemas[NAMES[len(done) - 1]]
    expect_orders(place.rows(ORDERS))
    return len(done)


def expect_copy(copy: Path, before: dict[str, Rows], version: str, files: dict[str, Rows]) -> None:
    """Check that a copy is a whole database of that version, and holds what was there before."""
    expect_sound_file(copy)
    assert [name for (name,) in rows_of(copy, APPLIED)] == NAMES[: NAMES.index(version) + 1]
    assert schema_of_file(copy) == files[version]
    assert held_by(copy) == before


async def test_fifty_upgrades_that_are_killed_are_each_old_or_new_and_finished_later(
    upgrader: Upgrader, deployment: FileDeployment | ServerDeployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    schemas = {version: await deployment.schema_of(version) for version in NAMES}
    on_files = FileDeployment(tmp_path)
    files = schemas if isinstance(deployment, FileDeployment) else {one: await on_files.schema_of(one) for one in NAMES}
    befores, to_do, seen = dict[str, dict[str, Rows]](), dict[str, int](), set[tuple[int, int]]()
    for n in range(PAIRS):
        version = NAMES[n % (len(NAMES) - 1)]
        start = NAMES.index(version) + 1
        copy = deployment.copy_before(NAMES[start])
        is_first = version not in befores
        if is_first:
            await deployment.make(version)
        deployment.lay(version)
        if is_first:
            befores[version] = deployment.held()
        # Spread evenly, and elsewhere for each version: first early, then anywhere in what there was to do.
        moment = 1 + int((n * 0.618) % 1 * (to_do.get(version, EARLY) - 1))
        assert upgrader.run(deployment.url, moment) == (-signal.SIGKILL, None), (version, moment)
        reached = expect_whole(deployment, schemas)
        assert reached >= start
        # It is there before anything is migrated.
        assert reached == start or copy.exists()
        if reached == start:
            assert deployment.held() == befores[version]
        seen.add((start, reached))
        code, much = upgrader.run(deployment.url)
        assert code == 0
        assert much is not None
        to_do.setdefault(version, much)
        assert expect_whole(deployment, schemas) == len(NAMES)
        expect_copy(copy, befores[version], version, files)
        if is_first and n % BACK == 0:
            await restore(deployment.url, copy, 3)
            assert expect_whole(deployment, schemas) == start
            assert deployment.held() == befores[version]
        assert not any(name.startswith(".") for name in names(tmp_path))
    # Neither all before the first migration nor all after the last.
    assert any(reached == start for start, reached in seen)
    assert any(start < reached < len(NAMES) for start, reached in seen)
