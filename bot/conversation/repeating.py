"""Transitions that repeat an order: the same again, or with what a reply to its message says to be other.

Either is a new draft that stands at the summary, where anything is seen before it is sent; another one that is open is
parked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Protocol

from pydantic import BaseModel

from bot.conversation.address_book import named_alone
from bot.conversation.answers import get
from bot.conversation.changing import alone, changed, counted
from bot.conversation.events import AgainTapped, Answered, ChangeReplied, Missed
from bot.conversation.filled import Filled, with_facts
from bot.conversation.filling import go_on, misfit, take_in
from bot.conversation.information import (
    NUMBER,
    can_reopen,
    no_room,
    show_status,
    stale,
    tidy,
    with_standing,
)
from bot.conversation.known import Account, Known
from bot.conversation.parking import parked_from
from bot.conversation.prompts import parts
from bot.conversation.questions import marker, plans, version
from bot.conversation.reopening import opened_again
from bot.conversation.replies import Block, Hint, HintCode, Line, OrderNoticed, Repeated, Summarised
from bot.conversation.room import Room, room
from bot.conversation.state import Answers, Conversation, Draft, Pasted, Phase, Proposal
from bot.conversation.step import Step, Turn
from bot.conversation.tray import TrayRow
from bot.conversation.tray_rows import facts_from, row_of
from bot.conversation.views import ItemLine, OrderView
from providers.fields import InCatalogue, LookUp
from providers.orders import Outcome

_SHORT: Final = 5
"""Characters of a number that is one of pieces, below the message of an order, even where an order has it too."""


def order_again(turn: Turn[AgainTapped]) -> Step:
    """The answers of an order in a new draft, checked again; it stands at the summary unless something is wrong now."""
    order = turn.known.order(turn.event.reference)
    if order is None:
        return stale(turn)
    if order.outcome is not Outcome.PLACED:
        return show_status(turn, order)
    account = turn.known.accounts.get(order.account)
    if order.pruned or account is None:
        code = HintCode.AGAIN_PRUNED if order.pruned else HintCode.AGAIN_GONE
        return with_standing(turn, Hint(code, about=order.about))
    made = room(turn)
    if made is None:
        return no_room(turn, order.about)
    draft = _repeating(made.turn.known, account, order)
    return made.holding(go_on(made.turn.on(draft), draft.answers))


def _repeating(known: Known, account: Account, order: OrderView) -> Draft:
    return Draft(
        id=known.draft_id,
        account=account.name,
        form_version=version(account.form),
        revision=-1,
        answers=_with_facts_by_now(known, account, order),
        again=order.reference,
    )


# A reply to the message of an order


def replied_change(state: Conversation, event: Answered, known: Known) -> ChangeReplied | None:
    """The change that a reply to an order's message asks for; None for any other text.

    Below an order a short number is how many, and nobody replies to one to look another one up; its own number, and a
    longer one that another order has, are these orders. A phone number by itself, which may be any number, changes
    nothing, nor does a copy of what was just sent.
    """
    order = _shown_order(known, event.replied) if event.replied and event.missed is not Missed.TWICE else None
    account = None if order is None else known.accounts.get(order.account)
    if order is None or account is None:
        return None
    number, text = tidy(event.text), event.text
    is_number = NUMBER.fullmatch(number) is not None
    is_standing = order.outcome is Outcome.PLACED or can_reopen(known, order)
    named = known.named(number) if is_number else ()
    is_meant = len(number) > _SHORT or any(one.reference == order.reference for one in named)
    if is_number and (state.phase is Phase.NAMING or (named and is_meant) or not is_standing):
        return None
    form, answers = account.form, Filled.of(account.form, order.answers).pruned
    found = alone(form, answers, text) or named_alone(form, answers, text, partial(known.people, account.name))
    read = (found,) if found is not None else known.changes(account.name, text, answers)
    meant = tuple(one for said in read if (one := counted(form, answers, said, is_number=is_number)) is not None)
    return ChangeReplied(order.reference, text, meant) if meant else None


def _shown_order(known: Known, replied: Iterable[str]) -> OrderView | None:
    """The one order that a message shows; below it may stand earlier attempts at it. None for a list of several."""
    found = {order.reference: order for name in replied if (order := known.order(name)) is not None}
    shown = [order for order in found.values() if not order.replaced_by] or list(found.values())
    return shown[0] if len(shown) == 1 else None


class Begun(Protocol):
    """Begins a tray with rows of an account and what of the text was not read, which repeat an order."""

    def __call__(
        self, turn: Turn[Any], account: Account, made: Sequence[TrayRow], unread: Sequence[str] = (), *, again: str = ""
    ) -> Step: ...


def change_again(begun: Begun) -> Callable[[Turn[ChangeReplied]], Step]:
    """The order with what the reply changes in it, at the summary or at the question that the reply leaves open.

    One that was not placed is opened again with it, as its button would. A reply for several orders begins a tray.
    """

    def act(turn: Turn[ChangeReplied]) -> Step:
        order = turn.known.order(turn.event.reference)
        if order is None:
            return misfit(turn)
        if order.pruned:
            return with_standing(turn, Hint(HintCode.AGAIN_PRUNED, about=order.about))
        proposals = turn.event.proposals
        if proposals[0].region:
            gaps = {"account": turn.known.title_of(order), "region": proposals[0].region}
            return with_standing(turn, Hint(HintCode.OTHER_REGION, gaps))
        if order.outcome is not Outcome.PLACED and (len(proposals) > 1 or not can_reopen(turn.known, order)):
            return _beside_status(turn, order, HintCode.AGAIN_NOT_PLACED)
        return _in_a_tray(turn, order, begun) if len(proposals) > 1 else _with_change(turn, order, proposals[0])

    return act


def _in_a_tray(turn: Turn[ChangeReplied], order: OrderView, begun: Begun) -> Step:
    """An order for each change, all of them confirmed together."""
    known, proposals = turn.known, turn.event.proposals
    account = known.accounts[order.account]
    base, rows = _with_facts_by_now(known, account, order), []
    for one in proposals:
        if (change := changed(account.form, base, one)) is None:
            return _beside_status(turn, order, HintCode.AGAIN_SEVERAL)
        rows.append(row_of(account.form, one, facts_from(known, account.name), change.answers))
    unread = tuple(dict.fromkeys(part for one in proposals for part in one.unread))
    return begun(turn, account, rows, unread, again=order.number or order.reference)


def _with_change(turn: Turn[ChangeReplied], order: OrderView, proposal: Proposal) -> Step:
    known, account = turn.known, turn.known.accounts[order.account]
    is_placed = order.outcome is Outcome.PLACED
    is_open = not is_placed and turn.state.draft is not None and turn.state.draft.source == order.reference
    parked = None if is_placed else parked_from(known, order.reference)
    if is_placed:
        draft = _repeating(known, account, order)
    elif is_open:
        draft = turn.draft
    else:
        draft = parked.draft if parked is not None else opened_again(known, order)
    # What is being looked up was no answer yet.
    base = draft.answers if draft.before is None else draft.before
    change = changed(account.form, base, proposal)
    if change is None:
        return _beside_status(turn, order, HintCode.AGAIN_SEVERAL)
    if _stands_there(turn, order, proposal):
        return misfit(turn)
    made = Room(turn) if is_open else room(turn, parked)
    if made is None:
        return no_room(turn, order.about)
    note = Pasted(proposal=proposal, before=base)
    anew = {
        "answers": change.answers,
        "at": (),
        "before": None,
        "again": order.reference,
        "pasted": note,
        "brief": True,
    }
    new = draft.model_copy(update=anew)
    return _with_number(turn, made.holding(take_in(made.turn.on(new), proposal.fields)))


def _stands_there(turn: Turn[ChangeReplied], order: OrderView, proposal: Proposal) -> bool:
    """Check whether the same reply has just led to where the conversation stands: a bad line sends a message twice."""
    draft = turn.state.draft
    is_same = draft is not None and draft.again == order.reference and draft.pasted is not None
    return is_same and turn.draft.pasted is not None and turn.draft.pasted.proposal == proposal


def _beside_status(turn: Turn[ChangeReplied], order: OrderView, code: HintCode) -> Step:
    """The order as it is, with why the reply has begun none."""
    step = show_status(turn, order)
    return replace(step, replies=(Hint(code), *step.replies))


def _with_number(turn: Turn[ChangeReplied], step: Step) -> Step:
    """The step with the way to look an order up that has the number which was taken as one of pieces."""
    number = tidy(turn.event.text)
    found = turn.known.named(number) if NUMBER.fullmatch(number) else ()
    if len(found) != 1:
        return step
    return replace(step, replies=(OrderNoticed(found[0], turn.known.title_of(found[0]), number), *step.replies))


# The summary of an order that repeats another one


def with_repeated(reply: Summarised, draft: Draft, known: Known) -> Summarised:
    """The summary with the order that it repeats, and with a mark at all that is not as it is there."""
    order, account = known.order(draft.again) if draft.again else None, known.accounts.get(draft.account)
    if order is None or account is None or order.account != draft.account:
        return reply
    told = Repeated(order.number or order.reference)
    if order.pruned:
        return replace(reply, repeats=told)
    filled = Filled.of(account.form, Filled.of(account.form, order.answers).pruned)
    before = {part.title: part for part in parts(account, filled)}
    shown = tuple(_marked(part, before.get(part.title)) for part in reply.parts)
    is_changed = any(part.changed for part in shown)
    if not is_changed and reply.duplicate is not None and reply.duplicate.reference == draft.again:
        # It is named already, with who ordered it and when.
        return reply
    return replace(reply, parts=shown, repeats=replace(told, is_changed=is_changed))


def _marked(part: Line | Block, before: Line | Block | None) -> Line | Block:
    if isinstance(part, Line):
        return replace(part, changed=not isinstance(before, Line) or before.value != part.value)
    items = before.items if isinstance(before, Block) else ()
    places = (n for n, item in enumerate(part.items) if n >= len(items) or _key(item) != _key(items[n]))
    return replace(part, changed=tuple(places))


def _key(item: str | ItemLine) -> str | tuple[str, int]:
    """An item without its price, which nobody here has changed."""
    return item if isinstance(item, str) else (item.id, item.quantity)


# The products of an order, as they are known now


def _with_facts_by_now(known: Known, account: Account, order: OrderView) -> Answers:
    """The answers of an order with what the catalogue knows of its products by now, each looked up once."""
    form = Filled.of(account.form, Filled.of(account.form, order.answers).pruned)
    answers = _without_facts(account.form, form.answers)
    found: dict[str, Mapping[str, Any] | None] = {}
    for question in form.questions if form.is_listed else ():
        product = get(form.answers, question.path)
        if question.facts is None or not isinstance(product, str):
            continue
        if product not in found:
            found[product] = known.facts(account.name, product)
        if (facts := found[product]) is not None:
            answers = with_facts(account.form, answers, question.facts, facts)
    return answers


def _without_facts(form: type[BaseModel], answers: Mapping[str, Any]) -> Answers:
    """The answers without what the catalogue knew at the time: prices and limits are looked up anew.

    What a supplier was asked for stays, because nothing but asking it again could replace it; but whoever ordered then
    without a comparison did so for that order only.
    """
    old = {listed.into for info in form.model_fields.values() if (listed := _catalogued(info)) is not None}
    looked_up = {found.into for info in form.model_fields.values() if (found := marker(info, LookUp)) is not None}
    kept = {
        name: {fact: told for fact, told in value.items() if fact not in {"checked", "kept"}}
        if name in looked_up and isinstance(value, Mapping)
        else value
        for name, value in answers.items()
        if name not in old
    }
    for plan in plans(form):
        value, model = kept.get(plan.name), plan.shape.model
        if model is not None and isinstance(value, Mapping):
            kept[plan.name] = _without_facts(model, value)
        elif model is not None and isinstance(value, list):
            kept[plan.name] = [_without_facts(model, item) for item in value]
    return kept


def _catalogued(info: Any) -> InCatalogue | None:
    return None if marker(info, LookUp) else marker(info, InCatalogue)
