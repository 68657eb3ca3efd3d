"""Rows of a sheet as rows of a tray: each the answers of one order, or all that is wrong with it at once.

A cell is an answer as if it had been typed, and is checked as one. Only what a form asks in other pieces than the sheet
has it (an address in one cell, a product by its name) is taken apart by the reader of texts.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.conversation.answers import MISSING, get, is_answered, put
from bot.conversation.filled import Filled, with_facts
from bot.conversation.proposing import FactsOf
from bot.conversation.questions import is_listed
from bot.conversation.state import Answers, Proposal
from bot.conversation.tray import TrayRow
from bot.conversation.tray_rows import row_of, settled
from bot.reading.reader import TextReader
from bot.sheets.columns import KEY, REFERENCE, RESULT, Columns, role_of
from bot.sheets.keys import content_key, may_be_key, own_key, reference_key
from bot.sheets.row_cells import MOST_SAID, OTHER_REGION, CellReader, RowFault
from bot.sheets.sheet import Sheet, SheetRow
from providers.cleaning import compared_id, compared_text, has_visible
from providers.fields import Form
from providers.products import Path

_TOTAL: Final = re.compile(r"(?:合计|合計|总计|總計|小计|小計|共计|共計|(?:grand|sub)?total)(?:[0-9].*)?")
"""The label of a total, as it is compared."""
_AMOUNT: Final = re.compile(r"[-+¥￥$€]?[0-9][0-9.,]*(?:元|件|份|单|單|筆|笔)?")
_NO_CONTENT: Final = frozenset({KEY, REFERENCE, RESULT})


@dataclass(frozen=True, slots=True)
class RowOrder:
    """A row as an order, by its number in the file. Without `faults` it can be ordered as it is.

    `row` is known by its keys in any chat. `example`: it is that of an empty sheet; `hidden`: whoever sent the sheet
    doesn't see it; `aside`: it is a total, or has the headings again. None of these is ordered.
    """

    number: int
    row: TrayRow
    faults: tuple[RowFault, ...] = ()
    example: bool = False
    hidden: bool = False
    aside: bool = False

    @property
    def is_order(self) -> bool:
        """Check whether it is to be ordered, once nothing is wrong with it."""
        return not (self.example or self.hidden or self.aside)


class RowReader:
    """Reads rows for one account. `facts` are what its catalogue has of a product; `examples` mark a row as one."""

    def __init__(
        self, account: str, reader: TextReader, columns: Columns, facts: FactsOf, examples: Iterable[str] = ()
    ) -> None:
        self._account = account
        self._form = reader.form
        self._takes = reader.takes
        self._facts = facts
        self._columns = columns
        self._cells = CellReader(reader, columns)
        self._key, self._reference = columns.having(KEY), columns.having(REFERENCE)
        self._examples = frozenset(map(compared_text, examples))
        self._used = [place for place, one in enumerate(columns.all) if one.role and one.role not in _NO_CONTENT]
        roles = {one.role.partition("#")[0] for one in columns.all}
        self._has = {slot.path[0] for slot in self._takes.titled if role_of(slot) in roles}

    def read(self, sheet: Sheet) -> tuple[RowOrder, ...]:
        """The rows of a sheet, in order."""
        headings = _compared(sheet.headings)
        rows = [self._aside(row) if is_aside(row, headings) else self._row(row) for row in sheet.rows]
        return tuple(self._with_keys(rows, sheet))

    def _aside(self, row: SheetRow) -> RowOrder:
        return RowOrder(row.number, TrayRow(number=row.number), aside=True)

    def _row(self, row: SheetRow) -> RowOrder:
        if self._is_example(row) or row.hidden:
            example = self._is_example(row)
            return RowOrder(row.number, TrayRow(number=row.number), example=example, hidden=not example)
        proposal, faults = self._cells.read(row)
        made = self._without_absent(filled_row(self._form, proposal, self._facts))
        unread = tuple(dict.fromkeys([*made.unread, *(fault.said or fault.code for fault in faults)]))
        made = made.model_copy(update={"number": row.number, "unread": unread})
        told = {fault.path for fault in faults if fault.path}
        if any(fault.code == OTHER_REGION for fault in faults):
            # Nothing was taken of an address that is not for this supplier.
            told |= self._cells.of_address
        faults += [self._placed(fault, row) for fault in faults_of(self._form, made) if fault.path not in told]
        return RowOrder(row.number, made, tuple(faults))

    def _without_absent(self, row: TrayRow) -> TrayRow:
        """The row without the groups that the sheet has columns for and this row says nothing of."""
        answers = row.answers
        for name in self._has:
            if not isinstance(name, str) or get(answers, (name,)) is not MISSING:
                continue
            question = next((one for one in Filled.of(self._form, answers).questions if one.path[0] == name), None)
            if question is not None and question.skips == (name,):
                answers = put(answers, (name,), None)
        return row if answers is row.answers else settled(self._form, row.model_copy(update={"answers": answers}))

    def _is_example(self, row: SheetRow) -> bool:
        first = next((cell for cell in row.cells if cell.strip()), "")
        return not self._examples.isdisjoint({compared_text(first), compared_text(_cell(row, self._key))})

    def _placed(self, fault: RowFault, row: SheetRow) -> RowFault:
        """A fault with its column and with what the cell says, which may be more than the answer."""
        place = self._cells.column_of(fault.path)
        return replace(fault, column=place, said=_cell(row, place)[:MOST_SAID] or fault.said)

    def _with_keys(self, rows: list[RowOrder], sheet: Sheet) -> list[RowOrder]:
        """The rows with what they are known by: their own key where no other row has it, else content and cells."""
        own = [compared_id(_cell(row, self._key)) for row in sheet.rows]
        times, counted = Counter(own), Counter[str]()
        found = []
        for order, row, key in zip(rows, sheet.rows, own, strict=True):
            if not order.is_order:
                found.append(order)
                continue
            if may_be_key(key) and times[key] == 1:
                keys = [own_key(self._account, key)]
            else:
                cells = [compared_text(row.cells[place]) for place in self._used if place < len(row.cells)]
                whats = [json.dumps(cells, ensure_ascii=False)]
                if (likeness := Filled.of(self._form, order.row.answers).likeness) and not order.faults:
                    whats.append(likeness)
                keys = []
                for what in whats:
                    counted[what] += 1
                    keys.append(content_key(self._account, what, counted[what]))
            if reference := _cell(row, self._reference):
                keys.append(reference_key(reference))
            found.append(replace(order, row=order.row.model_copy(update={"keys": tuple(keys)})))
        return found


def is_aside(row: SheetRow, headings: tuple[str, ...]) -> bool:
    """Check whether a row is about the others: the `headings` once more, or numbers with a word for a total."""
    cells = _compared(row.cells)
    if not cells or cells == headings:
        # Of a row with nothing but formulas without a value each is told.
        return bool(cells)
    first, *more = (cell.strip() for cell in row.cells if has_visible(cell))
    return _TOTAL.fullmatch(compared_text(first)) is not None and all(map(_AMOUNT.fullmatch, more))


def _compared(cells: Iterable[str]) -> tuple[str, ...]:
    """The cells as they are compared, without empty ones at the end."""
    compared = [compared_text(cell) for cell in cells]
    while compared and not compared[-1]:
        compared.pop()
    return tuple(compared)


def _cell(row: SheetRow, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""


def filled_row(form: type[Form], proposal: Proposal, facts: FactsOf) -> TrayRow:
    """The row of an order: at once where nothing is wrong with any answer, as most rows are; else one by one."""
    answers: Answers = {}
    for one in proposal.fields:
        if not one.sure:
            return row_of(form, proposal, facts)
        answers = put(answers, one.path, one.answer)
        try:
            question = Filled.of(form, answers).question(one.path)
        except LookupError:
            continue
        if question.facts is not None:
            known: Mapping[str, Any] | None = facts(one.answer) if is_listed(form, answers) else None
            if question.into is not None and known is None:
                return row_of(form, proposal, facts)
            answers = with_facts(form, answers, question.facts, known)
    filled = Filled.of(form, answers)
    if filled.pruned != answers or filled.problems:
        return row_of(form, proposal, facts)
    return settled(form, TrayRow(answers=answers))


def faults_of(form: type[Form], row: TrayRow) -> list[RowFault]:
    """All that keeps a row from being ordered, but for parts of cells that were not read."""
    filled = Filled.of(form, row.answers)
    unsure = {one.path for one in row.unsure}
    faults = [RowFault("unsure", one.path, said=one.answer, options=one.options) for one in row.unsure]
    missing = [
        question.path
        for question in filled.questions
        if question.skips != question.path and not is_answered(question, row.answers) and question.path not in unsure
    ]
    faults += [RowFault("missing", path) for path in missing]
    problems = filled.faults if not (missing or unsure) else filled.problems
    faults += [_told(one.path, one.code, one.params) for one in problems if one.path not in unsure]
    return faults


def _told(path: Path, code: str, params: Mapping[str, str]) -> RowFault:
    return RowFault(code, path, params=params)
