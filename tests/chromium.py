"""Whether this machine has the browser of the browser tests; without one they are left out and `make test` says so."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
WHAT_TO_INSTALL = (
    "The browser test was left out; it needs Chromium: "
    "sudo apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji"
)


def chromium(path: str | None = None) -> str | None:
    """The browser's executable on `path` (the machine's own when None), or None."""
    return next((found for name in NAMES if (found := shutil.which(name, path=path))), None)


def must_be_here() -> bool:
    """In CI nothing is left out."""
    return os.environ.get("CI", "") not in {"", "0", "false"}


if __name__ == "__main__" and chromium() is None:
    sys.stdout.write(WHAT_TO_INSTALL + "\n")
