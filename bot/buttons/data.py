"""Reads what a tapped button carries in its 64 bytes; each kind of button writes and reads its own part.

Buttons that belong to no draft name an account, an order or a language.
"""

from typing import Final

from bot.buttons import (
    account_buttons,
    batch_buttons,
    draft_buttons,
    list_buttons,
    order_buttons,
    people_buttons,
    sheet_buttons,
    tray_buttons,
)
from bot.buttons.draft_buttons import LONGEST
from bot.conversation import events
from bot.conversation.commands import event_of

_ORDER: Final = "order"
_LANGUAGE: Final = "language"
_COMMAND: Final = "command"

_KINDS: Final = (
    order_buttons.read,
    list_buttons.read,
    account_buttons.read,
    batch_buttons.read,
    tray_buttons.read,
    people_buttons.read,
    sheet_buttons.read,
)
"""The kinds of buttons that say which they are; each gives None for what is of another kind."""


def order_with(account: str) -> str:
    return f"{_ORDER}:{account}"


def choose_language(language: str) -> str:
    return f"{_LANGUAGE}:{language}"


def command(name: str, rest: str = "") -> str:
    """A command with the text behind it; `fits` says whether that is short enough."""
    return f"{_COMMAND}:{name}:{rest}"


def fits(data: str) -> bool:
    """True if a button can carry this."""
    return data.isprintable() and len(data.encode(errors="replace")) <= LONGEST


def read(data: str) -> events.Event:
    """The event that a button's data means; `TapUnreadable` for whatever was never written here."""
    for kind in _KINDS:
        if (event := kind(data)) is not None:
            return event
    match data.split(":"):
        case ["order", account] if account:
            return events.OrderRequested(account)
        case ["language", language] if language:
            return events.LanguageChosen(language)
        case ["command", name, *rest] if (meant := event_of(name, ":".join(rest))) is not None:
            return meant
        case _:
            return draft_buttons.read(data)
