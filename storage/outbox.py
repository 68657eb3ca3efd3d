"""Messages that Telegram has not taken yet. They are written with what caused them, and leave in order per chat.

A row waits, then it is sent or has failed. Ids rise, and the oldest row of a chat is always its next: while it waits
for its time, the rest of that chat waits too, and no other chat does.

A paced edit alone steps aside while it waits, and the chat goes on: the same message is changed so at most once in
PACE, and only the newest of its edits is sent.

What failed because the bot may not write there (`BLOCKED`) is kept, of each message its newest state, and waits again
when the bot may. Times of waiting are those of a clock that only goes forward; all others are the wall clock's.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from storage.database import Reader, Transaction

PACE = 3_000_000
"""Microseconds between two paced edits of a message."""
ASKED_TO_WAIT = "asked-to-wait"
"""The `error` of what was not taken for that reason, each time: it is certainly not there."""
REPEATED = "repeated"
"""The `error` of what was taken, perhaps for a second time: an earlier copy may have been seen before it."""
BLOCKED = "blocked"
"""The `error` of what is kept until the bot may write there again."""
KEPT_FOR = 30 * 24 * 3600 * 1_000_000
"""Microseconds for which it is kept; by then it is told by asking how an order is."""
ADD = """
INSERT INTO outbox (id, chat_id, body, edits, not_before, attempts, state, created_at, paced, about, user_id)
VALUES ($1, $2, $3, $4, $6, 0, 'waiting', $5, $7, $8, $9)
"""
# A paced edit is due PACE after its message was last changed.
ADD_PACED = """
INSERT INTO outbox (id, chat_id, body, edits, not_before, attempts, state, created_at, paced, about, user_id)
VALUES ($1, $2, $3, $4, COALESCE((SELECT edited_at + $6 FROM outbox WHERE id = $4), 0), 0, 'waiting', $5, 1, $7, $8)
RETURNING not_before
"""
OUTDATED = "DELETE FROM outbox WHERE edits = $1 AND state = 'waiting' AND paced = 1"
BACKLOG = "SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM outbox WHERE state = 'waiting'"
LAST_ID = "SELECT MAX(id) AS id FROM outbox"
CHATS = "SELECT DISTINCT chat_id FROM outbox WHERE state = 'waiting'"
OLDEST = "SELECT * FROM outbox WHERE state = 'waiting' AND paced = $1 AND chat_id = $2 ORDER BY id LIMIT $3"
SENT = """
UPDATE outbox SET state = 'sent', message_id = $2, done_at = $3, attempts = attempts + 1, error = $4
WHERE id = $1 AND state = 'waiting'
"""
POSTPONE = """
UPDATE outbox SET not_before = $2, error = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting'
"""
# An edit that was outdated while it was on its way has no row any more, and has changed the message all the same; one
# that is recorded already must not undo what a later one has changed. Of one without a row its time tells.
MOVED = """
UPDATE outbox SET message_id = $2, edited_at = $3
WHERE id = $1 AND COALESCE((SELECT state FROM outbox AS edit WHERE edit.id = $4),
    CASE WHEN edited_at > $3 THEN 'outdated' ELSE 'waiting' END) = 'waiting'
"""
# An edit that is on its way at this moment is taken by Telegram all the same; HOLD lets the next one wait for it.
HOLD = """
UPDATE outbox SET not_before = $2
WHERE edits = $1 AND state = 'waiting' AND paced = 1 AND not_before < $2 AND id <> $3
AND COALESCE((SELECT state FROM outbox AS edit WHERE edit.id = $3), 'waiting') = 'waiting'
"""
OVERTAKE = """
UPDATE outbox SET error = 'outdated' WHERE error = 'blocked' AND COALESCE(edits, id) = $1 AND id < $2
AND COALESCE((SELECT state FROM outbox AS edit WHERE edit.id = $2), 'waiting') = 'waiting'
"""
FAIL = """
UPDATE outbox SET state = 'failed', error = $2, done_at = $3, attempts = attempts + 1
WHERE id = $1 AND state = 'waiting'
"""
KEPT = "SELECT * FROM outbox WHERE error = 'blocked' AND chat_id = $1 ORDER BY id"
KEPT_CHATS = "SELECT DISTINCT chat_id FROM outbox WHERE error = 'blocked'"
NEWER = "SELECT id FROM outbox WHERE edits = $1 AND state = 'waiting' AND id > $2"
REVIVE = """
UPDATE outbox SET state = 'waiting', error = NULL, done_at = NULL, not_before = 0, attempts = 0
WHERE id = $1 AND error = 'blocked'
"""
SURPASS = "UPDATE outbox SET error = 'outdated' WHERE error = 'blocked' AND COALESCE(edits, id) = $1 AND id < $2"
BODY = "SELECT body FROM outbox WHERE id = $1"
SAID = "SELECT body, created_at FROM outbox WHERE id = $1"
# Rows rise with time, so those after a message of the last minutes are few.
SAID_AFTER = "SELECT body FROM outbox WHERE id > $2 AND chat_id = $1 AND edits IS NULL ORDER BY id LIMIT $3"
# The rows are counted, and those of all chats, so that it is bounded how many are looked at: ids follow the clock.
LATELY = """
SELECT id, body, edits, message_id
FROM (SELECT id, chat_id, body, edits, message_id, state FROM outbox ORDER BY id DESC LIMIT $2) AS late
WHERE chat_id = $1 AND state <> 'failed' ORDER BY id
"""
SET_BODY = "UPDATE outbox SET body = $2 WHERE id = $1"
MESSAGE_ID = "SELECT message_id FROM outbox WHERE id = $1"
SHOWN = "SELECT chat_id, message_id, edits, state, attempts, error FROM outbox WHERE id = $1"
# The highest id stays, because the next one is counted from it; so does what an order or a waiting edit points at.
PRUNE = """
DELETE FROM outbox WHERE done_at < $1 AND id < (SELECT MAX(id) FROM outbox)
AND (done_at < $2 OR COALESCE(error, '') <> 'blocked')
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.evidence_card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM order_cards WHERE order_cards.evidence_card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM batch_cards WHERE batch_cards.card = outbox.id)
AND NOT EXISTS (SELECT 1 FROM trays WHERE trays.card = outbox.id)
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

    @property
    def closes(self) -> bool:
        """True for an edit that only takes off buttons: where it can't be made, nothing is lost."""
        return self.paced == 1 and bool(json.loads(self.body).get("closes"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that Telegram took as this message, at a time; `edits` as in the row.

    `message_id` is None when its answer named none. `forward` is the time by the clock that only goes forward, by which
    the next edit waits; `at` unless it is given. `is_repeated`: it may have been taken before, unnoticed.
    """

    row_id: int
    message_id: int | None
    at: int
    edits: int | None
    forward: int | None = None
    is_repeated: bool = False

    @property
    def shown_at(self) -> int:
        return self.at if self.forward is None else self.forward


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The message of a chat in which a row is to be seen, by its id if that is known.

    `is_unsent`: no attempt was made that may have brought it there. `is_repeated`: it may be a second copy.
    `is_change`: something else stood in that message before.
    """

    chat_id: int
    message_id: int | None
    is_unsent: bool
    is_repeated: bool
    is_change: bool


@dataclass(frozen=True, slots=True)
class LateRow:
    """A row of the last ones: `body` is JSON text, `edits` and `message_id` as in the row itself."""

    id: int
    body: str
    edits: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A row as it was written: `body` is JSON text, `created_at` in UTC microseconds."""

    body: str
    created_at: int


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
        tx.write(OUTDATED, edits)
    if edits is not None and paced:
        row = tx.fetchrow(ADD_PACED, row_id, chat_id, body, edits, now, PACE, about, user_id)
        not_before = 0 if row is None else int(row["not_before"])
    else:
        tx.write(ADD, row_id, chat_id, body, edits, now, not_before, int(paced), about, user_id)
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
        if one.edits is not None:
            # That row is this message by now: a later edit changes it, a paced one not before PACE has gone by.
            tx.write(MOVED, one.edits, one.message_id, one.shown_at, one.row_id)
            tx.write(HOLD, one.edits, one.shown_at + PACE, one.row_id)
            tx.write(OVERTAKE, one.edits, one.row_id)
        tx.write(SENT, one.row_id, one.message_id, one.at, REPEATED if one.is_repeated else None)


def sent(tx: Transaction, row_id: int, message_id: int | None, now: int, *, is_repeated: bool = False) -> bool:
    """Telegram took it, as this message; False when the row was not waiting."""
    return tx.execute(SENT, row_id, message_id, now, REPEATED if is_repeated else None) == 1


def postpone(tx: Transaction, row_id: int, not_before: int, error: str) -> bool:
    """Telegram did not take it; not again before this time. False when the row was not waiting."""
    return tx.execute(POSTPONE, row_id, not_before, error) == 1


def fail(tx: Transaction, row_id: int, error: str, now: int) -> bool:
    """Telegram will never take it; the chat goes on with the next. False when the row was not waiting."""
    return tx.execute(FAIL, row_id, error, now) == 1


def keep(tx: Transaction, row: OutboxRow, now: int) -> bool:
    """The bot may not write there now. It replaces what was kept of the same message; False when it was not waiting."""
    if not fail(tx, row.id, BLOCKED, now):
        return False
    tx.write(SURPASS, row.id if row.edits is None else row.edits, row.id)
    return True


def kept_chats(reader: Reader) -> set[int]:
    """The chats for which something is kept until the bot may write there again."""
    return {int(row["chat_id"]) for row in reader.fetch(KEPT_CHATS)}


def revive(tx: Transaction, chat_id: int, now: int) -> list[OutboxRow]:
    """The bot may write there again: what was kept for at most KEPT_FOR waits once more; returns it, oldest first.

    What a newer edit that waits will show is not sent.
    """
    revived: list[OutboxRow] = []
    for row in (OutboxRow(**found) for found in tx.fetch(KEPT, chat_id)):
        shown = row.id if row.edits is None else row.edits
        if (newer := tx.fetchrow(NEWER, shown, row.id)) is not None:
            tx.write(SURPASS, shown, newer["id"])
        elif (row.done_at or 0) >= now - KEPT_FOR:
            tx.write(REVIVE, row.id)
            revived.append(replace(row, state="waiting", error=None, done_at=None, not_before=0, attempts=0))
    return revived


def backlog(reader: Reader) -> tuple[int, int | None]:
    """The number of rows that wait, and when the first of them was written; None where none waits."""
    row = reader.fetchrow(BACKLOG)
    return (0, None) if row is None else (int(row["n"]), row["oldest"])


def message_id(reader: Reader, row_id: int) -> int | None:
    """Telegram's id of a message that was sent, else None."""
    row = reader.fetchrow(MESSAGE_ID, row_id)
    return None if row is None or row["message_id"] is None else int(row["message_id"])


def shown(reader: Reader, row_id: int) -> ShownRow | None:
    """The message of a row as far as it is known to be on the screen; None when there is no such row any more."""
    row = reader.fetchrow(SHOWN, row_id)
    if row is None:
        return None
    is_unsent = row["state"] == "waiting" and (row["attempts"] == 0 or row["error"] == ASKED_TO_WAIT)
    is_repeated, is_change = row["error"] == REPEATED, row["edits"] is not None
    return ShownRow(int(row["chat_id"]), row["message_id"], is_unsent, is_repeated, is_change)


def body(reader: Reader, row_id: int) -> str | None:
    """The body of a row as JSON text, None when there is no such row."""
    row = reader.fetchrow(BODY, row_id)
    return None if row is None else str(row["body"])


def said(reader: Reader, row_id: int) -> SaidRow | None:
    """The body of a row and when it was written; None when there is no such row any more."""
    row = reader.fetchrow(SAID, row_id)
    return None if row is None else SaidRow(str(row["body"]), int(row["created_at"]))


def said_after(reader: Reader, chat_id: int, row_id: int, most: int) -> list[str]:
    """The bodies of what was said in a chat after a row, the oldest first, without changes of messages by their row."""
    return [str(row["body"]) for row in reader.fetch(SAID_AFTER, chat_id, row_id, most)]


def lately(reader: Reader, chat_id: int, among: int) -> list[LateRow]:
    """The rows of a chat `among` the last ones of all chats, the oldest first, without what failed."""
    return [
        LateRow(int(row["id"]), str(row["body"]), row["edits"], row["message_id"])
        for row in reader.fetch(LATELY, chat_id, among)
    ]


def set_body(tx: Transaction, row_id: int, text: str) -> None:
    """Note something beside what a message says; what was sent stays as it was sent."""
    tx.write(SET_BODY, row_id, text)


def prune(tx: Transaction, before: int, kept_before: int) -> int:
    """Delete rows that were done before a time and that nothing points at; returns how many.

    `kept_before` is that time for what is kept until the bot may write there again.
    """
    return tx.execute(PRUNE, before, kept_before)
