"""An order number that nobody can see is none, and one with unseen marks in it is kept without them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.anqicms.create import read_created as shop
from providers.citiesocial.create import read_created as citiesocial
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.create import read_created as damaijia
from providers.errors import OutcomeUnknown
from providers.guoguo.create import read_created as guoguo
from providers.guoguo.paging import _entry
from providers.http import Answer
from providers.orders import PlacedOrder
from tests.providers.citiesocial.test_provider import answers
from tests.providers.test_cleaning import UNSEEN

SUPPLIERS = ("guoguo", "citiesocial", "damaijia", "anqicms")
AT = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)


def placed(name: str, number: str) -> PlacedOrder:
    def answer(body: Any) -> Answer:
        return Answer(200, {}, json.dumps(body).encode())

    match name:
        case "guoguo":
            return guoguo(answer({"order_number": number}), {})
        case "citiesocial":
            form = CitiesocialOrder.model_validate(answers())
            return citiesocial(answer({"order": {"name": number, "id": number}}), form)
        case "damaijia":
            return damaijia(answer({"status": 0, "data": {"order_sn": number}}), {"1": "a"})
        case _:
            return shop(answer({"code": 0, "data": {"order_id": number}}), "CNY")


@pytest.mark.parametrize("number", UNSEEN)
@pytest.mark.parametrize("name", SUPPLIERS)
def test_a_number_that_nobody_can_see_is_none(name: str, number: str) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        placed(name, number)
    assert caught.value.code == "no_number"
    assert placed(name, "N-1").number == "N-1"


@pytest.mark.parametrize("said", ["\u200eN-1\u200f", "N\u200b-1", "\u00a0N-1", "N-\u00ad1\u2069"])
@pytest.mark.parametrize("name", SUPPLIERS)
def test_a_number_with_marks_is_kept_without_them_and_found_by_either(name: str, said: str) -> None:
    order = placed(name, said)
    assert order.number == "N-1"
    assert set(order.also_known_as) <= {said.strip()}


def test_a_name_that_nobody_can_see_leaves_citiesocials_id() -> None:
    form = CitiesocialOrder.model_validate(answers())
    body = {"order": {"name": "\u200b", "id": "5764308878"}}
    assert citiesocial(Answer(201, {}, json.dumps(body).encode()), form).number == "5764308878"


def test_a_row_of_a_list_goes_by_the_same_number() -> None:
    row = {"order_number": "\u200eORD-1", "create_date_time": AT.isoformat()}
    entry = _entry(row, "order_number")
    assert entry is not None
    assert entry.number == "ORD-1"
    assert _entry(row | {"order_number": "\u3164"}, "order_number") is None
