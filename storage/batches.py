"""Batches: several drafts confirmed at once, each row of them an order of the journal.

    running --hold--> paused --go_on--> running
    running, paused --end--> stopped, or done once no row is open any more

What waits in a paused batch is `held`: nobody takes it to be sent until somebody lets the batch go on.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.orders import Order

INSERT = """
INSERT INTO batches (id, account, chat_id, user_id, size, created_at, state, why, faults, told, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, 'running', '{}', 0, '', $6) ON CONFLICT (id) DO NOTHING
"""
JOIN = "UPDATE orders SET batch = $2, batch_row = $3, turn = $4 WHERE reference = $1"
# Rows of a batch that comes later take turns with those that wait, and don't go before all of them.
TURN = """
SELECT turn FROM orders WHERE account = $1 AND stage = 'confirmed' AND held = 0 AND turn > 0
ORDER BY turn LIMIT 1
"""
GET = "SELECT * FROM batches WHERE id = $1"
OPEN_OF = """
SELECT * FROM batches WHERE state IN ('running', 'paused') AND chat_id = $1 AND user_id = $2
ORDER BY created_at DESC LIMIT 1
"""
RUNNING = "SELECT * FROM batches WHERE state = 'running' ORDER BY created_at LIMIT $1"
MOVE = """
UPDATE batches SET state = $2, why = $3, faults = $4, told = CASE WHEN $2 = 'running' THEN '' ELSE told END,
    changed_at = $5
WHERE id = $1
"""
COUNT_FAULTS = "UPDATE batches SET faults = $2 WHERE id = $1"
TOLD = "UPDATE batches SET told = $2 WHERE id = $1"
# A row that somebody has ordered again by itself has a message of its own, and goes its own way.
HOLD = "UPDATE orders SET held = $2 WHERE batch = $1 AND stage = 'confirmed' AND card IS NULL"
STOP_SENDING = "UPDATE orders SET stop_asked = 1 WHERE batch = $1 AND stage = 'sending' AND card IS NULL"
FOLLOW = """
UPDATE orders SET held = 1 WHERE reference = $1 AND stage = 'confirmed'
    AND batch IN (SELECT id FROM batches WHERE id = orders.batch AND state = 'paused')
"""
WAIT_WITH = "UPDATE orders SET not_before = $2 WHERE batch = $1 AND stage = 'confirmed' AND not_before < $2"
COUNTS = """
SELECT stage, COALESCE(outcome, '') AS outcome, COUNT(*) AS n FROM orders WHERE batch = $1 GROUP BY stage, outcome
"""
NEXT_AT = "SELECT MIN(not_before) AS at FROM orders WHERE batch = $1 AND stage = 'confirmed' AND held = 0"
STILL_OPEN = "SELECT reference FROM orders WHERE batch = $1 AND stage IN ('confirmed', 'sending') LIMIT 1"
CONCERNING = """
SELECT * FROM orders WHERE batch = $1 AND outcome IN ('unknown', 'refused', 'not_sent') AND replaced_by IS NULL
    AND details NOT LIKE $2
ORDER BY CASE WHEN outcome = 'unknown' THEN 0 ELSE 1 END, batch_row LIMIT $3
"""
WAITING = "SELECT * FROM orders WHERE batch = $1 AND stage = 'confirmed' AND card IS NULL ORDER BY batch_row"
STOPPED = """
SELECT * FROM orders WHERE batch = $1 AND outcome = 'not_sent' AND replaced_by IS NULL AND card IS NULL
    AND details LIKE $2
ORDER BY batch_row
"""
CARDS = "SELECT chat_id, card FROM batch_cards WHERE batch = $1 ORDER BY chat_id"
SET_CARD = """
INSERT INTO batch_cards (batch, chat_id, card) VALUES ($1, $2, $3)
ON CONFLICT (batch, chat_id) DO UPDATE SET card = excluded.card
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """A row of the table. Times are UTC microseconds, `why` is JSON text.

    `faults` counts the rows that were not placed since the last one that was.
    """

    id: str
    account: str
    chat_id: int
    user_id: int
    size: int
    created_at: int
    state: str
    why: str
    faults: int
    told: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class NewBatch:
    """Several drafts that a person confirmed at once."""

    id: str
    account: str
    chat_id: int
    user_id: int
    size: int
    created_at: int


def insert(tx: Transaction, new: NewBatch) -> bool:
    """Write a batch that runs; False, and nothing written, when it is there already."""
    return tx.execute(INSERT, new.id, new.account, new.chat_id, new.user_id, new.size, new.created_at) == 1


def first_turn(reader: Reader, account: str) -> int:
    """The turn of a new batch's first row: that of the next row of another batch, or 1."""
    row = reader.fetchrow(TURN, account)
    return 1 if row is None else int(row["turn"])


def join(tx: Transaction, reference: str, batch: str, row: int, turn: int) -> None:
    """Make an order that was just confirmed a row of a batch; rows count from 1."""
    tx.write(JOIN, reference, batch, row, turn)


def get(reader: Reader, batch: str) -> Batch | None:
    row = reader.fetchrow(GET, batch)
    return None if row is None else Batch(**row)


def open_of(reader: Reader, chat_id: int, user_id: int) -> Batch | None:
    """The newest batch of a person in a chat that runs or is paused."""
    row = reader.fetchrow(OPEN_OF, chat_id, user_id)
    return None if row is None else Batch(**row)


def running(reader: Reader, limit: int) -> list[Batch]:
    """Batches of which rows are sent by themselves, the oldest first."""
    return [Batch(**row) for row in reader.fetch(RUNNING, limit)]


def move(tx: Transaction, batch: Batch, state: str, *, now: int, why: str = "{}", faults: int = 0) -> None:
    """Let a batch run, or wait, or end; what waits is held while it is paused, and only then."""
    tx.write(MOVE, batch.id, state, why, faults, now)
    if state in {"running", "paused"}:
        tx.write(HOLD, batch.id, int(state == "paused"))


def count_faults(tx: Transaction, batch: str, faults: int) -> None:
    tx.write(COUNT_FAULTS, batch, faults)


def note_told(tx: Transaction, batch: str, state: str) -> None:
    """It was said aloud that the batch is in this state."""
    tx.write(TOLD, batch, state)


def let_none_try_again(tx: Transaction, batch: str) -> None:
    """The sendings under way are the last ones of their rows."""
    tx.write(STOP_SENDING, batch)


def follow(tx: Transaction, reference: str) -> None:
    """A row waits again: where its batch is paused, it is held too."""
    tx.write(FOLLOW, reference)


def wait_with(tx: Transaction, batch: str, not_before: int) -> None:
    """None of a batch's rows is sent before this time."""
    tx.write(WAIT_WITH, batch, not_before)


def counts(reader: Reader, batch: str) -> dict[str, int]:
    """The number of rows of each outcome; of those without one by their stage."""
    return {str(row["outcome"] or row["stage"]): int(row["n"]) for row in reader.fetch(COUNTS, batch)}


def next_at(reader: Reader, batch: str) -> int:
    """The time from which its next row may be sent, by `bot.clock.Clock.forward`; 0 where none waits."""
    row = reader.fetchrow(NEXT_AT, batch)
    return 0 if row is None or row["at"] is None else int(row["at"])


def is_open(reader: Reader, batch: str) -> bool:
    """True if a row waits or is being sent."""
    return reader.fetchrow(STILL_OPEN, batch) is not None


def concerning(reader: Reader, batch: str, limit: int, but: str) -> list[Order]:
    """The rows that a person has to look at: first those of unknown outcome, then those that were not placed.

    `but`: those with this reason are left out.
    """
    return [Order(**row) for row in reader.fetch(CONCERNING, batch, f'{{"code": "{but}"%', limit)]


def waiting(reader: Reader, batch: str) -> list[Order]:
    """The rows that wait to be sent, in their order."""
    return [Order(**row) for row in reader.fetch(WAITING, batch)]


def stopped(reader: Reader, batch: str, code: str) -> list[Order]:
    """The rows that were not sent for this reason, and that nobody has ordered again by themselves, in their order."""
    return [Order(**row) for row in reader.fetch(STOPPED, batch, f'{{"code": "{code}"%')]


def cards(reader: Reader, batch: str) -> dict[int, int]:
    """The outbox rows of the messages that show a batch, by chat."""
    return {int(row["chat_id"]): int(row["card"]) for row in reader.fetch(CARDS, batch)}


def set_card(tx: Transaction, batch: str, chat_id: int, card: int) -> None:
    """A chat has the batch in this message now."""
    tx.write(SET_CARD, batch, chat_id, card)
