"""Reads the words of an order's button, typed while nothing is open, as the tap on the newest message that has it.

Buttons of old messages go dead on some phones, and whoever has a card before them types its words as often as they
reply with them. Only what shows something or opens a draft is done so: what is decided about an order wants its message
to be named, by a tap or a reply.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.buttons.data import read
from bot.conversation import events
from bot.desk.screen import Sent, came_before
from bot.desk.unit import Unit
from storage import outbox

_LOOKED_AT: Final = 500
"""Rows of the outbox, of all chats, that are looked at; what was shown before them nobody has before them any more."""
_Done = events.RefreshTapped | events.AgainTapped | events.ReopenTapped | events.EvidenceTapped | events.ParcelsTapped
"""Taps that show something, or open a draft at its summary."""


Named = Callable[[Sequence[tuple[str, str]]], set[str]]
"""Gives the data of those buttons that were typed, each of the words on it and its data."""


def newest(unit: Unit, chat_id: int, named: Named, sent: Sent) -> events.Event | None:
    """The tap on the button of an order that was typed; None where it isn't clear which, or that isn't enough."""
    bodies = _shown(unit, chat_id)
    for row_id in sorted(bodies, reverse=True):
        buttons = [(label, data) for row in bodies[row_id]["rows"] for label, data, *_ in row if data]
        if not (found := named(buttons)):
            continue
        event = read(found.pop()) if len(found) == 1 else None
        if not isinstance(event, _Done) or came_before(unit, sent, row_id):
            return None
        # What comes of it would stand on the card, which may be far above.
        return events.ShowTapped(event.reference) if isinstance(event, events.RefreshTapped) else event
    return None


def _shown(unit: Unit, chat_id: int) -> dict[int, Mapping[str, Any]]:
    """The messages of the bot in a chat as they are by now, by the row that brought each."""
    rows: dict[int, int] = {}
    shown: dict[int, Mapping[str, Any]] = {}
    for row in outbox.lately(unit.tx, chat_id, _LOOKED_AT):
        body = json.loads(row.body)
        if "rows" not in body:
            # What it said is pruned.
            continue
        brought = row.edits or rows.get(body["message_id"] or 0, row.id)
        if row.edits is None and body["message_id"] is None and row.message_id is not None:
            rows[row.message_id] = row.id
        shown[brought] = body
    return shown
