"""Restores the draft that was dropped last: cancelled, removed from the list, or given up for another one.

It is checked by the form of today, whatever it was when it was answered, so that nothing is ordered that could no
longer be asked for.
"""

from bot.conversation.events import Event, Undone
from bot.conversation.filling import stand_again
from bot.conversation.information import no_room, stale, with_standing
from bot.conversation.parking import MOST, drafts_shown, kept_shown, parked_as, parking
from bot.conversation.replies import DraftCancelled, Hint, HintCode
from bot.conversation.room import put_aside, room
from bot.conversation.state import IDLE, KeptDraft
from bot.conversation.step import Step, Turn


def cancel(turn: Turn[Event]) -> Step:
    """Drops the open draft. The last one that was dropped is kept, for `Undo`."""
    draft = turn.draft
    account = turn.known.accounts.get(draft.account)
    title = account.title if account is not None else draft.account
    return Step(IDLE.model_copy(update={"cancelled": put_aside(turn)}), (DraftCancelled(title, draft.id),))


def undo(turn: Turn[Undone]) -> Step:
    """The draft that was dropped again, where it stood: open, or among those that are kept for later.

    One that is open meanwhile is parked. A second `Undo` changes nothing.
    """
    kept, known = turn.state.cancelled, turn.known
    if kept is None or kept.draft.id != turn.event.draft:
        return _not_there(turn)
    if kept.parked:
        return _parked_again(turn, kept)
    account = known.accounts.get(kept.draft.account)
    if account is None:
        return turn.stays(Hint(HintCode.UNDO_NO_ACCOUNT, {"account": kept.draft.account}))
    made = room(turn)
    return no_room(turn) if made is None else made.holding(stand_again(made.turn, kept))


def _not_there(turn: Turn[Undone]) -> Step:
    """It is open again by now, or parked, or can't be brought back any more."""
    if turn.state.draft is not None and turn.state.draft.id == turn.event.draft:
        return stale(turn)
    if (parked := parked_as(turn.known, turn.event.draft)) is not None:
        return with_standing(turn, kept_shown(turn.known, parked))
    return with_standing(turn, Hint(HintCode.UNDO_GONE))


def _parked_again(turn: Turn[Undone], kept: KeptDraft) -> Step:
    """Back into the list; where that is full, it is opened if nothing else is."""
    others = turn.known.parked()
    if len(others) >= MOST:
        made = room(turn) if kept.draft.account in turn.known.accounts else None
        return no_room(turn) if made is None else made.holding(stand_again(made.turn, kept))
    again = kept.model_copy(update={"parked": False})
    drafts = tuple(sorted((*others, again), key=lambda one: -one.at))
    state = turn.state.model_copy(update={"cancelled": None})
    return Step(state, (drafts_shown(turn.known, state, drafts),), (parking(again),))
