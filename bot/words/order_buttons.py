"""What the buttons of orders carry: `verb:reference:attempt:argument`. They belong to no draft and fit in any phase.

`attempt` is the sending that was shown: a button of an earlier one changes nothing.
"""

from dataclasses import dataclass
from typing import Final

from bot.conversation import order_events as o
from bot.conversation.events import Event, TapUnreadable

GIVE_UP_NUMBER: Final = "unname"
_LONGEST: Final = 64
"""Bytes that a button carries."""
_STOP, _LOOK, _NAME, _IS, _EVIDENCE, _REOPEN = "stop", "look", "name", "is", "unknown", "reopen"
_REFRESH, _SHOW, _AGAIN, _NOTIFY = "refresh", "show", "again", "notify"
_DECISIONS: Final = {o.Decision.NOT_PLACED: "notplaced", o.Decision.RESEND: "resend"}


@dataclass(frozen=True, slots=True)
class OrderTapped(Event):
    """Base of the buttons of orders; the journal has to say what they mean by now."""

    reference: str


@dataclass(frozen=True, slots=True)
class ReopenTapped(OrderTapped):
    """The button under an order that was not placed."""


@dataclass(frozen=True, slots=True)
class EvidenceTapped(OrderTapped):
    """An order in the list of those of unknown outcome."""


@dataclass(frozen=True, slots=True)
class RefreshTapped(OrderTapped):
    """The card's button: the supplier is asked now."""


@dataclass(frozen=True, slots=True)
class ShowTapped(OrderTapped):
    """An order in a list, or among several: it is shown as it is now."""


@dataclass(frozen=True, slots=True)
class AgainTapped(OrderTapped):
    """`Order again`."""


@dataclass(frozen=True, slots=True)
class NoticesTapped(Event):
    """A choice of what to be told of."""

    chosen: str


@dataclass(frozen=True, slots=True)
class StopTapped(OrderTapped):
    attempts: int


@dataclass(frozen=True, slots=True)
class LookTapped(OrderTapped):
    attempts: int


@dataclass(frozen=True, slots=True)
class NameTapped(OrderTapped):
    """`Found it`."""

    attempts: int


@dataclass(frozen=True, slots=True)
class DecisionTapped(OrderTapped):
    """A decision that needs nothing more; `number` for one that was found."""

    attempts: int
    decision: o.Decision
    number: str = ""


_NAMING_ONLY: Final[dict[str, type[OrderTapped]]] = {
    _REOPEN: ReopenTapped,
    _EVIDENCE: EvidenceTapped,
    _REFRESH: RefreshTapped,
    _SHOW: ShowTapped,
    _AGAIN: AgainTapped,
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
    """What to be told of: all, important or none."""
    return f"{_NOTIFY}:{chosen}"


def stop(reference: str, attempts: int) -> str:
    return f"{_STOP}:{reference}:{attempts}"


def look(reference: str, attempts: int) -> str:
    return f"{_LOOK}:{reference}:{attempts}"


def name_number(reference: str, attempts: int) -> str:
    return f"{_NAME}:{reference}:{attempts}"


def decided(reference: str, attempts: int, decision: o.Decision) -> str:
    """Raises KeyError for a decision that needs a number."""
    return f"{_DECISIONS[decision]}:{reference}:{attempts}"


def number_is(reference: str, attempts: int, number: str) -> str | None:
    """The order was found under this number; None when no button can carry it."""
    data = f"{_IS}:{reference}:{attempts}:{number}"
    return data if number.strip() and number.isprintable() and len(data.encode()) <= _LONGEST else None


def read(data: str) -> Event | None:
    """What a button of an order means; None for one that is none, `TapUnreadable` for one that was never written."""
    verb, _, rest = data.partition(":")
    if data == GIVE_UP_NUMBER:
        return o.NumberGivenUp()
    if verb in _NAMING_ONLY:
        return _NAMING_ONLY[verb](rest) if rest else TapUnreadable()
    if verb == _NOTIFY:
        return NoticesTapped(rest)
    if verb in {_STOP, _LOOK, _NAME, _IS, *_DECISIONS.values()}:
        return _about_a_sending(verb, *rest.split(":", 2))
    return None


def _about_a_sending(verb: str, reference: str, attempt: str = "", number: str = "") -> Event:
    if not (reference and attempt.isascii() and attempt.isdigit()) or (verb == _IS) != bool(number):
        return TapUnreadable()
    attempts = int(attempt[:9])
    match verb:
        case "stop":
            return StopTapped(reference, attempts)
        case "look":
            return LookTapped(reference, attempts)
        case "name":
            return NameTapped(reference, attempts)
        case "is":
            return DecisionTapped(reference, attempts, o.Decision.FOUND, number)
        case _:
            decision = next(d for d, written in _DECISIONS.items() if written == verb)
            return DecisionTapped(reference, attempts, decision)
