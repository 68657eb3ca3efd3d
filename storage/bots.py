"""The bot at Telegram that this database's messages are of, and what is its alone: another one has to do without.

Each bot counts its messages and its updates for itself. Under the ids of another one's stand other messages, so that an
edit would overwrite what has nothing to do with it, and an update would be taken for one that was seen.
"""

from storage.database import Reader, Transaction

GET = "SELECT value FROM program WHERE name = 'bot'"
SET = """
INSERT INTO program (name, value) VALUES ('bot', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
FORGET_UPDATES = "DELETE FROM updates"
FORGET_FAILURES = "DELETE FROM failed_updates"
FORGET_MESSAGES = "UPDATE outbox SET message_id = NULL WHERE message_id IS NOT NULL"
UNSENT = "SELECT id, body FROM outbox WHERE state <> 'sent'"
REWRITE = "UPDATE outbox SET body = $2 WHERE id = $1"


def known(reader: Reader) -> str:
    """The id of the bot, as its token begins; empty before any was noted."""
    row = reader.fetchrow(GET)
    return "" if row is None else str(row["value"])


def note(tx: Transaction, bot: str) -> None:
    """Note that the messages from now on are of this bot."""
    tx.write(SET, bot)


def forget(tx: Transaction) -> None:
    """Forget the ids of all messages and updates: an order's next news come in a message of their own."""
    for statement in (FORGET_UPDATES, FORGET_FAILURES, FORGET_MESSAGES):
        tx.write(statement)


def unsent(reader: Reader) -> list[tuple[int, str]]:
    """Ids and bodies (JSON text) of the messages that were not sent, or not yet."""
    return [(int(row["id"]), str(row["body"])) for row in reader.fetch(UNSENT)]


def rewrite(tx: Transaction, row_id: int, body: str) -> None:
    """Replace the body of a message that was not sent."""
    tx.write(REWRITE, row_id, body)
