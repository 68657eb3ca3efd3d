"""The last reading of each account's balance, and whether it is known to be low: one row an account."""

from dataclasses import dataclass

from storage.database import Reader, Transaction

GET = "SELECT * FROM balances WHERE account = $1"
SAVE = """
INSERT INTO balances (account, amount, unit, read_at, below) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account) DO UPDATE SET amount = excluded.amount, unit = excluded.unit, read_at = excluded.read_at,
    below = excluded.below
"""


@dataclass(frozen=True, slots=True)
class BalanceReading:
    """A row of the table. `amount` is a decimal number as text, `read_at` in UTC microseconds, `below` 0 or 1."""

    account: str
    amount: str
    unit: str
    read_at: int
    below: int


def get(reader: Reader, account: str) -> BalanceReading | None:
    """The last reading of an account."""
    row = reader.fetchrow(GET, account)
    return None if row is None else BalanceReading(**row)


def save(tx: Transaction, reading: BalanceReading) -> None:
    """Write down what was read; it takes the place of what was read before."""
    tx.write(SAVE, reading.account, reading.amount, reading.unit, reading.read_at, reading.below)
