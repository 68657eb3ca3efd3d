"""Signatures below an order: whoever wrote it is nobody whom a parcel is for.

Their name, number and address look like those of somebody who gets one, so that they are put aside by where they stand.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from bot.reading.pieces import TextLine
from providers.fields import Part

_MARK: Final = re.compile(
    r"\s*(?:--|(?:(?:kind |best |warm )?regards|sincerely|yours|cheers|thanks|thank you|"
    r"此致|敬上|順頌商祺|顺颂商祺)[ ,.!]*)\s*",
    re.IGNORECASE,
)


def is_mark(line: str) -> bool:
    """True of a line that a signature stands below."""
    return bool(_MARK.fullmatch(line))


def without_signature(lines: Sequence[TextLine], *, marked: AbstractSet[Part]) -> None:
    """Put the pieces below a signature's mark aside, unless the order is said there or would lack something of it."""
    above = {one.part for line in lines if not line.signed for one in line.pieces}
    below = [one for line in lines if line.signed for one in line.pieces]
    parts = {one.part for one in below}
    is_order = Part.PRODUCT in parts or any(one.part is Part.NAME and one.labelled for one in below)
    if not above or is_order:
        return
    lacks = (marked & parts) - above - {Part.NAME}
    if lacks and above & {Part.PHONE, Part.STREET}:
        return
    for line in lines:
        if line.signed:
            line.unread += [(one.start, one.end) for one in line.pieces]
            line.pieces.clear()
