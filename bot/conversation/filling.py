"""Transitions of filling in a form: answers, skips, the way back, and look-ups. Others build on them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.conversation.accounts import Meant
from bot.conversation.answers import drop, get, put
from bot.conversation.events import Answered, Chose, Event, Kept, LookedUp, LookUpResult, Skipped, UsedAnyway, WentBack
from bot.conversation.filled import Filled, with_facts
from bot.conversation.known import Account, Known
from bot.conversation.prompts import (
    accounts_offered,
    asked,
    checking,
    current_prompt,
    departed_from,
    listed,
    offered_answers,
    question_at,
    summarised,
)
from bot.conversation.proposing import PutIn, filled_out, with_proposed
from bot.conversation.questions import (
    Plan,
    Problem,
    Question,
    field_at,
    is_listed,
    list_around,
    marker,
    takes_any_words,
    version,
)
from bot.conversation.replies import Asked, Line, NoteCode, PastedShown, Summarised
from bot.conversation.requests import CheckNumber, LookUpAnswer
from bot.conversation.state import IDLE, Answers, Conversation, Draft, Duplicate, KeptDraft, Pasted, Phase, Proposed
from bot.conversation.step import Step, Turn, draft_of
from bot.conversation.trials import doubt_of, likeliest_of
from providers.cleaning import trimmed
from providers.fields import LookUp
from providers.products import Path


def begin(turn: Turn[Event], wanted: Meant, typed: str) -> Step:
    """Straight into the form of the account that is meant, else a button per account that may be."""
    if wanted.account is None:
        return Step(IDLE, (accounts_offered(turn.known, typed, wanted.others),))
    return go_on(turn.on(blank(wanted.account, turn.known.draft_id)), {})


def blank(account: Account, draft_id: str = "") -> Draft:
    """A draft without answers, as it stands before its first question."""
    first = Filled(account.form, {}).first
    return Draft(id=draft_id, account=account.name, form_version=version(account.form), revision=-1, at=first)


def go_on(
    turn: Turn[Event], answers: Answers, *, left: Path | None = None, note: NoteCode = NoteCode.NONE, **changes: Any
) -> Step:
    """To what comes next: a problem that an answer caused elsewhere, an open question, the list just left, the summary.

    `left` is the list that the last answer was given in: it is shown as soon as its item is complete. What a text held
    beside a product that was looked up is put in first.
    """
    pasted = turn.draft.pasted
    if pasted is None or not pasted.waits:
        return _on_to(turn, answers, left=left, note=note, **changes)
    catalogue = partial(turn.known.facts, turn.account.name)
    put_in = with_proposed(turn.form, answers, pasted.proposal, catalogue)
    changes |= {"pasted": pasted.model_copy(update={"waits": False}), "unsure": put_in.unsure}
    step = _on_to(turn, put_in.answers, note=note, **changes)
    is_whole = isinstance(step.replies[0], Summarised) and not (pasted.before and pasted.at) and put_in.is_all
    return step if is_whole else replace(step, replies=(pasted_shown(turn, put_in), *step.replies))


def _on_to(
    turn: Turn[Event], answers: Answers, *, left: Path | None = None, note: NoteCode = NoteCode.NONE, **changes: Any
) -> Step:
    answers = Filled.of(turn.form, answers).pruned
    if turn.draft.brief:
        unsure: tuple[Proposed, ...] = changes.get("unsure", turn.draft.unsure)
        answers = filled_out(turn.form, answers, {one.path for one in unsure})
    form = Filled.of(turn.form, answers)
    if form.problems:
        problem = form.problems[0]
        return ask_again(turn, drop(answers, problem.path), problem, sent=get(answers, problem.path), **changes)
    # A row goes back into its tray, and what a repeated order still lacks leads back to its summary.
    is_direct = (
        turn.draft.row.direct if turn.draft.row is not None else bool(turn.draft.again) and not turn.draft.editing
    )
    if (
        left is not None
        and not is_direct
        and get(answers, left)
        and (form.open is None or form.open[: len(left)] != left)
    ):
        step = turn.to(Phase.LISTING, answers=answers, at=left, before=None, **changes)
        return step.saying(listed(turn.account, draft_of(step.state)))
    if form.open is not None:
        return ask(turn, form.open, answers=answers, before=None, note=note, **changes)
    # Editing ends where it began: at the summary.
    step = turn.to(Phase.REVIEWING, **(changes | {"answers": answers, "at": (), "before": None, "editing": False}))
    return step.saying(summarised(turn.account, draft_of(step.state)))


def review(turn: Turn[Event], duplicate: Duplicate | None) -> Step:
    """To the summary, which says who ordered the same and when."""
    step = turn.to(Phase.REVIEWING, alike=duplicate)
    return step.saying(summarised(turn.account, draft_of(step.state)))


def ask(turn: Turn[Event], path: Path, *, note: NoteCode = NoteCode.NONE, **changes: Any) -> Step:
    """To one question, whether it has an answer already or not."""
    step = turn.to(Phase.ASKING, at=path, **changes)
    return step.saying(asked(turn.account, draft_of(step.state), note=note))


def ask_again(turn: Turn[Event], answers: Answers, problem: Problem, *, sent: Any = "", **changes: Any) -> Step:
    """To the question that a problem is at, with what is wrong; `sent` is the answer that it is with, if it is one."""
    step = turn.to(Phase.ASKING, answers=answers, at=problem.path, before=None, **changes)
    typed = sent if isinstance(sent, str) else ""
    return step.saying(asked(turn.account, draft_of(step.state), problem=problem, sent=typed))


def answer(turn: Turn[Answered]) -> Step:
    """A typed answer, checked at once. A bad one changes nothing."""
    question, text = question_at(turn.account, turn.draft), unlabelled(turn)
    for choice in question.choices:
        if text.strip().casefold() == choice.casefold():
            text = choice
    if question.choices and text != turn.event.text:
        # By its label in any language, as it is without the name of the question.
        chosen = turn.known.button(turn.state, text)
        if isinstance(chosen, Chose):
            return choose(Turn(turn.state, chosen, turn.known))
    if _is_word_of_a_button(turn, question, text):
        return _doubted(turn, text)
    return _with_reading(take(turn, question, text), turn, question, turn.event.text)


def unlabelled(turn: Turn[Answered]) -> str:
    """The text without the name of its question before it; where any words are an answer, all of it."""
    text, at = turn.event.text, turn.draft.at
    return text if takes_any_words(turn.form, at) else turn.known.unlabelled(turn.account.name, at, text)


def _is_word_of_a_button(turn: Turn[Answered], question: Question, text: str) -> bool:
    """Check whether an answer is the word of a button that isn't there: Skip is no street that a parcel goes to."""
    if question.choices or question.facts is not None or text == turn.draft.doubted:
        return False
    return turn.known.is_button_word(text) and turn.filled.takes(question.path, text)


def _doubted(turn: Turn[Any], answer: str) -> Step:
    """The question once more, with what an answer may mean."""
    step = turn.to(Phase.ASKING, doubted=answer, pasted=_waiting(turn.draft))
    return step.saying(asked(turn.account, draft_of(step.state), insist=True))


def _with_reading(step: Step, turn: Turn[Event], question: Question, typed: str) -> Step:
    """The step with what an answer was read as, where that is another spelling and the next screen doesn't show it."""
    if question.choices or not step.replies or not isinstance(following := step.replies[0], Asked):
        return step
    if following.problem is not None or step.state.draft is None:
        return step
    try:
        holder = Filled.of(turn.form, step.state.draft.answers).part(question.path[:-1])
    except LookupError:
        return step
    name = str(question.path[-1])
    value, read = holder.shown.get(name, ""), str(holder.sent.get(name, ""))
    if not value or trimmed(typed).removeprefix("@").casefold() in {value.casefold(), read.casefold()}:
        return step
    told = replace(following, read=Line(question.title, value))
    return replace(step, replies=(told, *step.replies[1:]))


def choose(turn: Turn[Chose]) -> Step:
    """A choice button, or that of the suggestion, which stands after the choices."""
    question = question_at(turn.account, turn.draft)
    offered = offered_answers(turn.account, turn.draft)
    if not 0 <= turn.event.index < len(offered):
        return misfit(turn)
    return take(turn, question, offered[turn.event.index], sure=True)


def use_suggested(turn: Turn[Chose]) -> Step:
    """The button of a summary that an answer departs from: what was suggested instead of it."""
    path, suggested, _ = departed_from(turn.draft, turn.filled)
    if not suggested or turn.event.index:
        return misfit(turn)
    return go_on(turn, put(turn.draft.answers, path, suggested))


def take(turn: Turn[Event], question: Question, value: str, *, sure: bool = False) -> Step:
    """An answer, checked at once, with what the catalogue knows of it. A bad one changes nothing.

    One that may mean something else is asked about, unless it is `sure`; sent once more, it is meant as it is.
    """
    draft = turn.draft
    if not sure and value != draft.doubted and doubt_of(turn.filled, question.path, value) is not None:
        return _doubted(turn, value)
    answers = put(draft.answers, question.path, value)
    if question.facts is not None:
        answers = drop(answers, question.facts)
    answers = Filled.of(turn.form, answers).pruned
    problem = Filled.of(turn.form, answers).problem_at(question.path)
    if problem is not None:
        # None of what it may mean is taken, so that the bound is what is wrong with it.
        meant = put(answers, question.path, likeliest_of(turn.filled, question.path, value) or value)
        problem = Filled.of(turn.form, meant).problem_at(question.path) or problem
        return turn.stays(asked(turn.account, draft, problem=problem, sent=value))
    if question.facts is None:
        return go_on(turn, answers, left=list_around(question.path))
    if question.into is None:
        facts = catalogued(turn, question, value)
        answers = with_facts(turn.form, answers, question.facts, facts)
        is_lacking = facts is None and is_listed(turn.form, answers) and turn.known.lists(turn.account.name)
        note = NoteCode.NOT_LISTED if is_lacking else NoteCode.NONE
        return go_on(turn, answers, left=list_around(question.path), note=note, wanted="")
    return checking_product(turn, question, answers, pasted=_waiting(draft))


def checking_product(turn: Turn[Event], question: Question, answers: Answers, *, pasted: Pasted | None = None) -> Step:
    """Looks an answer up at the supplier, with the `answers` that it stands in, checked as far as they can be."""
    before = turn.draft.answers
    step = turn.to(Phase.CHECKING, answers=answers, at=question.path, before=before, wanted="", pasted=pasted)
    waiting = draft_of(step.state)
    return Step(step.state, (checking(turn.account, waiting),), (_look_up(waiting, _into(question)),))


def take_in(turn: Turn[Event], fields: Iterable[Proposed]) -> Step:
    """The answers of the text that the draft has a note of; a product that has to be looked up goes first."""
    draft = turn.draft
    for one in fields:
        if (question := _looked_up(turn, one)) is None:
            continue
        answers = put(draft.answers, one.path, one.answer)
        if question.facts is not None:
            answers = drop(answers, question.facts)
        if Filled.of(turn.form, answers).problem_at(one.path) is None:
            return checking_product(turn, question, answers, pasted=draft.pasted)
    return go_on(turn, draft.answers)


def _looked_up(turn: Turn[Event], one: Proposed) -> Question | None:
    """The question that a supplier is asked about, where this answers it and is no news."""
    answers = put(turn.draft.answers, one.path, one.answer)
    if not one.sure or answers == turn.draft.answers:
        return None
    try:
        question = Filled.of(turn.form, answers).question(one.path)
    except LookupError:
        return None
    return question if question.into is not None else None


def _waiting(draft: Draft) -> Pasted | None:
    """The text that waits for a product, whichever it becomes."""
    return draft.pasted if draft.pasted is not None and draft.pasted.waits else None


def catalogued(turn: Turn[Event], question: Question, value: str) -> Mapping[str, Any] | None:
    """The facts of a product that answers a question; None where the catalogue has none, or has no say."""
    listed_there = question.facts is not None and is_listed(turn.form, turn.draft.answers)
    return turn.known.facts(turn.account.name, value) if listed_there else None


def awaited(state: Conversation, known: Known) -> LookUpAnswer | CheckNumber | None:
    """The look-up that a conversation waits for; kept beside the state, so that a restart can ask for it again."""
    if state.naming is not None and state.naming.number:
        return CheckNumber(state.naming.reference, state.naming.attempts, state.naming.number)
    draft = state.draft
    if state.phase is not Phase.CHECKING or draft is None or draft.account not in known.accounts:
        return None
    return _look_up(draft, _into(question_at(known.accounts[draft.account], draft)))


def _into(question: Question) -> Path:
    """The place for what a look-up finds; the table uses this only while an answer is looked up."""
    if question.into is None:
        raise LookupError(question.path)
    return question.into


def _look_up(draft: Draft, into: Path) -> LookUpAnswer:
    return LookUpAnswer(draft.account, draft.id, draft.revision, str(into[-1]), str(get(draft.answers, draft.at)))


def looked_up(turn: Turn[LookedUp]) -> Step:
    """The supplier's catalogue answered, or didn't."""
    event, draft = turn.event, turn.draft
    if (event.draft, event.revision) != (draft.id, draft.revision):
        return turn.stays()
    question = question_at(turn.account, draft)
    into, left = _into(question), list_around(question.path)
    match event.result:
        case LookUpResult.FOUND:
            return go_on(turn, put(draft.answers, into, dict(event.facts)), left=left)
        case LookUpResult.FAILED:
            kept = catalogued(turn, question, str(get(draft.answers, question.path))) or {}
            answers = with_facts(turn.form, draft.answers, into, _still_holding(turn, question, kept))
            return _with_age(kept, go_on(turn, answers, left=left, note=NoteCode.CATALOGUE_NOT_READ))
        case LookUpResult.NOT_FOUND:
            value = str(get(draft.answers, question.path))
            step = turn.to(Phase.ASKING, answers=draft.before or {}, before=None, doubted=value, pasted=_waiting(draft))
            return step.saying(asked(turn.account, draft_of(step.state), insist=True))


def _still_holding(turn: Turn[LookedUp], question: Question, kept: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The facts known before, where the supplier could not be asked; None for nothing."""
    look_up = marker(field_at(turn.form, question.path), LookUp)
    if not kept or look_up is None:
        return None
    return {name: fact for name, fact in kept.items() if name not in look_up.fresh} | {"kept": True}


def _with_age(kept: Mapping[str, Any], step: Step) -> Step:
    """A look-up that failed still leaves what we had read before, which is then said with its age."""
    if not kept:
        return step
    at = int(kept.get("read_at") or 0)
    told = (
        replace(reply, note=NoteCode.CATALOGUE_KEPT, note_at=at)
        if isinstance(reply, Asked) and reply.note is NoteCode.CATALOGUE_NOT_READ
        else reply
        for reply in step.replies
    )
    return replace(step, replies=tuple(told))


def use_anyway(turn: Turn[UsedAnyway]) -> Step:
    """The person insists on an answer that is in doubt, that the catalogue lacks, or that others in the book have."""
    draft = turn.draft
    question = question_at(turn.account, draft)
    if draft.sought:
        return take(turn, question, draft.sought)
    if draft.doubted is None:
        return misfit(turn)
    doubt = doubt_of(turn.filled, question.path, draft.doubted)
    if doubt is not None and doubt.as_sent:
        return take(turn, question, draft.doubted, sure=True)
    if question.into is None:
        return take(turn, question, draft.doubted, sure=True)
    answers = put(put(draft.answers, question.path, draft.doubted), question.into, None)
    return go_on(turn, answers, left=list_around(question.path))


def keep(turn: Turn[Kept]) -> Step:
    """On from a question without a change: to where its answer was changed from, or to what is not answered yet."""
    draft = turn.draft
    if asked(turn.account, draft).present is None:
        return misfit(turn)
    return go_on(turn, draft.answers, left=list_around(draft.at))


def skip(turn: Turn[Skipped]) -> Step:
    """Skips a question, or the optional group or list that it opens."""
    question = question_at(turn.account, turn.draft)
    if question.skips is None:
        return misfit(turn)
    return go_on(turn, put(turn.draft.answers, question.skips, None), left=list_around(question.skips))


def back(turn: Turn[WentBack]) -> Step:
    """To the step before: the question before, the list before, or where an edit began. Answers stay."""
    draft, form = turn.draft, turn.filled
    around = list_around(draft.at)
    item = () if around is None else draft.at[: len(around) + 1]
    if draft.editing and form.is_done(item):
        return go_on(turn, draft.answers, left=around)
    here = form.position(draft.at)
    if not here:
        if draft.answers:
            return turn.stays(asked(turn.account, draft, note=NoteCode.FIRST_QUESTION))
        return Step(IDLE, (accounts_offered(turn.known),))
    before = form.path_at(here - 1)
    left = list_around(before)
    if left is None or before[: len(left) + 1] == draft.at[: len(left) + 1] or get(draft.answers, left) is None:
        return ask(turn, before)
    # Out of an item, or back over a list: to the list itself; an item without answers was never one.
    answers = draft.answers
    if item and not get(answers, item):
        answers = drop(answers, item)
    step = turn.to(Phase.LISTING, answers=answers, at=left)
    return step.saying(listed(turn.account, draft_of(step.state)))


def stop_checking(turn: Turn[WentBack]) -> Step:
    """Back while an answer is looked up: the question again, everything as before it."""
    return ask(turn, turn.draft.at, answers=turn.draft.before or {}, before=None)


def misfit(turn: Turn[Event]) -> Step:
    """An event that doesn't fit: nothing changes, and we show where we stand."""
    return turn.stays(current_prompt(turn.state, turn.known))


def pasted_shown(turn: Turn[Event], put_in: PutIn) -> PastedShown:
    """The reply that says what was taken of a text, and what was not."""
    filled = Filled.of(turn.form, put_in.answers)
    refused = [(one, problem) for one, problem in put_in.refused if problem is not None]
    return PastedShown(
        turn.account.title,
        tuple((_item(path), _line_at(filled, path)) for path in put_in.taken),
        tuple((_item(one.path), _unsure(turn, filled, one)) for one in put_in.unsure),
        tuple((_item(one.path), Line(_title(filled, one.path), one.answer), problem) for one, problem in refused),
        (*(one.answer for one, problem in put_in.refused if problem is None), *put_in.unread),
    )


def _item(path: Path) -> int:
    return next((step + 1 for step in path if isinstance(step, int)), 0)


def _title(filled: Filled, path: Path) -> str:
    try:
        return filled.question(path).title
    except LookupError:
        return str(path[-1])


def _unsure(turn: Turn[Event], filled: Filled, one: Proposed) -> Line:
    """An answer that is asked about, with the title of a product that the catalogue has."""
    plan = _plan_at(filled, one.path)
    facts = turn.known.facts(turn.account.name, one.answer) if plan is not None and plan.facts is not None else None
    return Line(_title(filled, one.path), one.answer, str((facts or {}).get("title") or ""))


def _plan_at(filled: Filled, path: Path) -> Plan | None:
    try:
        return filled.part(path[:-1]).sections[str(path[-1])].plan
    except LookupError:
        return None


def _line_at(filled: Filled, path: Path) -> Line:
    holder = filled.part(path[:-1])
    plan = holder.sections[str(path[-1])].plan
    value = holder.shown.get(plan.name, str(get(filled.answers, path)))
    return Line(plan.title, value, holder.title_at(plan), is_choice=bool(plan.shape.choices))


def mended(turn: Turn[Event]) -> Step | None:
    """After a deploy: a draft of another form version is checked again, and only what changed is asked.

    None when the form is the same; a step without replies when the draft stands as it did, or when an order's number
    is being asked: what changed is shown when that is over.
    """
    draft, now = turn.draft, version(turn.form)
    if draft.form_version == now:
        return None
    if (naming := turn.state.naming) is not None:
        resumed = mended(replace(turn, state=turn.state.without_naming()))
        return resumed and replace(resumed, state=resumed.state.in_naming(naming), replies=())
    answers = turn.filled.pruned
    same = draft.model_copy(update={"form_version": now})
    kept = turn.state.model_copy(update={"draft": same})
    if answers == draft.answers and not Filled.of(turn.form, answers).problems and _is_shown(kept, turn):
        return Step(kept)
    return go_on(turn, answers, form_version=now)


def _is_shown(state: Conversation, turn: Turn[Event]) -> bool:
    try:
        current_prompt(state, turn.known)
    except LookupError:
        return False
    return True


def stand_again(turn: Turn[Any], kept: KeptDraft) -> Step:
    """A draft that was put aside, exactly where it stood; its account is there, and no other draft is open."""
    known = turn.known
    # Of a higher revision, so that a late tap on what stood there before doesn't fit.
    draft = kept.draft.model_copy(update={"revision": kept.draft.revision + 1})
    cancelled = turn.state.cancelled
    if cancelled is not None and cancelled.draft.id == draft.id:
        cancelled = None
    opened = {"phase": kept.phase, "draft": draft, "naming": None, "cancelled": cancelled}
    again = replace(turn, state=turn.state.model_copy(update=opened))
    mending = mended(again)
    state = again.state if mending is None else mending.state
    replies = mending.replies if mending is not None else ()
    waits = awaited(state, known)
    return Step(state, replies or (current_prompt(state, known),), () if waits is None else (waits,))
