"""The buttons of a draft, written and read in one place: `verb:draft:revision:argument`.

They name the draft and its revision, so that a tap on an old one is recognised. Buttons that belong to no draft name an
account, an order or a language.
"""

from typing import Final

from bot.conversation import events

_PLAIN: Final[dict[str, type[events.Tap]]] = {
    "s": events.Skipped,
    "b": events.WentBack,
    "x": events.Cancelled,
    "u": events.UsedAnyway,
    "a": events.AddedAnother,
    "c": events.ChangeAsked,
    "r": events.RemoveAsked,
    "d": events.ListDone,
    "e": events.EditAsked,
    "k": events.Confirmed,
    "o": events.Continued,
    "t": events.CategoriesAsked,
    "y": events.Kept,
    "q": events.SearchAsked,
    "l": events.AllAsked,
    "j": events.PasteUndone,
}
_WITH_ORDER: Final[dict[str, type[events.StartedAnew | events.KeptForLater]]] = {
    "n": events.StartedAnew,
    "m": events.KeptForLater,
}
_NUMBERED: Final[dict[str, type[events.Chose | events.ItemPicked | events.FieldPicked | events.Paged]]] = {
    "v": events.Chose,
    "i": events.ItemPicked,
    "f": events.FieldPicked,
    "p": events.Paged,
}
_VERBS: Final = {kind: verb for verb, kind in (_PLAIN | _NUMBERED | _WITH_ORDER).items()}
_PRODUCT: Final = "w"
_CATEGORY: Final = "g"
_EARLIER: Final = "h"
_UNDO: Final = "z"
_OPEN: Final = "dopen"
_REMOVE: Final = "ddrop"
_REMOVING: Final = "ddrops"
LONGEST: Final = 64
"""Bytes that a button carries."""
_LARGEST: Final = 10**9


def tap(event: events.Tap) -> str:
    """The data of a button whose tap is to mean this event. Raises KeyError for an event that no button has."""
    head = f"{event.draft}:{event.revision}"
    if isinstance(event, events.StartedAnew | events.KeptForLater):
        plain = f"{_VERBS[type(event)]}:{head}:{event.account}"
        whole = f"{plain}:{event.answer}"
        # What is too long for a button is known by the draft that asks.
        return whole if event.answer and len(whole.encode()) <= LONGEST else plain
    if isinstance(event, events.Picked):
        return f"{_PRODUCT}:{head}:{event.id}"
    if isinstance(event, events.CategoryPicked):
        return f"{_CATEGORY}:{head}:{event.key}"
    if isinstance(event, events.EarlierPicked):
        return f"{_EARLIER}:{head}:{event.key}"
    verb = _VERBS[type(event)]
    if isinstance(event, events.Chose | events.ItemPicked | events.FieldPicked):
        return f"{verb}:{head}:{event.index}"
    if isinstance(event, events.Paged):
        return f"{verb}:{head}:{event.page}"
    return f"{verb}:{head}"


def undo(draft: str) -> str:
    """The data of the button that takes the cancelling of a draft back, at whatever revision it was."""
    return f"{_UNDO}:{draft}"


def pick(draft: str) -> str:
    """The data of a button that opens a draft, at whatever revision it is."""
    return f"{_OPEN}:{draft}"


def remove(draft: str) -> str:
    """The data of a button that takes a draft out of the list."""
    return f"{_REMOVE}:{draft}"


def removing() -> str:
    """The data of the button that asks which draft is to go."""
    return _REMOVING


def read(data: str) -> events.Event:
    """The event that a draft's button means; `TapUnreadable` for whatever was never written here."""
    match data.split(":"):
        case [verb, draft] if verb == _UNDO and draft:
            return events.Undone(draft)
        case [verb, draft] if verb == _OPEN and draft:
            return events.DraftPicked(draft)
        case [verb, draft] if verb == _REMOVE and draft:
            return events.DraftRemoved(draft)
        case [verb] if verb == _REMOVING:
            return events.DraftsRequested(removing=True)
        case [verb, draft, revision, *rest] if draft and (number := _number(revision)) is not None:
            return _tap(verb, draft, number, rest)
        case _:
            return events.TapUnreadable()


def _tap(verb: str, draft: str, revision: int, rest: list[str]) -> events.Event:
    match verb, rest:
        case _, [account] if verb in _WITH_ORDER:
            return _WITH_ORDER[verb](draft, revision, account)
        case _, [account, *answer] if verb in _WITH_ORDER and (product := ":".join(answer)):
            return _WITH_ORDER[verb](draft, revision, account, product)
        case "w", [_, *_] if product := ":".join(rest):
            return events.Picked(draft, revision, product)
        case "g", [key] if key:
            return events.CategoryPicked(draft, revision, key)
        case "h", [key] if key:
            return events.EarlierPicked(draft, revision, key)
        case _, [] if verb in _PLAIN:
            return _PLAIN[verb](draft, revision)
        case _, [argument] if verb in _NUMBERED and (number := _number(argument)) is not None:
            return _NUMBERED[verb](draft, revision, number)
        case _:
            return events.TapUnreadable()


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LARGEST)):
        return None
    return int(text)
