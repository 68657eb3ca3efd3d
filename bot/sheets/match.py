"""Columns matched to the questions of a form: by their headings, and by their content where those say nothing.

What is only likely is marked, so that a person sees it before anything is ordered by it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from bot.reading.contacts import contacts_in
from bot.reading.people_names import is_name
from bot.reading.reader import TextReader
from bot.reading.takes import Slot
from bot.sheets.columns import IGNORED, KEY, NAME, RESULT, Column, Columns, role_of
from bot.sheets.headings import Headings, Meaning
from bot.sheets.keys import may_be_key
from bot.sheets.sheet import Sheet
from providers.cleaning import compared_id
from providers.fields import Part

_LOOKED_AT: Final = 60
"""Cells of a column by which its content is told."""
_MOST: Final = 0.8
_LONGEST_COUNT: Final = 4
_SHORTEST_PLACE: Final = 7
_RUNNING: Final = 3


def match(sheet: Sheet, reader: TextReader, titles: Mapping[str, str], ours: Mapping[str, str]) -> Columns:
    """The columns of a sheet for the form of a reader.

    `titles` are spellings of the form's questions as in `TextReader`, `ours` the roles of what we write, by heading.
    """
    headings = Headings(reader, titles, ours)
    width = sheet.width
    said = [*sheet.headings, *[""] * (width - len(sheet.headings))]
    meanings = [headings.of(one) for one in said]
    cells = [_cells(sheet, place) for place in range(width)]
    found = dict(_by_heading(meanings, cells))
    content = _Content(reader)
    for place in range(width):
        if place in found or not cells[place] or _is_running(cells[place]):
            continue
        taken = {one.role for one in found.values()}
        role = next((role for role in content.roles(cells[place]) if role not in taken), IGNORED)
        if role:
            found[place] = Column(said[place], role, sure=False)
    return Columns(
        tuple(
            Column(said[place], found[place].role, found[place].sure)
            if place in found
            else Column(said[place], IGNORED, sure=not cells[place])
            for place in range(width)
        )
    )


def _cells(sheet: Sheet, place: int) -> list[str]:
    """The cells of a column that have anything in them."""
    return [cell for row in sheet.rows if place < len(row.cells) and (cell := row.cells[place].strip())]


def _by_heading(meanings: Sequence[Meaning | None], cells: Sequence[Sequence[str]]) -> Iterator[tuple[int, Column]]:
    """The columns whose headings say something; of several for the same the plainest, and then the first."""
    taken: set[str] = set()
    order = sorted(
        (one.rank, place) for place, one in enumerate(meanings) if one is not None and not _is_odd(one, cells[place])
    )
    for _, place in order:
        one = meanings[place]
        if one is None:
            continue
        if one.role not in {IGNORED, RESULT} and one.role in taken:
            yield place, Column("", IGNORED, sure=False)
            continue
        taken.add(one.role)
        yield place, Column("", one.role, one.sure or one.role == KEY)


def _is_odd(one: Meaning, cells: Sequence[str]) -> bool:
    """True where the content contradicts a heading: a key that no row could be known by, or the numbers of rows."""
    return (one.role == KEY and not one.exact and not _are_keys(cells)) or (one.is_weak and _is_running(cells))


def _are_keys(cells: Sequence[str]) -> bool:
    keys = [compared_id(cell) for cell in cells]
    return bool(keys) and len(set(keys)) == len(keys) and all(map(may_be_key, keys))


def _is_running(cells: Sequence[str]) -> bool:
    """True of 1, 2, 3, ...: the numbers of rows."""
    return len(cells) >= _RUNNING and list(cells) == [str(n) for n in range(1, len(cells) + 1)]


class _Content:
    """Tells roles by the cells of a column, the likeliest first."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader
        self._takes = reader.takes

    def roles(self, cells: Sequence[str]) -> Iterator[str]:
        """The roles that most of the cells fit."""
        looked_at = cells[:_LOOKED_AT]

        def are(test: Callable[[str], bool]) -> bool:
            return sum(map(test, looked_at)) >= _MOST * len(looked_at)

        for choice in self._takes.choices:
            if are(partial(self._is_choice, choice)):
                yield role_of(choice)
        parts = {**self._takes.order, **self._takes.person}
        for part in (Part.PHONE, Part.EMAIL, Part.LINK, Part.ORDER_NUMBER, Part.USERNAME):
            if part in parts and are(partial(_is_contact, part)):
                yield role_of(parts[part])
        if Part.PRODUCT in parts and are(self._is_product):
            yield role_of(parts[Part.PRODUCT])
        if Part.STREET in parts and are(self._is_address):
            yield role_of(parts[Part.STREET])
        if self._takes.has_people and are(is_name):
            yield role_of(parts[Part.NAME]) if Part.NAME in parts else NAME
        if Part.QUANTITY in parts and are(_is_count):
            yield role_of(parts[Part.QUANTITY])

    def _is_choice(self, slot: Slot, cell: str) -> bool:
        found = self._reader.choices.of(cell)
        return found is not None and found.title == slot.plan.title

    def _is_product(self, cell: str) -> bool:
        goods = self._reader.goods
        return goods.product(cell) is not None or any(one.end - one.start == len(cell) for one in goods.by_title(cell))

    def _is_address(self, cell: str) -> bool:
        if len(cell) < _SHORTEST_PLACE:
            return False
        found = self._reader.places.find(cell)
        return found is not None and not found.short and bool(found.place.city)


def _is_contact(part: Part, cell: str) -> bool:
    found, _ = contacts_in(cell)
    return len(found) == 1 and found[0].part is part and found[0].end - found[0].start == len(cell)


def _is_count(cell: str) -> bool:
    return len(cell) <= _LONGEST_COUNT and cell.isdecimal() and int(cell) > 0
