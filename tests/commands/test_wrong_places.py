"""Whatever stands where a database or a copy should be, a command ends in one line that says what it is."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.migrate import migrate
from storage.opening import open_database
from tests.commands.program import ROOT, Done, clean, orderbot, settings, write

COPY = "copy.db"
SERVER = "postgresql://nobody@127.0.0.1:1/none"
COMMANDS = {
    "check": (),
    "orders": (),
    "prune": (),
    "migrate": (),
    "migrate --dry-run": (),
    "backup": ("new.db",),
    "restore": (COPY,),
    "restore --dry-run": (COPY,),
    "copy --to": (SERVER,),
    "run": (),
}
LONG = "x" * 300
CLOSED = "permission denied: give the command as the user that the bot runs as, such as sudo -u orderbot"
MAKES_ONE = {"check", "migrate", "migrate --dry-run", "restore", "restore --dry-run", "run"}
"""Those that need no database to be there."""
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Before a command, for us to be a user like any other; who isn't root is one."""


def arguments(command: str) -> list[str]:
    return [*command.split(), *COMMANDS[command]]


def line_of(done: Done, command: str) -> str:
    assert done.code == 1, (command, done)
    (line,) = done.err.splitlines()
    return line.removeprefix("database: ")


async def settled(folder: Path, url: str) -> None:
    """Settings that name a database, and a copy of another that can be restored."""
    content = settings(
        folder, storage={"url": url}, accounts={"c": {"provider": "citiesocial", "base_url": "http://a"}}
    )
    write(folder, content | {"telegram": {"token": "1:t", "api_url": "http://127.0.0.1:1"}})
    database = await open_database(f"sqlite:///{folder / COPY}")
    try:
        await migrate(database, 1)
    finally:
        await database.close()


def about_the_database(done: Done, command: str) -> str:
    """What is said of it; `check` goes on, and says of Telegram that it isn't there."""
    lines = [line for line in done.err.splitlines() if not line.startswith("telegram: ")]
    return line_of(Done(done.code, done.out, "\n".join(lines)), command)


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_directory_in_the_place_of_the_database_is_called_one(tmp_path: Path, command: str) -> None:
    (tmp_path / "orders.db").mkdir()
    await settled(tmp_path, "sqlite:///orders.db")
    done = await orderbot(*arguments(command), cwd=tmp_path)
    assert about_the_database(done, command) == "the database orders.db cannot be opened: it is a directory"
    (tmp_path / "orders.db").rmdir()
    assert (await orderbot("migrate", cwd=tmp_path)).code == 0


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_name_that_no_disk_takes_is_said(tmp_path: Path, command: str) -> None:
    await settled(tmp_path, f"sqlite:///{LONG}")
    done = await orderbot(*arguments(command), cwd=tmp_path)
    assert about_the_database(done, command) == f"the database {LONG} cannot be opened: File name too long"


@pytest.mark.parametrize("command", COMMANDS)
async def test_who_may_not_look_into_the_folder_is_told_who_may(tmp_path: Path, command: str) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    await settled(tmp_path, "sqlite:///closed/inner/orders.db")
    closed.chmod(0)
    try:
        done = await without_rights(*arguments(command), cwd=tmp_path)
    finally:
        closed.chmod(0o700)
    assert about_the_database(done, command) == f"the database closed/inner/orders.db cannot be opened: {CLOSED}"
    assert (await without_rights("migrate", cwd=tmp_path)).code == 0


async def test_who_may_not_read_the_database_is_told_who_may(tmp_path: Path) -> None:
    await settled(tmp_path, f"sqlite:///{COPY}")
    (tmp_path / COPY).chmod(0)
    done = await without_rights("orders", cwd=tmp_path)
    assert line_of(done, "orders") == f"the database {COPY} cannot be opened: {CLOSED}"


async def without_rights(*words: str, cwd: Path) -> Done:
    before = WITHOUT_RIGHTS if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        *before,
        *(sys.executable, "-m", "bot", *words),
        cwd=cwd,
        env=clean() | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("command", ["check", "migrate", "run"])
async def test_a_database_of_another_program_is_left_alone(tmp_path: Path, command: str) -> None:
    file = tmp_path / "orders.db"
    file.touch(0o600)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    await settled(tmp_path, "sqlite:///orders.db")
    said = about_the_database(await orderbot(command, cwd=tmp_path), command)
    assert said.startswith("the database orders.db is another program's, with a table songs: let storage.url name ")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - MAKES_ONE))
async def test_a_command_for_what_there_is_makes_no_database(tmp_path: Path, command: str) -> None:
    await settled(tmp_path, "sqlite:///orders.db")
    said = line_of(await orderbot(*arguments(command), cwd=tmp_path), command)
    assert said.startswith("there is no database orders.db")
    assert not (tmp_path / "orders.db").exists()


@pytest.mark.parametrize(
    ("copy", "line"),
    [
        (".", "the copy . cannot be opened: it is a directory"),
        (LONG, f"the copy {LONG} cannot be opened: File name too long"),
        ("/dev/null", "the copy /dev/null cannot be opened: it is no file"),
    ],
)
async def test_what_is_no_copy_is_called_what_it_is(tmp_path: Path, copy: str, line: str) -> None:
    await settled(tmp_path, f"sqlite:///{COPY}")
    assert line_of(await orderbot("restore", copy, cwd=tmp_path), "restore") == line
