"""The reading of how far an order is, and the news of it. An order stays placed, whatever its supplier answers.

The news of a change are noted in the unit of work that writes it down, so that none is lost.
"""

import asyncio
import logging
from typing import Any, Final

from bot.clock import SECOND
from bot.conversation import events
from bot.conversation.state import ConversationKey
from bot.conversation.views import Freshness, StatusChange
from bot.desk.desk import Desk
from bot.desk.record import Who
from bot.desk.unit import Unit
from bot.journal import news
from bot.journal.progress import Change
from bot.journal.views import view
from providers.base import Provider, ReadsStatus
from providers.errors import NoAnswer, NotAsked, OrderNotFound, ProviderError, ProviderUnavailable
from providers.orders import Progress
from storage import order_cards

log = logging.getLogger(__name__)
WITHIN: Final = 5.0
"""Seconds that a person waits for a supplier's answer."""
OLD: Final = 2 * 86400 * SECOND
"""Microseconds after which the first answer about an order is no news: it was placed before there was a watcher."""


async def read_status(provider: Provider[Any] | None, number: str, within: float = WITHIN) -> Progress | Freshness:
    """The supplier's answer, or why there is none."""
    if not isinstance(provider, ReadsStatus):
        return Freshness.KNOWN if provider is None else Freshness.SILENT
    try:
        async with asyncio.timeout(within):
            return await provider.read_status(number)
    except OrderNotFound:
        return Freshness.NOT_THERE
    except TimeoutError:
        log.warning("%s took too long to tell how far an order is", provider.name)
    except ProviderError as error:
        log.warning("%s could not be asked how far an order is: %s", provider.name, error.code)
        return _why(error)
    except Exception:
        # A fault of our own proves nothing about the order.
        log.exception("%s could not be asked how far an order is", provider.name)
        return Freshness.UNCLEAR
    return Freshness.UNREACHED


def _why(error: ProviderError) -> Freshness:
    match error:
        case NoAnswer() | ProviderUnavailable():
            return Freshness.UNREACHED
        case NotAsked():
            return Freshness.UNASKED
        case _:
            return Freshness.UNCLEAR


def tell_progress(unit: Unit, desk: Desk, change: Change, *, reader: ConversationKey | None = None) -> bool:
    """The card changes at once; news are told a moment later, with others, and not to the `reader` of the answer.

    False when the `reader` has no card of it that changes.
    """
    order, key = change.order, ConversationKey(change.order.chat_id, change.order.user_id)
    hears, now = desk.staff.may_talk(key.chat_id, key.user_id), view(order)
    desk.step(unit, Who(key, order.user_name), events.Progressed(now))
    # An order that was long placed before it was ever asked about has no news: its card changes.
    is_old = not change.was.asked_at and (order.asked_at or 0) - (order.settled_at or 0) > OLD
    if key != reader and not is_old:
        news.note(unit.tx, StatusChange(now, change.was), desk.clock.forward())
    if hears or reader is None:
        return hears
    cards = order_cards.of_order(unit.tx, order.reference).get(reader.chat_id)
    return cards is not None and cards.card is not None
