"""Alarms that somebody was told of, by kind and by what they are about, so that a restart tells none of them again."""

import json
from collections.abc import Mapping
from typing import Final

from storage.database import Reader, Transaction

TOLD = "SELECT value FROM program WHERE name = $1"
TELL = "INSERT INTO program (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

UNREACHABLE: Final = "told_unreachable"
"""Of suppliers, by account."""
UNKNOWN: Final = "told_unknown"
"""Of orders whose outcome has been unknown for long, by reference."""


def told(reader: Reader, kind: str) -> dict[str, int]:
    """The alarms of a kind that are still on, and since when what they are about has been so, in UTC microseconds."""
    row = reader.fetchrow(TOLD, kind)
    return {} if row is None else {str(key): int(since) for key, since in json.loads(row["value"]).items()}


def set_told(tx: Transaction, kind: str, alarms: Mapping[str, int]) -> None:
    """Write down all of a kind; what isn't among them is over."""
    tx.write(TELL, kind, json.dumps(dict(alarms)))
