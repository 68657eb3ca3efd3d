"""The order that was last confirmed with the same answers. A unique key decides, so two people at once get one order.

A guard holds while its order may be placed, however long that takes, and for a while after it was.
"""

from storage.database import Reader, Transaction

OPEN = 2**63 - 1
"""`until` of a guard whose order is not finished."""

TAKE = """
INSERT INTO order_guards (account, fingerprint, reference, until) VALUES ($1, $2, $3, $4)
ON CONFLICT (account, fingerprint) DO UPDATE SET reference = excluded.reference, until = excluded.until
WHERE order_guards.until <= $5 OR order_guards.reference IN ($3, $6)
"""
HOLDER = "SELECT reference FROM order_guards WHERE account = $1 AND fingerprint = $2 AND until > $3"
KEEP = "UPDATE order_guards SET until = $2 WHERE reference = $1"
HAND_OVER = "UPDATE order_guards SET reference = $2, until = $3 WHERE reference = $1"
RELEASE = "DELETE FROM order_guards WHERE reference = $1"
PRUNE = "DELETE FROM order_guards WHERE until < $1"


def take(tx: Transaction, account: str, fingerprint: str, reference: str, *, now: int, shown: str) -> bool:
    """True if this order may go: nobody holds the guard, or only the order `shown` to the person before."""
    return tx.execute(TAKE, account, fingerprint, reference, OPEN, now, shown) == 1


def holder(reader: Reader, account: str, fingerprint: str, now: int) -> str | None:
    """The reference of the order that holds the guard now."""
    row = reader.fetchrow(HOLDER, account, fingerprint, now)
    return None if row is None else str(row["reference"])


def keep(tx: Transaction, reference: str, until: int) -> None:
    """The order was placed: its guard holds until then."""
    tx.execute(KEEP, reference, until)


def release(tx: Transaction, reference: str) -> None:
    """The order was not placed: the same may be ordered at once."""
    tx.execute(RELEASE, reference)


def hand_over(tx: Transaction, reference: str, to: str, until: int) -> None:
    """The order was not placed, but the guard holds on for another one."""
    tx.execute(HAND_OVER, reference, to, until)


def prune(tx: Transaction, now: int) -> int:
    """Delete the guards that no longer hold; returns how many."""
    return tx.execute(PRUNE, now)
