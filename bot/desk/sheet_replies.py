"""Replies about sheets: those that a file goes with, and those that say how far a sheet is, all in one message."""

from bot.conversation.replies import (
    EmptySheet,
    SheetNotTaken,
    SheetReading,
    SheetReturned,
    SheetShown,
    TrayFile,
)

SheetFile = EmptySheet | SheetReturned | TrayFile
"""Replies that a file goes with."""
OF_SHEETS = SheetReading | SheetShown | SheetNotTaken
"""Replies that say how far a sheet is."""


def sheet_in(reply: SheetReading | SheetShown | SheetNotTaken) -> str:
    """The sheet that a reply says something of, by its id; empty for one that was not even asked for."""
    return reply.sheet.id if isinstance(reply, SheetShown) else reply.sheet
