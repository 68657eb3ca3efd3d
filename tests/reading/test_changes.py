"""A text beside an order that there is: what it says to be other in that one, and what only speaks about it."""

from pathlib import Path
from typing import Any

import pytest

from bot.conversation.changing import counted
from bot.desk.pasted_texts import proposals_in
from bot.reading.read_answers import ReadOrder
from providers.registry import provider_class
from tests.reading.goods import reader_of
from tests.reading.score import entries
from tests.reading.test_reader import WHOLE, said

LIKES = {"product_id": "1", "product": {"title": "Instagram likes", "category": "instagram_likes"}, "link": "x"}
STORY = {"product_id": "1", "product": {"title": "Story views", "category": "instagram_story"}, "username": "x"}
GIFT = {"product_id": "614", "product_number": "1", "recipients": [{"consignee": "李小红"}]}
CORPUS = Path(__file__).with_name("corpus")
SHOP = {"type": "goods", "items": [{"goods_id": "188", "quantity": "1"}]}
BASKET = {"items": [{"variant_id": "123450001", "quantity": "1"}], "city": "台北市"}
PERSON = "王小明 13800000000 浙江省杭州市余杭区文一路1号"


def changes(account: str, beside: dict[str, Any], text: str) -> dict[str, str]:
    orders = reader_of(account).read(text, beside=beside).orders
    return {title: value for order in orders for item in (0, 1) for title, value in said(account, order, item).items()}


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        f"same for {PERSON}",
        f"再来一单给 {PERSON}",
        f"同样的再訂一份寄 {PERSON}",
        f"another one for {PERSON} please",
        "王小明 13800000000 浙江省杭州市余杭区文一路1号 谢谢",
    ],
)
def test_somebody_else_is_read_with_the_words_that_ask_for_the_same(text: str) -> None:
    assert {title: changes("damaijia", GIFT, text).get(title) for title in WHOLE} == WHOLE


@pytest.mark.parametrize("text", [f"再来一单给 {PERSON}", f"same again for {PERSON}", "再订一次 2件"])
def test_of_such_words_nothing_is_said_not_to_be_understood(text: str) -> None:
    assert reader_of("damaijia").read(text, beside=GIFT).unread == ()


@pytest.mark.parametrize(
    "text",
    [
        "到哪了",
        "where is it",
        "什么时候发货 王小明 13800000000",
        "王小明 13800000000 还没收到",
        "地址改成 浙江省杭州市余杭区文一路1号",
        "please change the address to 浙江省杭州市余杭区文一路1号",
        "催一下 13800000000",
        "why only 2件?",
        "not received, phone 13800000000",
        "call me 13800000000",
        "2 pcs broken",
        "客户说 13800000000 打不通，请快递换个时间再送",
        f"这个客人昨天说地址是老家的，让我们问问仓库能不能拦下来，{PERSON}",
    ],
)
def test_what_is_said_of_an_order_that_is_on_its_way_changes_none(text: str) -> None:
    assert changes("damaijia", GIFT, text) == {}


AGAIN = (
    "再来一单",
    "再訂一次",
    "请再下一单，谢谢",
    "同样的再来一份",
    "一样",
    "same again",
    "Order again please",
    "again!",
)
NO_ORDER = ("好的", "ok", "谢谢", "thanks", "again? where is it", "一单", "more", "too late", "再说", "再等等")


@pytest.mark.parametrize("text", AGAIN)
def test_the_same_again_is_an_order_without_a_change(text: str) -> None:
    assert reader_of("damaijia").read(text, beside=GIFT).orders == (ReadOrder(()),)


@pytest.mark.parametrize("text", NO_ORDER)
def test_a_word_is_no_order(text: str) -> None:
    orders = reader_of("damaijia").read(text, beside=GIFT).orders
    assert all(one.answers and not any(answer.sure for answer in one.answers) for one in orders)


def test_a_place_alone_is_refused_for_nobody() -> None:
    read = reader_of("citiesocial").read
    assert read("上海市浦东新区", beside=BASKET).refused is None
    assert read("李小红 13800000002 上海市浦东新区世纪大道100号", beside=BASKET).refused is not None


def test_how_many_is_read_in_any_spelling() -> None:
    for text in ("x2", "2件", "兩份", "再来两份", "2 pcs"):
        assert changes("damaijia", GIFT, text) == {"Quantity": "2"}


def test_a_link_or_an_account_is_what_the_orders_own_product_takes() -> None:
    link = "https://www.instagram.com/p/abc/"
    assert changes("guoguo", LIKES, link) == {"Link": link}
    assert changes("guoguo", LIKES, "instagram.com/p/abc/ 200") == {
        "Link": "https://instagram.com/p/abc/",
        "Quantity": "200",
    }
    assert changes("guoguo", STORY, "@new_user") == {"Username": "new_user"}
    assert changes("guoguo", STORY, "https://www.instagram.com/new_user/") == {"Username": "new_user"}
    assert changes("guoguo", LIKES, "https://example.com/where?did=1") == {"Link": "https://example.com/where?did=1"}


def test_a_list_of_links_is_as_many_orders() -> None:
    orders = reader_of("guoguo").read("instagram.com/p/a\ninstagram.com/p/b", beside=LIKES).orders
    assert [said("guoguo", one) for one in orders] == [
        {"Link": "https://instagram.com/p/a"},
        {"Link": "https://instagram.com/p/b"},
    ]


def test_texts_that_are_orders_change_one_and_others_hardly_ever_do() -> None:
    beside: dict[str, dict[str, Any]] = {"damaijia": GIFT, "guoguo": LIKES, "citiesocial": BASKET, "anqicms": SHOP}
    found: dict[bool, list[bool]] = {True: [], False: []}
    texts = (entry for name in ("ours", "unseen") for entry in entries(CORPUS / f"{name}.jsonl"))
    for entry in texts:
        if entry.get("refused"):
            continue
        account = str(entry["account"])
        form, answers = provider_class(account).form, beside[account]
        read = proposals_in(reader_of(account).read(str(entry["text"]), beside=answers), str(entry["text"]))
        said = [one for one in read if one.fields and counted(form, answers, one, is_number=False)]
        found[bool(entry["orders"])].append(bool(said))
    assert sum(found[True]) / len(found[True]) > 0.95
    assert sum(found[False]) / len(found[False]) < 0.15
