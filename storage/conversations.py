"""The state of each conversation: one row, replaced with every step, so that a restart forgets nobody."""

from storage.database import Reader, Transaction

LOAD = "SELECT state FROM conversations WHERE chat_id = $1 AND user_id = $2"
SAVE = """
INSERT INTO conversations (chat_id, user_id, state, waiting, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat_id, user_id) DO UPDATE SET state = excluded.state, waiting = excluded.waiting,
    changed_at = excluded.changed_at
"""
WAITING = "SELECT chat_id, user_id, waiting FROM conversations WHERE waiting <> '' ORDER BY changed_at"


def load(reader: Reader, chat_id: int, user_id: int) -> str | None:
    """The state as it was saved, or None for somebody new."""
    row = reader.fetchrow(LOAD, chat_id, user_id)
    return None if row is None else str(row["state"])


def save(tx: Transaction, chat_id: int, user_id: int, state: str, waiting: str, now: int) -> None:
    """Replace the state; `waiting` is the request whose answer it waits for, or "". Both are JSON text."""
    tx.execute(SAVE, chat_id, user_id, state, waiting, now)


def waiting(reader: Reader) -> list[tuple[int, int, str]]:
    """Chat, person and request of every conversation that waits for an answer; after a restart they are asked again."""
    return [(int(r["chat_id"]), int(r["user_id"]), str(r["waiting"])) for r in reader.fetch(WAITING)]
