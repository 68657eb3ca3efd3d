"""The balance beside a summary: a warning where what was last read of it doesn't cover the order."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.conversation.context import Account, Context
from bot.conversation.filled import Filled
from bot.conversation.replies import Shortage, Summarised
from bot.conversation.requests import RefreshBalance
from bot.conversation.state import Conversation, Draft
from bot.conversation.step import Step
from providers.fields import Form
from providers.products import total_of
from storage import balances
from storage.database import Reader


def regarded(reader: Reader, before: Conversation, step: Step, context: Context, now: int) -> Step:
    """The step with the balance in its summary where that may be too low; a new draft asks for it to be read."""
    draft = step.state.draft
    account = None if draft is None else context.accounts.get(draft.account)
    if draft is None or account is None or not account.reads_balance:
        return step
    if before.draft is None or before.draft.id != draft.id:
        step = Step(step.state, step.replies, (*step.requests, RefreshBalance(account.name)))
    if not any(isinstance(reply, Summarised) for reply in step.replies):
        return step
    found = _shortage(reader, account, draft, now)
    replies = (replace(reply, shortage=found) if isinstance(reply, Summarised) else reply for reply in step.replies)
    return Step(step.state, tuple(replies), step.requests)


def _shortage(reader: Reader, account: Account, draft: Draft, now: int) -> Shortage | None:
    finished = Filled.of(account.form, draft.answers).finished
    total = total_of(finished.chosen()) if isinstance(finished, Form) else None
    known = balances.get(reader, account.name)
    if total is None or known is None or (known.unit and total.unit and known.unit != total.unit):
        return None
    try:
        balance = Decimal(known.amount)
    except InvalidOperation:
        return None
    if not balance.is_finite() or balance >= total.amount:
        return None
    return Shortage(
        balance=balance,
        total=total.amount,
        unit=known.unit or total.unit,
        age=max(0, now - known.read_at),
        per_piece=account.form.priced_per_piece if issubclass(account.form, Form) else True,
    )
