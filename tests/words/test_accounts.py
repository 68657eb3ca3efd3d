"""The question whether an account with a new key is the customer that it was, in words, and the answer to it."""

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.conversation.replies import CustomerAsked, CustomerNoted, StatusShown
from bot.conversation.state import Conversation
from bot.conversation.views import Freshness, OrderView
from providers.orders import Outcome
from tests.words.reading import as_read, said

ASKED = CustomerAsked("Gifts <1>", "gifts", "0123456789abcdef")


def test_the_question_says_what_hangs_on_it_and_each_answer_is_a_button() -> None:
    (message,) = said(ASKED, Conversation())
    assert as_read(message).split("\n") == [
        "Gifts <1> has another key",
        (
            "Is it still the same customer there? Until you answer, nothing seen with the new key counts for "
            "orders sent with the old one."
        ),
    ]
    answers = {button.text: read(button.data) for row in message.rows for button in row}
    assert answers == {
        "Same customer, new key": events.CustomerTapped("gifts", ASKED.own, same=True),
        "Another customer": events.CustomerTapped("gifts", ASKED.own, same=False),
    }


@pytest.mark.parametrize(
    ("same", "text"),
    [
        (True, "Noted: Gifts <1> is the same customer with a new key."),
        (
            False,
            "Noted: Gifts <1> is another customer now. Orders sent before are no longer looked up there.",
        ),
    ],
)
def test_the_answer_is_said_with_what_follows_from_it(same: bool, text: str) -> None:  # noqa: FBT001  a table
    (message,) = said(CustomerNoted("Gifts <1>", same), Conversation())
    assert as_read(message) == text


def test_a_long_title_leaves_the_question_to_be_read() -> None:
    (message,) = said(CustomerAsked("x" * 5000, "gifts", ASKED.own), Conversation())
    assert len(as_read(message)) < 400


def test_an_order_that_went_to_another_customer_is_shown_and_nobody_is_said_to_have_been_asked() -> None:
    order = OrderView("1001", "gifts", "damaijia", outcome=Outcome.PLACED, number="N-1", status="placed")
    (message,) = said(StatusShown(order, "Gifts", Freshness.ELSEWHERE), Conversation())
    assert as_read(message).split("\n") == [
        "Order · Gifts",
        "Order number: N-1",
        "Status: placed",
        "Reference: 1001",
        "Gifts is another customer or address now, so it was not asked about this order.",
        "This is what Gifts said when the order was placed.",
    ]
