"""The unit of systemd is one that systemd takes, is as closed as it can be, and agrees with the program."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.app import LAST_MESSAGES
from bot.commands.starting import NOT_BEGUN
from bot.settings.model import OrdersSettings, load_settings
from tests.end_to_end.config import as_toml

UNIT = Path(__file__).parents[2] / "deploy" / "orderbot.service"
REPLICA = UNIT.with_name("replica.conf")
"""What makes a template of the unit."""
PROGRAM = "/opt/orderbot/bin/orderbot"
EXPOSED_AT_MOST = 15
"""Tenths: systemd's own measure goes from 0 to 10, and calls what is below 2.0 safe."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with the program where it is on this machine: systemd wants to see it."""
    program = shutil.which("orderbot", path=str(Path(sys.executable).parent))
    assert program
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text("utf-8").replace(PROGRAM, program), "utf-8")
    return copy


@pytest.fixture
def replica(unit: Path) -> Path:
    """The unit of the first of several replicas, as it is installed."""
    template = unit.with_name("orderbot@.service")
    unit.rename(template)
    folder = unit.with_name("orderbot@.service.d")
    folder.mkdir()
    (folder / REPLICA.name).write_text(REPLICA.read_text("utf-8"), "utf-8")
    return unit.with_name("orderbot@1.service")


def settings(file: Path = UNIT) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"(?m)^(\w+)=(.*)$", file.read_text("utf-8")):
        found.setdefault(key, []).append(value)
    return found


def verified(unit: Path) -> str:
    """The objections of systemd; most of them are warnings, with which it ends well all the same."""
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or done.stderr
    return done.stderr


def is_closed(unit: Path) -> bool:
    command = ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={EXPOSED_AT_MOST}"]
    done = subprocess.run([*command, str(unit)], capture_output=True, text=True, check=False)
    assert "Overall exposure level" in done.stdout, done.stderr
    return done.returncode == 0


def test_systemd_takes_it(unit: Path) -> None:
    assert verified(unit) == ""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("ProtectSystem=strict", "ProtectSytem=strict"),
        ("KillSignal=SIGTERM", "KillSignal=SIGNONE"),
        ("ExecStart=", "ExecStart=/nowhere"),
    ],
)
def test_a_slip_of_the_pen_is_seen(unit: Path, line: str, instead: str) -> None:
    text = unit.read_text("utf-8")
    assert line in text
    unit.write_text(text.replace(line, instead), "utf-8")
    assert verified(unit) != ""


def test_it_is_open_to_what_it_needs_and_no_more(unit: Path) -> None:
    assert is_closed(unit)


@pytest.mark.parametrize("key", ["SystemCallFilter", "CapabilityBoundingSet", "RestrictNamespaces"])
def test_a_door_left_open_is_seen(unit: Path, key: str) -> None:
    unit.write_text(re.sub(rf"(?m)^{key}=.*\n", "", unit.read_text("utf-8")), "utf-8")
    assert not is_closed(unit)


def test_systemd_takes_it_for_replicas_too(replica: Path) -> None:
    assert verified(replica) == ""
    file = replica.with_name("orderbot@.service.d") / REPLICA.name
    file.write_text(file.read_text("utf-8").replace("Environment=", "Enviroment="), "utf-8")
    assert "replica.conf" in verified(replica), "a slip of the pen is seen"


def test_replicas_differ_in_where_they_listen_and_in_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "orderbot.toml"
    account = {"guoguo": {"provider": "guoguo", "api_key": "mine"}}
    hook = {"mode": "webhook", "webhook_url": "https://bot.example.com/telegram", "webhook_secret": "s3cret"}
    file.write_text(as_toml({"telegram": {"token": "1:mine"} | hook, "accounts": account}), "utf-8")

    def of(replica: str) -> dict[str, Any]:
        for key, value in (line.split("=", 1) for line in settings(REPLICA)["Environment"]):
            monkeypatch.setenv(key, value.replace("%i", replica))
        return load_settings(file).model_dump()

    first, second = of("1"), of("2")
    differ = {(table, key) for table in first for key in differing(first[table], second[table])}
    assert differ == {("telegram", "listen"), ("metrics", "listen")}


def differing(first: Any, second: Any) -> set[str]:
    if not isinstance(first, dict):
        return set() if first == second else {""}
    return {key for key in first if first[key] != second[key]}


def test_it_starts_a_command_of_the_program() -> None:
    (start,) = settings()["ExecStart"]
    program, command = start.split()
    assert program == PROGRAM
    assert command in {one.callback.__name__ for one in main.registered_commands if one.callback}


def test_it_is_not_started_again_with_settings_that_cannot_be_read() -> None:
    assert settings()["Restart"] == ["always"]
    assert settings()["RestartPreventExitStatus"] == [str(NOT_BEGUN)]


def test_it_has_time_to_end_what_is_on_the_wire() -> None:
    (seconds,) = settings()["TimeoutStopSec"]
    assert int(seconds) >= 2 * (OrdersSettings().grace + LAST_MESSAGES)
    assert settings()["KillSignal"] == ["SIGTERM"]


def test_readers_of_sheets_can_be_held_to_their_memory() -> None:
    """They call `setrlimit`, which is in @resources: a filter without it would make every sheet unreadable."""
    assert not any("~@resources" in value for value in settings()["SystemCallFilter"])
