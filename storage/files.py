"""Files that go out as documents, each kept until it is sent and for a while after.

They are apart from the outbox, whose rows are read again and again while they wait. What is in them is about people, so
none stays longer than it may still be wanted.
"""

import base64
from dataclasses import dataclass
from typing import Final

from storage.database import Reader, Transaction

KEPT_FOR: Final = 30 * 24 * 3600 * 1_000_000
"""Microseconds: as long as a message is kept for a chat in which the bot may not write."""
ADD = "INSERT INTO files (id, name, content, created_at) VALUES ($1, $2, $3, $4)"
GET = "SELECT name, content FROM files WHERE id = $1"
PRUNE = """
DELETE FROM files WHERE id IN (SELECT id FROM files WHERE created_at < $1 ORDER BY created_at LIMIT $2)
"""
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file by the name that people see, and its bytes."""

    name: str
    content: bytes


def add(tx: Transaction, file_id: str, kept: KeptFile, now: int) -> None:
    """Keep a file under an id that no other one has had."""
    tx.write(ADD, file_id, kept.name, base64.b64encode(kept.content).decode("ascii"), now)


def get(reader: Reader, file_id: str) -> KeptFile | None:
    """The file with this id; None when it is kept no longer."""
    row = reader.fetchrow(GET, file_id)
    return None if row is None else KeptFile(str(row["name"]), base64.b64decode(row["content"]))


def prune(tx: Transaction, before: int, limit: int = _BATCH) -> int:
    """Remove files that were made before a time; returns how many."""
    return tx.execute(PRUNE, before, limit)
