"""The buttons of orders: `verb:reference:attempt:argument`. They belong to no draft, so they fit in any phase.

`attempt` is the sending that was shown: a button of an earlier one changes nothing.
"""

from typing import Final

from bot.conversation import events
from bot.conversation.events import Event, TapUnreadable

GIVE_UP_NUMBER: Final = "unname"
_LONGEST: Final = 64
"""Bytes that a button carries."""
_STOP, _LOOK, _NAME, _IS, _EVIDENCE, _REOPEN = "stop", "look", "name", "is", "unknown", "reopen"
_REFRESH, _SHOW, _AGAIN, _NOTIFY = "refresh", "show", "again", "notify"
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
    if verb in {_STOP, _LOOK, _NAME, _IS, *_DECISIONS.values()}:
        return _about_a_sending(verb, *rest.split(":", 2))
    return None


def _about_a_sending(verb: str, reference: str, attempt: str = "", number: str = "") -> Event:
    if not (reference and attempt.isascii() and attempt.isdigit()) or (verb == _IS) != bool(number):
        return TapUnreadable()
    attempts = int(attempt[:9])
    match verb:
        case "stop":
            return events.StopTapped(reference, attempts)
        case "look":
            return events.LookTapped(reference, attempts)
        case "name":
            return events.NameTapped(reference, attempts)
        case "is":
            return events.DecisionTapped(reference, attempts, events.Decision.FOUND, number)
        case _:
            decision = next(d for d, written in _DECISIONS.items() if written == verb)
            return events.DecisionTapped(reference, attempts, decision)
