"""What an order costs: an amount that contradicts another is answered by a button, and a supplier's own word counts."""

import pytest

from bot.conversation import events, replies
from bot.conversation.state import Conversation, Phase, loaded, stored
from providers.orders import RECKONED, Outcome
from tests.conversation.chat import Chat
from tests.conversation.goods import CUP
from tests.conversation.test_browsing import basket


def in_summary(amount: str) -> Chat:
    """A basket of two cups, 2,380 by the listed prices."""
    chat = basket(("1", CUP, "2"))
    chat.say(amount)
    return chat


def refused(said: str) -> Chat:
    """Refused for its amount of 2,380, as the supplier reckons what it `said`."""
    chat = in_summary("2380")
    chat.tap(events.Confirmed)
    chat.settle(Outcome.REFUSED, fields=("amount",), code="price_mismatch", params={RECKONED: said})
    return chat


def prices(chat: Chat) -> tuple[str, bool] | None:
    told = chat.reply(replies.Summarised).prices
    return None if told is None else (told.suggested, told.quoted)


def test_an_amount_beside_the_listed_sum_is_put_right_by_a_button_of_the_summary() -> None:
    chat = in_summary("2000")
    assert prices(chat) == ("2380", False)
    chat.tap(events.Chose, 0)
    assert (chat.phase, chat.answers["amount"], prices(chat)) == (Phase.REVIEWING, "2380", None)


@pytest.mark.parametrize(("amount", "index"), [("2000", 1), ("2380", 0)])
def test_a_summary_takes_no_button_that_it_doesnt_have(amount: str, index: int) -> None:
    chat = in_summary(amount)
    chat.tap(events.Chose, index)
    assert (chat.phase, chat.answers["amount"]) == (Phase.REVIEWING, amount)


@pytest.mark.parametrize("said", ["2500", "2500.0", "2500.00"])
def test_the_suppliers_own_sum_is_the_button_after_its_refusal(said: str) -> None:
    chat = refused(said)
    question = chat.reply(replies.Asked)
    assert (chat.asked, question.question.suggests, question.quoted_by) == ("Amount", "2500", "Basket")
    chat.tap(events.Chose, 0)
    # Whatever the prices add up to: nobody knows it better.
    assert (chat.answers["amount"], prices(chat)) == ("2500", None)


def test_another_amount_than_the_suppliers_is_marked_for_as_long_as_the_same_is_ordered() -> None:
    chat = refused("2500")
    chat.say("2380")
    assert prices(chat) == ("2500", True)
    again = loaded(stored(Conversation(phase=chat.phase, draft=chat.draft)))
    assert again.draft == chat.draft
    chat.tap(events.EditAsked)
    chat.tap(events.FieldPicked, 0)
    assert chat.draft.quoted is not None
    chat.say("vip")
    # It is another order now, and only the list is known to say what that costs.
    assert prices(chat) is None


@pytest.mark.parametrize("said", ["", "many", "NaN", "0", "25.50", "Infinity", "-5"])
def test_a_sum_that_could_not_be_sent_is_not_offered(said: str) -> None:
    question = refused(said).reply(replies.Asked)
    assert (question.question.suggests, question.quoted_by) == ("2380", "")
