"""A tray: the orders that one text holds, for one account, until they are confirmed together.

It is data, kept beside the conversation and read only where it is shown, so that an answer costs nothing of it.
"""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.conversation.state import Answers, Proposed

UNREAD: Final = 3
"""Parts of a text that belong to no order, which are quoted."""


class TrayRow(BaseModel):
    """One order of a tray: its answers, also those that are wrong, which are asked for again.

    `unsure` may mean several things; `unread` is what the form can't take at all, and `beside` what of its text was not
    understood. `again`: it is to be ordered although
    the same was ordered before, as `shown` with the outcome `shown_as`, or stands in an earlier row. `draft` is the id
    of the draft that it is being changed as; empty for none. `seen`: all of it was shown, in a summary of its own.
    `number` is that of its row in a sheet, 0 where it is of none, and `keys` are what that row is known by anywhere.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    answers: Answers = {}
    unsure: tuple[Proposed, ...] = ()
    unread: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    again: bool = False
    shown: str = ""
    shown_as: str = ""
    draft: str = ""
    seen: bool = False
    number: int = 0
    keys: tuple[str, ...] = ()


class Tray(BaseModel):
    """The orders of a text for one account. Rows count from 1 wherever people see them.

    `unread` are the parts of the text that belong to no order. `ready` are the rows that were shown as ready to be
    placed. `alike` are answers just given in one row, which others lack too. `texts` is what was read, `others` are the
    accounts that it fits as well. `dropped`: it was given up, until that is undone. The first `seen` rows
    were shown as they are. `sheet` is the one that its rows are of, by its id; empty for a text. `again` is the order
    that all of them repeat with something changed, by its number; empty for none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    account: str
    revision: int = 0
    rows: tuple[TrayRow, ...] = ()
    unread: tuple[str, ...] = ()
    ready: tuple[int, ...] = ()
    alike: tuple[Proposed, ...] = ()
    texts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    dropped: bool = False
    seen: int = 0
    sheet: str = ""
    again: str = ""

    def with_row(self, n: int, row: TrayRow) -> "Tray":
        """The same with another row `n`."""
        rows = (*self.rows[: n - 1], row, *self.rows[n:])
        return self.model_copy(update={"rows": rows})


class RowState(StrEnum):
    """The state of a row (`tray.<state>`)."""

    READY = "ready"
    AGAIN = "again"  # ready, although the same was ordered before
    OPEN = "open"  # something is missing, wrong or of two meanings
    CHANGED = "changed"  # it is open as a draft
    BEFORE = "before"  # the same was ordered before
    REPEATED = "repeated"  # the same stands in an earlier row
    LONG = "long"  # it doesn't fit beside others, and was not seen by itself
