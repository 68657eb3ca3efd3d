"""The mark of a copy: a row in a table of its own, which the database that a bot works on never has.

A copy that takes the database's place is behind what was ordered since it was made, and nothing else in it says so:
what waits in it may have been done long ago. So whoever makes one writes the time into it.
"""

import sqlite3

from storage.sqlite.connection import fetch, run

_THERE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'copied'"
_AT = "SELECT max(at) AS at FROM copied"
_MAKE = "CREATE TABLE IF NOT EXISTS copied (at BIGINT NOT NULL)"
_EMPTY = "DELETE FROM copied"
_MARK = "INSERT INTO copied (at) VALUES ($1)"


def copied_at(connection: sqlite3.Connection) -> int | None:
    """The time at which this copy was made, in UTC microseconds; None for a database that isn't marked as one.

    Raises sqlite3.Error.
    """
    if not fetch(connection, _THERE):
        return None
    at = fetch(connection, _AT)[0]["at"]
    return None if at is None else int(at)


def mark_as_copied(connection: sqlite3.Connection, at: int) -> None:
    """Mark a database that nobody else uses as a copy made at `at`, UTC microseconds. Raises sqlite3.Error."""
    run(connection, "BEGIN IMMEDIATE", _MAKE, _EMPTY)
    fetch(connection, _MARK, at)
    run(connection, "COMMIT")
