"""AnqiCMS's simulator says no in the envelope, under HTTP 200, and takes lower-case documented keys only."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.simulators.anqicms.simulator import PASSWORD, TOKEN, USER_NAME, AnqiCmsSimulator
from providers.simulators.base import Fault
from tests.providers.simulators.samples import ADDRESS, a_body, client, get, send

BODY = a_body("anqicms")
LINES = [{"goods_id": 188, "quantity": 2}, {"goods_id": 189, "quantity": 1}]
LOGIN = {"platform": "website", "user_name": USER_NAME, "password": PASSWORD}


@pytest.fixture
async def anqicms() -> AsyncIterator[AnqiCmsSimulator]:
    async with AnqiCmsSimulator(now=lambda: datetime.fromtimestamp(1669212548, UTC)) as running:
        yield running


async def login(anqicms: AnqiCmsSimulator, body: Any) -> Any:
    async with client() as line:
        answer = await line.post(anqicms.url + "/api/login", json=body)
    assert answer.status_code == 200
    return answer.json()


async def refused(anqicms: AnqiCmsSimulator, body: Any) -> Any:
    """The message to a create that must not be taken; the sample is taken afterwards."""
    answer = await send(anqicms, body)
    assert (answer.status_code, answer.json()["code"], anqicms.ledger) == (200, -1, [])
    assert anqicms.received[-1].outcome == "refused -1"
    assert (await send(anqicms, BODY)).json()["code"] == 0
    return answer.json()["msg"]


async def test_the_answer_is_the_one_in_the_document(anqicms: AnqiCmsSimulator) -> None:
    answer = (await send(anqicms, BODY)).json()
    assert answer == {
        "code": 0,
        "msg": "",
        "data": {
            "id": 46,
            "created_time": 1669212548,
            "updated_time": 1669212548,
            "order_id": "202211232209080046",
            "payment_id": "",
            "user_id": 1000,
            "address_id": 0,
            "remark": "英文外贸响应式通用主题wzl-008",
            "type": "goods",
            "status": 0,
            "refund_status": 0,
            "origin_amount": 9900,
            "amount": 9900,
            "paid_time": 0,
            "end_time": 0,
            "deliver_time": 0,
            "finished_time": 0,
            "discount_amount": 0,
            "seller_id": 15,
            "seller_amount": 7920,
            "share_user_id": 0,
            "share_parent_user_id": 0,
            "share_amount": 0,
            "share_parent_amount": 0,
            "express_company": "",
            "tracking_number": "",
        },
    }


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_missing_or_wrong_token_is_code_1001(anqicms: AnqiCmsSimulator, token: str) -> None:
    answer = await send(anqicms, BODY, {"Token": token, "Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["code"], anqicms.ledger) == (200, 1001, [])


async def test_an_empty_user_agent_gets_an_empty_answer(anqicms: AnqiCmsSimulator) -> None:
    headers = {"Token": TOKEN, "User-Agent": ""}
    async with client() as line:
        answer = await line.post(anqicms.url + "/api/order/create", json=BODY, headers=headers)
    assert (answer.status_code, answer.content, anqicms.ledger) == (200, b"", [])
    assert anqicms.received[-1].outcome == "refused no_user_agent"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "goods"}, "Please select the product"),
        ({"details": []}, "Please select the product"),
        ({"goods_id": 1, "quantity": 1}, "record not found"),
        ({"details": [*LINES, {"goods_id": 1, "quantity": 1}]}, "record not found"),
        (BODY | {"address": ADDRESS | {"id": 7}}, "record not found"),
        (BODY | {"details": LINES}, "goods_id and details exclude each other"),
    ],
)
async def test_an_order_that_names_no_known_product_is_refused(
    anqicms: AnqiCmsSimulator, body: dict[str, Any], message: str
) -> None:
    assert await refused(anqicms, body) == message


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"goods_id": "188"}, "goods_id"),
        ({"quantity": "1"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"type": "Goods"}, "type"),
        ({"Remark": "x"}, "Remark"),
        ({"remark": "x" * 251}, "remark"),
        ({"coupon_code": "x"}, "coupon_code"),
        ({"address": ADDRESS | {"Phone": "1"}}, "address.Phone"),
        ({"address": ADDRESS | {"postcode": 450000}}, "address.postcode"),
        ({"address": ADDRESS | {"phone": "1" * 21}}, "address.phone"),
        ({"address": None}, "address"),
    ],
)
async def test_a_body_outside_the_table_is_refused(
    anqicms: AnqiCmsSimulator, changes: dict[str, Any], where: str
) -> None:
    assert (await refused(anqicms, BODY | changes)).startswith(f"{where}: ")


@pytest.mark.parametrize("name", ADDRESS)
async def test_an_address_is_whole_or_absent(anqicms: AnqiCmsSimulator, name: str) -> None:
    address = {key: value for key, value in ADDRESS.items() if key != name}
    assert (await refused(anqicms, BODY | {"address": address})).startswith(f"address.{name}: ")


@pytest.mark.parametrize("line", [{"goods_id": 188}, {"quantity": 1}, {"goods_id": 188, "quantity": 1, "price": 1}])
async def test_a_line_is_exactly_goods_and_quantity(anqicms: AnqiCmsSimulator, line: dict[str, int]) -> None:
    assert (await refused(anqicms, {"details": [line]})).startswith("details.0.")


async def test_several_lines_are_added_up(anqicms: AnqiCmsSimulator) -> None:
    answer = await send(anqicms, {"details": LINES, "type": "vip", "remark": "our remark", "address": ADDRESS})
    data = answer.json()["data"]
    assert (data["amount"], data["type"], data["remark"]) == (24300, "vip", "our remark")
    assert (data["address_id"], data["seller_id"], data["seller_amount"]) == (1, 0, 0)


@pytest.mark.parametrize("code", AnqiCmsSimulator.refusals)
async def test_every_documented_code_can_be_asked_for(anqicms: AnqiCmsSimulator, code: str) -> None:
    anqicms.fail(Fault.REFUSE, code=code)
    answer = await send(anqicms, BODY)
    assert (answer.status_code, answer.json()["code"], anqicms.ledger) == (200, int(code), [])
    assert answer.json()["msg"]
    assert (await send(anqicms, BODY)).json()["code"] == 0


async def test_a_login_gives_a_token_that_orders(anqicms: AnqiCmsSimulator) -> None:
    data = (await login(anqicms, LOGIN))["data"]
    assert (data["id"], data["user_name"]) == (1000, USER_NAME)
    assert (await send(anqicms, BODY, {"Token": data["token"]})).json()["code"] == 0
    assert anqicms.account("login").items() >= {"user_name": USER_NAME, "password": PASSWORD}.items()


@pytest.mark.parametrize("body", [LOGIN | {"password": "x"}, {}, 1])
async def test_a_wrong_login_gives_no_token(anqicms: AnqiCmsSimulator, body: Any) -> None:
    answer = await login(anqicms, body)
    assert (answer["code"], answer["data"]) == (-1, None)


async def test_revoked_tokens_are_dead_until_a_new_login(anqicms: AnqiCmsSimulator) -> None:
    old = (await login(anqicms, LOGIN))["data"]["token"]
    anqicms.revoke_tokens()
    for token in (old, TOKEN):
        assert (await send(anqicms, BODY, {"Token": token})).json()["code"] == 1001
    new = (await login(anqicms, LOGIN))["data"]["token"]
    assert (await send(anqicms, BODY, {"Token": new})).json()["code"] == 0


async def test_healing_brings_the_given_token_back(anqicms: AnqiCmsSimulator) -> None:
    anqicms.revoke_tokens()
    anqicms.heal()
    assert (await send(anqicms, BODY)).json()["code"] == 0


async def test_a_new_token_is_offered_once_and_to_whom_it_belongs(anqicms: AnqiCmsSimulator) -> None:
    offered = anqicms.offer_token()
    assert "Update-Token" not in (await send(anqicms, BODY, {"Token": "wrong"})).headers
    assert (await send(anqicms, BODY)).headers["Update-Token"] == offered
    answer = await send(anqicms, BODY, {"Token": offered})
    assert answer.json()["code"] == 0
    assert "Update-Token" not in answer.headers


async def test_an_order_can_be_read_by_its_number(anqicms: AnqiCmsSimulator) -> None:
    number = (await send(anqicms, {"details": LINES, "address": ADDRESS})).json()["data"]["order_id"]
    data = (await get(anqicms, f"/api/order/detail?order_id={number}")).json()["data"]
    assert [(row["goods_id"], row["quantity"]) for row in data["details"]] == [(188, 2), (189, 1)]
    assert (data["order_id"], data["order_address"]) == (number, ADDRESS)
    assert (await get(anqicms, "/api/order/detail?order_id=46")).json()["msg"] == "record not found"


async def test_own_orders_are_listed_newest_first_and_in_pages(anqicms: AnqiCmsSimulator) -> None:
    numbers = [(await send(anqicms, BODY)).json()["data"]["order_id"] for _ in range(3)]
    page = (await get(anqicms, "/api/orders?status=&current=1&pageSize=2")).json()
    rest = (await get(anqicms, "/api/orders?status=waiting&current=2&pageSize=2")).json()
    assert [row["order_id"] for row in page["data"] + rest["data"]] == numbers[::-1]
    assert (page["total"], rest["total"]) == (3, 3)
    assert (await get(anqicms, "/api/orders?status=paid")).json()["data"] == []


@pytest.mark.parametrize("query", ["status=open", "current=0", "current=x", "pageSize=-1"])
async def test_a_list_query_outside_the_document_is_refused(anqicms: AnqiCmsSimulator, query: str) -> None:
    assert (await get(anqicms, f"/api/orders?{query}")).json()["code"] == -1


async def test_the_login_sets_a_cookie_that_signs_in_where_no_token_is_sent(anqicms: AnqiCmsSimulator) -> None:
    async with client() as line:
        token = (await line.post(anqicms.url + "/api/login", json=LOGIN)).json()["data"]["token"]
        assert line.cookies["token"] == token
        assert (await line.get(anqicms.url + "/api/orders")).json()["code"] == 0
        assert (await line.get(anqicms.url + "/api/orders", headers={"Token": "wrong"})).json()["code"] == 1001
        assert (await line.get(anqicms.url + "/api/archive/list")).json()["data"] is None
    assert (await get(anqicms, "/api/orders", {"Token": ""})).json()["code"] == 1001


async def test_the_list_of_orders_needs_the_token_and_the_detail_just_shows_nothing_without(
    anqicms: AnqiCmsSimulator,
) -> None:
    number = (await send(anqicms, BODY)).json()["data"]["order_id"]
    detail = f"/api/order/detail?order_id={number}"
    assert (await get(anqicms, "/api/orders", {"Token": "wrong"})).json()["code"] == 1001
    refused = (await get(anqicms, detail, {"Token": "wrong"})).json()
    assert (refused["code"], refused["msg"]) == (-1, "权限不足")
    assert (await get(anqicms, detail)).json()["data"]["order_id"] == number
    for path in ("/api/orders", detail):
        assert (await get(anqicms, path, {"User-Agent": ""})).content == b""
