"""The buttons of a list of orders: each carries the whole selection of orders in Telegram's 64 bytes.

`ls:menu:account:state:days:person:beside:text`. The text comes last, as it may hold anything; of one that there is no
room for, `lt:...` has the mark that stands for it. Nothing else is kept between two taps, so a list works as long as
its message is there, and disturbs no draft. The number of a row carries the order beside the selection, so that the
order leads back to its page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Final, TypeVar
from zlib import crc32

from bot.conversation.events import Event, OrdersRequested, ShowTapped, TapUnreadable
from bot.conversation.views import STATES, Days, Direction, Menu, Wanted

W = TypeVar("W", bound=str)
MOST_TEXT: Final = 18
"""Bytes of a text that there is always room for."""
_VERB: Final = "ls"
_MARKED: Final = "lt"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_MENUS: Final = dict(zip(Menu, "-asdpt", strict=True))
_DAYS: Final = dict(zip(Days, "-tyw", strict=True))
_TURNS: Final = {Direction.OLDER: "<", Direction.NEWER: ">", Direction.AT: "="}
_OPEN: Final = "o"
"""In the place of a menu: the order itself is wanted."""


# A letter stays that of its word; a new word gets the next one.
_STATES: Final = {"": "-", **dict(zip(STATES, "abcdefghijklmnop", strict=False))}
_ACCOUNT: Final = re.compile("[0-9a-z]{4}|")
_PERSON: Final = re.compile("[0-9a-z]{1,13}")
_BESIDE: Final = re.compile("[<>=][0-9]{1,15}|")
_MARK: Final = re.compile("[0-9a-z]{1,13}")
_PARTS: Final = 8


def show(wanted: Wanted) -> str:
    """The data of a button that shows these orders."""
    return _data(_MENUS[wanted.menu], wanted)


def show_order(wanted: Wanted, reference: str) -> str:
    """The data of a button that shows an order of a list, from which its page can be gone back to."""
    return _data(_OPEN, replace(wanted, turn=Direction.AT, beside=reference))


def _data(menu: str, wanted: Wanted) -> str:
    account = account_code(wanted.account) if wanted.account else ""
    beside = f"{_TURNS[wanted.turn]}{wanted.beside}" if wanted.beside else ""
    filters = f"{account}:{_STATES[wanted.state]}:{_DAYS[wanted.days]}:{_in_base_36(wanted.person)}"
    verb, text = (_VERB, wanted.text) if fits(wanted.text) else (_MARKED, mark_of(wanted.text))
    return f"{verb}:{menu}:{filters}:{beside}:{text}"


def fits(text: str) -> bool:
    """True if buttons can carry a text that was looked for; else it has to be kept under its mark."""
    return len(text.encode()) <= MOST_TEXT


def mark_of(text: str) -> str:
    """At most 13 characters that stand for a text, the same for the same text."""
    return _in_base_36(int.from_bytes(blake2b(text.encode(), digest_size=8).digest()))


def account_code(name: str) -> str:
    """Four characters that stand for an account, as its name may be too long."""
    return _in_base_36(crc32(name.encode()) % 36**4).rjust(4, "0")


def account_of(code: str, names: Iterable[str]) -> str | None:
    """The account that `account_code` stands for; None when it is no longer there."""
    return next((name for name in names if account_code(name) == code), None)


def read(data: str) -> Event | None:
    """The list, or the order in it, that a button asks for; None for a button that is none of these.

    The account of the list is still a code, and a long text a mark.
    """
    verb, *parts = data.split(":", _PARTS - 1)
    if verb not in {_VERB, _MARKED}:
        return None
    if len(parts) != _PARTS - 1:
        return TapUnreadable()
    menu, account, state, days, person, beside, text = parts
    which = Menu.NONE if menu == _OPEN else _word_of(_MENUS, menu)
    stands, when = _word_of(_STATES, state), _word_of(_DAYS, days)
    if which is None or stands is None or when is None:
        return TapUnreadable()
    if not (_ACCOUNT.fullmatch(account) and _PERSON.fullmatch(person) and _BESIDE.fullmatch(beside)):
        return TapUnreadable()
    if verb == _MARKED and not _MARK.fullmatch(text):
        return TapUnreadable()
    wanted = Wanted(
        account=account,
        state=stands,
        days=when,
        person=min(int(person, 36), 2**63 - 1),
        text=text if verb == _VERB else "",
        mark=text if verb == _MARKED else "",
        turn=_word_of(_TURNS, beside[:1]) or Direction.OLDER,
        beside=beside[1:],
        menu=which,
    )
    if menu == _OPEN:
        return ShowTapped(wanted.beside, wanted) if wanted.beside else TapUnreadable()
    return OrdersRequested(wanted=wanted)


def _word_of(letters: Mapping[W, str], letter: str) -> W | None:
    return next((word for word, its in letters.items() if its == letter), None)


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
