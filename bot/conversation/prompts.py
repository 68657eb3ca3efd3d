"""Shows where a conversation stands: the reply that belongs to a state, whatever led there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from bot.conversation.answers import MISSING, Problem, get, is_answered, problems, put, sent_answers
from bot.conversation.pricing import about, prices
from bot.conversation.questions import (
    Question,
    field_at,
    longest,
    marker,
    model_at,
    plans,
    questions,
    shape,
)
from bot.conversation.replies import (
    Asked,
    Block,
    CheckingShown,
    Choices,
    Line,
    Listed,
    NothingOpen,
    NumberChecking,
    NumberWanted,
    Reply,
    Summarised,
)
from bot.conversation.state import Answers, Conversation, Draft, Naming, Path, Phase
from bot.conversation.step import Account, Context
from bot.conversation.suggesting import suggestion
from providers.fields import InCatalogue, LookUp, Times

SHOWN_ITEMS = 10
"""Items of a list that a summary shows."""


PAGE = 8
"""Entries of a menu on one page."""


def where_we_stand(state: Conversation, context: Context) -> Reply:
    """The reply for a state as it is, to be shown again at any time without changing it."""
    draft = state.draft
    if state.naming is not None:
        return naming_shown(state.naming, context)
    if draft is None:
        return NothingOpen()
    account = context.accounts[draft.account]
    show: dict[Phase, Callable[[Account, Draft], Reply]] = {
        Phase.CHECKING: checking,
        Phase.LISTING: lambda account, draft: listed(account.form, draft),
        Phase.PICKING_ITEM: lambda account, draft: items_offered(account.form, draft),
        Phase.PICKING_FIELD: lambda account, draft: fields_offered(account.form, draft),
        Phase.REVIEWING: summarised,
    }
    if state.phase in show:
        return show[state.phase](account, draft)
    return asked(account.form, draft, insist=draft.doubted is not None)


def naming_shown(naming: Naming, context: Context) -> NumberWanted | NumberChecking:
    account = context.accounts.get(naming.account)
    title = account.title if account else naming.account
    return NumberChecking(naming.number, title) if naming.number else NumberWanted(naming.reference, title)


def checking(account: Account, draft: Draft) -> CheckingShown:
    return CheckingShown(question_at(account.form, draft).title, str(get(draft.answers, draft.at)), account.title)


def question_at(form: type[BaseModel], draft: Draft) -> Question:
    """The question that the draft is at. Raises LookupError when the form no longer has it."""
    for question in questions(form, draft.answers):
        if question.path == draft.at:
            return question
    raise LookupError(draft.at)


def asked(
    form: type[BaseModel], draft: Draft, *, problem: Problem | None = None, insist: bool = False, note: str = ""
) -> Asked:
    every = questions(form, draft.answers)
    position = every.index(question_at(form, draft))
    if insist and problem is None:
        problem = Problem(draft.at, "not_in_catalogue")
    question = _with_good_example(form, draft, every[position])
    return Asked(
        replace(question, suggests=suggestion(form, draft.answers, question.path)),
        position + 1,
        len(every),
        problem,
        insist,
        note,
        about=about(form, draft.answers, every, every[position]),
    )


def _with_good_example(form: type[BaseModel], draft: Draft, question: Question) -> Question:
    """An example that other answers rule out is none: a product may be sold from 100 only."""
    if not question.example or question.choices:
        return question
    tried = problems(form, put(draft.answers, question.path, question.example))
    return replace(question, example="") if any(p.path == question.path for p in tried) else question


def listed(form: type[BaseModel], draft: Draft) -> Listed:
    info = field_at(form, draft.at)
    items = get(draft.answers, draft.at)
    if items is MISSING or items is None:
        raise LookupError(draft.at)
    limit = longest(info)
    block = _block(form, draft.answers, sent_answers(form, draft.answers), draft.at)
    return Listed(block.title, block, len(items), limit is None or len(items) < limit)


def items_offered(form: type[BaseModel], draft: Draft) -> Choices:
    answers, sent = draft.answers, sent_answers(form, draft.answers)
    lines = [Line(f"{i + 1}", _short(form, answers, sent, (*draft.at, i))) for i in range(len(get(answers, draft.at)))]
    return _page(draft, lines, "remove" if draft.purpose == "remove" else "change")


def fields_offered(form: type[BaseModel], draft: Draft) -> Choices:
    """The fields of the whole form, of a group or of one item, with what they hold."""
    lines = []
    sent = sent_answers(form, draft.answers)
    for path in entries(form, draft.answers, draft.at):
        info, value = field_at(form, path), get(draft.answers, path)
        kind = shape(info).kind
        if kind == "list" and isinstance(value, list):
            text = str(len(value))
        elif kind == "group" and isinstance(value, dict):
            text = _short(form, draft.answers, sent, path)
        else:
            text = _value(sent, path)
        lines.append(Line(info.title or str(path[-1]), text))
    return _page(draft, lines, "edit")


def entries(form: type[BaseModel], answers: Answers, at: Path) -> list[Path]:
    """The fields that can be edited below a path, in order."""
    known: Any = get(answers, at)
    known = {} if known is MISSING or known is None else known
    return [(*at, plan.name) for plan in plans(model_at(form, at)) if plan.source is None and plan.applies(known)]


def _page(draft: Draft, lines: list[Line], purpose: Any) -> Choices:
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(draft.page, 0), pages - 1)
    first = page * PAGE
    return Choices(purpose, tuple(lines[first : first + PAGE]), first, page, pages)


def summarised(account: Account, draft: Draft, problems: tuple[Problem, ...] = ()) -> Summarised:
    retried = draft.retry is not None and draft.retry == draft.answers
    told = prices(account.form, draft.answers)
    return Summarised(account.title, parts(account.form, draft.answers), problems, retried, draft.alike, told)


def parts(form: type[BaseModel], answers: Answers) -> tuple[Line | Block, ...]:
    """What has been answered, in the order of the questions; skipped ones are left out."""
    sent = sent_answers(form, answers)
    shown: list[Line | Block] = []
    seen: set[Path] = set()
    for question in questions(form, answers):
        first_item = next((i for i, step in enumerate(question.path) if isinstance(step, int)), None)
        if first_item is not None:
            around = question.path[:first_item]
            if around not in seen and isinstance(get(answers, around), list):
                seen.add(around)
                shown.append(_block(form, answers, sent, around))
        elif is_answered(question, answers) and (text := _value(sent, question.path)):
            shown.append(Line(question.title, text, _title(form, answers, question.path)))
    return tuple(shown)


def _block(form: type[BaseModel], answers: Answers, sent: Answers, at: Path) -> Block:
    items, title = get(answers, at), field_at(form, at).title or str(at[-1])
    short = tuple(_short(form, answers, sent, (*at, i)) for i in range(min(len(items), SHOWN_ITEMS)))
    return Block(title, short, max(0, len(items) - SHOWN_ITEMS))


def _short(form: type[BaseModel], answers: Answers, sent: Answers, at: Path) -> str:
    text = ""
    for path in entries(form, answers, at):
        if value := _value(sent, path):
            between = " × " if marker(field_at(form, path), Times) else " · "
            text += between + value if text else value
    # Ids say nothing to people: what is known of the product ends the line.
    titles = [_title(form, answers, path) for path in entries(form, answers, at)]
    return " · ".join(filter(None, [text, *titles]))


def _title(form: type[BaseModel], answers: Answers, path: Path) -> str:
    """What the product that is answered there is called, as far as that is known."""
    info = field_at(form, path)
    listed_in = marker(info, InCatalogue) or marker(info, LookUp)
    facts = get(answers, (*path[:-1], listed_in.into)) if listed_in is not None else None
    return str(facts.get("title") or "") if isinstance(facts, dict) else ""


def _value(answers: Answers, path: Path) -> str:
    value = get(answers, path)
    if value is MISSING or value is None or isinstance(value, dict | list):
        return ""
    return str(value)
