"""An order as the seed's own sample has it, in typed answers, and the documented answers."""

from typing import Any

from providers.anqicms.form import AnqicmsForm

ADDRESS = {
    "name": "王小明",
    "phone": "13800000000",
    "province": "河南省",
    "city": "郑州市",
    "country": "中原区",
    "address_info": "建设路1号",
    "postcode": "450000",
}
ANSWERS: dict[str, Any] = {
    "type": "goods",
    "items": [{"goods_id": "188", "quantity": "1"}],
    "remark": None,
    "address": None,
}
REFERENCE = "123456789012345"

PLACED: dict[str, Any] = {
    "code": 0,
    "data": {
        "id": 46,
        "created_time": 1669212548,
        "updated_time": 1669212548,
        "order_id": "202211232209080046",
        "payment_id": "",
        "user_id": 1000,
        "address_id": 0,
        "remark": "英文外贸响应式通用主题wzl-008等",
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
    "msg": "",
    "total": 2,
}


def a_form(**changes: Any) -> AnqicmsForm:
    return AnqicmsForm.model_validate(ANSWERS | changes)
