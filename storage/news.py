"""News of placed orders that nobody has been told yet: they wait here for a moment, for others to be told with them.

They are written with the change that they are of, and taken in the unit of work that tells them: none is lost or comes
twice, whenever the program ends.
"""

from dataclasses import dataclass

from storage.database import Reader, Transaction

# What the order was before the first of several changes is what the next message starts from.
ADD = """
INSERT INTO pending_news (reference, was, due_at) VALUES ($1, $2, $3) ON CONFLICT (reference) DO NOTHING
"""
WAITING = "SELECT reference, was, due_at FROM pending_news ORDER BY due_at, reference LIMIT $1"
OF_ORDER = "SELECT reference, was, due_at FROM pending_news WHERE reference = $1"
DROP = "DELETE FROM pending_news WHERE reference = $1"


@dataclass(frozen=True, slots=True)
class PendingNews:
    """The order that there are news of, how it `was` (JSON text), and when they are due, by `Clock.forward`."""

    reference: str
    was: str
    due_at: int


def add(tx: Transaction, news: PendingNews) -> None:
    """Have an order's news told at a time; those that wait already keep theirs."""
    tx.write(ADD, news.reference, news.was, news.due_at)


def waiting(reader: Reader, limit: int) -> list[PendingNews]:
    """At most `limit` of those that wait, the first due first."""
    return [PendingNews(**row) for row in reader.fetch(WAITING, limit)]


def take(tx: Transaction, reference: str) -> PendingNews | None:
    """Take what waits of an order, to be told now or never; None when nothing does."""
    row = tx.fetchrow(OF_ORDER, reference)
    if row is None:
        return None
    tx.write(DROP, reference)
    return PendingNews(**row)
