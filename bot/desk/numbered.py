"""Reads a number that is typed right below a numbered list as the tap on its button.

Orders and drafts are listed with numbers, and whoever has just asked for a list types the number as often as they tap
it. So that no number means anything but what its sender sees, it counts only while the list is the newest message of
the bot in the chat, apart from orders that were opened from it, and not for long. A reply to the list means it too.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.buttons.data import read
from bot.conversation.events import Event, OrdersRequested, ShowTapped
from bot.desk.screen import Screen, Sent, came_before
from bot.desk.unit import Unit
from bot.words.message import Style
from providers.cleaning import typed_number
from storage import outbox

WITHIN: Final = 600
"""Seconds after which a number below a list may be about anything."""
_LONGEST: Final = 2
"""Digits of a row's number; those of suppliers are longer."""
_LOOKED_AT: Final = 20
"""Messages after the list, most of them changes of others, that are looked at."""


def noted(screen: Screen, unit: Unit, tapped: int | None) -> Screen:
    """The screen with the list that the unit has just shown, in a message of its own or in the `tapped` one."""
    if unit.listed is None:
        return screen
    since = unit.listed
    if unit.is_list_in_place:
        shown = outbox.shown(unit.tx, screen.listed_since) if screen.listed_since else None
        if shown is None or shown.message_id != tapped:
            # A message that isn't known to be the newest takes no numbers.
            return screen
        since = screen.listed_since
    return screen.model_copy(update={"listed": unit.listed, "listed_since": since})


def numbered(unit: Unit, chat_id: int, screen: Screen, text: str, sent: Sent) -> Event | None:
    """The tap that a typed number is; None for any other text, and where no list is meant."""
    number = typed_number(text).rstrip(".、)）")
    if not (screen.listed and number.isdecimal() and len(number) <= _LONGEST):
        return None
    body = _body(unit, screen.listed, sent)
    if body is None or not _is_meant(unit, chat_id, screen, sent):
        return None
    for label, data, *extras in (button for row in body["rows"] for button in row):
        if label == str(int(number)) and Style.DANGER not in extras:
            return read(data)
    return None


def _body(unit: Unit, row_id: int, sent: Sent) -> Mapping[str, Any] | None:
    found = outbox.said(unit.tx, row_id)
    if found is None or abs(sent.date - found.created_at // 1_000_000) > WITHIN:
        return None
    body: Mapping[str, Any] = json.loads(found.body)
    return body


def _is_meant(unit: Unit, chat_id: int, screen: Screen, sent: Sent) -> bool:
    shown = outbox.shown(unit.tx, screen.listed_since)
    if shown is None or came_before(unit, sent, screen.listed_since):
        return False
    if sent.replies_to:
        return sent.replies_to == shown.message_id
    after = outbox.said_after(unit.tx, chat_id, screen.listed_since, _LOOKED_AT)
    return len(after) < _LOOKED_AT and all(_leaves_it(json.loads(body)) for body in after)


def _leaves_it(body: Mapping[str, Any]) -> bool:
    """Check whether a message says nothing new: a page that was turned, or an order that was opened from a list."""
    if body["message_id"] is not None:
        return True
    data = [data for row in body["rows"] for _, data, *_ in row]
    return any(isinstance(read(one), OrdersRequested) for one in data) and not any(map(_is_of_a_list, data))


def _is_of_a_list(data: str) -> bool:
    event = read(data)
    return isinstance(event, ShowTapped) and event.listed is not None
