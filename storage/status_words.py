"""The words of suppliers for how far orders are that no document explains, and what orders with each count as.

They are noted as they are seen, so that a change of what one means finds its orders without reading all others.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.orders import Order

SEEN = """
INSERT INTO status_words (account, word, meaning) VALUES ($1, $2, $3) ON CONFLICT (account, word) DO NOTHING
"""
OF_ACCOUNT = "SELECT word, meaning FROM status_words WHERE account = $1 ORDER BY word LIMIT $2"
MEANS = "UPDATE status_words SET meaning = $3 WHERE account = $1 AND word = $2"
ORDERS = """
SELECT * FROM orders WHERE supplier_status = $2 AND account = $1 AND status = $3 AND outcome = 'placed'
    AND supplier_status <> '' LIMIT $4
"""
# What is finished is asked about no more; what turns out not to be, is again while it is young.
READ_AS = """
UPDATE orders SET status = $2, watch_at = CASE WHEN $3 = 1 THEN NULL
    WHEN watch_at IS NULL AND pruned_at IS NULL AND COALESCE(status_at, settled_at) > $5 THEN $4 ELSE watch_at END
WHERE reference = $1
"""


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A supplier's `word` as it came, and the status of ours that orders with it have."""

    word: str
    meaning: str


def seen(tx: Transaction, account: str, word: str, meaning: str) -> None:
    """Note a word that orders of an account have by now."""
    tx.write(SEEN, account, word, meaning)


def of_account(reader: Reader, account: str, limit: int) -> list[StatusWord]:
    """The words of an account's orders, at most `limit`."""
    return [StatusWord(**row) for row in reader.fetch(OF_ACCOUNT, account, limit)]


def means(tx: Transaction, account: str, word: str, meaning: str) -> None:
    """All orders with this word have this status now."""
    tx.write(MEANS, account, word, meaning)


def orders_with(reader: Reader, account: str, found: StatusWord, limit: int) -> list[Order]:
    """At most `limit` of an account's placed orders that have this word, and still the status that it meant."""
    return [Order(**row) for row in reader.fetch(ORDERS, account, found.word, found.meaning, limit)]


def read_as(tx: Transaction, reference: str, status: str, *, is_final: bool, watch_at: int, changed_since: int) -> None:
    """Give an order the status that its supplier's word means by now.

    One that is final is watched no more; one that isn't is asked about at `watch_at` if it was asked about no more and
    has changed since a time in UTC microseconds.
    """
    tx.write(READ_AS, reference, status, int(is_final), watch_at, changed_since)
