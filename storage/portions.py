"""Many keys of one look-up, some hundred in each statement.

A statement for each key costs several times what finding the row does, and all others wait meanwhile for the database.
"""

from collections.abc import Collection, Iterator
from typing import Final

AT_ONCE: Final = 200
"""Keys of one statement: any database takes so many, and more of them save nothing."""


def portions(keys: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The different keys, in portions that one statement takes."""
    different = tuple(dict.fromkeys(keys))
    for n in range(0, len(different), AT_ONCE):
        yield different[n : n + AT_ONCE]


def placeholders(count: int, first: int = 1) -> str:
    """The placeholders of so many keys, from `$first` on, with commas between."""
    return ", ".join(f"${n}" for n in range(first, first + count))
