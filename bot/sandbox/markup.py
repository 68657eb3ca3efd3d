"""Telegram's HTML as its server reads it: what a real bot would be refused for must be refused here, in the same words.

Rules and wording: Bot API, "Formatting options", and the observed answers of the public server. Offsets and lengths of
entities are UTF-16 code units; the offsets in error texts are UTF-8 bytes of what was sent. `tg-emoji` is left out:
only bots with a bought username may use it.
"""

import re
from dataclasses import dataclass, replace

from bot.sandbox.formatted import Entity, Formatted, cleaned, utf16_length

ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#(?P<decimal>[0-9]{1,9})|#[xX](?P<hex>[0-9a-fA-F]{1,8})|(?P<name>[a-zA-Z]+));?")
_NAME = re.compile(rb"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(rb"[^\s=>]*")
_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_SPACE = re.compile(rb"\s*")
_PLAIN = re.compile(rb"[^<&]+")
_LARGEST_CODE_POINT = 0x10FFFF


class MarkupError(ValueError):
    """The HTML can't be read; the text is what Telegram puts after "can't parse entities: "."""


def parse_html(source: str) -> Formatted:
    """Read `source` as Telegram's HTML and return the trimmed text with its entities, outermost first.

    Raises MarkupError in the server's words.
    """
    return _trimmed(_Reader(cleaned(source).encode()).read())


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text.strip()
    before = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    end = utf16_length(text)
    kept = []
    for entity in formatted.entities:
        first = min(max(entity.offset - before, 0), end)
        last = min(max(entity.offset + entity.length - before, 0), end)
        if last > first:
            kept.append(replace(entity, offset=first, length=last - first))
    return Formatted(text, tuple(kept))


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    place: int
    """Where its entity stands in the list: an outer one comes before what it holds."""
    offset: int
    start: int
    href: str


class _Reader:
    """One pass over the UTF-8 bytes, because Telegram's error texts count bytes."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._units = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity | None] = []

    def read(self) -> Formatted:
        while self._at < len(self._source):
            if self._source.startswith(b"</", self._at):
                self._end_tag()
            elif self._source.startswith(b"<", self._at):
                self._start_tag()
            elif self._source.startswith(b"&", self._at):
                self._add(cleaned(self._reference()))
            else:
                self._add(self._take(_PLAIN).decode())
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return Formatted("".join(self._text), tuple(entity for entity in self._entities if entity))

    def _add(self, text: str) -> None:
        self._text.append(text)
        self._units += utf16_length(text)

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self._source, self._at)
        taken = found.group() if found else b""
        self._at += len(taken)
        return taken

    def _peek(self) -> bytes:
        return self._source[self._at : self._at + 1]

    def _reference(self) -> str:
        found = _REFERENCE.match(self._source, self._at)
        if found is None:
            self._at += 1
            return "&"
        self._at = found.end()
        if found["name"]:
            return _NAMED.get(found["name"], found.group().decode())
        code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
        if not 0 < code <= _LARGEST_CODE_POINT:
            return found.group().decode()
        if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004  the surrogates' range is a fact of Unicode
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return chr(code)

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take(_NAME).decode().lower()
        if not self._peek():
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        if name not in ENTITY_TYPES:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._entities.append(None)
        place = len(self._entities) - 1
        self._open.append(_OpenTag(name, place, self._units, len(self._text), attributes.get("href", "")))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Read up to and over the tag's `>`."""
        found: dict[str, str] = {}
        while True:
            self._take(_SPACE)
            if self._peek() == b">":
                self._at += 1
                return found
            name = self._take(_ATTRIBUTE_NAME).decode().lower()
            self._take(_SPACE)
            if not self._peek():
                raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            found[name] = ""
            if self._peek() == b"=":
                self._at += 1
                found[name] = self._attribute_value(tag, begin)

    def _attribute_value(self, tag: str, begin: int) -> str:
        self._take(_SPACE)
        quote = self._peek()
        if not quote:
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if quote not in {b'"', b"'"}:
            start = self._at
            token = self._take(_TOKEN).decode().lower()
            if self._peek() != b">" and not self._peek().isspace():
                raise MarkupError(f"Unexpected end of name token at byte offset {start}")
            return token
        self._at += 1
        parts: list[str] = []
        inside = re.compile(rb"[^&" + quote + rb"]+")
        while self._peek() != quote:
            if not self._peek():
                raise MarkupError(f"Unclosed start tag at byte offset {begin}")
            parts.append(self._reference() if self._peek() == b"&" else self._take(inside).decode())
        self._at += 1
        return "".join(parts)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = self._take(_NAME).decode().lower()
        self._take(_SPACE)
        if self._peek() != b">":
            raise MarkupError(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        tag = self._open.pop()
        if name not in {"", tag.name}:
            raise MarkupError(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        url = _link(tag.href or "".join(self._text[tag.start :])) if tag.name == "a" else ""
        if self._units > tag.offset and (url or tag.name != "a"):
            self._entities[tag.place] = Entity(ENTITY_TYPES[tag.name], tag.offset, self._units - tag.offset, url)


def _link(address: str) -> str:
    """The address as Telegram keeps it; empty when it is none (the text then stays without a link)."""
    if re.match(r"(?i)(https?|tg)://[^\s/]", address):
        return address
    return f"http://{address}" if re.fullmatch(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?", address) else ""
