"""What a button of an order means by now: the journal has gone on since the button was shown."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation import status_events as s
from bot.conversation.engine import Account
from bot.orders.evidence import evidence_of
from bot.orders.journal import taken_by, view
from bot.place import Place
from bot.words import order_buttons as b
from providers.orders import Outcome
from storage import orders
from storage.database import Transaction
from storage.orders import Order


async def meant(tx: Transaction, tapped: b.OrderTapped, place: Place, accounts: Mapping[str, Account]) -> e.Event:
    """The event of a tap; where it no longer fits, the order is shown as it is now."""
    order = await orders.get(tx, tapped.reference)
    if order is None:
        return e.TapUnreadable()
    fits = order.outcome == Outcome.UNKNOWN
    match tapped:
        case b.ReopenTapped():
            return _reopened(order, place)
        case b.RefreshTapped():
            return s.RefreshAsked(view(order))
        case b.AgainTapped() if order.outcome == Outcome.PLACED:
            return s.OrderedAgain(view(order))
        case b.EvidenceTapped() if fits:
            return o.EvidenceRequested(view(order), await evidence_of(tx, order))
        case b.StopTapped(attempts=attempts) if order.stage != "settled" and order.attempts == attempts:
            return o.StopAsked(view(order))
        case b.LookTapped(attempts=attempts) if fits and order.attempts == attempts:
            return o.LookAsked(view(order))
        case b.NameTapped(attempts=attempts) if fits and order.attempts == attempts:
            return o.NumberAsked(view(order))
        case b.DecisionTapped(attempts=attempts) if fits and order.attempts == attempts:
            return await _decided(tx, order, tapped, accounts.get(order.account))
        case _:
            return as_it_is(order)


def as_it_is(order: Order) -> e.StatusRequested:
    return e.StatusRequested(order.reference, (view(order),))


def _reopened(order: Order, place: Place) -> e.Event:
    """Only the person who ordered may re-open it, and only while it has not been ordered anew."""
    if (order.chat_id, order.user_id) != (place.chat_id, place.user_id):
        return e.TapUnreadable()
    not_placed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
    if not not_placed or order.replaced_by is not None or order.pruned_at is not None:
        return as_it_is(order)
    return e.Reopened(view(order))


async def _decided(tx: Transaction, order: Order, tapped: b.DecisionTapped, account: Account | None) -> e.Event:
    if tapped.decision is o.Decision.RESEND and not (account is not None and account.resends):
        return as_it_is(order)
    if tapped.decision is o.Decision.FOUND:
        taken = await taken_by(tx, order.account, tapped.number)
        if taken is not None:
            return o.NumberChecked(view(order), tapped.number, o.NumberCheck.TAKEN, taken_by=taken)
    return o.Decided(view(order), tapped.decision, tapped.number)


async def checked(tx: Transaction, event: o.NumberChecked) -> e.Event:
    """A worker's report about a number, held against the journal as it is now."""
    order = await orders.get(tx, event.order.reference)
    if order is None:
        return event
    taken = await taken_by(tx, order.account, event.number)
    if taken is not None:
        return o.NumberChecked(view(order), event.number, o.NumberCheck.TAKEN, taken_by=taken)
    return replace(event, order=view(order))
