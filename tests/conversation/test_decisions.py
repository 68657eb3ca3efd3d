"""Orders after Confirm: trying again, evidence and decisions, naming an order, and which orders are the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.decisions import AFTER_THE_LOOK
from bot.conversation.events import Decision, NumberCheck
from bot.conversation.filling import awaited
from bot.conversation.known import Account
from bot.conversation.likelihood import marks_against
from bot.conversation.likeness import likeness_of
from bot.conversation.replies import HintCode
from bot.conversation.state import IDLE, Phase
from bot.conversation.views import Candidate, Evidence, EvidenceView, LookEnd, OrderView
from providers.fields import Form
from providers.guoguo.form import DefaultOrder
from providers.orders import Outcome
from providers.simulators.guoguo.products import FANS
from tests.conversation.chat import Chat, listing
from tests.conversation.forms import NOTE, TOY
from tests.conversation.test_table import checking

UNKNOWN = OrderView("7", "note", "note", {"text": "Hello"}, Outcome.UNKNOWN, attempts=2)


def naming(chat: Chat | None = None) -> Chat:
    chat = Chat() if chat is None else chat
    chat.knows.order(UNKNOWN)
    chat.send(events.NameTapped(UNKNOWN.reference, UNKNOWN.attempts))
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
    chat.send(events.NumberChecked(UNKNOWN, "N-1", result, {"total": "1"}, ("total",)))
    assert chat.said == (replies.NumberDoubted(UNKNOWN, "Notes", "N-1", result, {"total": "1"}, ("total",)),)
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
    chat.knows.order(placed)
    chat.send(events.NumberChecked(UNKNOWN, "N-1", NumberCheck.AGREES))
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
    assert awaited(chat.state, chat.known) is None
    chat.say("N-1")
    assert awaited(chat.state, chat.known) == requests.CheckNumber("7", 2, "N-1")
    chat.done()
    assert awaited(chat.state, chat.known) is None


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
    chat.knows.order(replace(UNKNOWN, reference="8"))
    chat.send(events.NameTapped("8", 2))
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
    naming(chat)
    assert [type(reply) for reply in chat.said] == [replies.Hint, replies.CheckingShown]
    assert chat.state == before


def test_a_decision_becomes_a_request_in_any_phase() -> None:
    for chat in (Chat(), listing(), naming()):
        before = chat.state
        chat.knows.order(UNKNOWN)
        chat.send(events.DecisionTapped("7", 2, Decision.NOT_PLACED))
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
    chat.knows.order(replace(UNKNOWN, account="elsewhere"))
    chat.send(events.EvidenceTapped("7"))
    shown = chat.reply(replies.EvidenceShown)
    assert (shown.account, shown.sent, shown.reconciles, shown.idempotent_create) == ("elsewhere", (), False, False)


def test_a_look_up_and_a_stop_are_asked_of_the_workers() -> None:
    chat = Chat()
    chat.knows.order(UNKNOWN)
    chat.send(events.LookTapped("7", 2))
    chat.knows.order(replace(UNKNOWN, outcome=None))
    chat.send(events.StopTapped("7", 2))
    assert chat.requests == [requests.ReconcileOrder("7"), requests.StopTrying("7", 2)]


def test_what_was_unknown_is_told_anew_once_it_is_known() -> None:
    chat = Chat()
    chat.send(events.Settled(replace(UNKNOWN, outcome=Outcome.PLACED, number="N-1"), was_unknown=True))
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, replies.EvidenceClosed, replies.OutcomeFound]


def test_an_order_that_was_unknown_and_is_not_placed_stands_again() -> None:
    chat = Chat()
    not_sent = replace(UNKNOWN, outcome=Outcome.NOT_SENT)
    chat.knows.order(not_sent)
    chat.send(events.Settled(not_sent, was_unknown=True))
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, replies.EvidenceClosed, replies.Summarised]
    chat.tap(events.Confirmed)
    assert chat.placed[-1].retry
    assert chat.placed[-1].reference == "7"


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


def test_a_number_that_another_order_has_is_not_recorded_whatever_the_supplier_says() -> None:
    for result in NumberCheck:
        chat = naming()
        chat.knows.taken["7", "N-1"] = "8"
        chat.say("N-1")
        asked = list(chat.requests)
        chat.send(events.NumberChecked(UNKNOWN, "N-1", result, {"total": "1"}, ("total",)))
        assert chat.said == (replies.NumberDoubted(UNKNOWN, "Notes", "N-1", NumberCheck.TAKEN, taken_by="8"),)
        assert (chat.requests, chat.state) == (asked, IDLE)


@pytest.mark.parametrize("start", [Chat, listing])
def test_a_number_that_is_found_and_taken_meanwhile_is_told_whose_it_is(start: Callable[[], Chat]) -> None:
    chat = start()
    before, asked = chat.state, list(chat.requests)
    chat.knows.order(UNKNOWN)
    chat.knows.taken["7", "N-1"] = "8"
    chat.send(events.DecisionTapped("7", 2, Decision.FOUND, "N-1"))
    assert chat.said == (replies.NumberDoubted(UNKNOWN, "Notes", "N-1", NumberCheck.TAKEN, taken_by="8"),)
    assert (chat.state, chat.requests) == (before, asked)
    chat.send(events.DecisionTapped("7", 2, Decision.FOUND, "N-2"))
    assert chat.requests[-1] == requests.Decide("7", 2, Decision.FOUND, "N-2")


@pytest.mark.parametrize(
    ("account", "sends"), [(replace(NOTE, idempotent_create=True), True), (NOTE, False), (TOY, False)]
)
def test_only_a_supplier_that_takes_no_second_order_is_sent_one_again(account: Account, *, sends: bool) -> None:
    chat = Chat([account])
    chat.knows.order(UNKNOWN)
    chat.send(events.DecisionTapped("7", 2, Decision.RESEND))
    if sends:
        assert chat.said == (replies.Toast(replies.ToastCode.DECIDED),)
        assert chat.requests == [requests.Decide("7", 2, Decision.RESEND)]
    else:
        assert (chat.reply(replies.StatusShown).order, chat.requests) == (UNKNOWN, [])


def test_evidence_is_shown_to_whoever_asks_and_the_list_says_how_many_others_there_are() -> None:
    chat = Chat()
    known = Evidence(looks=3, look=LookEnd.NOTHING)
    chat.knows.order(UNKNOWN)
    chat.knows.evidence["7"] = known
    chat.send(events.EvidenceTapped("7"))
    shown = chat.reply(replies.EvidenceShown)
    assert (shown.evidence, shown.showing) == (known, replies.Showing.COPY)
    chat.knows.unknown = ((UNKNOWN, replace(UNKNOWN, reference="8", account="elsewhere")), 4)
    chat.send(events.UnknownRequested())
    titles = [title for _, title in chat.reply(replies.UnknownListed).orders]
    assert (titles, chat.reply(replies.UnknownListed).more) == (["Notes", "elsewhere"], 4)


@pytest.mark.parametrize("tap", [events.ReopenTapped("7"), events.AgainTapped("7")])
def test_the_number_is_still_asked_when_a_button_only_shows_an_order(tap: events.OrderTapped) -> None:
    chat = naming(listing())
    before = chat.state
    chat.send(tap)
    assert (chat.reply(replies.StatusShown).order, chat.state) == (UNKNOWN, before)
    chat.knows.orders.clear()
    chat.send(tap)
    assert chat.said == (replies.Stale(), replies.NumberWanted("7", "Notes"))
    assert chat.state == before


@pytest.mark.parametrize(
    ("tap", "outcome"), [(events.ReopenTapped("9"), Outcome.REFUSED), (events.AgainTapped("9"), Outcome.PLACED)]
)
def test_a_button_that_opens_another_draft_ends_the_naming_and_keeps_the_one_behind_it(
    tap: events.OrderTapped, outcome: Outcome
) -> None:
    chat = naming(listing())
    chat.knows.order(OrderView("9", "note", "note", {"text": "x"}, outcome))
    chat.send(tap)
    assert [type(reply) for reply in chat.said] == [replies.DraftKept, replies.Summarised]
    assert (chat.draft.account, [kept.phase for kept in chat.known.parked()]) == ("note", [Phase.LISTING])


SEEN = Evidence(ended_at=1000, looks=1, look=LookEnd.FOUND, candidates=(Candidate("N-1"),))
NOT_PLACED = events.DecisionTapped("7", 2, Decision.NOT_PLACED)


def deciding(evidence: Evidence) -> Chat:
    chat = Chat([replace(NOTE, reconciles=True, idempotent_create=True)])
    chat.knows.order(UNKNOWN)
    chat.knows.evidence["7"] = evidence
    return chat


def test_what_seems_to_be_there_takes_a_second_tap_to_be_called_not_placed() -> None:
    chat = deciding(SEEN)
    chat.send(NOT_PLACED)
    assert chat.reply(replies.EvidenceShown).view is EvidenceView.OBJECTION
    assert chat.requests == []
    chat.send(replace(NOT_PLACED, against=marks_against(SEEN)))
    assert chat.requests == [requests.Decide("7", 2, Decision.NOT_PLACED)]


@pytest.mark.parametrize("evidence", [Evidence(), Evidence(look=LookEnd.NOTHING_YET), replace(SEEN, candidates=())])
def test_where_nothing_speaks_against_it_one_tap_does(evidence: Evidence) -> None:
    chat = deciding(evidence)
    chat.send(NOT_PLACED)
    assert chat.requests == [requests.Decide("7", 2, Decision.NOT_PLACED)]


def test_what_is_seen_only_after_the_question_is_asked_about_too() -> None:
    chat = deciding(SEEN)
    chat.knows.evidence["7"] = replace(SEEN, candidates=(Candidate("N-1"), Candidate("N-2")))
    chat.send(replace(NOT_PLACED, against=marks_against(SEEN)))
    assert [found.number for found in chat.reply(replies.EvidenceShown).evidence.candidates] == ["N-1", "N-2"]
    assert chat.requests == []


@pytest.mark.parametrize("view", EvidenceView)
def test_the_evidence_can_be_turned_to_each_view(view: EvidenceView) -> None:
    chat = deciding(SEEN)
    chat.send(events.EvidenceTurned("7", 2, view))
    assert chat.reply(replies.EvidenceShown).view is view
    chat.send(events.EvidenceTurned("7", 1, view))
    assert chat.reply(replies.StatusShown).order == UNKNOWN


def test_whoever_ordered_can_be_told_when_the_list_has_to_have_it() -> None:
    chat = deciding(replace(SEEN, candidates=()))
    chat.knows.lag = 600
    chat.send(events.TellLaterTapped("7", 2))
    assert chat.reply(replies.Toast) == replies.Toast(replies.ToastCode.TELLING, 1600)
    assert chat.requests == [requests.TellLater("7", 1600 + AFTER_THE_LOOK)]


def test_whoever_asks_too_late_to_be_told_has_it_looked_for_now() -> None:
    chat = deciding(replace(SEEN, candidates=()))
    chat.knows.now = 2000
    chat.send(events.TellLaterTapped("7", 2))
    assert chat.requests == [requests.ReconcileOrder("7")]


def test_somebody_elses_order_is_told_to_whoever_ordered_it_only() -> None:
    chat = deciding(replace(SEEN, candidates=()))
    chat.knows.others.add("7")
    chat.send(events.TellLaterTapped("7", 2))
    assert (chat.reply(replies.StatusShown).order, chat.requests) == (UNKNOWN, [])


def test_under_another_customer_it_is_neither_looked_for_nor_sent_again() -> None:
    chat = deciding(replace(SEEN, other_identity="https://a.example"))
    for tap in (events.LookTapped("7", 2), events.DecisionTapped("7", 2, Decision.RESEND)):
        chat.send(tap)
        assert (chat.reply(replies.StatusShown).order, chat.requests) == (UNKNOWN, [])
    chat.send(NOT_PLACED)
    assert chat.requests == [requests.Decide("7", 2, Decision.NOT_PLACED)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12345", "12345"),
        ("  12345\n", "12345"),
        ("“12345”", "12345"),
        ("(12345).", "12345"),
        ("`12345`", "12345"),
        ("「12345」。", "12345"),
        ("\u200e１２３４５\u200b", "12345"),
        ("#12345", "#12345"),
        ("# 12345", "#12345"),
        ("„#12345“,", "#12345"),
        ("ORD-1", "ORD-1"),
        ("Order number: ORD-1", "ORD-1"),
        ("單號：12345", "12345"),
        ("the number is #12345", "#12345"),
    ],
)
@pytest.mark.parametrize("start", [Chat, listing])
def test_while_a_number_is_asked_a_bare_number_is_that_number(
    start: Callable[[], Chat], text: str, number: str
) -> None:
    chat = naming(start())
    chat.send(events.Answered(text, replied=("1001",)))
    assert chat.requests[-1] == requests.CheckNumber("7", 2, number)
    assert chat.phase is Phase.NAMING


@pytest.mark.parametrize("text", ["#", "“”", "...", "# #"])
def test_marks_alone_are_no_number(text: str) -> None:
    chat = naming()
    chat.say(text)
    assert chat.reply(replies.Hint).code is HintCode.NO_NUMBER


def test_the_number_is_taken_also_when_the_account_of_the_open_draft_is_gone() -> None:
    chat = naming(listing())
    chat.accounts.pop("toy")
    chat.say("N-1")
    assert chat.requests[-1] == requests.CheckNumber("7", 2, "N-1")
    chat.send(events.NumberGivenUp())
    assert chat.reply(replies.AccountGone).account == "toy"
    assert chat.state.naming is None
