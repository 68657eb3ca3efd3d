"""What a button carries in its 64 bytes, written and read in one place: `verb:draft:revision:argument`.

A draft's buttons name the draft and its revision, so that a tap on an old one is recognised. Buttons that belong to no
draft name an account, an order or a language.
"""

from dataclasses import dataclass
from typing import Final

from bot.conversation import catalogue_events as c
from bot.conversation import events as e
from bot.words import list_buttons, order_buttons

_PLAIN: Final[dict[str, type[e.Tap]]] = {
    "s": e.Skipped,
    "b": e.WentBack,
    "x": e.Cancelled,
    "u": e.UsedAnyway,
    "a": e.AddedAnother,
    "c": e.ChangeAsked,
    "r": e.RemoveAsked,
    "d": e.ListDone,
    "e": e.EditAsked,
    "k": e.Confirmed,
    "o": e.Continued,
    "t": c.CategoriesAsked,
}
_NUMBERED: Final[dict[str, type[e.Chose | e.ItemPicked | e.FieldPicked | e.Paged]]] = {
    "v": e.Chose,
    "i": e.ItemPicked,
    "f": e.FieldPicked,
    "p": e.Paged,
}
_VERBS: Final = {kind: verb for verb, kind in (_PLAIN | _NUMBERED).items()}
_ANEW: Final = "n"
_PRODUCT: Final = "w"
_CATEGORY: Final = "g"
LONGEST: Final = 64
"""Bytes that a button carries."""
_ORDER: Final = "order"
_LANGUAGE: Final = "language"
_LARGEST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: its label, and what a tap on it carries, or else the text that it copies."""

    text: str
    data: str = ""
    copy: str = ""


def tap(event: e.Tap) -> str:
    """The data of a button whose tap is to mean this event. Raises KeyError for an event that no button has."""
    head = f"{event.draft}:{event.revision}"
    if isinstance(event, e.StartedAnew):
        plain = f"{_ANEW}:{head}:{event.account}"
        whole = f"{plain}:{event.answer}"
        # A product too long for a button is asked for anew.
        return whole if event.answer and len(whole.encode()) <= LONGEST else plain
    if isinstance(event, c.Picked):
        return f"{_PRODUCT}:{head}:{event.id}"
    if isinstance(event, c.CategoryPicked):
        return f"{_CATEGORY}:{head}:{event.key}"
    verb = _VERBS[type(event)]
    if isinstance(event, e.Chose | e.ItemPicked | e.FieldPicked):
        return f"{verb}:{head}:{event.index}"
    if isinstance(event, e.Paged):
        return f"{verb}:{head}:{event.page}"
    return f"{verb}:{head}"


def order_with(account: str) -> str:
    return f"{_ORDER}:{account}"


def choose_language(language: str) -> str:
    return f"{_LANGUAGE}:{language}"


def read(data: str) -> e.Event:
    """The event that a button's data means; `TapUnreadable` for whatever was never written here."""
    if (of_an_order := order_buttons.read(data)) is not None:
        return of_an_order
    if (of_a_list := list_buttons.read(data)) is not None:
        return of_a_list
    match data.split(":"):
        case ["order", account] if account:
            return e.OrderRequested(account)
        case ["language", language] if language:
            return e.LanguageChosen(language)
        case [verb, draft, revision, *rest] if draft and (number := _number(revision)) is not None:
            return _draft_tap(verb, draft, number, rest)
        case _:
            return e.TapUnreadable()


def _draft_tap(verb: str, draft: str, revision: int, rest: list[str]) -> e.Event:
    match verb, rest:
        case "n", [account]:
            return e.StartedAnew(draft, revision, account)
        case "n", [account, *answer] if product := ":".join(answer):
            return e.StartedAnew(draft, revision, account, product)
        case "w", [_, *_] if product := ":".join(rest):
            return c.Picked(draft, revision, product)
        case "g", [key] if key:
            return c.CategoryPicked(draft, revision, key)
        case _, [] if verb in _PLAIN:
            return _PLAIN[verb](draft, revision)
        case _, [argument] if verb in _NUMBERED and (number := _number(argument)) is not None:
            return _NUMBERED[verb](draft, revision, number)
        case _:
            return e.TapUnreadable()


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LARGEST)):
        return None
    return int(text)
