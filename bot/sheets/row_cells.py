"""The cells of a row as answers: most as they are, some taken apart by the reader of texts.

Where a row has all levels of an address in cells of their own, they are taken as they were written: whoever filled them
in knew what a level is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.conversation.questions import is_listed as in_catalogue
from bot.conversation.state import Proposal, Proposed
from bot.reading.labels import Label
from bot.reading.read_answers import ReadAnswer
from bot.reading.reader import TextReader
from bot.reading.takes import Slot
from bot.sheets.columns import NAME, PERSON, Columns, slot_of
from bot.sheets.sheet import Mark, SheetRow
from providers.cleaning import compared_text, has_visible
from providers.fields import Part
from providers.products import Path

_LEVELS: Final = (Part.PROVINCE, Part.CITY, Part.DISTRICT)
MOST_SAID: Final = 200
"""Characters of a cell that a fault repeats."""
OTHER_REGION: Final = "other_region"
OF_ROWS: Final = ("missing", "unsure", "unread", "no_place", OTHER_REGION, "product_unknown")
"""The codes of `RowFault` that nothing else has."""
_OF_ADDRESS: Final = (*_LEVELS, Part.STREET, Part.POSTCODE)
_WITHOUT_ZERO: Final = re.compile("9[0-9]{8}")
"""A mobile number of Taiwan that a spreadsheet took for a number."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that keeps a row from being ordered.

    `code` is one of these, or that of a problem with an answer as in `bot.conversation.questions.Problem`, or a mark of
    a cell as in `bot.sheets.sheet.Mark`:

    - `missing`: nothing in the row answers a question that has to be answered;
    - `unsure`: the cell may mean several things, `options` where they are known;
    - `unread`: a part of the cell has no meaning that is known;
    - `no_place`: the order has no such question with its other answers;
    - `other_region`: the address is where the supplier doesn't deliver.

    `path` is the question, `column` the place of the column in the sheet, `said` the cell as far as it is about it.
    """

    code: str
    path: Path = ()
    column: int | None = None
    said: str = ""
    options: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)


class CellReader:
    """Reads the cells of rows whose columns are known."""

    def __init__(self, reader: TextReader, columns: Columns) -> None:
        self._reader = reader
        self._takes = reader.takes
        self._roles = [one.role for one in columns.all]
        self._slots = {
            place: found
            for place, role in enumerate(self._roles)
            if (found := slot_of(role, self._takes.titled)) is not None
        }
        self._goods: dict[tuple[str, int], tuple[Proposed, ...]] = {}
        self._places = {slot.at(item): place for place, (slot, item) in self._slots.items()}

    @property
    def of_address(self) -> set[Path]:
        """The questions about where a parcel goes."""
        return {self._takes.person[part].path for part in _OF_ADDRESS if part in self._takes.person}

    def column_of(self, path: Path) -> int | None:
        """The column that answers a question; None where there is none."""
        return self._places.get(path)

    def read(self, row: SheetRow) -> tuple[Proposal, list[RowFault]]:
        """The answers in a row, and what is wrong with single cells."""
        faults: list[RowFault] = []
        found: dict[Path, Proposed] = {}
        apart: list[tuple[int, str, Label]] = []
        goods: list[tuple[int, int, str]] = []
        together = {of_sender: self._is_apart(row, of_sender=of_sender) for of_sender in (False, True)}
        for place, role in enumerate(self._roles):
            mark = self._mark(row, place)
            said = row.cells[place].strip() if place < len(row.cells) else ""
            if mark is not None:
                path = self._path_of(place)
                faults.append(RowFault(mark, path, place, said[:MOST_SAID] or "?"))
                continue
            if not role or not has_visible(said):
                continue
            if role in {NAME, PERSON}:
                apart.append((place, said, Label(Part.NAME if role == NAME else None)))
                continue
            known = self._slots.get(place)
            if known is None:
                continue
            slot, item = known
            if slot.part is Part.PRODUCT:
                goods.append((place, item, said))
            elif slot.part in {*_LEVELS, Part.STREET} and together[slot.of_sender]:
                apart.append((place, said, Label(slot.part, of_sender=slot.of_sender)))
            else:
                found[slot.at(item)] = self._as_typed(slot, slot.at(item), said)
        self._read_goods(goods, found, faults)
        self._read_apart(row, apart, found, faults)
        fields = sorted(found.values(), key=lambda one: self._order(one.path))
        return Proposal(fields=tuple(fields)), faults

    def _mark(self, row: SheetRow, place: int) -> Mark | None:
        """The reason why a cell that is used isn't what its writer meant; a date may stand where any text may."""
        mark = row.marks.get(place) if self._roles[place] else None
        slot, _ = self._slots.get(place, (None, 0))
        return None if mark is Mark.DATE and (slot is None or slot.part is Part.NOTE) else mark

    def _path_of(self, place: int) -> Path:
        known = self._slots.get(place)
        return () if known is None else known[0].at(known[1])

    def _order(self, path: Path) -> tuple[int, Path]:
        way = tuple(0 if isinstance(step, int) else step for step in path)
        return next((n for n, slot in enumerate(self._takes.titled) if slot.path == way), 0), ()

    def _as_typed(self, slot: Slot, path: Path, said: str) -> Proposed:
        """A cell as the answer that it would be if somebody had typed it."""
        if slot.plan.shape.choices:
            return Proposed(path=path, answer=self._reader.choices.answer(slot.plan.title, said))
        if slot.part is Part.PHONE and self._takes.delivers_in == {"tw"} and _WITHOUT_ZERO.fullmatch(said):
            return Proposed(path=path, answer=said, sure=False, options=(f"0{said}",))
        doubt = slot.plan.doubts(said) if slot.plan.doubts is not None else None
        if doubt is None:
            return Proposed(path=path, answer=said)
        return Proposed(path=path, answer=said, sure=False, options=tuple(doubt.readings))

    # Addresses and names

    def _is_apart(self, row: SheetRow, *, of_sender: bool) -> bool:
        """True where a row's address has to be taken apart: it lacks a level, or its street says the city again."""
        slots = self._takes.sender if of_sender else self._takes.person
        levels = [part for part in _LEVELS if part in slots]
        if not levels or Part.STREET not in slots:
            return False
        said = {part: self._said(row, slots[part]) for part in (*levels, Part.STREET)}
        if not said[Part.STREET]:
            return False
        lacks = not all(said[part] for part in levels)
        city = said.get(Part.CITY, "")
        return lacks or (len(city) > 1 and city[:2] in said[Part.STREET])

    def _said(self, row: SheetRow, slot: Slot) -> str:
        place = self.column_of(slot.path)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def _read_apart(
        self,
        row: SheetRow,
        cells: Sequence[tuple[int, str, Label]],
        found: dict[Path, Proposed],
        faults: list[RowFault],
    ) -> None:
        """Take apart what says several things; a postcode helps to know a place, whoever answers for it."""
        if not cells:
            return
        order = [Part.NAME, None, *_LEVELS, Part.STREET]
        cells = sorted(cells, key=lambda one: order.index(one[2].part))
        code = self._takes.person.get(Part.POSTCODE)
        helping = [(said, Label(Part.POSTCODE))] if code is not None and (said := self._said(row, code)) else []
        read = self._reader.read_cells([*((said, label) for _, said, label in cells), *helping])
        if read.refused is not None:
            params = {"region": read.refused.region}
            faults.append(RowFault(OTHER_REGION, column=cells[-1][0], said=cells[-1][1], params=params))
            return
        taken = [one for order in read.orders[:1] for one in order.answers]
        for one in taken:
            if one.path not in found:
                found[one.path] = _proposed(one)
        text = "\n".join(" ".join(said.split()) for _, said, _ in cells)
        left = [text[start:end].strip() for start, end in read.unread if start < len(text)]
        if rest := " ".join(filter(has_visible, left)):
            faults.append(RowFault("unread", column=cells[-1][0], said=rest[:MOST_SAID]))

    # Products

    def _read_goods(
        self, cells: Sequence[tuple[int, int, str]], found: dict[Path, Proposed], faults: list[RowFault]
    ) -> None:
        slot = self._takes.order.get(Part.PRODUCT)
        if slot is None:
            return
        for place, item, said in cells:
            path = slot.at(item)
            if (answers := self._goods.get((said, item))) is None:
                # Many rows are for one product.
                answers = self._goods[said, item] = tuple(self._goods_in(said, item))
            product = next((one for one in answers if one.path == path), None)
            if product is None:
                faults.append(RowFault("product_unknown", path, place, said[:MOST_SAID]))
                continue
            for one in answers:
                found.setdefault(one.path, one)

    def _id_in(self, said: str) -> str:
        """The id alone of a cell that has a product's title behind it, as the lists of our own sheets have them."""
        first, _, rest = said.partition(" ")
        known = self._reader.goods.product(first)
        return first if known is not None and compared_text(rest) == compared_text(known.title) else said

    def _goods_in(self, said: str, item: int) -> Iterator[Proposed]:
        """The product of a cell, how many of it if the cell says so, and a choice that it decides."""
        slot, quantity = self._takes.order[Part.PRODUCT], self._takes.order.get(Part.QUANTITY)
        read = self._reader.read_cells([(self._id_in(said), Label(Part.PRODUCT))])
        paths = {slot.path, *((quantity.path,) if quantity is not None else ())}
        choices = {one.path for one in self._takes.choices}
        named = False
        for one in (one for order in read.orders[:1] for one in order.answers):
            way = tuple(0 if isinstance(step, int) else step for step in one.path)
            if way in paths:
                named = named or way == slot.path
                path = tuple(step + item if isinstance(step, int) else step for step in one.path)
                # Words beside a product's may say that it is another one.
                sure = one.sure and not (read.unread and way == slot.path)
                options = one.options or (() if sure else (one.answer,))
                yield _proposed(one).model_copy(update={"path": path, "sure": sure, "options": options})
            elif one.path in choices:
                yield _proposed(one)
        if not named and not len(self._reader.goods) and in_catalogue(self._takes.form, {}):
            # Nothing is known of what the account sells: the supplier will say.
            yield Proposed(path=slot.at(item), answer=said)


def _proposed(one: ReadAnswer) -> Proposed:
    return Proposed(path=one.path, answer=one.answer, sure=one.sure, options=one.options, derived=one.span is None)
