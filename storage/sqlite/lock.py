"""One bot per database: a lock of the operating system, which the kernel gives up even when its holder is killed.

It is on a file of its own beside the database, because closing a file gives up the locks that SQLite has on it. That
the file exists says nothing, so it is never deleted.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from storage.errors import StorageError
from storage.sqlite.connection import expect_directory


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the database at `path` while the block runs, whichever symbolic links lead there.

    Raises StorageError at once when another holds it; its line names that process where it can.
    """
    expect_directory(path)
    real = os.path.realpath(path)
    try:
        # Not emptied on opening: what stands in it is the number of whoever holds it.
        file = FileIO(f"{real}.lock", "a+")
    except OSError as error:
        raise StorageError(f"the database {path} cannot be locked: {error.strerror}: {real}.lock") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(f"another orderbot is running on the database {path}{_holder(file)}") from None
        except OSError as error:
            raise StorageError(f"the database {path} cannot be locked: {error.strerror}: {real}.lock") from error
        try:
            _write(file, str(os.getpid()))
            yield
        finally:
            _write(file, "")
            # A process that was forked off meanwhile has the file open too, and would keep the lock.
            fcntl.flock(file, fcntl.LOCK_UN)


def _write(file: FileIO, text: str) -> None:
    # It only serves the message, so a full disk is no reason to do without the lock.
    with suppress(OSError):
        file.truncate(0)
        file.write(text.encode())


def _holder(file: FileIO) -> str:
    file.seek(0)
    number = file.read(20).decode(errors="replace")
    return f" (process {number})" if number.isdecimal() else ""
