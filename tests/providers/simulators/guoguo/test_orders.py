"""GuoGuo's simulator shows its orders and credit records as the documents allow them to be asked for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from providers.simulators.base import Fault
from providers.simulators.guoguo.products import STORY_VIEWS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.simulators.samples import a_body, client, get, send

BODY = a_body("guoguo")
ORDERS = "/platform/order"
RECORDS = "/platform/organization/credit/record"
NOON = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def guoguo() -> AsyncIterator[GuoGuoSimulator]:
    simulator = GuoGuoSimulator()
    simulator.now = lambda: NOON + timedelta(minutes=len(simulator.ledger))
    async with simulator as running:
        yield running


async def rows(guoguo: GuoGuoSimulator, address: str) -> list[Any]:
    listed: list[Any] = (await get(guoguo, address)).json()["value"]
    return listed


async def test_an_order_is_listed_as_it_was_answered(guoguo: GuoGuoSimulator) -> None:
    answer = (await send(guoguo, BODY)).json()
    page = (await get(guoguo, ORDERS)).json()
    assert page == {"value": [answer], "@odata.count": 1}


async def test_a_list_that_tells_has_what_was_ordered_in_the_details(guoguo: GuoGuoSimulator) -> None:
    guoguo.rows_tell = True
    await send(guoguo, BODY)
    guoguo.take_elsewhere({"product_id": STORY_VIEWS, "quantity": 10, "username": "someone"})
    assert [row["order_detail"] for row in await rows(guoguo, ORDERS)] == [
        [{"product_id": BODY["product_id"], "quantity": 10, "link": BODY["link"]}],
        [{"product_id": STORY_VIEWS, "quantity": 10, "username": "someone"}],
    ]


async def test_every_order_however_it_came_leaves_one_debit(guoguo: GuoGuoSimulator) -> None:
    before = guoguo.balance
    await send(guoguo, BODY)
    guoguo.take_elsewhere(BODY)
    guoguo.fail(Fault.LATE)
    with pytest.raises(Exception, match="disconnected"):
        await send(guoguo, BODY)
    assert len(guoguo.records) == 2
    guoguo.take_late()
    listed = await rows(guoguo, RECORDS)
    assert [row.pop("organization_credit_record_number") for row in listed] == [
        "CR-202606020001",
        "CR-202606020002",
        "CR-202606020003",
    ]
    assert listed[0].pop("organization_credit_record_id")
    assert listed[0] == {
        "quantity": -120,
        "type": "decrease",
        "order": None,
        "create_date_time": "2026-06-02T12:00:00+08:00",
    }
    assert [row["create_date_time"] for row in listed] == [
        row["create_date_time"] for row in await rows(guoguo, ORDERS)
    ]
    assert guoguo.balance == before - 360


async def test_the_newest_come_first_only_when_asked_and_in_pages(guoguo: GuoGuoSimulator) -> None:
    for _ in range(5):
        guoguo.take_elsewhere(BODY)
    asked = [row["order_number"][-1] for row in await rows(guoguo, ORDERS + "?$orderby=create_date_time desc&$top=3")]
    more = await get(guoguo, ORDERS + "?$orderby=create_date_time desc&$top=3&$skip=3")
    assert asked == ["5", "4", "3"]
    assert [row["order_number"][-1] for row in more.json()["value"]] == ["2", "1"]
    assert more.json()["@odata.count"] == 5
    assert [row["order_number"][-1] for row in await rows(guoguo, ORDERS)] == ["1", "2", "3", "4", "5"]


async def test_an_order_is_found_by_a_part_of_its_number(guoguo: GuoGuoSimulator) -> None:
    guoguo.take_elsewhere(BODY)
    guoguo.take_elsewhere(BODY)
    [row] = await rows(guoguo, ORDERS + "?$filter=contains(order_number,'020002')")
    assert row["order_number"] == "ORD-202606020002"
    assert await rows(guoguo, ORDERS + "?$filter=contains(order_number,'it''s')") == []
    assert len(await rows(guoguo, RECORDS + "?$filter=contains(cast(quantity,Edm.String),'-120')")) == 2


@pytest.mark.parametrize(
    "address",
    [
        ORDERS + "?$top=0",
        ORDERS + "?$top=101",
        ORDERS + "?$skip=-1",
        ORDERS + "?page=2",
        ORDERS + "?$count=true",
        ORDERS + "?$orderby=order_number",
        ORDERS + "?$orderby=id",
        ORDERS + "?$filter=order_number eq 'ORD-202606020001'",
        ORDERS + "?$filter=create_date_time ge 2026-06-02T00:00:00Z",
        ORDERS + "?$filter=contains(order_number,'it's')",
        ORDERS + "?$filter=contains(id,'2fe5')",
        ORDERS + "?$filter=contains(total,'120')",
        RECORDS + "?$orderby=organization_credit_record_number",
        RECORDS + "?$filter=contains(quantity,'120')",
        RECORDS + "?$filter=quantity lt 0",
    ],
)
async def test_a_query_that_is_not_documented_is_refused(guoguo: GuoGuoSimulator, address: str) -> None:
    answer = await get(guoguo, address)
    assert (answer.status_code, answer.json()["result_code"]) == (400, "o_data_failed")
    assert answer.json()["odata"]


@pytest.mark.parametrize("path", [ORDERS, RECORDS])
async def test_readings_need_the_key_and_get(guoguo: GuoGuoSimulator, path: str) -> None:
    answer = await get(guoguo, path, {"x-api-key": "wrong"})
    assert (answer.status_code, answer.json()["result_code"]) == (401, "token_validation_failed")
    async with client() as line:
        assert (await line.post(guoguo.url + path)).status_code == 405
    guoguo.fail_reads(Fault.ERROR_BEFORE, path)
    assert (await get(guoguo, path)).status_code == 500
    guoguo.heal()
    assert (await get(guoguo, path)).status_code == 200


@pytest.mark.parametrize("address", [ORDERS, RECORDS])
async def test_answers_carry_the_suppliers_own_time(guoguo: GuoGuoSimulator, address: str) -> None:
    await send(guoguo, BODY)
    assert (await get(guoguo, address)).headers["Date"] == "Tue, 02 Jun 2026 04:01:00 GMT"
