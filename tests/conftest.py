"""What holds for every test: the browser tests are collected only where there is a browser, and always in CI."""

import pytest

from tests.chromium import WHAT_TO_INSTALL, chromium, must_be_here

# Failed assertions in modules that tests share explain themselves as those in tests do.
pytest.register_assert_rewrite(
    "tests.bench", *(f"tests.end_to_end.{shared}" for shared in ("dialogues", "house", "live", "killing", "mortal"))
)

collect_ignore = [] if chromium() else ["browser"]


def pytest_configure() -> None:
    if chromium() is None and must_be_here():
        raise pytest.UsageError(f"CI leaves nothing out. {WHAT_TO_INSTALL}")


def pytest_report_header() -> str:
    return f"browser: {chromium() or 'none, tests/browser is left out'}"
