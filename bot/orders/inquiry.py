"""What the journal knows about an event, put into the event before the conversation sees it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation import status_events as s
from bot.conversation.engine import Account
from bot.conversation.state import Conversation, Phase
from bot.conversation.views import OrderView
from bot.orders.journal import view
from bot.orders.nearest import nearest
from bot.orders.taps import checked, meant
from bot.place import Place
from bot.words.catalogue import catalogues
from bot.words.order_buttons import NoticesTapped, OrderTapped
from bot.words.status import NOTICES
from storage import orders, people, unknown
from storage.database import Transaction

SHOWN_ORDERS = 10
SHOWN_UNKNOWN = 20
_READING_TEXT = frozenset({Phase.ASKING, Phase.NAMING})
_NUMBER = re.compile(r"#?(?:[0-9]{1,64}|(?=[^ ]*[0-9]{3})[0-9A-Za-z-]{3,64})")
"""What is looked up when no question is open: digits, or letters and dashes around three digits or more."""
_WORD = re.compile(r"\S{1,64}")


async def informed(
    tx: Transaction, event: e.Event, state: Conversation, place: Place, accounts: Mapping[str, Account]
) -> e.Event:
    """The event with the orders that it is about; a choice that is no longer offered becomes an unreadable tap."""
    match event:
        case e.Answered(text, replied=replied) if (
            replied and state.phase is not Phase.NAMING and not _NUMBER.fullmatch(_tidy(text))
        ):
            about = await _replied_about(tx, replied)
            return e.StatusRequested(about.reference, (about,)) if about else await _typed(tx, event, state)
        case e.Answered():
            return await _typed(tx, event, state)
        case e.StatusRequested(query, replied=replied):
            about = await _replied_about(tx, replied) if not query else None
            return e.StatusRequested(about.reference, (about,)) if about else await _looked_up(tx, query)
        case e.LanguageChosen(language):
            known = language in catalogues() and await people.set_language(tx, place.user_id, language)
            return event if known else e.TapUnreadable()
        case OrderTapped():
            return await meant(tx, event, place, accounts)
        case o.NumberChecked():
            return await checked(tx, event)
        case o.UnknownRequested():
            found = await unknown.open_orders(tx, SHOWN_UNKNOWN)
            return o.UnknownRequested(tuple(map(view, found)), await unknown.count(tx) - len(found))
        case _:
            return await _about_placed(tx, event, place)


async def _about_placed(tx: Transaction, event: e.Event, place: Place) -> e.Event:
    match event:
        case NoticesTapped(chosen):
            known = chosen in NOTICES and await people.set_notices(tx, place.user_id, chosen)
            return s.NoticesRequested(chosen, changed=True) if known else e.TapUnreadable()
        case s.NoticesRequested():
            return s.NoticesRequested(await people.notices_of(tx, place.user_id))
        case s.SearchedElsewhere(query, found=()):
            return replace(event, near=await nearest(tx, query))
        case _:
            return event


async def _typed(tx: Transaction, event: e.Answered, state: Conversation) -> e.Event:
    """Text that no question waits for may be an order's number."""
    text = _tidy(event.text)
    if state.phase in _READING_TEXT:
        return event
    if _NUMBER.fullmatch(text):
        return await _looked_up(tx, text)
    # What suppliers call a number can be any word; it counts as one where the journal has it.
    found = await _find(tx, text) if _WORD.fullmatch(text) else ()
    return e.StatusRequested(text, found) if found else event


async def _looked_up(tx: Transaction, query: str) -> e.StatusRequested:
    query = _tidy(query)
    found = await _find(tx, query)
    return e.StatusRequested(query, found, () if found or not query else await nearest(tx, query))


async def _replied_about(tx: Transaction, replied: tuple[str, ...]) -> OrderView | None:
    """The order whose reference stands in the message that was replied to; other numbers may be anything."""
    for name in replied:
        order = await orders.get(tx, name)
        if order is not None:
            return view(order)
    return None


async def _find(tx: Transaction, query: str) -> tuple[OrderView, ...]:
    """By reference or any name, in the spelling given and in those that people use instead."""
    for name in dict.fromkeys((query, query.lstrip("#"), query.upper(), query.lower())):
        found = await orders.find(tx, name) if name else []
        if found:
            return tuple(view(order) for order in found[:SHOWN_ORDERS])
    return ()


def _tidy(text: str) -> str:
    """An order number as people paste it: trimmed, full-width forms made plain."""
    return unicodedata.normalize("NFKC", text).strip()
