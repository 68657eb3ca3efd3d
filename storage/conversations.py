"""The state of each conversation: one row, replaced with every step, so that a restart forgets nobody."""

from storage.database import Reader, Transaction

LOAD = "SELECT state FROM conversations WHERE chat_id = $1 AND user_id = $2"
SAVE = """
INSERT INTO conversations (chat_id, user_id, state, waiting, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat_id, user_id) DO UPDATE SET state = excluded.state, waiting = excluded.waiting,
    changed_at = excluded.changed_at
"""
SHOW = """
INSERT INTO conversations (chat_id, user_id, state, waiting, changed_at, screen) VALUES ($1, $2, $3, '', $5, $4)
ON CONFLICT (chat_id, user_id) DO UPDATE SET screen = excluded.screen
"""
MET = "SELECT state, screen FROM conversations WHERE chat_id = $1 AND user_id = $2"
IN_CHAT = "SELECT user_id, state FROM conversations WHERE chat_id = $1"
FORGET = "DELETE FROM conversations WHERE chat_id = $1 AND user_id = $2"
WAITING = "SELECT chat_id, user_id, waiting FROM conversations WHERE waiting <> '' ORDER BY changed_at"


def load(reader: Reader, chat_id: int, user_id: int) -> str | None:
    """The state as it was saved, or None for somebody new."""
    row = reader.fetchrow(LOAD, chat_id, user_id)
    return None if row is None else str(row["state"])


def save(tx: Transaction, chat_id: int, user_id: int, state: str, waiting: str, now: int) -> None:
    """Replace the state; `waiting` is the request whose answer it waits for, or "". Both are JSON text."""
    tx.write(SAVE, chat_id, user_id, state, waiting, now)


def met(reader: Reader, chat_id: int, user_id: int) -> tuple[str, str]:
    """The state and the screen as they were kept (JSON texts), each "" where nothing is known of it."""
    row = reader.fetchrow(MET, chat_id, user_id)
    return ("", "") if row is None else (str(row["state"]), str(row["screen"]))


def prefetch(tx: Transaction, chat_id: int, user_id: int) -> None:
    """They will be asked for soon."""
    tx.prefetch(MET, chat_id, user_id)


def show(tx: Transaction, chat_id: int, user_id: int, state: str, screen: str, now: int) -> None:
    """Replace what is known of the screen; `state` is kept only where there was no conversation yet."""
    tx.write(SHOW, chat_id, user_id, state, screen, now)


def in_chat(reader: Reader, chat_id: int) -> dict[int, str]:
    """The states of all conversations in a chat, by the person."""
    return {int(row["user_id"]): str(row["state"]) for row in reader.fetch(IN_CHAT, chat_id)}


def forget(tx: Transaction, chat_id: int, user_id: int) -> None:
    """Delete a conversation."""
    tx.write(FORGET, chat_id, user_id)


def waiting(reader: Reader) -> list[tuple[int, int, str]]:
    """Chat, person and request of every conversation that waits for an answer; after a restart they are asked again."""
    return [(int(r["chat_id"]), int(r["user_id"]), str(r["waiting"])) for r in reader.fetch(WAITING)]
