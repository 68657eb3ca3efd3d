"""A sheet as it is kept once it was read: its rows, the roles of its columns, and what each row would order.

It is JSON, so that whoever goes on with a sheet after a restart needs neither the file nor who has read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

from bot.sheets.columns import Columns
from bot.sheets.rows import RowOrder
from bot.sheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet for an account, by its name; `others` are accounts that it may be for as well."""

    account: str
    sheet: Sheet
    columns: Columns
    rows: tuple[RowOrder, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Things that a person has said of a sheet: its account, and the roles of columns by their places.

    `hint` is what was written beside the file.
    """

    account: str = ""
    roles: Mapping[int, str] = field(default_factory=dict)
    hint: str = ""


_SHEETS: Final = TypeAdapter(KeptSheet)
_SAID: Final = TypeAdapter(Said)


def as_text(kept: KeptSheet) -> str:
    """The JSON text of a sheet."""
    return _SHEETS.dump_json(kept).decode()


def from_text(text: str) -> KeptSheet:
    """The sheet of a JSON text."""
    return _SHEETS.validate_json(text)


def said_from(text: str) -> Said:
    """The things that a JSON text says were said."""
    return _SAID.validate_json(text or "{}")
