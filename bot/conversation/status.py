"""Transitions about placed orders: one fresh answer to who asks, changes told, the same ordered again."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.context import Context
from bot.conversation.events import (
    NoticesRequested,
    OrderedAgain,
    Progressed,
    RefreshAsked,
    SearchedElsewhere,
    StatusAnswered,
    StatusRequested,
)
from bot.conversation.filled import Filled, with_facts
from bot.conversation.filling import go_on
from bot.conversation.prompts import where_we_stand
from bot.conversation.questions import marker, plans, version
from bot.conversation.replies import (
    CardShown,
    Hint,
    HintCode,
    NoticesOffered,
    OrderNotKnown,
    Reply,
    StatusAsked,
    StatusNotice,
    StatusShown,
    Toast,
    ToastCode,
    WhichOrder,
)
from bot.conversation.requests import AskEverywhere, AskStatus
from bot.conversation.state import Answers, Draft
from bot.conversation.step import Step, Turn
from bot.conversation.views import Freshness, OrderView
from providers.fields import InCatalogue, LookUp
from providers.orders import Outcome

_A_NUMBER: Final = re.compile(r"#?(?=[^0-9]*[0-9])[0-9A-Za-z-]{3,64}")
"""The numbers that suppliers are asked for when it isn't in the journal."""
_ASKING: Final = Toast(ToastCode.ASKING)


def status(turn: Turn[StatusRequested]) -> Step:
    """`/status X`, a bare number, a reply to an order's message or a tap."""
    event = turn.event
    if not event.query:
        return turn.stays(StatusAsked())
    if not event.found:
        return _not_ours(turn)
    if len(event.found) > 1:
        return turn.stays(WhichOrder(_titled(turn.context, event.found)))
    return _of(turn, event.found[0], on_card=False)


def refresh(turn: Turn[RefreshAsked]) -> Step:
    """The card's button: the answer stands on the card."""
    return _of(turn, turn.event.order, on_card=True)


def _of(turn: Turn[StatusRequested | RefreshAsked], order: OrderView, *, on_card: bool) -> Step:
    """The supplier is asked where it can be; else the journal answers, and says so."""
    if turn.context.reads_status(order):
        return turn.stays(_ASKING, requests=(AskStatus(order.reference, on_card),))
    placed = order.outcome is Outcome.PLACED and order.account in turn.context.accounts
    freshness = Freshness.SILENT if placed else Freshness.KNOWN
    return turn.stays(_shown(turn.context, order, freshness, turn.context.now))


def _shown(context: Context, order: OrderView, freshness: Freshness, now: int = 0) -> StatusShown:
    return StatusShown(order, context.title_of(order), freshness, now, again=context.repeats(order))


def _titled(context: Context, orders: tuple[OrderView, ...]) -> tuple[tuple[OrderView, str], ...]:
    return tuple((order, context.title_of(order)) for order in orders)


def _not_ours(turn: Turn[StatusRequested]) -> Step:
    event = turn.event
    if _A_NUMBER.fullmatch(event.query) and any(account.reads_status for account in turn.context.accounts.values()):
        return turn.stays(_ASKING, requests=(AskEverywhere(event.query),))
    return turn.stays(OrderNotKnown(event.query, _titled(turn.context, event.near)))


def answered(turn: Turn[StatusAnswered]) -> Step:
    """The supplier's answer, or what is known without it."""
    return turn.stays(_shown(turn.context, turn.event.order, turn.event.freshness, turn.event.now))


def searched(turn: Turn[SearchedElsewhere]) -> Step:
    """The answers of suppliers about a number that the journal doesn't have."""
    event, accounts = turn.event, turn.context.accounts
    if event.found:
        return turn.stays(*(_shown(turn.context, order, Freshness.NOW) for order in event.found))
    unreached = tuple(accounts[name].title for name in event.unreached if name in accounts)
    silent = tuple(account.title for account in accounts.values() if not account.reads_status)
    asked = tuple(one.title for one in accounts.values() if one.reads_status and one.name not in event.unreached)
    return turn.stays(OrderNotKnown(event.query, _titled(turn.context, event.near), unreached, silent, asked))


def progressed(turn: Turn[Progressed]) -> Step:
    """The card changes; a change that matters is also told in a message of its own."""
    event, context = turn.event, turn.context
    title = context.title_of(event.order)
    card = CardShown(event.order, title, context.reads_status(event.order), context.repeats(event.order))
    notice: tuple[Reply, ...] = (StatusNotice(event.order, title, event.was),) if event.tell else ()
    return turn.stays(card, *notice)


def notices(turn: Turn[NoticesRequested]) -> Step:
    return turn.stays(NoticesOffered(turn.event.chosen, turn.event.changed))


def order_again(turn: Turn[OrderedAgain]) -> Step:
    """The answers of an order in a new draft, checked again; it stands at the summary unless something is wrong now."""
    order = turn.event.order
    account = turn.context.accounts.get(order.account)
    if order.pruned or account is None:
        return turn.stays(Hint(HintCode.AGAIN_PRUNED if order.pruned else HintCode.AGAIN_GONE))
    answers = _without_facts(account.form, Filled.of(account.form, order.answers).pruned)
    for into, facts in turn.event.facts:
        answers = with_facts(account.form, answers, into, facts)
    draft = Draft(
        id=turn.context.draft_id,
        account=account.name,
        form_version=version(account.form),
        revision=-1,
        answers=answers,
    )
    return go_on(turn.on(draft), answers)


def again_later(turn: Turn[OrderedAgain]) -> Step:
    """While another order is being filled in."""
    code = HintCode.AGAIN_PRUNED if turn.event.order.pruned else HintCode.AGAIN_LATER
    return turn.stays(Hint(code), where_we_stand(turn.state, turn.context))


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
