"""The door of the conversation: one event meets one state, and a step comes out.

Pure: no clock, no randomness, no input or output. The caller saves the state, sends the replies and does the
requests; called again with the same arguments it says the same.
"""

from bot.conversation.context import Account, Context
from bot.conversation.events import (
    Answered,
    CancelRequested,
    Event,
    LookedUp,
    Settled,
    Tap,
    TapUnreadable,
)
from bot.conversation.filled import Filled
from bot.conversation.filling import go_on, misfit
from bot.conversation.prompts import where_we_stand
from bot.conversation.questions import version
from bot.conversation.replies import (
    AccountGone,
    DraftCancelled,
    Reply,
    Stale,
)
from bot.conversation.state import IDLE, Conversation, Phase
from bot.conversation.step import Step, Turn
from bot.conversation.table import ASIDES, TABLE

__all__ = ["Account", "Context", "IllegalStepError", "Step", "advance"]


class IllegalStepError(AssertionError):
    """A transition led to a phase that the table doesn't allow: a mistake in the engine itself."""


def advance(state: Conversation, event: Event, context: Context) -> Step:
    """The step for an event: new state, replies, requests. Every event is answered in every state.

    An event that doesn't fit changes nothing and shows where we stand; a worker's report that came too late is dropped
    in silence.
    """
    if state.draft is not None:
        if state.draft.account not in context.accounts:
            return _without_account(state, event, context, state.draft.account)
        if (mending := mended(Turn(state, event, context))) is not None:
            return _after_mending(mending, event, context)
    return _advance(state, event, context)


def _after_mending(mending: Step, event: Event, context: Context) -> Step:
    """Asks first what a deploy has changed: an answer or a tap was meant for what stood there before."""
    if mending.replies and isinstance(event, Answered | LookedUp | Tap | TapUnreadable):
        return mending
    step = _advance(mending.state, event, context)
    if step.state != mending.state:
        return step
    return Step(step.state, mending.replies + step.replies, step.requests)


def _advance(state: Conversation, event: Event, context: Context) -> Step:
    turn = Turn(state, event, context)
    transition = TABLE[state.phase].get(type(event))
    if isinstance(event, TapUnreadable) or (isinstance(event, Tap) and not _fits(state, event)):
        # A button of an earlier moment; with no draft open a word on the button is enough.
        standing: tuple[Reply, ...] = (where_we_stand(state, context),) if state.draft else ()
        return Step(state, (Stale(), *standing))
    if transition is None and state.phase is Phase.NAMING:
        return _advance(state.without_naming(), event, context)
    if transition is None:
        return Step(state) if isinstance(event, LookedUp) else misfit(turn)
    step = transition.act(turn)
    if step.state.phase not in transition.to:
        raise IllegalStepError(f"{type(event).__name__} led from {state.phase} to {step.state.phase}")
    return step


def _fits(state: Conversation, event: Tap) -> bool:
    return state.draft is not None and (event.draft, event.revision) == (state.draft.id, state.draft.revision)


def _without_account(state: Conversation, event: Event, context: Context, name: str) -> Step:
    """The draft's account was taken out of the settings: the draft is kept for when it comes back."""
    if isinstance(event, CancelRequested):
        return Step(IDLE, (DraftCancelled(name),))
    if isinstance(event, Settled) or type(event) in ASIDES:
        return TABLE[Phase.ASKING][type(event)].act(Turn(state, event, context))
    return Step(state) if isinstance(event, LookedUp) else Step(state, (AccountGone(name),))


def mended(turn: Turn[Event]) -> Step | None:
    """After a deploy: a draft of another form version is checked again, and only what changed is asked.

    None when the form is the same; a step without replies when the draft stands as it did.
    """
    draft, now = turn.draft, version(turn.form)
    if draft.form_version == now:
        return None
    answers = turn.filled.pruned
    kept = Conversation(phase=turn.state.phase, draft=draft.model_copy(update={"form_version": now}))
    if answers == draft.answers and not Filled.of(turn.form, answers).problems and _is_shown(kept, turn):
        return Step(kept)
    return go_on(turn, answers, form_version=now)


def _is_shown(state: Conversation, turn: Turn[Event]) -> bool:
    try:
        where_we_stand(state, turn.context)
    except LookupError:
        return False
    return True
