"""Which orders a reply repeats, in place of a draft that is open, and as the draft of one that was not placed."""

from dataclasses import replace

import pytest

from bot.conversation import events, replies
from bot.conversation.replies import HintCode
from bot.conversation.state import Phase, Proposal, Proposed
from bot.conversation.views import Menu, Wanted
from providers.orders import Outcome
from tests.conversation.chat import codes
from tests.conversation.test_pasting import LINK, answer, holding
from tests.conversation.test_repeating import GIFT, GOODS, LIKES, TEXT, changed_lines, chat, order, reply


def test_an_open_draft_is_kept_for_later() -> None:
    made = chat(order("shop", GOODS))
    made.order("gifts")
    made.say("614")
    before = made.draft
    reply(made, "3")
    assert made.reply(replies.DraftKept).line.draft == before.id
    assert made.reply(replies.Summarised).account == "AnqiCMS"
    made.send(events.DraftPicked(before.id))
    assert made.answers == before.answers


@pytest.mark.parametrize("text", ["where is it", "3"])
def test_while_a_search_waits_a_reply_is_about_its_order(text: str) -> None:
    made = chat(order("shop", GOODS))
    made.send(events.OrdersRequested(Wanted(menu=Menu.SEARCH)))
    assert made.state.search is not None
    reply(made, text)
    assert not any(isinstance(one, replies.OrdersListed) for one in made.said)
    assert made.state.search is None


def test_where_no_more_are_kept_nothing_changes() -> None:
    made = chat(order("shop", GOODS))
    for n in range(22):
        reply(made, str(n + 2))
    assert codes(made.send(events.Answered("99", ("1",)))) == [HintCode.NO_ROOM]
    assert made.answers["items"][0]["quantity"] == "22"


def test_the_same_reply_twice_is_one_draft() -> None:
    made = chat(order("shop", GOODS))
    reply(made, "3")
    before = made.state
    reply(made, "3")
    assert (made.state, made.reply(replies.Summarised).account) == (before, "AnqiCMS")
    reply(made, "3", missed=events.Missed.TWICE)
    assert made.state == before
    reply(made, "4")
    assert (made.answers["items"][0]["quantity"], len(made.knows.parked)) == ("4", 1)


def test_undo_leaves_the_order_as_it_was() -> None:
    made = chat(order("guoguo", LIKES), holding(answer("link", value="https://example.com/p/2"), unread=("blue",)))
    reply(made)
    assert made.reply(replies.PastedShown).unread == ("blue",)
    made.tap(events.PasteUndone)
    assert made.answers["link"] == LINK
    assert made.reply(replies.Summarised).repeats == replies.Repeated("N-1")


def test_beside_other_words_a_number_may_be_of_anything() -> None:
    made = chat(order("shop", GOODS), holding(answer("items", 0, "quantity", value="3"), unread=("days",)))
    reply(made)
    assert made.state.draft is None


def test_a_word_that_may_be_a_name_leaves_the_person_as_they_are() -> None:
    name = Proposed(path=("recipients", 0, "consignee"), answer="fine", sure=False)
    link = (answer("product_number", value="3"), name)
    made = chat(order("gifts", GIFT), holding(*link))
    reply(made)
    assert made.state.draft is None
    street = answer("recipients", 0, "address", value="世纪大道100号")
    made.knows.proposals["gifts", TEXT] = (holding(*link, street, answer("recipients", 0, "mobile", value="139")),)
    reply(made)
    assert made.asked == "Recipient"


def test_a_choice_alone_is_a_word_like_any_other() -> None:
    made = chat(order("gifts", GIFT), holding(answer("source", value="jd")))
    reply(made)
    assert made.state.draft is None
    made.knows.proposals["gifts", TEXT] = (holding(answer("source", value="jd"), answer("product_number", value="2")),)
    reply(made)
    assert changed_lines(made) == ["Quantity", "Source"]


@pytest.mark.parametrize("outcome", [None, Outcome.UNKNOWN])
def test_an_order_that_may_be_there_or_not_is_not_repeated(outcome: Outcome | None) -> None:
    made = chat(order("shop", GOODS, outcome), holding(answer("items", 0, "quantity", value="3")))
    reply(made)
    assert made.reply(replies.Hint).code is HintCode.AGAIN_NOT_PLACED
    assert made.reply(replies.StatusShown).order.outcome is outcome
    assert made.state.draft is None
    # Whoever has found its number looks that up.
    reply(made, "1207")
    assert made.reply(replies.OrderNotKnown).query == "1207"


def test_the_same_again_is_asked_for_in_words_too() -> None:
    made = chat(order("shop", GOODS), Proposal())
    reply(made)
    assert made.reply(replies.Summarised).repeats == replies.Repeated("N-1")
    assert made.answers["items"] == [{"goods_id": "188", "quantity": "1"}]


def test_what_was_removed_from_the_journal_is_not_repeated() -> None:
    made = chat(order("shop", {}, pruned=True))
    reply(made, "3")
    assert made.reply(replies.Hint).code is HintCode.AGAIN_PRUNED


def test_the_order_of_an_account_that_is_gone_is_shown() -> None:
    made = chat(order("elsewhere", GOODS))
    reply(made, "x3")
    assert made.reply(replies.StatusShown).order.reference == "1"


def test_a_message_of_several_orders_is_none_of_them() -> None:
    made = chat(order("shop", GOODS))
    made.knows.order(replace(order("shop", GOODS), reference="2"))
    reply(made, "x3", "1", "2")
    assert made.state.draft is None


def test_below_an_order_its_earlier_attempts_may_stand() -> None:
    made = chat(order("shop", GOODS))
    made.knows.order(replace(order("shop", GOODS, Outcome.REFUSED), reference="0", replaced_by="1"))
    reply(made, "x3", "N-1", "1", "0")
    assert made.draft.again == "1"


# Orders that were not placed


def test_a_refused_order_is_opened_again_with_the_change() -> None:
    made = chat(order("shop", GOODS, Outcome.REFUSED))
    reply(made, "3")
    assert (made.phase, made.draft.source, made.draft.again) == (Phase.REVIEWING, "1", "1")
    assert made.reply(replies.Summarised).repeats == replies.Repeated("N-1", is_changed=True)
    made.tap(events.Confirmed)
    (placed,) = made.placed
    assert (placed.source, placed.retry) == ("1", False)


def test_its_draft_that_stands_again_is_the_one_that_changes() -> None:
    made = chat(order("shop", GOODS, Outcome.REFUSED))
    made.send(events.ReopenTapped("1"))
    before = made.draft
    reply(made, "3")
    assert (made.draft.id, made.answers["items"][0]["quantity"]) == (before.id, "3")
    assert made.knows.parked == {}


def test_its_draft_that_was_kept_for_later_is_the_one_that_changes() -> None:
    made = chat(order("shop", GOODS, Outcome.REFUSED))
    made.send(events.ReopenTapped("1"))
    kept = made.draft
    made.send(events.OrderRequested("gifts"))
    made.tap(events.KeptForLater)
    assert list(made.knows.parked) == [kept.id]
    reply(made, "3")
    assert (made.draft.id, made.draft.source, made.knows.parked) == (kept.id, "1", {})


def test_an_order_that_was_not_sent_keeps_its_reference_only_unchanged() -> None:
    made = chat(order("shop", GOODS, Outcome.NOT_SENT))
    reply(made, "3")
    made.tap(events.Confirmed)
    assert (made.placed[-1].retry, made.placed[-1].source) == (False, "1")
    again = chat(order("shop", GOODS, Outcome.NOT_SENT))
    reply(again, "1")
    again.tap(events.Confirmed)
    assert (again.placed[-1].retry, again.placed[-1].reference) == (True, "1")


@pytest.mark.parametrize("facts", [{"replaced_by": "2"}, {}])
def test_somebody_elses_or_one_that_was_ordered_anew_is_not_opened(facts: dict[str, str]) -> None:
    made = chat(order("shop", GOODS, Outcome.REFUSED, **facts))
    if not facts:
        made.knows.others.add("1")
    made.knows.proposals["shop", "x three"] = (holding(answer("items", 0, "quantity", value="3")),)
    reply(made, "x three")
    assert made.reply(replies.Hint).code is HintCode.AGAIN_NOT_PLACED
    assert made.state.draft is None


def test_the_summary_of_the_same_again_names_the_order_unless_it_warns_of_it() -> None:
    made = chat(order("shop", GOODS))
    made.send(events.AgainTapped("1"))
    assert made.reply(replies.Summarised).repeats == replies.Repeated("N-1")
    made.edit("Note")
    made.say("Please pack well")
    assert changed_lines(made) == ["Note"]
