"""citiesocial's simulator answers in the exact texts of the page Create Order, and refuses what that page forbids."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from providers.simulators.base import Fault
from providers.simulators.citiesocial.products import SOLD_OUT
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from tests.providers.simulators.samples import CREDENTIALS, a_body, client, send

BODY = a_body("citiesocial")
ADDRESS = BODY["shipping_address"]


@pytest.fixture
async def citiesocial() -> AsyncIterator[CitiesocialSimulator]:
    async with CitiesocialSimulator() as running:
        yield running


def of(variant: int, quantity: int, amount: int) -> dict[str, Any]:
    return BODY | {"line_items": [{"variant_id": variant, "quantity": quantity}], "transaction_amount": amount}


async def refused(citiesocial: CitiesocialSimulator, body: Any) -> Any:
    """What is said to a create that must not be taken; the sample is taken afterwards."""
    answer = await send(citiesocial, body)
    assert (answer.status_code, citiesocial.ledger) == (400, [])
    assert (await send(citiesocial, BODY)).status_code == 201
    return answer.json()


async def test_the_answer_is_the_one_in_the_document(citiesocial: CitiesocialSimulator) -> None:
    items = [{"variant_id": 1793693507, "quantity": 2}, {"variant_id": 1793680195, "quantity": 1}]
    answer = await send(citiesocial, BODY | {"line_items": items})
    unit = {"shipment": None, "estimated_shipping_date": None, "is_refunded": False}
    assert answer.status_code == 201
    assert answer.json() == {
        "order": {
            "total_price": 30,
            "name": "#1207",
            "items": [
                unit | {"variant_id": 1793693507, "name": "Active 水煙筒 - 原木"},
                unit | {"variant_id": 1793693507, "name": "Active 水煙筒 - 原木"},
                unit | {"variant_id": 1793680195, "name": "Active 水煙筒 - 橘 - 橘灰"},
            ],
            "financial_status": "pending",
            "id": "5764308878",
            "shipping_address": ADDRESS,
            "is_cancelled": False,
            "email": BODY["email"],
            "channel_order_reference": "abcd1234",
        }
    }
    assert (await send(citiesocial, BODY)).json()["order"]["name"] == "#1208"


@pytest.mark.parametrize("value", ["", "wrong", "Bearer " + CREDENTIALS["citiesocial"]["Authorization"]])
async def test_missing_or_wrong_credentials_are_401(citiesocial: CitiesocialSimulator, value: str) -> None:
    answer = await send(citiesocial, BODY, {"Authorization": value})
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized access"})
    assert citiesocial.ledger == []


async def test_another_method_is_answered_with_a_bare_string(citiesocial: CitiesocialSimulator) -> None:
    async with client() as line:
        answer = await line.get(citiesocial.url + "/orders/create/", headers=CREDENTIALS["citiesocial"])
    assert (answer.status_code, answer.text) == (405, '"POST is required."')


async def test_without_the_trailing_slash_comes_a_redirect(citiesocial: CitiesocialSimulator) -> None:
    async with client() as line:
        answer = await line.post(citiesocial.url + "/orders/create", json=BODY, headers=CREDENTIALS["citiesocial"])
    assert (answer.status_code, answer.headers["Location"]) == (301, "/orders/create/")
    assert citiesocial.received[-1].outcome == "refused missing_slash"
    assert citiesocial.ledger == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "Invalid json format."),
        (of(1, 1, 10), "variant_id is not valid."),
        (BODY | {"transaction_amount": 50}, "total_price:30 does not equal transaction_amount:50"),
        (of(36698431250, 2, 2379), "total_price:2380 does not equal transaction_amount:2379"),
        (of(SOLD_OUT, 1, 10), "Unable to claim inventory."),
        (of(123450001, 51, 510), "Unable to claim inventory."),
    ],
)
async def test_a_documented_refusal_has_the_documented_text(
    citiesocial: CitiesocialSimulator, body: Any, text: str
) -> None:
    assert await refused(citiesocial, body) == {"errors": text}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        *[("zip", value) for value in ("1000", "100000", "１００", "10a", "", 100)],
        *[("phone", value) for value in ("+886912345678", "091234567", "0912-345678", 912345678)],
        *[("title", value) for value in ("Mr", "先生 ", None)],
        *[(name, "") for name in ("first_name", "last_name", "city", "address1", "address2")],
        ("province", "台北"),
    ],
)
async def test_an_address_outside_the_limits_is_refused(
    citiesocial: CitiesocialSimulator, where: str, value: Any
) -> None:
    body = BODY | {"shipping_address": ADDRESS | {where: value}}
    assert await refused(citiesocial, body) == {"errors": f"{where} is not valid."}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        *[("email", value) for value in ("staff", "staff@", "a b@example.com", "")],
        *[("transaction_amount", value) for value in ("30", 30.0, True)],
        *[("channel_order_reference", value) for value in ("", "1" * 129, 100000000000001)],
        ("line_items", []),
        ("shipping_address", None),
    ],
)
async def test_a_value_outside_the_limits_is_refused(citiesocial: CitiesocialSimulator, where: str, value: Any) -> None:
    assert await refused(citiesocial, BODY | {where: value}) == {"errors": f"{where} is not valid."}


@pytest.mark.parametrize("name", BODY)
async def test_every_key_is_required(citiesocial: CitiesocialSimulator, name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}
    assert await refused(citiesocial, body) == {"errors": f"{name} is not valid."}


@pytest.mark.parametrize("name", ADDRESS)
async def test_every_key_of_the_address_is_required(citiesocial: CitiesocialSimulator, name: str) -> None:
    body = BODY | {"shipping_address": {key: value for key, value in ADDRESS.items() if key != name}}
    assert await refused(citiesocial, body) == {"errors": f"{name} is not valid."}


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({"variant_id": "123450001", "quantity": 3}, "variant_id"),
        ({"variant_id": 123450001, "quantity": "3"}, "quantity"),
        ({"variant_id": 123450001, "quantity": 0}, "quantity"),
        ({"variant_id": 123450001}, "quantity"),
        ({"variant_id": 123450001, "quantity": 3, "price": 10}, "price"),
    ],
)
async def test_a_line_item_is_two_integers(citiesocial: CitiesocialSimulator, item: dict[str, Any], where: str) -> None:
    assert await refused(citiesocial, BODY | {"line_items": [item]}) == {"errors": f"{where} is not valid."}


@pytest.mark.parametrize("accepted", [{"zip": "10001"}, {"title": ""}, {"title": "小姐"}])
async def test_the_other_documented_values_are_taken(
    citiesocial: CitiesocialSimulator, accepted: dict[str, str]
) -> None:
    assert (await send(citiesocial, BODY | {"shipping_address": ADDRESS | accepted})).status_code == 201


async def test_orders_use_up_the_stock(citiesocial: CitiesocialSimulator) -> None:
    assert (await send(citiesocial, of(123450001, 50, 500))).status_code == 201
    assert (await send(citiesocial, of(123450001, 1, 10))).json() == {"errors": "Unable to claim inventory."}
    citiesocial.stock[123450001] = 1
    assert (await send(citiesocial, of(123450001, 1, 10))).status_code == 201


async def test_one_variant_in_two_lines_is_claimed_together(citiesocial: CitiesocialSimulator) -> None:
    lines = [{"variant_id": 123450001, "quantity": 26}] * 2
    body = BODY | {"line_items": lines, "transaction_amount": 520}
    assert await refused(citiesocial, body) == {"errors": "Unable to claim inventory."}


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [
        ("inventory", 400, {"errors": "Unable to claim inventory."}),
        ("invalid_json", 400, {"errors": "Invalid json format."}),
        ("variant_not_valid", 400, {"errors": "variant_id is not valid."}),
        ("price_mismatch", 400, {"errors": "total_price:40 does not equal transaction_amount:30"}),
        ("unauthorized", 401, {"message": "Unauthorized access"}),
    ],
)
async def test_every_documented_refusal_can_be_asked_for(
    citiesocial: CitiesocialSimulator, code: str, status: int, answer: dict[str, str]
) -> None:
    citiesocial.fail(Fault.REFUSE, code=code)
    received = await send(citiesocial, BODY)
    assert (received.status_code, received.json(), citiesocial.ledger) == (status, answer, [])
    assert (await send(citiesocial, BODY)).status_code == 201
