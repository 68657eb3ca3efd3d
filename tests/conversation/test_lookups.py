"""Answers that are looked up at the supplier before the next question."""

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.information import closed
from bot.conversation.state import Phase
from tests.conversation.chat import Chat, reviewing

FOUND, NOT_FOUND, FAILED = events.LookUpResult.FOUND, events.LookUpResult.NOT_FOUND, events.LookUpResult.FAILED


def checking() -> Chat:
    chat = Chat()
    chat.order()
    chat.say("new", "P-1")
    return chat


def test_an_answer_is_looked_up_right_after_it_was_given() -> None:
    chat = checking()
    assert chat.reply(replies.CheckingShown) == replies.CheckingShown("Product", "P-1", "Toys & Co")
    wanted = requests.LookUpAnswer("toy", chat.draft.id, chat.draft.revision, "facts", "P-1")
    assert chat.requests == [wanted]


def test_what_is_looked_up_stands_once_where_that_is_said() -> None:
    chat = Chat()
    chat.order()
    chat.say("new")
    before = chat.state
    chat.say("P-1")
    asked = chat.state
    assert closed(before, asked, chat.known) == replies.Closed()
    chat.find(title="Robot")
    assert closed(asked, chat.state, chat.known) == replies.Closed("Product", "Robot")


def test_a_bad_answer_is_not_looked_up() -> None:
    chat = Chat()
    chat.order()
    chat.say("new", "")
    assert (chat.phase, chat.requests) == (Phase.ASKING, [])


def test_what_was_found_is_kept_and_shown_in_the_summary() -> None:
    chat = reviewing()
    assert chat.answers["facts"] == {"title": "Robot"}
    assert replies.Line("Product", "P-1", "Robot") in chat.reply(replies.Summarised).parts


def test_what_was_found_bounds_a_later_answer() -> None:
    chat = reviewing()
    chat.edit("Product")
    chat.say("P-2")
    chat.find(largest=8)
    assert (chat.asked, chat.problem) == ("Most", "above_largest")
    chat.say("8")
    assert chat.summary()["Most"] == "8"


@pytest.mark.parametrize(("largest", "example"), [(10, "10"), (9, "")])
def test_an_example_that_what_was_found_rules_out_is_not_shown(largest: int, example: str) -> None:
    chat = checking()
    chat.find(largest=largest)
    chat.say("A-1", "2")
    chat.skip()
    chat.done()
    chat.skip()
    chat.say("Long Street 1", "Taipei")
    chat.skip()
    chat.say("5")
    assert (chat.asked, chat.reply(replies.Asked).question.example) == ("Most", example)


def test_a_failed_look_up_goes_on_and_says_so() -> None:
    chat = checking()
    chat.find(FAILED)
    assert (chat.asked, chat.reply(replies.Asked).note) == ("Article", "catalogue_not_read")
    assert chat.answers == {"kind": "new", "product": "P-1", "facts": None}


def test_an_unknown_answer_is_asked_again_and_may_be_used_anyway() -> None:
    chat = checking()
    chat.find(NOT_FOUND)
    assert (chat.asked, chat.problem, chat.reply(replies.Asked).insist) == ("Product", "not_in_catalogue", True)
    assert chat.answers == {"kind": "new"}
    chat.tap(events.UsedAnyway)
    assert chat.asked == "Article"
    assert chat.answers == {"kind": "new", "product": "P-1", "facts": None}


def test_an_unknown_answer_may_be_replaced() -> None:
    chat = checking()
    chat.find(NOT_FOUND)
    chat.say("P-2")
    chat.find(title="Car")
    assert chat.answers == {"kind": "new", "product": "P-2", "facts": {"title": "Car"}}


def test_a_bad_answer_after_an_unknown_one_does_not_offer_to_use_it() -> None:
    chat = checking()
    chat.find(NOT_FOUND)
    chat.say("")
    assert not chat.reply(replies.Asked).insist


def test_using_anyway_without_anything_doubted_changes_nothing() -> None:
    chat = Chat()
    chat.order()
    chat.say("new")
    before = chat.state
    chat.tap(events.UsedAnyway)
    assert chat.state == before
    assert chat.asked == "Product"


def test_a_hint_keeps_the_doubted_answer_on_offer() -> None:
    chat = checking()
    chat.find(NOT_FOUND)
    chat.send(events.SentOther(events.Medium.PHOTO))
    assert chat.reply(replies.Asked).insist


def test_back_stops_the_looking_up() -> None:
    chat = checking()
    late = events.LookedUp(chat.draft.id, chat.draft.revision, FOUND, {"title": "Late"})
    chat.back()
    assert chat.asked == "Product"
    assert chat.answers == {"kind": "new"}
    before = chat.state
    chat.send(late)
    assert (chat.state, chat.said) == (before, ())


def test_a_late_report_on_an_earlier_answer_is_dropped() -> None:
    chat = checking()
    late = events.LookedUp(chat.draft.id, chat.draft.revision, FOUND, {"title": "Late"})
    chat.back()
    chat.say("P-2")
    before = chat.state
    chat.send(late)
    assert (chat.state, chat.said) == (before, ())
    chat.find(title="Car")
    assert chat.answers["facts"] == {"title": "Car"}


def test_a_report_for_another_draft_is_dropped() -> None:
    chat = checking()
    before = chat.state
    chat.send(events.LookedUp("other", chat.draft.revision, FOUND, {}))
    assert (chat.state, chat.said) == (before, ())


def test_a_report_with_no_draft_open_is_dropped() -> None:
    chat = Chat()
    chat.send(events.LookedUp("d1", 0, FOUND, {}))
    assert chat.said == ()


def test_text_while_looking_up_is_answered_and_changes_nothing() -> None:
    chat = checking()
    before = chat.state
    chat.say("hurry")
    assert chat.state == before
    assert chat.said == (replies.NotTaken(("hurry",), events.Missed.BUSY),)


def test_an_answer_changed_from_the_summary_is_looked_up_anew_and_back_keeps_the_old() -> None:
    chat = reviewing()
    chat.edit("Product")
    chat.say("P-2")
    assert "facts" not in chat.answers
    chat.back()
    assert chat.answers["product"] == "P-1"
    assert chat.answers["facts"] == {"title": "Robot"}
    chat.back()
    assert chat.summary()["Product"] == "P-1"


def test_an_unknown_answer_from_the_summary_leaves_the_old_one_standing() -> None:
    chat = reviewing()
    chat.edit("Product")
    chat.say("P-2")
    chat.find(NOT_FOUND)
    assert chat.answers["product"] == "P-1"
    chat.back()
    assert chat.summary()["Product"] == "P-1"
