"""Damaijia's simulator answers with the statuses of the page on creating orders, always under HTTP 200."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.simulators.base import Fault
from providers.simulators.damaijia.products import OFF_SALE, SENDER_BANNED, TAOBAO_ONLY
from providers.simulators.damaijia.simulator import ACCESS_TOKEN, APP_ID, APP_SECRET, DamaijiaSimulator
from tests.providers.simulators.samples import a_body, client, get, send

BODY = a_body("damaijia")
RECIPIENT = BODY["consignees"][0]
LOGIN = {"app_id": APP_ID, "app_secret": APP_SECRET}


@pytest.fixture
async def damaijia() -> AsyncIterator[DamaijiaSimulator]:
    async with DamaijiaSimulator(now=lambda: datetime(2021, 2, 4, 3, 2, 30, tzinfo=UTC)) as running:
        yield running


async def login(damaijia: DamaijiaSimulator, body: Any) -> Any:
    async with client() as line:
        answer = await line.post(damaijia.url + "/vv/external/user_login", json=body)
    assert answer.status_code == 200
    return answer.json()


async def refused(damaijia: DamaijiaSimulator, body: Any) -> Any:
    """What is said to a create that must not be taken; the sample is taken afterwards."""
    answer = await send(damaijia, body)
    assert (answer.status_code, damaijia.ledger) == (200, [])
    assert damaijia.received[-1].outcome == f"refused {answer.json()['status']}"
    assert (await send(damaijia, BODY)).json()["status"] == 0
    return answer.json()


async def test_a_yes_may_name_parcels_by_the_suppliers_own_ids_as_in_the_sample(damaijia: DamaijiaSimulator) -> None:
    damaijia.names_ours = False
    answer = await send(damaijia, BODY | {"consignees": [RECIPIENT | {"site_order_consignee_id": "1000111"}] * 2})
    rows = answer.json()["data"]["consignees"]
    assert [row["site_order_consignee_id"] for row in rows] == ["88888111", "88888112"]


async def test_recipients_are_answered_one_by_one(damaijia: DamaijiaSimulator) -> None:
    consignees = [
        RECIPIENT | {"site_order_consignee_id": "88888111", "province": "北京市"},
        RECIPIENT | {"site_order_consignee_id": "77788111"},
        RECIPIENT | {"site_order_consignee_id": "66688111", "district": "禁区"},
    ]
    answer = await send(damaijia, BODY | {"consignees": consignees})
    refused_row = {"forbidden_zone": "北京/北京市", "msg_code": 2001, "msg": "该地区已禁发"}
    assert answer.json() == {
        "data": {
            "order_id": 360,
            "order_sn": "2021020411023000000001",
            "consignees": [
                {"site_order_consignee_id": "88888111"} | refused_row,
                {
                    "site_order_consignee_id": "77788111",
                    "forbidden_zone": "北京/北京市",
                    "msg_code": 2000,
                    "msg": "",
                },
                {"site_order_consignee_id": "66688111"} | refused_row,
            ],
        },
        "status": 0,
    }
    assert [order.number for order in damaijia.ledger] == ["2021020411023000000001"]


@pytest.mark.parametrize("token", ["", "wrong", f"Bearer {ACCESS_TOKEN}"])
async def test_a_missing_or_wrong_token_is_status_200(damaijia: DamaijiaSimulator, token: str) -> None:
    answer = await send(damaijia, BODY, {"Authorization": token})
    assert (answer.status_code, answer.json(), damaijia.ledger) == (200, {"status": 200}, [])


async def test_a_body_that_is_not_json_is_status_132(damaijia: DamaijiaSimulator) -> None:
    assert await refused(damaijia, b"product_id=614") == {"status": 132}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"product_id": "614"}, "product_id"),
        ({"product_id": 613}, "product_id"),
        ({"site_order_id": "1000111"}, "site_order_id"),
        ({"site_order_id": 0}, "site_order_id"),
        ({"product_number": 0}, "product_number"),
        ({"product_number": True}, "product_number"),
        ({"remark": None}, "remark"),
        ({"source": "ebay"}, "source"),
        ({"consignees": []}, "consignees"),
        ({"consignees": RECIPIENT}, "consignees"),
        ({"consigners": {"consigner": "测试"}}, "consigners"),
        ({"consigners": [{"name": "测试"}]}, "consigners.0.name"),
        ({"total": 1}, "total"),
    ],
)
async def test_a_body_outside_the_table_is_status_422_with_a_hint(
    damaijia: DamaijiaSimulator, changes: dict[str, Any], where: str
) -> None:
    answer = await refused(damaijia, BODY | changes)
    assert answer["status"] == 422
    assert answer["err"].startswith(f"{where}: ")


@pytest.mark.parametrize("name", ["product_id", "product_number", "remark", "consignees", "source"])
async def test_every_required_key_is_required(damaijia: DamaijiaSimulator, name: str) -> None:
    answer = await refused(damaijia, {key: value for key, value in BODY.items() if key != name})
    assert answer["err"].startswith(f"{name}: ")


@pytest.mark.parametrize("name", [name for name in RECIPIENT if name != "site_order_consignee_id"])
async def test_every_key_of_a_recipient_is_required(damaijia: DamaijiaSimulator, name: str) -> None:
    recipient = {key: value for key, value in RECIPIENT.items() if key != name}
    answer = await refused(damaijia, BODY | {"consignees": [RECIPIENT, recipient]})
    assert answer["err"].startswith(f"consignees.1.{name}: ")


@pytest.mark.parametrize("changes", [{"site_order_consignee_id": 1}, {"site_order_consignee_id": "a1"}, {"zip": "1"}])
async def test_a_recipient_outside_the_table_is_status_422(
    damaijia: DamaijiaSimulator, changes: dict[str, Any]
) -> None:
    answer = await refused(damaijia, BODY | {"consignees": [RECIPIENT | changes]})
    assert (answer["status"], answer["err"].split(":")[0]) == (422, f"consignees.0.{next(iter(changes))}")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"product_id": OFF_SALE}, 226),
        ({"product_id": TAOBAO_ONLY, "source": "jd"}, 228),
        ({"product_id": SENDER_BANNED}, 235),
        ({"product_number": 1_000_000}, 209),
    ],
)
async def test_a_rule_of_the_shop_has_a_status_of_its_own(
    damaijia: DamaijiaSimulator, changes: dict[str, Any], status: int
) -> None:
    assert await refused(damaijia, BODY | changes) == {"status": status}


async def test_a_site_order_id_is_taken_once(damaijia: DamaijiaSimulator) -> None:
    await send(damaijia, BODY)
    assert (await send(damaijia, BODY)).json() == {"status": 234}
    assert len(damaijia.ledger) == 1
    assert (await send(damaijia, BODY | {"site_order_id": 1000112})).json()["status"] == 0


async def test_without_our_ids_every_create_is_a_new_order(damaijia: DamaijiaSimulator) -> None:
    body = {key: value for key, value in BODY.items() if key != "site_order_id"}
    body["consignees"] = [{key: value for key, value in RECIPIENT.items() if key != "site_order_consignee_id"}]
    answers = [(await send(damaijia, body)).json() for _ in range(2)]
    assert [answer["status"] for answer in answers] == [0, 0]
    ids = {answer["data"]["consignees"][0]["site_order_consignee_id"] for answer in answers}
    assert len(ids) == len(damaijia.ledger) == 2


async def test_parcels_cost_points_unless_refused(damaijia: DamaijiaSimulator) -> None:
    before = damaijia.points
    await send(damaijia, BODY | {"consignees": [RECIPIENT, RECIPIENT | {"province": "北京"}], "product_number": 2})
    assert before - damaijia.points == 6


async def test_a_sender_and_another_product_are_taken(damaijia: DamaijiaSimulator) -> None:
    body = BODY | {"product_id": 615, "consigners": [{"consigner": "测试", "mobile": "15000000008"}]}
    assert (await send(damaijia, body)).json()["status"] == 0


@pytest.mark.parametrize("code", DamaijiaSimulator.refusals)
async def test_every_documented_status_can_be_asked_for(damaijia: DamaijiaSimulator, code: str) -> None:
    damaijia.fail(Fault.REFUSE, code=code)
    answer = await refused(damaijia, BODY)
    assert answer["status"] == int(code)
    assert bool(answer.get("err")) == (code == "422")


async def test_a_login_gives_a_token_that_orders(damaijia: DamaijiaSimulator) -> None:
    answer = await login(damaijia, LOGIN)
    assert answer["status"] == 0
    placed = await send(damaijia, BODY, {"Authorization": answer["data"]["access_token"]})
    assert placed.json()["status"] == 0
    assert damaijia.account("login").items() >= LOGIN.items()


@pytest.mark.parametrize(
    ("body", "status"),
    [(LOGIN | {"app_secret": "x"}, 200), ({"app_id": APP_ID}, 422), (LOGIN | {"x": 1}, 422), (1, 132)],
)
async def test_a_wrong_login_gives_no_token(damaijia: DamaijiaSimulator, body: Any, status: int) -> None:
    answer = await login(damaijia, body)
    assert answer["status"] == status
    assert "data" not in answer


async def test_revoked_tokens_are_dead_until_a_new_login(damaijia: DamaijiaSimulator) -> None:
    old = (await login(damaijia, LOGIN))["data"]["access_token"]
    damaijia.revoke_tokens()
    for token in (old, ACCESS_TOKEN):
        assert (await send(damaijia, BODY, {"Authorization": token})).json() == {"status": 200}
    new = (await login(damaijia, LOGIN))["data"]["access_token"]
    assert (await send(damaijia, BODY, {"Authorization": old})).json() == {"status": 200}
    assert (await send(damaijia, BODY, {"Authorization": new})).json()["status"] == 0


async def test_healing_brings_the_given_token_back(damaijia: DamaijiaSimulator) -> None:
    damaijia.revoke_tokens()
    damaijia.heal()
    assert (await send(damaijia, BODY)).json()["status"] == 0


async def test_the_lists_need_the_token(damaijia: DamaijiaSimulator) -> None:
    for path in ("/vv/external/v1/warehouse_get_list", "/vv/external/v1/product_get_list?id=2"):
        assert (await get(damaijia, path)).json()["data"]
        assert (await get(damaijia, path, {"Authorization": "wrong"})).json() == {"status": 200}
    assert (await get(damaijia, "/vv/external/v1/product_get_list")).json()["status"] == 422
