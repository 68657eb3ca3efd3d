"""Judges which changes of placed orders are news, and keeps these until they are told, a moment later.

Only a change of our word is news: suppliers have words for steps that mean nothing to who ordered. Whatever is none
changes cards, which ring no bell.
"""

import json
from dataclasses import replace
from typing import Final

from bot.clock import SECOND
from bot.conversation.views import OrderView, ProgressDetails, StatusChange
from bot.journal.views import view
from providers.orders import NEEDS_ACTION, ON_ITS_WAY, Remark, Status, Tracking
from storage import news, orders
from storage.database import Transaction
from storage.news import PendingNews

BUNDLED: Final = 60 * SECOND
"""Microseconds, at most, that news wait for others to be told with them."""
NOT_THERE: Final = Remark("not_there")
"""The supplier answered again and again that it has no such order, after it had said that it was placed."""
_ALARMS: Final = frozenset({NOT_THERE.code, "refund_requested", "refund_failed", "refund_done"})
"""Remarks that somebody has to act on, whatever the status is."""


def is_news(change: StatusChange) -> bool:
    """True if our word for the order is another one, or something is wrong with it, or is no longer."""
    return _word(change.order) != _word(change.was) or bool(_raised(change)) or _is_there_again(change)


def needs_action(change: StatusChange) -> bool:
    """True if somebody has to do something about it: such news ring a bell."""
    now = _word(change.order)
    return (now != _word(change.was) and now in NEEDS_ACTION) or bool(_raised(change))


def is_important(change: StatusChange) -> bool:
    """True for what needs action, for its end, and for the one time at which all of an order has gone out."""
    has_gone_out = _word(change.order) in ON_ITS_WAY and _word(change.was) not in ON_ITS_WAY
    return has_gone_out or needs_action(change) or _is_there_again(change)


def note(tx: Transaction, change: StatusChange, forward: int) -> None:
    """Have a change told with all others of the next moment, if it is news; `forward` is now, by `Clock.forward`."""
    if is_news(change):
        news.add(tx, PendingNews(change.order.reference, _as_text(change.was), forward + BUNDLED))


def forget(tx: Transaction, reference: str) -> None:
    """Drop the news of an order: the person whom they are for has just read how it is."""
    news.take(tx, reference)


def take(tx: Transaction, reference: str) -> StatusChange | None:
    """The news of an order, taken to be told now; None when there are none, or none any more."""
    found, order = news.take(tx, reference), orders.get(tx, reference)
    if found is None or order is None:
        return None
    now = view(order)
    change = StatusChange(now, _as_it_was(now, found.was))
    return change if is_news(change) else None


def is_due(found: PendingNews, forward: int) -> bool:
    """True when it has waited long enough; nothing waits longer, so what seems to was written by a wrong clock."""
    return not forward < found.due_at <= forward + BUNDLED


def _word(order: OrderView) -> str:
    return order.status or Status.PLACED


def _alarms(order: OrderView) -> set[str]:
    return {remark.code for remark in order.details.remarks} & _ALARMS


def _raised(change: StatusChange) -> set[str]:
    return _alarms(change.order) - _alarms(change.was)


def _is_there_again(change: StatusChange) -> bool:
    return NOT_THERE.code in _alarms(change.was) - _alarms(change.order)


def _as_text(was: OrderView) -> str:
    parcels = [parcel.number for parcel in was.details.tracking]
    return json.dumps({"status": was.status, "alarms": sorted(_alarms(was)), "parcels": parcels}, ensure_ascii=False)


def _as_it_was(now: OrderView, text: str) -> OrderView:
    body = json.loads(text)
    details = ProgressDetails(
        tracking=tuple(map(Tracking, body["parcels"])), remarks=tuple(map(Remark, body["alarms"]))
    )
    return replace(now, status=body["status"], supplier_status="", details=details)
