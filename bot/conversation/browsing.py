"""Transitions of the catalogue at a question: a search, categories, pages, and the way out of them."""

import re
from typing import Final

from bot.conversation.accounts import meant
from bot.conversation.events import (
    Answered,
    CategoriesAsked,
    CategoryPicked,
    Event,
    KeptForLater,
    OrderRequested,
    Paged,
    Picked,
    SearchAsked,
    StartedAnew,
    WentBack,
)
from bot.conversation.filling import answer, ask, ask_again, back, begin, misfit, take, unlabelled
from bot.conversation.information import replied_about, show_status
from bot.conversation.known import Account
from bot.conversation.prompts import asked, question_at
from bot.conversation.questions import Problem, Question, field_at, is_listed, kind_marker
from bot.conversation.state import Browse, Conversation, Phase
from bot.conversation.step import Step, Turn
from providers.cleaning import with_marks_shown
from providers.fields import Holds, Part

_LINK: Final = re.compile(r"https?://|(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,}/\S", re.IGNORECASE)


def asked_product(state: Conversation, account: Account) -> Question | None:
    """The question that can be answered from the account's catalogue, while it is asked or its answer is checked."""
    if state.draft is None or state.phase not in {Phase.ASKING, Phase.CHECKING}:
        return None
    try:
        question = question_at(account, state.draft)
    except LookupError:
        return None
    return question if question.facts is not None and is_listed(account.form, state.draft.answers) else None


def answered(turn: Turn[Answered]) -> Step:
    """A typed answer; one that the form doesn't take is searched for in the catalogue.

    A reply to an order's message that is no number asks about that order.
    """
    about = replied_about(turn.known, turn.event)
    if about is not None:
        return show_status(turn, about)
    browse = turn.draft.browse
    if browse is not None and browse.searching and (step := _find(turn, turn.event.text, browse)) is not None:
        return step
    return _or_finds(turn, answer(turn), unlabelled(turn))


def _or_finds(turn: Turn[Event], step: Step, query: str) -> Step:
    question = question_at(turn.account, turn.draft)
    if step.state != turn.state or question.facts is None or not is_listed(turn.form, turn.draft.answers):
        return step
    known = turn.known.facts(turn.account.name, query)
    # What was found before doesn't stay: it would look like the answer.
    return (_find(turn, query, None) or step) if known is None else step


def _find(turn: Turn[Event], query: str, otherwise: Browse | None) -> Step | None:
    """The products that a text finds, or else what is browsed then; None for a text that none is looked for by."""
    if _LINK.search(query) and not _takes_links(turn.account):
        return _no_links(turn, query)
    any_text = otherwise is not None
    matches = turn.known.matches(turn.account.name, query, any_text=any_text)
    if matches is None:
        return None
    if matches == 0:
        # The reason names what was sent, so that it isn't said twice.
        problem = Problem(turn.draft.at, "nothing_found", {"query": with_marks_shown(query)})
        near = turn.known.has_near(turn.account.name, query)
        browse = Browse(query=query, near=True) if near else otherwise
        return ask_again(turn, turn.draft.answers, problem, browse=browse)
    return _browse(turn, Browse(query=query))


def _takes_links(account: Account) -> bool:
    """Check whether an order of the account can be for a link."""
    kinds = (kind_marker(field_at(account.form, (name,)), Holds) for name in account.form.model_fields)
    return any(kind is not None and kind.part is Part.LINK for kind in kinds)


def _no_links(turn: Turn[Event], sent: str) -> Step:
    """The question once more, and where links can be ordered for."""
    others = [one.title for one in turn.known.accounts.values() if _takes_links(one)]
    gaps = {"account": turn.account.title} | ({"others": "\n".join(others)} if others else {})
    problem = Problem(turn.draft.at, "no_links_but" if others else "no_links", gaps)
    return turn.stays(asked(turn.account, turn.draft, problem=problem, sent=sent))


def _is_of_catalogue(turn: Turn[Event]) -> bool:
    return question_at(turn.account, turn.draft).facts is not None


def _browse(turn: Turn[Event], browse: Browse | None) -> Step:
    return ask(turn, turn.draft.at, browse=browse)


def pick(turn: Turn[Picked]) -> Step:
    """The button of a product is the same as its id, typed."""
    question = question_at(turn.account, turn.draft)
    if question.facts is None or not turn.event.id:
        return misfit(turn)
    return take(turn, question, turn.event.id)


def search(turn: Turn[SearchAsked]) -> Step:
    return _browse(turn, Browse(searching=True)) if _is_of_catalogue(turn) else misfit(turn)


def categories(turn: Turn[CategoriesAsked]) -> Step:
    return _browse(turn, Browse()) if _is_of_catalogue(turn) else misfit(turn)


def category(turn: Turn[CategoryPicked]) -> Step:
    return _browse(turn, Browse(group=turn.event.key)) if _is_of_catalogue(turn) and turn.event.key else misfit(turn)


def turn_page(turn: Turn[Paged]) -> Step:
    if turn.draft.browse is None:
        return misfit(turn)
    return _browse(turn, turn.draft.browse.model_copy(update={"page": turn.event.page}))


def lead_out(turn: Turn[WentBack]) -> Step:
    """Back: from a category to the categories, from anything else of the catalogue to the question itself."""
    browse = turn.draft.browse
    if browse is None:
        return back(turn)
    return _browse(turn, Browse() if browse.group else None)


def begun(turn: Turn[OrderRequested | StartedAnew | KeptForLater]) -> Step:
    """`/order` with a product answers the first question, or keeps the product for where one is asked."""
    event = turn.event
    wanted = meant(turn.known.accounts, event.account, event.answer)
    step = begin(turn, wanted, event.account)
    if not wanted.rest or step.state.draft is None:
        return step
    here = Turn(step.state, event, turn.known)
    question = question_at(here.account, here.draft)
    if question.facts is None:
        return Step(here.on(here.draft.model_copy(update={"wanted": wanted.rest})).state, step.replies, step.requests)
    return _or_finds(here, take(here, question, wanted.rest), wanted.rest)
