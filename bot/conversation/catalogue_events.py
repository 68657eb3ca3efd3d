"""What people do with the catalogue at a question. What it knows of a product comes with the event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.events import Tap


@dataclass(frozen=True, slots=True)
class Picked(Tap):
    """The button of a product; `facts` as in `Answered`. The button names the product itself, not its place."""

    id: str = ""
    facts: Mapping[str, Any] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CategoriesAsked(Tap):
    pass


@dataclass(frozen=True, slots=True)
class CategoryPicked(Tap):
    """A category, by the short key that it has in every list."""

    key: str = ""
