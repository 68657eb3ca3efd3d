"""A text that holds more than the answer to one question fills in all that it holds, and only the rest is asked."""

from typing import Any

import pytest
from pydantic import BaseModel

from bot.conversation import events, replies
from bot.conversation.events import LookUpResult
from bot.conversation.known import Account
from bot.conversation.questions import takes_any_words
from bot.conversation.state import Phase, Proposal, Proposed
from providers.anqicms.form import AnqicmsForm
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from tests.conversation.chat import Chat

GUOGUO, GIFTS, SHOP = (
    Account("guoguo", "GuoGuo", DefaultOrder),
    Account("gifts", "Damaijia", DamaijiaForm),
    Account("shop", "AnqiCMS", AnqicmsForm),
)
FANS, LINK = "9c07a89a-0994-4f35-98a7-1b922b5c8331", "https://example.com/p/1"
TEXT = "a whole text"
PERSON = {
    "consignee": "王小明",
    "mobile": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
}
FACTS: dict[str, Any] = {
    "title": "Fans",
    "category": "instagram_fans",
    "kind": "default",
    "minimum": 1,
    "maximum": 100_000,
}


def answer(*path: Any, value: str, sure: bool = True) -> Proposed:
    return Proposed(path=path, answer=value, sure=sure)


def person(n: int, **changed: str) -> list[Proposed]:
    return [answer("recipients", n, key, value=value) for key, value in (PERSON | changed).items()]


def chat(*proposals: Proposal, account: str = "gifts", text: str = TEXT) -> Chat:
    made = Chat((GUOGUO, GIFTS, SHOP))
    made.knows.proposals[account, text] = proposals
    return made


def holding(*fields: Proposed, unread: tuple[str, ...] = ()) -> Proposal:
    return Proposal(fields=fields, unread=unread)


def test_a_block_at_the_recipients_question_answers_all_it_holds_and_the_rest_is_asked() -> None:
    made = chat(holding(*person(0)))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", TEXT)
    told = made.reply(replies.PastedShown)
    assert [(item, line.title, line.value) for item, line in told.taken][:2] == [
        (1, "Recipient", "王小明"),
        (1, "Phone", "13800000000"),
    ]
    # The platform's number can be skipped and is; whether there is a sender is asked.
    assert made.asked == "Sender"
    made.skip()
    assert made.summary()["Recipients"] == 1
    assert made.answers["recipients"] == [PERSON | {"platform_order_sn": None}]


def test_several_recipients_are_one_paste_and_those_before_stay() -> None:
    made = chat(holding(*person(0, consignee="李小红"), *person(1, consignee="陈大文")))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", *PERSON.values())
    made.skip()
    made.tap(events.AddedAnother)
    made.say(TEXT)
    assert [one["consignee"] for one in made.answers["recipients"]] == ["王小明", "李小红", "陈大文"]


def test_a_text_at_a_list_adds_what_it_holds() -> None:
    made = chat(holding(*person(0, consignee="李小红")))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", *PERSON.values())
    made.skip()
    made.say(TEXT)
    assert [one["consignee"] for one in made.answers["recipients"]] == ["王小明", "李小红"]
    assert made.asked == "Sender"
    made.tap(events.PasteUndone)
    assert made.reply(replies.Listed).count == 1


def test_undo_takes_all_of_a_text_back() -> None:
    made = chat(holding(*person(0)))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao")
    before = made.answers
    made.say(TEXT)
    made.tap(events.PasteUndone)
    assert (made.asked, made.answers) == ("Recipient", before)
    # What can be skipped is asked again from here on.
    made.say(*PERSON.values())
    assert made.asked == "Platform order number"


def test_undo_is_gone_once_something_else_is_answered() -> None:
    made = chat(holding(*person(0)))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", TEXT)
    made.skip()
    before = made.state
    made.tap(events.PasteUndone)
    assert made.state == before


def test_what_a_text_holds_is_checked_as_if_it_were_typed() -> None:
    made = chat(holding(*person(0, mobile="12"), answer("product_number", value="0")))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", TEXT)
    told = made.reply(replies.PastedShown)
    assert {line.title: problem.code for _, line, problem in told.refused} == {
        "Phone": "phone_digits",
        "Quantity": "greater_than_equal",
    }
    assert made.asked == "Phone"
    assert made.answers["product_number"] == "1"


def test_what_may_mean_something_else_is_asked_and_what_was_not_read_is_said() -> None:
    fields = [one for one in person(0) if one.path[-1] != "district"]
    unsure = answer("recipients", 0, "district", value="鼓楼区", sure=False)
    made = chat(holding(*fields, unsure, unread=("hello",)))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", TEXT)
    told = made.reply(replies.PastedShown)
    assert [(item, line.title, line.value) for item, line in told.unsure] == [(1, "District", "鼓楼区")]
    assert told.unread == ("hello",)
    assert made.asked == "District"


def test_a_note_may_say_anything() -> None:
    made = chat(holding(*person(0)))
    made.order("gifts")
    made.say("614", "1", TEXT)
    assert made.answers["remark"] == TEXT


def test_what_only_follows_from_a_text_replaces_no_answer_and_makes_it_no_whole_order() -> None:
    city = Proposed(path=("recipients", 0, "city"), answer="宁波市", derived=True)
    made = chat(holding(answer("recipients", 0, "district", value="余杭区"), city))
    made.order("gifts")
    made.say("614", "1", "x", "taobao", "王小明", "13800000000", "浙江省", "杭州市", TEXT)
    assert made.answers["recipients"][0]["district"] == TEXT
    made.back()
    made.knows.proposals["gifts", TEXT] = (holding(*person(0), city),)
    made.say(TEXT)
    assert made.answers["recipients"][0]["city"] == "杭州市"


@pytest.mark.parametrize(
    ("form", "path"),
    [(DamaijiaForm, ("remark",)), (AnqicmsForm, ("remark",)), (DefaultOrder, ("comments",))],
)
def test_what_may_say_anything_is_never_taken_apart(form: type[BaseModel], path: tuple[str, ...]) -> None:
    assert takes_any_words(form, path)


def test_one_answer_is_an_answer() -> None:
    made = chat(holding(answer("product_id", value="614")), text="614")
    made.order("gifts")
    made.say("614")
    assert made.asked == "Quantity"
    with pytest.raises(AssertionError):
        made.reply(replies.PastedShown)


def of_guoguo() -> Proposal:
    return holding(answer("product_id", value=FANS), answer("link", value=LINK), answer("quantity", value="1000"))


def test_a_whole_order_in_one_line_stands_at_its_summary_once_its_product_is_looked_up() -> None:
    made = chat(of_guoguo(), account="guoguo")
    made.send(events.OrderRequested("guoguo", TEXT))
    assert made.reply(replies.CheckingShown).value == FANS
    made.find(**FACTS)
    assert made.phase is Phase.REVIEWING
    assert made.summary() == {"Product": FANS, "Link": LINK, "Quantity": "1,000"}
    assert len(made.said) == 1


def test_a_product_that_can_not_be_read_keeps_the_rest_of_the_text() -> None:
    made = chat(of_guoguo(), account="guoguo")
    made.send(events.OrderRequested("guoguo", TEXT))
    made.find(LookUpResult.FAILED)
    # Without its category nobody knows whether its target is a link.
    assert made.asked == "Target"
    made.tap(events.Chose, 0)
    assert made.phase is Phase.REVIEWING
    assert (made.answers["link"], made.answers["quantity"]) == (LINK, "1000")


def test_a_product_that_is_not_there_is_asked_and_the_rest_is_put_in_then() -> None:
    made = chat(of_guoguo(), account="guoguo")
    made.send(events.OrderRequested("guoguo", TEXT))
    made.find(LookUpResult.NOT_FOUND)
    assert made.asked == "Product"
    made.say(FANS.replace("9c07", "9c08"))
    made.find(**FACTS)
    assert made.phase is Phase.REVIEWING
    assert made.answers["link"] == LINK
    assert made.answers["quantity"] == "1000"


def test_with_nothing_open_a_text_begins_the_order_that_it_is() -> None:
    made = chat(of_guoguo(), account="guoguo")
    made.say(TEXT)
    made.find(**FACTS)
    assert made.phase is Phase.REVIEWING


def test_a_text_that_several_accounts_may_be_meant_by_is_asked_about_and_not_lost() -> None:
    made = chat(holding(*person(0)))
    made.knows.proposals["shop", TEXT] = (
        holding(
            *(
                answer("address", key, value="x")
                for key in ("name", "phone", "province", "city", "country", "address_info")
            )
        ),
    )
    made.say(TEXT)
    assert [name for name, _ in made.reply(replies.AccountsOffered).accounts] == ["gifts", "shop"]
    made.order("gifts")
    assert made.answers["recipients"] == [PERSON]
    assert made.asked == "Product"


def test_a_text_is_forgotten_when_something_else_comes_between() -> None:
    made = chat(holding(*person(0)))
    made.knows.proposals["shop", TEXT] = made.knows.proposals["gifts", TEXT]
    made.say(TEXT)
    made.send(events.HelpRequested())
    made.order("gifts")
    assert made.answers == {}


def test_a_text_that_is_no_order_is_answered_as_before() -> None:
    made = chat()
    made.say("hello")
    assert made.phase is Phase.IDLE
    assert made.reply(replies.NothingOpen)


def test_a_text_for_somebody_whom_the_supplier_does_not_deliver_to_is_said_to_be_that_and_not_taken() -> None:
    made = chat(Proposal(region="tw"))
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao")
    before = made.answers
    made.say(TEXT)
    told = made.reply(replies.Hint)
    assert (told.code, told.params) == ("other_region", {"account": "Damaijia", "region": "tw"})
    assert (made.asked, made.answers) == ("Recipient", before)


def test_the_same_behind_the_command_begins_nothing() -> None:
    made = chat(Proposal(region="tw"))
    made.send(events.OrderRequested("gifts", TEXT))
    assert made.reply(replies.Hint).code == "other_region"
    assert made.phase is Phase.IDLE


def test_the_same_with_nothing_open_is_offered_to_no_account_that_does_not_deliver_there() -> None:
    made = chat(Proposal(region="tw"))
    made.say(TEXT)
    assert made.reply(replies.NothingOpen)
