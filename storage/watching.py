"""The status of placed orders: the suppliers' last word, and when to ask next. An order stays placed for ever."""

from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.identities import of_account
from storage.orders import Order

# What went to another customer or address is not there where the account leads now.
DUE = f"""
SELECT * FROM orders WHERE account = $1 AND watch_at IS NOT NULL AND watch_at <= $2
    AND identity IN ({of_account}, 'before:' || $1) ORDER BY watch_at LIMIT $3
"""  # noqa: S608  a constant of ours
NEXT_AT = f"""
SELECT MIN(watch_at) AS at FROM orders WHERE account = $1 AND watch_at IS NOT NULL
    AND identity IN ({of_account}, 'before:' || $1)
"""  # noqa: S608  a constant of ours
# An answer of the future was asked for by a clock that was wrong, so it is no newer one.
# What is personal in the answer doesn't come back into an order that was pruned.
READ = """
UPDATE orders SET status = $3, supplier_status = $4, progress = CASE WHEN pruned_at IS NULL THEN $5 ELSE '{}' END,
    asked_at = $2, status_at = COALESCE($6, status_at), watch_failures = 0,
    watch_at = CASE WHEN pruned_at IS NULL THEN CAST($7 AS BIGINT) END
WHERE reference = $1 AND outcome = 'placed' AND number = $8 AND (COALESCE(asked_at, 0) <= $2 OR asked_at > $9)
"""
ADD_NAME = "INSERT INTO order_names (name, reference) VALUES ($1, $2) ON CONFLICT (name, reference) DO NOTHING"
NOT_READ = """
UPDATE orders SET watch_failures = watch_failures + 1, watch_at = $3
WHERE reference = $1 AND watch_failures = $2 AND watch_at IS NOT NULL
"""
# A number that the supplier no longer has: what it said before stays, with a word about that.
NOT_THERE = """
UPDATE orders SET progress = $2 WHERE reference = $1 AND outcome = 'placed' AND number = $3 AND pruned_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A supplier's answer. `progress` is JSON text; `asked_at` is when the question went out, in UTC microseconds.

    `now` is when it is written down. `status_at` is set when the status has changed, `watch_at` (by
    `bot.clock.Clock.forward`) when it is asked again.
    """

    asked_at: int
    now: int
    number: str
    status: str
    supplier_status: str
    progress: str
    status_at: int | None
    watch_at: int | None
    names: tuple[str, ...] = ()


def due(reader: Reader, account: str, now: int, limit: int) -> list[Order]:
    """The orders of an account whose time has come, the longest overdue first."""
    return [Order(**row) for row in reader.fetch(DUE, account, now, limit)]


def next_at(reader: Reader, account: str) -> int | None:
    """The time of the account's next order to ask about (perhaps in the past), or None when there is none."""
    row = reader.fetchrow(NEXT_AT, account)
    return None if row is None or row["at"] is None else int(row["at"])


def read(tx: Transaction, reference: str, reading: Reading) -> bool:
    """Record an answer; False, and nothing changed, when a newer one is known or it isn't about this order's number."""
    changed = tx.execute(
        READ,
        reference,
        reading.asked_at,
        reading.status,
        reading.supplier_status,
        reading.progress,
        reading.status_at,
        reading.watch_at,
        reading.number,
        reading.now,
    )
    if changed == 0:
        return False
    for name in reading.names:
        tx.write(ADD_NAME, name, reference)
    return True


def not_there(tx: Transaction, reference: str, progress: str, number: str) -> bool:
    """Keep the JSON text `progress` of an order that the supplier has not; False when it has another number by now."""
    return tx.execute(NOT_THERE, reference, progress, number) == 1


def not_read(tx: Transaction, reference: str, failures: int, watch_at: int | None) -> bool:
    """The supplier could not be asked, `failures` times before; False when it was asked by somebody else meanwhile."""
    return tx.execute(NOT_READ, reference, failures, watch_at) == 1
