"""What is learnt about placed orders after they were placed, and what people ask about them, in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation.events import Event
from bot.conversation.state import Path
from bot.conversation.views import Freshness, OrderView


@dataclass(frozen=True, slots=True)
class StatusAnswered(Event):
    """A question about an order is answered, by the supplier or in its stead; `now` in UTC microseconds."""

    order: OrderView
    freshness: Freshness
    now: int = 0


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """The supplier says something else of an order than before (`was`); `tell`: whoever ordered is to hear of it."""

    order: OrderView
    was: OrderView
    tell: bool = False


@dataclass(frozen=True, slots=True)
class SearchedElsewhere(Event):
    """Every supplier was asked for a number that isn't in the journal.

    `found` have no reference. `unreached` are the accounts that didn't answer; `near` are orders of ours with numbers
    like it.
    """

    query: str
    found: tuple[OrderView, ...] = ()
    unreached: tuple[str, ...] = ()
    near: tuple[OrderView, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshAsked(Event):
    """`Refresh` on the card of an order."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class OrderedAgain(Event):
    """`Order again` under an order; `facts` are what the catalogue knows of its products by now, each with its path."""

    order: OrderView
    facts: tuple[tuple[Path, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class NoticesRequested(Event):
    """`/notify`, or a choice there, which the desk has stored; `chosen` is what holds now: all, important or none."""

    chosen: str = "all"
    changed: bool = False
