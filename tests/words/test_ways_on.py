"""No dead ends: below every message there is a button, or it says in so many words what to type or do next."""

import re

import pytest

from bot.conversation import replies
from bot.conversation.events import Medium
from bot.conversation.replies import HintCode
from bot.words.catalogue import catalogues
from bot.words.message import Message
from bot.words.render import IN_PASSING, render
from tests.words.reading import as_read
from tests.words.test_render import OPEN, every_reply

GOES_ON = {
    replies.AllShown: "the list or the summary is said again right below it",
    replies.BalancesShown: "an answer that is complete",
    replies.CardShown: "news of an order, whose card it changes",
    replies.Closed: "the next question stands below it",
    replies.CustomerNoted: "an answer that is complete",
    replies.EmptySheet: "a file, which is to be filled in and sent",
    replies.SheetReading: "changes in a moment",
    replies.TrayFile: "the tray that it belongs to is said right below it",
    replies.EvidenceClosed: "the outcome is said in a message of its own, which has the buttons",
    replies.NumberChecking: "the answer changes it in a moment, and whatever is typed meanwhile is taken",
    replies.OutcomeFound: "news of an order, which has its number",
    replies.OutcomeShown: "news of an order, whose question or evidence stands below it",
    replies.RetryingShown: "news of an order, whose card it changes",
    replies.SendingShown: "becomes the order's card in a moment",
    replies.OrderNoticed: "news of an order, which has its number",
    replies.StatusShown: "an answer that is complete, and has the order's number",
}
"""Replies that bring news, or that something else always follows, and why they need no way on."""
PROMPTS = {
    replies.NotText: "a question is open, and is said again below it",
    replies.NotTaken: "it says to send the text again, at a question that stands",
}
WAY = re.compile(r"(?<![\w/])/[a-z]+\b")
"""A command, which is a way on in every language."""


def ways(messages: list[Message]) -> list[str]:
    """Buttons and commands of the last of these messages."""
    last = messages[-1]
    buttons = [button.data for row in last.rows for button in row if button.data]
    return buttons + WAY.findall(as_read(last))


@pytest.mark.parametrize("language", sorted(catalogues()))
def test_every_message_has_a_way_on(language: str) -> None:
    words = catalogues()[language]
    ends = []
    for reply in every_reply("x"):
        if type(reply) in GOES_ON | PROMPTS or isinstance(reply, IN_PASSING):
            continue
        messages = render(words, reply, OPEN)
        if not ways(messages):
            ends.append((type(reply).__name__, as_read(messages[-1])))
    assert ends == []


SHOWS_MORE = {
    HintCode.TRAY_GONE,  # the summary is said below it, with its buttons
    HintCode.ONE_MOMENT,  # what is being checked is said below it, with its Back
    HintCode.NO_NUMBER,  # the question for the number is said below it
    HintCode.CHOOSE_FIRST,  # the choice is said below it, with its buttons
    HintCode.NOT_TAKEN,  # the list, menu or summary is said below it, with its buttons
    HintCode.WHICH_MESSAGE,  # it asks for a tap or a reply at the message that is meant
    HintCode.EDITED,  # it says that what was edited is to be sent anew
}


@pytest.mark.parametrize("language", sorted(catalogues()))
@pytest.mark.parametrize("code", [code for code in HintCode if code not in SHOWS_MORE])
def test_every_notice_has_a_way_on(code: HintCode, language: str) -> None:
    words = catalogues()[language]
    params = {"command": "/x", "account": "x", "number": "1", "n": "1", "region": "tw"}
    assert [way for way in ways(render(words, replies.Hint(code, params), OPEN)) if way != "/x"]


@pytest.mark.parametrize("language", sorted(catalogues()))
@pytest.mark.parametrize("medium", [None, *Medium])
def test_with_nothing_open_it_is_said_what_can_be_done(medium: Medium | None, language: str) -> None:
    words = catalogues()[language]
    (message,) = render(words, replies.NothingOpen(medium), OPEN)
    assert len([button for row in message.rows for button in row]) >= 2
    assert "/order" in as_read(message)


def test_an_offender_is_found() -> None:
    assert not ways([Message("Nothing was sent.")])
