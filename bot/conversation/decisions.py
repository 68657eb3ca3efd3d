"""Transitions about orders on their way: trying again, looking for those whose outcome nobody knows, deciding."""

from typing import cast

from pydantic import BaseModel

from bot.conversation import events, replies
from bot.conversation.answers import pruned
from bot.conversation.events import Answered
from bot.conversation.prompts import naming_shown, parts, where_we_stand
from bot.conversation.replies import Block, Hint, Line, StatusShown
from bot.conversation.requests import CheckNumber, Decide, ReconcileOrder, StopTrying
from bot.conversation.state import Conversation, Naming, Phase
from bot.conversation.step import Context, Step, Turn
from bot.conversation.views import Evidence, OrderView
from providers.fields import plain
from providers.orders import Outcome

LONGEST_NUMBER = 40
"""Bytes; a button has to carry it."""


def tried_later(turn: Turn) -> Step:
    event = cast("events.Postponed", turn.event)
    return Step(turn.state, (replies.RetryShown(event.order, turn.title_of(event.order), event.seconds, event.left),))


def tried_again(turn: Turn) -> Step:
    order = cast("events.TriedAgain", turn.event).order
    title = turn.title_of(order)
    return Step(turn.state, (replies.RetryingShown(order, title), replies.EvidenceClosed(order, title)))


def stop_trying(turn: Turn) -> Step:
    order = cast("events.StopAsked", turn.event).order
    return Step(turn.state, (replies.Toast("stopping"),), (StopTrying(order.reference, order.attempts),))


def unknown_orders(turn: Turn) -> Step:
    event = cast("events.UnknownRequested", turn.event)
    found = tuple((order, turn.title_of(order)) for order in event.found)
    return Step(turn.state, (replies.UnknownListed(found, event.more),))


def evidence_of(
    context: Context, order: OrderView, evidence: Evidence, showing: replies.Showing
) -> replies.EvidenceShown:
    """What is known about an order: what was sent, how it ended, what was found since, and what can be done."""
    account = context.accounts.get(order.account)
    if account is None:
        return replies.EvidenceShown(
            order, order.account, (), evidence, reconciles=False, idempotent_create=False, showing=showing, gone=True
        )
    return replies.EvidenceShown(
        order,
        account.title,
        _sent(account.form, order),
        evidence,
        reconciles=account.reconciles,
        idempotent_create=account.idempotent_create,
        showing=showing,
    )


def _sent(form: type[BaseModel], order: OrderView) -> tuple[Line | Block, ...]:
    return parts(form, pruned(form, dict(order.answers)))


def investigated(turn: Turn) -> Step:
    event = cast("events.Investigated", turn.event)
    showing = replies.Showing.REMINDER if event.reminding else replies.Showing.CARD
    return Step(turn.state, (evidence_of(turn.context, event.order, event.evidence, showing),))


def show_evidence(turn: Turn) -> Step:
    event = cast("events.EvidenceRequested", turn.event)
    return Step(turn.state, (evidence_of(turn.context, event.order, event.evidence, replies.Showing.COPY),))


def look_again(turn: Turn) -> Step:
    return Step(
        turn.state, (replies.Toast("looking"),), (ReconcileOrder(cast("events.LookAsked", turn.event).order.reference),)
    )


def decide(turn: Turn) -> Step:
    event = cast("events.Decided", turn.event)
    request = Decide(event.order.reference, event.order.attempts, event.decision, event.number)
    return Step(turn.state, (replies.Toast("decided"),), (request,))


def ask_number(turn: Turn) -> Step:
    """The next text is the order's number; what was under way waits."""
    order = cast("events.NumberAsked", turn.event).order
    before = turn.state.naming
    naming = Naming(
        reference=order.reference,
        attempts=order.attempts,
        account=order.account,
        resumes=turn.state.phase if before is None else before.resumes,
    )
    state = Conversation(phase=Phase.NAMING, draft=turn.state.draft, naming=naming)
    return Step(state, (naming_shown(naming, turn.context),))


def ask_number_later(turn: Turn) -> Step:
    """While an answer is being looked up, what comes next isn't known yet."""
    return Step(turn.state, (Hint("one_moment"), where_we_stand(turn.state, turn.context)))


def number_given(turn: Turn) -> Step:
    """A number is compared with what the supplier has under it before it is believed."""
    naming = naming_of(turn.state)
    number = str(plain(cast("Answered", turn.event).text))
    if not number or len(number.encode()) > LONGEST_NUMBER or not number.isprintable() or " " in number:
        return Step(turn.state, (Hint("no_number"), naming_shown(naming, turn.context)))
    waiting = turn.state.model_copy(update={"naming": naming.model_copy(update={"number": number})})
    request = CheckNumber(naming.reference, naming.attempts, number)
    return Step(waiting, (where_we_stand(waiting, turn.context),), (request,))


def give_up_number(turn: Turn) -> Step:
    """Back to what was under way, if anything was."""
    state = without_naming(turn.state)
    return Step(state, (where_we_stand(state, turn.context),))


def number_checked(turn: Turn) -> Step:
    """What the supplier said about a number, also when something else has been begun meanwhile."""
    event = cast("events.NumberChecked", turn.event)
    before = turn.state.naming
    waited_for = before is not None and before.number and before.reference == event.order.reference
    state = without_naming(turn.state) if waited_for else turn.state
    standing = (where_we_stand(state, turn.context),) if waited_for and state.draft is not None else ()
    told = _about_number(turn, event)
    return Step(state, told.replies + standing, told.requests)


def _about_number(turn: Turn, event: events.NumberChecked) -> Step:
    if event.order.outcome is not Outcome.UNKNOWN:
        return Step(turn.state, (StatusShown(event.order, turn.title_of(event.order)),))
    if event.result is events.NumberCheck.AGREES:
        request = Decide(event.order.reference, event.order.attempts, events.Decision.FOUND, event.number)
        return Step(turn.state, (), (request,))
    doubted = replies.NumberDoubted(
        event.order,
        turn.title_of(event.order),
        event.number,
        event.result,
        event.facts,
        event.differs,
        event.taken_by,
    )
    return Step(turn.state, (doubted,))


def naming_of(state: Conversation) -> Naming:
    if state.naming is None:
        raise LookupError("no order is being named")
    return state.naming


def without_naming(state: Conversation) -> Conversation:
    return Conversation(phase=naming_of(state).resumes, draft=state.draft)
