"""Sheets that people have sent, what their rows have become, and what their columns were said to be.

    wanted --read--> read, wanted --refused--> refused

A wanted sheet is read by a worker, which finds it here after a crash too. A row is known by keys of its content, in
whatever sheet and chat: that is how the same sheet, sent again, orders only what isn't ordered yet.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from storage.database import Reader, Transaction
from storage.portions import placeholders, portions

ADD = """
INSERT INTO sheets (id, chat_id, user_id, file, name, state, said, kept, body, created_at)
VALUES ($1, $2, $3, $4, $5, 'wanted', $6, '', '', $7)
"""
GET = "SELECT * FROM sheets WHERE id = $1"
WANTED = "SELECT * FROM sheets WHERE state = 'wanted' ORDER BY created_at LIMIT $1"
READ = "UPDATE sheets SET state = 'read', kept = $2, body = $3 WHERE id = $1 AND state = 'wanted' AND said = $4"
REFUSE = "UPDATE sheets SET state = 'refused' WHERE id = $1 AND state = 'wanted'"
SET_CARD = "UPDATE sheets SET card = $2 WHERE id = $1"
CARD = "SELECT card FROM sheets WHERE id = $1"
NAME = "SELECT name FROM sheets WHERE id = $1"
SAY = "UPDATE sheets SET state = 'wanted', said = $2 WHERE id = $1 AND state = 'read'"
BECAME = """
INSERT INTO sheet_rows (row_key, reference, confirmed_at) VALUES ($1, $2, $3)
ON CONFLICT (row_key) DO UPDATE SET reference = excluded.reference, confirmed_at = excluded.confirmed_at
"""
BECAME_AFTER = """
SELECT row_key, reference, confirmed_at FROM sheet_rows
WHERE confirmed_at >= $1 AND (confirmed_at > $1 OR row_key > $2) ORDER BY confirmed_at, row_key LIMIT $3
"""
NOTE_BATCH = "INSERT INTO sheet_batches (batch, sheet) VALUES ($1, $2) ON CONFLICT (batch) DO NOTHING"
OF_BATCH = "SELECT sheet FROM sheet_batches WHERE batch = $1"
HOLD = "INSERT INTO sheet_orders (reference, sheet) VALUES ($1, $2) ON CONFLICT (reference, sheet) DO NOTHING"
HOLD_IN_STEAD = """
INSERT INTO sheet_orders (reference, sheet)
SELECT CAST($2 AS TEXT), sheet FROM sheet_orders WHERE reference = $1 ON CONFLICT (reference, sheet) DO NOTHING
"""
HOLDING = """
SELECT sheets.id, sheets.chat_id, sheets.user_id, sheets.name, sheets.given_on, sheets.given_whole
FROM sheet_orders JOIN sheets ON sheets.id = sheet_orders.sheet
WHERE sheet_orders.reference = $1 ORDER BY sheets.created_at DESC, sheets.id DESC
"""
GIVEN = "UPDATE sheets SET given_on = $2, given_whole = $3 WHERE id = $1"
KEEP_COLUMNS = """
INSERT INTO sheet_columns (account, headings, roles, used_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (account, headings) DO UPDATE SET roles = excluded.roles, used_at = excluded.used_at
"""
COLUMNS = "SELECT roles FROM sheet_columns WHERE account = $1 AND headings = $2"
PRUNE_HELD = """
DELETE FROM sheet_orders WHERE sheet IN (SELECT id FROM sheets WHERE created_at < $1 ORDER BY created_at LIMIT $2)
"""
PRUNE = "DELETE FROM sheets WHERE id IN (SELECT id FROM sheets WHERE created_at < $1 ORDER BY created_at LIMIT $2)"
PRUNE_ROWS = """
DELETE FROM sheet_rows WHERE row_key IN (
    SELECT row_key FROM sheet_rows WHERE confirmed_at < $1 ORDER BY confirmed_at LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A row of the table; `said`, `kept` and `body` are JSON text."""

    id: str
    chat_id: int
    user_id: int
    file: str
    name: str
    state: str
    said: str
    kept: str
    body: str
    card: int | None
    created_at: int
    given_on: str
    given_whole: int


@dataclass(frozen=True, slots=True)
class HoldingSheet:
    """A sheet that an order stands in: whose it is, and when it was last given back because of news, and how far.

    `given_on` is a day such as 2026-03-01, empty for never; `given_whole`: nothing of it was still to go out by then.
    """

    id: str
    chat_id: int
    user_id: int
    name: str
    given_on: str
    given_whole: int


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that is to be read: Telegram's id of the file, its name, and what was said of it, as JSON text."""

    id: str
    file: str
    name: str
    said: str


def add(tx: Transaction, chat_id: int, user_id: int, new: NewSheet, now: int) -> None:
    """Write down a sheet that is to be read."""
    tx.write(ADD, new.id, chat_id, user_id, new.file, new.name, new.said, now)


def get(reader: Reader, sheet: str) -> SheetRecord | None:
    row = reader.fetchrow(GET, sheet)
    return None if row is None else SheetRecord(**row)


def wanted(reader: Reader, most: int) -> list[SheetRecord]:
    """The sheets that are to be read, the oldest first."""
    return [SheetRecord(**row) for row in reader.fetch(WANTED, most)]


def note_read(tx: Transaction, sheet: str, kept: str, body: str, said: str) -> bool:
    """Keep what was read; False when somebody has said something else of it meanwhile."""
    return tx.execute(READ, sheet, kept, body, said) == 1


def set_card(tx: Transaction, sheet: str, card: int) -> None:
    """Note the row of the outbox in which a sheet says how far it is."""
    tx.write(SET_CARD, sheet, card)


def refuse(tx: Transaction, sheet: str) -> bool:
    """It can't be read; False when it wasn't to be."""
    return tx.execute(REFUSE, sheet) == 1


def say(tx: Transaction, sheet: str, said: str) -> bool:
    """A person has said something of a sheet: it is read anew. False while it is still to be read."""
    return tx.execute(SAY, sheet, said) == 1


def card(reader: Reader, sheet: str) -> int | None:
    """The row of the outbox in which a sheet says how far it is; None for none."""
    row = reader.fetchrow(CARD, sheet)
    return None if row is None or row["card"] is None else int(row["card"])


def name_of(reader: Reader, sheet: str) -> str:
    """The name of a sheet's file; empty where it is kept no longer."""
    row = reader.fetchrow(NAME, sheet)
    return "" if row is None else str(row["name"])


def note_orders(tx: Transaction, rows: Iterable[tuple[str, str]], now: int) -> None:
    """Note the orders that rows have become: what a row is known by, and the reference."""
    for key, reference in rows:
        tx.write(BECAME, key, reference, now)


def references_of(reader: Reader, keys: Collection[str]) -> dict[str, str]:
    """The orders that rows have become last, by what the rows are known by; without those that became none."""
    return {
        str(row["row_key"]): str(row["reference"])
        for some in portions(keys)
        for row in reader.fetch(references(len(some)), *some)
    }


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A key of a row and the order that it has become; `confirmed_at` is in UTC microseconds."""

    row_key: str
    reference: str
    confirmed_at: int


def known_after(reader: Reader, last: tuple[int, str], limit: int) -> list[KnownRow]:
    """The rows that became orders after one, given by its time and key, the oldest first."""
    return [KnownRow(**row) for row in reader.fetch(BECAME_AFTER, *last, limit)]


def references(count: int) -> str:
    """The statement that finds the orders of so many rows."""
    return f"SELECT row_key, reference FROM sheet_rows WHERE row_key IN ({placeholders(count)})"  # noqa: S608  placeholders only


def hold(tx: Transaction, sheet: str, reference: str) -> None:
    """An order stands in a sheet."""
    tx.write(HOLD, reference, sheet)


def hold_in_stead(tx: Transaction, reference: str, instead: str) -> None:
    """An order was confirmed in the stead of another one: it stands in the same sheets."""
    tx.write(HOLD_IN_STEAD, reference, instead)


def holding(reader: Reader, reference: str) -> list[HoldingSheet]:
    """The sheets that an order stands in, the one that was sent last first."""
    return [HoldingSheet(**row) for row in reader.fetch(HOLDING, reference)]


def note_given(tx: Transaction, sheet: str, day: str, *, whole: bool) -> None:
    """A sheet was given back because of news; `whole`: nothing of it is still to go out."""
    tx.write(GIVEN, sheet, day, int(whole))


def note_batch(tx: Transaction, batch: str, sheet: str) -> None:
    """Rows of a sheet were confirmed as this batch."""
    tx.write(NOTE_BATCH, batch, sheet)


def of_batch(reader: Reader, batch: str) -> str:
    """The sheet that a batch is of; empty for none."""
    row = reader.fetchrow(OF_BATCH, batch)
    return "" if row is None else str(row["sheet"])


def keep_columns(tx: Transaction, account: str, headings: str, roles: str, now: int) -> None:
    """Remember the roles (JSON text) of columns with these headings."""
    tx.write(KEEP_COLUMNS, account, headings, roles, now)


def columns(reader: Reader, account: str, headings: str) -> str:
    """The roles that are remembered for a set of headings, as JSON text; empty for none."""
    row = reader.fetchrow(COLUMNS, account, headings)
    return "" if row is None else str(row["roles"])


def prune(tx: Transaction, before: int, limit: int = 100) -> int:
    """Remove sheets that were sent before a time; returns how many."""
    tx.write(PRUNE_HELD, before, limit)
    return tx.execute(PRUNE, before, limit)


def prune_rows(tx: Transaction, before: int, limit: int = 100) -> int:
    """Forget which orders rows have become, where that was before a time; returns how many."""
    return tx.execute(PRUNE_ROWS, before, limit)
