"""GuoGuo's simulator refuses what the pages Create Ch02 Default Order and Error Codes refuse, in their words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from providers.simulators.base import Fault
from providers.simulators.guoguo.products import FANS, LIKES, STORY_VIEWS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.simulators.samples import a_body, client, get, send

BODY = a_body("guoguo")


@pytest.fixture
async def guoguo() -> AsyncIterator[GuoGuoSimulator]:
    async with GuoGuoSimulator(now=lambda: datetime(2026, 6, 2, 4, 30, tzinfo=UTC)) as running:
        yield running


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in BODY.items() if name not in names}


async def refused(guoguo: GuoGuoSimulator, body: Any, status: int = 400) -> dict[str, Any]:
    """The error envelope of a create that must not be taken; the sample is taken afterwards."""
    answer = await send(guoguo, body)
    assert (answer.status_code, guoguo.ledger) == (status, [])
    assert (await send(guoguo, BODY)).status_code == 200
    envelope: dict[str, Any] = answer.json()
    assert set(envelope) == {"message", "result_code", "validation_failed_responses", "odata"}
    assert guoguo.received[0].outcome == f"refused {envelope['result_code']}"
    return envelope


async def test_the_answer_is_the_one_in_the_document(guoguo: GuoGuoSimulator) -> None:
    await send(guoguo, BODY)
    answer = (await send(guoguo, BODY)).json()
    answer.pop("order_id")
    assert answer == {
        "order_number": "ORD-202606020002",
        "payment_type": "credit",
        "order_status": "establish",
        "payment_status": "complete",
        "total": 120,
        "order_detail": [],
        "create_date_time": "2026-06-02T12:30:00+08:00",
        "update_date_time": None,
    }


@pytest.mark.parametrize("key", ["", "wrong"])
async def test_a_missing_or_wrong_key_is_401(guoguo: GuoGuoSimulator, key: str) -> None:
    answer = await send(guoguo, BODY, {"x-api-key": key})
    assert (answer.status_code, answer.json()["result_code"]) == (401, "token_validation_failed")
    assert guoguo.ledger == []


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (without("product_id"), "product_id", "field_is_required"),
        (without("quantity"), "quantity", "field_is_required"),
        (without("link"), "link", "field_is_required"),
        (BODY | {"quantity": 0}, "quantity", "value_out_of_range"),
        (BODY | {"quantity": 10_000_001}, "quantity", "value_out_of_range"),
        (BODY | {"runs": 0}, "runs", "value_out_of_range"),
        (BODY | {"interval_minutes": 10_000_001}, "interval_minutes", "value_out_of_range"),
        (BODY | {"quantity": "10"}, "quantity", "data_validation_failed"),
        (BODY | {"quantity": 10.0}, "quantity", "data_validation_failed"),
        (BODY | {"quantity": True}, "quantity", "data_validation_failed"),
        (BODY | {"runs": None}, "runs", "data_validation_failed"),
        (BODY | {"link": "example.com/posts/1"}, "link", "data_validation_failed"),
        (BODY | {"link": "https://example.com/a b"}, "link", "data_validation_failed"),
        (BODY | {"product_id": "188"}, "product_id", "data_validation_failed"),
        (BODY | {"reference": "1"}, "reference", "data_validation_failed"),
        ({"product_id": STORY_VIEWS, "quantity": 10, "link": "https://example.com/"}, "username", "field_is_required"),
        (without("link") | {"username": "someone"}, "link", "field_is_required"),
    ],
)
async def test_a_body_outside_the_contract_names_its_field(
    guoguo: GuoGuoSimulator, body: dict[str, Any], field: str, code: str
) -> None:
    envelope = await refused(guoguo, body)
    assert envelope["result_code"] == "data_validation_failed"
    (row,) = envelope["validation_failed_responses"]
    assert (row["property_name"], row["result_code"]) == (field, code)
    assert row["message"].startswith(field)


async def test_every_faulty_field_is_named(guoguo: GuoGuoSimulator) -> None:
    envelope = await refused(guoguo, {"quantity": 0, "runs": 0})
    named = {row["property_name"] for row in envelope["validation_failed_responses"]}
    assert named == {"quantity", "runs", "product_id"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "someone"}, "conflicting_parameters"),
        ({"product_id": LIKES, "quantity": 99}, "below_minimum_quantity"),
        ({"product_id": LIKES, "quantity": 1001}, "exceeds_maximum_quantity"),
        ({"product_id": "00000000-0000-4000-8000-000000000000"}, "data_not_exist"),
    ],
)
async def test_a_rule_about_the_product_has_a_code_of_its_own(
    guoguo: GuoGuoSimulator, changes: dict[str, Any], code: str
) -> None:
    assert (await refused(guoguo, BODY | changes))["result_code"] == code


async def test_orders_cost_credit_until_it_is_used_up(guoguo: GuoGuoSimulator) -> None:
    guoguo.balance = 130
    assert (await send(guoguo, BODY)).status_code == 200
    answer = await send(guoguo, BODY)
    assert (answer.status_code, answer.json()["result_code"]) == (400, "credit_not_enough")
    assert (await get(guoguo, "/platform/organization/credit/balance")).json() == {"balance": 10}
    guoguo.balance = 120
    assert (await send(guoguo, BODY)).status_code == 200


async def test_a_story_product_is_ordered_for_a_username(guoguo: GuoGuoSimulator) -> None:
    answer = await send(guoguo, {"product_id": STORY_VIEWS, "quantity": 10, "username": "someone"})
    assert answer.status_code == 200


@pytest.mark.parametrize("code", GuoGuoSimulator.refusals)
async def test_every_documented_code_comes_in_the_documented_envelope(guoguo: GuoGuoSimulator, code: str) -> None:
    guoguo.fail(Fault.REFUSE, code=code)
    status = {"token_validation_failed": 401, "un_handle_exception": 500}.get(code, 400)
    assert (await refused(guoguo, BODY, status))["result_code"] == code


async def test_the_products_come_in_pages(guoguo: GuoGuoSimulator) -> None:
    first = (await get(guoguo, "/platform/product?$top=100&$skip=0")).json()
    second = (await get(guoguo, "/platform/product?$top=100&$skip=100")).json()
    rows = first["value"] + second["value"]
    assert first["@odata.count"] == second["@odata.count"] == len(rows) == 138
    by_id = {row["product_id"]: row for row in rows}
    assert len(by_id) == 138
    kept = {
        name: (by_id[name]["product_category"], by_id[name]["min"], by_id[name]["max"])
        for name in (FANS, LIKES, STORY_VIEWS)
    }
    assert kept == {
        FANS: ("instagram_fans", 1, 100_000),
        LIKES: ("instagram_likes", 100, 1000),
        STORY_VIEWS: ("instagram_story", 10, 5000),
    }
    assert STORY_VIEWS in {row["product_id"] for row in second["value"]}


@pytest.mark.parametrize(
    "query",
    [
        "$top=0",
        "$top=101",
        "$top=x",
        "$skip=-1",
        "$select=title",
        "page=2",
        "$orderby=title",
        "$filter=product_category eq 'instagram_fans'",
        "$filter=contains(product_type,'ch2')",
        "$filter=contains(id,'9c07')",
    ],
)
async def test_a_query_that_is_not_documented_is_refused(guoguo: GuoGuoSimulator, query: str) -> None:
    answer = await get(guoguo, "/platform/product?" + query)
    assert (answer.status_code, answer.json()["result_code"]) == (400, "o_data_failed")
    assert answer.json()["odata"]


async def test_products_can_be_filtered_and_sorted_as_documented(guoguo: GuoGuoSimulator) -> None:
    query = "$filter=contains(product_category,'story')&$orderby=price desc&$top=5"
    page = (await get(guoguo, "/platform/product?" + query)).json()
    prices = [row["price"] for row in page["value"]]
    assert prices == sorted(prices, reverse=True)
    assert {row["product_category"] for row in page["value"]} == {"instagram_story"}
    assert 5 < page["@odata.count"] < 138
    one = (await get(guoguo, "/platform/product?$filter=contains(cast(id,Edm.String),'9c07a89a')")).json()
    assert [row["product_id"] for row in one["value"]] == [FANS]


@pytest.mark.parametrize(
    "path", ["/platform/product", "/platform/organization", "/platform/organization/credit/balance"]
)
async def test_readings_need_the_key_and_get(guoguo: GuoGuoSimulator, path: str) -> None:
    assert (await get(guoguo, path)).status_code == 200
    answer = await get(guoguo, path, {"x-api-key": "wrong"})
    assert (answer.status_code, answer.json()["result_code"]) == (401, "token_validation_failed")
    async with client() as line:
        assert (await line.post(guoguo.url + path)).status_code == 405


async def test_the_reading_of_products_can_fail_alone(guoguo: GuoGuoSimulator) -> None:
    guoguo.product_fault = Fault.ERROR_BEFORE
    assert (await get(guoguo, "/platform/product")).status_code == 500
    guoguo.product_fault = Fault.DROP_BEFORE
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await get(guoguo, "/platform/product")
    guoguo.product_fault = Fault.HANG
    async with client(patience=0.2) as line:
        with pytest.raises(httpx.ReadTimeout):
            await line.get(guoguo.url + "/platform/product")
    assert (await send(guoguo, BODY)).status_code == 200
    guoguo.heal()
    assert (await get(guoguo, "/platform/product")).status_code == 200
