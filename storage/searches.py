"""Texts that lists of orders were searched for and that no button has room for.

A button carries a mark in place of such a text, and the list is narrowed and turned as any other. They may be names and
phones of people, so they are kept only for as long as such a list is likely to be looked at.
"""

from typing import Final

from storage.database import Reader, Transaction

KEPT_FOR: Final = 30 * 24 * 3600 * 1_000_000
"""Microseconds for which a text is kept after it was last looked for."""

KEEP = """
INSERT INTO searches (mark, text, at) VALUES ($1, $2, $3)
ON CONFLICT (mark) DO UPDATE SET text = excluded.text, at = excluded.at
"""
TEXT = "SELECT text FROM searches WHERE mark = $1"
PRUNE = "DELETE FROM searches WHERE at < $1"


def keep(tx: Transaction, mark: str, text: str, now: int) -> None:
    """From now on the mark stands for this text."""
    tx.write(KEEP, mark, text, now)


def text_of(reader: Reader, mark: str) -> str | None:
    """The text that a mark stands for; None when it is no longer kept."""
    row = reader.fetchrow(TEXT, mark)
    return None if row is None else str(row["text"])


def prune(tx: Transaction, before: int) -> int:
    """Remove the texts that were last looked for before a time; returns how many."""
    return tx.execute(PRUNE, before)
