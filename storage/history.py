"""The history of an order beside its outcome, one line after the other: look-ups, balances, decisions and by whom."""

from dataclasses import dataclass

from storage.database import Reader, Transaction

ADD = """
INSERT INTO order_history (reference, n, attempt, at, kind, body, user_id, user_name)
SELECT CAST($1 AS TEXT), COALESCE(MAX(n), 0) + 1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT),
    CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS TEXT)
FROM order_history WHERE reference = $1
"""
OF_ORDER = "SELECT * FROM order_history WHERE reference = $1 ORDER BY n"
LATEST = "SELECT * FROM order_history WHERE reference = $1 AND attempt = $2 AND kind = $3 ORDER BY n DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table. `attempt` is the sending that it is about, `body` is JSON text, `at` in UTC microseconds."""

    reference: str
    n: int
    attempt: int
    at: int
    kind: str
    body: str
    user_id: int | None
    user_name: str


def add(
    tx: Transaction,
    reference: str,
    attempt: int,
    kind: str,
    body: str,
    *,
    now: int,
    user_id: int | None = None,
    user_name: str = "",
) -> None:
    """Add a line; `user_id` is None for what the program did by itself."""
    tx.write(ADD, reference, attempt, now, kind, body, user_id, user_name)


def of_order(reader: Reader, reference: str) -> list[Entry]:
    """All lines of an order, oldest first."""
    return [Entry(**row) for row in reader.fetch(OF_ORDER, reference)]


def latest(reader: Reader, reference: str, attempt: int, kind: str) -> Entry | None:
    """The newest line of a kind about one sending."""
    row = reader.fetchrow(LATEST, reference, attempt, kind)
    return None if row is None else Entry(**row)
