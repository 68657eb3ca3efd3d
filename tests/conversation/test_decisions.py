"""Orders after Confirm: trying again, evidence and decisions, naming an order, and the same order twice."""

from dataclasses import replace

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.events import Decision, NumberCheck
from bot.conversation.filling import awaited
from bot.conversation.known import Context
from bot.conversation.likeness import likeness_of
from bot.conversation.replies import HintCode
from bot.conversation.state import IDLE, Duplicate, Phase
from bot.conversation.views import Candidate, Evidence, LookEnd, OrderView
from providers.fields import Form
from providers.guoguo.form import DefaultOrder
from providers.orders import Outcome
from providers.simulators.guoguo.products import FANS
from tests.conversation.chat import Chat, listing, reviewing
from tests.conversation.forms import NOTE, TOY
from tests.conversation.test_table import checking

UNKNOWN = OrderView("7", "note", "note", {"text": "Hello"}, Outcome.UNKNOWN, attempts=2)
ALIKE = Duplicate(reference="6", number="N-6", person="Ann", confirmed_at=1)


def naming(chat: Chat | None = None) -> Chat:
    chat = Chat() if chat is None else chat
    chat.send(events.NumberAsked(UNKNOWN))
    return chat


def test_a_number_is_asked_and_checked_at_the_supplier_before_it_is_believed() -> None:
    chat = naming()
    assert chat.reply(replies.NumberWanted) == replies.NumberWanted("7", "Notes")
    chat.say(" ＯＲＤ-1 ")
    assert chat.reply(replies.NumberChecking) == replies.NumberChecking("ORD-1", "Notes")
    assert chat.requests == [requests.CheckNumber("7", 2, "ORD-1")]
    chat.send(events.NumberChecked(UNKNOWN, "ORD-1", NumberCheck.NOT_FOUND))
    assert chat.state == IDLE


@pytest.mark.parametrize("text", ["", "two words", "x" * 41, "單" * 14, "a\x07b"])
def test_what_is_no_number_is_asked_again(text: str) -> None:
    chat = naming()
    before = chat.state
    chat.say(text)
    assert chat.said == (replies.Hint(HintCode.NO_NUMBER), replies.NumberWanted("7", "Notes"))
    assert (chat.state, chat.requests) == (before, [])


def test_a_number_that_agrees_is_recorded() -> None:
    chat = naming()
    chat.say("N-1")
    chat.send(events.NumberChecked(UNKNOWN, "N-1", NumberCheck.AGREES))
    assert chat.requests[-1] == requests.Decide("7", 2, Decision.FOUND, "N-1")


@pytest.mark.parametrize("result", [result for result in NumberCheck if result is not NumberCheck.AGREES])
def test_any_other_number_is_shown_with_what_speaks_against_it(result: NumberCheck) -> None:
    chat = naming()
    chat.say("N-1")
    asked = list(chat.requests)
    chat.send(events.NumberChecked(UNKNOWN, "N-1", result, {"total": "1"}, ("total",), "8"))
    assert chat.said == (replies.NumberDoubted(UNKNOWN, "Notes", "N-1", result, {"total": "1"}, ("total",), "8"),)
    assert chat.requests == asked


def test_the_open_question_stands_again_after_an_order_was_named() -> None:
    chat = naming(listing())
    chat.say("N-1")
    chat.send(events.NumberChecked(UNKNOWN, "N-1", NumberCheck.NOT_FOUND))
    assert [type(reply) for reply in chat.said] == [replies.NumberDoubted, replies.Listed]
    assert chat.phase is Phase.LISTING


def test_an_order_whose_outcome_became_known_meanwhile_is_shown_and_named_no_longer() -> None:
    chat = naming(listing())
    chat.say("N-1")
    placed = replace(UNKNOWN, outcome=Outcome.PLACED, number="N-2")
    chat.send(events.NumberChecked(placed, "N-1", NumberCheck.AGREES))
    assert [type(reply) for reply in chat.said] == [replies.StatusShown, replies.Listed]
    assert chat.requests == [*listing().requests, requests.CheckNumber("7", 2, "N-1")]


def test_another_number_can_be_sent_while_one_is_checked() -> None:
    chat = naming()
    chat.say("N-1", "N-2")
    assert [request for request in chat.requests if isinstance(request, requests.CheckNumber)] == [
        requests.CheckNumber("7", 2, "N-1"),
        requests.CheckNumber("7", 2, "N-2"),
    ]


def test_a_number_that_is_being_checked_is_asked_again_after_a_restart() -> None:
    chat = naming(listing())
    context = Context(chat.accounts, "d", "9")
    assert awaited(chat.state, context) is None
    chat.say("N-1")
    assert awaited(chat.state, context) == requests.CheckNumber("7", 2, "N-1")
    chat.done()
    assert awaited(chat.state, context) is None


@pytest.mark.parametrize("event", [events.NumberGivenUp(), events.CancelRequested()])
def test_naming_can_be_given_up_and_nothing_is_cancelled_by_it(event: events.Event) -> None:
    chat = listing()
    before = chat.state
    naming(chat)
    chat.send(event)
    assert [type(reply) for reply in chat.said] == [replies.Listed]
    assert chat.state == before


@pytest.mark.parametrize("event", [events.NumberGivenUp(), events.CancelRequested()])
def test_giving_up_is_answered_also_when_nothing_else_was_under_way(event: events.Event) -> None:
    chat = naming()
    chat.send(event)
    assert chat.said == (replies.NothingOpen(),)
    assert chat.state == IDLE


def test_another_order_can_be_named_instead() -> None:
    chat = naming(listing())
    chat.send(events.NumberAsked(replace(UNKNOWN, reference="8")))
    assert chat.said == (replies.NumberWanted("8", "Notes"),)
    chat.send(events.NumberGivenUp())
    assert chat.phase is Phase.LISTING


def test_a_button_of_the_open_draft_still_works_and_ends_the_naming() -> None:
    chat = naming(listing())
    chat.done()
    assert chat.asked
    assert chat.state.naming is None


def test_an_order_can_be_started_while_another_is_named() -> None:
    chat = naming()
    chat.order("note")
    assert chat.asked == "Text"


def test_an_order_that_was_not_placed_does_not_stand_again_in_the_middle_of_naming() -> None:
    chat = naming()
    chat.send(events.Settled(OrderView("9", "note", "note", {"text": "x"}, Outcome.REFUSED)))
    assert chat.phase is Phase.NAMING
    assert chat.reply(replies.OutcomeShown).reopenable


def test_while_an_answer_is_looked_up_naming_waits() -> None:
    chat = checking()
    before = chat.state
    chat.send(events.NumberAsked(UNKNOWN))
    assert [type(reply) for reply in chat.said] == [replies.Hint, replies.CheckingShown]
    assert chat.state == before


def test_a_decision_becomes_a_request_in_any_phase() -> None:
    for chat in (Chat(), listing(), naming()):
        before = chat.state
        chat.send(events.Decided(UNKNOWN, Decision.NOT_PLACED))
        assert chat.requests[-1] == requests.Decide("7", 2, Decision.NOT_PLACED)
        assert chat.state == before


def test_evidence_says_what_was_sent_and_what_can_be_done() -> None:
    resending = replace(NOTE, reconciles=True, idempotent_create=True)
    chat = Chat([resending])
    known = Evidence(look=LookEnd.FOUND, candidates=(Candidate("N-1"),))
    chat.send(events.Investigated(UNKNOWN, known))
    shown = chat.reply(replies.EvidenceShown)
    assert (shown.reconciles, shown.idempotent_create, shown.showing) == (True, True, replies.Showing.CARD)
    assert shown.sent == (replies.Line("Text", "Hello"),)
    chat.send(events.Investigated(UNKNOWN, known, reminding=True))
    assert chat.reply(replies.EvidenceShown).showing is replies.Showing.REMINDER


def test_evidence_about_an_account_that_is_gone_offers_nothing_that_needs_it() -> None:
    chat = Chat()
    chat.send(events.EvidenceRequested(replace(UNKNOWN, account="elsewhere"), Evidence()))
    shown = chat.reply(replies.EvidenceShown)
    assert (shown.account, shown.sent, shown.reconciles, shown.idempotent_create) == ("elsewhere", (), False, False)


def test_a_look_up_and_a_stop_are_asked_of_the_workers() -> None:
    chat = Chat()
    chat.send(events.LookAsked(UNKNOWN))
    chat.send(events.StopAsked(UNKNOWN))
    assert chat.requests == [requests.ReconcileOrder("7"), requests.StopTrying("7", 2)]


def test_what_was_unknown_is_told_anew_once_it_is_known() -> None:
    chat = Chat()
    chat.send(events.Settled(replace(UNKNOWN, outcome=Outcome.PLACED, number="N-1"), was_unknown=True))
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, replies.EvidenceClosed, replies.OutcomeFound]


def test_an_order_that_was_unknown_and_is_not_placed_stands_again() -> None:
    chat = Chat()
    chat.send(events.Settled(replace(UNKNOWN, outcome=Outcome.NOT_SENT), was_unknown=True))
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, replies.EvidenceClosed, replies.Summarised]
    chat.tap(events.Confirmed)
    assert chat.placed[-1].retry
    assert chat.placed[-1].reference == "7"


def test_the_summary_keeps_saying_that_the_same_was_ordered_before() -> None:
    chat = reviewing()
    chat.send(events.DuplicateFound(ALIKE))
    assert chat.reply(replies.Summarised).alike == ALIKE
    chat.send(events.TapUnreadable())
    assert chat.reply(replies.Summarised).alike == ALIKE
    chat.tap(events.Confirmed)
    assert chat.placed[-1].alike == "6"


def test_another_answer_is_another_order() -> None:
    chat = reviewing()
    chat.send(events.DuplicateFound(ALIKE))
    chat.edit("Most")
    chat.say("11")
    assert chat.reply(replies.Summarised).alike is None
    chat.tap(events.Confirmed)
    assert chat.placed[-1].alike == ""


def test_what_is_no_longer_alike_is_no_longer_said() -> None:
    chat = reviewing()
    chat.send(events.DuplicateFound(ALIKE))
    chat.send(events.DuplicateFound(None))
    assert chat.reply(replies.Summarised).alike is None


def test_the_same_answers_have_the_same_fingerprint_however_they_were_typed() -> None:
    typed = {"product_id": FANS, "link": "https://example.com/a", "quantity": "1,000"}
    plain = DefaultOrder.model_validate(typed)
    again = DefaultOrder.model_validate(
        typed | {"product_id": FANS.upper(), "quantity": "１０００", "product": {"category": "x", "title": "y"}}
    )
    assert likeness_of(plain) == likeness_of(again)


@pytest.mark.parametrize("changed", [{"quantity": "1001"}, {"link": "https://example.com/b"}, {"runs": "2"}])
def test_any_other_answer_has_another_fingerprint(changed: dict[str, str]) -> None:
    typed = {"product_id": FANS, "link": "https://example.com/a", "quantity": "1000"}
    assert likeness_of(DefaultOrder.model_validate(typed)) != likeness_of(DefaultOrder.model_validate(typed | changed))


def test_forms_of_different_kinds_are_never_alike() -> None:
    class One(Form):
        text: str = "x"

    class Two(Form):
        text: str = "x"

    assert likeness_of(One()) != likeness_of(Two())
    assert TOY.form is not NOTE.form
