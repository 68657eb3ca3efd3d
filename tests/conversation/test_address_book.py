"""Somebody of the address book is one tap once a part of their name or phone is typed; nothing is filled in unasked."""

from dataclasses import replace as with_

import pytest

from bot.conversation import events, replies
from bot.conversation.address_book import remembered
from bot.conversation.contacts import contact_of, contacts_in, people_of
from bot.conversation.state import Phase
from bot.conversation.views import BookEntry, Fit
from tests.conversation.chat import Chat
from tests.conversation.test_earlier import ACCOUNTS

ANSWERS = {
    "consignee": "王小明",
    "mobile": "13800000001",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
}
WANG = BookEntry("recipients", "王小明", "13800000001", "杭州市", ANSWERS)
OTHER = with_(WANG, phone="13900000002", answers=ANSWERS | {"mobile": "13900000002"})
LABEL = "王小明 · 138…0001 · 杭州市"
CHEN = BookEntry(
    "first_name",
    "陳大文",
    "0912345678",
    "台北市",
    {
        "first_name": "大文",
        "last_name": "陳",
        "title": None,
        "zip": "100",
        "city": "台北市",
        "address1": "中正區",
        "address2": "八德路一段1號",
        "phone": "0912345678",
    },
)
SENDER = BookEntry(
    "sender", "李小红", "13700000003", "", {"consigner": "李小红", "mobile": "13700000003", "city": None}
)


def knowing(account: str, **found: tuple[Fit, tuple[BookEntry, ...]]) -> Chat:
    """A chat whose book finds these people by these texts."""
    chat = Chat(ACCOUNTS)
    for text, (fit, people) in found.items():
        for one in people:
            chat.knows.people[account, one.place, text] = tuple(with_(one, fit=fit) for one in people)
    chat.order(account)
    return chat


def at_recipient(**found: tuple[Fit, tuple[BookEntry, ...]]) -> Chat:
    chat = knowing("gifts", **found)
    chat.say("614", "1", "x", "taobao")
    assert chat.asked == "Recipient"
    return chat


def offered(chat: Chat) -> list[tuple[str, str]]:
    account = chat.accounts[chat.draft.account]
    people = remembered(account.form, chat.draft, lambda place, text: chat.known.people(account.name, place, text))
    return [(one.key, one.label) for one in people]


def labels(chat: Chat) -> list[str]:
    return [label for _, label in offered(chat)]


def pick(chat: Chat, place: int = 0) -> None:
    chat.tap(events.EarlierPicked, offered(chat)[place][0])


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        *((text, Fit.OTHER) for text in ("wang", "Wang", "wang xiao", "0001")),
        ("王", Fit.PART),
        ("13800000001", Fit.PHONE),
    ],
)
def test_a_part_of_a_name_its_pinyin_or_a_phone_offers_whole_people(text: str, fit: Fit) -> None:
    chat = at_recipient(**{text: (fit, (WANG, OTHER))})
    chat.say(text)
    asked = chat.reply(replies.Asked)
    assert (asked.question.title, asked.sought, asked.problem) == ("Recipient", text, None)
    assert chat.answers.get("recipients") is None
    assert labels(chat) == [LABEL, "王小明 · 139…0002 · 杭州市"]
    pick(chat)
    assert chat.asked == "Platform order number"
    assert chat.answers["recipients"] == [ANSWERS]
    assert {line.title for _, line in chat.reply(replies.PastedShown).taken} >= {"Recipient", "Phone", "Address"}
    chat.tap(events.PasteUndone)
    assert (chat.asked, chat.answers.get("recipients")) == ("Recipient", None)


@pytest.mark.parametrize("typed", [False, True])
def test_the_text_itself_is_one_tap_or_sent_once_more(*, typed: bool) -> None:
    chat = at_recipient(王=(Fit.PART, (WANG,)))
    chat.say("王")
    if typed:
        chat.say("王")
    else:
        chat.tap(events.UsedAnyway)
    assert chat.asked == "Phone"
    assert chat.answers["recipients"] == [{"consignee": "王"}]
    assert labels(chat) == []


def test_another_text_is_looked_for_anew_and_a_new_name_is_taken_at_once() -> None:
    chat = at_recipient(王=(Fit.PART, (WANG,)), wang=(Fit.OTHER, (OTHER,)))
    chat.say("王", "wang")
    assert labels(chat) == ["王小明 · 139…0002 · 杭州市"]
    chat.say("赵六")
    assert chat.asked == "Phone"
    assert chat.answers["recipients"] == [{"consignee": "赵六"}]


def test_a_text_that_nobody_fits_is_an_answer_like_any_other() -> None:
    chat = at_recipient()
    chat.say("赵")
    assert chat.asked == "Phone"


def test_a_whole_name_is_taken_and_the_rest_is_one_tap_at_the_next_question() -> None:
    chat = at_recipient(王小明=(Fit.NAME, (WANG, OTHER)))
    chat.say("王小明")
    assert chat.asked == "Phone"
    assert chat.answers["recipients"] == [{"consignee": "王小明"}]
    assert labels(chat) == [LABEL, "王小明 · 139…0002 · 杭州市"]
    pick(chat, 1)
    assert chat.asked == "Platform order number"
    assert chat.answers["recipients"] == [OTHER.answers]


def test_part_of_a_name_that_may_be_one_is_taken_and_who_has_it_is_offered_at_the_next_question() -> None:
    chat = at_recipient(小明=(Fit.PART, (WANG,)))
    chat.say("小明")
    assert chat.asked == "Phone"
    pick(chat)
    assert chat.answers["recipients"] == [ANSWERS]


def test_part_of_a_name_in_letters_may_be_all_of_it() -> None:
    ann = with_(WANG, name="Ann Wu", answers=ANSWERS | {"consignee": "Ann Wu"})
    chat = at_recipient(Ann=(Fit.PART, (ann,)))
    chat.say("Ann")
    assert chat.asked == "Phone"
    assert labels(chat) == ["Ann Wu · 138…0001 · 杭州市"]


def test_the_rest_is_offered_for_as_long_as_the_answers_agree() -> None:
    book = {"王小明": (Fit.NAME, (WANG, OTHER)), "13800000001": (Fit.PHONE, (WANG,))}
    chat = at_recipient(**book)
    chat.say("王小明", "138-0000-0001")
    assert chat.asked == "Province"
    assert labels(chat) == []
    chat = at_recipient(**(book | {"138-0000-0001": (Fit.PHONE, (WANG,))}))
    chat.say("王小明", "138-0000-0001")
    assert labels(chat) == [LABEL]
    chat.say("浙江省")
    assert labels(chat) == [LABEL]
    chat.say("宁波市")
    assert labels(chat) == []


def test_a_phone_of_somebody_with_another_name_offers_nobody() -> None:
    chat = at_recipient(**{"13800000001": (Fit.PHONE, (WANG,))})
    chat.say("赵六", "13800000001")
    assert labels(chat) == []


def test_a_label_that_is_typed_or_chosen_in_telegrams_list_is_that_person() -> None:
    chat = at_recipient(王小明=(Fit.NAME, (WANG, OTHER)))
    chat.say(LABEL)
    assert chat.asked == "Platform order number"
    assert chat.answers["recipients"] == [ANSWERS]


def test_a_label_of_two_people_shows_both_and_the_whole_phone_tells_them_apart() -> None:
    twin = with_(WANG, answers=ANSWERS | {"mobile": "13899990001"}, phone="13899990001")
    chat = at_recipient(王小明=(Fit.NAME, (WANG, twin)))
    chat.say(LABEL)
    assert chat.reply(replies.Asked).sought == "王小明"
    assert labels(chat) == [LABEL, LABEL]
    chat.say("王小明 · 13899990001 · 杭州市")
    assert chat.answers["recipients"] == [twin.answers]


def test_who_is_in_the_order_is_not_offered_for_a_second_parcel() -> None:
    chat = at_recipient(王=(Fit.PART, (WANG, OTHER)))
    chat.say("王")
    pick(chat)
    chat.skip()
    chat.tap(events.AddedAnother)
    chat.say("王")
    assert labels(chat) == ["王小明 · 139…0002 · 杭州市"]


def test_changing_one_answer_looks_for_nobody() -> None:
    chat = at_recipient(王=(Fit.PART, (WANG, OTHER)))
    chat.say("王")
    pick(chat)
    chat.skip()
    chat.done()
    chat.skip()
    chat.edit("Recipients")
    chat.tap(events.ChangeAsked)
    chat.pick("Recipient")
    chat.say("王")
    assert chat.phase is not Phase.ASKING
    assert chat.answers["recipients"][0]["consignee"] == "王"


def test_a_button_of_somebody_who_was_forgotten_meanwhile_changes_nothing() -> None:
    chat = at_recipient(王=(Fit.PART, (WANG,)))
    chat.say("王")
    key, _ = offered(chat)[0]
    chat.knows.people.clear()
    before = chat.state
    chat.tap(events.EarlierPicked, key)
    assert chat.state == before
    chat.tap(events.UsedAnyway)
    assert chat.asked == "Phone"


def test_going_back_ends_the_search() -> None:
    chat = at_recipient(王=(Fit.PART, (WANG,)))
    chat.say("王")
    chat.back()
    assert chat.asked == "Source"
    chat.tap(events.Kept)
    assert chat.reply(replies.Asked).sought == ""


@pytest.mark.parametrize("text", ["大文", "陳大文", "陳"])
def test_a_name_of_two_answers_is_found_by_either_or_both(text: str) -> None:
    fit = Fit.NAME if text == "陳大文" else Fit.PART
    chat = knowing("citiesocial", **{text: (fit, (CHEN,))})
    chat.say("123450001", "2")
    chat.done()
    chat.say("a@example.com", text)
    # A given name may be one, so it is the answer; the others can't be.
    assert chat.asked == ("Last name" if text == "大文" else "First name")
    pick(chat)
    assert chat.asked == "Amount"
    assert {key: chat.answers[key] for key in CHEN.answers} == CHEN.answers


def test_the_last_sender_is_one_tap_whoever_has_sent_from_there_and_what_was_skipped_stays_so() -> None:
    chat = knowing("gifts")
    chat.knows.people["gifts", "sender", ""] = (SENDER, with_(SENDER, name="B", phone="1"))
    chat.say("614", "1", "x", "taobao", "赵六", "13800000009", "浙江省", "杭州市", "余杭区", "文一路1号")
    chat.skip()
    chat.done()
    assert chat.asked == "Sender"
    assert labels(chat) == ["李小红 · 137…0003"]
    pick(chat)
    assert chat.answers["sender"] == SENDER.answers
    assert chat.asked == "Sender province"


def test_who_is_a_person_follows_from_the_kinds_of_the_fields() -> None:
    found = {account.name: [(one.place, one.of_sender) for one in people_of(account.form)] for account in ACCOUNTS}
    assert found == {
        "guoguo": [],
        "citiesocial": [("first_name", False)],
        "gifts": [("recipients", False), ("sender", True)],
        "shop": [("address", False)],
    }


def test_names_are_put_together_as_they_are_written() -> None:
    form = ACCOUNTS[1].form
    (fields,) = people_of(form)
    assert [one.name for one in contacts_in(form, dict(CHEN.answers))] == ["陳大文"]
    ann = contact_of(fields, {"first_name": "Ann", "last_name": "Wu", "phone": "1"})
    assert ann is not None
    assert ann.name == "Ann Wu"
    assert contact_of(fields, {"first_name": "Ann", "phone": "1"}) is None
