"""The buttons of trays: `tray:action:id:revision:n`. They fit in any phase, as a tray belongs to no draft.

The revision is that of the tray, so that what was shown before the last change places nothing.
"""

from typing import Final

from bot.conversation import events
from bot.conversation.events import TrayAction

_KIND: Final = "tray"
_PARTS: Final = 4


def tap(tray: str, revision: int, action: TrayAction, n: int = 0) -> str:
    """Do something with a tray as it stands at a revision."""
    return f"{_KIND}:{action}:{tray}:{revision}:{n}"


def read(data: str) -> events.Event | None:
    """The event of a tray's button; None for one that is none, `TapUnreadable` for one that was never written."""
    kind, *rest = data.split(":")
    if kind != _KIND:
        return None
    if len(rest) != _PARTS:
        return events.TapUnreadable()
    action, tray, revision, n = rest
    numbers = all(one.isascii() and one.isdigit() for one in (revision, n))
    if action not in set(TrayAction) or not tray or not numbers:
        return events.TapUnreadable()
    return events.TrayTapped(tray, int(revision), TrayAction(action), int(n))
