"""The replicas on a database: who is there, and who leads.

Who reads this in a unit of work and is buried meanwhile has done it before that, or its unit fails: transactions are as
if they took turns. So whoever takes over looks for what is left in a unit of work too, and not in a mere reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from storage.database import Reader, Row, Transaction
from storage.errors import StorageError

SLOTS: Final = 64
"""So many replicas may be on one database."""
LONGEST_SIGNAL: Final = 7900
"""Bytes of one signal that PostgreSQL surely takes."""

LEADS = "SELECT name FROM replicas WHERE name = $1 AND leads = 1"
NAMES = "SELECT name FROM replicas ORDER BY slot"
PRESENT = "SELECT * FROM replicas ORDER BY slot"
ADD = "INSERT INTO replicas (name, slot, until, settings) VALUES ($1, $2, $3, $4)"
REMOVE = "DELETE FROM replicas WHERE name = $1"
BURY = "DELETE FROM replicas WHERE name = $1 AND until = $2"
BEGIN_TO_LEAD = """
UPDATE replicas SET leads = 1 WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM replicas AS leader WHERE leader.leads = 1)
"""
EMPTY = "DELETE FROM replicas"
GIVE_BACK = "UPDATE chats SET holder = '' WHERE holder <> '' AND holder <> $1"


@dataclass(frozen=True, slots=True)
class Replica:
    """`until` is when its lease ends, in UTC microseconds by the clock of the database."""

    name: str
    slot: int
    until: int
    leads: bool
    settings: str


def expect_to_lead(tx: Transaction, name: str) -> None:
    """Raises StorageError when the replica of that name doesn't lead, or doesn't any more."""
    if tx.fetchrow(LEADS, name) is None:
        raise StorageError("another replica leads by now: this one was given up for dead")


def names(reader: Reader) -> list[str]:
    """The names of all replicas that are there, or weren't buried yet."""
    return [str(row["name"]) for row in reader.fetch(NAMES)]


def present(reader: Reader) -> list[Replica]:
    """All replicas that are there, or weren't buried yet, by their slots."""
    return read_rows(reader.fetch(PRESENT))


def read_rows(rows: Iterable[Row]) -> list[Replica]:
    """The replicas of rows that PRESENT has given."""
    return [
        Replica(str(row["name"]), int(row["slot"]), int(row["until"]), bool(row["leads"]), str(row["settings"]))
        for row in rows
    ]


def add(tx: Transaction, name: str, slot: int, until: int, settings: str) -> None:
    """Raises AlreadyStored when the slot is another's."""
    tx.execute(ADD, name, slot, until, settings)


def remove(tx: Transaction, name: str) -> bool:
    """Forget one that goes by itself; False when it was buried."""
    return tx.execute(REMOVE, name) > 0


def bury(tx: Transaction, name: str, until: int) -> bool:
    """Forget one that has not renewed its lease since it was seen to end at `until`; False when it has."""
    return tx.execute(BURY, name, until) > 0


def begin_to_lead(tx: Transaction, name: str) -> bool:
    """Lead, if nobody does. Raises AlreadyStored when another began at the same time."""
    return tx.execute(BEGIN_TO_LEAD, name) > 0


def empty(tx: Transaction, name: str = "") -> None:
    """Forget all replicas and what they held, for whoever is the first on the database, or alone on it.

    What is held by that `name` stays so.
    """
    tx.execute(EMPTY)
    tx.execute(GIVE_BACK, name)
