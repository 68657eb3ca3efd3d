"""Restores drafts: one whose form has changed with a deploy, and one that was cancelled.

What was answered is checked by the form of today, whatever it was when it was answered, so that nothing is ordered that
could no longer be asked for.
"""

from dataclasses import replace

from bot.conversation.events import Event, Undone
from bot.conversation.filled import Filled
from bot.conversation.filling import awaited, go_on
from bot.conversation.information import stale
from bot.conversation.prompts import current_prompt
from bot.conversation.questions import version
from bot.conversation.replies import DraftCancelled, Hint, HintCode
from bot.conversation.state import IDLE, CancelledDraft, Conversation
from bot.conversation.step import Step, Turn


def mended(turn: Turn[Event]) -> Step | None:
    """After a deploy: a draft of another form version is checked again, and only what changed is asked.

    None when the form is the same; a step without replies when the draft stands as it did, or when an order's number
    is being asked: what changed is shown when that is over.
    """
    draft, now = turn.draft, version(turn.form)
    if draft.form_version == now:
        return None
    if (naming := turn.state.naming) is not None:
        resumed = mended(replace(turn, state=turn.state.without_naming()))
        return resumed and replace(resumed, state=resumed.state.in_naming(naming), replies=())
    answers = turn.filled.pruned
    same = draft.model_copy(update={"form_version": now})
    kept = turn.state.model_copy(update={"draft": same})
    if answers == draft.answers and not Filled.of(turn.form, answers).problems and _is_shown(kept, turn):
        return Step(kept)
    return go_on(turn, answers, form_version=now)


def _is_shown(state: Conversation, turn: Turn[Event]) -> bool:
    try:
        current_prompt(state, turn.known)
    except LookupError:
        return False
    return True


def cancel(turn: Turn[Event]) -> Step:
    """Drops the open draft. The last one that was dropped is kept, for `Undo`."""
    draft = turn.draft
    account = turn.known.accounts.get(draft.account)
    naming = turn.state.naming
    phase = turn.state.phase if naming is None else naming.resumes
    kept = CancelledDraft(phase=phase, draft=draft, at=turn.known.now)
    title = account.title if account is not None else draft.account
    return Step(IDLE.model_copy(update={"cancelled": kept}), (DraftCancelled(title, draft.id),))


def undo(turn: Turn[Undone]) -> Step:
    """The cancelled draft again, exactly where it stood; a second `Undo` changes nothing.

    One that is open meanwhile is left alone, unless nothing is answered in it.
    """
    kept, known = turn.state.cancelled, turn.known
    if kept is None or kept.draft.id != turn.event.draft:
        is_open = turn.state.draft is not None and turn.state.draft.id == turn.event.draft
        return stale(turn) if is_open else _not_undone(turn, HintCode.UNDO_GONE)
    if turn.state.draft is not None and turn.state.draft.answers:
        return _not_undone(turn, HintCode.UNDO_LATER)
    account = known.accounts.get(kept.draft.account)
    if account is None:
        return turn.stays(Hint(HintCode.UNDO_NO_ACCOUNT, {"account": kept.draft.account}))
    # Of a higher revision, so that a late tap on what was cancelled doesn't fit.
    draft = kept.draft.model_copy(update={"revision": kept.draft.revision + 1})
    again = replace(turn, state=Conversation(phase=kept.phase, draft=draft))
    mending = mended(again)
    state = again.state if mending is None else mending.state
    replies = mending.replies if mending is not None else ()
    waits = awaited(state, known)
    return Step(state, replies or (current_prompt(state, known),), () if waits is None else (waits,))


def _not_undone(turn: Turn[Undone], why: HintCode) -> Step:
    """Say why the draft isn't back, and show what is open instead."""
    current = (current_prompt(turn.state, turn.known),) if turn.state.draft is not None else ()
    return turn.stays(Hint(why), *current)
