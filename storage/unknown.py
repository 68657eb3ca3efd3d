"""Orders whose outcome nobody knows yet: when they are looked for, when somebody is reminded, which there are."""

from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.identities import of_account
from storage.orders import Order

TO_LOOK_FOR = "SELECT * FROM orders WHERE look_at IS NOT NULL AND look_at <= $1 ORDER BY look_at LIMIT $2"
TO_REMIND_OF = "SELECT * FROM orders WHERE remind_at IS NOT NULL AND remind_at <= $1 ORDER BY remind_at LIMIT $2"
NEXT_AT = """
SELECT MIN(at) AS at FROM (
    SELECT MIN(look_at) AS at FROM orders WHERE look_at IS NOT NULL
    UNION ALL SELECT MIN(remind_at) AS at FROM orders WHERE remind_at IS NOT NULL
) AS times
"""
OPEN = "SELECT * FROM orders WHERE outcome = 'unknown' ORDER BY confirmed_at, reference LIMIT $1"
OF_IDENTITY = "SELECT * FROM orders WHERE outcome = 'unknown' AND identity = $1 ORDER BY confirmed_at, reference"
HELD_OF_IDENTITY = "SELECT * FROM orders WHERE look_at IS NOT NULL AND inferred = 1 AND identity = $1"
# Written so that the index of what waits is used, not that of all orders of an identity.
SENT_ONCE_MORE = """
SELECT * FROM orders WHERE stage = 'sending' AND attempts > 1 AND (identity || '') = $1
UNION ALL SELECT * FROM orders WHERE stage = 'confirmed' AND attempts > 0 AND (identity || '') = $1
"""
LATELY_OPENED = f"""
SELECT settled_up AS up, settled_at AS at FROM orders
WHERE outcome = 'unknown' AND identity = {of_account} AND sending_at >= $2
UNION ALL SELECT settled_up AS up, settled_at AS at FROM orders
WHERE look_at IS NOT NULL AND inferred = 1 AND identity = {of_account} AND sending_at >= $2
"""  # noqa: S608  a constant of ours
COUNT = "SELECT count(*) AS n FROM orders WHERE outcome = 'unknown'"
BY_ACCOUNT = """
SELECT account, COUNT(*) AS n, MIN(settled_at) AS since FROM orders WHERE outcome = 'unknown' GROUP BY account
"""
LOOK_ALL = "UPDATE orders SET look_at = $1 WHERE outcome = 'unknown'"
LOOK_ALL_INFERRED = "UPDATE orders SET look_at = $1 WHERE look_at IS NOT NULL AND inferred = 1"
LOOKED = """
UPDATE orders SET looks = looks + 1, look_at = $3
WHERE reference = $1 AND attempts = $2 AND stage = 'settled' AND (outcome = 'unknown' OR inferred = 1)
"""
REMINDED = "UPDATE orders SET remind_at = $2 WHERE reference = $1 AND outcome = 'unknown'"
SET_CARD = "UPDATE orders SET evidence_card = $2 WHERE reference = $1"


@dataclass(frozen=True, slots=True)
class OpenAtAccount:
    """The number of an account's orders of unknown outcome, and since when the first is so, in UTC microseconds."""

    account: str
    count: int
    since: int | None


def to_look_for(reader: Reader, now: int, limit: int) -> list[Order]:
    """Those whose time has come, the longest overdue first."""
    return [Order(**row) for row in reader.fetch(TO_LOOK_FOR, now, limit)]


def to_remind_of(reader: Reader, now: int, limit: int) -> list[Order]:
    """Those whose time has come, the longest overdue first."""
    return [Order(**row) for row in reader.fetch(TO_REMIND_OF, now, limit)]


def next_at(reader: Reader) -> int | None:
    """The time at which there is something to look for or to remind of (perhaps in the past), or None."""
    row = reader.fetchrow(NEXT_AT)
    return None if row is None or row["at"] is None else int(row["at"])


def open_orders(reader: Reader, limit: int) -> list[Order]:
    """The oldest ones."""
    return [Order(**row) for row in reader.fetch(OPEN, limit)]


def of_identity(reader: Reader, identity: str) -> list[Order]:
    """All that went, or may have gone, to one customer at a supplier."""
    return [Order(**row) for row in reader.fetch(OF_IDENTITY, identity)]


def held_of_identity(reader: Reader, identity: str) -> list[Order]:
    """Those that are held to be not placed and still looked for."""
    return [Order(**row) for row in reader.fetch(HELD_OF_IDENTITY, identity)]


def sent_once_more(reader: Reader, identity: str) -> list[Order]:
    """Those that are being sent to one customer not for the first time, and those that wait to be."""
    return [Order(**row) for row in reader.fetch(SENT_ONCE_MORE, identity)]


def last_opened(reader: Reader, account: str, sent_since: int) -> tuple[int, int] | None:
    """The time since which no order has become of unknown outcome, or been held to be not placed; None without one.

    In microseconds, as the bot had been up and in UTC. Only those count that were sent since `sent_since`, in UTC.
    """
    rows = reader.fetch(LATELY_OPENED, account, sent_since)
    return (max(int(row["up"]) for row in rows), max(int(row["at"] or 0) for row in rows)) if rows else None


def count(reader: Reader) -> int:
    row = reader.fetchrow(COUNT)
    return 0 if row is None else int(row["n"])


def open_by_account(reader: Reader) -> list[OpenAtAccount]:
    """Every account that has such orders."""
    return [OpenAtAccount(str(row["account"]), int(row["n"]), row["since"]) for row in reader.fetch(BY_ACCOUNT)]


def look_for_all(tx: Transaction, now: int) -> None:
    """At start-up all of them are looked for at once, and what is only held to be not placed, while that lasts."""
    tx.write(LOOK_ALL, now)
    tx.write(LOOK_ALL_INFERRED, now)


def looked(tx: Transaction, reference: str, attempt: int, look_at: int | None) -> bool:
    """Note a look-up and when the next is due; False when the outcome is known meanwhile, or it was sent anew."""
    return tx.execute(LOOKED, reference, attempt, look_at) == 1


def reminded(tx: Transaction, reference: str, remind_at: int) -> bool:
    """Note when to remind next; False when the outcome is known meanwhile."""
    return tx.execute(REMINDED, reference, remind_at) == 1


def set_card(tx: Transaction, reference: str, card: int) -> None:
    """Note the outbox id of the message that shows the evidence."""
    tx.write(SET_CARD, reference, card)
