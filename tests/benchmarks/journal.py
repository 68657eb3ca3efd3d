"""A journal of any size in the real schema, made in bulk: every order is placed, on its way or not placed.

Indexes are made after the rows, and what is looked for is written down in the order of its index; both end in the same
tables as one order after the other would, in minutes instead of hours.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from storage.database import Database
from storage.migrate import migrate
from storage.opening import open_database

FIRST_AT = 1_750_000_000_000_000
"""Microseconds; the orders are a minute apart."""
MINUTE = 60 * 1_000_000
ACCOUNTS = ("guoguo", "citiesocial", "gifts", "shop")
PEOPLE = 5
FIRST_REFERENCE = 200_000_000_000
_PRIME = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Dialect:
    """The functions that either database has under another name; `{}` is the argument."""

    hexadecimal: str
    ten_digits: str
    letter: str
    first_of_json: str


SQLITE: Final = Dialect("printf('%08x', {})", "printf('%010d', {})", "char({})", "json_extract({}, '$[0]')")
POSTGRESQL: Final = Dialect(
    "lpad(to_hex({}), 8, '0')",
    "lpad(CAST({} AS TEXT), 10, '0')",
    "chr(CAST({} AS INTEGER))",
    "(CAST({} AS JSON) ->> 0)",
)


def statements(of: Dialect, orders: int) -> Iterator[str]:
    """Fill the tables, `orders` first."""
    account = "CASE i % 4 WHEN 0 THEN 'guoguo' WHEN 1 THEN 'citiesocial' WHEN 2 THEN 'gifts' ELSE 'shop' END"
    yield f"""
WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {orders})
INSERT INTO orders (reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id, user_name,
    stage, outcome, number, status, supplier_status, details, attempts, confirmed_at, settled_at, identity)
SELECT CAST({FIRST_REFERENCE} + i * 60000 AS TEXT), {of.hexadecimal.format("i")},
    {account},
    'damaijia', 'Form', '1', '{{"remark": "as many characters as an order of ours has on the average, more or less"}}',
    1 + i % {PEOPLE}, 1 + i % {PEOPLE}, 'Person ' || CAST(i % {PEOPLE} AS TEXT), 'settled',
    CASE WHEN i % 11 = 0 THEN 'refused' ELSE 'placed' END,
    CASE WHEN i % 11 = 0 THEN NULL ELSE {of.ten_digits.format(f"i * 48271 % {_PRIME}")} END,
    CASE WHEN i % 11 = 0 THEN '' WHEN i % 3 = 0 THEN 'shipped' ELSE 'placed' END, '', '{{}}', 1,
    {FIRST_AT} + i * {MINUTE}, {FIRST_AT} + i * {MINUTE} + 2000000,
    'before:' || {account}
FROM n
"""  # noqa: S608  our own figures
    yield """
INSERT INTO order_numbers (identity, number, reference)
SELECT identity, number, reference FROM orders WHERE number IS NOT NULL ORDER BY identity, number
"""
    yield """
INSERT INTO order_names (name, reference)
SELECT number, reference FROM orders WHERE number IS NOT NULL ORDER BY number, reference
"""
    # A recipient's name: some are alike, as people's are.
    name = " || ".join(of.letter.format(f"19968 + n % {most}") for most in (97, 991, 1999))
    yield f"""
INSERT INTO order_words (reference, own, personal)
SELECT reference, '["' || reference || CASE WHEN number IS NULL THEN '' ELSE '","' || number END || '"]',
    '["' || {name} || '"]'
FROM (SELECT reference, number, (CAST(reference AS BIGINT) - {FIRST_REFERENCE}) / 60000 AS n FROM orders) AS numbered
ORDER BY reference
"""  # noqa: S608  our own figures
    yield f"""
WITH RECURSIVE begins (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM begins WHERE at < 12),
words (word, reference, shortest) AS (
    SELECT reference, reference, 3 FROM orders
    UNION ALL SELECT number, reference, 3 FROM orders WHERE number IS NOT NULL
    UNION ALL SELECT {of.first_of_json.format("personal")}, reference, 2 FROM order_words
)
INSERT INTO order_parts (part, reference)
SELECT DISTINCT substr(word, at, 12) AS part, reference FROM words JOIN begins ON at <= length(word) - shortest + 1
ORDER BY part, reference
"""  # noqa: S608  our own figures


async def build(folder: Path, orders: int) -> Path:
    """The file of a journal with so many orders."""
    path = folder / f"{orders}.db"
    await _migrated(await open_database(f"sqlite:///{path}"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        filling, *others = statements(SQLITE, orders)
        for statement in (filling, *(sql for _, sql in indexes), *others):
            connection.execute(statement)
        connection.execute("COMMIT")
    return path


_INDEXES: Final = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'orders' AND indexname NOT IN (
    SELECT conname FROM pg_constraint
)
"""


async def build_at(address: str, orders: int) -> int:
    """Fill an empty database of PostgreSQL; returns the bytes it takes. The server knows of its rows afterwards."""
    await _migrated(await open_database(address))
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        for setting in ("synchronous_commit = off", "work_mem = '256MB'", "maintenance_work_mem = '256MB'"):
            connection.execute(f"SET {setting}")
        with connection.transaction():
            indexes = connection.execute(_INDEXES).fetchall()
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}")
            filling, *others = statements(POSTGRESQL, orders)
            for statement in (filling, *(sql for _, sql in indexes), *others):
                connection.execute(statement)
        # Its own upkeep does that within a minute or so.
        connection.execute("VACUUM (ANALYZE)")
        # Else what is still to be written is so while others are measured.
        connection.execute("CHECKPOINT")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


async def _migrated(database: Database) -> None:
    try:
        await migrate(database, FIRST_AT)
    finally:
        await database.close()
