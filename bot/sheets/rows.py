"""Rows of a sheet as orders: each the answers of one, or all that is wrong with it at once.

A cell is an answer as if it had been typed, and is checked as one. Only what a form asks in other pieces than the sheet
has it (an address in one cell, a product by its name) is taken apart by the reader of texts.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.conversation.answers import MISSING, get, is_answered, put
from bot.conversation.filled import Filled, with_facts
from bot.conversation.proposing import FactsOf, with_proposed
from bot.conversation.questions import is_listed
from bot.conversation.state import Answers, Proposal
from bot.reading.reader import TextReader
from bot.sheets.columns import KEY, REFERENCE, Columns, may_be_key
from bot.sheets.row_cells import MOST_SAID, OTHER_REGION, CellReader, RowFault
from bot.sheets.sheet import Sheet, SheetRow
from providers.cleaning import compared_id, compared_text
from providers.fields import Form
from providers.products import Path

_MOST_SKIPPED: Final = 200


@dataclass(frozen=True, slots=True)
class RowOrder:
    """A row as an order. `number` is that in the file; without `faults` it can be ordered as it is.

    `key` is what it is known by in any chat, empty while it has faults; `place` counts equal rows of the file, from 1.
    `reference` is what we have written beside it, if it came back from us; `example`: it is that of an empty sheet.
    """

    number: int
    answers: Answers
    faults: tuple[RowFault, ...]
    key: str = ""
    place: int = 1
    likeness: str = ""
    reference: str = ""
    example: bool = False


class RowReader:
    """Reads rows for one account. `facts` are what its catalogue has of a product; `examples` mark a row as one."""

    def __init__(
        self, account: str, reader: TextReader, columns: Columns, facts: FactsOf, examples: Iterable[str] = ()
    ) -> None:
        self._account = account
        self._form = reader.form
        self._facts = facts
        self._columns = columns
        self._cells = CellReader(reader, columns)
        self._key, self._reference = columns.having(KEY), columns.having(REFERENCE)
        self._examples = frozenset(map(compared_text, examples))

    def read(self, sheet: Sheet) -> tuple[RowOrder, ...]:
        """The rows of a sheet, in order."""
        return tuple(self._with_keys([self._row(row) for row in sheet.rows], sheet))

    def _row(self, row: SheetRow) -> RowOrder:
        reference = _cell(row, self._reference)
        if self._is_example(row):
            return RowOrder(row.number, {}, (), example=True)
        if row.hidden:
            return RowOrder(row.number, {}, (RowFault("hidden"),), reference=reference)
        proposal, faults = self._cells.read(row)
        answers, more = prepared(self._form, proposal, self._facts)
        told = {fault.path for fault in faults if fault.path}
        if any(fault.code == OTHER_REGION for fault in faults):
            # Nothing was taken of an address that is not for this supplier.
            told |= self._cells.of_address
        faults += [self._placed(fault, row) for fault in more if fault.path not in told]
        form = Filled.of(self._form, answers)
        likeness = "" if faults else form.likeness
        return RowOrder(row.number, answers, tuple(faults), likeness=likeness, reference=reference)

    def _is_example(self, row: SheetRow) -> bool:
        first = next((cell for cell in row.cells if cell.strip()), "")
        return not self._examples.isdisjoint({compared_text(first), compared_text(_cell(row, self._key))})

    def _placed(self, fault: RowFault, row: SheetRow) -> RowFault:
        """A fault with its column and with what the cell says, which may be more than the answer."""
        place = self._cells.column_of(fault.path)
        return replace(fault, column=place, said=_cell(row, place)[:MOST_SAID] or fault.said)

    def _with_keys(self, rows: list[RowOrder], sheet: Sheet) -> Iterator[RowOrder]:
        """The rows with what they are known by: their own key where no other row has it, else their content."""
        own = [compared_id(_cell(row, self._key)) for row in sheet.rows]
        times, counted = Counter(own), Counter[str]()
        for row, key in zip(rows, own, strict=True):
            if row.faults or row.example:
                yield row
                continue
            counted[row.likeness] += 1
            place = counted[row.likeness]
            what = ["key", key] if may_be_key(key) and times[key] == 1 else ["like", key, row.likeness, str(place)]
            text = json.dumps([self._account, *what], ensure_ascii=False)
            yield replace(row, key=hashlib.sha256(text.encode()).hexdigest()[:32], place=place)


def _cell(row: SheetRow, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""


def prepared(form: type[Form], proposal: Proposal, facts: FactsOf) -> tuple[Answers, list[RowFault]]:
    """The answers of an order that nobody is asked about, and all that keeps it from being one.

    What can be skipped and isn't said is skipped; an amount that the other answers make is taken as that.
    """
    begun = _looked_up(form, proposal, facts)
    put_in = with_proposed(form, _at_once(form, begun, proposal) or begun, proposal, facts)
    faults = [
        RowFault(problem.code, one.path, params=problem.params, said=one.answer)
        if problem is not None
        else RowFault("no_place", one.path, said=one.answer)
        for one, problem in put_in.refused
    ]
    faults += [RowFault("unsure", one.path, said=one.answer, options=one.options) for one in put_in.unsure]
    told = {fault.path for fault in faults}
    answers = _completed(form, put_in.answers, told)
    filled = Filled.of(form, answers)
    missing = [
        RowFault("missing", question.path)
        for question in filled.questions
        if not is_answered(question, answers) and question.path not in told
    ]
    told |= {fault.path for fault in missing}
    if not missing and not told:
        faults += [RowFault(one.code, one.path, params=one.params) for one in filled.faults]
    else:
        faults += [RowFault(one.code, one.path, params=one.params) for one in filled.problems if one.path not in told]
    return answers, [*faults, *missing]


def _at_once(form: type[Form], answers: Answers, proposal: Proposal) -> Answers | None:
    """The answers with all of a proposal, where nothing is wrong with any of them: most rows are as they should be."""
    for one in proposal.fields:
        if one.sure:
            answers = put(answers, one.path, one.answer)
    filled = Filled.of(form, answers)
    return answers if filled.pruned == answers and not filled.problems else None


def _looked_up(form: type[Form], proposal: Proposal, facts: FactsOf) -> Answers:
    """The products with what the account's list has of them: nobody waits until a supplier has looked one up."""
    answers: Answers = {}
    for one in proposal.fields:
        if not one.sure:
            continue
        tried = put(answers, one.path, one.answer)
        try:
            question = Filled.of(form, tried).question(one.path)
        except LookupError:
            continue
        if question.facts is not None and Filled.of(form, tried).problem_at(one.path) is None:
            known = facts(one.answer) if is_listed(form, tried) else None
            answers = with_facts(form, tried, question.facts, known)
    return answers


def _completed(form: type[Form], answers: Answers, told: Iterable[Path]) -> Answers:
    """The answers with all skipped that may be, and with what follows from the others."""
    left = set(told)
    for _ in range(_MOST_SKIPPED):
        answers = Filled.of(form, answers).pruned
        filled = Filled.of(form, answers)
        changed = next(
            (
                found
                for question in filled.questions
                if not is_answered(question, answers)
                and question.path not in left
                and (found := _without_asking(filled, answers, question.path, question.skips)) is not None
            ),
            None,
        )
        if changed is None:
            return answers
        answers = changed
    return answers


def _without_asking(filled: Filled, answers: Answers, path: Path, skips: Path | None) -> Answers | None:
    suggestion = filled.suggestion(path)
    if suggestion is not None:
        return put(answers, path, suggestion)
    if skips is None or not _is_empty(get(answers, skips)):
        return None
    return put(answers, skips, None)


def _is_empty(value: Any) -> bool:
    """True where nothing was answered of what would be skipped."""
    return value is MISSING or (isinstance(value, Mapping) and not value) or value == []
