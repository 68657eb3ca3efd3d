"""Asking a supplier how far an order is, and writing the answer down. An order stays placed, whatever is answered.

Whoever ordered hears of a change in the same transaction.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.conversation import status_events as s
from bot.conversation.views import Freshness, OrderView
from bot.desk import Desk, Done, Who
from bot.orders.journal import view
from bot.orders.progress import as_text, as_told
from bot.orders.rules import SECOND
from bot.orders.watch_times import next_watch
from bot.place import Place
from providers.base import Provider, ReadsStatus
from providers.errors import OrderNotFound, ProviderError
from providers.orders import Progress, Remark, Status
from storage import orders, people, watching
from storage.database import Transaction
from storage.orders import Order

log = logging.getLogger(__name__)

WITHIN: Final = 5.0
"""Seconds that a person waits for a supplier's answer."""
IMPORTANT: Final = frozenset(
    {Status.SHIPPED, Status.CANCELLED, Status.REFUNDING, Status.REFUNDED, Status.NO_PARCEL_ACCEPTED}
)
"""What people are told of who want to hear of what is important only."""
OLD: Final = 2 * 86400 * SECOND
"""Microseconds after which the first answer about an order is no news: it was placed before there was a watcher."""


async def ask(provider: Provider[Any] | None, number: str, within: float = WITHIN) -> Progress | Freshness:
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
    except Exception:
        # A fault of our own proves nothing about the order.
        log.exception("%s could not be asked how far an order is", provider.name)
    return Freshness.UNREACHED


@dataclass(frozen=True, slots=True)
class Change:
    """An order after an answer was written down, and before. `moved`: its status or where its parcels are."""

    order: Order
    was: OrderView
    moved: bool
    differs: bool


async def record(
    tx: Transaction, order: Order, progress: Progress, asked_at: int, *, now: int, final: frozenset[Status]
) -> Change | None:
    """Write an answer down; None when a newer one is known. `order` says under which number was asked, and when."""
    before = await orders.get(tx, order.reference)
    if before is None:
        return None
    was, progress = view(before), _not_less(progress, before)
    told = as_told(progress)
    found = replace(was, status=progress.status, supplier_status=progress.supplier_status, told=told)
    moved = _moved(was, found, pruned=before.pruned_at is not None)
    changed_at = now if moved else before.status_at or before.settled_at or now
    number = progress.number or order.number or ""
    reading = watching.Reading(
        asked_at=asked_at,
        number=order.number or "",
        status=progress.status,
        supplier_status=progress.supplier_status,
        progress=as_text(told),
        status_at=now if moved else None,
        watch_at=None if progress.status in final else next_watch(now, changed_at),
        names=tuple(sorted({number, number.lstrip("#"), *progress.also_known_as} - {""})),
    )
    if not await watching.read(tx, order.reference, reading):
        return None
    after = await orders.get(tx, order.reference)
    return None if after is None else Change(after, was, moved, moved or _on_card(was) != _on_card(view(after)))


def _moved(was: OrderView, found: OrderView, *, pruned: bool) -> bool:
    """Whether something has happened to an order, and not just become known; a pruned one has only its status."""
    if pruned:
        return (was.status, was.supplier_status) != (found.status, found.supplier_status)
    if was.told.tracking != found.told.tracking or (was.asked_at and _new_remarks(was, found)):
        return True
    # The supplier's first word for what was known already is no change.
    return was.status != found.status or was.supplier_status not in {"", found.supplier_status}


def _new_remarks(was: OrderView, found: OrderView) -> list[Remark]:
    return [remark for remark in found.told.remarks if remark not in was.told.remarks]


def _on_card(order: OrderView) -> tuple[object, ...]:
    """What of it stands on the card: times don't, and an amount may have been told when it was placed."""
    told = order.told
    amount = None if any(remark.code == "amount" for remark in order.remarks) else told.amount
    return order.status, order.supplier_status, amount, told.tracking, told.remarks


def _not_less(progress: Progress, before: Order) -> Progress:
    """An answer that says only that the order is there takes nothing back of what is known."""
    if progress.status is not Status.PLACED or progress.supplier_status or not before.status:
        return progress
    return replace(progress, status=Status(before.status), supplier_status=before.supplier_status)


async def tell(tx: Transaction, done: Done, desk: Desk, change: Change, *, reader: Place | None = None) -> bool:
    """The card changes; whoever ordered is told of what matters to them, unless it is the `reader` of the answer.

    False, and nothing said, when whoever ordered is no longer staff.
    """
    order, place = change.order, Place(change.order.chat_id, change.order.user_id)
    if not desk.staff.may_order(order.user_id):
        return False
    wanted = await people.notices_of(tx, order.user_id)
    important = order.status in IMPORTANT or bool(_new_remarks(change.was, view(order)))
    # An order that was long placed before it was ever asked about has no news: its card changes.
    is_old = not change.was.asked_at and (order.asked_at or 0) - (order.settled_at or 0) > OLD
    news = change.moved and place != reader and not is_old
    heard = news and (wanted == "all" or (wanted == "important" and important))
    await desk.step(tx, done, Who(place, order.user_name), s.Progressed(view(order), change.was, tell=heard))
    return True
