"""Orders by many possible names at once: what somebody may have meant who mistyped a number."""

from collections.abc import Sequence

from storage.database import Reader
from storage.orders import Order

PROBED = 100
"""Names that one statement looks for."""


def _places() -> str:
    return ", ".join(f"${n}" for n in range(1, PROBED + 1))


REFERRED = f"SELECT * FROM orders WHERE reference IN ({_places()})"  # noqa: S608  placeholders only
NAMED = f"""
SELECT * FROM orders WHERE reference IN (SELECT reference FROM order_names WHERE name IN ({_places()}))
"""  # noqa: S608  as above


def named(reader: Reader, names: Sequence[str]) -> list[Order]:
    """The orders that have one of these numbers, other names or references, each once.

    What it costs depends on how many names there are, and not on how many orders.
    """
    found: dict[str, Order] = {}
    for start in range(0, len(names), PROBED):
        some = list(names[start : start + PROBED])
        some += [some[-1]] * (PROBED - len(some))
        for statement in (REFERRED, NAMED):
            for row in reader.fetch(statement, *some):
                found.setdefault(str(row["reference"]), Order(**row))
    return list(found.values())
