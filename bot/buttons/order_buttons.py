"""The buttons of orders: `verb:reference:attempt:argument`. They belong to no draft, so they fit in any phase.

`attempt` is the sending that was shown: a button of an earlier one changes nothing.
"""

from typing import Final

from bot.conversation import events
from bot.conversation.events import Event, TapUnreadable
from bot.conversation.views import EvidenceView

GIVE_UP_NUMBER: Final = "unname"
_LONGEST: Final = 64
"""Bytes that a button carries."""
_STOP, _LOOK, _NAME, _IS, _EVIDENCE, _REOPEN = "stop", "look", "name", "is", "unknown", "reopen"
_REFRESH, _SHOW, _AGAIN, _NOTIFY, _PARCELS = "refresh", "show", "again", "notify", "parcels"
_TELL, _OTHERS = "tell", "others"
_VIEWS: Final = {view: str(view) for view in EvidenceView}
_DECISIONS: Final = {events.Decision.NOT_PLACED: "notplaced", events.Decision.RESEND: "resend"}
_NAMING_ONLY: Final[dict[str, type[events.OrderTapped]]] = {
    _REOPEN: events.ReopenTapped,
    _EVIDENCE: events.EvidenceTapped,
    _REFRESH: events.RefreshTapped,
    _SHOW: events.ShowTapped,
    _AGAIN: events.AgainTapped,
}
"""Buttons that carry a reference and nothing else."""


def reopen(reference: str) -> str:
    return f"{_REOPEN}:{reference}"


def show_evidence(reference: str) -> str:
    return f"{_EVIDENCE}:{reference}"


def refresh(reference: str) -> str:
    return f"{_REFRESH}:{reference}"


def show(reference: str) -> str:
    return f"{_SHOW}:{reference}"


def parcels(reference: str, page: int = 0) -> str:
    """All parcels of an order: a page in the place of another one, or the first one in a message of its own."""
    return f"{_PARCELS}:{reference}:{page}"


def again(reference: str) -> str:
    return f"{_AGAIN}:{reference}"


def notify(chosen: str) -> str:
    """A choice of notices: all, important or none."""
    return f"{_NOTIFY}:{chosen}"


def stop(reference: str, attempts: int) -> str:
    return f"{_STOP}:{reference}:{attempts}"


def look(reference: str, attempts: int) -> str:
    return f"{_LOOK}:{reference}:{attempts}"


def name_number(reference: str, attempts: int) -> str:
    return f"{_NAME}:{reference}:{attempts}"


def decided(reference: str, attempts: int, decision: events.Decision) -> str:
    """Raises KeyError for a decision that needs a number."""
    return f"{_DECISIONS[decision]}:{reference}:{attempts}"


def evidence(reference: str, attempts: int, view: EvidenceView) -> str:
    return f"{_VIEWS[view]}:{reference}:{attempts}"


def tell_later(reference: str, attempts: int) -> str:
    return f"{_TELL}:{reference}:{attempts}"


def not_placed_in_spite_of(reference: str, attempts: int, marks: str) -> str:
    """The decision of somebody who was shown what speaks against it, which `marks` name."""
    return f"{_OTHERS}:{reference}:{attempts}:{marks}"


def number_is(reference: str, attempts: int, number: str) -> str | None:
    """The order was found under this number; None when no button can carry it."""
    data = f"{_IS}:{reference}:{attempts}:{number}"
    return data if number.strip() and number.isprintable() and len(data.encode()) <= _LONGEST else None


def read(data: str) -> Event | None:
    """The event of an order's button; None for one that is none, `TapUnreadable` for one that was never written."""
    verb, _, rest = data.partition(":")
    if data == GIVE_UP_NUMBER:
        return events.NumberGivenUp()
    if verb in _NAMING_ONLY:
        return _NAMING_ONLY[verb](rest) if rest else TapUnreadable()
    if verb == _NOTIFY:
        return events.NoticesTapped(rest)
    if verb in {_STOP, _LOOK, _NAME, _IS, _TELL, _OTHERS, _PARCELS, *_VIEWS.values(), *_DECISIONS.values()}:
        return _about_a_sending(verb, *rest.split(":", 2))
    return None


def _about_a_sending(verb: str, reference: str, attempt: str = "", argument: str = "") -> Event:
    if not (reference and attempt.isascii() and attempt.isdigit()) or (verb in {_IS, _OTHERS}) != bool(argument):
        return TapUnreadable()
    attempts = int(attempt[:9])
    match verb:
        case "stop":
            return events.StopTapped(reference, attempts)
        case "look":
            return events.LookTapped(reference, attempts)
        case "name":
            return events.NameTapped(reference, attempts)
        case "parcels":
            return events.ParcelsTapped(reference, attempts)
        case "tell":
            return events.TellLaterTapped(reference, attempts)
        case "is":
            return events.DecisionTapped(reference, attempts, events.Decision.FOUND, argument)
        case "others":
            return events.DecisionTapped(reference, attempts, events.Decision.NOT_PLACED, against=argument)
        case _ if verb in _VIEWS.values():
            return events.EvidenceTurned(reference, attempts, EvidenceView(verb))
        case _:
            decision = next(d for d, written in _DECISIONS.items() if written == verb)
            return events.DecisionTapped(reference, attempts, decision)
