"""Transitions about placed orders: one fresh answer to who asks, and changed cards."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from bot.conversation.events import (
    Answered,
    Event,
    Missed,
    OrdersRequested,
    ParcelsTapped,
    Progressed,
    RefreshTapped,
    SearchedElsewhere,
    ShowTapped,
    StatusAnswered,
    StatusRequested,
)
from bot.conversation.information import (
    NUMBER,
    not_taken,
    replied_about,
    show_status,
    stale,
    status_shown,
    tidy,
    untaken,
)
from bot.conversation.known import Known
from bot.conversation.numbers import is_about_numbers, letters_beside, numbers_in, stands_beside
from bot.conversation.replies import (
    Asked,
    CardShown,
    OrderNoticed,
    OrderNotKnown,
    OrdersFound,
    ParcelsShown,
    StatusAsked,
    Toast,
    ToastCode,
    WhichOrder,
)
from bot.conversation.requests import AskEverywhere
from bot.conversation.step import Step, Turn
from bot.conversation.views import Freshness, OrderView

_A_NUMBER: Final = re.compile(r"#?(?=[^0-9]*[0-9])[0-9A-Za-z-]{3,64}")
"""The numbers that suppliers are asked for when it isn't in the journal."""
_SHORT: Final = 5
"""Characters of a number that may well be a year, a price or a part of a phone."""
SHOWN_FOUND: Final = 8
"""Orders of a pasted text that are shown."""
_WORD: Final = re.compile(r"\S{1,64}")


def status(turn: Turn[StatusRequested]) -> Step:
    """`/status X`; without a number it is about the order whose message was replied to."""
    about = replied_about(turn.known, turn.event) if not turn.event.query else None
    return show_status(turn, about) if about is not None else _looked_up(turn, tidy(turn.event.query), turn.event.query)


def typed(turn: Turn[Answered]) -> Step:
    """Text that no question waits for: a reply to an order's message, or a number; else it isn't taken."""
    return as_number(turn) or untaken(turn)


def busy(turn: Turn[Answered]) -> Step:
    """A text that came while an answer is looked up: it is not kept for a question that nobody has seen.

    One that the journal has as an order's number asks about that order.
    """
    text = tidy(turn.event.text)
    found = turn.known.named(text) if _WORD.fullmatch(text) else ()
    return _found(turn, found) if found else not_taken(turn, Missed.BUSY)


def as_number(turn: Turn[Answered]) -> Step | None:
    """The answer to a text that asks about an order; None for one that doesn't."""
    text, about = tidy(turn.event.text), replied_about(turn.known, turn.event)
    if about is not None:
        return show_status(turn, about)
    if NUMBER.fullmatch(text):
        return _looked_up(turn, text)
    # What suppliers call a number can be any word; it counts as one where the journal has it.
    found = turn.known.named(text) if _WORD.fullmatch(text) else ()
    return _found(turn, found) if found else _pasted(turn, turn.event.text)


def _looked_up(turn: Turn[Event], query: str, whole: str = "") -> Step:
    """An order by its number, or those whose numbers stand somewhere in the `whole` text."""
    if not query:
        return turn.stays(StatusAsked())
    found = turn.known.named(query)
    if found:
        return _found(turn, found)
    return _pasted(turn, whole) or _not_ours(turn, query)


def _pasted(turn: Turn[Event], text: str) -> Step | None:
    """The orders whose numbers stand in a text; None for a text that is about none.

    A number that no order has is only spoken of where the text is about hardly anything else: a phone is not missed.
    """
    numbers = numbers_in(text)
    hits = {number: turn.known.named(number) for number in numbers}
    orders = _meant_by(hits, is_list=not letters_beside(text, numbers))
    missing: tuple[str, ...] = ()
    if is_about_numbers(text, numbers):
        missing = tuple(one for one in numbers if not hits[one] and NUMBER.fullmatch(one) and not stands_beside(one))
    if not orders:
        return _not_ours(turn, missing[0]) if len(missing) == 1 and len(numbers) == 1 else None
    if len(orders) == 1 and not missing:
        return show_status(turn, orders[0])
    shown = _titled(turn.known, orders[:SHOWN_FOUND])
    return turn.stays(OrdersFound(shown, missing[:SHOWN_FOUND], len(orders) - len(shown)))


def _meant_by(hits: Mapping[str, tuple[OrderView, ...]], *, is_list: bool) -> tuple[OrderView, ...]:
    """The orders that numbers in a text are of, each once.

    Where it has both numbers of one order, as our own messages do, a short number beside them is no order's.
    """
    found = {order.reference: order for orders in hits.values() for order in orders}
    both = {
        order.reference
        for number, orders in hits.items()
        for order in orders
        if number != order.reference and order.reference in hits
    }
    if is_list or not both:
        return tuple(found.values())
    long = {order.reference for number, orders in hits.items() for order in orders if len(number) > _SHORT}
    return tuple(order for reference, order in found.items() if reference in both | long)


def _found(turn: Turn[Event], found: tuple[OrderView, ...]) -> Step:
    return show_status(turn, found[0]) if len(found) == 1 else turn.stays(WhichOrder(_titled(turn.known, found)))


def with_order(step: Step, turn: Turn[Event], answer: str) -> Step:
    """The step after an answer that is the number of exactly one order, with the way to look that up beside.

    A short number is one by chance unless the question refused it, or the words of a command stand before it.
    """
    number, after = tidy(answer), step.state.draft
    said = "" if NUMBER.fullmatch(number) else _asked_about(turn.known, answer)
    number = said or number
    refused = after is not None and after.answers == turn.draft.answers
    if not NUMBER.fullmatch(number) or (len(number) <= _SHORT and not refused and not said):
        return step
    found = turn.known.named(number)
    if len(found) != 1:
        return step
    if not refused:
        noticed = OrderNoticed(found[0], turn.known.title_of(found[0]), number)
        return replace(step, replies=(noticed, *step.replies))
    told = (replace(reply, noticed=found[0]) if isinstance(reply, Asked) else reply for reply in step.replies)
    return replace(step, replies=tuple(told))


def _asked_about(known: Known, answer: str) -> str:
    """The one number behind the words of a command for looking up; empty for any other text."""
    match known.command(answer):
        case StatusRequested(query=text):
            numbers = numbers_in(text)
        case OrdersRequested(wanted=wanted):
            numbers = numbers_in(wanted.text)
        case _:
            return ""
    return numbers[0] if len(numbers) == 1 else ""


def show(turn: Turn[ShowTapped]) -> Step:
    """An order in a list, or among several."""
    order = turn.known.order(turn.event.reference)
    if order is None:
        return stale(turn)
    listed = turn.event.listed
    return show_status(turn, order, listed=None if listed is None else turn.known.meant(listed))


def parcels(turn: Turn[ParcelsTapped]) -> Step:
    """Every parcel of an order, of which its card shows a few; an order without any is shown as it is."""
    order = turn.known.order(turn.event.reference)
    if order is None:
        return stale(turn)
    if not order.details.parcels:
        return show_status(turn, order)
    return turn.stays(ParcelsShown(order, turn.known.title_of(order), max(turn.event.page, 1)))


def refresh(turn: Turn[RefreshTapped]) -> Step:
    """The card's button: the answer stands on the card."""
    order = turn.known.order(turn.event.reference)
    return stale(turn) if order is None else show_status(turn, order, on_card=True)


def _titled(known: Known, orders: tuple[OrderView, ...]) -> tuple[tuple[OrderView, str], ...]:
    return tuple((order, known.title_of(order)) for order in orders)


def _not_ours(turn: Turn[Event], query: str) -> Step:
    if _A_NUMBER.fullmatch(query) and any(account.reads_status for account in turn.known.accounts.values()):
        return turn.stays(Toast(ToastCode.ASKING, about=query), requests=(AskEverywhere(query),))
    return turn.stays(OrderNotKnown(query, _titled(turn.known, turn.known.nearly_named(query))))


def answered(turn: Turn[StatusAnswered]) -> Step:
    """The supplier's answer, or what is known without it."""
    event = turn.event
    return turn.stays(status_shown(turn.known, event.order, event.freshness, event.listed))


def searched(turn: Turn[SearchedElsewhere]) -> Step:
    """The answers of suppliers about a number that the journal doesn't have."""
    event, accounts = turn.event, turn.known.accounts
    if event.found:
        return turn.stays(*(status_shown(turn.known, order, Freshness.NOW) for order in event.found))
    known = OrderNotKnown(event.query, _titled(turn.known, turn.known.nearly_named(event.query)))
    without = {*event.unreached, *event.unasked, *event.unclear}

    def titles(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(accounts[name].title for name in names if name in accounts)

    told = replace(
        known,
        unreached=titles(event.unreached),
        unasked=titles(event.unasked),
        unclear=titles(event.unclear),
        silent=titles(name for name, account in accounts.items() if not account.reads_status),
        asked=titles(name for name, account in accounts.items() if account.reads_status and name not in without),
    )
    return turn.stays(told)


def progressed(turn: Turn[Progressed]) -> Step:
    """The card changes, and rings no bell; of what is news there is a notice a moment later, with others."""
    order, known = turn.event.order, turn.known
    return turn.stays(CardShown(order, known.title_of(order), known.reads_status(order), known.repeats(order)))
