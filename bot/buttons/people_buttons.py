"""The buttons of the address book: a page of it, somebody in it, and forgetting them or not.

`pl:page:text` and `pp:id:text`; the text comes last, as it may hold anything. They belong to no draft, and fit in any
phase.
"""

from typing import Final

from bot.conversation import events

_LIST: Final = "pl"
_SHOW: Final = "pp"
_FORGET: Final = "pf"
_REMEMBER: Final = "pu"
_LONGEST: Final = 64
"""Bytes that a button carries."""
_DIGITS: Final = 3
_ID: Final = 32


def page(number: int, text: str = "") -> str:
    """The data of a button that shows a page of the address book; a text that is too long for one is left out."""
    return _with(f"{_LIST}:{number}:", text)


def show(contact: str, text: str = "") -> str:
    """The data of a button that shows somebody; from there the people whom the text fits can be gone back to."""
    return _with(f"{_SHOW}:{contact}:", text)


def forget(contact: str) -> str:
    return f"{_FORGET}:{contact}"


def remember(contact: str) -> str:
    """The data of the button that takes a forgetting back."""
    return f"{_REMEMBER}:{contact}"


def _with(head: str, text: str) -> str:
    fits = text.isprintable() and len((head + text).encode(errors="replace")) <= _LONGEST
    return head + text if fits else head


def read(data: str) -> events.Event | None:
    """The event of a button of the address book; None for one that is none of these."""
    verb, _, rest = data.partition(":")
    if verb not in {_LIST, _SHOW, _FORGET, _REMEMBER}:
        return None
    head, _, text = rest.partition(":")
    if verb == _LIST:
        is_page = head.isascii() and head.isdigit() and len(head) <= _DIGITS
        return events.PeopleRequested(text, int(head)) if is_page else events.TapUnreadable()
    if not head or len(head) > _ID or (text and verb != _SHOW):
        return events.TapUnreadable()
    if verb == _SHOW:
        return events.PersonTapped(head, text)
    return events.PersonForgotten(head) if verb == _FORGET else events.PersonRemembered(head)
