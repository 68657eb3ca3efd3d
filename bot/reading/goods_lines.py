"""Lines of goods among lines of people: if they are those of whoever stands above them, or nobody can tell whose.

A parcel with somebody else's goods is worse than a question, so only a text that goes the same way all through is read.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.reading.pieces import TextLine, strong_parts
from providers.fields import Part

_OF_PEOPLE: Final = frozenset({Part.NAME, Part.PHONE, Part.STREET})
_GOODS: Final = frozenset({Part.PRODUCT})
_PERSON: Final = "person"
_OF_GOODS: Final = frozenset({Part.PRODUCT, Part.QUANTITY})


class GoodsPlace(StrEnum):
    """The place of goods that have lines of their own."""

    ABOVE = "above"  # of whoever gets them
    BELOW = "below"
    UNCLEAR = "unclear"  # some are between two people
    ONCE = "once"  # there are none, or they are for all


def is_of_goods(line: TextLine) -> bool:
    """True for a line of goods that says nothing of a person."""
    return bool(strong_parts(line.pieces, _GOODS)) and not strong_parts(line.pieces, _OF_PEOPLE)


def goods_place(lines: Sequence[TextLine]) -> GoodsPlace:
    """The place that the goods of a text have, as far as all of its people have them at the same one."""
    kinds: list[str] = []
    person: set[Part] = set()
    for line in lines:
        comes = strong_parts(line.pieces, _OF_PEOPLE)
        if is_of_goods(line):
            if not kinds:
                return GoodsPlace.ABOVE
            if any(piece.each for piece in line.pieces):
                return GoodsPlace.ONCE
            kinds += ["goods"] if kinds[-1] == _PERSON else []
        elif comes and strong_parts(line.pieces, _GOODS):
            return GoodsPlace.ONCE
        elif comes:
            if not kinds or is_another(comes, person, behind_goods=kinds[-1] != _PERSON):
                kinds.append(_PERSON)
                person = set()
            person |= comes
    if kinds and kinds[-1] == _PERSON and Part.STREET not in person:
        # The name and number of whoever wrote it.
        kinds.pop()
    if kinds in ([], [_PERSON] * len(kinds), [_PERSON] * (len(kinds) - 1) + kinds[-1:]):
        return GoodsPlace.ONCE
    alternate = all(one != other for one, other in pairwise(kinds))
    return GoodsPlace.BELOW if alternate and kinds[-1] != _PERSON else GoodsPlace.UNCLEAR


def is_another(comes: set[Part], has: set[Part], *, behind_goods: bool) -> bool:
    """True where parts in a line are those of another person; an address may go on in the next line."""
    return bool(comes & has - (set() if behind_goods else {Part.STREET}))


def doubted(lines: Sequence[TextLine]) -> None:
    """Mark the goods of lines of their own, so that a person says whose they are."""
    for line in lines:
        if is_of_goods(line):
            line.pieces[:] = [
                replace(one, doubt=one.doubt or "goods_of_whom") if one.part in _OF_GOODS else one
                for one in line.pieces
            ]
