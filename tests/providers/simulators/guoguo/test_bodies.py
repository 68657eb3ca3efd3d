"""GuoGuo's simulator takes each kind of order at its own address, as strictly as the create pages have it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from providers.simulators.base import Fault
from providers.simulators.guoguo.products import COMMENT_LIKES, COMMENTS, FANS, PRODUCTS, SUBSCRIPTION, UNNAMED
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.simulators.samples import CREDENTIALS, a_body, client, get, send

NOON = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
CH2 = "/platform/order/ch2/"
LINK = "https://example.com/posts/abc123"
BODIES: dict[str, dict[str, Any]] = {
    "custom-comments": {"comments": "Great post!\nThanks for sharing.", "link": LINK, "product_id": COMMENTS},
    "comment-likes": {"quantity": 10, "username": "sample_user", "link": LINK, "product_id": COMMENT_LIKES},
    "subscriptions": {
        "max_quantity": 100,
        "min_quantity": 10,
        "delay_minutes": "min30",
        "new_post_count": 3,
        "old_post_count": 1,
        "expiry_date": "2026-07-01T00:00:00+08:00",
        "username": "sample_user",
        "product_id": SUBSCRIPTION,
    },
}
TOTALS = {"custom-comments": 2 * 20, "comment-likes": 10 * 6, "subscriptions": 100 * 4 * 4}


@pytest.fixture
async def guoguo() -> AsyncIterator[GuoGuoSimulator]:
    async with GuoGuoSimulator(lambda: NOON) as running:
        yield running


async def order(guoguo: GuoGuoSimulator, kind: str, body: Any, key: str = "") -> httpx.Response:
    async with client() as line:
        headers = CREDENTIALS["guoguo"] | ({"x-api-key": key} if key else {})
        return await line.post(guoguo.url + CH2 + kind, json=body, headers=headers)


@pytest.mark.parametrize("kind", BODIES)
async def test_the_documents_sample_is_taken_and_paid(guoguo: GuoGuoSimulator, kind: str) -> None:
    before = guoguo.balance
    answer = await order(guoguo, kind, BODIES[kind])
    assert (answer.status_code, answer.json()["total"]) == (200, TOTALS[kind])
    assert (guoguo.balance, [row["quantity"] for row in guoguo.records]) == (before - TOTALS[kind], [-TOTALS[kind]])
    assert [(taken.number, taken.body) for taken in guoguo.ledger] == [(answer.json()["order_number"], BODIES[kind])]
    assert [(one.path, one.outcome) for one in guoguo.received] == [(CH2 + kind, "placed")]


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, key) for kind, body in BODIES.items() for key in body if not key.startswith(("old", "delay", "expiry"))],
)
async def test_a_missing_key_is_named(guoguo: GuoGuoSimulator, kind: str, key: str) -> None:
    body = {name: value for name, value in BODIES[kind].items() if name != key}
    answer = (await order(guoguo, kind, body)).json()
    [fault] = answer["validation_failed_responses"]
    assert (fault["property_name"], fault["result_code"], guoguo.ledger) == (key, "field_is_required", [])
    assert (await order(guoguo, kind, BODIES[kind])).status_code == 200


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("custom-comments", {"quantity": 2}, "data_validation_failed"),
        ("custom-comments", {"comments": ""}, "data_validation_failed"),
        ("custom-comments", {"comments": "x" * 2001}, "string_length_out_of_range"),
        ("custom-comments", {"product_id": FANS}, "create_order_failed"),
        ("custom-comments", {"product_id": "00000000-0000-4000-8000-000000000000"}, "data_not_exist"),
        ("comment-likes", {"runs": 2}, "data_validation_failed"),
        ("comment-likes", {"quantity": 9}, "below_minimum_quantity"),
        ("comment-likes", {"quantity": 5001}, "exceeds_maximum_quantity"),
        ("subscriptions", {"link": LINK}, "data_validation_failed"),
        ("subscriptions", {"min_quantity": 9}, "below_minimum_quantity"),
        ("subscriptions", {"max_quantity": 2001}, "exceeds_maximum_quantity"),
        ("subscriptions", {"min_quantity": 101}, "data_validation_failed"),
        ("subscriptions", {"delay_minutes": "min45"}, "data_validation_failed"),
        ("subscriptions", {"expiry_date": "2026-07-01"}, "data_validation_failed"),
        ("subscriptions", {"expiry_date": "2026-07-01T00:00:00"}, "data_validation_failed"),
        ("subscriptions", {"expiry_date": "2026-06-02T12:00:00+08:00"}, "invalid_expiry_date"),
        ("default", a_body("guoguo", product_id=UNNAMED), "create_order_failed"),
    ],
)
async def test_a_body_that_is_not_as_documented_is_refused(
    guoguo: GuoGuoSimulator, kind: str, changes: dict[str, Any], code: str
) -> None:
    answer = await order(guoguo, kind, BODIES.get(kind, {}) | changes)
    assert (answer.status_code, answer.json()["result_code"], guoguo.ledger) == (400, code, [])
    assert guoguo.received[0].outcome == f"refused {code}"


@pytest.mark.parametrize("kind", BODIES)
async def test_every_address_needs_the_key_and_post(guoguo: GuoGuoSimulator, kind: str) -> None:
    assert (await order(guoguo, kind, BODIES[kind], "wrong")).status_code == 401
    assert (await get(guoguo, CH2 + kind)).status_code == 405
    assert guoguo.ledger == []


@pytest.mark.parametrize("kind", BODIES)
async def test_every_address_meets_the_planned_fault(guoguo: GuoGuoSimulator, kind: str) -> None:
    guoguo.fail(Fault.ERROR_AFTER)
    assert (await order(guoguo, kind, BODIES[kind])).status_code == 500
    guoguo.fail(Fault.REFUSE, code="credit_not_enough")
    assert (await order(guoguo, kind, BODIES[kind])).json()["result_code"] == "credit_not_enough"
    assert (await order(guoguo, kind, BODIES[kind])).status_code == 200
    assert len(guoguo.ledger) == 2


@pytest.mark.parametrize("kind", BODIES)
async def test_every_kind_needs_its_credit(guoguo: GuoGuoSimulator, kind: str) -> None:
    guoguo.balance = TOTALS[kind] - 1
    assert (await order(guoguo, kind, BODIES[kind])).json()["result_code"] == "credit_not_enough"
    guoguo.balance += 1
    assert (await order(guoguo, kind, BODIES[kind])).status_code == 200


async def test_a_type_that_no_account_names_is_ordered_all_the_same(guoguo: GuoGuoSimulator) -> None:
    assert PRODUCTS[UNNAMED]["product_type"] not in guoguo.account()["kinds"]
    body = BODIES["comment-likes"] | {"product_id": UNNAMED}
    assert (await order(guoguo, "comment-likes", body)).status_code == 200


async def test_products_change_in_one_simulator_alone(guoguo: GuoGuoSimulator) -> None:
    guoguo.products[FANS] |= {"price": 13, "max": 10}
    assert (await send(guoguo, a_body("guoguo", quantity=11))).json()["result_code"] == "exceeds_maximum_quantity"
    assert (await send(guoguo, a_body("guoguo"))).json()["total"] == 130
    guoguo.fail(Fault.LATE)
    with pytest.raises(httpx.HTTPError):
        await send(guoguo, a_body("guoguo"))
    del guoguo.products[FANS]
    assert (await send(guoguo, a_body("guoguo"))).json()["result_code"] == "data_not_exist"
    guoguo.take_late()
    assert len(guoguo.ledger) == 1
    listed = (await get(guoguo, "/platform/product?$filter=contains(cast(id,Edm.String),'9c07a89a')")).json()
    assert listed["value"] == []
    async with GuoGuoSimulator() as another:
        assert another.products == PRODUCTS
    assert PRODUCTS[FANS]["price"] == 12


@pytest.mark.parametrize(
    ("after", "status", "changed"),
    [
        (timedelta(minutes=29), "establish", None),
        (timedelta(minutes=30), "processing", "2026-06-02T12:30:00+08:00"),
        (timedelta(hours=25), "finish", "2026-06-03T12:00:00+08:00"),
    ],
)
async def test_a_status_moves_by_the_simulators_clock(
    guoguo: GuoGuoSimulator, after: timedelta, status: str, changed: str | None
) -> None:
    taken = guoguo.take_elsewhere(a_body("guoguo"))
    guoguo.now = lambda: NOON + after
    [row] = (await get(guoguo, "/platform/order")).json()["value"]
    assert row == taken.answer | {"order_status": status, "update_date_time": changed}
    found = (await get(guoguo, f"/platform/order?$filter=contains(order_status,'{status}')")).json()
    assert found["@odata.count"] == 1
