"""AnqiCMS's simulator shows a user's own orders, and hides what it booked for guests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from providers.simulators.anqicms.bodies import Booked
from providers.simulators.anqicms.simulator import TOKEN, USER_ID, AnqiCmsSimulator
from providers.simulators.base import Fault
from tests.providers.simulators.samples import ADDRESS, a_body, get, send

BODY = a_body("anqicms")
AT = 1669212548


@pytest.fixture
async def anqicms() -> AsyncIterator[AnqiCmsSimulator]:
    async with AnqiCmsSimulator(now=lambda: datetime.fromtimestamp(AT, UTC)) as running:
        yield running


async def listed(anqicms: AnqiCmsSimulator, query: str = "") -> Any:
    return (await get(anqicms, f"/api/orders?{query}")).json()


async def test_a_page_has_ten_rows_unless_asked_otherwise(anqicms: AnqiCmsSimulator) -> None:
    for _ in range(12):
        anqicms.take_elsewhere(BODY)
    assert (len((await listed(anqicms))["data"]), (await listed(anqicms))["total"]) == (10, 12)
    assert len((await listed(anqicms, "pageSize=50"))["data"]) == 12
    assert (await listed(anqicms, "current=3"))["data"] == []


@pytest.mark.parametrize("shown", [True, False])
async def test_the_list_may_tell_the_lines_and_only_the_detail_the_address(
    anqicms: AnqiCmsSimulator, *, shown: bool
) -> None:
    anqicms.list_has_details = shown
    number = anqicms.take_elsewhere(BODY | {"address": ADDRESS}).number
    (row,) = (await listed(anqicms))["data"]
    assert ("details" in row, "order_address" in row) == (shown, False)
    detail = (await get(anqicms, f"/api/order/detail?order_id={number}")).json()["data"]
    assert row.items() <= detail.items()
    assert (detail["details"][0]["goods"]["id"], detail["order_address"]) == (188, ADDRESS)


async def test_orders_of_other_users_are_not_shown(anqicms: AnqiCmsSimulator) -> None:
    theirs = anqicms.take_elsewhere(Booked(BODY, USER_ID + 1))
    ours = anqicms.take_elsewhere(BODY)
    answer = await listed(anqicms)
    assert ([row["order_id"] for row in answer["data"]], answer["total"]) == ([ours.number], 1)
    answer = (await get(anqicms, f"/api/order/detail?order_id={theirs.number}")).json()
    assert (answer["code"], answer["msg"]) == (-1, "权限不足")
    answer = (await get(anqicms, "/api/order/detail?order_id=1")).json()
    assert (answer["code"], answer["msg"]) == (-1, "record not found")


@pytest.mark.parametrize("token", ["", "expired"])
async def test_a_shop_that_serves_guests_takes_an_order_without_a_valid_token(
    anqicms: AnqiCmsSimulator, token: str
) -> None:
    anqicms.allows_guests = True
    answer = (await send(anqicms, BODY, {"Token": token})).json()
    assert (answer["code"], answer["data"]["user_id"]) == (0, 0)
    assert [order.number for order in anqicms.ledger] == [answer["data"]["order_id"]]
    assert (await listed(anqicms))["total"] == 0
    assert (await get(anqicms, "/api/orders", {"Token": "expired"})).json()["code"] == 1001
    assert (await send(anqicms, BODY, {"Token": TOKEN})).json()["data"]["user_id"] == USER_ID
    assert (await listed(anqicms))["total"] == 1


async def test_a_guests_order_that_is_taken_late_is_still_a_guests(anqicms: AnqiCmsSimulator) -> None:
    anqicms.allows_guests = True
    anqicms.fail(Fault.LATE)
    with pytest.raises(httpx.HTTPError):
        await send(anqicms, BODY, {"Token": "expired"})
    assert anqicms.ledger == []
    anqicms.take_late()
    assert (len(anqicms.ledger), (await listed(anqicms))["total"]) == (1, 0)


async def test_an_order_that_is_taken_late_is_listed_once_it_is_there(anqicms: AnqiCmsSimulator) -> None:
    anqicms.fail(Fault.LATE)
    with pytest.raises(httpx.HTTPError):
        await send(anqicms, BODY)
    assert (await listed(anqicms))["total"] == 0
    anqicms.take_late()
    assert [row["order_id"] for row in (await listed(anqicms))["data"]] == [anqicms.ledger[0].number]


async def test_answers_carry_the_shops_own_time(anqicms: AnqiCmsSimulator) -> None:
    assert (await get(anqicms, "/api/orders")).headers["Date"] == "Wed, 23 Nov 2022 14:09:08 GMT"


async def test_a_shop_that_cannot_read_its_orders_answers_a_success_without_a_list(anqicms: AnqiCmsSimulator) -> None:
    number = anqicms.take_elsewhere(BODY).number
    anqicms.orders_unreadable = True
    assert await listed(anqicms) == {"code": 0, "data": None, "msg": "", "total": 0}
    answer = (await get(anqicms, f"/api/order/detail?order_id={number}")).json()
    assert (answer["code"], answer["data"]) == (-1, None)
    anqicms.heal()
    assert (await listed(anqicms))["total"] == 1
    assert (await get(anqicms, f"/api/order/detail?order_id={number}")).json()["code"] == 0


async def test_a_shop_without_its_database_knows_nobody(anqicms: AnqiCmsSimulator) -> None:
    anqicms.database_down = True
    assert (await send(anqicms, BODY)).json()["code"] == 1001
    assert (await listed(anqicms))["code"] == 1001
    assert anqicms.ledger == []
    anqicms.heal()
    assert (await send(anqicms, BODY)).json()["code"] == 0
    assert (await listed(anqicms))["total"] == 1


async def test_an_order_that_is_lost_has_a_number_that_no_other_gets(anqicms: AnqiCmsSimulator) -> None:
    anqicms.loses_next = 1
    lost, kept = [(await send(anqicms, BODY)).json()["data"]["order_id"] for _ in range(2)]
    assert [order.number for order in anqicms.ledger] == [kept] != [lost]
    assert [row["order_id"] for row in (await listed(anqicms))["data"]] == [kept]
    assert (await get(anqicms, f"/api/order/detail?order_id={lost}")).json()["msg"] == "record not found"


async def test_an_order_that_the_office_deletes_is_gone(anqicms: AnqiCmsSimulator) -> None:
    order = anqicms.take_elsewhere(BODY)
    anqicms.delete(order.number)
    assert (await listed(anqicms))["total"] == 0
    assert (await get(anqicms, f"/api/order/detail?order_id={order.number}")).json()["code"] == -1
    assert anqicms.status_of(order) == "deleted"


async def test_a_guests_order_can_be_read_by_whoever_has_its_number(anqicms: AnqiCmsSimulator) -> None:
    number = anqicms.take_elsewhere(Booked(BODY, 0)).number
    for token in (TOKEN, "expired"):
        answer = (await get(anqicms, f"/api/order/detail?order_id={number}", {"Token": token})).json()
        assert (answer["code"], answer["data"]["user_id"]) == (0, 0)


async def test_without_a_remark_the_shop_writes_the_first_title_and_dots_for_more(anqicms: AnqiCmsSimulator) -> None:
    lines = [{"goods_id": goods, "quantity": 1} for goods in (188, 189)]
    several = {"details": lines, "type": "goods"}
    remarks = [(await send(anqicms, body)).json()["data"] for body in (BODY, several, several | {"remark": "quick"})]
    title = anqicms.goods[188][0]
    assert [(one["remark"], one["seller_id"]) for one in remarks] == [(title, 15), (f"{title}...", 15), ("quick", 0)]


async def test_a_limiter_lets_so_many_in_and_then_locks_out_for_an_hour() -> None:
    at = datetime.fromtimestamp(AT, UTC)
    async with AnqiCmsSimulator(now=lambda: at) as shop:
        shop.limit = 2
        shop.take_elsewhere(BODY)
        seen = [(await get(shop, "/api/orders")).status_code for _ in range(4)]
        assert seen == [200, 200, 429, 403]
        assert (await send(shop, BODY)).status_code == 403
        at += timedelta(minutes=59)
        blocked = await get(shop, "/api/orders")
        assert (blocked.status_code, blocked.text) == (403, "Your IP is blocked.")
        at += timedelta(minutes=1)
        assert (await get(shop, "/api/orders")).json()["total"] == 1
