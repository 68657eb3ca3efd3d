"""The draft of an order that was not placed, as it stands when it is opened again, by a button or with a change."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bot.conversation.answers import get, put
from bot.conversation.filled import Filled
from bot.conversation.known import Account, Known
from bot.conversation.questions import version
from bot.conversation.state import Answers, Draft, Quoted
from bot.conversation.views import OrderView
from providers.fields import Form
from providers.orders import RECKONED, Outcome


def opened_again(known: Known, order: OrderView) -> Draft:
    """The draft of an order that was not placed, which stands nowhere yet; its account is there."""
    account, confirmed = known.accounts[order.account], _patched(order)
    answers = Filled.of(account.form, confirmed).pruned
    return Draft(
        id=known.draft_id,
        account=order.account,
        form_version=version(account.form),
        revision=-1,
        answers=answers,
        source=order.reference,
        retry=confirmed if _keeps_reference(known, order) else None,
        quoted=_quoted(account, order, answers),
    )


def _quoted(account: Account, order: OrderView, answers: Answers) -> Quoted | None:
    """The sum that a supplier named in its refusal, if the question about it would take that."""
    amount = account.form.amount_field if issubclass(account.form, Form) else ""
    said, form = order.params.get(RECKONED, ""), Filled.of(account.form, answers)
    if order.outcome is not Outcome.REFUSED or order.fields != (amount,) or not said or not form.likeness:
        return None
    try:
        value = Decimal(said)
        # 2380.0 is a whole number too.
        reckoned = str(int(value)) if value == value.to_integral_value() else f"{value:f}"
    except (InvalidOperation, ValueError, OverflowError):
        return None
    if Filled.of(account.form, put(answers, (amount,), reckoned)).problem_at((amount,)) is not None:
        return None
    return Quoted(amount=reckoned, likeness=form.likeness)


def _keeps_reference(known: Known, order: OrderView) -> bool:
    """Check whether the order, confirmed unchanged, is the same one again.

    One that may be there all the same is it only where the supplier takes no second one under its reference.
    """
    if order.outcome is not Outcome.NOT_SENT or known.is_elsewhere(order.reference):
        return False
    return not order.inferred or known.accounts[order.account].idempotent_create


def _patched(order: OrderView) -> Answers:
    """The confirmed answers, with what is known of their products by now."""
    answers = dict(order.answers)
    for path, facts in order.patches:
        if isinstance(get(answers, path), Mapping):
            answers = put(answers, path, dict(facts))
    return answers
