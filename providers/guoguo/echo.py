"""The echo in GuoGuo's answer to a create, against what was sent.

Documented are a time and an `order_detail` of unknown shape; the total tells nothing, as the unit of a price is not
documented. Whatever a detail names is compared in any of its usual spellings.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from providers.cleaning import compared_id, compared_link
from providers.echo import Difference, believed, is_as_sent, made_since, too_old
from providers.guoguo.answer import amount, text
from providers.guoguo.create import order_body
from providers.guoguo.form import DefaultOrder
from providers.guoguo.matching import places_of
from providers.guoguo.paging import time_of
from providers.http import Answer
from providers.orders import PlacedOrder

_COUNTS = ("min_quantity", "max_quantity", "new_post_count", "old_post_count")


def check_echo(
    placed: PlacedOrder, answer: Answer, form: DefaultOrder, began: datetime, ended: datetime
) -> PlacedOrder:
    """`placed`, which `answer` gave to the create of `form` that was under way from `began` to `ended` (aware).

    Raises OutcomeUnknown when the answer contradicts what was sent.
    """
    body = answer.json_object()
    since = made_since(time_of(body.get("create_date_time")), answer.clock(), began, ended)
    return believed(placed, _differences(body, form, began), made_since=since)


def _differences(body: Mapping[str, Any], form: DefaultOrder, began: datetime) -> Iterator[Difference]:
    if too_old(time_of(body.get("create_date_time")), began):
        yield Difference("time", "create_date_time", text(body.get("create_date_time")))
    sent = order_body(form)
    for place in places_of(body):
        for key, value in sent.items():
            given = place.get(key.replace("_", ""))
            told = text(given) or ("" if (number := amount(given)) is None else f"{number:f}")
            if told and not _agrees(key, told, value, form):
                yield Difference(_FACTS.get(key, "quantity"), key, told)


_FACTS: Mapping[str, str] = {"product_id": "product", "link": "target", "username": "target", "comments": "comments"}


def _agrees(key: str, told: str, sent: Any, form: DefaultOrder) -> bool:
    match key:
        case "product_id":
            return _is_same_product(told, sent)
        case "link":
            return _may_be_same_link(told, sent)
        case "username":
            # A name for people is no name of an account.
            return " " in told or compared_id(told).removeprefix("@") == compared_id(sent).removeprefix("@")
        case "comments":
            return is_as_sent(told, sent)
        case "quantity":
            runs = form.runs or 1
            return amount(told) in {None, amount(sent), amount(sent * runs), amount(sent // runs)}
        case _ if key in _COUNTS:
            return amount(told) in {None, amount(sent)}
    return True


def _is_same_product(told: str, sent: str) -> bool:
    try:
        return UUID(told) == UUID(sent)
    except ValueError:
        return True


def _may_be_same_link(told: str, sent: str) -> bool:
    """True unless both are of one host and end in another path: short links and other hosts lead to the same post."""
    theirs, ours = compared_link(told), compared_link(sent)
    if theirs == ours:
        return True
    try:
        there, here = urlsplit(f"//{theirs}"), urlsplit(f"//{ours}")
    except ValueError:
        return True
    if there.netloc != here.netloc:
        return True
    if there.path.rpartition("/")[2] != here.path.rpartition("/")[2]:
        return False
    # What one of them doesn't name may have been left out.
    return not there.query or not here.query or there.query == here.query
