"""Writes down what suppliers answer about placed orders. An order stays placed, whatever is answered."""

from dataclasses import dataclass, replace

from bot.clock import Instant
from bot.conversation.known import Account
from bot.conversation.views import OrderView
from bot.journal.news import NOT_THERE
from bot.journal.rules import next_watch
from bot.journal.status_words import read_as
from bot.journal.views import amount_at_first, details_as_text, details_of, view
from providers.orders import Progress, Remark, Status
from storage import orders, watching
from storage.database import Transaction
from storage.orders import Order


@dataclass(frozen=True, slots=True)
class Change:
    """An order after an answer was written down, and before. `moved`: its status or where its parcels are."""

    order: Order
    was: OrderView
    moved: bool
    differs: bool


def record_progress(
    tx: Transaction, order: Order, progress: Progress, asked_at: int, *, at: Instant, account: Account | None
) -> Change | None:
    """Write an answer down; None when a newer one is known. `order` says under which number was asked, and when."""
    before = orders.get(tx, order.reference)
    if before is None:
        return None
    was, progress = view(before), _not_less(progress, before)
    status = Status(read_as(tx, account, progress.status, progress.supplier_status))
    progress, final = replace(progress, status=status), frozenset() if account is None else account.final
    details = details_of(progress)
    found = replace(was, status=progress.status, supplier_status=progress.supplier_status, details=details)
    moved = _moved(was, found, pruned=before.pruned_at is not None)
    changed_at = at.now if moved else before.status_at or before.settled_at or at.now
    number = progress.number or order.number or ""
    reading = watching.Reading(
        asked_at=asked_at,
        number=order.number or "",
        status=progress.status,
        supplier_status=progress.supplier_status,
        progress=details_as_text(details),
        now=at.now,
        status_at=at.now if moved else None,
        watch_at=None if progress.status in final else next_watch(at, changed_at),
        names=tuple(sorted({number, number.lstrip("#"), *progress.also_known_as} - {""})),
    )
    if not watching.read(tx, order.reference, reading):
        return None
    after = orders.get(tx, order.reference)
    return None if after is None else Change(after, was, moved, moved or _on_card(was) != _on_card(view(after)))


def record_not_there(tx: Transaction, order: Order) -> Change | None:
    """Write down that the supplier has no such order; None when that is known. What it said before stays as it was."""
    before = orders.get(tx, order.reference)
    if before is None or before.number != order.number:
        return None
    was = view(before)
    if NOT_THERE in was.details.remarks:
        return None
    details = replace(was.details, remarks=(*was.details.remarks, NOT_THERE))
    if not watching.not_there(tx, order.reference, details_as_text(details), order.number or ""):
        return None
    after = orders.get(tx, order.reference)
    return None if after is None else Change(after, was, moved=True, differs=True)


def _moved(was: OrderView, found: OrderView, *, pruned: bool) -> bool:
    """True if something has happened to an order, and not just become known; a pruned one has only its status."""
    if pruned:
        return (was.status, was.supplier_status) != (found.status, found.supplier_status)
    if was.details.tracking != found.details.tracking or (was.asked_at and new_remarks(was, found)):
        return True
    if NOT_THERE in was.details.remarks:
        return True
    # The supplier's first word for what was known already is no change.
    return was.status != found.status or was.supplier_status not in {"", found.supplier_status}


def new_remarks(was: OrderView, found: OrderView) -> list[Remark]:
    return [remark for remark in found.details.remarks if remark not in was.details.remarks]


def _on_card(order: OrderView) -> tuple[object, ...]:
    """The part of it that the card shows: no times. What was said of the amount at first stands until it is another."""
    details = order.details
    amount = details.amount or amount_at_first(order)
    return order.status, order.supplier_status, amount, details.tracking, details.remarks, details.parcels


def _not_less(progress: Progress, before: Order) -> Progress:
    """An answer that says only that the order is there takes nothing back of what is known."""
    if progress.status is not Status.PLACED or progress.supplier_status or not before.status:
        return progress
    return replace(progress, status=Status(before.status), supplier_status=before.supplier_status)
