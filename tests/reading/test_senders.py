"""Senders in a text: whoever sends a parcel is never one of those who get it."""

import pytest

from tests.reading.test_reader import WHOLE, only

SENT_BY = {
    "Sender": "张三",
    "Sender phone": "13900000002",
    "Sender province": "江苏省",
    "Sender city": "苏州市",
    "Sender district": "昆山市",
    "Sender address": "前进路2号",
}
PERSON = "王小明 13800000000 浙江省杭州市余杭区文一路1号"
SENDER = "张三 13900000002 江苏省苏州市昆山市前进路2号"


@pytest.mark.parametrize(
    "text",
    [
        f"{PERSON}\n发件人 {SENDER}",
        f"{PERSON}\n寄件人：{SENDER}",
        f"寄：{SENDER}\n收：{PERSON}",
        f"寄件人信息\n{SENDER}\n\n收件人信息\n{PERSON}",
        (
            "收件人信息\n姓名：王小明\n电话：13800000000\n地址：浙江省杭州市余杭区文一路1号\n\n"
            "寄件人信息\n姓名：张三\n电话：13900000002\n地址：江苏省苏州市昆山市前进路2号"
        ),
    ],
)
def test_a_sender_is_nobody_who_gets_a_parcel(text: str) -> None:
    assert only("damaijia", text, 1, sure=True) == WHOLE
    assert only("damaijia", text, sure=True) == SENT_BY
    assert only("damaijia", text, 2) == {}


def test_a_sender_below_a_list_is_that_of_all_of_it() -> None:
    text = f"1. {PERSON}\n2. 李小红 13700000000 浙江省杭州市余杭区文一路2号\n发件人 {SENDER}"
    assert only("damaijia", text, sure=True) == SENT_BY
    assert only("damaijia", text, 2, sure=True)["Recipient"] == "李小红"
    assert only("damaijia", text, 3) == {}


def test_a_word_for_sending_without_one_for_receiving_says_whom_to_send_to() -> None:
    assert only("damaijia", f"寄：{PERSON}", 1, sure=True) == WHOLE
