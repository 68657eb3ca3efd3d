"""Transitions of a text that holds more than the answer to one question: all it holds is filled in, the rest is asked.

With nothing open it begins a draft; a text with several orders begins a tray instead.
"""

from collections.abc import Sequence

from bot.conversation.accounts import said_with, unnamed
from bot.conversation.answers import get
from bot.conversation.events import (
    Answered,
    Event,
    KeptForLater,
    OrderRequested,
    PasteUndone,
    StartedAnew,
)
from bot.conversation.filling import ask, blank, go_on, misfit, take_in
from bot.conversation.information import held_at
from bot.conversation.known import Account
from bot.conversation.prompts import accounts_offered, current_prompt, listed
from bot.conversation.proposing import behind, is_more, likeliest
from bot.conversation.replies import Hint, HintCode
from bot.conversation.state import Pasted, Phase, Proposal
from bot.conversation.step import Step, Turn, Typed, draft_of


def answered(for_another: Typed) -> Typed:
    """A text at a question that holds more than its answer; what the account doesn't deliver may be another's.

    `for_another` begins what is an order for another account.
    """

    def answer(turn: Turn[Answered]) -> Step | None:
        found = held_at(turn)
        if (elsewhere := _elsewhere(turn.account, found)) is not None:
            return for_another(turn) or turn.stays(elsewhere, current_prompt(turn.state, turn.known))
        return filled_in(turn, found[0]) if len(found) == 1 and is_more(found[0]) else None

    return answer


def begun(turn: Turn[OrderRequested | StartedAnew | KeptForLater]) -> Step | None:
    """`/order` with a text that answers questions, or below one that several accounts fit; None for any other."""
    accounts, event = turn.known.accounts, turn.event
    account, text = said_with(accounts, event.account, event.answer, turn.state.said)
    if account is not None:
        return _begun_with(turn, account, text)
    text = unnamed(accounts, event.account, event.answer)
    return begun_anywhere(Turn(turn.alone().state, Answered(text), turn.known)) if text else None


def _begun_with(turn: Turn[Event], account: Account, text: str) -> Step | None:
    """A draft that begins with a text; None where that holds no order for the account."""
    found = turn.known.proposals(account.name, text, begun=True)
    if (elsewhere := _elsewhere(account, found)) is not None:
        return turn.stays(elsewhere)
    if len(found) != 1 or not is_more(found[0]):
        return None
    return filled_in(turn.on(blank(account, turn.known.draft_id)), found[0])


def _elsewhere(account: Account, found: Sequence[Proposal]) -> Hint | None:
    """The hint that a text is for somebody whom the account doesn't deliver to."""
    region = next((one.region for one in found if one.region), "")
    return Hint(HintCode.OTHER_REGION, {"account": account.title, "region": region}) if region else None


def begun_anywhere(turn: Turn[Answered]) -> Step | None:
    """A draft that begins with a text, or the accounts that it may be for; None for a text that is no order."""
    text, known = turn.event.text, turn.known
    best = [known.accounts[name] for name in likeliest(known, text)]
    if not best:
        return None
    if len(best) == 1:
        return _begun_with(turn, best[0], text)
    state = turn.state.model_copy(update={"said": text})
    return Step(state, (accounts_offered(known, likely=tuple(best)),))


def filled_in(turn: Turn[Event], proposal: Proposal) -> Step:
    """All that a text holds is filled in, behind the items that there are."""
    draft = turn.draft
    fields = behind(draft.answers, draft.at, proposal.fields)
    note = Pasted(proposal=Proposal(fields=fields, unread=proposal.unread), before=draft.answers, at=draft.at)
    return take_in(turn.on(draft.model_copy(update={"pasted": note, "brief": True})), fields)


def undo(turn: Turn[PasteUndone]) -> Step:
    """The draft as it was before the text, at the question or list that stood there."""
    note = turn.draft.pasted
    if note is None:
        return misfit(turn)
    if not note.at:
        # A whole order was repeated with something changed.
        without = turn.draft.model_copy(update={"pasted": None, "brief": False, "unsure": ()})
        return go_on(turn.on(without), note.before)
    if isinstance(get(note.before, note.at), list):
        step = turn.to(Phase.LISTING, at=note.at, answers=note.before, before=None, brief=False, unsure=())
        return step.saying(listed(turn.account, draft_of(step.state)))
    return ask(turn, note.at, answers=note.before, before=None, brief=False, unsure=())
