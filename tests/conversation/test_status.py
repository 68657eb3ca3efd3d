"""How far placed orders are: who is asked, what is told, and the same ordered again."""

from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from bot.conversation import events, replies, requests
from bot.conversation.known import Account
from bot.conversation.repeating import _without_facts
from bot.conversation.replies import CardShown, HintCode, Toast, ToastCode
from bot.conversation.state import Phase
from bot.conversation.views import Freshness, OrderView, ProgressDetails
from providers.fields import Form, Found, InCatalogue, LookUp, PlainId
from providers.orders import Outcome, Parcel, ParcelState
from tests.conversation.chat import Chat, reviewing
from tests.conversation.forms import NOTE, TOY

STATUS_READ = replace(NOTE, reads_status=True)
PLACED = OrderView("1", "note", "note", {"text": "x"}, Outcome.PLACED, number="N-1")


def ordered() -> tuple[Chat, OrderView]:
    """A chat with nothing open, and the order that was placed from it."""
    chat = reviewing()
    chat.tap(events.Confirmed)
    chat.settle(Outcome.PLACED, number="N-7")
    return chat, chat.reply(replies.OutcomeShown).order


@pytest.mark.parametrize("order", [PLACED, replace(PLACED, pruned=True)])
def test_a_supplier_that_tells_is_asked_and_nothing_is_said_before_it_answers(order: OrderView) -> None:
    chat = Chat([STATUS_READ, TOY])
    chat.knows.order(order)
    chat.knows.names["N-1"] = (order,)
    chat.send(events.StatusRequested("N-1"))
    assert (chat.said, chat.requests) == ((Toast(ToastCode.ASKING, account="Notes"),), [requests.AskStatus("1")])
    chat.send(events.RefreshTapped("1"))
    assert chat.requests[1:] == [requests.AskStatus("1", on_card=True)]


@pytest.mark.parametrize("outcome", [None, Outcome.REFUSED, Outcome.NOT_SENT, Outcome.UNKNOWN])
def test_an_order_that_is_not_placed_is_answered_at_once(outcome: Outcome | None) -> None:
    chat = Chat([STATUS_READ])
    chat.knows.names["1"] = (replace(PLACED, outcome=outcome, number=""),)
    chat.send(events.StatusRequested("1"))
    assert chat.reply(replies.StatusShown).freshness is Freshness.KNOWN
    assert chat.requests == []


@pytest.mark.parametrize("query", ["7788", "#7788", "GG-2026-001"])
def test_an_unknown_number_is_asked_of_the_suppliers(query: str) -> None:
    chat = Chat([STATUS_READ, TOY])
    chat.send(events.StatusRequested(query))
    assert (chat.said, chat.requests) == ((Toast(ToastCode.ASKING, about=query),), [requests.AskEverywhere(query)])
    chat.knows.near[query] = (PLACED,)
    chat.send(events.SearchedElsewhere(query, unreached=("note", "gone")))
    assert chat.said == (replies.OrderNotKnown(query, ((PLACED, "Notes"),), ("Notes",), ("Toys & Co",)),)
    chat.knows.near.clear()
    chat.send(events.SearchedElsewhere(query))
    assert chat.said == (replies.OrderNotKnown(query, (), (), ("Toys & Co",), asked=("Notes",)),)


@pytest.mark.parametrize("query", ["hello", "12", "where is it, and when does it come, 1207", "x" * 65, "77/88"])
def test_what_is_no_number_is_asked_of_nobody(query: str) -> None:
    chat = Chat([STATUS_READ])
    chat.send(events.StatusRequested(query))
    assert (chat.said, chat.requests) == ((replies.OrderNotKnown(query),), [])


def test_a_number_in_a_line_is_asked_of_the_suppliers_by_itself() -> None:
    chat = Chat([STATUS_READ, TOY])
    chat.send(events.StatusRequested("where is it 7788"))
    assert chat.requests == [requests.AskEverywhere("7788")]


def test_where_no_supplier_tells_nobody_is_asked() -> None:
    chat = Chat()
    chat.send(events.StatusRequested("7788"))
    assert (chat.said, chat.requests) == ((replies.OrderNotKnown("7788"),), [])


def test_an_order_that_the_journal_does_not_have_can_not_be_ordered_again() -> None:
    chat = Chat([STATUS_READ])
    chat.send(events.SearchedElsewhere("7", found=(replace(PLACED, reference=""),)))
    assert not chat.reply(replies.StatusShown).again


def test_a_change_is_on_the_card_and_says_nothing_else() -> None:
    chat = Chat([STATUS_READ])
    chat.send(events.Progressed(PLACED))
    assert chat.said == (CardShown(PLACED, "Notes", refreshes=True, again=True),)


def test_the_same_again_stands_at_the_summary_and_is_a_new_order() -> None:
    chat, order = ordered()
    first = chat.placed[-1]
    chat.send(events.AgainTapped(order.reference))
    assert chat.phase is Phase.REVIEWING
    assert chat.summary()["Product"] == "P-1"
    chat.tap(events.Confirmed)
    again = chat.placed[-1]
    assert again.answers == first.answers
    assert again.reference != first.reference
    assert (again.source, again.retry) == (None, False)


def test_what_is_wrong_by_now_is_asked_again() -> None:
    chat, order = ordered()
    chat.knows.order(replace(order, answers={**order.answers, "most": "1"}))
    chat.send(events.AgainTapped(order.reference))
    assert (chat.phase, chat.asked) == (Phase.ASKING, "Most")
    chat.say("10")
    assert chat.phase is Phase.REVIEWING


def test_an_open_draft_is_kept_for_later() -> None:
    _, order = ordered()
    chat = reviewing()
    chat.knows.order(order)
    before = chat.draft
    chat.send(events.AgainTapped(order.reference))
    assert chat.reply(replies.DraftKept).line.draft == before.id
    assert (chat.phase, chat.draft.id != before.id) == (Phase.REVIEWING, True)
    chat.send(events.DraftPicked(before.id))
    assert chat.draft.answers == before.answers


def test_what_was_removed_or_belongs_to_no_account_can_not_be_copied() -> None:
    chat, order = ordered()
    chat.knows.order(replace(order, pruned=True))
    chat.send(events.AgainTapped(order.reference))
    assert chat.said == (replies.Hint(HintCode.AGAIN_PRUNED),)
    chat.knows.order(replace(order, account="elsewhere"))
    chat.send(events.AgainTapped(order.reference))
    assert chat.said == (replies.Hint(HintCode.AGAIN_GONE),)
    assert chat.phase is Phase.IDLE


class Item(BaseModel):
    id: Annotated[PlainId, InCatalogue(into="facts")] = Field(title="Item")
    facts: Annotated[dict[str, Any] | None, Found()] = None


class Basket(Form):
    product: Annotated[PlainId, LookUp(into="known")] = Field(title="Product")
    known: Annotated[dict[str, Any] | None, Found()] = None
    items: list[Item] = Field(title="Items")
    best: Item | None = Field(None, title="Best")


def test_what_the_catalogue_knew_is_not_copied() -> None:
    old = {"price": "1.00"}
    item = {"id": "a", "facts": old}
    answers = {"product": "p", "known": old, "items": [item, item], "best": item}
    kept = {"product": "p", "known": old, "items": [{"id": "a"}, {"id": "a"}], "best": {"id": "a"}}
    assert _without_facts(Basket, answers) == kept
    unread = {"product": "p", "known": {**old, "checked": False, "kept": True}}
    assert _without_facts(Basket, unread) == {"product": "p", "known": old}
    assert _without_facts(Basket, {"product": "p", "best": None}) == {"product": "p", "best": None}
    assert Account("b", "B", Basket).final == frozenset()


def test_all_parcels_are_told_where_there_are_any() -> None:
    chat = Chat([NOTE])
    chat.knows.order(replace(PLACED, details=ProgressDetails(parcels=(Parcel(ParcelState.SHIPPED),))))
    for page, shown in ((0, 1), (1, 1), (3, 3)):
        chat.send(events.ParcelsTapped("1", page))
        assert (chat.reply(replies.ParcelsShown).page, chat.requests) == (shown, [])
    chat.knows.order(PLACED)
    chat.send(events.ParcelsTapped("1"))
    assert chat.reply(replies.StatusShown).order == PLACED
    chat.send(events.ParcelsTapped("9"))
    assert chat.said[0] == replies.Stale()
