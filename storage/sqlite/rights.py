"""The rights on the files of a database: their owner's alone, since they hold people's names and addresses.

SQLite makes the files beside a database with the database's own rights, so that one decides for all of them.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def files_of(path: Path) -> list[Path]:
    """The files of the database at `path`, there or not: its own, SQLite's two beside it, and that of the lock.

    They are beside the file itself, whichever symbolic links lead there.
    """
    real = os.path.realpath(path)
    return [Path(f"{real}{suffix}") for suffix in ("", "-wal", "-shm", ".lock")]


def is_exposed(mode: int) -> bool:
    """True if a regular file of this mode, as `stat` has it, can be opened by others than its owner."""
    return stat.S_ISREG(mode) and mode & _OTHERS != 0


def exposed(paths: Iterable[Path]) -> list[Path]:
    """Those of the files that can be opened by others than their owner."""
    found = []
    for path in paths:
        with suppress(OSError):
            if is_exposed(path.stat().st_mode):
                found.append(path)
    return found


def make(path: Path) -> None:
    """Make the file of a database, empty, where there is none. Why it can't be made is found out by opening it."""
    # Only a file that wasn't there is opened: closing one that is would give up the locks that SQLite has on it.
    with suppress(OSError):
        os.close(os.open(os.path.realpath(path), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY))


def narrow(paths: Sequence[Path]) -> list[Path]:
    """Take these files' rights from all but their owner; returns those for which it may not be done."""
    left = []
    for path in paths:
        try:
            path.chmod(OWNER_ONLY)
        except FileNotFoundError:
            continue
        except OSError:
            left.append(path)
    return left
