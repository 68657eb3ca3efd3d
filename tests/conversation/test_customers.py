"""Only an account that is asked about is noted to be the same customer or another one."""

import pytest

from bot.conversation import events, replies, requests
from tests.conversation.chat import Chat, reviewing

OWN = "0123456789abcdef"


@pytest.mark.parametrize("same", [True, False])
def test_the_answer_about_an_account_is_noted_and_leaves_the_draft_alone(same: bool) -> None:  # noqa: FBT001  a table
    chat = reviewing()
    chat.knows.asked_about.add(("note", OWN))
    before = chat.state
    chat.send(events.CustomerTapped("note", OWN, same))
    assert chat.said == (replies.CustomerNoted(chat.accounts["note"].title, same),)
    assert chat.requests[-1] == requests.NoteCustomer("note", OWN, same)
    assert chat.state == before


@pytest.mark.parametrize(("account", "own"), [("note", "f" * 16), ("toy", OWN), ("gone", OWN)])
def test_an_answer_that_nobody_waits_for_is_stale_and_the_one_that_is_asked_for_counts(account: str, own: str) -> None:
    chat = Chat()
    chat.knows.asked_about |= {("note", OWN), ("gone", OWN)}
    chat.send(events.CustomerTapped(account, own, same=True))
    assert (chat.said, chat.requests) == ((replies.Stale(),), [])
    chat.send(events.CustomerTapped("note", OWN, same=True))
    assert chat.requests == [requests.NoteCustomer("note", OWN, same=True)]
