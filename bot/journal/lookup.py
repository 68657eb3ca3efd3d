"""What the journal knows about an event, put into the event before the conversation sees it."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from bot.conversation import events
from bot.conversation.context import Account
from bot.conversation.events import NoticesTapped, OrderTapped
from bot.conversation.state import Conversation, ConversationKey, Phase
from bot.conversation.views import OrderView
from bot.journal.evidence import evidence_of
from bot.journal.views import taken_by, view
from providers.orders import Outcome
from storage import nearest as rows
from storage import orders, people, unknown
from storage.database import Reader, Transaction
from storage.orders import Order

SHOWN_ORDERS = 10
SHOWN_UNKNOWN = 20
_READING_TEXT = frozenset({Phase.ASKING, Phase.NAMING})
_NUMBER = re.compile(r"#?(?:[0-9]{1,64}|(?=[^ ]*[0-9]{3})[0-9A-Za-z-]{3,64})")
"""What is looked up when no question is open: digits, or letters and dashes around three digits or more."""
_WORD = re.compile(r"\S{1,64}")


def informed(
    tx: Transaction,
    event: events.Event,
    state: Conversation,
    key: ConversationKey,
    accounts: Mapping[str, Account],
    languages: Collection[str],
) -> events.Event:
    """The event with the orders that it is about; a choice that is no longer offered becomes an unreadable tap."""
    match event:
        case events.Answered(text, replied=replied) if (
            replied and state.phase is not Phase.NAMING and not _NUMBER.fullmatch(_tidy(text))
        ):
            about = _replied_about(tx, replied)
            return events.StatusRequested(about.reference, (about,)) if about else _typed(tx, event, state)
        case events.Answered():
            return _typed(tx, event, state)
        case events.StatusRequested(query, replied=replied):
            about = _replied_about(tx, replied) if not query else None
            return events.StatusRequested(about.reference, (about,)) if about else _looked_up(tx, query)
        case events.LanguageChosen(language):
            known = language in languages and people.set_language(tx, key.user_id, language)
            return event if known else events.TapUnreadable()
        case OrderTapped():
            return meant(tx, event, key, accounts)
        case events.NumberChecked():
            return checked(tx, event)
        case events.UnknownRequested():
            found = unknown.open_orders(tx, SHOWN_UNKNOWN)
            return events.UnknownRequested(tuple(map(view, found)), unknown.count(tx) - len(found))
        case _:
            return _about_placed(tx, event, key)


def _about_placed(tx: Transaction, event: events.Event, key: ConversationKey) -> events.Event:
    match event:
        case NoticesTapped(chosen):
            known = chosen in events.NOTICES and people.set_notices(tx, key.user_id, chosen)
            return events.NoticesRequested(chosen, changed=True) if known else events.TapUnreadable()
        case events.NoticesRequested():
            return events.NoticesRequested(people.notices_of(tx, key.user_id))
        case events.SearchedElsewhere(query, found=()):
            return replace(event, near=nearest(tx, query))
        case _:
            return event


def _typed(tx: Transaction, event: events.Answered, state: Conversation) -> events.Event:
    """Text that no question waits for may be an order's number."""
    text = _tidy(event.text)
    if state.phase in _READING_TEXT:
        return event
    if _NUMBER.fullmatch(text):
        return _looked_up(tx, text)
    # What suppliers call a number can be any word; it counts as one where the journal has it.
    found = _find(tx, text) if _WORD.fullmatch(text) else ()
    return events.StatusRequested(text, found) if found else event


def _looked_up(tx: Transaction, query: str) -> events.StatusRequested:
    query = _tidy(query)
    found = _find(tx, query)
    return events.StatusRequested(query, found, () if found or not query else nearest(tx, query))


def _replied_about(tx: Transaction, replied: tuple[str, ...]) -> OrderView | None:
    """The order whose reference stands in the message that was replied to; other numbers may be anything."""
    for name in replied:
        order = orders.get(tx, name)
        if order is not None:
            return view(order)
    return None


def _find(tx: Transaction, query: str) -> tuple[OrderView, ...]:
    """By reference or any name, in the spelling given and in those that people use instead."""
    for name in dict.fromkeys((query, query.lstrip("#"), query.upper(), query.lower())):
        found = orders.find(tx, name) if name else []
        if found:
            return tuple(view(order) for order in found[:SHOWN_ORDERS])
    return ()


def _tidy(text: str) -> str:
    """An order number as people paste it: trimmed, full-width forms made plain."""
    return unicodedata.normalize("NFKC", text).strip()


def meant(
    tx: Transaction, tapped: events.OrderTapped, key: ConversationKey, accounts: Mapping[str, Account]
) -> events.Event:
    """The event of a tap; where it no longer fits, the order is shown as it is now."""
    order = orders.get(tx, tapped.reference)
    if order is None:
        return events.TapUnreadable()
    fits = order.outcome == Outcome.UNKNOWN
    match tapped:
        case events.ReopenTapped():
            return _reopened(order, key)
        case events.RefreshTapped():
            return events.RefreshAsked(view(order))
        case events.AgainTapped() if order.outcome == Outcome.PLACED:
            return events.OrderedAgain(view(order))
        case events.EvidenceTapped() if fits:
            return events.EvidenceRequested(view(order), evidence_of(tx, order))
        case events.StopTapped(attempts=attempts) if order.stage != "settled" and order.attempts == attempts:
            return events.StopAsked(view(order))
        case events.LookTapped(attempts=attempts) if fits and order.attempts == attempts:
            return events.LookAsked(view(order))
        case events.NameTapped(attempts=attempts) if fits and order.attempts == attempts:
            return events.NumberAsked(view(order))
        case events.DecisionTapped(attempts=attempts) if fits and order.attempts == attempts:
            return _decided(tx, order, tapped, accounts.get(order.account))
        case _:
            return as_it_is(order)


def as_it_is(order: Order) -> events.StatusRequested:
    return events.StatusRequested(order.reference, (view(order),))


def _reopened(order: Order, key: ConversationKey) -> events.Event:
    """Only the person who ordered may re-open it, and only while it has not been ordered anew."""
    if (order.chat_id, order.user_id) != (key.chat_id, key.user_id):
        return events.TapUnreadable()
    not_placed = order.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}
    if not not_placed or order.replaced_by is not None or order.pruned_at is not None:
        return as_it_is(order)
    return events.Reopened(view(order))


def _decided(tx: Transaction, order: Order, tapped: events.DecisionTapped, account: Account | None) -> events.Event:
    if tapped.decision is events.Decision.RESEND and not (account is not None and account.idempotent_create):
        return as_it_is(order)
    if tapped.decision is events.Decision.FOUND:
        taken = taken_by(tx, order.account, tapped.number)
        if taken is not None:
            return events.NumberChecked(view(order), tapped.number, events.NumberCheck.TAKEN, taken_by=taken)
    return events.Decided(view(order), tapped.decision, tapped.number)


def checked(tx: Transaction, event: events.NumberChecked) -> events.Event:
    """A worker's report about a number, held against the journal as it is now."""
    order = orders.get(tx, event.order.reference)
    if order is None:
        return event
    taken = taken_by(tx, order.account, event.number)
    if taken is not None:
        return events.NumberChecked(view(order), event.number, events.NumberCheck.TAKEN, taken_by=taken)
    return replace(event, order=view(order))


SHOWN_NEAR: Final = 5
_LONGEST: Final = 32
_SHORTEST: Final = 3
_DIGITS: Final = "0123456789"


def candidates(typed: str) -> list[str]:
    """Every name that differs from `typed` by one character more, less or other, or by two that changed places."""
    bare = typed.lstrip("#")
    if not _SHORTEST <= len(bare) <= _LONGEST or not bare.isascii():
        return []
    found: dict[str, None] = {}
    for text in dict.fromkeys((bare, bare.upper(), bare.lower(), bare.replace("-", ""))):
        # A letter is hardly ever mistaken for one that the number doesn't have.
        letters = [*_DIGITS, "-", *sorted(set(text) - {*_DIGITS, "-"})]
        for i in range(len(text) + 1):
            head, tail = text[:i], text[i:]
            found |= {head + tail[1:]: None} if tail else {}
            found |= {head + tail[1] + tail[0] + tail[2:]: None} if len(tail) > 1 else {}
            found |= {head + letter + tail[1:]: None for letter in letters if tail}
            found |= {head + letter + tail: None for letter in letters}
        found[text] = None
    return [name for name in found if name and name != bare]


def nearest(reader: Reader, typed: str) -> tuple[OrderView, ...]:
    """Orders whose number, other name or reference is nearly what was typed, the newest first."""
    found = rows.named(reader, candidates(typed))
    newest = sorted(found, key=lambda order: order.place, reverse=True)
    return tuple(view(order) for order in newest[:SHOWN_NEAR])
