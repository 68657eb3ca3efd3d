"""Transitions of several drafts: a new order while one is open, the list of what is kept, and what is done there.

No draft is lost on the way: one is parked, or dropped with an Undo, and the oldest of too many goes only after it was
named.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from bot.conversation.accounts import meant, unnamed
from bot.conversation.events import (
    Answered,
    DraftPicked,
    DraftRemoved,
    DraftsRequested,
    Event,
    KeptForLater,
    OrderRequested,
    StartedAnew,
)
from bot.conversation.filling import misfit, stand_again
from bot.conversation.information import no_room, replied_about, with_standing
from bot.conversation.parking import MOST, drafts_shown, is_blank, kept_shown, line_of, parked_as, parking
from bot.conversation.prompts import accounts_offered, current_prompt
from bot.conversation.proposing import are_several, is_more, likeliest
from bot.conversation.replies import DraftCancelled, Hint, HintCode
from bot.conversation.requests import UnparkDraft
from bot.conversation.room import put_aside, room
from bot.conversation.screens import draft_open
from bot.conversation.state import IDLE, Anew, KeptDraft, Phase, Proposal
from bot.conversation.step import Step, Turn, Typed
from providers.cleaning import with_marks_shown

Begun = Callable[[Turn[Any]], Step]
"""Begins the order that an event asks for."""
_SURE: Final = 3
"""Answers that a text has to hold to be an order: a link and a number may be a slip at a question."""


def open_draft(turn: Turn[OrderRequested | KeptForLater]) -> Step:
    """`/order` while a draft is open: that goes on, is kept for later, or is dropped."""
    event, parked = turn.event, turn.known.parked()
    wanted = meant(turn.known.accounts, event.account, event.answer)
    drops = parked[-1].draft.id if len(parked) >= MOST else ""
    said = unnamed(turn.known.accounts, event.account, event.answer)
    # A product is looked for where it was wanted, and nowhere else; an order may tell by itself whose it is.
    is_order = bool(said) and bool(likeliest(turn.known, said))
    account, answer = ("", said if is_order else "") if wanted.account is None else (wanted.account.name, wanted.rest)
    draft = turn.draft.model_copy(update={"anew": Anew(account=account, answer=answer, drops=drops)})
    # The draft hides no slip: what isn't there is said before the question about it.
    unknown = (accounts_offered(turn.known, said, wanted.others),) if said and not is_order else ()
    return Step(turn.on(draft).state, (*unknown, draft_open(turn.account, draft, turn.known)))


def choose_first(turn: Turn[Answered]) -> Step | None:
    """A text while it is open which order goes on: it may be an answer of the one or a beginning of the other.

    None while nothing has to be chosen, and for a reply to an order's message.
    """
    if turn.draft.anew is None or replied_about(turn.known, turn.event) is not None:
        return None
    told = Hint(HintCode.CHOOSE_FIRST, {"text": with_marks_shown(turn.event.text)})
    return turn.stays(told, draft_open(turn.account, turn.draft, turn.known))


def for_another(tray: Typed, order: Typed) -> Typed:
    """A text that is no answer here, and an order for another account than the open draft's: that is kept for later.

    A customer's order comes when it comes. What the draft's own account would take may be meant for the draft, so that
    is never left for it. `tray` begins several orders with nothing open, `order` one.
    """

    def begin_beside(turn: Turn[Answered]) -> Step | None:
        best = likeliest(turn.known, turn.event.text)
        if _takes(turn, turn.event.text) or not any(map(_is_order, best.values())):
            return None
        made = room(turn)
        # A tray belongs to no draft, so only one without answers makes room for it.
        here = turn if made is None or not is_blank(turn.draft) else made.turn
        if (several := tray(here)) is not None:
            return several
        if made is None:
            return no_room(turn)
        step = order(made.turn)
        if step is None:
            return None
        if step.state.phase is Phase.IDLE and not step.state.said:
            # It can't be ordered: what is open goes on.
            return turn.stays(*step.replies, current_prompt(turn.state, turn.known))
        return made.holding(step)

    return begin_beside


def _takes(turn: Turn[Event], text: str) -> bool:
    """Check whether the open draft's own account takes a text as an order, but for where it would have to go."""
    found = [one for one in turn.known.proposals(turn.account.name, text, begun=True) if not one.region]
    return any(map(is_more, found))


def _is_order(found: tuple[Proposal, ...]) -> bool:
    """Check whether what a text holds is an order beyond doubt."""
    held = sum(field.sure and not field.derived for one in found for field in one.fields)
    return are_several(found) or held >= _SURE


def instead(begun: Begun) -> Callable[[Turn[StartedAnew]], Step]:
    """The new order in place of the open draft, which `Undo` brings back."""

    def start_anew(turn: Turn[StartedAnew]) -> Step:
        step = begun(_as_asked(turn))
        if is_blank(turn.draft):
            return step
        state = step.state.model_copy(update={"cancelled": put_aside(turn)})
        dropped = DraftCancelled(turn.account.title, turn.draft.id)
        return replace(step, state=state, replies=(dropped, *step.replies))

    return start_anew


def beside(begun: Begun) -> Callable[[Turn[KeptForLater]], Step]:
    """The new order beside the open draft, which is parked. The oldest of too many goes, if it was just named."""

    def keep_for_later(turn: Turn[KeptForLater]) -> Step:
        parked, anew = turn.known.parked(), turn.draft.anew
        oldest = parked[-1] if len(parked) >= MOST else None
        if oldest is not None and (anew is None or anew.drops != oldest.draft.id):
            return open_draft(_as_asked(turn))
        kept, step = put_aside(turn), begun(_as_asked(turn))
        state = step.state.model_copy(update={"aside": kept.draft.id})
        told = kept_shown(turn.known, kept, len(parked) - (oldest is not None))
        if oldest is None:
            return Step(state, (told, *step.replies), (parking(kept), *step.requests))
        gone = oldest.model_copy(update={"parked": True})
        state, requests = state.model_copy(update={"cancelled": gone}), (parking(kept), UnparkDraft(oldest.draft.id))
        return Step(state, (_dropped(turn, oldest), told, *step.replies), (*requests, *step.requests))

    return keep_for_later


def _as_asked(turn: Turn[Any]) -> Turn[Any]:
    """The turn with the text that the order was asked for with, which a button may be too small to carry."""
    event, anew = turn.event, turn.draft.anew
    if anew is None or event.answer or event.account != anew.account:
        return turn
    return replace(turn, event=replace(event, answer=anew.answer))


def _dropped(turn: Turn[Event], kept: KeptDraft) -> DraftCancelled:
    line = line_of(turn.known, kept.draft)
    return DraftCancelled(line.account, line.draft, line.about)


def requested(turn: Turn[DraftsRequested]) -> Step:
    return turn.stays(drafts_shown(turn.known, turn.state, removing=turn.event.removing))


def pick(turn: Turn[DraftPicked]) -> Step:
    """Another draft in place of the open one, which is parked."""
    is_open, place, known = turn.state.draft, turn.event.place, turn.known
    parked = known.parked()
    if place:
        ids = [*([is_open.id] if is_open is not None else []), *(one.draft.id for one in parked)]
        if not 0 < place <= len(ids):
            return turn.stays(drafts_shown(turn.known, turn.state))
        wanted = ids[place - 1]
    else:
        wanted = turn.event.draft
    if is_open is not None and is_open.id == wanted:
        return misfit(turn)
    kept = parked_as(known, wanted)
    if kept is None:
        return with_standing(turn, Hint(HintCode.DRAFT_GONE))
    if kept.draft.account not in known.accounts:
        return with_standing(turn, Hint(HintCode.DRAFT_NO_ACCOUNT, {"account": kept.draft.account}))
    made = room(turn, kept)
    return no_room(turn) if made is None else made.holding(stand_again(made.turn, kept))


def remove(turn: Turn[DraftRemoved]) -> Step:
    """A draft goes out of the list, which has an `Undo` then."""
    draft, known = turn.event.draft, turn.known
    if turn.state.draft is not None and turn.state.draft.id == draft:
        gone = put_aside(turn)
        state = IDLE.model_copy(update={"cancelled": gone, "aside": turn.state.aside})
        return Step(state, (drafts_shown(known, state, removed=gone),))
    kept = parked_as(known, draft)
    if kept is None:
        return turn.stays(drafts_shown(turn.known, turn.state))
    gone = kept.model_copy(update={"parked": True})
    left = tuple(one for one in known.parked() if one.draft.id != draft)
    state = turn.state.model_copy(update={"cancelled": gone})
    return Step(state, (drafts_shown(known, state, left, removed=gone),), (UnparkDraft(draft),))
