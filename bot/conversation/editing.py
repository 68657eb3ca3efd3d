"""Transitions of lists and of the summary: add, change, remove, edit, confirm."""

from typing import Any, cast

from bot.conversation import events
from bot.conversation.answers import completed, drop, fingerprint, get, is_answered, put
from bot.conversation.events import FieldPicked, ItemPicked, Paged
from bot.conversation.filling import ask, ask_again, go_on, misfit
from bot.conversation.prompts import entries, fields_offered, items_offered, listed, parts, summarised
from bot.conversation.questions import field_at, list_around, questions, shape
from bot.conversation.replies import DraftCancelled, DraftOpen, Reply, SendingShown
from bot.conversation.requests import PlaceOrder
from bot.conversation.state import IDLE, Draft, Path, Phase
from bot.conversation.step import Step, Turn


def _list(turn: Turn) -> tuple[Path, int]:
    """The list that the draft is at, or in, and how many items it has."""
    at = turn.draft.at
    path = at if not at or not isinstance(at[-1], int) else at[:-1]
    return path, len(get(turn.draft.answers, path))


def _shown(step: Step, reply: Reply) -> Step:
    return Step(step.state, (reply,), step.requests)


def show_list(turn: Turn, path: Path, **changes: Any) -> Step:
    step = turn.to(Phase.LISTING, at=path, **changes)
    return _shown(step, listed(turn.form, cast("Draft", step.state.draft)))


def add_item(turn: Turn) -> Step:
    path, count = _list(turn)
    if not listed(turn.form, turn.draft).can_add:
        return misfit(turn)
    return _ask_item(turn, path, count)


def _ask_item(turn: Turn, path: Path, index: int) -> Step:
    """The first question of a new, empty item."""
    item = (*path, index)
    answers = put(turn.draft.answers, item, {})
    first = next(q.path for q in questions(turn.form, answers) if q.path[: len(item)] == item)
    return ask(turn, first, answers=answers)


def change_item(turn: Turn) -> Step:
    path, count = _list(turn)
    return _fields(turn, (*path, 0)) if count == 1 else _items(turn, path, "change")


def remove_item(turn: Turn) -> Step:
    path, count = _list(turn)
    return _remove(turn, path, 0) if count == 1 else _items(turn, path, "remove")


def _remove(turn: Turn, path: Path, index: int) -> Step:
    """Takes an item out; a list that needs one is asked anew."""
    answers = drop(turn.draft.answers, (*path, index))
    if get(answers, path):
        return show_list(turn, path, answers=answers)
    return _ask_item(turn, path, 0)


def _items(turn: Turn, path: Path, purpose: str, page: int = 0) -> Step:
    step = turn.to(Phase.PICKING_ITEM, at=path, purpose=purpose, page=page)
    return _shown(step, items_offered(turn.form, cast("Draft", step.state.draft)))


def _fields(turn: Turn, path: Path, page: int = 0) -> Step:
    step = turn.to(Phase.PICKING_FIELD, at=path, page=page)
    return _shown(step, fields_offered(turn.form, cast("Draft", step.state.draft)))


def pick_item(turn: Turn) -> Step:
    (path, count), index = _list(turn), cast("ItemPicked", turn.event).index
    if not 0 <= index < count:
        return misfit(turn)
    return _remove(turn, path, index) if turn.draft.purpose == "remove" else _fields(turn, (*path, index))


def turn_page(turn: Turn) -> Step:
    page = cast("Paged", turn.event).page
    if turn.state.phase is Phase.PICKING_ITEM:
        return _items(turn, turn.draft.at, turn.draft.purpose, page)
    return _fields(turn, turn.draft.at, page)


def back_to_list(turn: Turn) -> Step:
    return show_list(turn, turn.draft.at)


def list_done(turn: Turn) -> Step:
    return go_on(turn, turn.draft.answers, left=list_around(turn.draft.at))


def back_from_list(turn: Turn) -> Step:
    """To the last question of the list, or to the summary when it was reached from there."""
    draft = turn.draft
    every = questions(turn.form, draft.answers)
    if draft.editing and all(is_answered(q, draft.answers) for q in every):
        return go_on(turn, draft.answers)
    inside = [q.path for q in every if q.path[: len(draft.at)] == draft.at]
    return ask(turn, inside[-1], editing=False)


def edit(turn: Turn) -> Step:
    return _fields(turn, ())


def pick_field(turn: Turn) -> Step:
    """To the question of a field; a list shows itself, and a group that has answers its own fields."""
    draft, index = turn.draft, cast("FieldPicked", turn.event).index
    fields = entries(turn.form, draft.answers, draft.at)
    if not 0 <= index < len(fields):
        return misfit(turn)
    path = fields[index]
    kind, value = shape(field_at(turn.form, path)).kind, get(draft.answers, path)
    if kind == "list" and value:
        return show_list(turn, path, editing=True)
    if kind == "group" and value:
        return _fields(turn, path)
    first = next(q.path for q in questions(turn.form, draft.answers) if q.path[: len(path)] == path)
    return ask(turn, first, editing=True)


def back_from_fields(turn: Turn) -> Step:
    """One level up: from an item to its list, from a group to all fields, from there to the summary."""
    at = turn.draft.at
    around = list_around(at)
    if around is not None:
        return show_list(turn, around)
    return _fields(turn, at[:-1]) if at else go_on(turn, turn.draft.answers)


def confirm(turn: Turn) -> Step:
    """The order is written down and sent. Only an unchanged order that was not sent before keeps its reference."""
    draft, account = turn.draft, turn.account
    finished, problems = completed(turn.form, draft.answers)
    if finished is None:
        located = next((p for p in problems if p.path), None)
        if located is not None:
            return ask_again(turn, drop(draft.answers, located.path), located)
        return Step(turn.state, (summarised(account, draft, tuple(problems)),))
    again = draft.retry is not None and draft.retry == draft.answers
    reference = draft.source if again and draft.source else turn.context.reference
    request = PlaceOrder(
        reference=reference,
        draft=draft.id,
        account=account.name,
        form_version=draft.form_version,
        answers=draft.answers,
        fingerprint=fingerprint(finished),
        source=None if again else draft.source,
        retry=again,
        alike=draft.alike.reference if draft.alike else "",
    )
    return Step(IDLE, (SendingShown(account.title, reference),), (request,))


def ordered_before(turn: Turn) -> Step:
    """The summary says who ordered the same and when; Confirm then means: once more."""
    step = turn.to(Phase.REVIEWING, alike=cast("events.DuplicateFound", turn.event).alike)
    return Step(step.state, (summarised(turn.account, cast("Draft", step.state.draft)),))


def cancel(turn: Turn) -> Step:
    return Step(IDLE, (DraftCancelled(turn.account.title),))


def offer_open_draft(turn: Turn, wanted: str, product: str = "") -> Step:
    answered = len(parts(turn.form, turn.draft.answers))
    known = wanted if wanted in turn.context.accounts else ""
    return Step(turn.state, (DraftOpen(turn.account.title, known, answered, product if known else ""),))
