"""The commands by their names, and the one that a mistyped name was meant to be.

A command is the same event whether it is typed after a slash, said in plain words or tapped on a button, so that this
is the only place that knows which they are.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.conversation import events
from bot.conversation.slips import nearly
from bot.conversation.views import Wanted
from providers.cleaning import typed_number

_BARE: Final[Mapping[str, Callable[[], events.Event]]] = {
    "start": events.Started,
    "help": events.HelpRequested,
    "unknown": events.UnknownRequested,
    "balance": events.BalanceRequested,
    "cancel": events.CancelRequested,
    "language": events.LanguageRequested,
    "notify": events.NoticesRequested,
}
_WITH_TEXT: Final = ("order", "status", "orders", "drafts", "people", "sheet")
_DIGITS: Final = 4
"""Of a place in a list."""
NAMES: Final = (*_WITH_TEXT, *_BARE)


def takes_text(name: str) -> bool:
    """Check whether what stands behind a command's name means anything."""
    return name in _WITH_TEXT


def event_of(name: str, rest: str = "", replied: tuple[str, ...] = ()) -> events.Event | None:
    """The event of a command, with the text behind it; None for a name that is none of ours.

    `replied` are the numbers in the message of ours that it is a reply to.
    """
    match name:
        case "order":
            account, answer = [*rest.split(maxsplit=1), "", ""][:2]
            return events.OrderRequested(account, answer)
        case "status":
            return events.StatusRequested(rest, replied=replied)
        case "orders":
            return events.OrdersRequested(wanted=Wanted(text=rest))
        case "sheet":
            account, more = [*rest.split(maxsplit=1), "", ""][:2]
            return events.SheetRequested(account, more)
        case "drafts":
            place = typed_number(rest)
            is_place = place.isascii() and place.isdigit() and len(place) <= _DIGITS and int(place) > 0
            return events.DraftPicked(place=int(place)) if is_place else events.DraftsRequested()
        case "people":
            return events.PeopleRequested(rest)
        case _:
            return _BARE[name]() if name in _BARE else None


def nearest(name: str) -> str:
    """The command whose name is most like this one; empty where none is."""
    return "".join(nearly(name.lower(), NAMES)[:1])
