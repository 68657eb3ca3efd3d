"""Removing what is personal from what is finished: the books stay, people's names and addresses go.

Each function does one batch of at most `limit` rows, for a transaction of its own: a running bot waits for none of them
for long. `before` is in UTC microseconds; only what was done before it goes.
"""

from collections.abc import Mapping

from storage import contacts, news, words
from storage.database import Reader, Transaction
from storage.guards import OPEN
from storage.orders import Order, Place

FINISHED = """
SELECT * FROM orders WHERE stage = 'settled' AND pruned_at IS NULL AND settled_at < $1
AND (settled_at, reference) > ($2, $3) AND outcome IN ('placed', 'refused', 'not_sent')
ORDER BY settled_at, reference LIMIT $4
"""
EMPTY_ORDER = """
UPDATE orders SET answers = '{}', details = $2, progress = '{}', watch_at = NULL, card = NULL, evidence_card = NULL,
    pruned_at = $3
WHERE reference = $1 AND stage = 'settled' AND outcome IN ('placed', 'refused', 'not_sent') AND pruned_at IS NULL
"""
REWRITE_LINE = "UPDATE order_history SET body = $3 WHERE reference = $1 AND n = $2"
CARDS = "DELETE FROM order_cards WHERE reference = $1"
# Only an order that isn't finished holds its guard without an end. Of two times both have to be over: one can be set.
RELEASE = """
DELETE FROM order_guards WHERE reference = $1 AND (until = $3 OR (until <= $2
    AND until_up <= COALESCE((SELECT CAST(value AS BIGINT) FROM program WHERE name = 'up'), 0)))
"""
STATES = "SELECT state FROM conversations"
PARKED = "SELECT kept FROM parked_drafts"
OWNED_STATES = "SELECT chat_id, user_id, state FROM conversations"
REWRITE_STATE = "UPDATE conversations SET state = $3 WHERE chat_id = $1 AND user_id = $2"
CONVERSATIONS = """
DELETE FROM conversations WHERE (chat_id, user_id) IN (
    SELECT chat_id, user_id FROM conversations WHERE changed_at < $1 AND waiting = '' LIMIT $2
)
"""
PARKED_DRAFTS = """
DELETE FROM parked_drafts WHERE (chat_id, user_id, draft) IN (
    SELECT chat_id, user_id, draft FROM parked_drafts WHERE parked_at < $1 LIMIT $2
)
"""
TRAYS = "DELETE FROM trays WHERE id IN (SELECT id FROM trays WHERE changed_at < $1 ORDER BY changed_at LIMIT $2)"
FAILED_UPDATES = """
DELETE FROM failed_updates WHERE update_id IN (
    SELECT update_id FROM failed_updates WHERE failed_at < $1 ORDER BY update_id LIMIT $2
)
"""
STRANGERS = """
DELETE FROM strangers WHERE user_id IN (SELECT user_id FROM strangers WHERE told_at < $1 ORDER BY user_id LIMIT $2)
"""
TURNED_AWAY = """
DELETE FROM turned_away WHERE (chat_id, user_id) IN (
    SELECT chat_id, user_id FROM turned_away WHERE told_at < $1 LIMIT $2
)
"""
# As storage.outbox.PRUNE: the highest id is counted on from, and what orders and waiting edits point at is edited.
MESSAGES = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE done_at < $1 AND id < (SELECT MAX(id) FROM outbox)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.evidence_card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.evidence_card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM batch_cards WHERE batch_cards.card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM trays WHERE trays.card = outbox.id)
    AND NOT EXISTS (SELECT 1 FROM outbox AS edit WHERE edit.edits = outbox.id AND edit.state = 'waiting')
    ORDER BY done_at LIMIT $2
)
"""
# Messages of batches that are over; the batch itself tells nobody anything but how many orders it was.
BATCH_CARDS = """
DELETE FROM batch_cards WHERE batch IN (
    SELECT id FROM batches WHERE state IN ('stopped', 'done') AND changed_at < $1
    AND EXISTS (SELECT 1 FROM batch_cards AS own WHERE own.batch = batches.id)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.batch = batches.id AND COALESCE(outcome, 'unknown') = 'unknown')
    ORDER BY changed_at LIMIT $2
)
"""
LAST_MESSAGE = """
UPDATE outbox SET body = '{}' WHERE id = (SELECT MAX(id) FROM outbox) AND done_at < $1 AND body <> '{}'
"""
FIRST: Place = (-1, "")


def finished(reader: Reader, before: int, limit: int, after: Place = FIRST) -> list[Order]:
    """A page of orders that were settled before a time, the oldest first, and still have what is personal.

    `after` is `settled_at` and `reference` of the last one so far. An unknown outcome is not finished.
    """
    return [Order(**row) for row in reader.fetch(FINISHED, before, *after, limit)]


def empty(tx: Transaction, reference: str, details: str, history: Mapping[int, str], now: int) -> bool:
    """Remove the answers of a finished order; False when it isn't finished, or was pruned before.

    `details`, and the bodies in `history` by their `n`, replace what stands there. It is forgotten which messages told
    about the order, so that they can go too. A guard that still holds stays: it is a sum that tells nobody anything.
    """
    if tx.execute(EMPTY_ORDER, reference, details, now) == 0:
        return False
    for n, body in history.items():
        tx.write(REWRITE_LINE, reference, n, body)
    tx.write(CARDS, reference)
    tx.write(RELEASE, reference, now, OPEN)
    news.take(tx, reference)
    words.forget_personal(tx, reference)
    contacts.remove_of(tx, reference)
    return True


def states(reader: Reader) -> list[str]:
    """The states of all conversations, as JSON text; there is one per person and chat."""
    return [str(row["state"]) for row in reader.fetch(STATES)]


def parked(reader: Reader) -> list[str]:
    """All drafts that are put aside for later, as JSON text."""
    return [str(row["kept"]) for row in reader.fetch(PARKED)]


def owned_states(reader: Reader) -> list[tuple[int, int, str]]:
    """Chat, person and state of every conversation, as JSON text."""
    return [(int(r["chat_id"]), int(r["user_id"]), str(r["state"])) for r in reader.fetch(OWNED_STATES)]


def rewrite_state(tx: Transaction, chat_id: int, user_id: int, state: str) -> None:
    """Replace a conversation's state by one that lacks something; when somebody went on with it stays as it is."""
    tx.write(REWRITE_STATE, chat_id, user_id, state)


def conversations(tx: Transaction, before: int, limit: int) -> int:
    """Forget conversations that nobody has gone on with, drafts included; returns how many.

    One that waits for a look-up stays.
    """
    return tx.execute(CONVERSATIONS, before, limit)


def parked_drafts(tx: Transaction, before: int, limit: int) -> int:
    """Forget drafts that were put aside for later and not taken up again; returns how many."""
    return tx.execute(PARKED_DRAFTS, before, limit)


def trays(tx: Transaction, before: int, limit: int) -> int:
    """Forget trays that nobody changed since; returns how many."""
    return tx.execute(TRAYS, before, limit)


def failed_updates(tx: Transaction, before: int, limit: int) -> int:
    """Forget updates that were put aside; returns how many."""
    return tx.execute(FAILED_UPDATES, before, limit)


def strangers(tx: Transaction, before: int, limit: int) -> int:
    """Forget people who are not staff; returns how many."""
    return tx.execute(STRANGERS, before, limit)


def turned_away(tx: Transaction, before: int, limit: int) -> int:
    """Forget who was told in a group to write elsewhere; returns how many."""
    return tx.execute(TURNED_AWAY, before, limit)


def batch_cards(tx: Transaction, before: int, limit: int) -> int:
    """Forget which messages showed batches that are over; returns how many those were."""
    return tx.execute(BATCH_CARDS, before, limit)


def messages(tx: Transaction, before: int, limit: int) -> int:
    """Delete messages that were sent or given up; returns how many.

    The last one of all stays, without its text: the next id is counted from it.
    """
    tx.write(LAST_MESSAGE, before)
    return tx.execute(MESSAGES, before, limit)
