"""Transitions of lists and of the summary: add, change, remove, edit, confirm."""

from typing import Any, Literal

from bot.conversation.answers import drop, get, put
from bot.conversation.events import (
    AddedAnother,
    ChangeAsked,
    Confirmed,
    EditAsked,
    Event,
    FieldPicked,
    ItemPicked,
    ListDone,
    Paged,
    RemoveAsked,
    WentBack,
)
from bot.conversation.filled import Filled
from bot.conversation.filling import ask, ask_again, go_on, misfit, review
from bot.conversation.known import Known
from bot.conversation.prompts import entries, fields_offered, items_offered, listed, summarised
from bot.conversation.questions import field_at, list_around, shape
from bot.conversation.replies import Hint, HintCode, SendingShown
from bot.conversation.requests import PlaceOrder
from bot.conversation.state import IDLE, Draft, Duplicate, Phase
from bot.conversation.step import Step, Turn, draft_of
from providers.fields import about_of
from providers.orders import Outcome
from providers.products import Path


def _list(turn: Turn[Event]) -> tuple[Path, int]:
    """The list that the draft is at, or in, and how many items it has."""
    at = turn.draft.at
    path = at if not at or not isinstance(at[-1], int) else at[:-1]
    return path, len(get(turn.draft.answers, path))


def show_list(turn: Turn[Event], path: Path, **changes: Any) -> Step:
    step = turn.to(Phase.LISTING, at=path, **changes)
    return step.saying(listed(turn.account, draft_of(step.state)))


def add_item(turn: Turn[AddedAnother]) -> Step:
    path, count = _list(turn)
    if not listed(turn.account, turn.draft).can_add:
        return misfit(turn)
    return _ask_item(turn, path, count)


def _ask_item(turn: Turn[Event], path: Path, index: int) -> Step:
    """The first question of a new, empty item."""
    item = (*path, index)
    answers = put(turn.draft.answers, item, {})
    return ask(turn, Filled.of(turn.form, answers).first_in(item), answers=answers)


def change_item(turn: Turn[ChangeAsked]) -> Step:
    path, count = _list(turn)
    return _fields(turn, (*path, 0)) if count == 1 else _items(turn, path, "change")


def remove_item(turn: Turn[RemoveAsked]) -> Step:
    path, count = _list(turn)
    return _remove(turn, path, 0) if count == 1 else _items(turn, path, "remove")


def _remove(turn: Turn[Event], path: Path, index: int) -> Step:
    """Takes an item out; a list that needs one is asked anew."""
    answers = drop(turn.draft.answers, (*path, index))
    if get(answers, path):
        return show_list(turn, path, answers=answers)
    return _ask_item(turn, path, 0)


def _items(turn: Turn[Event], path: Path, purpose: Literal["change", "remove"], page: int = 0) -> Step:
    step = turn.to(Phase.PICKING_ITEM, at=path, purpose=purpose, page=page)
    return step.saying(items_offered(turn.account, draft_of(step.state)))


def _fields(turn: Turn[Event], path: Path, page: int = 0) -> Step:
    step = turn.to(Phase.PICKING_FIELD, at=path, page=page)
    return step.saying(fields_offered(turn.account, draft_of(step.state)))


def pick_item(turn: Turn[ItemPicked]) -> Step:
    (path, count), index = _list(turn), turn.event.index
    if not 0 <= index < count:
        return misfit(turn)
    return _remove(turn, path, index) if turn.draft.purpose == "remove" else _fields(turn, (*path, index))


def turn_items(turn: Turn[Paged]) -> Step:
    return _items(turn, turn.draft.at, turn.draft.purpose, turn.event.page)


def turn_fields(turn: Turn[Paged]) -> Step:
    return _fields(turn, turn.draft.at, turn.event.page)


def back_to_list(turn: Turn[WentBack]) -> Step:
    return show_list(turn, turn.draft.at)


def list_done(turn: Turn[ListDone]) -> Step:
    return go_on(turn, turn.draft.answers, left=list_around(turn.draft.at))


def back_from_list(turn: Turn[WentBack]) -> Step:
    """To the last question of the list, or to the summary when it was reached from there."""
    draft = turn.draft
    if draft.editing and turn.filled.is_done():
        return go_on(turn, draft.answers)
    return ask(turn, turn.filled.last_in(draft.at), editing=False)


def edit(turn: Turn[EditAsked]) -> Step:
    return _fields(turn, ())


def pick_field(turn: Turn[FieldPicked]) -> Step:
    """To the question of a field; a list shows itself, and a group that has answers its own fields."""
    draft, index = turn.draft, turn.event.index
    fields = entries(turn.account, draft)
    if not 0 <= index < len(fields):
        return misfit(turn)
    path = fields[index]
    kind, value = shape(field_at(turn.form, path)).kind, get(draft.answers, path)
    if kind == "list" and value:
        return show_list(turn, path, editing=True)
    if kind == "group" and value:
        return _fields(turn, path)
    return ask(turn, turn.filled.first_in(path), editing=True)


def back_from_fields(turn: Turn[WentBack]) -> Step:
    """One level up: from an item to its list, from a group to all fields, from there to the summary."""
    at = turn.draft.at
    around = list_around(at)
    if around is not None:
        return show_list(turn, around)
    return _fields(turn, at[:-1]) if at else go_on(turn, turn.draft.answers)


def confirm(turn: Turn[Confirmed]) -> Step:
    """The order is written down and sent. Only an unchanged order that was not sent before keeps its reference."""
    draft, account, form = turn.draft, turn.account, turn.filled
    if form.finished is None:
        located = next((fault for fault in form.faults if fault.path), None)
        if located is not None:
            sent = get(draft.answers, located.path)
            return ask_again(turn, drop(draft.answers, located.path), located, sent=sent)
        return turn.stays(summarised(account, draft, form.faults))
    again = keeps_reference(draft, turn.known)
    reference = draft.source if again and draft.source else turn.known.reference
    warned_of = draft.alike.reference if draft.alike else ""
    duplicate = turn.known.duplicate_of(account.name, form.likeness)
    if duplicate is not None and duplicate.reference != reference and not _was_shown(draft, duplicate):
        # Confirmed at the same moment by somebody else, or held to be not placed and seen since: Confirm then means
        # once more.
        return review(turn, duplicate)
    if draft.source is not None and not _is_still_open(turn, draft.source, again=again):
        return Step(IDLE, (Hint(HintCode.NOT_REOPENABLE, about=about_of(turn.form, draft.answers)),))
    request = PlaceOrder(
        reference=reference,
        draft=draft.id,
        account=account.name,
        form_version=draft.form_version,
        answers=draft.answers,
        likeness=form.likeness,
        source=None if again else draft.source,
        retry=again,
        duplicate=warned_of,
    )
    shown = SendingShown(account.title, reference, about_of(account.form, draft.answers))
    return Step(IDLE, (shown,), (request,))


def keeps_reference(draft: Draft, known: Known) -> bool:
    """Check whether the draft, confirmed as it is, is the order again that it was re-opened from."""
    unchanged = draft.retry is not None and draft.retry == draft.answers
    return unchanged and not known.is_elsewhere(draft.source or "", draft.account)


def _was_shown(draft: Draft, duplicate: Duplicate) -> bool:
    """Check that the summary spoke of this order, as it stands: that its number is known by now is no news."""
    alike = draft.alike
    return alike is not None and (alike.reference, alike.outcome) == (duplicate.reference, duplicate.outcome)


def _is_still_open(turn: Turn[Confirmed], source: str, *, again: bool) -> bool:
    """Check that the order which the draft was re-opened from hasn't been ordered anew meanwhile."""
    order = turn.known.order(source)
    outcomes = (Outcome.NOT_SENT,) if again else (Outcome.NOT_SENT, Outcome.REFUSED)
    return order is not None and order.outcome in outcomes and not order.replaced_by
