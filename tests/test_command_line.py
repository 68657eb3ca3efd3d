"""The command line as a process: what it offers, and how it ends when it can't begin."""

import re
from pathlib import Path

import pytest

from tests.commands.program import orderbot, settings, write

COMMANDS = ("run", "sandbox", "check", "migrate", "orders", "backup", "restore", "prune", "copy", "read")
ARGUMENTS = {
    "backup": ("copy.db",),
    "restore": ("copy.db",),
    "copy": ("--to", "postgresql://CANARY"),
    "read": ("shop",),
}


async def test_help_names_every_command(tmp_path: Path) -> None:
    done = await orderbot("--help", cwd=tmp_path)
    assert done.code == 0
    assert re.findall(r"^  ([a-z]+)  ", done.out, re.MULTILINE) == list(COMMANDS)


async def test_without_a_command_it_helps_and_does_nothing(tmp_path: Path) -> None:
    done = await orderbot(cwd=tmp_path)
    assert done.code == 2
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_takes_a_settings_file(tmp_path: Path, command: str) -> None:
    done = await orderbot(command, "--help", cwd=tmp_path)
    assert done.code == 0
    assert "--config FILE" in done.out


async def test_the_version_is_a_line(tmp_path: Path) -> None:
    done = await orderbot("--version", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"orderbot( \d+\.\d+\.\d+|, not installed)\n", done.out)


@pytest.mark.parametrize("command", COMMANDS)
async def test_settings_that_cannot_be_used_end_every_command_with_a_line_per_fault(
    tmp_path: Path, command: str
) -> None:
    content = settings(tmp_path, telegram={"token": "CANARY"}, accounts={"guoguo": {"provider": "guoguo"}})
    path = write(tmp_path, content | {"storage": {"uri": "sqlite:///CANARY"}})
    done = await orderbot(command, *ARGUMENTS.get(command, ()), "--config", str(path), cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "telegram.token: must look like 123456:ABC, as BotFather gave it",
        "storage.uri: is not a setting; did you mean url?",
        "accounts.guoguo.api_key: is missing",
    ]


async def test_a_file_that_is_not_there_ends_the_command(tmp_path: Path) -> None:
    done = await orderbot("check", "--config", "mine.toml", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (2, "", "mine.toml: there is no such file\n")


@pytest.mark.parametrize(
    ("to", "line"),
    [
        ("sqlite:///CANARY.db", "--to must look like postgresql://user:password@host/database"),
        ("postgresql://user:CANARY@host:port/db", "the storage address cannot be read: it must look like "),
        ("postgresql://user:CANARY@host/db?sslmod=x", "the storage address has an option sslmod that libpq does not "),
        ("postgresql://user:CANARY@127.0.0.1:1/db", "there is no database "),
    ],
)
async def test_what_cannot_be_copied_is_said_in_one_line_without_the_password(
    tmp_path: Path, to: str, line: str
) -> None:
    write(tmp_path, settings(tmp_path))
    done = await orderbot("copy", "--to", to, cwd=tmp_path)
    assert done.code in {1, 2}
    assert done.err.startswith(line)
    assert len(done.err.splitlines()) == 1
    assert "CANARY" not in done.out + done.err
    assert not (tmp_path / "orders.db").exists()


async def test_the_environment_names_the_file_and_overrides_it(tmp_path: Path) -> None:
    path = write(tmp_path, settings(tmp_path), "elsewhere.toml")
    done = await orderbot("migrate", cwd=tmp_path, ORDERBOT_CONFIG=str(path), ORDERBOT_STORAGE__URL="sqlite:///mine.db")
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "mine.db").exists()
    assert not (tmp_path / "orders.db").exists()


async def test_run_says_in_one_line_that_the_database_cannot_be_used(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path, storage={"url": "sqlite:///nowhere/orders.db"}))
    done = await orderbot("run", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err == "the database nowhere/orders.db cannot be opened: there is no directory nowhere\n"
