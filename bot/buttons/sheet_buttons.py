"""The buttons of sheets: `sheet:verb:id:n:role`. They fit in any phase, as a sheet belongs to no draft."""

from typing import Final

from bot.conversation import events
from bot.conversation.events import SheetVerb

_KIND: Final = "sheet"
_PARTS: Final = 4


def tap(sheet: str, verb: SheetVerb, n: int = 0, role: int = 0) -> str:
    """Do something with a sheet: with its column `n`, which is what stands at the place `role`."""
    return f"{_KIND}:{verb}:{sheet}:{n}:{role}"


def read(data: str) -> events.Event | None:
    """The event of a sheet's button; None for one that is none, `TapUnreadable` for one that was never written."""
    kind, *rest = data.split(":")
    if kind != _KIND:
        return None
    if len(rest) != _PARTS:
        return events.TapUnreadable()
    verb, sheet, *places = rest
    if verb not in set(SheetVerb) or not sheet or not all(one.isascii() and one.isdigit() for one in places):
        return events.TapUnreadable()
    return events.SheetTapped(sheet, SheetVerb(verb), *map(int, places))
