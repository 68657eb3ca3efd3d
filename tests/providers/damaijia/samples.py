"""An order as the supplier's own sample has it, in typed answers, and the supplier's documented answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from providers.damaijia.form import DamaijiaForm
from providers.orders import Sending

RECIPIENT = {
    "consignee": "测试",
    "mobile": "15000000007",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "梦想大道108号",
    "platform_order_sn": "00000000001",
}
ANSWERS: dict[str, Any] = {
    "product_id": "614",
    "product_number": "1",
    "remark": "ceshi",
    "source": "taobao",
    "recipients": [RECIPIENT],
    "sender": None,
}
REFERENCE = "1000111"
NOON = datetime(2021, 8, 5, 4, 0, tzinfo=UTC)
"""Twelve o'clock where the supplier is."""

PLACED = {
    "data": {
        "order_id": 360,
        "order_sn": "2021020411023208680132",
        "consignees": [
            {
                "site_order_consignee_id": "88888111",
                "forbidden_zone": "北京/北京市",
                "msg_code": 2001,
                "msg": "该地区已禁发",
            },
            {"site_order_consignee_id": "77788111", "forbidden_zone": "北京/北京市", "msg_code": 2000, "msg": ""},
        ],
    },
    "status": 0,
}


def a_form(**changes: Any) -> DamaijiaForm:
    return DamaijiaForm.model_validate(ANSWERS | changes)


def a_sending(reference: str = REFERENCE) -> Sending:
    """What is known of a create that was sent at noon."""
    return Sending(reference, since=NOON - timedelta(minutes=5), until=NOON + timedelta(minutes=30))
