"""Finds what the last orders of a product cost, by the amounts that their supplier told of them.

Where no document says what a price is for, this is all that can be said before an order is sent; it is no price.
"""

import json
from typing import Final

from pydantic import BaseModel, ValidationError

from bot.conversation.answers import without_skipped
from bot.conversation.views import Cost
from bot.journal.identities import is_elsewhere
from bot.journal.views import amount_at_first, details_from_text, view
from providers.fields import Form
from storage import orders
from storage.database import Reader
from storage.orders import Order

LOOKED_AT: Final = 50
"""Orders of the account, the newest, among which those of the product are looked for: it costs the same for ever."""
SHOWN: Final = 3


def costs_of(reader: Reader, account: str, form: type[BaseModel], product: str) -> tuple[Cost, ...]:
    """The last orders of this product alone whose amount is known, newest first, each cost of a quantity once."""
    found: dict[tuple[object, ...], Cost] = {}
    for order in orders.latest_of(reader, account, LOOKED_AT):
        # Most are of another product, and not worth reading.
        if order.outcome != "placed" or order.pruned_at is not None or product not in order.answers:
            continue
        cost = _cost(order, form, product)
        if cost is None or is_elsewhere(reader, order):
            continue
        found.setdefault((cost.quantity, cost.runs, cost.parcels, cost.amount), cost)
        if len(found) == SHOWN:
            break
    return tuple(found.values())


def _cost(order: Order, form: type[BaseModel], product: str) -> Cost | None:
    amount = details_from_text(order.progress).amount or amount_at_first(view(order))
    if amount is None:
        return None
    try:
        finished = form.model_validate(without_skipped(json.loads(order.answers)))
    except (ValidationError, ValueError):
        # The form has changed since.
        return None
    if not isinstance(finished, Form):
        return None
    chosen = finished.chosen()
    if len(chosen) != 1 or chosen[0].id != product:
        return None
    batches = finished.batches()
    runs, parcels = 1 if batches is None else batches.runs, len(finished.recipients_of(json.loads(order.answers))) or 1
    return Cost(order.confirmed_at, chosen[0].quantity, amount, runs, parcels)
