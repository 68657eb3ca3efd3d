"""The orders that a text holds, as rows of a tray: what each lacks, which can be placed, and how they are shown.

Each row is filled in as a draft would be, so that nothing gets into an order that could not be typed; and it is shown
as it will be sent, made anew each time from what is known at that moment.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.answers import MISSING, get, put
from bot.conversation.earlier import earlier
from bot.conversation.filled import Filled, with_facts
from bot.conversation.known import Account, Known
from bot.conversation.prompts import cost_of, parts
from bot.conversation.proposing import filled_out, with_proposed
from bot.conversation.questions import Problem, field_at, kind_marker
from bot.conversation.replies import Block, Line, Shortage, TrayClosed, TrayFile, TrayGap, TrayLine, TrayShown
from bot.conversation.state import Answers, Conversation, Draft, Duplicate, Proposal, Proposed
from bot.conversation.tray import UNREAD, RowState, Tray, TrayRow
from providers.fields import Form, Holds, Part
from providers.orders import Money
from providers.products import Path

OFFERED: Final = 3
"""Answers that are offered for what several rows lack, where it has no choices of its own."""
_OF_PERSON: Final = frozenset(Part) - {
    Part.NOTE,
    Part.AMOUNT,
    Part.PRODUCT,
    Part.QUANTITY,
    Part.RUNS,
    Part.INTERVAL,
}
"""Parts that no two orders share by right: who gets it, or what it is for."""

LONGEST_ROW: Final = 1200
"""UTF-16 units of a row that is shown beside others; a longer one has a summary of its own."""

_ROOM: Final = 3300
"""UTF-16 units of rows on a page, and of what all have in common: a message takes 4096."""
_MOST: Final = 50
"""Rows on a page: each has a button, of which a message takes 100."""
_UNFINISHED: Final = frozenset({RowState.OPEN, RowState.CHANGED})
"""States of rows that may lack what all others have."""
_CUT: Final = _UNFINISHED | {RowState.LONG}
"""States of rows that aren't placed, so that there may be more of them than is shown."""
_AROUND: Final = 10
"""Units that stand around an answer: its title where it is a number, and what parts it from the next one."""
_OF_FAULT: Final = 100
"""Units that a sentence about a row takes about."""
_COMMON: Final = 800
"""Units of what all rows have in common; where it is more, each row says it."""

FactsOf = Callable[[str], Mapping[str, Any] | None]


PLACED: Final = frozenset({RowState.READY, RowState.AGAIN})
"""The states in which a row is placed by Confirm."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row as it stands at this moment. `lacks` is the path of the question that comes next, None for none.

    `problems` are wrong answers. `duplicate` is the order of before, `repeats` the earlier row with the same.
    `placed_after` is the last earlier row with the same that is to be placed too. `told` are all its answers, where
    they were put together already: that is most of the work of showing many rows.
    """

    n: int
    row: TrayRow
    form: Filled
    state: RowState
    problems: tuple[Problem, ...] = ()
    lacks: Path | None = None
    duplicate: Duplicate | None = None
    repeats: int = 0
    placed_after: int = 0
    told: tuple[Line | Block, ...] | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that a tap gives to all rows that lack it, or several that go together; none of them skips it."""

    label: str
    fields: tuple[Proposed, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that several rows lack the answer of. `skips` is what is skipped there, None where it has to be.

    `rows` wait for nothing else; `others` lack it too, and have something else to be put right.
    """

    path: Path
    rows: tuple[int, ...]
    others: tuple[int, ...]
    options: tuple[Option, ...]
    is_choice: bool
    skips: Path | None


def row_of(
    form: type[BaseModel], proposal: Proposal, facts: FactsOf, beside: Mapping[str, Any] = MappingProxyType({})
) -> TrayRow:
    """The row of an order that a text holds; `facts` are what the account's catalogue has of a product.

    `beside` are answers that it has already, as one that repeats another order.
    """
    answers = _with_product(form, proposal.fields, facts, dict(beside))
    put_in = with_proposed(form, answers, proposal, facts)
    answers, unread = put_in.answers, []
    for one, problem in put_in.refused:
        if problem is not None or _looks_up(form, one):
            answers = put(answers, one.path, one.answer)
        else:
            unread.append(one.answer)
    return settled(form, TrayRow(answers=answers, unsure=put_in.unsure, unread=tuple(unread), beside=proposal.beside))


def settled(form: type[BaseModel], row: TrayRow) -> TrayRow:
    """The row with all questions skipped that can be, and with what follows from the other answers.

    Not those of which an answer may mean several things.
    """
    answers = Filled.of(form, row.answers).pruned
    unsure = tuple(one for one in row.unsure if get(answers, one.path) is MISSING)
    answers = filled_out(form, answers, {one.path for one in unsure})
    return row.model_copy(update={"answers": answers, "unsure": unsure})


def _looks_up(form: type[BaseModel], one: Proposed) -> bool:
    try:
        return Filled.of(form, put({}, one.path, one.answer)).question(one.path).into is not None
    except LookupError:
        return False


def _with_product(form: type[BaseModel], fields: Sequence[Proposed], facts: FactsOf, answers: Answers) -> Answers:
    """The product that would be looked up, with what the catalogue has of it: it is read again before it is sent."""
    for one in fields:
        if not one.sure or not _looks_up(form, one) or (known := facts(one.answer)) is None:
            continue
        tried = put(answers, one.path, one.answer)
        into = Filled.of(form, tried).question(one.path).into
        if into is not None:
            answers = with_facts(form, tried, into, known)
    return answers


def standings(
    tray: Tray, account: Account, known: Known, just_placed: Mapping[str, Duplicate] = MappingProxyType({})
) -> list[Standing]:
    """Each row as it stands now, in order. `just_placed` are orders of this very step, by their likeness."""
    seen: dict[str, int] = {}
    placed: dict[str, int] = {}
    forms = [Filled.of(account.form, row.answers) for row in tray.rows]
    whole = [(row, form) for row, form in zip(tray.rows, forms, strict=True) if _is_whole(row, form)]
    # All at once: asked for row by row, most of the time would go into the asking.
    like = {**known.duplicates_of(account.name, [form.likeness for _, form in whole]), **just_placed}
    of_sheets = known.sheet_orders(
        account.name, [row.keys for row, form in whole if row.keys and form.likeness not in like]
    )

    def duplicate_of(likeness: str, keys: tuple[str, ...]) -> Duplicate | None:
        return like.get(likeness) or of_sheets.get(keys)

    return [
        _standing(n, row, form, account, duplicate_of, seen, placed)
        for n, (row, form) in enumerate(zip(tray.rows, forms, strict=True), 1)
    ]


def _is_whole(row: TrayRow, form: Filled) -> bool:
    """Check whether a row has all that an order needs, and isn't being changed."""
    return not (row.draft or form.finished is None or form.open is not None or row.unsure or row.unread)


def _standing(
    n: int,
    row: TrayRow,
    form: Filled,
    account: Account,
    duplicate_of: Callable[[str, tuple[str, ...]], Duplicate | None],
    seen: dict[str, int],
    placed: dict[str, int],
) -> Standing:
    if row.draft:
        return Standing(n, row, form, RowState.CHANGED)
    if not _is_whole(row, form):
        lacks = form.open or next((one.path for one in row.unsure), None)
        return Standing(n, row, form, RowState.OPEN, form.faults if form.open is None else form.problems, lacks)
    like = form.likeness
    repeats, after = seen.get(like, 0), placed.get(like, 0)
    duplicate = duplicate_of(like, row.keys)
    was_shown = duplicate is None or (duplicate.reference, duplicate.outcome) == (row.shown, row.shown_as)
    told = parts(account, form, every=True)
    if not row.seen and size_of(told) > LONGEST_ROW:
        return Standing(n, row, form, RowState.LONG, told=told)
    if repeats or duplicate is not None:
        is_wanted = row.again and (bool(after) or was_shown)
        state = RowState.AGAIN if is_wanted else RowState.REPEATED if repeats else RowState.BEFORE
    else:
        state = RowState.READY
    seen.setdefault(like, n)
    if state in PLACED:
        placed[like] = n
    return Standing(n, row, form, state, duplicate=duplicate, repeats=repeats, placed_after=after, told=told)


def size_of(parts: Sequence[Line | Block]) -> int:
    """UTF-16 units that answers take about, where all of them are shown."""
    texts = [
        text
        for part in parts
        for text in (
            (part.value, part.extra)
            if isinstance(part, Line)
            else [item if isinstance(item, str) else f"{item.name}{item.price or ''}" for item in part.items]
        )
    ]
    return sum(len(text.encode("utf-16-le", "surrogatepass")) // 2 + _AROUND for text in texts if text)


def gap(tray: Tray, account: Account, standing: Sequence[Standing], known: Known) -> Gap | None:
    """The first question of the whole order that several rows wait for; None where each has its own."""
    lacking: dict[Path, list[Standing]] = {}
    for one in standing:
        if one.state is RowState.OPEN and one.lacks is not None and not one.problems and not one.row.unsure:
            lacking.setdefault(one.lacks, []).append(one)
    for path, found in lacking.items():
        question = found[0].form.question(path)
        is_whole = question.skips is not None and question.skips != path
        if len(found) < min(len(tray.rows), 2) or question.into is not None or question.facts is not None:
            continue
        if not is_whole and (len(path) > 1 or is_of_one(account, path)):
            continue
        options = [Option(choice, (Proposed(path=path, answer=choice),)) for choice in question.choices]
        if not options:
            options = _used(tray, account, path, found[0], known)
        if question.skips is not None:
            options.append(Option(""))
        rows = tuple(one.n for one in found)
        others = tuple(one.n for one in standing if one.n not in rows and _lacks(one, path, question.skips))
        return Gap(path, rows, others, tuple(options), bool(question.choices), question.skips)
    return None


def _lacks(one: Standing, path: Path, skips: Path | None) -> bool:
    """Check whether a row that isn't complete has neither the answer nor left it out, and nothing else in its place."""
    is_given = get(one.row.answers, path) is not MISSING or (skips is not None and get(one.row.answers, skips) is None)
    return one.state is RowState.OPEN and not is_given and all(path != doubtful.path for doubtful in one.row.unsure)


def is_of_one(account: Account, path: Path) -> bool:
    """Check whether an answer is about one order by its nature, as a name or a link is."""
    holds = kind_marker(field_at(account.form, path), Holds)
    return holds is not None and holds.part in _OF_PERSON


def _used(tray: Tray, account: Account, path: Path, first: Standing, known: Known) -> list[Option]:
    """The answers of other rows and of earlier orders, those of the text first."""
    at = Draft(id="", account=account.name, form_version="", answers=first.row.answers, at=path)
    orders = (*(row.answers for row in tray.rows), *known.earlier(account.name))
    return [Option(one.label, one.fields) for one in earlier(account.form, at, orders)[:OFFERED]]


def filled_up(tray: Tray, account: Account, missing: Gap, option: Option) -> Tray:
    """The tray with an option in all rows that lack it."""
    answers: dict[Path, str | None] = {one.path: one.answer for one in option.fields}
    if not option.fields and missing.skips is not None:
        answers = {missing.skips: None}
    return _with(tray, account, (*missing.rows, *missing.others), answers)


def with_answer(tray: Tray, account: Account, one: Proposed) -> Tray:
    """The tray with an answer in all rows that lack it."""
    return _with(tray, account, lacking(tray, one), {one.path: one.answer})


def _with(tray: Tray, account: Account, rows: Iterable[int], answers: Mapping[Path, str | None]) -> Tray:
    """The tray with answers in several rows, where all of them are taken."""
    for n in rows:
        row = tray.rows[n - 1]
        tried = row.answers
        for path, answer in answers.items():
            tried = put(tried, path, answer)
        filled = Filled.of(account.form, tried)
        if all(filled.problem_at(path) is None for path in answers):
            tray = tray.with_row(n, settled(account.form, row.model_copy(update={"answers": tried})))
    return tray


def lacking(tray: Tray, one: Proposed) -> list[int]:
    """The rows that have no answer where this one is, but for one that is being changed."""
    return [n for n, row in enumerate(tray.rows, 1) if not row.draft and get(row.answers, one.path) is MISSING]


def facts_from(known: Known, account: str) -> FactsOf:
    """The catalogue of an account, asked for a product."""
    return partial(known.facts, account)


# How they are shown


def shown(
    tray: Tray,
    account: Account,
    known: Known,
    standing: Sequence[Standing] = (),
    *,
    page: int = 0,
    row: int = 0,
    anew: bool = False,
    changed: bool = False,
) -> tuple[TrayShown, int]:
    """A page of the tray, that with a `row` where one is given, and how many rows from the first one are seen then.

    `standing` are its rows where they are known already.
    """
    standing = standing or standings(tray, account, known)
    told = [parts(account, one.form, every=True) if one.told is None else one.told for one in standing]
    missing = gap(tray, account, standing, known)
    asked = frozenset(missing.rows if missing is not None and missing.options else ())
    whole = [parts for parts, one in zip(told, standing, strict=True) if one.state not in _UNFINISHED or one.n in asked]
    common = _common(whole)
    common = () if size_of(common) > _COMMON else common
    lines = [_line(one, own, common, waits=one.n in asked) for own, one in zip(told, standing, strict=True)]
    pages = _pages(lines, _ROOM - size_of(common) - _OF_FAULT * len(tray.unread[:UNREAD]))
    if row:
        page = next((place for place, found in enumerate(pages) if any(line.n == row for line in found)), page)
    page = min(max(page, 0), len(pages) - 1)
    here = pages[page]
    seen = here[-1].n if here and here[0].n <= tray.seen + 1 else 0
    seen = min(max(seen, tray.seen), len(lines))
    unread_page = next((place for place, found in enumerate(pages) if found and found[-1].n > seen), page)
    total, shortage = _cost(account, standing, known)
    alike = [one for one in tray.alike if lacking(tray, one)]
    reply = TrayShown(
        tray=tray.id,
        revision=tray.revision,
        account=account.title,
        lines=tuple(here),
        counts=Counter(line.state for line in lines),
        common=common,
        are_others=any(part not in own for own in told for part in common),
        page=page,
        pages=len(pages),
        confirms=seen == len(lines),
        unread_page=unread_page,
        gap=None if missing is None else _gap_shown(missing, standing),
        alike=tuple(_alike_shown(account, one) for one in alike),
        alike_rows=max((len(lacking(tray, one)) for one in alike), default=0),
        total=total,
        shortage=shortage,
        unread=tray.unread,
        others=tuple(known.accounts[name].title for name in tray.others if name in known.accounts),
        anew=anew,
        changed=changed,
        again=tray.again,
    )
    return reply, seen


def in_file(tray: Tray, account: Account, standing: Sequence[Standing]) -> TrayFile:
    """All rows of a tray as they will be sent, for a file."""
    return TrayFile(
        tray.id,
        account.title,
        account.name,
        tuple(_line(one, (), (), waits=False) for one in standing),
        tuple(one.row.number for one in standing),
        tuple(one.row.answers for one in standing),
    )


def tray_open(state: Conversation, known: Known) -> TrayShown | None:
    """The tray that a person has before them while nothing else is asked, on its last page that was shown."""
    tray = _before_them(state, known)
    if tray is None or tray.dropped:
        return None
    return shown(tray, known.accounts[tray.account], known, row=tray.seen)[0]


def tray_dropped(state: Conversation, known: Known) -> TrayClosed | None:
    """The tray that a person has given up, while nothing else is asked: it can be taken back."""
    tray = _before_them(state, known)
    if tray is None or not tray.dropped:
        return None
    return TrayClosed(tray.id, known.accounts[tray.account].title, len(tray.rows), tray.revision)


def _before_them(state: Conversation, known: Known) -> Tray | None:
    found = known.open_tray() if state.draft is None and state.naming is None else None
    return None if found is None or found[0].account not in known.accounts else found[0]


def _line(one: Standing, own: tuple[Line | Block, ...], common: tuple[Line | Block, ...], *, waits: bool) -> TrayLine:
    # Beside what is wrong nothing is missing that needs no answer.
    lacks = None if one.lacks is None or (one.problems and _is_optional(one, one.lacks)) else one.lacks
    return TrayLine(
        one.n,
        one.state,
        tuple(part for part in own if part not in common),
        "" if lacks is None or waits else _title(one, lacks),
        tuple((_title(one, problem.path), problem) for problem in one.problems),
        tuple(Line(_title(one, doubtful.path), doubtful.answer) for doubtful in one.row.unsure),
        (*one.row.unread, *one.row.beside),
        one.duplicate,
        one.repeats,
        waits,
        one.state in _CUT and size_of(own) > LONGEST_ROW,
    )


def _is_optional(one: Standing, path: Path) -> bool:
    try:
        return one.form.question(path).skips is not None
    except LookupError:
        return False


def _pages(lines: Sequence[TrayLine], room: int) -> list[list[TrayLine]]:
    """The rows by the page that they stand on, each of so much `room`; none is cut."""
    pages: list[list[TrayLine]] = [[]]
    left = room
    for line in lines:
        says_why = line.state is not RowState.READY and not line.waits
        told = len(line.problems) + len(line.unread) + len(line.unsure) + says_why
        size = size_of(line.parts) + _OF_FAULT * told + _AROUND
        if pages[-1] and (size > left or len(pages[-1]) >= _MOST):
            pages.append([])
            left = room
        pages[-1].append(line)
        left -= min(size, LONGEST_ROW)
    return pages


def _title(one: Standing, path: Path) -> str:
    try:
        return one.form.question(path).title
    except LookupError:
        return ""


def _common(told: Sequence[tuple[Line | Block, ...]]) -> tuple[Line | Block, ...]:
    """The answers that all of several rows have, in their order; of one row nothing is common."""
    if len(told) <= 1:
        return ()
    found = Counter(part for row in told for part in dict.fromkeys(row))
    return tuple(part for part in told[0] if found[part] == len(told))


def _gap_shown(missing: Gap, standing: Sequence[Standing]) -> TrayGap:
    question = standing[missing.rows[0] - 1].form.question(missing.path)
    options = tuple(option.label for option in missing.options)
    count = len(missing.rows) + len(missing.others)
    return TrayGap(question.title, count, options, missing.is_choice, missing.skips is not None)


def _alike_shown(account: Account, one: Proposed) -> Line:
    filled = Filled.of(account.form, put({}, one.path, one.answer))
    plan = filled.plan_at(one.path)
    return Line(plan.title, filled.shown.get(plan.name, one.answer), is_choice=bool(plan.shape.choices))


def _cost(account: Account, standing: Sequence[Standing], known: Known) -> tuple[Money | None, Shortage | None]:
    """The cost of all that is ready, where all of it is known, and the warning where the balance may not do."""
    costs = [cost_of(one.form) for one in standing if one.state in PLACED]
    told = [cost for cost in costs if cost is not None]
    if not told or len(told) != len(costs) or len({cost.unit for cost in told}) > 1:
        return None, None
    total = Money(sum((cost.amount for cost in told), Decimal(0)), told[0].unit)
    per_piece = account.form.priced_per_piece if issubclass(account.form, Form) else True
    balance = known.balance(account.name) if account.reads_balance else None
    short = None
    if balance is not None and balance.amount.is_finite() and balance.amount < total.amount:
        short = Shortage(balance.amount, total.amount, balance.unit or total.unit, balance.age, per_piece)
        if balance.unit and total.unit and balance.unit != total.unit:
            short = None
    return (total if per_piece else None), short
