"""The reply that belongs to a state or an order, whatever led there. Shown again at any time, it changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from bot.conversation.answers import MISSING, get, is_answered
from bot.conversation.filled import Filled
from bot.conversation.known import Account, Known
from bot.conversation.questions import Problem, Question, field_at, list_around, longest, plans, steps
from bot.conversation.replies import (
    About,
    AccountGone,
    AccountsOffered,
    AllShown,
    Asked,
    Block,
    CheckingShown,
    Choices,
    EvidenceShown,
    Line,
    Listed,
    NoteCode,
    NothingOpen,
    NumberChecking,
    NumberWanted,
    Progress,
    Reply,
    Showing,
    Summarised,
)
from bot.conversation.state import Conversation, Draft, Naming, Phase
from bot.conversation.trials import doubt_at, doubt_of, good_example
from bot.conversation.views import Evidence, EvidenceView, ItemLine, OrderView, Prices
from providers.cleaning import with_marks_shown
from providers.fields import Form, pieces
from providers.orders import Money
from providers.products import Batches, Path, SeenFacts, facts_of, price_of, total_of

SHOWN_ITEMS: Final = 10
"""Items of a list, or products, that a summary shows."""
PAGE: Final = 8
"""Entries of a menu on one page."""


def current_prompt(state: Conversation, known: Known) -> Reply:
    """The reply for a state as it is."""
    draft = state.draft
    if state.naming is not None:
        return naming_shown(state.naming, known)
    if draft is None:
        return NothingOpen(parked=len(known.parked()))
    account = known.accounts.get(draft.account)
    if account is None:
        return AccountGone(draft.account)
    show: dict[Phase, Callable[[Account, Draft], Reply]] = {
        Phase.CHECKING: checking,
        Phase.LISTING: listed,
        Phase.PICKING_ITEM: items_offered,
        Phase.PICKING_FIELD: fields_offered,
        Phase.REVIEWING: summarised,
    }
    if state.phase in show:
        return show[state.phase](account, draft)
    return asked(account, draft, insist=draft.doubted is not None)


def accounts_offered(known: Known, unknown: str = "", likely: tuple[Account, ...] = ()) -> AccountsOffered:
    """A button per account, or for each of those that are `likely` to be meant by what is `unknown`."""
    offered = likely or known.accounts.values()
    return AccountsOffered(tuple((one.name, one.title) for one in offered), unknown, likely=bool(likely))


def naming_shown(naming: Naming, known: Known) -> NumberWanted | NumberChecking:
    account = known.accounts.get(naming.account)
    title = account.title if account else naming.account
    order = known.order(naming.reference)
    about = "" if order is None else order.about
    return (
        NumberChecking(naming.number, title, about) if naming.number else NumberWanted(naming.reference, title, about)
    )


def filled_of(account: Account, draft: Draft) -> Filled:
    return Filled.of(account.form, draft.answers)


def question_at(account: Account, draft: Draft) -> Question:
    """The question that the draft is at. Raises LookupError when the form no longer has it."""
    return filled_of(account, draft).question(draft.at)


def checking(account: Account, draft: Draft) -> CheckingShown:
    return CheckingShown(question_at(account, draft).title, str(get(draft.answers, draft.at)), account.title)


def asked(
    account: Account,
    draft: Draft,
    *,
    problem: Problem | None = None,
    sent: str = "",
    insist: bool = False,
    note: NoteCode = NoteCode.NONE,
) -> Asked:
    """The question that the draft is at, with what is wrong with its answer or stands before it.

    `sent` is the answer that was refused. `insist`: an answer is in doubt, and the question waits for a word on it.
    """
    form = filled_of(account, draft)
    question = form.question(draft.at)
    doubt = doubt_at(form, question, draft.doubted) if insist and problem is None else None
    if doubt is not None:
        problem, sent = Problem(draft.at, doubt.code, doubt.params), draft.doubted or ""
    elif insist and problem is None:
        problem, sent = Problem(draft.at, "not_in_catalogue"), draft.doubted or ""
    about = _about(form, question)
    example = good_example(form, question, () if problem is None else _bounds(problem, about))
    if draft.refused and example == draft.refused:
        example = ""
    suggested, quoted = suggestion_at(draft, form, draft.at)
    told = question
    if suggested is not None or example != question.example:
        told = replace(question, example=example, suggests=suggested)
    return Asked(
        told,
        _progress(account, draft),
        problem,
        insist if doubt is None else doubt.as_sent,
        note,
        about=about,
        present=None if _is_refused(draft, form) else _present(account, form, question),
        unit=_unit_of(account, form) if suggested is not None else "",
        quoted_by=account.title if quoted else "",
        sent=with_marks_shown(sent) if sent.strip() else "",
        readings=None if doubt is None else doubt.readings,
        sought=draft.sought if problem is None else "",
    )


def _bounds(problem: Problem, about: About | None) -> list[str]:
    """Numbers that are taken if any is: what an error names as a bound, and the product's own bounds."""
    told = [int(problem.params[name]) for name in ("ge", "le") if problem.params.get(name, "").isdigit()]
    known = [] if about is None else [bound for bound in (about.minimum, about.maximum) if bound is not None]
    return [f"{bound:,}" for bound in (*told, *known)]


def offered_answers(account: Account, draft: Draft) -> tuple[str, ...]:
    """The answers that buttons give, in order: choices, what other answers suggest, what a doubtful one may mean."""
    form = filled_of(account, draft)
    suggested, _ = suggestion_at(draft, form, draft.at)
    doubt = doubt_of(form, draft.at, draft.doubted) if draft.doubted is not None else None
    return (
        *form.question(draft.at).choices,
        *(() if suggested is None else (suggested,)),
        *(() if doubt is None else doubt.readings),
    )


def suggestion_at(draft: Draft, form: Filled, path: Path) -> tuple[str | None, bool]:
    """The answer that is suggested for a question, None for none, and whether that is the supplier's own word.

    That counts before all that is known of prices, for as long as the same is ordered.
    """
    quoted, amount = draft.quoted, form.form.amount_field if issubclass(form.form, Form) else ""
    if quoted is not None and amount and path == (amount,) and form.likeness == quoted.likeness:
        return quoted.amount, True
    return form.suggestion(path), False


def _is_refused(draft: Draft, form: Filled) -> bool:
    """Check whether the answer of the question that a draft is at is the product that its supplier has just refused."""
    return bool(draft.refused) and get(form.answers, draft.at) == draft.refused


def _present(account: Account, form: Filled, question: Question) -> Line | None:
    """The answer that stands at a question; None where there is none, or it would not be taken any more."""
    path = question.path
    if not is_answered(question, form.answers) or not isinstance(get(form.answers, path), str):
        return None
    if form.problem_at(path) is not None:
        return None
    group = form.part(path[:-1])
    plan = group.sections[str(path[-1])].plan
    value = group.shown.get(plan.name, "")
    return Line(question.title, value, group.title_at(plan), amount_at(account, form, path, value))


def _progress(account: Account, draft: Draft) -> Progress:
    """The place of the question that the draft is at; where one answer is changed there are no steps."""
    of_form, around = steps(account.form), list_around(draft.at)
    item = 0 if around is None else int(draft.at[len(around)]) + 1
    return Progress(
        step=0 if draft.editing else of_form[str(draft.at[0])],
        steps=0 if draft.editing else max(of_form.values()),
        item=item,
        of="" if around is None else field_at(account.form, around).title or "",
    )


def _is_per_piece(form: Filled) -> bool:
    """Check whether the prices of an order are for one piece."""
    return issubclass(form.form, Form) and form.form.priced_per_piece


def _about(form: Filled, question: Question) -> About | None:
    """The facts known of the product whose quantity this question asks; None for any other question."""
    group = form.part(question.path[:-1])
    if not group.sections[str(question.path[-1])].plan.quantity:
        return None
    listed = group.sections.values() if form.is_listed else ()
    product = next((section.plan.facts for section in listed if section.plan.facts is not None), None)
    facts = facts_of(group.answers.get(product)) if product is not None else SeenFacts()
    if facts.price is None and facts.pieces is None and not facts.read_at:
        # A look-up's title and bounds alone are told where they matter: in the summary and with a bad answer.
        return None
    return About(facts.title, price_of(facts), facts.minimum, facts.maximum, facts.pieces, _is_per_piece(form))


def listed(account: Account, draft: Draft) -> Listed:
    form, items = filled_of(account, draft), get(draft.answers, draft.at)
    if items is MISSING or items is None:
        raise LookupError(draft.at)
    limit = longest(field_at(account.form, draft.at))
    block = _block(form, draft.at)
    return Listed(block.title, block, len(items), limit is None or len(items) < limit)


def all_shown(account: Account, draft: Draft) -> AllShown:
    """The lists of the draft that are shown in part only, in full; just the one that it is at, if it is at one."""
    form = filled_of(account, draft)
    return AllShown(tuple(_block(form, path, every=True) for path in _longer(form, form, ()) if _is_meant(draft, path)))


def _is_meant(draft: Draft, path: Path) -> bool:
    return not draft.at or draft.at == path


def _longer(form: Filled, group: Filled, at: Path) -> list[Path]:
    """The lists that have more items than a summary shows."""
    found: list[Path] = []
    for name, section in group.sections.items():
        value = group.answers.get(name)
        if section.plan.shape.kind == "list" and isinstance(value, list) and len(value) > SHOWN_ITEMS:
            found.append((*at, name))
        elif section.plan.shape.kind == "group" and value:
            found += _longer(form, section.parts[0], (*at, name))
    return found


def items_offered(account: Account, draft: Draft) -> Choices:
    form, count = filled_of(account, draft), len(get(draft.answers, draft.at))

    def entry(place: int) -> Line:
        return Line(f"{place + 1}", _short(form, (*draft.at, place)))

    return _page(draft, count, entry, draft.purpose)


def fields_offered(account: Account, draft: Draft) -> Choices:
    """The fields of the whole form, of a group or of one item, with what they hold."""
    form, paths = filled_of(account, draft), entries(account, draft)
    return _page(draft, len(paths), lambda place: _field_shown(account, form, paths[place]), "edit")


def _field_shown(account: Account, form: Filled, path: Path) -> Line:
    group = form.part(path[:-1])
    section, value = group.sections[str(path[-1])], group.answers.get(str(path[-1]))
    if section.plan.shape.kind == "list" and isinstance(value, list):
        text = str(len(value))
    elif section.plan.shape.kind == "group" and isinstance(value, dict):
        text = _short(form, path)
    else:
        text = group.shown.get(section.plan.name, "")
    is_choice = bool(section.plan.shape.choices)
    extra, amount = group.title_at(section.plan) if text else "", amount_at(account, form, path, text)
    return Line(section.plan.title, text, extra, amount=amount, is_choice=is_choice)


def entries(account: Account, draft: Draft) -> list[Path]:
    """The fields that can be edited below the path that the draft is at, in order."""
    return [(*draft.at, name) for name in filled_of(account, draft).part(draft.at).sections]


def _page(
    draft: Draft, count: int, entry: Callable[[int], Line], purpose: Literal["change", "remove", "edit"]
) -> Choices:
    pages = max(1, -(-count // PAGE))
    page = min(max(draft.page, 0), pages - 1)
    first = page * PAGE
    return Choices(purpose, tuple(entry(place) for place in range(first, min(first + PAGE, count))), first, page, pages)


def summarised(account: Account, draft: Draft, problems: tuple[Problem, ...] = ()) -> Summarised:
    form = filled_of(account, draft)
    retried = draft.retry is not None and draft.retry == draft.answers
    return Summarised(
        account.title,
        parts(account, form),
        problems,
        retried,
        draft.alike,
        prices(account, draft, form),
        batches=_batches(form),
        row=draft.row,
    )


def _batches(form: Filled) -> Batches | None:
    return form.finished.batches() if isinstance(form.finished, Form) else None


def parts(account: Account, form: Filled, *, every: bool = False) -> tuple[Line | Block, ...]:
    """The answers given, in the order of the questions; skipped ones are left out. `every`: also of long lists."""
    return tuple(_parts(account, form, form, (), every=every, is_optional=False))


def _parts(
    account: Account, form: Filled, group: Filled, at: Path, *, every: bool, is_optional: bool
) -> list[Line | Block]:
    told: list[Line | Block] = []
    for name, section in group.sections.items():
        value = group.answers.get(name)
        if section.plan.shape.kind == "list":
            if isinstance(value, list):
                told.append(_block(form, (*at, name), every=every))
        elif section.plan.shape.kind == "group":
            if value:
                inside = is_optional or not section.plan.required
                told += _parts(account, form, section.parts[0], (*at, name), every=every, is_optional=inside)
        elif is_answered(section.plan.asks, group.answers) and (text := group.shown.get(name, "")):
            is_choice, amount = bool(section.plan.shape.choices), amount_at(account, form, (*at, name), text)
            extra, left_out = group.title_at(section.plan), is_optional or section.plan.asks.skips is not None
            told.append(Line(section.plan.title, text, extra, amount, is_choice, is_optional=left_out))
    return told


def _block(form: Filled, at: Path, *, every: bool = False) -> Block:
    section = form.part(at[:-1]).sections[str(at[-1])]
    count = len(get(form.answers, at))
    told = count if every else min(count, SHOWN_ITEMS)
    lines = _item_lines(form, [form.part((*at, place)) for place in range(told)])
    return Block(section.plan.title, lines, count - told)


def _short(form: Filled, at: Path) -> str:
    (line,) = _item_lines(form, (form.part(at),))
    return f"{line.name} {pieces(line.quantity)}" if isinstance(line, ItemLine) else line


def _item_lines(form: Filled, parts: Sequence[Filled]) -> tuple[str | ItemLine, ...]:
    """The items of a list in short form; two products of one title have their ids beside it."""
    lines = [_product_line(form, part) or part.line for part in parts]
    titled = {(line.name, line.id) for line in lines if isinstance(line, ItemLine)}
    same = Counter(name for name, _ in titled)
    return tuple(
        replace(line, name=f"{line.name} ({line.id})") if isinstance(line, ItemLine) and same[line.name] > 1 else line
        for line in lines
    )


def _product_line(form: Filled, part: Filled) -> ItemLine | None:
    """A product with its quantity and price; None for an item of another kind, or one that isn't finished."""
    asked = [section.plan for section in part.sections.values()]
    product = next((plan for plan in asked if plan.facts is not None), None)
    many = next((plan for plan in asked if plan.quantity), None)
    if product is None or many is None or part.finished is None or {product.name, many.name} != {p.name for p in asked}:
        return None
    number, quantity = part.shown.get(product.name, ""), getattr(part.finished, many.name)
    if not isinstance(quantity, int):
        return None
    facts = facts_of(part.answers.get(product.facts or ""))
    title = " ".join(facts.title.split())
    return ItemLine(title or number, number, quantity, price_of(facts) if _is_per_piece(form) else None)


def _unit_of(account: Account, form: Filled) -> str:
    """The unit that an order's amounts are in (as `Money.unit`): that of all known prices, else the account's.

    Empty where there is no such one.
    """
    units = {facts.unit for facts in _known(form) if facts.price is not None} or {account.currency}
    return units.pop() if len(units) == 1 else ""


def _known(form: Filled) -> Iterable[SeenFacts]:
    for section in form.sections.values():
        if section.plan.facts is not None:
            yield facts_of(form.answers.get(section.plan.facts))
        model = section.plan.shape.model
        if model is not None and any(plan.facts is not None for plan in plans(model)):
            for part in section.parts:
                yield from _known(part)


def amount_at(account: Account, form: Filled, path: Path, value: str) -> Money | None:
    """An answer that says what the order costs, as an amount; None for any other."""
    if not issubclass(form.form, Form) or path != (form.form.amount_field,):
        return None
    try:
        return Money(Decimal(value.replace(",", "")), _unit_of(account, form))
    except InvalidOperation:
        return None


def prices(account: Account, draft: Draft, form: Filled) -> Prices | None:
    """The cost of the finished order by the prices that are known; None when its lines say it all."""
    finished = form.finished
    if not isinstance(finished, Form):
        return None
    chosen = finished.chosen()
    priced = [one.facts for one in chosen if one.facts is not None and one.facts.price is not None]
    _, suggested, quoted = departed_from(draft, form)
    in_a_list = len(chosen) == 1 and len(chosen[0].at) > 1
    given = bool(finished.amount_field) and suggestion_at(draft, form, (finished.amount_field,))[0] is not None
    told = Prices(
        listed=next((price_of(one.facts) for one in chosen if one.facts is not None and len(one.at) == 1), None),
        per_piece=finished.priced_per_piece,
        total=total_of(chosen) if finished.priced_per_piece and not given and not in_a_list else None,
        read_at=min((facts.read_at for facts in priced if facts.read_at), default=0),
        suggested=suggested,
        unit=_unit_of(account, form) if suggested else "",
        quoted=quoted,
    )
    if told.listed is not None and told.listed == told.total:
        told = replace(told, listed=None)
    return told if told != Prices(per_piece=finished.priced_per_piece) else None


def cost_of(form: Filled) -> Money | None:
    """The cost of a finished form by the prices that are known; None where one isn't."""
    finished = form.finished
    if not isinstance(finished, Form) or (total := total_of(finished.chosen())) is None:
        return None
    runs = finished.batches()
    return total if runs is None else Money(total.amount * runs.runs, total.unit)


def departed_from(draft: Draft, form: Filled) -> tuple[Path, str, bool]:
    """The question to which another answer was given than is suggested, the suggestion, and whether it is quoted.

    The suggestion is empty for none.
    """
    finished = form.finished
    for plan in plans(form.form):
        if plan.suggests is None or finished is None:
            continue
        (suggested, quoted), given = suggestion_at(draft, form, (plan.name,)), getattr(finished, plan.name)
        if suggested is not None and given is not None and str(given) != suggested:
            return (plan.name,), suggested, quoted
    return (), "", False


def due_at(known: Known, evidence: Evidence) -> int | None:
    """The time at which a supplier's list has to have an order that is there; None where that isn't known."""
    return evidence.ended_at + known.lag if evidence.ended_at else None


def evidence_shown(
    known: Known,
    order: OrderView,
    evidence: Evidence,
    showing: Showing,
    view: EvidenceView = EvidenceView.VERDICT,
) -> EvidenceShown:
    """The evidence about an order: what was sent, how it ended, what was found since, and what can be done."""
    account, balance = known.accounts.get(order.account), known.balance(order.account)
    shown = EvidenceShown(
        order,
        order.account,
        (),
        evidence,
        reconciles=False,
        idempotent_create=False,
        showing=showing,
        gone=account is None,
        view=view,
        due_at=due_at(known, evidence),
        own=known.is_own(order.reference),
        unit="" if balance is None else balance.unit,
    )
    if account is None:
        return shown
    filled = Filled.of(account.form, Filled.of(account.form, order.answers).pruned)
    finished = filled.finished
    total = total_of(finished.chosen()) if isinstance(finished, Form) else None
    return replace(
        shown,
        account=account.title,
        sent=parts(account, filled),
        reconciles=account.reconciles,
        # Under another identity the same id would be another order.
        idempotent_create=account.idempotent_create and not known.is_elsewhere(order.reference),
        total=None if total is None else total.amount,
    )
