"""The order that was last confirmed with the same answers. A unique key decides, so two people at once get one order.

A guard holds while its order may be placed, however long that takes, and for a while after it was: until the clock says
so and the bot has been up for so long, since a clock can be set. It belongs to what the account is at its supplier.
"""

from collections.abc import Collection
from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.identities import of_account
from storage.portions import placeholders, portions

OPEN = 2**63 - 1
"""`until` of a guard whose order is not finished."""

TAKE = f"""
INSERT INTO order_guards (identity, fingerprint, reference, until, until_up)
VALUES ({of_account}, $2, $3, $4, $4)
ON CONFLICT (identity, fingerprint) DO UPDATE SET reference = excluded.reference, until = excluded.until,
    until_up = excluded.until_up
WHERE (order_guards.until <= $5 AND order_guards.until_up <= $7) OR order_guards.reference IN ($3, $6)
"""  # noqa: S608  a constant of ours
KEEP = "UPDATE order_guards SET until = $2, until_up = $3 WHERE reference = $1"
HAND_OVER = "UPDATE order_guards SET reference = $2, until = $3, until_up = $4 WHERE reference = $1"
RELEASE = "DELETE FROM order_guards WHERE reference = $1"
PRUNE = "DELETE FROM order_guards WHERE until < $1 AND until_up <= $2"


HELD = "SELECT * FROM order_guards WHERE until > 0"
RENEW = """
UPDATE order_guards SET fingerprint = $3 WHERE identity = $1 AND fingerprint = $2
AND NOT EXISTS (SELECT 1 FROM order_guards AS other WHERE other.identity = $1 AND other.fingerprint = $3)
"""


@dataclass(frozen=True, slots=True)
class Guard:
    """A row of the table; times as in `keep`."""

    identity: str
    fingerprint: str
    reference: str
    until: int
    until_up: int


def held(reader: Reader) -> list[Guard]:
    """All guards: those of the last hour, and of what isn't finished."""
    return [Guard(**row) for row in reader.fetch(HELD)]


def renew(tx: Transaction, guard: Guard, fingerprint: str) -> bool:
    """Let a guard hold for another fingerprint; False when that has one of its own."""
    return tx.execute(RENEW, guard.identity, guard.fingerprint, fingerprint) == 1


def take(
    tx: Transaction, account: str, fingerprint: str, reference: str, *, now: int, shown: str, up: int = OPEN
) -> bool:
    """True if this order may go: nobody holds the guard, or only the order `shown` to the person before.

    `now` is by the clock and `up` how long the bot has been up, in microseconds.
    """
    return tx.execute(TAKE, account, fingerprint, reference, OPEN, now, shown, up) == 1


def holders(reader: Reader, account: str, fingerprints: Collection[str], now: int, up: int = OPEN) -> dict[str, str]:
    """The references of the orders that hold the guards of several fingerprints now; those that nobody holds aren't."""
    return {
        str(row["fingerprint"]): str(row["reference"])
        for some in portions(fingerprints)
        for row in reader.fetch(holding(len(some)), account, now, up, *some)
    }


def holding(count: int) -> str:
    """The statement that finds the holders of so many guards ($4 and on) at a time ($2 and $3)."""
    return (
        f"SELECT fingerprint, reference FROM order_guards WHERE identity = {of_account}"  # noqa: S608  placeholders only
        f" AND fingerprint IN ({placeholders(count, first=4)}) AND (until > $2 OR until_up > $3)"
    )


def keep(tx: Transaction, reference: str, until: int, until_up: int = 0) -> None:
    """The order is no longer open: its guard holds until both times are over."""
    tx.write(KEEP, reference, until, until_up)


def release(tx: Transaction, reference: str) -> None:
    """The order was not placed: the same may be ordered at once."""
    tx.write(RELEASE, reference)


def hand_over(tx: Transaction, reference: str, to: str, until: int, until_up: int = 0) -> None:
    """The order was not placed, but the guard holds on for another one."""
    tx.write(HAND_OVER, reference, to, until, until_up)


def prune(tx: Transaction, now: int, up: int = OPEN) -> int:
    """Delete the guards that no longer hold; returns how many."""
    return tx.execute(PRUNE, now, up)
