"""Confirm, what becomes of an order, and how a draft stands again."""

from dataclasses import replace

import pytest

from bot.conversation import replies, requests
from bot.conversation.events import (
    Answered,
    CancelRequested,
    Confirmed,
    Event,
    HelpRequested,
    LookedUp,
    LookUpResult,
    Medium,
    OrderRequested,
    OrdersRequested,
    ReopenTapped,
    SentOther,
    StatusRequested,
    TapUnreadable,
)
from bot.conversation.replies import EvidenceShown, WhichOrder
from bot.conversation.state import IDLE, Phase
from bot.conversation.views import EVERYTHING, Freshness, Listing, Menu, OrderView, Page, Wanted
from providers.orders import Outcome
from tests.conversation.chat import Chat, reviewing
from tests.conversation.forms import NOTE

REFUSED, NOT_SENT = Outcome.REFUSED, Outcome.NOT_SENT


def confirmed() -> Chat:
    chat = reviewing()
    chat.tap(Confirmed)
    return chat


def test_confirm_asks_for_one_order_and_frees_the_chat() -> None:
    chat = reviewing()
    draft = chat.draft
    chat.tap(Confirmed)
    reference = chat.placed[0].reference
    likeness = chat.placed[0].likeness
    assert chat.placed == [requests.PlaceOrder(reference, draft.id, "toy", draft.form_version, draft.answers, likeness)]
    assert chat.said == (replies.SendingShown("Toys & Co", reference),)
    assert chat.state == IDLE


def test_confirm_tapped_five_times_is_one_order() -> None:
    chat = reviewing()
    tap = chat.tap(Confirmed)
    for _ in range(4):
        chat.send(tap)
        assert chat.said == (replies.Stale(),)
    assert len(chat.placed) == 1


def test_the_chat_takes_the_next_order_while_one_is_being_sent() -> None:
    chat = confirmed()
    chat.order("note")
    chat.say("Hello")
    chat.tap(Confirmed)
    assert [order.account for order in chat.placed] == ["toy", "note"]
    assert len({order.reference for order in chat.placed}) == 2


def test_a_placed_order_is_told() -> None:
    chat = confirmed()
    chat.settle(Outcome.PLACED, number="N-1")
    assert chat.reply(replies.OutcomeShown).order.number == "N-1"
    assert chat.state == IDLE


def test_an_unknown_outcome_is_told_twice_and_nothing_stands_again() -> None:
    chat = confirmed()
    chat.settle(Outcome.UNKNOWN)
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, EvidenceShown]
    assert chat.state == IDLE
    assert len(chat.placed) == 1


@pytest.mark.parametrize("outcome", [REFUSED, NOT_SENT])
def test_an_order_that_was_not_placed_stands_again_in_the_summary(outcome: Outcome) -> None:
    chat = confirmed()
    chat.settle(outcome)
    assert [type(reply) for reply in chat.said] == [replies.OutcomeShown, replies.Summarised]
    assert not chat.reply(replies.OutcomeShown).reopenable
    assert chat.answers == chat.placed[0].answers


@pytest.mark.parametrize(
    ("field", "title"), [("most", "Most"), ("address.city", "City"), ("parts.0.count", "Count"), ("remark", "Note")]
)
def test_a_refusal_that_names_one_field_asks_for_it(field: str, title: str) -> None:
    chat = confirmed()
    chat.settle(REFUSED, fields=(field,))
    assert chat.asked == title
    chat.back()
    chat.done() if chat.phase is Phase.LISTING else None
    assert chat.reply(replies.Summarised)


def test_a_field_named_twice_is_one_field() -> None:
    chat = confirmed()
    chat.settle(REFUSED, fields=("most", "most"))
    assert chat.asked == "Most"


@pytest.mark.parametrize(
    "fields", [("most", "least"), ("most", "nothing_of_ours"), ("parts",), ("²",), ("parts.9.count",)]
)
def test_a_refusal_that_names_anything_else_shows_the_summary(fields: tuple[str, ...]) -> None:
    chat = confirmed()
    chat.settle(REFUSED, fields=fields)
    assert chat.reply(replies.Summarised)


def test_a_refused_order_that_was_mended_is_a_new_order() -> None:
    chat = confirmed()
    chat.settle(REFUSED, fields=("most",))
    chat.say("20")
    chat.tap(Confirmed)
    first, second = chat.placed
    assert second.reference != first.reference
    assert (second.source, second.retry, second.answers["most"]) == (first.reference, False, "20")


def test_a_refused_order_confirmed_unchanged_is_a_new_order_too() -> None:
    chat = confirmed()
    chat.settle(REFUSED)
    chat.tap(Confirmed)
    first, second = chat.placed
    assert second.reference != first.reference
    assert (second.source, second.retry) == (first.reference, False)


def test_an_order_that_was_not_sent_keeps_its_reference_when_unchanged() -> None:
    chat = confirmed()
    for _ in range(2):
        chat.settle(NOT_SENT)
        assert chat.reply(replies.Summarised).retried
        chat.tap(Confirmed)
    first, second, third = chat.placed
    assert first.reference == second.reference == third.reference
    assert (second.source, second.retry) == (None, True)
    assert first.draft != second.draft


def test_an_order_that_was_not_sent_and_changed_is_a_new_order() -> None:
    chat = confirmed()
    chat.settle(NOT_SENT)
    chat.edit("Most")
    chat.say("11")
    assert not chat.reply(replies.Summarised).retried
    chat.tap(Confirmed)
    first, second = chat.placed
    assert second.reference != first.reference
    assert (second.source, second.retry) == (first.reference, False)


def test_an_order_that_was_changed_and_changed_back_is_unchanged() -> None:
    chat = confirmed()
    chat.settle(NOT_SENT)
    for value in ("11", "10"):
        chat.edit("Most")
        chat.say(value)
    chat.tap(Confirmed)
    assert chat.placed[0].reference == chat.placed[1].reference


@pytest.mark.parametrize("outcome", [REFUSED, NOT_SENT])
def test_while_another_draft_is_open_it_stays_and_a_button_opens_the_other_beside_it(outcome: Outcome) -> None:
    chat = confirmed()
    chat.order("note")
    chat.say("Hello")
    before = chat.state
    chat.settle(outcome)
    shown = chat.reply(replies.OutcomeShown)
    assert (shown.reopenable, chat.said, chat.state) == (True, (shown,), before)
    assert [kept.draft.source for kept in chat.known.parked()] == [shown.order.reference]

    chat.send(ReopenTapped(shown.order.reference))
    assert chat.reply(replies.DraftKept).line.account == "Notes"
    assert chat.reply(replies.Summarised).account == "Toys & Co"
    assert [kept.draft.account for kept in chat.known.parked()] == ["note"]
    chat.tap(Confirmed)
    assert chat.reply(replies.DraftKept).line.account == "Notes"
    again, first = chat.placed[-1], chat.placed[0]
    assert again.answers == first.answers
    assert (again.reference == first.reference) == (outcome is NOT_SENT)


def test_re_opened_twice_an_order_shows_where_it_stands() -> None:
    chat = confirmed()
    chat.order("note")
    chat.settle(REFUSED, fields=("most",))
    again = ReopenTapped(chat.reply(replies.OutcomeShown).order.reference)
    chat.send(CancelRequested())
    chat.send(again)
    before = chat.state
    chat.send(again)
    assert (chat.said, chat.state) == ((chat.reply(replies.Asked),), before)
    assert chat.asked == "Most"


@pytest.mark.parametrize("outcome", [Outcome.PLACED, Outcome.UNKNOWN])
def test_a_placed_or_unknown_order_cannot_be_re_opened(outcome: Outcome) -> None:
    chat = confirmed()
    chat.order("note")
    chat.settle(outcome)
    assert not chat.reply(replies.OutcomeShown).reopenable


def test_a_failed_order_of_an_account_that_is_gone_is_told_and_nothing_else() -> None:
    chat = confirmed()
    del chat.accounts["toy"]
    chat.settle(REFUSED)
    assert chat.reply(replies.OutcomeShown).account == "toy"
    assert chat.state == IDLE
    chat.send(ReopenTapped(chat.reply(replies.OutcomeShown).order.reference))
    assert chat.said == (replies.NothingOpen(),)
    chat.order("note")
    chat.settle(REFUSED)
    assert not chat.reply(replies.OutcomeShown).reopenable


def test_a_draft_whose_account_is_gone_waits_for_it() -> None:
    chat = reviewing()
    before, toy = chat.state, chat.accounts.pop("toy")
    events = [Answered("x"), Confirmed(chat.draft.id, chat.draft.revision), OrderRequested(""), TapUnreadable()]
    for event in [*events, SentOther(Medium.FILE)]:
        chat.send(event)
        assert chat.said == (replies.AccountGone("toy"),)
        assert chat.state == before
    chat.send(LookedUp(chat.draft.id, chat.draft.revision, LookUpResult.FAILED))
    assert (chat.said, chat.state) == ((), before)
    chat.send(HelpRequested())
    assert chat.said == (replies.HelpShown(),)

    chat.accounts["toy"] = toy
    chat.tap(Confirmed)
    assert len(chat.placed) == 1


def test_a_draft_whose_account_is_gone_can_be_cancelled() -> None:
    chat = reviewing()
    del chat.accounts["toy"]
    chat.send(CancelRequested())
    assert chat.reply(replies.DraftCancelled)
    chat.order("note")
    assert chat.asked == "Text"


def test_an_order_is_told_of_in_a_chat_whose_draft_lost_its_account() -> None:
    chat = Chat([NOTE])
    chat.order("note")
    chat.say("Hello")
    chat.tap(Confirmed)
    chat.order("note")
    chat.accounts.clear()
    chat.settle(Outcome.PLACED, number="N-1")
    assert chat.reply(replies.OutcomeShown).order.number == "N-1"
    assert chat.phase is Phase.ASKING


FOUND = OrderView("1", "toy", "toy", {}, Outcome.PLACED, number="N-1")
GONE = OrderView("2", "elsewhere", "toy", {}, Outcome.PLACED, number="N-2")
TITLES = (("toy", "Toys & Co"), ("note", "Notes"))
NEWEST = Wanted(menu=Menu.STATE)
TOLD: list[tuple[Event, tuple[replies.Reply, ...]]] = [
    (StatusRequested("N-1"), (replies.StatusShown(FOUND, "Toys & Co", Freshness.SILENT, again=True),)),
    (StatusRequested(" Ｎ-1 "), (replies.StatusShown(FOUND, "Toys & Co", Freshness.SILENT, again=True),)),
    (StatusRequested("N-2"), (replies.StatusShown(GONE, "elsewhere"),)),
    (StatusRequested("N"), (WhichOrder(((FOUND, "Toys & Co"), (GONE, "elsewhere"))),)),
    (StatusRequested("N-0"), (replies.OrderNotKnown("N-0", ((FOUND, "Toys & Co"),)),)),
    (StatusRequested("N-3"), (replies.OrderNotKnown("N-3"),)),
    (StatusRequested(""), (replies.StatusAsked(),)),
    (StatusRequested("", ("9", "2", "1")), (replies.StatusShown(GONE, "elsewhere"),)),
    (StatusRequested("", ("9",)), (replies.StatusAsked(),)),
    (StatusRequested("N-3", ("2",)), (replies.OrderNotKnown("N-3"),)),
    (OrdersRequested(), (replies.OrdersListed(((FOUND, "Toys & Co"),), accounts=TITLES),)),
    (OrdersRequested(NEWEST), (replies.OrdersListed((), replace(NEWEST, person=7), Listing(reader=7), TITLES),)),
]


def test_a_status_is_told_in_any_phase_without_leaving_it() -> None:
    for chat in (Chat(), reviewing()):
        chat.knows.order(FOUND, GONE)
        chat.knows.names = {"N-1": (FOUND,), "N-2": (GONE,), "N": (FOUND, GONE)}
        chat.knows.near = {"N-0": (FOUND,)}
        chat.knows.pages[EVERYTHING] = Page(EVERYTHING, (FOUND,))
        chat.knows.pages[NEWEST] = Page(replace(NEWEST, person=7), listing=Listing(reader=7))
        before = chat.state
        for event, told in TOLD:
            chat.send(event)
            assert chat.said == told
        assert chat.state == before


def looking() -> Chat:
    """The button *Search* of a list that was narrowed to placed orders, with nothing else open."""
    chat = Chat()
    chat.send(OrdersRequested(Wanted(state="placed", menu=Menu.SEARCH)))
    assert chat.reply(replies.OrdersListed).waits
    return chat


def test_the_next_text_after_search_is_looked_for_in_the_same_list() -> None:
    chat = looking()
    chat.say(" 李四 ")
    assert chat.reply(replies.OrdersListed).wanted == Wanted(state="placed", text="李四")
    chat.say("李四")
    assert chat.said == (replies.NothingOpen(),)


def test_something_else_ends_the_search_and_a_report_does_not() -> None:
    chat = looking()
    chat.send(HelpRequested())
    assert chat.state.search is None
    chat = looking()
    chat.send(LookedUp("d0", 0, LookUpResult.FAILED))
    assert chat.state.search is not None


def test_at_a_question_the_next_text_is_its_answer() -> None:
    chat = Chat()
    chat.order("note")
    chat.send(OrdersRequested(Wanted(menu=Menu.SEARCH)))
    assert not chat.reply(replies.OrdersListed).waits
    chat.say("李四")
    assert not [reply for reply in chat.said if isinstance(reply, replies.OrdersListed)]
