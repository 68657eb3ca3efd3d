"""A reply to an order's message with something that an order has is that order again, with just that changed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.known import Account
from bot.conversation.replies import HintCode
from bot.conversation.state import Phase, Proposal, Proposed
from bot.conversation.tray import Tray
from bot.conversation.views import ItemLine, OrderView
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from providers.orders import Outcome
from tests.conversation.chat import Chat, listing
from tests.conversation.test_pasting import FACTS, FANS, LINK, PERSON, answer, holding, person

TEXT = "a text that is read"
SENDER = {"consigner": "张三"} | dict.fromkeys(("mobile", "province", "city", "district", "address"))
GIFT = {
    "product_id": "614",
    "gift": None,
    "product_number": "1",
    "remark": "ceshi",
    "source": "taobao",
    "recipients": [PERSON | {"platform_order_sn": "2021020411023208"}],
    "sender": SENDER,
}
LIKES = {"product_id": FANS, "product": FACTS, "link": LINK, "quantity": "100", "runs": None}
STORY = {
    "product_id": FANS,
    "product": FACTS | {"category": "instagram_story"},
    "username": "old_name",
    "quantity": "100",
    "runs": None,
}
GOODS = {
    "type": "goods",
    "items": [{"goods_id": "188", "goods": None, "quantity": "1"}],
    "remark": None,
    "address": None,
}
BASKET = {
    "items": [{"variant_id": "123450001", "variant": None, "quantity": "1"}],
    "email": "staff@example.com",
    "first_name": "小明",
    "last_name": "王",
    "title": "先生",
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "八德路一段1號",
    "phone": "0912345678",
    "transaction_amount": "30",
}
ACCOUNTS = (
    Account("guoguo", "GuoGuo", DefaultOrder),
    Account("gifts", "Damaijia", DamaijiaForm),
    Account("shop", "AnqiCMS", AnqicmsForm),
    Account("city", "citiesocial", CitiesocialOrder),
)


def order(account: str, answers: dict[str, Any], outcome: Outcome | None = Outcome.PLACED, **facts: Any) -> OrderView:
    return OrderView("1", account, account, answers, outcome, number="N-1" if outcome else "", **facts)


def chat(placed: OrderView, *proposals: Proposal) -> Chat:
    made = Chat(ACCOUNTS)
    made.knows.order(placed)
    made.knows.proposals[placed.account, TEXT] = proposals
    return made


def reply(made: Chat, text: str = TEXT, *replied: str, **how: Any) -> None:
    """A reply to a message that has these numbers in it, else the one order's."""
    made.send(events.Answered(text, replied or ("N-1", "1"), **how))


def changed_lines(made: Chat) -> list[str]:
    found = made.reply(replies.Summarised).parts
    return [part.title for part in found if part.changed]


# Somebody else


def test_a_new_person_replaces_the_whole_one_and_nothing_else() -> None:
    made = chat(order("gifts", GIFT), holding(*person(0, consignee="李小红", mobile="13800000002")))
    reply(made)
    assert made.phase is Phase.REVIEWING
    assert made.answers["recipients"] == [
        PERSON | {"consignee": "李小红", "mobile": "13800000002", "platform_order_sn": None}
    ]
    assert (made.answers["sender"], made.answers["remark"]) == (SENDER, "ceshi")
    summary = made.reply(replies.Summarised)
    assert summary.repeats == replies.Repeated("N-1", is_changed=True)
    assert changed_lines(made) == ["Recipients"]


def test_it_is_confirmed_as_a_new_order() -> None:
    made = chat(order("gifts", GIFT), holding(*person(0, consignee="李小红")))
    reply(made)
    made.tap(events.Confirmed)
    (placed,) = made.placed
    assert (placed.source, placed.retry, placed.reference != "1") == (None, False, True)


def test_several_people_are_the_new_list_where_an_order_takes_several() -> None:
    made = chat(order("gifts", GIFT), holding(*person(0, consignee="李小红"), *person(1, consignee="陈大文")))
    reply(made)
    assert [one["consignee"] for one in made.answers["recipients"]] == ["李小红", "陈大文"]


def test_several_links_are_a_list_of_orders_that_names_the_one_they_repeat() -> None:
    several = [holding(answer("link", value=f"https://example.com/{n}")) for n in (1, 2)]
    made = chat(order("guoguo", LIKES), *several)
    reply(made)
    assert made.reply(replies.TrayShown).again == "N-1"
    (tray, _) = next(iter(made.knows.trays.values()))
    # Another text is no repeat of that order, and has a list of its own.
    made.knows.proposals["guoguo", "others"] = tuple(
        holding(
            answer("product_id", value=FANS),
            answer("link", value=f"https://example.com/{n}"),
            answer("quantity", value="100"),
        )
        for n in (3, 4)
    )
    made.say("others")
    assert made.reply(replies.TrayShown).again == ""
    assert set(made.knows.trays) > {tray.id}


def test_one_person_is_the_new_list_of_an_order_for_several() -> None:
    several = GIFT | {"recipients": [PERSON, PERSON | {"consignee": "陈大文"}]}
    made = chat(order("gifts", several), holding(*person(0, consignee="李小红")))
    reply(made)
    assert [one["consignee"] for one in made.answers["recipients"]] == ["李小红"]


def test_a_phone_alone_belongs_to_the_same_person() -> None:
    made = chat(order("gifts", GIFT), holding(answer("recipients", 0, "mobile", value="13900000009")))
    reply(made)
    assert made.answers["recipients"] == [PERSON | {"platform_order_sn": "2021020411023208", "mobile": "13900000009"}]


def test_an_address_alone_goes_as_a_whole() -> None:
    street = answer("recipients", 0, "address", value="世纪大道100号")
    made = chat(order("gifts", GIFT), holding(answer("recipients", 0, "city", value="上海市"), street))
    reply(made)
    assert made.asked == "Province", "that of the old address isn't taken along"
    (there,) = made.answers["recipients"]
    assert {"province", "district"} & there.keys() == set()
    assert (there["consignee"], there["address"]) == ("王小明", "世纪大道100号")


def test_a_phone_and_an_address_are_somebody_whose_name_is_asked() -> None:
    fields = [one for one in person(0) if one.path[-1] != "consignee"]
    made = chat(order("gifts", GIFT), holding(*fields))
    reply(made)
    assert made.asked == "Recipient"


def test_a_part_of_a_person_is_nobodys_where_an_order_is_for_several() -> None:
    several = GIFT | {"recipients": [PERSON, PERSON | {"consignee": "陈大文"}]}
    made = chat(order("gifts", several), holding(answer("recipients", 0, "mobile", value="13900000009")))
    reply(made)
    assert made.reply(replies.Hint).code is HintCode.AGAIN_SEVERAL
    assert made.reply(replies.StatusShown).order.reference == "1"
    assert made.state.draft is None


def test_an_order_without_an_address_gets_one() -> None:
    keys = {"name": "王小明", "phone": "13800000000", "province": "河南省", "city": "郑州市"}
    keys |= {"country": "中原区", "address_info": "建设路1号", "postcode": "450000"}
    made = chat(order("shop", GOODS), holding(*(answer("address", key, value=value) for key, value in keys.items())))
    reply(made)
    assert made.summary()["Recipient"] == "王小明"
    assert made.answers["address"] == keys


def test_where_one_persons_answers_are_no_group_they_go_together_all_the_same() -> None:
    fields = [answer("first_name", value="怡君"), answer("last_name", value="陳"), answer("phone", value="0922333444")]
    made = chat(order("city", BASKET), holding(*fields))
    reply(made)
    assert made.asked == "Postcode"
    assert made.answers["title"] is None
    assert {"zip", "city", "address1", "address2"} & made.answers.keys() == set()
    assert (made.answers["email"], made.answers["transaction_amount"]) == ("staff@example.com", "30")


def test_an_address_where_the_supplier_delivers_nothing_is_said_to_be_that() -> None:
    made = chat(order("gifts", GIFT), Proposal(region="tw"))
    reply(made)
    assert made.reply(replies.Hint) == replies.Hint(HintCode.OTHER_REGION, {"account": "Damaijia", "region": "tw"})
    assert made.state.draft is None


def test_a_name_alone_may_be_any_word() -> None:
    made = chat(order("gifts", GIFT), holding(answer("recipients", 0, "consignee", value="谢天")))
    reply(made)
    assert made.reply(replies.StatusShown).order.reference == "1"
    assert made.state.draft is None


def test_a_phone_that_may_be_any_number_is_looked_up() -> None:
    made = chat(order("gifts", GIFT))
    made.knows.proposals["gifts", "13900000009"] = (holding(answer("recipients", 0, "mobile", value="13900000009")),)
    reply(made, "13900000009")
    assert made.reply(replies.OrderNotKnown).query == "13900000009"


def test_what_may_be_meant_is_asked_with_each_of_it_as_a_button() -> None:
    fields = [one for one in person(0, consignee="李小红") if one.path[-1] != "city"]
    doubtful = Proposed(path=("recipients", 0, "city"), answer="杭州市", sure=False, options=("杭州市", "广州市"))
    made = chat(order("gifts", GIFT), holding(*fields, doubtful))
    reply(made)
    assert made.asked == "City"
    assert made.draft.unsure == (doubtful,)


# How many, of what, for which link


@pytest.mark.parametrize("text", ["3", " 3 ", "x3", "×3", "3 "])
def test_a_number_is_how_many(text: str) -> None:
    made = chat(order("shop", GOODS))
    reply(made, text)
    assert made.phase is Phase.REVIEWING
    assert made.answers["items"][0]["quantity"] == "3"
    assert changed_lines(made) == ["Items"]
    items = made.reply(replies.Summarised).parts[1]
    assert isinstance(items, replies.Block)
    assert (items.items, items.changed) == ((ItemLine("188", "188", 3),), (0,))


def test_what_the_supplier_does_not_take_is_asked() -> None:
    made = chat(order("shop", GOODS))
    reply(made, "99999")
    assert made.asked == "Quantity"
    (refused,) = made.reply(replies.PastedShown).refused
    assert (refused[1].value, refused[2].code) == ("99999", "less_than_equal")
    made.say("5")
    assert made.phase is Phase.REVIEWING


def test_a_number_that_means_two_is_asked() -> None:
    made = chat(order("shop", GOODS))
    reply(made, "1.500")
    assert made.asked == "Quantity"
    assert made.draft.unsure == (
        Proposed(path=("items", 0, "quantity"), answer="1.500", sure=False, options=("1,500",)),
    )


def test_how_many_of_one_of_several_products_is_not_said() -> None:
    two = GOODS | {"items": [{"goods_id": "188", "quantity": "1"}, {"goods_id": "202", "quantity": "1"}]}
    made = chat(order("shop", two))
    reply(made, "3")
    assert made.reply(replies.Hint).code is HintCode.AGAIN_SEVERAL
    assert made.state.draft is None


def test_several_products_are_the_new_list() -> None:
    fields = [
        answer("items", n, key, value=value)
        for n, item in enumerate((("202", "2"), ("203", "1")))
        for key, value in zip(("goods_id", "quantity"), item, strict=True)
    ]
    made = chat(order("shop", GOODS), holding(*fields))
    reply(made)
    assert [(one["goods_id"], one["quantity"]) for one in made.answers["items"]] == [("202", "2"), ("203", "1")]


def test_another_product_keeps_the_number_and_has_its_own_facts() -> None:
    made = chat(order("shop", GOODS), holding(answer("items", 0, "goods_id", value="202")))
    made.knows.facts["shop", "202"] = {"title": "Tea"}
    reply(made)
    assert made.answers["items"] == [{"goods_id": "202", "goods": {"title": "Tea"}, "quantity": "1"}]


def test_what_it_cost_is_not_what_another_number_costs() -> None:
    made = chat(order("city", BASKET))
    reply(made, "2")
    assert made.asked == "Amount"
    made.say("60")
    assert changed_lines(made) == ["Items", "Amount"]


def test_another_link_is_all_that_changes() -> None:
    made = chat(order("guoguo", LIKES), holding(answer("link", value="https://example.com/p/2")))
    reply(made)
    assert made.phase is Phase.REVIEWING
    assert changed_lines(made) == ["Link"]
    assert (made.answers["quantity"], made.answers["product"]) == ("100", FACTS)


@pytest.mark.parametrize("text", ["new_name", "@new_name", "user123", "@user.123"])
def test_the_name_of_an_account_is_one_where_a_product_takes_names(text: str) -> None:
    made = chat(order("guoguo", STORY))
    reply(made, text)
    assert made.summary()["Username"] == text.removeprefix("@")


@pytest.mark.parametrize("text", ["thanks", "ok", "where is it"])
def test_a_word_is_no_account(text: str) -> None:
    made = chat(order("guoguo", STORY))
    reply(made, text)
    assert made.state.draft is None
    assert made.reply(replies.StatusShown).order.reference == "1"


def test_another_product_is_looked_up_first_and_then_at_the_summary() -> None:
    other = "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21"
    made = chat(order("guoguo", LIKES), holding(answer("product_id", value=other)))
    reply(made)
    assert made.reply(replies.CheckingShown).value == other
    reply(made, missed=events.Missed.BUSY)
    assert (made.phase, made.knows.parked) == (Phase.CHECKING, {}), "the same once more is a copy"
    made.find(**(FACTS | {"title": "Likes"}))
    assert made.phase is Phase.REVIEWING
    assert (made.answers["link"], made.answers["quantity"]) == (LINK, "100")


def test_a_product_of_several_is_no_other_one_where_the_orders_own_is_among_them() -> None:
    several = Proposed(path=("product_id",), answer="x", sure=False, options=("x", FANS))
    made = chat(order("guoguo", LIKES), holding(several, answer("quantity", value="200")))
    reply(made)
    assert made.summary()["Quantity"] == "200"
    assert made.answers["product_id"] == FANS


def test_one_that_may_be_several_others_is_asked() -> None:
    several = Proposed(path=("product_id",), answer="x", sure=False, options=("x", "y"))
    made = chat(order("guoguo", LIKES), holding(several))
    reply(made)
    assert made.asked == "Product"


def test_several_orders_are_a_tray_of_the_same() -> None:
    links = [holding(answer("link", value=f"https://example.com/p/{n}")) for n in range(3)]
    made = chat(order("guoguo", LIKES), *links)
    made.order("gifts")
    made.say("614")
    before = made.state
    reply(made)
    (kept,) = [one for one in made.requests if isinstance(one, requests.KeepTray)]
    tray = Tray.model_validate_json(kept.kept)
    assert tray.ready == (1, 2, 3)
    assert [row.answers["link"] for row in tray.rows] == [f"https://example.com/p/{n}" for n in range(3)]
    assert {row.answers["quantity"] for row in tray.rows} == {"100"}
    assert made.state == before, "a tray belongs to no draft"


# A number that an order has too


def test_a_short_number_is_how_many_and_the_order_that_has_it_is_one_tap_away() -> None:
    made = chat(order("shop", GOODS))
    other = replace(order("shop", GOODS), reference="9", number="1207")
    made.knows.names["1207"] = (other,)
    reply(made, "1207")
    assert made.summary()["Items"] == 1
    assert made.reply(replies.OrderNoticed) == replies.OrderNoticed(other, "AnqiCMS", "1207")


def test_a_long_number_that_an_order_has_is_that_order() -> None:
    made = chat(order("guoguo", LIKES))
    made.knows.names["120719"] = (replace(order("shop", GOODS), reference="9", number="120719"),)
    reply(made, "120719")
    assert made.reply(replies.StatusShown).order.reference == "9"
    assert made.state.draft is None
    del made.knows.names["120719"]
    made.knows.facts["guoguo", FANS] = FACTS
    reply(made, "90719")
    assert made.summary()["Quantity"] == "90,719"


def test_while_an_orders_number_is_asked_a_number_is_that() -> None:
    made = listing()
    unknown = OrderView("2", "note", "note", {"text": "x"}, Outcome.UNKNOWN, attempts=1)
    made.knows.order(unknown, replace(unknown, reference="1", outcome=Outcome.PLACED))
    made.send(events.NameTapped("2", 1))
    reply(made, "1207")
    assert made.requests[-1] == requests.CheckNumber("2", 1, "1207")
