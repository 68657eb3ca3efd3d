"""What the journal knows about an event, put into the event before the conversation sees it."""

import re
import unicodedata
from collections.abc import Mapping

from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation.engine import Account
from bot.conversation.state import Conversation, Phase
from bot.conversation.views import OrderView
from bot.orders.journal import view
from bot.orders.taps import checked, meant
from bot.place import Place
from bot.words.catalogue import catalogues
from bot.words.order_buttons import OrderTapped
from storage import orders, people, unknown
from storage.database import Transaction

SHOWN_ORDERS = 10
SHOWN_UNKNOWN = 20
_READING_TEXT = frozenset({Phase.ASKING, Phase.NAMING})
_NUMBER = re.compile(r"#?(?:[0-9]{1,64}|(?=[^ ]*[0-9]{3})[0-9A-Za-z-]{3,64})")
"""What is looked up when no question is open: digits, or letters and dashes around three digits or more."""


async def informed(
    tx: Transaction, event: e.Event, state: Conversation, place: Place, accounts: Mapping[str, Account]
) -> e.Event:
    """The event with the orders that it is about; a choice that is no longer offered becomes an unreadable tap."""
    match event:
        case e.Answered(text) if state.phase not in _READING_TEXT and _NUMBER.fullmatch(_tidy(text)):
            return e.StatusRequested(_tidy(text), await _find(tx, _tidy(text)))
        case e.StatusRequested(query):
            return e.StatusRequested(_tidy(query), await _find(tx, _tidy(query)))
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
            return event


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
