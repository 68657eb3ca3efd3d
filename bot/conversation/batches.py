"""Transitions of batches: several drafts confirmed at once, and what becomes of them.

Whoever collects the drafts has shown each of them as it is sent; here it is looked at once more whether they are whole
and what they repeat, and all of them are confirmed or none. They are told of in one message.
"""

from decimal import Decimal

from bot.conversation.events import BatchConfirmed, BatchMoved, BatchTapped, DraftRow, Steering
from bot.conversation.filled import Filled
from bot.conversation.information import batch_shown, stale
from bot.conversation.known import Account, Known
from bot.conversation.prompts import cost_of
from bot.conversation.replies import AccountGone, BatchFault, BatchRefused, BatchShown
from bot.conversation.requests import ConfirmBatch, PlaceOrder, SteerBatch
from bot.conversation.step import Step, Turn
from bot.conversation.views import BatchState, BatchView
from providers.orders import Money

_FITS = {
    Steering.PAUSE: {BatchState.RUNNING},
    Steering.GO_ON: {BatchState.PAUSED},
    Steering.STOP: {BatchState.RUNNING, BatchState.PAUSED},
    Steering.AGAIN: {BatchState.STOPPING, BatchState.STOPPED},
}
"""The states in which a button does something."""


def confirmed(turn: Turn[BatchConfirmed]) -> Step:
    """All rows are written down and sent one by one; nothing of it where one of them can't be as it was shown."""
    event, known = turn.event, turn.known
    if there := batch_shown(known, event.batch, at_once=True):
        # Tapped twice: it is the same batch.
        return turn.stays(*there)
    account = known.accounts.get(event.account)
    if account is None:
        return turn.stays(AccountGone(event.account))
    forms = [Filled.of(account.form, row.answers) for row in event.rows]
    refused = _refused(known, account, event.rows, forms)
    if refused is not None:
        return turn.stays(refused)
    references = known.references(len(event.rows))
    rows = tuple(
        PlaceOrder(
            reference=reference,
            draft=f"{event.batch}-{n}",
            account=account.name,
            form_version=event.form_version,
            answers=row.answers,
            likeness=form.likeness,
            duplicate=references[row.repeats - 1] if row.repeats else row.shown,
        )
        for n, (reference, row, form) in enumerate(zip(references, event.rows, forms, strict=True), 1)
    )
    size = len(rows)
    begun = BatchView(event.batch, account.name, size, waiting=size)
    return turn.stays(BatchShown(begun, account.title), requests=(ConfirmBatch(event.batch, account.name, rows),))


def _refused(known: Known, account: Account, rows: tuple[DraftRow, ...], forms: list[Filled]) -> BatchRefused | None:
    if not rows:
        return BatchRefused(BatchFault.EMPTY, account.title)
    if len(rows) > known.batch_rows:
        return BatchRefused(BatchFault.TOO_MANY, account.title, most=known.batch_rows, count=len(rows))
    if unfinished := tuple(n for n, form in enumerate(forms, 1) if form.finished is None):
        return BatchRefused(BatchFault.UNFINISHED, account.title, unfinished)
    if repeated := _repeated(known, account, rows, forms):
        return BatchRefused(BatchFault.REPEATED, account.title, repeated)
    return _too_dear(account, forms)


def _repeated(known: Known, account: Account, rows: tuple[DraftRow, ...], forms: list[Filled]) -> tuple[int, ...]:
    """The rows that ask for the same as an earlier order, or an earlier row, of which the person was not shown that."""
    last: dict[str, int] = {}
    found = []
    like = known.duplicates_of(account.name, [form.likeness for form in forms])
    for n, (row, form) in enumerate(zip(rows, forms, strict=True), 1):
        before = last.get(form.likeness, 0)
        duplicate = None if before else like.get(form.likeness)
        was_shown = duplicate is None or (duplicate.reference, duplicate.outcome) == (row.shown, row.shown_as)
        if row.repeats != before or not was_shown:
            found.append(n)
        last[form.likeness] = n
    return tuple(found)


def _too_dear(account: Account, forms: list[Filled]) -> BatchRefused | None:
    """A bound on the sum of what is known to cost something; it is in the unit of the account's prices."""
    if account.batch_limit is None:
        return None
    costs = [cost for form in forms if (cost := cost_of(form)) is not None]
    units = {cost.unit for cost in costs}
    total = sum((cost.amount for cost in costs), Decimal(0))
    if total <= account.batch_limit:
        return None
    unit = units.pop() if len(units) == 1 else ""
    return BatchRefused(
        BatchFault.TOO_DEAR, account.title, total=Money(total, unit), limit=Money(account.batch_limit, unit)
    )


def steered(turn: Turn[BatchTapped]) -> Step:
    """A button of a batch, for who confirmed it and for admins; one that no longer fits changes nothing."""
    event, known = turn.event, turn.known
    batch = known.batch(event.batch)
    if batch is None or not known.steers(event.batch) or batch.state not in _FITS[event.steering]:
        return stale(turn)
    if event.steering is Steering.AGAIN and not batch.stopped:
        return stale(turn)
    return turn.stays(requests=(SteerBatch(event.batch, event.steering),))


def moved(turn: Turn[BatchMoved]) -> Step:
    """The batch is in another state: its message says so."""
    return turn.stays(*batch_shown(turn.known, turn.event.batch, at_once=turn.event.at_once))
