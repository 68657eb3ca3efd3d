"""The memory of inline mode: who typed what after the bot's name, and what the bot offered for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.formatted import Formatted


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One thing to choose; choosing it sends `content`. `thumbnail_url` is empty or an http(s) address."""

    result_id: str
    title: str
    content: Formatted
    description: str = ""
    thumbnail_url: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the page shows it."""
        return {
            "id": self.result_id,
            "title": self.title,
            "description": self.description,
            "thumbnail_url": self.thumbnail_url,
        }


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The results for a query, and until when (seconds since 1970) Telegram gives them without asking the bot."""

    results: Mapping[str, InlineResult]
    next_offset: str
    is_personal: bool
    cached_until: float


@dataclass(slots=True)
class TypedQuery:
    """The words that somebody typed; `offset` is what the bot gave with the results before, empty at first."""

    query_id: str
    user_id: int
    query: str
    offset: str
    date: int
    answer: InlineAnswer | None = None
