"""Trays: the orders that a text held, until they are confirmed together. One row each, read only where one is shown.

Whoever sent the text has it in their own chat, and nobody else.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction

MOST = 20
"""Trays that one conversation has."""
KEEP = """
INSERT INTO trays (id, chat_id, user_id, kept, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET kept = excluded.kept, changed_at = excluded.changed_at
WHERE trays.chat_id = excluded.chat_id AND trays.user_id = excluded.user_id
"""
GET = "SELECT kept FROM trays WHERE id = $1 AND chat_id = $2 AND user_id = $3"
NEWEST = """
SELECT id, kept, changed_at FROM trays WHERE chat_id = $1 AND user_id = $2 AND changed_at > $3
ORDER BY changed_at DESC LIMIT 1
"""
OLDER = """
DELETE FROM trays WHERE id IN (
    SELECT id FROM trays WHERE chat_id = $1 AND user_id = $2 ORDER BY changed_at DESC LIMIT 1000 OFFSET $3
)
"""
DROP = "DELETE FROM trays WHERE id = $1"
CARD = "SELECT card FROM trays WHERE id = $1"
SET_CARD = "UPDATE trays SET card = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class NewlyKept:
    """A tray by its id and as it is kept (JSON text); `at` in UTC microseconds."""

    tray: str
    kept: str
    at: int


def keep(tx: Transaction, chat_id: int, user_id: int, new: NewlyKept) -> None:
    """Write a tray as it is now; of too many that a conversation has, those that were changed longest ago go."""
    tx.write(KEEP, new.tray, chat_id, user_id, new.kept, new.at)
    tx.write(OLDER, chat_id, user_id, MOST)


def get(reader: Reader, tray: str, chat_id: int, user_id: int) -> str | None:
    """A tray of this conversation as it is kept."""
    row = reader.fetchrow(GET, tray, chat_id, user_id)
    return None if row is None else str(row["kept"])


def newest(reader: Reader, chat_id: int, user_id: int, since: int) -> NewlyKept | None:
    """The tray of a conversation that was changed last, if that was after a time in UTC microseconds."""
    row = reader.fetchrow(NEWEST, chat_id, user_id, since)
    return None if row is None else NewlyKept(str(row["id"]), str(row["kept"]), int(row["changed_at"]))


def drop(tx: Transaction, tray: str) -> None:
    """Forget a tray."""
    tx.write(DROP, tray)


def card(reader: Reader, tray: str) -> int | None:
    """The outbox's row of the message that shows a tray; None where it isn't shown."""
    row = reader.fetchrow(CARD, tray)
    return None if row is None or row["card"] is None else int(row["card"])


def set_card(tx: Transaction, tray: str, row: int) -> None:
    """A tray is shown in this message now."""
    tx.write(SET_CARD, tray, row)
