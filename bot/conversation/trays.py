"""Transitions of a tray: the orders of one text in one message, put right row by row and confirmed together.

A tray belongs to no draft, so that it fits in any phase. A row that is to be put right is opened as a draft, and goes
back into the tray when that is complete: whatever is asked there is asked as for any other order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from bot.conversation.accounts import said_with, unnamed
from bot.conversation.answers import MISSING, get
from bot.conversation.events import (
    Answered,
    BatchConfirmed,
    Cancelled,
    CancelRequested,
    Confirmed,
    DraftRow,
    Event,
    KeptForLater,
    OrderRequested,
    SentOther,
    StartedAnew,
    TrayAction,
    TrayTapped,
)
from bot.conversation.filling import blank, checking_product, go_on
from bot.conversation.information import batch_shown, held_at, no_room, nothing_open, stale
from bot.conversation.known import Account, Known
from bot.conversation.parking import is_blank
from bot.conversation.prompts import summarised
from bot.conversation.proposing import are_several, is_more, likeliest
from bot.conversation.questions import version
from bot.conversation.replies import (
    AccountGone,
    BatchFault,
    BatchRefused,
    BatchShown,
    Hint,
    HintCode,
    NothingOpen,
    NotText,
    Reply,
    SheetReading,
    Stale,
    Summarised,
    TrayClosed,
)
from bot.conversation.requests import (
    ConfirmBatch,
    DropTray,
    KeepTray,
    NoteSheetOrders,
    Request,
    SayOfSheet,
    SheetRowConfirmed,
)
from bot.conversation.room import room
from bot.conversation.state import Duplicate, Phase, Proposal, Proposed, RowOf
from bot.conversation.step import Step, Turn, draft_of
from bot.conversation.tray import RowState, Tray, TrayRow
from bot.conversation.tray_rows import (
    PLACED,
    Standing,
    facts_from,
    filled_up,
    gap,
    in_file,
    is_of_one,
    lacking,
    row_of,
    settled,
    shown,
    standings,
    tray_open,
    with_answer,
)

SOON: Final = 600 * 1_000_000
"""Microseconds in which another text adds to a tray: people forward one message after the other."""
_KEEPS: Final = 20
"""Texts that a tray remembers, to be read for another account."""
_ANEW: Final[dict[str, Any]] = {"alike": (), "seen": 0}
"""What changes of a tray with several of its rows: all of it is to be seen once more."""


def answered(turn: Turn[Answered]) -> Step | None:
    """Several orders in a text at a question or a list; None for any other text.

    A draft without answers makes room for them, any other goes on.
    """
    found = held_at(turn)
    if not are_several(found):
        return None
    is_over = is_blank(turn.draft) and turn.draft.row is None
    here = turn.alone() if is_over else turn
    return _begun(here, turn.account, found, turn.event.text)


def begun(turn: Turn[OrderRequested | StartedAnew | KeptForLater]) -> Step | None:
    """`/order` with a text that holds several orders; None for any other."""
    accounts, event = turn.known.accounts, turn.event
    account, text = said_with(accounts, event.account, event.answer, turn.state.said)
    if account is None:
        text = unnamed(accounts, event.account, event.answer)
        return begun_likeliest(Turn(turn.alone().state, Answered(text), turn.known)) if text else None
    found = turn.known.proposals(account.name, text, begun=True)
    return _begun(turn.alone(), account, found, text) if are_several(found) else None


def begun_anywhere(turn: Turn[Answered]) -> Step | None:
    """Several orders in a text while nothing is asked; None for any other text, or where an account has to be named.

    Of accounts that it fits alike the one that was used last is taken, and the others stand beside it: a tray shows
    what is in it before anything is asked.
    """
    return _one_more(turn) or begun_likeliest(turn)


def begun_likeliest(turn: Turn[Answered]) -> Step | None:
    """The same for a tray of its own: one order more belongs to no tray of another account's."""
    text, known = turn.event.text, turn.known
    best = likeliest(known, text)
    name = next(iter(best)) if len(best) == 1 else known.last_used(best)
    if not name or not are_several(best[name]):
        return None
    return _begun(turn, known.accounts[name], best[name], text, [other for other in best if other != name])


def _one_more(turn: Turn[Answered]) -> Step | None:
    """A text with one order more, just after the tray that it belongs to; None for any other text."""
    known, found = turn.known, turn.known.open_tray()
    account = None if found is None else known.accounts.get(found[0].account)
    if account is None or _added_to(known, account.name) is None:
        return None
    orders = known.proposals(account.name, turn.event.text)
    return _begun(turn, account, orders, turn.event.text) if any(map(is_more, orders)) else None


def _begun(turn: Turn[Any], account: Account, found: Sequence[Proposal], text: str, others: Iterable[str] = ()) -> Step:
    """The orders that a text holds in a tray of their own, or behind those of the tray that has just been shown."""
    rows = tuple(row_of(account.form, one, facts_from(turn.known, account.name)) for one in found)
    unread = tuple(dict.fromkeys(part for one in found for part in one.unread))
    return begun_with(turn, account, rows, unread, text, others)


def begun_with(
    turn: Turn[Any],
    account: Account,
    made: Sequence[TrayRow],
    unread: Sequence[str] = (),
    text: str = "",
    others: Iterable[str] = (),
    again: str = "",
) -> Step:
    """Rows in a tray of their own, or behind those of the tray that has just been shown, which is of the same kind."""
    known = turn.known
    there = _added_to(known, account.name, again)
    if there is not None and text in there.texts:
        # Sent twice on a bad line, or forwarded once more.
        return _kept(turn, there, row=len(there.rows), anew=True)
    tray = there or Tray(id=known.draft_id, account=account.name, others=tuple(others), again=again)
    if (count := len(tray.rows) + len(made)) > known.batch_rows:
        return turn.stays(BatchRefused(BatchFault.TOO_MANY, account.title, most=known.batch_rows, count=count))
    changed = {
        "rows": (*tray.rows, *made),
        "unread": tuple(dict.fromkeys((*tray.unread, *unread))),
        "texts": (*tray.texts, *filter(None, [text]))[-_KEEPS:],
        "others": tray.others if there is None else (),
        "alike": (),
    }
    return _kept(turn, tray.model_copy(update=changed), row=len(tray.rows) + 1 if there else 0, anew=True)


def _added_to(known: Known, account: str, again: str = "") -> Tray | None:
    """The tray that another text belongs to: the one for this account that was shown or changed just now."""
    found = known.open_tray()
    if found is None or (found[0].account, found[0].again) != (account, again) or found[0].dropped:
        return None
    return found[0] if 0 <= known.now - found[1] <= SOON else None


def tapped(confirmed: Callable[[Turn[BatchConfirmed]], Step]) -> Callable[[Turn[TrayTapped]], Step]:
    """A button of a tray; one of an earlier moment shows the tray as it is. `confirmed` makes a batch of it."""

    def act(turn: Turn[TrayTapped]) -> Step:
        event, known = turn.event, turn.known
        tray = known.tray(event.tray)
        if tray is None:
            there = batch_shown(known, event.tray, at_once=True)
            return turn.stays(*there) if there else stale(turn)
        account = known.accounts.get(tray.account)
        if account is None:
            return turn.stays(AccountGone(tray.account))
        if tray.dropped or event.action is TrayAction.UNDO:
            return _kept(turn, tray.model_copy(update={"dropped": False}))
        if event.action is TrayAction.OPEN:
            # What is to be put right is the row, whatever has changed in others.
            return _opened(turn, tray, account)
        if event.revision != tray.revision:
            step = _kept(turn, tray)
            return replace(step, replies=(Stale(), *step.replies))
        if event.action is TrayAction.CONFIRM:
            return _confirmed(turn, tray, account, confirmed)
        return _changed(turn, tray, account)

    return act


def _changed(turn: Turn[TrayTapped], tray: Tray, account: Account) -> Step:
    event, known = turn.event, turn.known
    match event.action:
        case TrayAction.PAGE:
            told, seen = shown(tray, account, known, page=event.n)
            return turn.stays(told, requests=(_keeping(tray.model_copy(update={"seen": seen}), known),))
        case TrayAction.FILL:
            missing = gap(tray, account, standings(tray, account, known), known)
            if missing is None or not 0 <= event.n < len(missing.options):
                return stale(turn)
            filled = filled_up(tray, account, missing, missing.options[event.n])
            return _kept(turn, filled.model_copy(update=_ANEW))
        case TrayAction.ALIKE:
            for one in tray.alike:
                tray = with_answer(tray, account, one)
            return _kept(turn, tray.model_copy(update=_ANEW))
        case TrayAction.WIDEN:
            return _kept(turn, _widened(tray, standings(tray, account, known)).model_copy(update=_ANEW))
        case TrayAction.ELSEWHERE:
            return _elsewhere(turn, tray)
        case _:
            return _dropped(turn, tray, account)


def _dropped(turn: Turn[Any], tray: Tray, account: Account, *, anew: bool = False) -> Step:
    """The tray given up; it can be taken back."""
    dropped = tray.model_copy(update={"dropped": True, "revision": tray.revision + 1})
    closed = TrayClosed(tray.id, account.title, len(tray.rows), dropped.revision, anew=anew)
    return turn.stays(closed, requests=(_keeping(dropped, turn.known),))


def _widened(tray: Tray, standing: Sequence[Standing]) -> Tray:
    """Also what was ordered before, or stands twice: the person has it before them."""
    for one in standing:
        if one.state in {RowState.BEFORE, RowState.REPEATED}:
            before = one.duplicate
            told = {"shown": before.reference, "shown_as": before.outcome} if before is not None else {}
            tray = tray.with_row(one.n, one.row.model_copy(update={"again": True} | told))
    return tray


def _elsewhere(turn: Turn[TrayTapped], tray: Tray) -> Step:
    """The same texts, read for another account."""
    known, place = turn.known, turn.event.n
    name = tray.others[place] if 0 <= place < len(tray.others) else ""
    account = known.accounts.get(name)
    if account is None:
        return stale(turn)
    if tray.sheet:
        sheet = known.sheet(tray.sheet)
        told = () if sheet is None else (SheetReading(tray.sheet, sheet[0].name),)
        return turn.stays(*told, requests=(SayOfSheet(tray.sheet, account=name),))
    found = [one for text in tray.texts for one in known.proposals(name, text, begun=True)]
    if not found:
        return stale(turn)
    rows = tuple(row_of(account.form, one, facts_from(known, name)) for one in found)
    others = tuple(tray.account if one == name else one for one in tray.others)
    unread = tuple(dict.fromkeys(part for one in found for part in one.unread))
    changed = _ANEW | {"account": name, "rows": rows, "others": others, "unread": unread}
    return _kept(turn, tray.model_copy(update=changed))


def _confirmed(
    turn: Turn[TrayTapped], tray: Tray, account: Account, confirmed: Callable[[Turn[BatchConfirmed]], Step]
) -> Step:
    """All rows that are ready are placed, exactly as they were shown; what is not stays in a tray of its own."""
    known = turn.known
    standing = standings(tray, account, known)
    placed = [one for one in standing if one.state in PLACED]
    if not placed or tray.seen < len(tray.rows) or tuple(one.n for one in placed) != tray.ready:
        return _kept(turn, tray.model_copy(update={"seen": 0}), changed=True)
    places = {one.n: place for place, one in enumerate(placed, 1)}

    before = known.duplicates_of(account.name, [one.form.likeness for one in placed if one.duplicate is not None])

    def is_guarded(one: Standing) -> bool:
        """True where the like order still counts as one, and not only as what a row of a sheet has become."""
        return one.form.likeness in before

    rows = tuple(
        DraftRow(
            answers=one.row.answers,
            shown=one.row.shown if not one.placed_after and is_guarded(one) else "",
            shown_as=one.row.shown_as if not one.placed_after and is_guarded(one) else "",
            repeats=places[one.placed_after] if one.placed_after else 0,
        )
        for one in placed
    )
    step = confirmed(Turn(turn.state, BatchConfirmed(tray.id, account.name, version(account.form), rows), known))
    if not any(isinstance(reply, BatchShown) for reply in step.replies):
        return step.saying(*_kept(turn, tray).replies)
    just_placed = {
        row.likeness: Duplicate(reference=row.reference, confirmed_at=known.now)
        for request in step.requests
        if isinstance(request, ConfirmBatch)
        for row in request.rows
    }
    left = tuple(one.row for one in standing if one.state not in PLACED)
    step = replace(step, requests=(*step.requests, *_rows_noted(tray, placed, step), DropTray(tray.id)))
    if not left:
        return step
    rest = Tray(id=known.draft_id, account=tray.account, rows=left, texts=(), sheet=tray.sheet, again=tray.again)
    kept = _kept(turn, rest, anew=True, just_placed=just_placed)
    return replace(step, replies=(*step.replies, *kept.replies), requests=(*step.requests, *kept.requests))


def _rows_noted(tray: Tray, placed: Sequence[Standing], step: Step) -> Iterator[NoteSheetOrders]:
    """The rows of a sheet by the orders that they have just become."""
    for request in step.requests if tray.sheet else ():
        if isinstance(request, ConfirmBatch):
            rows = (
                SheetRowConfirmed(one.row.keys, one.form.likeness, order.reference)
                for one, order in zip(placed, request.rows, strict=True)
            )
            yield NoteSheetOrders(tray.sheet, request.batch, tray.account, tuple(rows))


def of_sheet(turn: Turn[Any], account: str, rows: tuple[TrayRow, ...], sheet: str, others: Iterable[str]) -> Step:
    """The orders of a sheet in a tray, in the place of the one that had them as they were read before."""
    known = turn.known
    found = known.open_tray()
    there = found[0] if found is not None and found[0].sheet == sheet and not found[0].dropped else None
    tray = Tray(id=there.id if there else known.draft_id, account=account, rows=rows, sheet=sheet)
    revision = there.revision if there else 0
    return _kept(turn, tray.model_copy(update={"others": tuple(others), "revision": revision}), anew=True)


# A row as a draft


def _opened(turn: Turn[TrayTapped], tray: Tray, account: Account) -> Step:
    """A row as a draft: at what it lacks, or at its summary. An open draft is kept for later."""
    n = turn.event.n
    if not 0 < n <= len(tray.rows):
        return stale(turn)
    tray, turn = _put_aside(turn, tray)
    made = room(turn)
    if made is None:
        return no_room(turn)
    row = tray.rows[n - 1]
    alone = tray.model_copy(update={"rows": (row.model_copy(update={"draft": ""}),)})
    is_open = standings(alone, account, turn.known)[0].state
    draft = blank(account, turn.known.draft_id).model_copy(
        update={
            "answers": row.answers,
            "unsure": row.unsure,
            "brief": True,
            "row": RowOf(tray=tray.id, n=n, of=len(tray.rows), direct=is_open is RowState.OPEN),
        }
    )
    here = made.turn.on(draft)
    step = made.holding(_at_what_it_lacks(here, row))
    changed = tray.with_row(n, row.model_copy(update={"draft": draft.id}))
    kept = _kept(replace(turn, state=step.state), changed, row=n)
    return Step(step.state, (*kept.replies, *step.replies), (*step.requests, *kept.requests))


def _at_what_it_lacks(turn: Turn[Any], row: TrayRow) -> Step:
    at = turn.filled.open
    if at is not None and get(row.answers, at) is not MISSING:
        question = turn.filled.question(at)
        if question.into is not None:
            return checking_product(turn, question, row.answers)
    return go_on(turn, row.answers)


def _put_aside(turn: Turn[Any], tray: Tray) -> tuple[Tray, Turn[Any]]:
    """The tray with the row that is open as a draft back in it, as far as it is, and the state without that draft."""
    draft = turn.state.draft
    if draft is None or draft.row is None or draft.row.tray != tray.id or not 0 < draft.row.n <= len(tray.rows):
        return tray, turn
    return _with_draft(turn, tray, draft.row.n), turn.alone()


def _with_draft(turn: Turn[Any], tray: Tray, n: int, **changes: Any) -> Tray:
    """The tray with the answers of the open draft in a row; what the other rows lack of them is offered to these."""
    draft, row, account = turn.draft, tray.rows[n - 1], turn.known.accounts[tray.account]
    answers = draft.answers if draft.before is None else draft.before
    changed = row.model_copy(
        update=changes | {"answers": answers, "unsure": draft.unsure, "draft": "", "unread": (), "beside": ()}
    )
    given = tuple(
        Proposed(path=(name,), answer=value)
        for name, value in answers.items()
        if isinstance(value, str) and name not in row.answers and not is_of_one(account, (name,))
    )
    tray = tray.with_row(n, settled(account.form, changed))
    return tray.model_copy(update={"alike": tuple(one for one in given if lacking(tray, one))})


def put_back(turn: Turn[Confirmed]) -> Step | None:
    """The row goes back into its tray; None for an order of its own. Nothing is ordered by it."""
    draft = turn.draft
    if draft.row is None:
        return None
    tray = turn.known.tray(draft.row.tray)
    if tray is None or tray.account != draft.account or tray.dropped or not 0 < draft.row.n <= len(tray.rows):
        # The others are confirmed or given up: it goes on alone.
        step = turn.to(Phase.REVIEWING, row=None)
        return step.saying(Hint(HintCode.TRAY_GONE), summarised(turn.account, draft_of(step.state)))
    before = draft.alike
    told: dict[str, Any] = {"seen": True}
    if before is not None:
        told |= {"again": True, "shown": before.reference, "shown_as": before.outcome}
    changed = _with_draft(turn, tray, draft.row.n, **told)
    return _kept(turn.alone(), changed, row=draft.row.n, anew=True)


def returned(step: Step, known: Known) -> Step:
    """The step with a row back in its tray as soon as it is complete, if it was opened for what it lacked."""
    draft = step.state.draft
    if draft is None or draft.row is None or not draft.row.direct or step.state.phase is not Phase.REVIEWING:
        return step
    after = put_back(Turn(step.state, Confirmed(draft.id, draft.revision), known))
    if after is None:
        return step
    said = tuple(one for one in step.replies if not isinstance(one, Summarised))
    return Step(after.state, (*said, *after.replies), (*step.requests, *after.requests))


def beside_tray(step: Step, event: Event, known: Known) -> Step:
    """The step with the tray that waits for its Confirm, said anew, where else nothing was said to be open."""
    if not isinstance(event, Answered | SentOther) or not any(isinstance(one, NothingOpen) for one in step.replies):
        return step
    tray = tray_open(step.state, known)
    if tray is None:
        return step
    if isinstance(event, Answered):
        why: Reply = Hint(HintCode.NOT_TAKEN, {"text": event.text})
    else:
        why = NotText(event.medium, event.captioned, taps=True)
    said = tuple(one for one in step.replies if not isinstance(one, NothingOpen))
    return replace(step, replies=(*said, why, replace(tray, anew=True)))


def given_up(turn: Turn[CancelRequested]) -> Step:
    """`/cancel` with no draft open: the tray that waits for its Confirm is what there is to give up, with an Undo."""
    found = turn.known.open_tray()
    if found is None or tray_open(turn.state, turn.known) is None:
        return nothing_open(turn)
    return _dropped(turn, found[0], turn.known.accounts[found[0].account], anew=True)


def left(turn: Turn[Cancelled | CancelRequested]) -> Step | None:
    """Cancel of a row: it stays in the tray as it was. None for an order of its own."""
    draft = turn.draft
    tray = None if draft.row is None else turn.known.tray(draft.row.tray)
    if draft.row is None or tray is None or tray.dropped or not 0 < draft.row.n <= len(tray.rows):
        return None
    row = tray.rows[draft.row.n - 1].model_copy(update={"draft": ""})
    changed = tray.with_row(draft.row.n, row)
    return _kept(turn.alone(), changed, row=draft.row.n, anew=True)


def _kept(
    turn: Turn[Any],
    tray: Tray,
    *,
    row: int = 0,
    anew: bool = False,
    changed: bool = False,
    just_placed: Mapping[str, Duplicate] = MappingProxyType({}),
) -> Step:
    """The tray written down and shown, on the page of a row; which rows are ready is part of what is written."""
    account, known = turn.known.accounts[tray.account], turn.known
    standing = standings(tray, account, known, just_placed)
    ready = tuple(one.n for one in standing if one.state in PLACED)
    tray = tray.model_copy(update={"revision": tray.revision + 1, "ready": ready})
    told, seen = shown(tray, account, known, standing, row=row, anew=anew, changed=changed)
    if not tray.sheet or told.pages == 1 or seen == len(tray.rows):
        return turn.stays(told, requests=(_keeping(tray.model_copy(update={"seen": seen}), known),))
    # Nobody turns the pages of a sheet: all of it is shown in a file, which holds as much as it has.
    rows = tuple(one.model_copy(update={"seen": True}) for one in tray.rows)
    tray = tray.model_copy(update={"rows": rows, "seen": len(rows)})
    standing = standings(tray, account, known, just_placed)
    tray = tray.model_copy(update={"ready": tuple(one.n for one in standing if one.state in PLACED)})
    told, _ = shown(tray, account, known, standing, row=row, anew=True, changed=changed)
    return turn.stays(in_file(tray, account, standing), told, requests=(_keeping(tray, known),))


def _keeping(tray: Tray, known: Known) -> Request:
    return KeepTray(tray.id, tray.model_dump_json(), known.now)
