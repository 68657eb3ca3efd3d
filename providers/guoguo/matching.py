"""Comparing a row of GuoGuo's order list with what was sent.

What a row carries beyond the answer to a create is not documented, so whatever it carries is read leniently. Saying
that a row is certainly not ours may lead to ordering anew: a value counts as another only where it can't be ours in
another spelling.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from providers.guoguo.answer import amount, text
from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import Kind

LONGEST_FACT = 300
_PLAIN_NAME = re.compile(r"@?[\w.]+")
Comparison = Callable[[str], bool | None]
"""Judges a value of a row: True for ours, False for another's, None where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row's facts and how they agree: `facts` and `differs` are as in `providers.orders.Match`.

    `foreign`: certainly not ours; of the kinds besides the default one less is documented still, and only another
    product makes a row that. None is certainly ours: a row carries no reference of ours, and a colleague may have
    ordered the same.
    """

    facts: Mapping[str, str]
    differs: tuple[str, ...]
    foreign: bool


def compare(form: DefaultOrder, row: Mapping[str, Any]) -> Compared:
    """Compare an order's row with what `form` sent; the facts are total, status, product, target and quantity."""
    places = places_of(row)
    told = {
        "product": [(_product(form.product_id), value) for value in _texts(places, "productid")],
        "target": [
            *((_link(form.link), value) for value in _texts(places, "link")),
            *((_username(form.username), value) for value in _texts(places, "username")),
        ],
        "quantity": [(_quantity(form.quantity), value) for value in _texts(places, "quantity")],
    }
    verdicts = {fact: [is_ours(value) for is_ours, value in values] for fact, values in told.items() if values}
    differs = tuple(fact for fact, verdict in verdicts.items() if not all(verdict))
    by_default = form.order_kind is Kind.DEFAULT
    shown = {"total": _shown(row.get("total")), "status": text(row.get("order_status"))}
    shown |= {fact: ", ".join(dict.fromkeys(value for _, value in values)) for fact, values in told.items()}
    return Compared(
        facts={fact: value[:LONGEST_FACT] for fact, value in shown.items() if value},
        differs=differs,
        # Another quantity is no proof of another order: it may be that of one run, or what is left of it.
        foreign=any(
            set(verdicts.get(fact, ())) == {False} for fact in (("product", "target") if by_default else ("product",))
        ),
    )


def places_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of a row that may tell what was ordered: its details, and the row itself where it names a product.

    A link or a username beside the order's number alone may as well be the order's page or the person who ordered.
    """
    details = row.get("order_detail")
    places = [_spelled(detail) for detail in (details if isinstance(details, list) else [details])]
    top = _spelled(row)
    return [*places, *([top] if text(top.get("productid")) else [])]


def _spelled(place: object) -> dict[str, Any]:
    # The documents write `product_id`; other spellings of the same name are read too.
    return {key.replace("_", "").lower(): value for key, value in place.items()} if isinstance(place, Mapping) else {}


def _texts(places: list[dict[str, Any]], key: str) -> list[str]:
    return [value for place in places if (value := _shown(place.get(key)))]


def _shown(value: object) -> str:
    number = amount(value) if isinstance(value, float) else None
    return text(value) if number is None else f"{number.normalize():f}"


def _product(sent: str) -> Comparison:
    def is_ours(told: str) -> bool | None:
        try:
            return UUID(told) == UUID(sent)
        except ValueError:
            return None

    return is_ours


def _link(sent: str | None) -> Comparison:
    def is_ours(told: str) -> bool | None:
        # Short links, shared links and links of another host lead to one post, and no two of them look alike.
        return True if told == sent else None

    return is_ours


def _username(sent: str | None) -> Comparison:
    def is_ours(told: str) -> bool | None:
        if told == sent:
            return True
        if sent is None or not (_PLAIN_NAME.fullmatch(told) and _PLAIN_NAME.fullmatch(sent)):
            return None
        return told.removeprefix("@").casefold() == sent.removeprefix("@").casefold()

    return is_ours


def _quantity(sent: int | None) -> Comparison:
    return lambda told: None if sent is None else amount(told) == Decimal(sent)
