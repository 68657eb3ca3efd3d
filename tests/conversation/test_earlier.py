"""Whoever was ordered for before is one tap: the first question about a person offers all that goes with them."""

from typing import Any

import pytest

from bot.conversation import events, replies
from bot.conversation.earlier import earlier
from bot.conversation.known import Account
from bot.conversation.state import Answers
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from tests.conversation.chat import Chat

ACCOUNTS = (
    Account("guoguo", "GuoGuo", DefaultOrder),
    Account("citiesocial", "citiesocial", CitiesocialOrder),
    Account("gifts", "Damaijia", DamaijiaForm),
    Account("shop", "AnqiCMS", AnqicmsForm),
)
WANG = {
    "consignee": "王小明",
    "mobile": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
    "platform_order_sn": "TB-1",
}
SENDER = {"consigner": "李小红", "mobile": "13900000000", "province": None, "city": None, "district": None}
GIFT: Answers = {"product_id": "614", "remark": "ceshi", "recipients": [WANG], "sender": SENDER}
PERSON = {
    "first_name": "小明",
    "last_name": "王",
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "八德路一段1號",
    "phone": "0912345678",
}
BASKET: Answers = {
    "items": [{"variant_id": "1", "quantity": "2"}],
    "email": "a@example.com",
    "transaction_amount": "2380",
    **PERSON,
}


def chat(account: str, *orders: Answers) -> Chat:
    made = Chat(ACCOUNTS)
    made.knows.earlier[account] = orders
    made.order(account)
    return made


def offered(made: Chat) -> list[tuple[str, str]]:
    account = made.accounts[made.draft.account]
    return [(one.key, one.label) for one in earlier(account.form, made.draft, made.knows.earlier[account.name])]


def labels(made: Chat) -> list[str]:
    return [label for _, label in offered(made)]


def pick(made: Chat, place: int = 0) -> None:
    made.tap(events.EarlierPicked, offered(made)[place][0])


def test_a_recipient_of_an_earlier_order_is_filled_in_whole_without_the_platforms_number() -> None:
    made = chat("gifts", GIFT)
    made.say("614", "1")
    assert labels(made) == ["ceshi"]
    made.say("x", "taobao")
    assert labels(made) == ["王小明 · 138…0000 · 杭州市"]
    pick(made)
    assert made.asked == "Platform order number"
    assert made.answers["recipients"] == [{key: WANG[key] for key in WANG if key != "platform_order_sn"}]
    made.tap(events.PasteUndone)
    assert (made.asked, made.answers.get("recipients")) == ("Recipient", None)


def test_who_is_in_the_order_already_is_not_offered_again() -> None:
    made = chat("gifts", GIFT)
    made.say("614", "1", "x", "taobao")
    pick(made)
    made.skip()
    made.tap(events.AddedAnother)
    assert labels(made) == []


def test_a_sender_is_filled_in_as_far_as_it_was_given_or_skipped() -> None:
    made = chat("gifts", GIFT)
    made.say("614", "1", "x", "taobao", *(WANG[key] for key in WANG))
    made.done()
    assert made.asked == "Sender"
    pick(made)
    assert made.asked == "Sender address"
    skipped = dict.fromkeys(("province", "city", "district"))
    assert made.answers["sender"] == {"consigner": "李小红", "mobile": "13900000000", **skipped}
    made.tap(events.PasteUndone)
    assert made.asked == "Sender"
    assert "sender" not in made.answers


def test_a_person_whose_data_are_no_group_of_the_form_is_one_tap_too() -> None:
    made = chat("citiesocial", BASKET)
    made.say("123450001", "2")
    made.done()
    assert labels(made) == ["a@example.com"]
    pick(made)
    assert made.asked == "First name"
    pick(made)
    assert made.asked == "Title"
    made.skip()
    assert made.asked == "Amount"
    assert labels(made) == []
    assert {key: made.answers[key] for key in PERSON} == PERSON


@pytest.mark.parametrize(
    ("account", "said"),
    [("guoguo", ()), ("citiesocial", ()), ("shop", ("goods",)), ("gifts", ("614", "1", "x"))],
)
def test_products_and_choices_have_their_own_buttons(account: str, said: tuple[str, ...]) -> None:
    orders: dict[str, Any] = {
        "product_id": "614",
        "source": "taobao",
        "items": [{"variant_id": "1", "goods_id": "2", "quantity": "3"}],
    }
    made = chat(account, orders)
    made.say(*said)
    assert labels(made) == []


def test_an_answer_of_several_orders_is_offered_once_the_newest_first() -> None:
    made = chat("gifts", {"remark": "b"}, {"remark": "a"}, {"remark": "b"})
    made.say("614", "1")
    assert labels(made) == ["b", "a"]


def test_two_addresses_of_one_person_are_told_apart() -> None:
    made = chat("gifts", GIFT, {"recipients": [WANG | {"address": "文二路2号"}]})
    made.say("614", "1", "x", "taobao")
    assert labels(made) == [
        f"王小明 · 13800000000 · 浙江省 · 杭州市 · 余杭区 · {way}" for way in ("文一路1号", "文二路2号")
    ]


def test_changing_one_answer_changes_no_other() -> None:
    made = chat("gifts", GIFT, {"recipients": [WANG | {"consignee": "陈大文"}]})
    made.say("614", "1", "x", "taobao")
    pick(made)
    made.skip()
    made.done()
    made.skip()
    made.edit("Recipients")
    made.tap(events.ChangeAsked)
    made.pick("Recipient")
    assert labels(made) == []


def test_a_button_of_an_answer_that_is_forgotten_meanwhile_changes_nothing() -> None:
    made = chat("gifts", GIFT)
    made.say("614", "1", "x", "taobao")
    key, _ = offered(made)[0]
    made.knows.earlier["gifts"] = ()
    before = made.state
    made.tap(events.EarlierPicked, key)
    assert made.state == before
    assert made.reply(replies.Asked)
