"""The door of the conversation: one event meets one state, and a step comes out.

Pure: no clock, no randomness, no input or output. The caller saves the state, sends the replies and does the
requests; called again with the same arguments it says the same.
"""

from dataclasses import replace
from typing import Final

from bot.conversation.editing import keeps_reference
from bot.conversation.events import (
    Answered,
    BalancesRead,
    BatchMoved,
    CancelRequested,
    Confirmed,
    DraftPicked,
    DraftRemoved,
    Event,
    Investigated,
    LookedUp,
    Missed,
    NumberChecked,
    NumberGivenUp,
    OrderTapped,
    Postponed,
    Progressed,
    SearchedElsewhere,
    Settled,
    SheetNotRead,
    SheetRead,
    StatusAnswered,
    Tap,
    TapUnreadable,
    TrayAction,
    TrayTapped,
    TriedAgain,
)
from bot.conversation.filled import Filled
from bot.conversation.filling import mended, misfit, review
from bot.conversation.information import not_taken, replied_about, searched_for, show_status, stale
from bot.conversation.known import Account, Known
from bot.conversation.parking import kept_shown, parked_as
from bot.conversation.questions import is_listed, may_be_again
from bot.conversation.repeating import replied_change, with_repeated
from bot.conversation.replies import (
    AccountGone,
    AccountsOffered,
    Asked,
    CheckingShown,
    Choices,
    DraftsListed,
    Listed,
    Shortage,
    Stale,
    StatusShown,
    Summarised,
    Toast,
)
from bot.conversation.requests import ParkDraft, RefreshBalance
from bot.conversation.restoring import cancel
from bot.conversation.state import Conversation, Draft, Phase
from bot.conversation.status import as_number, busy, with_order
from bot.conversation.step import Step, Turn
from bot.conversation.table import ASIDES, FOR_ANOTHER, TABLE
from bot.conversation.trays import beside_tray, returned
from bot.conversation.views import Cost
from providers.fields import Form
from providers.products import total_of

__all__ = ["Account", "IllegalStepError", "Known", "Step", "advance"]

_TAKES_TEXT: Final = (Phase.ASKING, Phase.NAMING)
"""Phases in which a text answers."""
_ASKING: Final = ("?", "？")


class IllegalStepError(AssertionError):
    """A transition led to a phase that the table doesn't allow: a mistake in the engine itself."""


def advance(state: Conversation, event: Event, known: Known) -> Step:
    """The step for an event: new state, replies, requests. Every event is answered in every state.

    An event that doesn't fit changes nothing and shows where we stand; a worker's report that came too late is dropped
    in silence.
    """
    if isinstance(event, Answered):
        event = replied_change(state, event, known) or event
    if isinstance(event, Answered) and state.draft is None and event.missed is None:
        # A reply to an order's message is about that order, whatever is searched.
        sought = searched_for(state, event.text) if replied_about(known, event) is None else None
        event = _said(state, event, known) or sought or event
    step = beside_tray(returned(_stepped(state, event, known), known), event, known)
    step = _regarded(state, step, event, known)
    step = _resuming(state, _forgetting(state, _remembering(state, step)), known)
    return _answered(state, step, event)


_OF_WORKERS: Final = (
    *(Settled, LookedUp, Postponed, TriedAgain, Investigated, NumberChecked, StatusAnswered, Progressed),
    *(SearchedElsewhere, BalancesRead, BatchMoved, SheetRead, SheetNotRead),
)
"""Events that no person brings about."""
_OF_DRAFTS: Final = (Asked, CheckingShown, Choices, Listed, Summarised)


def _answered(before: Conversation, step: Step, event: Event) -> Step:
    """The step without a search that something else was done in the place of, and without a choice that was made.

    Whether another order makes room for the open draft is no question any more once that draft is shown below it.
    """
    state = step.state
    changed: dict[str, object] = {}
    if state.search is not None and state.search is before.search and not isinstance(event, _OF_WORKERS):
        changed["search"] = None
    draft = state.draft
    if draft is not None and draft.anew is not None and any(isinstance(one, _OF_DRAFTS) for one in step.replies):
        changed["draft"] = draft.model_copy(update={"anew": None})
    return replace(step, state=state.model_copy(update=changed)) if changed else step


def _forgetting(before: Conversation, step: Step) -> Step:
    """The step without the text that waited for an account, once anything else than that has happened."""
    if not step.state.said or step.state.said != before.said:
        return step
    return replace(step, state=step.state.model_copy(update={"said": ""}))


def _remembering(before: Conversation, step: Step) -> Step:
    """The step with the drafts that were put aside before it, unless they stand again or others are.

    They are the one that was cancelled last, and the one that the open draft has taken the place of.
    """
    state, kept = step.state, before.cancelled
    there = {request.draft for request in step.requests if isinstance(request, ParkDraft)}
    there |= {state.draft.id} if state.draft is not None else set()
    changed: dict[str, object] = {}
    if kept is not None and state.cancelled is None and kept.draft.id not in there:
        changed["cancelled"] = kept
    aside = state.aside or before.aside
    if state.draft is not None and state.draft.id == aside:
        aside = ""
    if aside != state.aside:
        changed["aside"] = aside
    return replace(step, state=state.model_copy(update=changed)) if changed else step


def _resuming(before: Conversation, step: Step, known: Known) -> Step:
    """The step that ends a draft, with the way back to the one that it has taken the place of."""
    state = step.state
    is_over = before.draft is not None and state.draft is None and state.aside
    if not is_over or any(isinstance(reply, AccountsOffered | DraftsListed) for reply in step.replies):
        return step
    kept = parked_as(known, state.aside)
    told = () if kept is None else (kept_shown(known, kept),)
    return Step(state.model_copy(update={"aside": ""}), (*step.replies, *told), step.requests)


def _is_meant_again(state: Conversation, text: str, known: Known) -> bool:
    """Check whether a text that came twice answers both questions, as 上海市 does for a province and its city."""
    draft = state.draft
    if draft is None or state.phase is not Phase.ASKING or draft.account not in known.accounts:
        return False
    try:
        return may_be_again(known.accounts[draft.account].form, draft.at, text)
    except LookupError:
        return False


def _stepped(state: Conversation, event: Event, known: Known) -> Step:
    if isinstance(event, Answered) and event.missed in {Missed.BUSY, Missed.PAST}:
        # Whatever is asked next, the look-up or question that is shown can be left by its buttons' words.
        event = known.button(state, event.text) or event
    if isinstance(event, Answered) and event.missed is Missed.TWICE and _is_meant_again(state, event.text, known):
        event = replace(event, missed=None)
    if isinstance(event, Answered) and event.missed is not None:
        turn = Turn(state, event, known)
        return busy(turn) if event.missed is Missed.BUSY else not_taken(turn, event.missed)
    if state.draft is not None:
        if state.draft.account not in known.accounts:
            return _without_account(state, event, known, state.draft.account)
        if (mending := mended(Turn(state, event, known))) is not None:
            return _after_mending(state.phase, mending, event, known)
    return _advance(state, event, known)


def _after_mending(before: Phase, mending: Step, event: Event, known: Known) -> Step:
    """Asks first what a deploy has changed: an answer or a tap was meant for what stood there before."""
    asking = _about_order(before, Turn(mending.state, event, known)) if isinstance(event, Answered) else None
    if mending.replies and asking is None and isinstance(event, Answered | LookedUp | Tap | TapUnreadable):
        return mending
    step = asking or _advance(mending.state, event, known)
    if step.state != mending.state:
        return step
    if mending.replies and Stale() in step.replies:
        return mending
    return Step(step.state, mending.replies + step.replies, step.requests)


def _about_order(phase: Phase, turn: Turn[Answered]) -> Step | None:
    """The answer to a text that asks about an order, whatever has become of the draft; None for any other."""
    if phase is Phase.NAMING:
        return None
    if phase is not Phase.ASKING:
        return as_number(turn)
    about = replied_about(turn.known, turn.event)
    return None if about is None else show_status(turn, about)


def _advance(state: Conversation, event: Event, known: Known) -> Step:
    if isinstance(event, Answered) and state.draft is not None and (said := _said(state, event, known)) is not None:
        return _advance(state, said, known)
    turn = Turn(state, event, known)
    transition = TABLE[state.phase].get(type(event))
    if isinstance(event, TapUnreadable) or (isinstance(event, Tap) and not _fits(state, event)):
        return stale(turn)
    if transition is None and state.phase is Phase.NAMING:
        step = _advance(state.without_naming(), event, known)
        # A button that no longer fits is no reason to forget that a number is asked.
        if isinstance(event, OrderTapped) and Stale() in step.replies:
            return stale(turn)
        return replace(step, state=state) if isinstance(event, OrderTapped) and _only_shows(step) else step
    if transition is None:
        return Step(state) if isinstance(event, LookedUp) else misfit(turn)
    step = transition.act(turn)
    if step.state.phase not in transition.to:
        raise IllegalStepError(f"{type(event).__name__} led from {state.phase} to {step.state.phase}")
    if isinstance(event, Answered) and state.phase is Phase.ASKING and _is_refused(step):
        # What can't be an answer may be a command all the same.
        said = known.command(event.text)
        if said is not None:
            return _advance(state, said, known)
        if (begun := FOR_ANOTHER(Turn(state, event, known))) is not None:
            return begun
    return with_order(step, turn, event.text) if isinstance(event, Answered) and state.phase is Phase.ASKING else step


def _is_choosing(state: Conversation) -> bool:
    """Check whether it is open if the draft goes on, or makes room for another one."""
    return state.draft is not None and state.draft.anew is not None and state.naming is None


def _is_refused(step: Step) -> bool:
    return any(isinstance(reply, Asked) and reply.problem is not None for reply in step.replies)


def _said(state: Conversation, event: Answered, known: Known) -> Event | None:
    """The tap or the command that a typed text is; None for an answer.

    A button's words win over the same text as an answer, and a question wins over a command's words. A reply to an
    order's message is about that order.
    """
    if replied_about(known, event) is not None:
        return None
    said = known.button(state, event.text)
    is_confirmed = isinstance(said, Confirmed) or (isinstance(said, TrayTapped) and said.action is TrayAction.CONFIRM)
    if is_confirmed and (event.elsewhere or event.text.strip().endswith(_ASKING)):
        # Below an older summary, or somebody else's, the word means that one; and who asks has not decided.
        return None
    takes_text = state.phase in _TAKES_TEXT and not _is_choosing(state)
    return known.command(event.text) if said is None and not takes_text else said


def _only_shows(step: Step) -> bool:
    """Check whether a step says how an order is, and nothing else."""
    return bool(step.replies) and all(isinstance(reply, StatusShown | Toast) for reply in step.replies)


def _fits(state: Conversation, event: Tap) -> bool:
    return state.draft is not None and (event.draft, event.revision) == (state.draft.id, state.draft.revision)


def _without_account(state: Conversation, event: Event, known: Known, name: str) -> Step:
    """The draft's account was taken out of the settings: the draft is kept for when it comes back."""
    if isinstance(event, CancelRequested):
        return cancel(Turn(state, event, known))
    if isinstance(event, DraftPicked | DraftRemoved):
        return TABLE[state.phase].get(type(event), TABLE[Phase.ASKING][type(event)]).act(Turn(state, event, known))
    gone = Step(state, (AccountGone(name),))
    if isinstance(event, Answered) and (said := _said(state, event, known)) is not None:
        return _without_account(state, said, known, name)
    if isinstance(event, Answered | NumberGivenUp) and state.phase is Phase.NAMING:
        # The number is another order's, whatever has become of the draft.
        return TABLE[Phase.NAMING][type(event)].act(Turn(state, event, known))
    if isinstance(event, Answered):
        return _about_order(state.phase, Turn(state, event, known)) or gone
    if isinstance(event, Settled | OrderTapped) or type(event) in ASIDES:
        step = TABLE[Phase.ASKING][type(event)].act(Turn(state, event, known))
        fits = type(event) in ASIDES or isinstance(event, Settled) or _only_shows(step)
        return step if fits and Stale() not in step.replies else gone
    return Step(state) if isinstance(event, LookedUp) else gone


def _regarded(before: Conversation, step: Step, event: Event, known: Known) -> Step:
    """The step with what a summary has to warn of: the same order of not long ago, a low balance, unlisted products."""
    draft = step.state.draft
    account = None if draft is None else known.accounts.get(draft.account)
    if draft is None or account is None:
        return step
    if account.reads_balance and (before.draft is None or before.draft.id != draft.id):
        step = replace(step, requests=(*step.requests, RefreshBalance(account.name)))
    if not any(isinstance(reply, Summarised) for reply in step.replies):
        return step
    likeness = Filled.of(account.form, draft.answers).likeness
    duplicate = known.duplicate_of(account.name, likeness) if likeness else None
    kept = keeps_reference(draft, known)
    if duplicate is not None and kept and duplicate.reference == draft.source:
        # Under its own reference it becomes no second one.
        duplicate = None
    if duplicate != draft.alike:
        warned = review(Turn(step.state, event, known), duplicate)
        others = (reply for reply in step.replies if not isinstance(reply, Summarised))
        step = replace(step, state=warned.state, replies=(*others, *warned.replies))
    short, costs = _shortage(account, draft, known), _costs(account, draft, known)
    unlisted = _unlisted(account, draft, known)
    told = (
        with_repeated(
            replace(reply, shortage=short, costs=costs, unlisted=unlisted, retried=reply.retried and kept), draft, known
        )
        if isinstance(reply, Summarised)
        else reply
        for reply in step.replies
    )
    return replace(step, replies=tuple(told))


def _costs(account: Account, draft: Draft, known: Known) -> tuple[Cost, ...]:
    """The cost of the last orders of the product, where nobody can say what this one costs."""
    finished = Filled.of(account.form, draft.answers).finished
    chosen = finished.chosen() if isinstance(finished, Form) else ()
    if len(chosen) != 1 or (isinstance(finished, Form) and finished.priced_per_piece and total_of(chosen) is not None):
        return ()
    return known.costs(account.name, chosen[0].id)


def _unlisted(account: Account, draft: Draft, known: Known) -> tuple[str, ...]:
    """The products that the account's list lacks, each once; none where the list isn't known whole.

    What the supplier itself has told of a product says more than a list that was read before.
    """
    finished = Filled.of(account.form, draft.answers).finished
    if not isinstance(finished, Form) or not is_listed(account.form, draft.answers):
        return ()
    doubtful = dict.fromkeys(one.id for one in finished.chosen() if one.facts is None)
    if not doubtful or not known.lists(account.name):
        return ()
    return tuple(product for product in doubtful if known.facts(account.name, product) is None)


def _shortage(account: Account, draft: Draft, known: Known) -> Shortage | None:
    """The balance beside what the order costs, where it may not do; None where that isn't known. It only warns."""
    finished = Filled.of(account.form, draft.answers).finished
    total = total_of(finished.chosen()) if isinstance(finished, Form) else None
    batches = finished.batches() if isinstance(finished, Form) else None
    balance = known.balance(account.name) if total is not None and account.reads_balance else None
    if total is None or balance is None or (balance.unit and total.unit and balance.unit != total.unit):
        return None
    cost = total.amount if batches is None else total.amount * batches.runs
    if not balance.amount.is_finite() or balance.amount >= cost:
        return None
    return Shortage(
        balance=balance.amount,
        total=cost,
        unit=balance.unit or total.unit,
        age=balance.age,
        per_piece=account.form.priced_per_piece if issubclass(account.form, Form) else True,
        per_run=batches is not None,
    )
