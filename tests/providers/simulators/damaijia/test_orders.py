"""Damaijia's lists of orders and parcels: asked as the pages 1-6 and 1-7 say, with rows of its own making."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from providers.simulators.base import Fault
from providers.simulators.damaijia.orders import POOR, RICH, TRACKED
from providers.simulators.damaijia.simulator import ACCESS_TOKEN, DamaijiaSimulator
from tests.providers.simulators.samples import a_body, client, send

ORDERS, PARCELS = "/vv/external/order_get_list", "/vv/external/package_get_list"
RECIPIENT = a_body("damaijia")["consignees"][0]
FIRST_PAGE = [1, 10]
NOON = datetime(2021, 8, 5, 4, 0, tzinfo=UTC)


class Clocked(DamaijiaSimulator):
    """Its clock goes on by an hour with each order."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON + timedelta(hours=len(self.ledger)))


@pytest.fixture
async def damaijia() -> AsyncIterator[Clocked]:
    async with Clocked() as running:
        yield running


async def ask(damaijia: DamaijiaSimulator, path: str, body: Any, token: str = ACCESS_TOKEN) -> Any:
    async with client() as line:
        answer = await line.post(damaijia.url + path, json=body, headers={"Authorization": token})
    assert answer.status_code == 200
    return answer.json()


async def rows(damaijia: DamaijiaSimulator, path: str, wanted: dict[str, Any], page: Any = FIRST_PAGE) -> Any:
    answer = await ask(damaijia, path, {"filter": wanted, "range": page})
    assert answer["status"] == 0
    return answer["data"]


def take(damaijia: DamaijiaSimulator, count: int) -> list[str]:
    """So many orders, each for a mobile of its own; their numbers, newest first."""
    for n in range(count):
        recipient = RECIPIENT | {"mobile": f"150000000{n:02}"}
        damaijia.take_elsewhere(a_body("damaijia", n, consignees=[recipient]))
    return [order.number for order in damaijia.ledger[::-1]]


async def test_nothing_passed_is_ten_orders(damaijia: Clocked) -> None:
    numbers = take(damaijia, 12)
    answer = await ask(damaijia, ORDERS, {})
    assert [row["order_sn"] for row in answer["data"]] == numbers[:10]


@pytest.mark.parametrize("path", [ORDERS, PARCELS])
async def test_a_range_is_a_page_and_its_length(damaijia: Clocked, path: str) -> None:
    numbers = take(damaijia, 5)
    pages = [[row["order_sn"] for row in await rows(damaijia, path, {}, [page, 2])] for page in (1, 2, 3, 4)]
    assert pages == [numbers[:2], numbers[2:4], numbers[4:], []]


@pytest.mark.parametrize("path", [ORDERS, PARCELS])
async def test_an_empty_filter_is_none(damaijia: Clocked, path: str) -> None:
    take(damaijia, 1)
    empty: list[dict[str, Any]] = [{}, {"create_time": []}, {"create_time": [""]}, {"order_sn": ""}]
    for wanted in empty:
        assert len(await rows(damaijia, path, wanted)) == 1


@pytest.mark.parametrize("path", [ORDERS, PARCELS])
async def test_orders_are_found_by_number_and_by_day(damaijia: Clocked, path: str) -> None:
    numbers = take(damaijia, 14)
    assert [row["order_sn"] for row in await rows(damaijia, path, {"order_sn": numbers[3]})] == [numbers[3]]
    assert await rows(damaijia, path, {"order_sn": "1"}) == []
    second_day = {"create_time": ["2021-08-06", "2021-08-07"]}
    assert [row["order_sn"] for row in await rows(damaijia, path, second_day)] == numbers[:2]
    assert await rows(damaijia, path, {"create_time": ["2021-08-06", "2021-08-06"]}) == [
        row for row in await rows(damaijia, path, second_day) if row["create_time"] == "2021-08-06 00:00:00"
    ]


async def test_parcels_are_found_by_mobile_and_status(damaijia: Clocked) -> None:
    damaijia.rows_carry = RICH
    take(damaijia, 3)
    assert [row["mobile"] for row in await rows(damaijia, PARCELS, {"mobile": 15000000001})] == ["15000000001"]
    assert await rows(damaijia, PARCELS, {"mobile": 15000000009}) == []
    assert {row["status"] for row in await rows(damaijia, PARCELS, {"status": "p"})} == {"p"}
    assert await rows(damaijia, PARCELS, {"status": "c"}) == []


async def test_a_parcel_is_shipped_two_hours_after_its_order(damaijia: Clocked) -> None:
    damaijia.rows_carry = TRACKED
    young, middle, old = take(damaijia, 3)
    (waiting,) = await rows(damaijia, PARCELS, {"status": "p"})
    shipped = await rows(damaijia, PARCELS, {"status": "s"})
    assert (waiting["order_sn"], [row["order_sn"] for row in shipped]) == (young, [middle, old])
    assert "express_number" not in waiting
    assert all(row["express_number"] for row in shipped)


async def test_a_parcel_can_be_put_into_any_state(damaijia: Clocked) -> None:
    damaijia.rows_carry = RICH
    recipients = [RECIPIENT, RECIPIENT | {"site_order_consignee_id": "2"}]
    number = damaijia.take_elsewhere(a_body("damaijia", consignees=recipients)).number
    for letter in "fpsc":
        damaijia.set_parcel(number, 1, letter)
        assert number in [row["order_sn"] for row in await rows(damaijia, PARCELS, {"status": letter})]
        states = {row["site_order_consignee_id"]: row["status"] for row in await rows(damaijia, PARCELS, {})}
        assert states == {"1000111": "p", "2": letter}
    for wrong in ((number, 2, "p"), ("1", 0, "p"), (number, 0, "x")):
        with pytest.raises(ValueError, match="no parcel"):
            damaijia.set_parcel(*wrong)


async def test_every_accepted_recipient_is_a_parcel(damaijia: Clocked) -> None:
    damaijia.rows_carry = RICH
    recipients = [RECIPIENT, RECIPIENT | {"province": "北京"}, RECIPIENT | {"site_order_consignee_id": "3"}]
    await send(damaijia, a_body("damaijia", consignees=recipients))
    assert [row["site_order_consignee_id"] for row in await rows(damaijia, PARCELS, {})] == ["3", "1000111"]
    assert len(await rows(damaijia, ORDERS, {})) == 1


async def test_rows_carry_what_they_are_told_to(damaijia: Clocked) -> None:
    take(damaijia, 1)
    (poor,) = await rows(damaijia, PARCELS, {})
    assert set(poor) == POOR
    damaijia.rows_carry = RICH
    (rich,) = await rows(damaijia, PARCELS, {})
    assert set(rich) == RICH
    assert rich["site_order_id"] == 1000111
    damaijia.rows_carry = frozenset({"order_sn"})
    assert await rows(damaijia, ORDERS, {}) == [{"order_sn": damaijia.ledger[0].number}]


async def test_an_order_of_somebody_elses_has_no_id_of_its_own(damaijia: Clocked) -> None:
    damaijia.rows_carry = RICH
    body = a_body("damaijia")
    del body["site_order_id"]
    damaijia.take_elsewhere(body)
    (row,) = await rows(damaijia, ORDERS, {})
    assert "site_order_id" not in row


async def test_an_order_that_comes_late_is_listed_then(damaijia: Clocked) -> None:
    damaijia.fail(Fault.LATE)
    with pytest.raises(httpx.TransportError):
        await send(damaijia, a_body("damaijia"))
    assert await rows(damaijia, ORDERS, {}) == []
    damaijia.take_late()
    assert len(await rows(damaijia, ORDERS, {})) == 1


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        (ORDERS, {"filter": []}, "filter"),
        (ORDERS, {"filter": {"mobile": 15000000007}}, "filter.mobile"),
        (ORDERS, {"filter": {"site_order_id": 1}}, "filter.site_order_id"),
        (ORDERS, {"filter": {"order_sn": 1}}, "filter.order_sn"),
        (ORDERS, {"filter": {"create_time": "2021-08-05"}}, "filter.create_time"),
        (ORDERS, {"filter": {"create_time": ["yesterday", ""]}}, "filter.create_time.0"),
        (ORDERS, {"range": [0, 10]}, "range.0"),
        (ORDERS, {"range": [1]}, "range"),
        (ORDERS, {"page": 1}, "page"),
        (PARCELS, {"range": FIRST_PAGE}, "filter"),
        (PARCELS, {"filter": {}}, "range"),
        (PARCELS, {"filter": {"mobile": "15000000007"}, "range": FIRST_PAGE}, "filter.mobile"),
        (PARCELS, {"filter": {"status": "x"}, "range": FIRST_PAGE}, "filter.status"),
        (PARCELS, {"filter": {"create_time": ["2021-08-05"]}, "range": FIRST_PAGE}, "create_time"),
    ],
)
async def test_a_request_outside_the_table_is_status_422_with_a_hint(
    damaijia: Clocked, path: str, body: Any, where: str
) -> None:
    take(damaijia, 1)
    answer = await ask(damaijia, path, body)
    assert (answer["status"], answer["err"].split(":")[0]) == (422, where)
    assert len(await rows(damaijia, path, {})) == 1


@pytest.mark.parametrize("path", [ORDERS, PARCELS])
async def test_the_lists_need_the_token_and_json(damaijia: Clocked, path: str) -> None:
    take(damaijia, 1)
    assert await ask(damaijia, path, {"filter": {}, "range": FIRST_PAGE}, "wrong") == {"status": 200}
    assert await ask(damaijia, path, [1]) == {"status": 132}
    assert len(await rows(damaijia, path, {})) == 1
