"""Lines brought together to records: each is one person's parcel, or one thing ordered for one link.

A record ends where a part comes for the second time, at a numbered point, or at an empty line once it is complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.reading.goods_lines import GoodsPlace, doubted, goods_place, is_another, is_of_goods
from bot.reading.pieces import Piece, TextLine, strong_parts
from bot.reading.takes import OF_SENDER
from providers.fields import Part

_OF_PEOPLE: Final = frozenset({Part.NAME, Part.PHONE, Part.STREET})
_PARCEL: Final = frozenset({Part.PHONE, Part.STREET})
_OF_LINKS: Final = frozenset({Part.LINK, Part.USERNAME, Part.PRODUCT, Part.QUANTITY})
_COMPLETE: Final = 2
_LEVELS: Final = frozenset({Part.PROVINCE, Part.CITY, Part.DISTRICT})


@dataclass(slots=True)
class Record:
    """The pieces that belong together, and what was not read between them; `lines` counts those that it came from."""

    pieces: list[Piece] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    block: int = 0
    lines: int = 0
    row: bool = False

    def parts(self, marked: frozenset[Part]) -> set[Part]:
        return strong_parts(self.pieces, marked)

    def all_of(self, part: Part) -> list[Piece]:
        return [one for one in self.pieces if one.part is part and not one.of_sender]


def records_of(lines: Sequence[TextLine], *, people: bool) -> list[Record]:
    """The records in order; one without a person, or without a link, is about all of them."""
    marked = _OF_PEOPLE if people else _OF_LINKS
    _with_senders(lines)
    if people:
        _with_names(lines)
    split = [part for line in lines for part in _split(line, marked, people=people)]
    found: list[Record] = []
    goods = goods_place(split) if people else GoodsPlace.ONCE
    if goods is GoodsPlace.UNCLEAR:
        doubted(split)
    for place, line in enumerate(split):
        behind = split[place + 1] if place + 1 < len(split) else None
        if (
            not found
            or (goods is GoodsPlace.ABOVE and _is_next_head(found[-1], line))
            or (goods is GoodsPlace.BELOW and _is_next_person(found[-1], line))
            or (
                not (goods is GoodsPlace.BELOW and is_of_goods(line))
                and _is_new(found[-1], line, behind, marked, people=people)
            )
        ):
            found.append(Record(block=line.block, row=line.row))
        record = found[-1]
        record.pieces += line.pieces
        record.unread += line.unread
        if line.pieces:
            record.block = line.block
        record.lines += 1
    return found


def _is_next_head(record: Record, line: TextLine) -> bool:
    """True for goods below a person where goods come first: they are those of whoever stands below them."""
    is_whole = len(record.parts(_OF_PEOPLE)) >= _COMPLETE
    return is_whole and is_of_goods(line)


def _is_next_person(record: Record, line: TextLine) -> bool:
    """True for somebody who stands below the goods of the person above, where goods come last."""
    comes = strong_parts(line.pieces, _OF_PEOPLE)
    return bool(record.all_of(Part.PRODUCT)) and is_another(comes, record.parts(_OF_PEOPLE), behind_goods=True)


def _with_senders(lines: Sequence[TextLine]) -> None:
    """Mark what follows a sender's name as the sender's, until the block ends or somebody else is named."""
    has: set[Part | None] = set()
    block = -1
    for line in lines:
        if line.block != block or line.row:
            has, block = set(), line.block
        for place, piece in enumerate(line.pieces):
            if piece.of_sender:
                has.add(piece.part)
            elif piece.part in OF_SENDER and Part.NAME in has and not piece.weak:
                if piece.part in has:
                    has = set()
                else:
                    has.add(piece.part)
                    line.pieces[place] = replace(piece, of_sender=True)


def _with_names(lines: Sequence[TextLine]) -> None:
    """Take a word for a name that is a whole line beside a number or an address; else names would change places."""
    for place, line in enumerate(lines):
        if len(line.pieces) != 1 or line.unread or line.row:
            continue
        (piece,) = line.pieces
        beside = [*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 2]]
        parts = {one.part for other in beside if other.block == line.block for one in other.pieces}
        if piece.part is Part.NAME and piece.weak and parts & {Part.PHONE, Part.STREET}:
            line.pieces[0] = replace(piece, weak=False)


def _is_new(record: Record, line: TextLine, behind: TextLine | None, marked: frozenset[Part], *, people: bool) -> bool:
    has, comes = record.parts(marked), strong_parts(line.pieces, marked)
    if line.row or record.row:
        return True
    if not comes:
        # What is about the whole order stands apart from a list of people.
        other_block = line.block != record.block
        return (
            bool(line.pieces)
            and bool(has)
            and (other_block or (people and record.lines == 1 and len(has) >= _COMPLETE))
        )
    if not has:
        return people and line.begins and bool(record.pieces)
    if line.begins and (has & comes or len(has) >= _COMPLETE):
        return True
    if (
        line.block != record.block
        and len(has) >= _COMPLETE
        and (Part.PHONE in has or Part.STREET in has or not people)
        and (not people or has & comes)
    ):
        return True
    again = has & comes
    if not again:
        # In another block a name is that of the number below it.
        goes_on = behind is not None and behind.block == line.block and strong_parts(behind.pieces, _PARCEL)
        return people and comes == {Part.NAME} and line.block != record.block and has >= _PARCEL and bool(goes_on)
    if not people:
        return True
    if again == {Part.STREET}:
        return not _continues(record, line)
    if again == {Part.PHONE} == comes:
        follows = strong_parts(behind.pieces, marked) if behind is not None and behind.block == line.block else set()
        return len(has) == len(marked) and bool(follows - {Part.PHONE})
    return True


def _continues(record: Record, line: TextLine) -> bool:
    """True where an address goes on in the next line: a place and then its street, or one more line of it."""
    before = record.all_of(Part.STREET)[-1]
    comes = next(one for one in line.pieces if one.part is Part.STREET)
    if not before.answer:
        return True
    return comes.place is None and record.pieces[-1] is before


def _split(line: TextLine, marked: frozenset[Part], *, people: bool) -> list[TextLine]:
    """The parts of a line that has several records in it."""
    counted = [one.part for one in line.pieces if one.part in marked and not (one.of_sender or one.weak or one.glued)]
    if people:
        several = sum(one.part is Part.STREET and one.place is not None for one in line.pieces) > 1
        several = several or (counted.count(Part.PHONE) > 1 and counted.count(Part.NAME) > 1)
    else:
        targets = counted.count(Part.LINK) + counted.count(Part.USERNAME)
        several = targets > 1 or (counted.count(Part.PRODUCT) > 1 and counted.count(Part.QUANTITY) > 1)
    if line.row or not several:
        return [line]
    found = [TextLine([], [], line.block, line.begins)]
    for piece in line.pieces:
        has = strong_parts(found[-1].pieces, marked)
        if (piece.part in has and not (piece.weak or piece.glued or piece.of_sender)) or (
            not people and piece.part in {Part.LINK, Part.USERNAME} and has & {Part.LINK, Part.USERNAME}
        ):
            found.append(TextLine([], [], line.block))
        found[-1].pieces.append(piece)
    found[-1].unread += line.unread
    return found
