"""Transitions of what is remembered: earlier answers, and people of the address book by a part of name or phone.

Nothing is filled in without a tap, or the very words of one.
"""

from functools import partial

from bot.conversation.address_book import JOINT, PeopleOf, fitting, is_search, labelled, names_in_full, remembered
from bot.conversation.answers import MISSING, get, put
from bot.conversation.earlier import Earlier, earlier
from bot.conversation.events import Answered, EarlierPicked, Event
from bot.conversation.filling import go_on, misfit, take
from bot.conversation.information import replied_about
from bot.conversation.prompts import asked, question_at
from bot.conversation.state import Pasted, Phase, Proposal
from bot.conversation.step import Step, Turn, draft_of


def answered(turn: Turn[Answered]) -> Step | None:
    """A text that looks for somebody; None for any other, and for one that is sent once more: it is meant as it is."""
    draft, text = turn.draft, turn.event.text
    if replied_about(turn.known, turn.event) is not None or text.strip() == draft.sought:
        return None
    people = _people(turn)
    named = labelled(turn.form, draft, text, people)
    if len(named) == 1:
        return _fill(turn, named[0])
    if named:
        # Two of one label, each with their button.
        return _looking(turn, text.partition(JOINT)[0])
    found = fitting(turn.form, draft, text, people)
    is_name = any(names_in_full(turn.form, draft, one) for one in found)
    # A name of several answers, given as one, is no answer to the first of them.
    is_whole = any(one.is_whole for one in found)
    if not found or is_name or not (is_search(text, found) or is_whole):
        return None
    return _looking(turn, text)


def _looking(turn: Turn[Event], text: str) -> Step:
    """To the same question, with the people whom a text fits below it."""
    step = turn.to(Phase.ASKING, sought=text.strip())
    return step.saying(asked(turn.account, draft_of(step.state)))


def pick(turn: Turn[EarlierPicked]) -> Step:
    """The button of an earlier answer, or of all that goes with it, as if it had been typed."""
    found = (
        *earlier(turn.form, turn.draft, turn.known.earlier(turn.account.name)),
        *remembered(turn.form, turn.draft, _people(turn)),
    )
    picked = next((one for one in found if one.key == turn.event.key), None)
    if picked is None:
        return misfit(turn)
    if len(picked.fields) == 1:
        return take(turn, question_at(turn.account, turn.draft), picked.fields[0].answer, sure=True)
    return _fill(turn, picked)


def _people(turn: Turn[Event]) -> PeopleOf:
    return partial(turn.known.people, turn.account.name)


def _fill(turn: Turn[Event], picked: Earlier) -> Step:
    """All of it is put in at once and told, with what was skipped then skipped again."""
    draft, answers = turn.draft, turn.draft.answers
    for path in picked.skipped:
        answers = put(answers, path, None) if get(answers, path) is MISSING else answers
    note = Pasted(proposal=Proposal(fields=picked.fields), before=draft.answers, at=draft.at)
    return go_on(turn.on(draft.model_copy(update={"pasted": note})), answers)
