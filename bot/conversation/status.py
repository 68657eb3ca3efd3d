"""Transitions about placed orders: one fresh answer to whoever asks, changes told, the same ordered again."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import BaseModel

from bot.conversation import events
from bot.conversation.answers import pruned, put_facts, version
from bot.conversation.events import StatusRequested
from bot.conversation.filling import go_on
from bot.conversation.prompts import where_we_stand
from bot.conversation.questions import marker, plans
from bot.conversation.replies import (
    CardShown,
    Hint,
    NoticesOffered,
    OrderNotKnown,
    Reply,
    StatusAsked,
    StatusNotice,
    StatusShown,
    Toast,
    WhichOrder,
)
from bot.conversation.requests import AskEverywhere, AskStatus
from bot.conversation.state import Answers, Draft
from bot.conversation.step import Context, Step, Turn
from bot.conversation.views import Freshness, OrderView
from providers.fields import InCatalogue, LookUp
from providers.orders import Outcome

_A_NUMBER: Final = re.compile(r"#?(?=[^0-9]*[0-9])[0-9A-Za-z-]{3,64}")
"""What suppliers are asked for when it isn't in the journal."""
_ASKING: Final = Toast("asking")


def status(turn: Turn) -> Step:
    """`/status X`, a bare number, a reply to an order's message or a tap."""
    event = cast("StatusRequested", turn.event)
    if not event.query:
        return Step(turn.state, (StatusAsked(),))
    if not event.found:
        return _not_ours(turn, event)
    if len(event.found) > 1:
        return Step(turn.state, (WhichOrder(_titled(turn, event.found)),))
    return _of(turn, event.found[0], on_card=False)


def refresh(turn: Turn) -> Step:
    """The card's button: the answer stands on the card."""
    return _of(turn, cast("events.RefreshAsked", turn.event).order, on_card=True)


def _of(turn: Turn, order: OrderView, *, on_card: bool) -> Step:
    """The supplier is asked where it can be; else the journal answers, and says so."""
    if asks(turn.context, order):
        return Step(turn.state, (_ASKING,), (AskStatus(order.reference, on_card),))
    placed = order.outcome is Outcome.PLACED and order.account in turn.context.accounts
    freshness = Freshness.SILENT if placed else Freshness.KNOWN
    return Step(turn.state, (_shown(turn, order, freshness, turn.context.now),))


def asks(context: Context, order: OrderView) -> bool:
    """Whether the supplier of an order can be asked how far it is."""
    account = context.accounts.get(order.account)
    return order.outcome is Outcome.PLACED and bool(order.number) and account is not None and account.reads_status


def repeats(context: Context, order: OrderView) -> bool:
    """Whether an order can be ordered again."""
    return (
        order.outcome is Outcome.PLACED
        and bool(order.reference)
        and not order.pruned
        and (order.account in context.accounts)
    )


def _shown(turn: Turn, order: OrderView, freshness: Freshness, now: int = 0) -> StatusShown:
    return StatusShown(order, turn.title_of(order), freshness, now, again=repeats(turn.context, order))


def _titled(turn: Turn, orders: tuple[OrderView, ...]) -> tuple[tuple[OrderView, str], ...]:
    return tuple((order, turn.title_of(order)) for order in orders)


def _not_ours(turn: Turn, event: StatusRequested) -> Step:
    if _A_NUMBER.fullmatch(event.query) and any(account.reads_status for account in turn.context.accounts.values()):
        return Step(turn.state, (_ASKING,), (AskEverywhere(event.query),))
    return Step(turn.state, (OrderNotKnown(event.query, _titled(turn, event.near)),))


def answered(turn: Turn) -> Step:
    """The supplier's answer, or what is known without it."""
    event = cast("events.StatusAnswered", turn.event)
    return Step(turn.state, (_shown(turn, event.order, event.freshness, event.now),))


def searched(turn: Turn) -> Step:
    """What suppliers said about a number that the journal doesn't have."""
    event = cast("events.SearchedElsewhere", turn.event)
    if event.found:
        return Step(turn.state, tuple(_shown(turn, order, Freshness.NOW) for order in event.found))
    accounts = turn.context.accounts
    unreached = tuple(accounts[name].title for name in event.unreached if name in accounts)
    silent = tuple(account.title for account in accounts.values() if not account.reads_status)
    asked = tuple(one.title for one in accounts.values() if one.reads_status and one.name not in event.unreached)
    return Step(turn.state, (OrderNotKnown(event.query, _titled(turn, event.near), unreached, silent, asked),))


def progressed(turn: Turn) -> Step:
    """The card changes; a change that matters is also told in a message of its own."""
    event = cast("events.Progressed", turn.event)
    title, context = turn.title_of(event.order), turn.context
    card = CardShown(event.order, title, asks(context, event.order), repeats(context, event.order))
    notice: tuple[Reply, ...] = (StatusNotice(event.order, title, event.was),) if event.tell else ()
    return Step(turn.state, (card, *notice))


def notices(turn: Turn) -> Step:
    event = cast("events.NoticesRequested", turn.event)
    return Step(turn.state, (NoticesOffered(event.chosen, event.changed),))


def order_again(turn: Turn) -> Step:
    """The answers of an order in a new draft, checked again; it stands at the summary unless something is wrong now."""
    event = cast("events.OrderedAgain", turn.event)
    order = event.order
    account = turn.context.accounts.get(order.account)
    if order.pruned or account is None:
        return Step(turn.state, (Hint("again_pruned" if order.pruned else "again_gone"),))
    answers = _without_facts(account.form, pruned(account.form, order.answers))
    for into, facts in event.facts:
        answers = put_facts(account.form, answers, into, facts)
    draft = Draft(
        id=turn.context.draft_id,
        account=account.name,
        form_version=version(account.form),
        revision=-1,
        answers=answers,
    )
    return go_on(Turn(turn.state.model_copy(update={"draft": draft}), turn.event, turn.context), answers)


def again_later(turn: Turn) -> Step:
    """While another order is being filled in."""
    order = cast("events.OrderedAgain", turn.event).order
    reply = Hint("again_pruned" if order.pruned else "again_later")
    return Step(turn.state, (reply, where_we_stand(turn.state, turn.context)))


def _without_facts(form: type[BaseModel], answers: Mapping[str, Any]) -> Answers:
    """What the catalogue knew at the time is not copied: prices and limits are looked up anew.

    What a supplier was asked for stays, because nothing but asking it again could replace it; but whoever ordered then
    without a comparison did so for that order only.
    """
    old = {m.into for info in form.model_fields.values() if (m := _catalogued(info)) is not None}
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
