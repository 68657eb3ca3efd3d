"""Messages that Telegram has not taken yet. They are written with what caused them, and leave in order per chat.

A row waits, then it is sent or has failed. Ids rise, and the oldest row of a chat is always its next: while it waits
for its time, the rest of that chat waits too, and no other chat does.

A paced edit alone steps aside while it waits, and the chat goes on: the same message is changed so at most once in
PACE, and only the newest of its edits is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.database import Reader, Transaction

PACE = 3_000_000
"""Microseconds between two paced edits of a message."""
ADD = """
INSERT INTO outbox (id, chat_id, body, edits, not_before, attempts, state, created_at, paced, about, user_id)
VALUES ($1, $2, $3, $4, $6, 0, 'waiting', $5, $7, $8, $9)
"""
EDITED_AT = "SELECT edited_at FROM outbox WHERE id = $1"
# An edit that is on its way at this moment is taken by Telegram all the same; HOLD lets the next one wait for it.
OUTDATED = "DELETE FROM outbox WHERE edits = $1 AND state = 'waiting' AND paced = 1"
HOLD = "UPDATE outbox SET not_before = $2 WHERE edits = $1 AND state = 'waiting' AND paced = 1 AND not_before < $2"
LAST_ID = "SELECT MAX(id) AS id FROM outbox"
CHATS = "SELECT DISTINCT chat_id FROM outbox WHERE state = 'waiting'"
OLDEST = "SELECT * FROM outbox WHERE state = 'waiting' AND paced = $1 AND chat_id = $2 ORDER BY id LIMIT $3"
SENT = """
UPDATE outbox SET state = 'sent', message_id = $2, done_at = $3, attempts = attempts + 1, error = NULL
WHERE id = $1 AND state = 'waiting'
"""
POSTPONE = """
UPDATE outbox SET not_before = $2, error = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting'
"""
MOVED = "UPDATE outbox SET message_id = $2, edited_at = $3 WHERE id = $1"
FAIL = """
UPDATE outbox SET state = 'failed', error = $2, done_at = $3, attempts = attempts + 1
WHERE id = $1 AND state = 'waiting'
"""
STATE = "SELECT state FROM outbox WHERE id = $1"
MESSAGE_ID = "SELECT message_id FROM outbox WHERE id = $1"
# The highest id stays, because the next one is counted from it; so does what an order or a waiting edit points at.
PRUNE = """
DELETE FROM outbox WHERE done_at < $1 AND id < (SELECT MAX(id) FROM outbox)
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.evidence_card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.evidence_card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM outbox AS edit WHERE edit.edits = outbox.id AND edit.state = 'waiting')
"""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the table. `body` is JSON text, `edits` the id of the row whose message this one replaces.

    `paced` is 1 for an edit that steps aside while it waits. `about` is the order that it brings news of, by its
    reference, or a word of the gate's; `user_id` is whom it is for, 0 for nobody in particular.
    """

    id: int
    chat_id: int
    body: str
    edits: int | None
    not_before: int
    attempts: int
    state: str
    message_id: int | None
    error: str | None
    created_at: int
    done_at: int | None
    paced: int
    edited_at: int | None
    about: str = ""
    user_id: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that Telegram took as this message, at a time; `edits` as in the row."""

    row_id: int
    message_id: int
    at: int
    edits: int | None


def add(
    tx: Transaction,
    row_id: int,
    chat_id: int,
    body: str,
    *,
    edits: int | None,
    now: int,
    paced: bool = False,
    about: str = "",
    user_id: int = 0,
) -> OutboxRow:
    """Put a message (JSON text) into the outbox; `row_id` must be above every earlier one. Returns its row.

    It is due at once, whatever the clock will say; a `paced` edit PACE after its message was last changed. A paced edit
    of the same message that still waits is outdated by any newer edit.
    """
    not_before = 0
    if edits is not None:
        tx.execute(OUTDATED, edits)
        before = tx.fetchrow(EDITED_AT, edits) if paced else None
        not_before = 0 if before is None or before["edited_at"] is None else int(before["edited_at"]) + PACE
    tx.execute(ADD, row_id, chat_id, body, edits, now, not_before, int(paced), about, user_id)
    waits = (not_before, 0, "waiting", None, None, now, None, int(paced), None)
    return OutboxRow(row_id, chat_id, body, edits, *waits, about, user_id)


def last_id(reader: Reader) -> int:
    """The highest id given so far, 0 in the beginning."""
    row = reader.fetchrow(LAST_ID)
    return 0 if row is None or row["id"] is None else int(row["id"])


def waiting(reader: Reader, most: int, chats: Iterable[int] | None = None) -> list[OutboxRow]:
    """Rows that wait, those of each chat in the order of their ids, for all chats unless some are given.

    Of each chat no more than the oldest `most` messages, and as many paced edits.
    """
    if chats is None:
        chats = [int(row["chat_id"]) for row in reader.fetch(CHATS)]
    found: list[OutboxRow] = []
    for chat in chats:
        rows = [row for paced in (0, 1) for row in reader.fetch(OLDEST, paced, chat, most)]
        found += sorted((OutboxRow(**row) for row in rows), key=lambda row: row.id)
    return found


def record(tx: Transaction, taken: Iterable[Taken]) -> None:
    """Telegram took these. Recorded twice it is as once: several units of work may have been given the same."""
    for one in taken:
        was_waiting = sent(tx, one.row_id, one.message_id, one.at)
        # An edit that was outdated while it was on its way has no row any more, and has changed the message all the
        # same; one that is recorded already must not undo what a later one has changed.
        if one.edits is not None and (was_waiting or tx.fetchrow(STATE, one.row_id) is None):
            moved(tx, one.edits, one.message_id, one.at)


def sent(tx: Transaction, row_id: int, message_id: int | None, now: int) -> bool:
    """Telegram took it, as this message; False when the row was not waiting."""
    return tx.execute(SENT, row_id, message_id, now) == 1


def postpone(tx: Transaction, row_id: int, not_before: int, error: str) -> bool:
    """Telegram did not take it; not again before this time. False when the row was not waiting."""
    return tx.execute(POSTPONE, row_id, not_before, error) == 1


def moved(tx: Transaction, row_id: int, message_id: int, now: int) -> None:
    """Note that this row is that message by now: a later edit changes it, a paced one not before PACE has gone by."""
    tx.execute(MOVED, row_id, message_id, now)
    tx.execute(HOLD, row_id, now + PACE)


def fail(tx: Transaction, row_id: int, error: str, now: int) -> bool:
    """Telegram will never take it; the chat goes on with the next. False when the row was not waiting."""
    return tx.execute(FAIL, row_id, error, now) == 1


def message_id(reader: Reader, row_id: int) -> int | None:
    """Telegram's id of a message that was sent, else None."""
    row = reader.fetchrow(MESSAGE_ID, row_id)
    return None if row is None or row["message_id"] is None else int(row["message_id"])


def prune(tx: Transaction, before: int) -> int:
    """Delete rows that were done before a time and that nothing points at; returns how many."""
    return tx.execute(PRUNE, before)
