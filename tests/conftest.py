"""What holds for every test: those that need a browser or PostgreSQL run where it is there, and always in CI.

Files run side by side, in this order: a long one that began last would be waited for alone.
"""

import os
from pathlib import Path

import pytest

from tests import postgres
from tests.chromium import WHAT_TO_INSTALL, chromium, must_be_here

# Failed assertions in modules that tests share explain themselves as those in tests do.
_shared = ("dialogues", "house", "live", "killing", "mortal", "replicas")
pytest.register_assert_rewrite("tests.bench", *(f"tests.end_to_end.{module}" for module in _shared))

ON_POSTGRES = ("chaos/test_replicas.py", "end_to_end/test_lost_signal.py", "end_to_end/test_replicas.py")
collect_ignore = [
    *([] if chromium() else ["browser"]),
    *([] if postgres.programs() else ON_POSTGRES),
]

LONGEST = (
    "end_to_end/test_kill_damaijia.py",
    "end_to_end/test_kill_citiesocial.py",
    "storage/test_killed_upgrade.py",
    "chaos/test_replicas.py",
    "deploy/test_operating.py",
    "end_to_end/test_kill_anqicms.py",
    "end_to_end/test_kill_guoguo.py",
    "end_to_end/test_kill.py",
    "chaos/test_machine.py",
    "end_to_end/test_transcripts_live.py",
    "end_to_end/test_lost_answer.py",
    "chaos/test_mutants.py",
    "faults/test_fault_tables.py",
    "end_to_end/test_killed_while_unknown.py",
    "end_to_end/test_trays_killed.py",
    "end_to_end/test_replicas.py",
    "privacy/test_written.py",
    "deploy/test_image.py",
    "chaos/test_random_kills.py",
)
"""Files that take longest, which begin first."""

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three for two cores: a test that starts and kills bots waits for them about half of its time."""
    return ((os.cpu_count() or 1) * 3 + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
