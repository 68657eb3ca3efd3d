"""The drafts that conversations have put aside for later: one row each, so that an answer costs nothing of them.

The open draft is part of its conversation's state.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction

PARK = """
INSERT INTO parked_drafts (chat_id, user_id, draft, kept, parked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat_id, user_id, draft) DO UPDATE SET kept = excluded.kept, parked_at = excluded.parked_at
"""
UNPARK = "DELETE FROM parked_drafts WHERE chat_id = $1 AND user_id = $2 AND draft = $3"
PARKED = """
SELECT kept FROM parked_drafts WHERE chat_id = $1 AND user_id = $2 ORDER BY parked_at DESC, draft
"""


@dataclass(frozen=True, slots=True)
class NewlyParked:
    """A draft by its id and as it is kept (JSON text); `at` in UTC microseconds."""

    draft: str
    kept: str
    at: int


def park(tx: Transaction, chat_id: int, user_id: int, parked: NewlyParked) -> None:
    """Keep a draft; one that is kept already is replaced."""
    tx.write(PARK, chat_id, user_id, parked.draft, parked.kept, parked.at)


def unpark(tx: Transaction, chat_id: int, user_id: int, draft: str) -> None:
    """Forget a draft."""
    tx.write(UNPARK, chat_id, user_id, draft)


def parked(reader: Reader, chat_id: int, user_id: int) -> list[str]:
    """The drafts of a conversation as they are kept (JSON text), the latest first."""
    return [str(row["kept"]) for row in reader.fetch(PARKED, chat_id, user_id)]
