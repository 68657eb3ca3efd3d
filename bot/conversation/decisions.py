"""Transitions about orders on their way: trying again, looking for those whose outcome nobody knows, deciding."""

from bot.conversation.events import (
    Answered,
    Decided,
    Decision,
    Event,
    EvidenceRequested,
    Investigated,
    LookAsked,
    NumberAsked,
    NumberCheck,
    NumberChecked,
    Postponed,
    StopAsked,
    TriedAgain,
    UnknownRequested,
)
from bot.conversation.prompts import evidence_shown, naming_shown, where_we_stand
from bot.conversation.replies import (
    EvidenceClosed,
    Hint,
    HintCode,
    NumberDoubted,
    RetryingShown,
    RetryShown,
    Showing,
    StatusShown,
    Toast,
    ToastCode,
    UnknownListed,
)
from bot.conversation.requests import CheckNumber, Decide, ReconcileOrder, StopTrying
from bot.conversation.state import Conversation, Naming, Phase
from bot.conversation.step import Step, Turn
from providers.fields import plain
from providers.orders import Outcome

LONGEST_NUMBER = 40
"""Bytes; a button has to carry it."""


def tried_later(turn: Turn[Postponed]) -> Step:
    event = turn.event
    return turn.stays(RetryShown(event.order, turn.context.title_of(event.order), event.seconds, event.left))


def tried_again(turn: Turn[TriedAgain]) -> Step:
    order = turn.event.order
    title = turn.context.title_of(order)
    return turn.stays(RetryingShown(order, title), EvidenceClosed(order, title))


def stop_trying(turn: Turn[StopAsked]) -> Step:
    order = turn.event.order
    return turn.stays(Toast(ToastCode.STOPPING), requests=(StopTrying(order.reference, order.attempts),))


def unknown_orders(turn: Turn[UnknownRequested]) -> Step:
    found = tuple((order, turn.context.title_of(order)) for order in turn.event.found)
    return turn.stays(UnknownListed(found, turn.event.more))


def investigated(turn: Turn[Investigated]) -> Step:
    showing = Showing.REMINDER if turn.event.reminding else Showing.CARD
    return turn.stays(evidence_shown(turn.context, turn.event.order, turn.event.evidence, showing))


def show_evidence(turn: Turn[EvidenceRequested]) -> Step:
    return turn.stays(evidence_shown(turn.context, turn.event.order, turn.event.evidence, Showing.COPY))


def look_again(turn: Turn[LookAsked]) -> Step:
    return turn.stays(Toast(ToastCode.LOOKING), requests=(ReconcileOrder(turn.event.order.reference),))


def decide(turn: Turn[Decided]) -> Step:
    event = turn.event
    request = Decide(event.order.reference, event.order.attempts, event.decision, event.number)
    return turn.stays(Toast(ToastCode.DECIDED), requests=(request,))


def ask_number(turn: Turn[NumberAsked]) -> Step:
    """The next text is the order's number; what was under way waits."""
    order = turn.event.order
    before = turn.state.naming
    naming = Naming(
        reference=order.reference,
        attempts=order.attempts,
        account=order.account,
        resumes=turn.state.phase if before is None else before.resumes,
    )
    state = Conversation(phase=Phase.NAMING, draft=turn.state.draft, naming=naming)
    return Step(state, (naming_shown(naming, turn.context),))


def ask_number_later(turn: Turn[NumberAsked]) -> Step:
    """While an answer is being looked up, what comes next isn't known yet."""
    return turn.stays(Hint(HintCode.ONE_MOMENT), where_we_stand(turn.state, turn.context))


def number_given(turn: Turn[Answered]) -> Step:
    """A number is compared with what the supplier has under it before it is believed."""
    naming = turn.state.named()
    number = str(plain(turn.event.text))
    if not number or len(number.encode()) > LONGEST_NUMBER or not number.isprintable() or " " in number:
        return turn.stays(Hint(HintCode.NO_NUMBER), naming_shown(naming, turn.context))
    waiting = turn.state.model_copy(update={"naming": naming.model_copy(update={"number": number})})
    request = CheckNumber(naming.reference, naming.attempts, number)
    return Step(waiting, (where_we_stand(waiting, turn.context),), (request,))


def give_up_number(turn: Turn[Event]) -> Step:
    """Back to what was under way, if anything was."""
    state = turn.state.without_naming()
    return Step(state, (where_we_stand(state, turn.context),))


def number_checked(turn: Turn[NumberChecked]) -> Step:
    """The supplier's word about a number, also when something else has been begun meanwhile."""
    event = turn.event
    before = turn.state.naming
    waited_for = before is not None and before.number and before.reference == event.order.reference
    state = turn.state.without_naming() if waited_for else turn.state
    standing = (where_we_stand(state, turn.context),) if waited_for and state.draft is not None else ()
    told = _about_number(turn)
    return Step(state, told.replies + standing, told.requests)


def _about_number(turn: Turn[NumberChecked]) -> Step:
    event = turn.event
    if event.order.outcome is not Outcome.UNKNOWN:
        return turn.stays(StatusShown(event.order, turn.context.title_of(event.order)))
    if event.result is NumberCheck.AGREES:
        request = Decide(event.order.reference, event.order.attempts, Decision.FOUND, event.number)
        return turn.stays(requests=(request,))
    doubted = NumberDoubted(
        event.order,
        turn.context.title_of(event.order),
        event.number,
        event.result,
        event.facts,
        event.differs,
        event.taken_by,
    )
    return turn.stays(doubted)
