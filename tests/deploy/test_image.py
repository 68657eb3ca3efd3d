"""The image can be built: the steps of the Dockerfile's first stage, run here in a place of their own.

No Docker is needed. The copies and commands are read from the Dockerfile, and its paths are moved below `tmp_path`.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.house.files import PACKAGES, files

ROOT = Path(__file__).parents[2]
SOURCES = "/src"
INSTALLED = "/opt/orderbot"
BUILDER = "/opt/build"
PORT = "9464"
PATIENCE = 60.0
"""Seconds until a bot that isn't well is a failure; machines can be slow."""


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The instructions in order, with their continuation lines joined, without comments."""
    text = re.sub(r"(?m)^\s*#.*\n", "", dockerfile).replace("\\\n", " ")
    return [
        (word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in text.splitlines()) if word
    ]


def stages(dockerfile: str) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions(dockerfile):
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def build(stage: list[tuple[str, str]], place: Path) -> None:
    """Do what COPY and RUN say, with `place` as the root of the file system and the Python of these tests."""
    sources = place / SOURCES.lstrip("/")
    sources.mkdir(parents=True)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for word, rest in stage:
        if word == "COPY":
            *names, target = rest.split()
            for name in names:
                copy(ROOT / name, sources / target / Path(name).name if target.endswith("/") else sources / target)
        elif word == "RUN":
            steps = ["/bin/sh", "-ec", re.sub(f"{INSTALLED}|{BUILDER}", lambda path: f"{place}{path[0]}", rest)]
            done = subprocess.run(steps, cwd=sources, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the second stage takes over from the first."""
    place = tmp_path_factory.mktemp("image")
    build(stages((ROOT / "Dockerfile").read_text("utf-8"))[0], place)
    return place / INSTALLED.lstrip("/")


def start(image: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a container would: in an empty directory, with nothing of this repository on the path."""
    empty = image.parent / "data"
    empty.mkdir(exist_ok=True)
    environment = {"PATH": f"{image / 'bin'}{os.pathsep}{os.defpath}"}
    found = shutil.which(command[0], path=environment["PATH"])
    assert found, f"{command[0]} is not in the image"
    return subprocess.run(
        [found, *command[1:]], cwd=empty, env=environment, capture_output=True, text=True, check=False
    )


def test_the_image_starts_orderbot(image: Path) -> None:
    last = dict(stages((ROOT / "Dockerfile").read_text("utf-8"))[-1])
    assert json.loads(last["CMD"]) == ["run"]

    done = start(image, *json.loads(last["ENTRYPOINT"]), "--help")

    assert done.returncode == 0, done.stderr
    assert "run" in done.stdout


def test_the_image_has_every_file_of_the_packages(image: Path) -> None:
    """Catalogues, migrations and the chat page are no modules: each needs its line in pyproject.toml."""
    (installed,) = image.glob("lib/python3.*/site-packages")
    wanted = [path.relative_to(ROOT) for path in files(ROOT) if path.relative_to(ROOT).parts[0] in PACKAGES]
    assert len(wanted) > 10
    assert [str(path) for path in wanted if not (installed / path).is_file()] == []


def settings_at(file: Path) -> None:
    """Settings with which nothing can be reached."""
    settings = '[telegram]\ntoken = "1:mine"\napi_url = "http://127.0.0.1:9"\n'
    account = '[accounts.guoguo]\nprovider = "guoguo"\napi_key = "mine"\nbase_url = "http://127.0.0.1:9"\n'
    file.parent.mkdir(exist_ok=True)
    file.write_text(settings + account, "utf-8")


def test_the_image_checks_settings_as_any_orderbot_does(image: Path) -> None:
    """`check` imports nearly all that there is, and opens a database with the migrations of the wheel."""
    settings_at(image.parent / "data" / "orderbot.toml")

    done = start(image, "orderbot", "check")

    assert done.returncode == 1
    assert "settings: ok" in done.stdout
    assert "database: ok" in done.stdout
    assert "telegram: 127.0.0.1:9 could not be reached" in done.stderr
    assert "guoguo: GuoGuo at 127.0.0.1:9 could not be reached" in done.stderr


@pytest.fixture
def port() -> int:
    """A port that nothing listens on now, in the place of the container's own."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def is_healthy(image: Path, port: int) -> bool:
    """True if the check that the container makes of itself finds the bot well."""
    last = dict(stages((ROOT / "Dockerfile").read_text("utf-8"))[-1])
    check = json.loads(last["HEALTHCHECK"].partition(" CMD ")[2])
    assert f"{PORT}" in check[-1]
    return start(image, *(word.replace(PORT, str(port)) for word in check)).returncode == 0


def test_the_health_check_finds_a_bot_that_runs_and_misses_one_that_does_not(image: Path, port: int) -> None:
    last = dict(stages((ROOT / "Dockerfile").read_text("utf-8"))[-1])
    assert f"ORDERBOT_METRICS__LISTEN=127.0.0.1:{PORT}" in last["ENV"]
    file = image.parent / "data" / "healthy.toml"
    settings_at(file)
    assert not is_healthy(image, port)
    environment = {"ORDERBOT_METRICS__LISTEN": f"127.0.0.1:{port}"}
    command = [str(image / "bin" / "orderbot"), "run", "--config", str(file)]
    with subprocess.Popen(command, cwd=file.parent, env=environment, stderr=subprocess.DEVNULL) as bot:
        try:
            until = time.monotonic() + PATIENCE
            while not is_healthy(image, port):
                assert bot.poll() is None
                assert time.monotonic() < until
        finally:
            bot.terminate()
    assert bot.returncode == 0
    assert not is_healthy(image, port)


@pytest.mark.parametrize("name", ["pytest", "setuptools", "pip"])
def test_the_image_has_no_tools(image: Path, name: str) -> None:
    assert f"No module named '{name}'" in start(image, "python", "-c", f"import {name}").stderr


def test_the_image_has_the_versions_that_were_tested(image: Path) -> None:
    (installed,) = image.glob("lib/python3.*/site-packages")
    got = [f"{one.name}=={one.version}".lower() for one in distributions(path=[str(installed)])]
    tested = (ROOT / "constraints.txt").read_text("utf-8").lower().splitlines()
    assert len(got) > 5
    assert [one for one in got if one not in tested and not one.startswith("orderbot==")] == []


def test_the_second_stage_runs_as_a_user_without_rights_and_is_stopped_politely() -> None:
    last = dict(stages((ROOT / "Dockerfile").read_text("utf-8"))[-1])
    assert last["USER"] == "10001:10001"
    assert all(f"--{kind} 10001" in last["RUN"] for kind in ("uid", "gid"))
    assert "--owner=orderbot --group=orderbot --mode=0700 /data" in last["RUN"]
    # A shell in between would keep the signal to itself.
    assert json.loads(last["ENTRYPOINT"]) == ["orderbot"]
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["WORKDIR"] == json.loads(last["VOLUME"])[0] == "/data"
    assert last["COPY"] == f"--from=build {INSTALLED} {INSTALLED}"


def test_only_what_is_copied_reaches_the_builder() -> None:
    first = stages((ROOT / "Dockerfile").read_text("utf-8"))[0]
    copied = {name for word, rest in first if word == "COPY" for name in rest.split()[:-1]}
    admitted = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert sorted(copied) == sorted(admitted)


def test_every_base_is_one_release_of_the_oldest_python_that_is_supported() -> None:
    found = [stage[0] for stage in stages((ROOT / "Dockerfile").read_text("utf-8"))]
    assert {rest.split()[0] for _, rest in found} == {"python:3.11.14-slim-bookworm"}


def test_nothing_is_fetched_without_its_hash() -> None:
    first = stages((ROOT / "Dockerfile").read_text("utf-8"))[0]
    steps = [
        step for word, rest in first if word == "RUN" for step in rest.split("&&") if re.match(r"\s*(\S+/)?pip ", step)
    ]
    fetching = [step for step in steps if re.search(r" (install|wheel|download) ", step) and "--no-deps" not in step]
    assert len(fetching) == 2
    assert [step for step in fetching if "--require-hashes" not in step] == []
    assert [step for step in steps if " wheel " in step and "--no-build-isolation" not in step] == []


def test_a_failing_step_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no such step"):
        build([("RUN", "true && echo no such step && false")], tmp_path)


def test_an_instruction_may_run_over_several_lines() -> None:
    assert instructions("# why\nRUN one \\\n    && two\n\nUSER 1\n") == [("RUN", "one && two"), ("USER", "1")]
