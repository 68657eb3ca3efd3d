"""The removal of what was deleted: it stays in an SQLite file for a while, in its journal, in free pages, in gaps.

Our connections overwrite what they delete, and the journal is folded in and emptied here. Only a file that is written
anew has certainly nothing left, gaps of another program's making included; that takes it for itself for as long.
"""

from contextlib import ExitStack
from pathlib import Path

from storage.errors import StorageError
from storage.location import Scrubbed
from storage.sqlite.connection import connect, fetch, run, told_in_one_line
from storage.sqlite.lock import locked
from storage.sqlite.presence import expect_place
from storage.units import to_the_end


async def scrub(path: Path, busy_timeout: float) -> Scrubbed:
    """Take out of the file at `path` what was deleted from it. It is written anew only while no bot runs on it.

    `busy_timeout`: seconds to wait for others that read or write. Raises StorageError.
    """
    expect_place(path)
    with told_in_one_line(path), ExitStack() as stack:
        try:
            stack.enter_context(locked(path))
        except StorageError:
            alone = False
        else:
            alone = True
        connection = await connect(path, "rwc", busy_timeout)
        try:
            if alone:
                await connection.call(lambda opened: run(opened, "VACUUM"))
            (emptied,) = await connection.call(lambda opened: fetch(opened, "PRAGMA wal_checkpoint(TRUNCATE)"))
        finally:
            await to_the_end(connection.close())
    return Scrubbed(rewritten=alone, journal_emptied=emptied["busy"] == 0)
