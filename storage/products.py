"""The suppliers' products as last read. A new list is written beside the old one and takes its place at once.

So a list of any length is written in short transactions, and nobody ever meets half a list or none.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache, partial

from storage.database import Database, Reader, Row, Transaction

BATCH = 50
"""Rows of one transaction: updates of the chats get their turn in between."""

CATALOGUE = "SELECT * FROM catalogues WHERE account = $1"
TRIED = """
INSERT INTO catalogues (account, edition, size, groups, digest, read_at, tried_at, failures, error)
VALUES ($1, 0, 0, '[]', '', 0, $2, $3, $4)
ON CONFLICT (account) DO UPDATE SET tried_at = excluded.tried_at, error = excluded.error,
    failures = CASE WHEN excluded.error = '' THEN 0 ELSE catalogues.failures + 1 END
"""
CONFIRM = "UPDATE catalogues SET read_at = $2, whole = $3 WHERE account = $1"
TAKE_PLACE = """
UPDATE catalogues SET edition = $2, size = $3, groups = $4, digest = $5, read_at = $6, whole = $7 WHERE account = $1
"""
LEFT_OVER = """
SELECT edition, position FROM products WHERE account = $1 AND edition < $2 ORDER BY edition, position LIMIT 1
"""
REMOVE = "DELETE FROM products WHERE account = $1 AND edition = $2 AND position < $3"

GET = """
SELECT * FROM products
WHERE account = $1 AND edition = (SELECT edition FROM catalogues WHERE account = $1) AND id = $2
"""
ALL = """
SELECT * FROM products
WHERE account = $1 AND edition = (SELECT edition FROM catalogues WHERE account = $1)
ORDER BY position LIMIT $2 OFFSET $3
"""
SEARCHED = """
SELECT id, search FROM products
WHERE account = $1 AND edition = (SELECT edition FROM catalogues WHERE account = $1)
ORDER BY position LIMIT $2
"""
OF_GROUP = """
SELECT * FROM products
WHERE account = $1 AND edition = (SELECT edition FROM catalogues WHERE account = $1) AND group_key = $2
ORDER BY position LIMIT $3 OFFSET $4
"""
# Only the account's own rows are gone through, and of these the index alone.
SEARCH = """
SELECT * FROM products
WHERE account = $1 AND edition = (SELECT edition FROM catalogues WHERE account = $1) AND position IN (
    SELECT p.position FROM products p
    WHERE p.account = $1 AND p.edition = (SELECT edition FROM catalogues WHERE account = $1)
        AND ((p.search LIKE $2 ESCAPE '\\' AND p.search LIKE $3 ESCAPE '\\' AND p.search LIKE $4 ESCAPE '\\'
            AND p.search LIKE $5 ESCAPE '\\' AND p.search LIKE $6 ESCAPE '\\') OR LOWER(p.id) LIKE $7 ESCAPE '\\')
    ORDER BY CASE WHEN p.search LIKE $2 || '\n%' ESCAPE '\\' THEN 0 ELSE 1 END, p.position LIMIT $8 OFFSET $9
)
ORDER BY CASE WHEN search LIKE $2 || '\n%' ESCAPE '\\' THEN 0 ELSE 1 END, position
"""
COUNT = """
SELECT COUNT(p.position) AS n FROM products p
WHERE p.account = $1 AND p.edition = (SELECT edition FROM catalogues WHERE account = $1)
    AND ((p.search LIKE $2 ESCAPE '\\' AND p.search LIKE $3 ESCAPE '\\' AND p.search LIKE $4 ESCAPE '\\'
        AND p.search LIKE $5 ESCAPE '\\' AND p.search LIKE $6 ESCAPE '\\') OR LOWER(p.id) LIKE $7 ESCAPE '\\')
"""
USE = """
INSERT INTO product_uses (account, user_id, product_id, last_used_at, times) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (account, user_id, product_id) DO UPDATE SET last_used_at = excluded.last_used_at,
    times = product_uses.times + 1
"""
USED_BY = """
SELECT product_id, times FROM product_uses WHERE account = $1 AND user_id = $2 ORDER BY last_used_at DESC LIMIT $3
"""
USED = "SELECT product_id, times FROM product_uses WHERE account = $1 ORDER BY last_used_at DESC LIMIT $2"

WORDS = 5
"""Words of a search that are looked at."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A product. `facts` is JSON; `read_at` is 0 for what was in the account's last list, else the time of its list."""

    id: str
    title: str
    group_name: str
    group_key: str
    picture: str
    facts: str
    search: str
    read_at: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The state of an account's list. `groups` is JSON, `read_at` is 0 while it was never read.

    `whole` is 1 when nothing is missing in it.
    """

    account: str
    edition: int
    size: int
    groups: str
    digest: str
    read_at: int
    tried_at: int
    failures: int
    error: str
    whole: int


_COLUMNS = tuple(field.name for field in fields(Stored))


@lru_cache(maxsize=BATCH)
def _insert(rows: int) -> str:
    """One statement for many rows: each by itself would cost as much as all of them."""
    width = len(_COLUMNS) + 3
    values = ", ".join(
        "(" + ", ".join(f"${row * width + column}" for column in range(1, width + 1)) + ")" for row in range(rows)
    )
    return f"INSERT INTO products (account, edition, position, {', '.join(_COLUMNS)}) VALUES {values}"  # noqa: S608  our own columns


def listing(reader: Reader, account: str) -> Listing | None:
    """The state of the account's list; None when it was never tried."""
    row = reader.fetchrow(CATALOGUE, account)
    return None if row is None else Listing(**row)


def tried(tx: Transaction, account: str, now: int, error: str = "") -> None:
    """Note a try to read the list: with its error when it failed, and nothing else changes."""
    tx.write(TRIED, account, now, 1 if error else 0, error)


def confirm(tx: Transaction, account: str, now: int, *, whole: bool) -> None:
    """The list was read again and is the same."""
    tx.write(CONFIRM, account, now, int(whole))


async def renew(
    database: Database,
    account: str,
    found: Sequence[Stored],
    *,
    edition: int,
    groups: str,
    digest: str,
    now: int,
    whole: bool,
) -> None:
    """Write a list, let it take the old one's place, remove the old one. `edition` is higher than any before.

    The account was `tried` before. Ids in `found` are different.
    """
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        values = [
            value
            for position, product in enumerate(batch, start)
            for value in (account, edition, position, *astuple(product))
        ]
        await database.run(partial(_add, _insert(len(batch)), values))
    await database.run(lambda tx: tx.execute(TAKE_PLACE, account, edition, len(found), groups, digest, now, int(whole)))
    while await database.run(lambda tx: _remove_some(tx, account, edition)):
        pass


def _add(statement: str, values: Sequence[str | int], tx: Transaction) -> None:
    tx.write(statement, *values)


def _remove_some(tx: Transaction, account: str, edition: int) -> bool:
    """Remove a few products of the editions before this one; False when there are none."""
    row = tx.fetchrow(LEFT_OVER, account, edition)
    if row is None:
        return False
    tx.write(REMOVE, account, row["edition"], row["position"] + BATCH)
    return True


def get(reader: Reader, account: str, product_id: str) -> Stored | None:
    row = reader.fetchrow(GET, account, product_id)
    return None if row is None else _stored(row)


def page(reader: Reader, account: str, limit: int, offset: int = 0) -> list[Stored]:
    """Products in the supplier's order."""
    return [_stored(row) for row in reader.fetch(ALL, account, limit, offset)]


def of_group(reader: Reader, account: str, group_key: str, limit: int, offset: int) -> list[Stored]:
    return [_stored(row) for row in reader.fetch(OF_GROUP, account, group_key, limit, offset)]


def search_texts(reader: Reader, account: str, limit: int) -> list[tuple[str, str]]:
    """The ids of an account's products and the texts that a search goes through."""
    return [(str(row["id"]), str(row["search"])) for row in reader.fetch(SEARCHED, account, limit)]


def search(reader: Reader, account: str, words: Sequence[str], prefix: str, limit: int, offset: int) -> list[Stored]:
    """Products in whose search text every word occurs, or whose id begins with `prefix`; all folded alike.

    Those with the first word in the first line of that text come first.
    """
    rows = reader.fetch(SEARCH, account, *_patterns(words, prefix), limit, offset)
    return [_stored(row) for row in rows]


def count(reader: Reader, account: str, words: Sequence[str], prefix: str) -> int:
    """The number of products that such a search finds."""
    row = reader.fetchrow(COUNT, account, *_patterns(words, prefix))
    return 0 if row is None else int(row["n"])


def _patterns(words: Sequence[str], prefix: str) -> tuple[str, ...]:
    wanted = [f"%{_literal(word)}%" for word in words[:WORDS]]
    return (*wanted, *["%"] * (WORDS - len(wanted)), f"{_literal(prefix)}%")


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _stored(row: Row) -> Stored:
    return Stored(**{name: row[name] for name in _COLUMNS})


def used(tx: Transaction, account: str, user_id: int, product_id: str, now: int) -> None:
    """Somebody has ordered this product."""
    tx.write(USE, account, user_id, product_id, now)


def uses(reader: Reader, account: str, user_id: int | None, limit: int) -> list[tuple[str, int]]:
    """Product ids and how often they were ordered, last used first: by one person, or with None by anybody."""
    rows = reader.fetch(USED, account, limit) if user_id is None else reader.fetch(USED_BY, account, user_id, limit)
    return [(str(row["product_id"]), int(row["times"])) for row in rows]
