"""The pieces that a text is taken apart into, before anybody knows which of them belong together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from providers.fields import Part


class Spot(Protocol):
    """A place with full names, empty where a level isn't known; `region` is cn, tw, hk or mo."""

    @property
    def region(self) -> str: ...
    @property
    def province(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def district(self) -> str: ...
    @property
    def postcode(self) -> str: ...


class FoundSpot(Protocol):
    """A place where it stands in a text; see `bot.reading.places`."""

    @property
    def place(self) -> Spot: ...
    @property
    def span(self) -> tuple[int, int]: ...
    @property
    def derived(self) -> frozenset[str]: ...
    @property
    def alternatives(self) -> tuple[Spot, ...]: ...
    @property
    def contradictions(self) -> tuple[str, ...]: ...
    @property
    def renamed(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def short(self) -> bool: ...
    def moved(self, span: tuple[int, int]) -> "FoundSpot": ...


class Divisions(Protocol):
    """All that is asked about places."""

    def find(self, text: str, start: int = 0, *, labelled: bool = False) -> FoundSpot | None: ...
    def by_postcode(self, code: str, region: str) -> tuple[Spot, ...]: ...
    def near(self, place: Spot, name: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an order with its place in the plain text, from `start` to before `end`.

    `doubt` is the code of what makes it doubtful, empty for nothing, and `options` are its other meanings. `title` is
    the question that it answers where its part doesn't say so. `place` goes with an address, whose `answer` is the
    street. `each`: it is how many of each of several things. `weak`: it is a name only where nothing else is; `glued`:
    it is the end of the address before it.
    """

    part: Part | None
    answer: str
    start: int
    end: int
    doubt: str = ""
    options: tuple[str, ...] = ()
    title: str = ""
    of_sender: bool = False
    labelled: bool = False
    place: FoundSpot | None = None
    place_at: int = 0
    weak: bool = False
    glued: bool = False
    each: bool = False

    @property
    def has_street(self) -> bool:
        return self.part is Part.STREET and bool(self.answer)


@dataclass(slots=True)
class TextLine:
    """A line as it was read. `block` counts the blocks that empty lines part; `begins`: something new begins here.

    `signed`: it stands below the mark of a signature.
    """

    pieces: list[Piece]
    unread: list[tuple[int, int]]
    block: int
    begins: bool = False
    row: bool = False
    start: int = 0
    end: int = 0
    signed: bool = False
    seen: set[Part | None] = field(default_factory=set)


def strong_parts(pieces: Iterable[Piece], marked: frozenset[Part]) -> set[Part]:
    """The parts of which a record has only one, as far as these pieces have them."""
    found = {one.part for one in pieces if one.part in marked and not (one.of_sender or one.weak or one.glued)}
    return {part for part in found if part is not None}
