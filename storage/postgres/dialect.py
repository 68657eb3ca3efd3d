"""The few words in which PostgreSQL differs from SQLite, so that migrations and statements are written once.

Text is compared by its bytes, as SQLite does it: "the next reference" must not depend on the language of a server.
"""

import re
from functools import lru_cache
from typing import TypeVar

_TABLE = re.compile(r"(?:\s|--[^\n]*\n)*(?:CREATE TABLE|ALTER TABLE \w+ ADD COLUMN)\b")
_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"\bTEXT\b")
_ROWID = re.compile(r"\)\s*WITHOUT ROWID\s*\Z")
_NO_CHARACTER, _ITS_PICTURE = "\0", "\N{SYMBOL FOR NULL}"
T = TypeVar("T")


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """A statement as PostgreSQL wants it; only those that make tables and columns differ."""
    if _TABLE.match(sql) is None:
        return sql
    return _ROWID.sub(")", _TEXT.sub('TEXT COLLATE "C"', _COMMENT.sub("", sql)).rstrip())


def storable(value: T) -> T | str:
    """A value as PostgreSQL takes it: U+0000, no character of any text there, is kept as the sign that stands for it.

    What is looked for goes the same way, so it is found all the same.
    """
    if isinstance(value, str) and _NO_CHARACTER in value:
        return value.replace(_NO_CHARACTER, _ITS_PICTURE)
    return value
