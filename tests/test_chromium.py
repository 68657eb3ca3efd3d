"""Without a browser its tests are left out, not skipped, and `make test` says what to install; CI does not allow it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chromium import WHAT_TO_INSTALL, chromium

HERE = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one plain test and one browser test, under this project's own conftest."""
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    for name in ("__init__.py", "chromium.py", "conftest.py", "postgres.py"):
        shutil.copy(HERE / name, tmp_path / "tests" / name)
    for name in ("tests/test_plain.py", "tests/browser/test_page.py"):
        (tmp_path / name).write_text("def test_it() -> None: pass\n")
    return tmp_path


def run(project: Path, *module: str, path: Path, ci: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [sys.executable, "-m", *module], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def with_browser(project: Path) -> Path:
    (project / "bin").mkdir()
    browser = project / "bin" / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    return project / "bin"


def test_without_a_browser_its_tests_are_left_out_and_the_end_says_what_to_install(project: Path) -> None:
    done = run(project, "pytest", path=project / "nowhere")
    assert "1 passed" in done.stdout
    assert "skipped" not in done.stdout
    assert run(project, "tests.chromium", path=project / "nowhere").stdout == WHAT_TO_INSTALL + "\n"


def test_with_a_browser_its_tests_run_and_the_end_says_nothing(project: Path) -> None:
    path = with_browser(project)
    assert "2 passed" in run(project, "pytest", path=path, ci="true").stdout
    assert run(project, "tests.chromium", path=path).stdout == ""


def test_ci_fails_without_a_browser(project: Path) -> None:
    done = run(project, "pytest", path=project / "nowhere", ci="true")
    assert done.returncode != 0
    assert WHAT_TO_INSTALL in done.stderr


def test_a_browser_is_looked_for_on_the_path(project: Path) -> None:
    assert chromium(str(project / "nowhere")) is None
    assert chromium(str(with_browser(project))) == str(project / "bin" / "chromium")
