"""One bot per database: a lock of the operating system, which the kernel gives up even when its holder is killed.

It is on a file of its own beside the database, because closing a file gives up the locks that SQLite has on it. That
the file exists says nothing, so it is never deleted.

Whoever can open a file can lock it, with the right to read alone. So the file is its owner's; one that others could
open, as earlier programs made it, gives way to a new one, and locks that strangers have on the old one mean nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path

from storage.errors import StorageError
from storage.sqlite.presence import expect_place
from storage.sqlite.rights import OWNER_ONLY, is_exposed


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the database at `path` while the block runs, whichever symbolic links lead there.

    Raises StorageError at once when another holds it; its line names that process where it can.
    """
    expect_place(path)
    name = f"{os.path.realpath(path)}.lock"
    try:
        file = _taken(path, name)
    except OSError as error:
        raise StorageError(f"the database {path} cannot be locked: {error.strerror}: {name}") from error
    with file:
        try:
            _write(file, str(os.getpid()))
            yield
        finally:
            _write(file, "")
            # A process that was forked off meanwhile has the file open too, and would keep the lock.
            fcntl.flock(file, fcntl.LOCK_UN)


def _taken(path: Path, name: str) -> FileIO:
    """The file called `name`, locked. Raises StorageError when another has it, and OSError."""
    while True:
        with ExitStack() as stack:
            file = stack.enter_context(_opened(name))
            held = _lock(file, path, name)
            if held is file:
                stack.pop_all()
        if held is not None:
            return held


def _lock(file: FileIO, path: Path, name: str) -> FileIO | None:
    """`file` with the lock, or the one that took its place; None when it isn't what is called `name` any more."""
    was_exposed = is_exposed(os.fstat(file.fileno()).st_mode)
    if _locks(file, fcntl.LOCK_EX):
        if not _is_called(file, name):
            return None
        return _replacement(file, path, name) if was_exposed else file
    if not was_exposed:
        raise StorageError(f"another orderbot is running on the database {path}{_holder(file)}")
    # A bot locks it for itself alone. One that can be shared is held by strangers, who could only read it; and as long
    # as it is shared, no program that goes by this file begins.
    if _locks(file, fcntl.LOCK_SH):
        return _replacement(file, path, name)
    if _is_gone(file):
        raise StorageError(f"another program has locked {name}: if no orderbot runs on it, delete that file")
    raise StorageError(f"another orderbot is running on the database {path}{_holder(file)}")


def _replacement(file: FileIO, path: Path, name: str) -> FileIO | None:
    """A new file, locked, in the place of `file`, of which a lock is held; None when another is there already.

    It is locked before it gets its name, and only who has locked it gives it that: so two that are at it at the same
    time don't both believe that they hold the lock.
    """
    made = f"{name}.new"
    with ExitStack() as stack:
        new = stack.enter_context(_opened(made))
        if not _locks(new, fcntl.LOCK_EX):
            raise StorageError(f"another orderbot is running on the database {path}")
        if not _is_called(new, made):
            return None
        if not _is_called(file, name):
            Path(made).unlink()
            return None
        Path(made).rename(name)
        stack.pop_all()
    return new


def _opened(name: str) -> FileIO:
    # Not emptied on opening: what stands in it is the number of whoever holds it.
    return FileIO(name, "a+", opener=lambda path, flags: os.open(path, flags, OWNER_ONLY))


def _locks(file: FileIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_called(file: FileIO, name: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(name))  # noqa: PTH116  beside its twin
    except FileNotFoundError:
        return False


def _write(file: FileIO, text: str) -> None:
    # It only serves the message, so a full disk is no reason to do without the lock.
    with suppress(OSError):
        file.truncate(0)
        file.write(text.encode())


def _number(file: FileIO) -> str:
    file.seek(0)
    return file.read(20).decode(errors="replace")


def _holder(file: FileIO) -> str:
    number = _number(file)
    return f" (process {number})" if number.isdecimal() else ""


def _is_gone(file: FileIO) -> bool:
    """True if the process that stands in the file isn't there any more, or none does: a bot would have put its own."""
    number = _number(file)
    if not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass  # it is there, and somebody else's
    return False
