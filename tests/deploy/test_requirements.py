"""The container's requirements are the versions that were tested, with hashes for all kinds of machine."""

import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK, BUILDERS = ROOT / "deploy" / "requirements.txt", ROOT / "deploy" / "build-requirements.txt"
STALE = "deploy/requirements.txt is behind constraints.txt or pyproject.toml: run `make lock`"


def versions(text: str) -> dict[str, str]:
    """Versions by name, the name as it is compared."""
    found = re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", text)
    return {normal(name): version for name, version in found}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def without_hash(text: str) -> list[str]:
    """The requirements of a file that name no hash."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n", "", text))
    return [entry.split()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry]


def test_every_version_is_the_tested_one() -> None:
    tested = versions((ROOT / "constraints.txt").read_text("utf-8"))
    locked = versions(LOCK.read_text("utf-8"))
    assert len(locked) > 20
    assert {name: version for name, version in locked.items() if tested.get(name) != version} == {}, STALE


def test_every_dependency_is_in_it() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {normal(re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0]) for one in wanted}
    assert names - set(versions(LOCK.read_text("utf-8"))) == set(), STALE


def test_the_build_backend_is_one_version() -> None:
    (backend,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert backend.startswith("setuptools>=")
    assert list(versions(BUILDERS.read_text("utf-8"))) == ["setuptools"]


@pytest.mark.parametrize("file", [LOCK, BUILDERS], ids=lambda file: file.stem)
def test_everything_has_a_hash_and_nothing_says_where_it_was_fetched(file: Path) -> None:
    text = file.read_text("utf-8")
    assert without_hash(text) == []
    assert "://" not in text
    assert re.findall(r"(?m)^-.*", text) == []


def test_every_requirement_is_a_wheel_for_the_other_kind_of_machine_too(tmp_path: Path) -> None:
    """There is no compiler in the image. For a machine like this one, building the image shows it."""
    machine = "aarch64" if platform.machine() == "x86_64" else "x86_64"
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in (17, 28)]
    asked = ["install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", f"--target={tmp_path}"]
    exact = ["--only-binary=:all:", "--require-hashes", "--implementation=cp", "--python-version=3.11"]
    command = [sys.executable, "-m", "pip", *asked, *exact, *platforms, f"--requirement={LOCK}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_requirement_without_a_hash_is_seen() -> None:
    assert without_hash("# why\na==1 \\\n    --hash=sha256:0\nb==2\n") == ["b==2"]
