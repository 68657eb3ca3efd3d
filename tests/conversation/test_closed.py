"""The line that is left of an answered question: it says the answer as people know it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation import events, replies
from bot.conversation.information import closed
from bot.conversation.replies import Closed
from providers.orders import RECKONED, Money, Outcome
from tests.conversation.chat import Chat, listing, reviewing
from tests.conversation.goods import BASKET, CUP, TEA
from tests.conversation.test_browsing import basket, gifts


def left_after(chat: Chat, event: events.Event) -> Closed:
    """The line that an event leaves of the question before it."""
    before = chat.state
    chat.send(event)
    return closed(before, chat.state, chat.known)


def test_a_product_of_the_catalogue_closes_by_its_title_and_any_other_by_its_id() -> None:
    chat = gifts("gifts")
    chat.knows.facts["gifts", "614"] = TEA
    assert left_after(chat, events.Answered("614")) == Closed("Gift", "Green tea")
    chat.back()
    assert left_after(chat, events.Answered("615")) == Closed("Gift", "615")


def test_a_product_that_is_looked_up_is_told_once_by_its_title_where_that_was_said() -> None:
    chat = gifts("fans")
    chat.knows.facts["fans", "614"] = TEA
    assert left_after(chat, events.Answered("614")) == Closed()
    found = events.LookedUp(chat.draft.id, chat.draft.revision, events.LookUpResult.FOUND, TEA)
    assert left_after(chat, found) == Closed("Gift", "Green tea")


def test_an_amount_closes_with_the_unit_of_the_prices() -> None:
    chat = basket(("1", CUP, "2"))
    assert left_after(chat, events.Answered("2380")) == Closed("Amount", "2380", amount=Money(Decimal(2380), "CNY"))


@pytest.mark.parametrize("listed", [None, {"title": "Cup"}])
def test_an_amount_without_any_price_has_the_unit_of_the_account_everywhere(listed: dict[str, object] | None) -> None:
    chat = Chat([replace(BASKET, currency="TWD")])
    chat.order("basket")
    if listed:
        chat.knows.facts["basket", "1"] = listed
    chat.say("goods", "1", "2")
    chat.done()
    assert left_after(chat, events.Answered("20")).amount == Money(Decimal(20), "TWD")
    assert replies.Line("Amount", "20", amount=Money(Decimal(20), "TWD")) in chat.reply(replies.Summarised).parts
    chat.tap(events.Confirmed)
    chat.settle(Outcome.REFUSED, fields=("amount",), code="price_mismatch", params={RECKONED: "40"})
    question = chat.reply(replies.Asked)
    assert question.present is not None
    assert (question.unit, question.present.amount) == ("TWD", Money(Decimal(20), "TWD"))
    chat.say("30")
    prices = chat.reply(replies.Summarised).prices
    assert prices is not None
    assert (prices.suggested, prices.unit) == ("40", "TWD")


def test_a_menu_closes_with_what_was_picked_and_without_a_pick_says_so() -> None:
    chat = reviewing()
    chat.tap(events.EditAsked)
    left = left_after(chat, events.WentBack(chat.draft.id, chat.draft.revision))
    assert left == Closed(menu="edit")
    chat.tap(events.EditAsked)
    left = left_after(chat, events.FieldPicked(chat.draft.id, chat.draft.revision, 0))
    assert left == Closed(menu="edit", answer="Kind")


def test_a_menu_of_items_closes_with_the_place_of_the_one_that_was_meant() -> None:
    chat = listing()
    chat.tap(events.AddedAnother)
    chat.say("B-2", "3")
    chat.skip()
    chat.tap(events.ChangeAsked)
    left = left_after(chat, events.ItemPicked(chat.draft.id, chat.draft.revision, 1))
    assert left == Closed(menu="change", answer="2")


def test_a_menu_of_items_closes_with_the_place_of_the_one_that_was_removed() -> None:
    chat = listing()
    chat.tap(events.AddedAnother)
    chat.say("B-2", "3")
    chat.skip()
    chat.tap(events.RemoveAsked)
    assert left_after(chat, events.ItemPicked(chat.draft.id, chat.draft.revision, 0)).answer == "1"
