"""Makes room for another draft while one is open: that one is put aside for later.

A customer on the phone must not cost the order under way, so whatever opens a draft parks the one that is open instead
of asking for it to be finished.
"""

from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.events import Event
from bot.conversation.parking import MOST, is_blank, kept_shown, parking
from bot.conversation.replies import Reply
from bot.conversation.requests import Request, UnparkDraft
from bot.conversation.state import KeptDraft, Phase
from bot.conversation.step import Step, Turn


@dataclass(frozen=True, slots=True)
class Room:
    """The place for another draft: the state without the one that was open, which is parked unless it is blank."""

    turn: Turn[Any]
    replies: tuple[Reply, ...] = ()
    requests: tuple[Request, ...] = ()

    def holding(self, step: Step) -> Step:
        """A step that was made here, with what came before it."""
        return Step(step.state, self.replies + step.replies, self.requests + step.requests)


def room(turn: Turn[Event], taken: KeptDraft | None = None) -> Room | None:
    """Park the open draft, so that another one can be opened; None where too many are kept already.

    `taken` is a parked draft that is going to be the open one.
    """
    draft, known = turn.state.draft, turn.known
    free = turn.state.model_copy(update={"phase": Phase.IDLE, "draft": None, "naming": None})
    requests = () if taken is None else (UnparkDraft(taken.draft.id),)
    if draft is None or is_blank(draft):
        return Room(replace(turn, state=free), (), requests)
    others = tuple(one for one in known.parked() if taken is None or one.draft.id != taken.draft.id)
    if len(others) >= MOST:
        return None
    kept = put_aside(turn)
    aside = free.model_copy(update={"aside": draft.id})
    return Room(replace(turn, state=aside), (kept_shown(known, kept, len(others)),), (parking(kept), *requests))


def put_aside(turn: Turn[Event]) -> KeptDraft:
    """The open draft as it is kept; it is used only where one is open."""
    kept = turn.state.put_aside(turn.known.now)
    if kept is None:
        raise LookupError("no draft is open")
    return kept
