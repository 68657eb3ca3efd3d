"""Transitions about orders on their way: trying again, looking for those whose outcome nobody knows, deciding."""

import re

from bot.conversation.events import (
    Answered,
    Decision,
    DecisionTapped,
    Event,
    EvidenceTapped,
    EvidenceTurned,
    Investigated,
    LookTapped,
    NameTapped,
    NumberCheck,
    NumberChecked,
    OrderTapped,
    Postponed,
    StopTapped,
    TellLaterTapped,
    TriedAgain,
    UnknownRequested,
)
from bot.conversation.information import batch_shown, show_status, stale
from bot.conversation.known import Known
from bot.conversation.likelihood import marks_against
from bot.conversation.numbers import is_about_numbers, numbers_in
from bot.conversation.prompts import current_prompt, due_at, evidence_shown, naming_shown
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
from bot.conversation.requests import CheckNumber, Decide, ReconcileOrder, StopTrying, TellLater
from bot.conversation.state import Conversation, Naming, Phase
from bot.conversation.step import Step, Turn
from bot.conversation.views import EvidenceView, OrderView
from providers.cleaning import has_visible, plain
from providers.orders import Outcome

LONGEST_NUMBER = 40
"""Bytes; a button has to carry it."""
AFTER_THE_LOOK = 15_000_000
"""Microseconds after the time by which a list has to have an order: the look-up of that time takes a moment."""
_AROUND = " \t\r\n\"'`“”„‟‘’‚«»‹›「」『』《》〈〉()[]{}<>【】*_~.,;:!?。、，；：！？·•"
"""Marks that people leave around a number which they paste; none of them begins or ends one."""


def tried_later(turn: Turn[Postponed]) -> Step:
    event = turn.event
    if event.order.is_told_by_batch:
        return turn.stays(*batch_shown(turn.known, event.order.batch))
    return turn.stays(RetryShown(event.order, turn.known.title_of(event.order), event.seconds, event.left))


def tried_again(turn: Turn[TriedAgain]) -> Step:
    order = turn.event.order
    if order.is_told_by_batch:
        return turn.stays(EvidenceClosed(order, turn.known.title_of(order)))
    title = turn.known.title_of(order)
    return turn.stays(RetryingShown(order, title), EvidenceClosed(order, title))


def _of_unknown_outcome(turn: Turn[OrderTapped], attempts: int | None = None) -> OrderView | None:
    """The order of a button, while its outcome is unknown and it is at the sending that was shown."""
    order = turn.known.order(turn.event.reference)
    fits = order is not None and order.outcome is Outcome.UNKNOWN and attempts in {None, order.attempts}
    return order if fits else None


def _as_it_is(turn: Turn[OrderTapped]) -> Step:
    """The order of a button that no longer fits is shown as it is now."""
    order = turn.known.order(turn.event.reference)
    return stale(turn) if order is None else show_status(turn, order)


def stop_trying(turn: Turn[StopTapped]) -> Step:
    order = turn.known.order(turn.event.reference)
    if order is None or order.outcome is not None or order.attempts != turn.event.attempts:
        return _as_it_is(turn)
    return turn.stays(
        Toast(ToastCode.STOPPING, about=order.about), requests=(StopTrying(order.reference, order.attempts),)
    )


def unknown_orders(turn: Turn[UnknownRequested]) -> Step:
    found, more = turn.known.unknown_orders()
    return turn.stays(UnknownListed(tuple((order, turn.known.title_of(order)) for order in found), more))


def investigated(turn: Turn[Investigated]) -> Step:
    if turn.event.order.is_asked_with_batch and not turn.event.reminding:
        return turn.stays()
    showing = Showing.REMINDER if turn.event.reminding else Showing.CARD
    return turn.stays(evidence_shown(turn.known, turn.event.order, turn.event.evidence, showing))


def show_evidence(turn: Turn[EvidenceTapped]) -> Step:
    order = _of_unknown_outcome(turn)
    if order is None:
        return _as_it_is(turn)
    return turn.stays(evidence_shown(turn.known, order, turn.known.evidence(order.reference), Showing.COPY))


def turn_evidence(turn: Turn[EvidenceTurned]) -> Step:
    """Another part of the evidence, in the place of the one that was shown."""
    order = _of_unknown_outcome(turn, turn.event.attempts)
    return _as_it_is(turn) if order is None else _evidence(turn, order, turn.event.view)


def _evidence(turn: Turn[OrderTapped], order: OrderView, view: EvidenceView) -> Step:
    known = turn.known
    return turn.stays(evidence_shown(known, order, known.evidence(order.reference), Showing.COPY, view))


def tell_later(turn: Turn[TellLaterTapped]) -> Step:
    """A message at the time by which the supplier's list has to have the order; once that is over, a look-up now."""
    order, known = _of_unknown_outcome(turn, turn.event.attempts), turn.known
    if order is None or not known.is_own(order.reference):
        return _as_it_is(turn)
    at = due_at(known, known.evidence(order.reference))
    if at is None or at <= known.now:
        return turn.stays(Toast(ToastCode.LOOKING, about=order.about), requests=(ReconcileOrder(order.reference),))
    return turn.stays(
        Toast(ToastCode.TELLING, at, order.about), requests=(TellLater(order.reference, at + AFTER_THE_LOOK),)
    )


def look_again(turn: Turn[LookTapped]) -> Step:
    order = _of_unknown_outcome(turn, turn.event.attempts)
    if order is None or turn.known.evidence(order.reference).other_identity:
        return _as_it_is(turn)
    return turn.stays(Toast(ToastCode.LOOKING, about=order.about), requests=(ReconcileOrder(order.reference),))


def decide(turn: Turn[DecisionTapped]) -> Step:
    """A person's decision, unless another order of ours has the number, or the supplier would take a second order.

    That it was not placed is believed at once only where nothing speaks against it, or just that has been shown.
    """
    event, order = turn.event, _of_unknown_outcome(turn, turn.event.attempts)
    if order is None:
        return _as_it_is(turn)
    evidence, account = turn.known.evidence(order.reference), turn.known.accounts.get(order.account)
    # One from before there were identities has no address to say, and may have gone elsewhere all the same.
    elsewhere = bool(evidence.other_identity) or turn.known.is_elsewhere(order.reference)
    taken_once = account is not None and account.idempotent_create and not elsewhere
    if event.decision is Decision.RESEND and not taken_once:
        return _as_it_is(turn)
    if event.decision is Decision.NOT_PLACED and marks_against(evidence) not in {"", event.against}:
        return _evidence(turn, order, EvidenceView.OBJECTION)
    if event.decision is Decision.FOUND and (taken := turn.known.number_taken(order.reference, event.number)):
        return turn.stays(_taken(turn.known, order, event.number, taken))
    request = Decide(order.reference, order.attempts, event.decision, event.number)
    return turn.stays(Toast(ToastCode.DECIDED, about=order.about), requests=(request,))


def ask_number(turn: Turn[NameTapped]) -> Step:
    """The next text is the order's number; what was under way waits."""
    order = _of_unknown_outcome(turn, turn.event.attempts)
    if order is None:
        return _as_it_is(turn)
    before = turn.state.naming
    naming = Naming(
        reference=order.reference,
        attempts=order.attempts,
        account=order.account,
        resumes=turn.state.phase if before is None else before.resumes,
    )
    state = Conversation(phase=Phase.NAMING, draft=turn.state.draft, naming=naming)
    return Step(state, (naming_shown(naming, turn.known),))


def ask_number_later(turn: Turn[NameTapped]) -> Step:
    """While an answer is being looked up, what comes next isn't known yet."""
    order = _of_unknown_outcome(turn, turn.event.attempts)
    if order is None:
        return _as_it_is(turn)
    return turn.stays(Hint(HintCode.ONE_MOMENT, about=order.about), current_prompt(turn.state, turn.known))


def number_given(turn: Turn[Answered]) -> Step:
    """A number is compared with what the supplier has under it before it is believed."""
    naming = turn.state.named()
    number = _bare(_only_number(turn.event.text))
    if not has_visible(number) or len(number.encode()) > LONGEST_NUMBER or not number.isprintable() or " " in number:
        return turn.stays(Hint(HintCode.NO_NUMBER), naming_shown(naming, turn.known))
    waiting = turn.state.model_copy(update={"naming": naming.model_copy(update={"number": number})})
    request = CheckNumber(naming.reference, naming.attempts, number)
    return Step(waiting, (current_prompt(waiting, turn.known),), (request,))


def _only_number(text: str) -> str:
    """The one number of a pasted line such as `Order number: 1207`; any other text as it is."""
    found = numbers_in(text)
    is_line = any(map(str.isalpha, text)) and re.search(r"\s|[:：]", text.strip()) is not None
    return found[0] if len(found) == 1 and is_line and is_about_numbers(text, found) else text


def _bare(text: str) -> str:
    """A number without the marks around it; a `#` stays, as some suppliers have it in front."""
    number = str(plain(text)).strip(_AROUND)
    bare = number.removeprefix("#").strip(_AROUND)
    if not any(map(str.isalnum, bare)):
        return ""
    return f"#{bare}" if number.startswith("#") else bare


def give_up_number(turn: Turn[Event]) -> Step:
    """Back to what was under way, if anything was."""
    state = turn.state.without_naming()
    return Step(state, (current_prompt(state, turn.known),))


def number_checked(turn: Turn[NumberChecked]) -> Step:
    """The supplier's word about a number, also when something else has been begun meanwhile."""
    event = turn.event
    before = turn.state.naming
    waited_for = before is not None and before.number and before.reference == event.order.reference
    state = turn.state.without_naming() if waited_for else turn.state
    current = (current_prompt(state, turn.known),) if waited_for and state.draft is not None else ()
    told = _about_number(turn)
    return Step(state, told.replies + current, told.requests)


def _about_number(turn: Turn[NumberChecked]) -> Step:
    event, order = turn.event, turn.known.order(turn.event.order.reference) or turn.event.order
    if order.outcome is not Outcome.UNKNOWN:
        return turn.stays(StatusShown(order, turn.known.title_of(order)))
    if taken := turn.known.number_taken(order.reference, event.number):
        return turn.stays(_taken(turn.known, order, event.number, taken))
    if event.result is NumberCheck.AGREES:
        return turn.stays(requests=(Decide(order.reference, order.attempts, Decision.FOUND, event.number),))
    title = turn.known.title_of(order)
    return turn.stays(NumberDoubted(order, title, event.number, event.result, event.facts, event.differs))


def _taken(known: Known, order: OrderView, number: str, taken_by: str) -> NumberDoubted:
    return NumberDoubted(order, known.title_of(order), number, NumberCheck.TAKEN, taken_by=taken_by)
