"""The updates that have had their effect. Telegram delivers at least once, and a repeated one must change nothing."""

from storage.database import Transaction

MARK_SEEN = "INSERT INTO updates (update_id, seen_at) VALUES ($1, $2) ON CONFLICT (update_id) DO NOTHING"
PRUNE = "DELETE FROM updates WHERE seen_at < $1"
NOTE_FAILURE = """
INSERT INTO failed_updates (update_id, tries, error, raw, failed_at) VALUES ($1, 1, $2, $3, $4)
ON CONFLICT (update_id) DO UPDATE SET tries = failed_updates.tries + 1, error = excluded.error,
    raw = excluded.raw, failed_at = excluded.failed_at
RETURNING tries
"""


def mark_seen(tx: Transaction, update_id: int, now: int) -> bool:
    """Record that this update's effects are in this transaction; False when it has had them before."""
    return tx.execute(MARK_SEEN, update_id, now) == 1


def prune(tx: Transaction, before: int) -> int:
    """Forget updates seen before a time; returns how many."""
    return tx.execute(PRUNE, before)


def note_failure(tx: Transaction, update_id: int, error: str, raw: str, now: int) -> int:
    """Keep an update that could not be handled, with the error; returns how often it has failed by now."""
    row = tx.fetchrow(NOTE_FAILURE, update_id, error, raw, now)
    return 0 if row is None else int(row["tries"])
