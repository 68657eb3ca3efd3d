"""Looks at what is at a path before SQLite opens it, which says "unable to open" whatever is in the way.

A directory, a folder that is closed to this user, a name that no disk takes: whoever typed it is told which it is.
"""

import os
import stat
from pathlib import Path

from storage.errors import StorageError

CLOSED = "permission denied: give the command as the user that the bot runs as, such as sudo -u orderbot"


def is_file(path: Path, called: str) -> bool:
    """True for a file, False where there is nothing.

    Raises StorageError, about what is `called` so, for anything else and for a file that this user may not read.
    """
    mode = _mode(path, called)
    if mode is None:
        return False
    if not stat.S_ISREG(mode):
        raise StorageError(f"{called} cannot be opened: it is {'a directory' if stat.S_ISDIR(mode) else 'no file'}")
    if not os.access(path, os.R_OK):
        raise StorageError(f"{called} cannot be opened: {CLOSED}")
    return True


def expect_place(path: Path) -> None:
    """Raises StorageError where no database can be: without a directory, or with something else in its place."""
    called = f"the database {path}"
    mode = _mode(path.parent, called)
    if mode is None or not stat.S_ISDIR(mode):
        raise StorageError(f"{called} cannot be opened: there is no directory {path.parent}")
    if not is_file(path, called) and not os.access(path.parent, os.W_OK | os.X_OK):
        raise StorageError(f"{called} cannot be made: {CLOSED}")


def _mode(path: Path, called: str) -> int | None:
    """The mode as `stat` has it; None where there is nothing."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise StorageError(f"{called} cannot be opened: {CLOSED}") from error
    except OSError as error:
        raise StorageError(f"{called} cannot be opened: {error.strerror}") from error
