"""What holds for every test: those that need a browser or PostgreSQL run where it is there, and always in CI."""

import os
from pathlib import Path

import pytest

from tests import postgres
from tests.chromium import WHAT_TO_INSTALL, chromium, must_be_here

# Failed assertions in modules that tests share explain themselves as those in tests do.
_shared = ("dialogues", "house", "live", "killing", "mortal", "replicas")
pytest.register_assert_rewrite("tests.bench", *(f"tests.end_to_end.{module}" for module in _shared))

collect_ignore = [
    *([] if chromium() else ["browser"]),
    *([] if postgres.programs() else ["chaos/test_replicas.py", "end_to_end/test_replicas.py"]),
]

_folder = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    for missing, what in ((chromium() is None, WHAT_TO_INSTALL), (not postgres.programs(), postgres.WHAT_TO_INSTALL)):
        if missing and must_be_here():
            raise pytest.UsageError(f"CI leaves nothing out. {what}")
    # The process that all others of a test run come from makes the place, and clears it away.
    if postgres.FOLDER not in os.environ:
        config.stash[_folder] = postgres.announce()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (folder := config.stash.get(_folder, None)) is not None:
        del os.environ[postgres.FOLDER]
        postgres.end(folder)


def pytest_report_header() -> list[str]:
    return [
        f"browser: {chromium() or 'none, tests/browser is left out'}",
        f"postgresql: {postgres.programs() or 'none, tests on it are left out'}",
    ]
