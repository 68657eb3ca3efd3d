"""Groups that became supergroups: the id that each has now, and all that is kept under the old one moved to it."""

from storage.database import Reader, Transaction

MOVES = "SELECT old_id, new_id FROM moved_groups"
NOTE = """
INSERT INTO moved_groups (old_id, new_id, moved_at) VALUES ($1, $2, $3) ON CONFLICT (old_id) DO NOTHING
"""
# A group's id is negative; said once more, so that the index of groups is used.
ORDERS = "UPDATE orders SET chat_id = $2 WHERE chat_id = $1 AND chat_id < 0"
CONVERSATIONS = """
UPDATE conversations SET chat_id = $2 WHERE chat_id = $1
AND NOT EXISTS (SELECT 1 FROM conversations AS there WHERE there.chat_id = $2
    AND there.user_id = conversations.user_id)
"""
# A draft has an id of its own, so none is in the way of another.
DRAFTS = "UPDATE parked_drafts SET chat_id = $2 WHERE chat_id = $1"
SHEETS = "UPDATE sheets SET chat_id = $2 WHERE chat_id = $1 AND chat_id < 0"
TRAYS = "UPDATE trays SET chat_id = $2 WHERE chat_id = $1"
QUESTIONS = """
UPDATE inquiries SET chat_id = $2 WHERE chat_id = $1
AND NOT EXISTS (SELECT 1 FROM inquiries AS there WHERE there.chat_id = $2
    AND there.user_id = inquiries.user_id AND there.reference = inquiries.reference
    AND there.query = inquiries.query AND there.on_card = inquiries.on_card)
"""
BATCHES = "UPDATE batches SET chat_id = $2 WHERE chat_id = $1 AND chat_id < 0"
BATCH_CARDS = """
UPDATE batch_cards SET chat_id = $2 WHERE chat_id = $1 AND chat_id < 0
AND NOT EXISTS (SELECT 1 FROM batch_cards AS there WHERE there.chat_id = $2 AND there.batch = batch_cards.batch)
"""
WAITING = "SELECT id, body FROM outbox WHERE chat_id = $1 AND chat_id < 0 AND state <> 'sent'"
REWRITE = "UPDATE outbox SET body = $2 WHERE id = $1"
# The ids of messages begin anew in a supergroup: what is to be changed there has to be said anew.
MESSAGES = "UPDATE outbox SET chat_id = $2, message_id = NULL WHERE chat_id = $1 AND chat_id < 0"


def moves(reader: Reader) -> dict[int, int]:
    """All old ids, and what each became."""
    return {int(row["old_id"]): int(row["new_id"]) for row in reader.fetch(MOVES)}


def note_move(tx: Transaction, old: int, new: int, now: int) -> bool:
    """Note the new id of a group; False when that was known."""
    return tx.execute(NOTE, old, new, now) == 1


def unsent(reader: Reader, chat_id: int) -> list[tuple[int, str]]:
    """Ids and bodies (JSON text) of the messages to a group that were not sent."""
    return [(int(row["id"]), str(row["body"])) for row in reader.fetch(WAITING, chat_id)]


def rewrite(tx: Transaction, row_id: int, body: str) -> None:
    """Replace the body of a message that was not sent."""
    tx.write(REWRITE, row_id, body)


def carry_over(tx: Transaction, old: int, new: int) -> None:
    """Move all that is a group's: orders, batches, drafts, trays, sheets, questions and messages.

    Where a conversation is there already, the old one stays.
    """
    for statement in (ORDERS, CONVERSATIONS, DRAFTS, TRAYS, SHEETS, QUESTIONS, BATCHES, BATCH_CARDS, MESSAGES):
        tx.write(statement, old, new)
