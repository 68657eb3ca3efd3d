"""The few things that the program notes about itself, so that the next start knows how long it was away, and of what.

A copy of the database says so in itself: what it would have sent may have been sent since by the original.
"""

import secrets
from dataclasses import dataclass

from storage.database import Reader, Transaction

GET = "SELECT value FROM program WHERE name = $1"
SET = """
INSERT INTO program (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
COPIED = "SELECT MAX(at) AS at FROM copied"
# From before heartbeats were noted.
LAST_SEEN = """
SELECT MAX(at) AS at FROM (
    SELECT MAX(confirmed_at) AS at FROM orders
    UNION ALL SELECT MAX(created_at) AS at FROM outbox
    UNION ALL SELECT MAX(done_at) AS at FROM outbox
) AS times
"""
ORIGINAL = "DELETE FROM copied"

_HEARTBEAT, _FORWARD, _UP, _SALT = "heartbeat", "forward", "up", "salt"
_BACKUP_KEY, _BACKUP_FAILS, _PRUNED, _LIKENESS = "backup_key", "backup_fails", "pruned", "likeness"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The clock's readings when the bot was last seen alive, in microseconds, as `bot.clock.Instant` has them."""

    now: int
    forward: int
    up: int


def last_heartbeat(reader: Reader) -> Heartbeat | None:
    """None on a database on which the bot has never run."""
    values = [_get(reader, name) for name in (_HEARTBEAT, _FORWARD, _UP)]
    if "" in values:
        return None
    return Heartbeat(*map(int, values))


def last_seen(reader: Reader) -> int | None:
    """The last time, in UTC microseconds, of which anything but a heartbeat says that the bot was there."""
    row = reader.fetchrow(LAST_SEEN)
    return None if row is None or row["at"] is None else int(row["at"])


def beat(tx: Transaction, heartbeat: Heartbeat) -> None:
    for name, value in ((_HEARTBEAT, heartbeat.now), (_FORWARD, heartbeat.forward), (_UP, heartbeat.up)):
        tx.write(SET, name, str(value))


def copied_at(reader: Reader) -> int | None:
    """The time, in UTC microseconds, at which this file was copied from the database; None for the original."""
    row = reader.fetchrow(COPIED)
    return None if row is None or row["at"] is None else int(row["at"])


def is_original(tx: Transaction) -> None:
    """The copy has become the database that is worked on."""
    tx.write(ORIGINAL)


def salt(tx: Transaction) -> str:
    """The salt of everything that is made of a secret, so that nobody can tell the secret from it."""
    found = _get(tx, _SALT)
    if not found:
        found = secrets.token_hex(16)
        tx.write(SET, _SALT, found)
    return found


def known_salt(reader: Reader) -> str:
    """The salt, where nothing is to be written; empty before anything was made with it."""
    return _get(reader, _SALT)


def backup_key(tx: Transaction) -> str:
    """Tell the scheduled copies of this database from those of others; a copy that is put back has it too."""
    found = _get(tx, _BACKUP_KEY)
    if not found:
        found = secrets.token_hex(4)
        tx.write(SET, _BACKUP_KEY, found)
    return found


def backup_fails(tx: Transaction, *, fails: bool) -> bool:
    """Note how the last scheduled copy went; False when the one before it went the same way."""
    value = "1" if fails else ""
    if _get(tx, _BACKUP_FAILS) == value:
        return False
    tx.write(SET, _BACKUP_FAILS, value)
    return True


def pruned_at(reader: Reader) -> int | None:
    """The time, in UTC microseconds, at which the bot last removed personal data by schedule; None for never."""
    found = _get(reader, _PRUNED)
    return int(found) if found else None


def pruned(tx: Transaction, now: int) -> None:
    tx.write(SET, _PRUNED, str(now))


def likeness_version(reader: Reader) -> int:
    """The way to compare orders that rows of sheets are known by; 0 before it was noted."""
    return int(_get(reader, _LIKENESS) or 0)


def compares_by(tx: Transaction, version: int) -> None:
    tx.write(SET, _LIKENESS, str(version))


def _get(reader: Reader, name: str) -> str:
    row = reader.fetchrow(GET, name)
    return "" if row is None else str(row["value"])
