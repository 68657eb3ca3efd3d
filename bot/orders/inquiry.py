"""What the journal knows about an event, put into the event before the conversation sees it."""

import re
import unicodedata

from bot.conversation import events as e
from bot.conversation.state import Conversation, Phase
from bot.orders.journal import view
from bot.place import Place
from bot.words.buttons import ReopenTapped
from bot.words.catalogue import catalogues
from storage import orders, people
from storage.database import Transaction

SHOWN_ORDERS = 10
_NUMBER = re.compile(r"#?(?:[0-9]{1,64}|(?=[^ ]*[0-9]{3})[0-9A-Za-z-]{3,64})")
"""What is looked up when no question is open: digits, or letters and dashes around three digits or more."""


async def informed(tx: Transaction, event: e.Event, state: Conversation, place: Place) -> e.Event:
    """The event with the orders that it is about; a choice that is no longer offered becomes an unreadable tap."""
    match event:
        case e.Answered(text) if state.phase is not Phase.ASKING and _NUMBER.fullmatch(_tidy(text)):
            return e.StatusRequested(_tidy(text), await _find(tx, _tidy(text)))
        case e.StatusRequested(query):
            return e.StatusRequested(_tidy(query), await _find(tx, _tidy(query)))
        case e.OrdersRequested():
            return e.OrdersRequested(tuple(view(order) for order in await orders.recent(tx, None, SHOWN_ORDERS)))
        case e.LanguageChosen(language):
            known = language in catalogues() and await people.set_language(tx, place.user_id, language)
            return event if known else e.TapUnreadable()
        case ReopenTapped(reference):
            return await _reopened(tx, reference, place)
        case _:
            return event


async def _find(tx: Transaction, query: str) -> tuple[e.OrderView, ...]:
    """By reference or any name, in the spelling given and in those that people use instead."""
    for name in dict.fromkeys((query, query.lstrip("#"), query.upper(), query.lower())):
        found = await orders.find(tx, name) if name else []
        if found:
            return tuple(view(order) for order in found[:SHOWN_ORDERS])
    return ()


async def _reopened(tx: Transaction, reference: str, place: Place) -> e.Event:
    """Only the person who ordered may re-open it, and only while it has not been ordered anew."""
    order = await orders.get(tx, reference)
    if order is None or (order.chat_id, order.user_id) != (place.chat_id, place.user_id):
        return e.TapUnreadable()
    if order.outcome not in {"refused", "not_sent"} or order.replaced_by is not None:
        return e.StatusRequested(reference, (view(order),))
    return e.Reopened(view(order))


def _tidy(text: str) -> str:
    """An order number as people paste it: trimmed, full-width forms made plain."""
    return unicodedata.normalize("NFKC", text).strip()
