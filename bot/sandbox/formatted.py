"""A text as Telegram keeps it, cleaned and with its formatting beside it, and how to show that on a page.

Offsets and lengths of entities are UTF-16 code units (Bot API, "MessageEntity").
"""

import html
import re
from dataclasses import dataclass
from typing import Any

_RENDERED_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "text_link": "a",
    "spoiler": "tg-spoiler",
    "blockquote": "blockquote",
}
# What Telegram does to every text before anything else: control characters become spaces, and carriage returns and
# the characters that turn the line's direction go.
_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\n\r"}
_DROPPED: dict[int, str] = dict.fromkeys([0x0D, *range(0x2028, 0x202F)], "")
_CLEANED = _CONTROLS | _DROPPED
# A text of nothing but these shows nothing, and Telegram counts it as empty.
_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff]*")


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of formatting; `offset` and `length` in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        return fields | {"url": self.url} if self.url else fields


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as people see it, with its formatting beside it."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def is_empty(self) -> bool:
        return _INVISIBLE.fullmatch(self.text) is not None

    def as_html(self) -> str:
        """The text as clean HTML: only known tags, only our attributes, so a page may show it as it is."""
        units = self.text.encode("utf-16-le", "surrogatepass")
        opened: dict[int, list[str]] = {}
        closed: dict[int, list[str]] = {}
        for entity in self.entities:
            tag = _RENDERED_TAGS.get(entity.type)
            if tag is None:
                continue
            start = f'<a href="{html.escape(entity.url)}">' if tag == "a" else f"<{tag}>"
            opened.setdefault(entity.offset, []).append(start)
            closed.setdefault(entity.offset + entity.length, []).insert(0, f"</{tag}>")
        edges = sorted({0, len(units) // 2, *opened, *closed})
        parts = []
        for here, there in zip(edges, [*edges[1:], edges[-1]], strict=True):
            parts += closed.get(here, []) + opened.get(here, [])
            parts.append(html.escape(units[2 * here : 2 * there].decode("utf-16-le", "surrogatepass"), quote=False))
        return "".join(parts)


def utf16_length(text: str) -> int:
    """UTF-16 code units: what Telegram counts offsets in. Never less than the number of characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(source: str) -> str:
    """The text as Telegram cleans it first: control characters and those that turn the line's direction are out."""
    return source.translate(_CLEANED)


def plain(source: str) -> Formatted:
    """A text without formatting, cleaned and trimmed as Telegram does it."""
    return Formatted(cleaned(source).strip())
