"""What is known of the chosen products, told at the question of their quantity and in the summary."""

from typing import Any

from pydantic import BaseModel, ValidationError

from bot.conversation.answers import completed, get
from bot.conversation.questions import Question, field_at, is_listed, marker, plans
from bot.conversation.replies import About, Offered, Prices
from bot.conversation.state import Answers
from bot.conversation.suggesting import suggestion
from providers.fields import Form, Times
from providers.orders import Money
from providers.products import Facts, total_of

SHOWN = 10
"""Products that a summary shows."""
_QUANTITY = "quantity"
"""What the titles of these questions end in, which are the same for ever."""


def facts_of(stored: Any) -> Facts:
    """Facts from their JSON form; nothing is known where that can't be read."""
    try:
        return Facts.model_validate(stored if isinstance(stored, dict) else {})
    except ValidationError:
        return Facts()


def price_of(facts: Facts) -> Money | None:
    return None if facts.price is None else Money(facts.price, facts.unit)


def about(form: type[BaseModel], answers: Answers, every: list[Question], question: Question) -> About | None:
    """What is known of the product whose quantity this question asks; None for any other question."""
    field, group = field_at(form, question.path), question.path[:-1]
    if not question.title.lower().endswith(_QUANTITY) and marker(field, Times) is None:
        return None
    listed = every if is_listed(form, answers) else ()
    product = next((q.facts for q in listed if q.facts is not None and q.path[:-1] == group), None)
    facts = facts_of(get(answers, product)) if product is not None else Facts()
    if facts.price is None and facts.stock is None and not facts.read_at:
        # A look-up's title and bounds alone are told where they matter: in the summary and with a bad answer.
        return None
    return About(facts.title, price_of(facts), facts.minimum, facts.maximum, facts.stock, _per_piece(form))


def _per_piece(form: type[BaseModel]) -> bool:
    return issubclass(form, Form) and form.priced_per_piece


def prices(form: type[BaseModel], answers: Answers) -> Prices | None:
    """What the finished order costs by the prices that are known; None when there is nothing to tell."""
    finished, _ = completed(form, answers)
    if not isinstance(finished, Form):
        return None
    chosen = [one for one in finished.chosen() if one.facts is not None]
    # The title of a product that isn't in a list stands beside its id already.
    shown = tuple(
        Offered(one.id, one.facts.title, price_of(one.facts))
        for one in chosen
        if one.facts is not None and (one.facts.price is not None or (one.facts.title and len(one.at) > 1))
    )
    told = Prices(
        products=shown[:SHOWN],
        more=max(0, len(shown) - SHOWN),
        per_piece=finished.priced_per_piece,
        total=total_of(finished.chosen()) if finished.priced_per_piece else None,
        read_at=min((one.facts.read_at for one in chosen if one.facts and one.facts.read_at), default=0),
        suggested=_departed_from(form, answers, finished),
    )
    return told if told.products or told.suggested else None


def _departed_from(form: type[BaseModel], answers: Answers, finished: BaseModel) -> str:
    """The suggestion that another answer was given to; empty for none."""
    for plan in plans(form):
        suggested = suggestion(form, answers, (plan.name,)) if plan.shape.kind == "value" else None
        given = getattr(finished, plan.name)
        if suggested is not None and given is not None and str(given) != suggested:
            return suggested
    return ""
