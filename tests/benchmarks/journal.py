"""A journal of any size in the real schema, made in bulk: every order is placed, on its way or not placed.

Indexes are made after the rows, and what is looked for is written down in the order of its index; both end in the same
tables as one order after the other would, in minutes instead of hours.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrate import migrate
from storage.opening import open_database

FIRST_AT = 1_750_000_000_000_000
"""Microseconds; the orders are a minute apart."""
MINUTE = 60 * 1_000_000
ACCOUNTS = ("guoguo", "citiesocial", "gifts", "shop")
PEOPLE = 5
FIRST_REFERENCE = 200_000_000_000
_PRIME = 2_147_483_647

ORDERS = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :orders)
INSERT INTO orders (reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id, user_name,
    stage, outcome, number, status, supplier_status, details, attempts, confirmed_at, settled_at, identity)
SELECT CAST({FIRST_REFERENCE} + i * 60000 AS TEXT), printf('%08x', i),
    CASE i % 4 WHEN 0 THEN 'guoguo' WHEN 1 THEN 'citiesocial' WHEN 2 THEN 'gifts' ELSE 'shop' END,
    'damaijia', 'Form', '1', '{{"remark": "as many characters as an order of ours has on the average, more or less"}}',
    1 + i % {PEOPLE}, 1 + i % {PEOPLE}, 'Person ' || (i % {PEOPLE}), 'settled',
    CASE WHEN i % 11 = 0 THEN 'refused' ELSE 'placed' END,
    CASE WHEN i % 11 = 0 THEN NULL ELSE printf('%010d', i * 48271 % {_PRIME}) END,
    CASE WHEN i % 11 = 0 THEN '' WHEN i % 3 = 0 THEN 'shipped' ELSE 'placed' END, '', '{{}}', 1,
    {FIRST_AT} + i * {MINUTE}, {FIRST_AT} + i * {MINUTE} + 2000000,
    'before:' || CASE i % 4 WHEN 0 THEN 'guoguo' WHEN 1 THEN 'citiesocial' WHEN 2 THEN 'gifts' ELSE 'shop' END
FROM n
"""  # noqa: S608  our own figures
NUMBERS = """
INSERT INTO order_numbers (identity, number, reference)
SELECT identity, number, reference FROM orders WHERE number IS NOT NULL ORDER BY identity, number
"""
NAMES = """
INSERT INTO order_names (name, reference)
SELECT number, reference FROM orders WHERE number IS NOT NULL ORDER BY number, reference
"""
# A recipient's name: some are alike, as people's are.
WORDS = f"""
INSERT INTO order_words (reference, own, personal)
SELECT reference, CASE WHEN number IS NULL THEN json_array(reference) ELSE json_array(reference, number) END,
    json_array(char(19968 + n % 97, 19968 + n % 991, 19968 + n % 1999))
FROM (SELECT reference, number, (CAST(reference AS INTEGER) - {FIRST_REFERENCE}) / 60000 AS n FROM orders)
ORDER BY reference
"""  # noqa: S608  our own figures
PARTS = """
WITH RECURSIVE begins (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM begins WHERE at < 12),
words (word, reference, shortest) AS (
    SELECT reference, reference, 3 FROM orders
    UNION ALL SELECT number, reference, 3 FROM orders WHERE number IS NOT NULL
    UNION ALL SELECT json_extract(personal, '$[0]'), reference, 2 FROM order_words
)
INSERT OR IGNORE INTO order_parts (part, reference)
SELECT substr(word, at, 12) AS part, reference FROM words JOIN begins ON at <= length(word) - shortest + 1
ORDER BY part, reference
"""


async def build(folder: Path, orders: int) -> Path:
    """The file of a journal with so many orders."""
    path = folder / f"{orders}.db"
    database = await open_database(f"sqlite:///{path}")
    try:
        await migrate(database, FIRST_AT)
    finally:
        await database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders' AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(ORDERS, {"orders": orders})
        for _, sql in indexes:
            connection.execute(sql)
        for statement in (NUMBERS, NAMES, WORDS, PARTS):
            connection.execute(statement)
        connection.execute("COMMIT")
    return path
