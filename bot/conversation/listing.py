"""The orders that a person wants to see listed, and the page of them that the journal has."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.conversation.views import OrderView
from providers.orders import Status

STATES: Final = ("open", "unknown", *Status, "not placed")
"""The states of an order: the words of `storage.orders.Order.state`."""


class Days(StrEnum):
    """Days of the settings' time zone on which orders were confirmed."""

    ANY = "any"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"  # today and the six days before


class Menu(StrEnum):
    """The menu that the message of a list shows below it instead of turning pages."""

    NONE = "none"
    ACCOUNT = "account"
    STATE = "state"
    DAYS = "days"
    PERSON = "person"
    SEARCH = "search"


class Direction(StrEnum):
    """The way from an order: to those confirmed before it, or after it."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The orders wanted. Empty means any; `person` is a Telegram user id, 0 for anybody.

    `beside` is the reference of the order from which a page goes on; empty for the newest.
    """

    account: str = ""
    state: str = ""
    days: Days = Days.ANY
    person: int = 0
    text: str = ""
    turn: Direction = Direction.OLDER
    beside: str = ""
    menu: Menu = Menu.NONE

    @property
    def narrowed(self) -> bool:
        """Check whether some orders are left out."""
        return bool(self.account or self.state or self.person or self.text) or self.days is not Days.ANY


EVERYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Listing:
    """The facts beside the orders of a page.

    `newer` and `older`: there are further pages. `people` (ids and names) may be filtered by; with none of them a
    person sees their own orders only. `reader` is who looks. `looked_for` is how many orders a search found, with `cut`
    when there may be more; `too_short`: the text is none that can be looked for.
    """

    newer: bool = False
    older: bool = False
    people: tuple[tuple[int, str], ...] = ()
    reader: int = 0
    looked_for: int = 0
    cut: bool = False
    too_short: bool = False


NOTHING_BESIDE: Final = Listing()


@dataclass(frozen=True, slots=True)
class Page:
    """Orders of a list, newest first. `wanted` has what the asker is not allowed to see, or meant, put right."""

    wanted: Wanted
    orders: tuple[OrderView, ...] = ()
    listing: Listing = NOTHING_BESIDE
