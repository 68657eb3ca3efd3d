"""Undo: a cancelled draft stands again exactly as it did, once, and never in the way of another one."""

from collections.abc import Callable

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.replies import HintCode
from bot.conversation.state import Conversation, Phase
from providers.orders import Outcome
from tests.conversation.chat import Chat, at_parts, listing, reviewing
from tests.conversation.test_deploy import SHORTER, at_remark, deployed
from tests.conversation.test_table import checking, two_items


def cancelled(chat: Chat) -> str:
    """Cancel the open draft; returns its id, which the button carries."""
    chat.tap(events.Cancelled)
    shown = chat.reply(replies.DraftCancelled)
    assert (chat.phase, chat.state.draft) == (Phase.IDLE, None)
    return shown.draft


def asking_in_summary() -> Chat:
    chat = reviewing()
    chat.edit("Most")
    return chat


STARTS = [at_parts, checking, listing, two_items, reviewing, asking_in_summary]


@pytest.mark.parametrize("start", STARTS)
def test_undo_restores_a_draft_exactly_as_it_was(start: Callable[[], Chat]) -> None:
    chat = start()
    before, shown = chat.state, chat.said
    draft = cancelled(chat)
    # As after a restart: what is stored is all that is left.
    chat.state = Conversation.model_validate_json(chat.state.model_dump_json())
    chat.send(events.Undone(draft))
    assert before.draft is not None
    again = before.draft.model_copy(update={"revision": before.draft.revision + 1})
    assert chat.state == before.model_copy(update={"draft": again})
    assert chat.said[-1:] == shown[-1:]


def test_what_was_under_way_at_the_supplier_is_asked_again() -> None:
    chat = checking()
    draft = cancelled(chat)
    chat.send(events.LookedUp(draft, 1, events.LookUpResult.FOUND, {"title": "Late"}))
    assert chat.phase is Phase.IDLE
    chat.send(events.Undone(draft))
    asked = [request for request in chat.requests if isinstance(request, requests.LookUpAnswer)]
    assert (asked[-1].draft, asked[-1].revision) == (chat.draft.id, chat.draft.revision)
    chat.find(title="Robot")
    assert chat.asked == "Article"


def test_a_second_undo_changes_nothing() -> None:
    chat = listing()
    draft = cancelled(chat)
    chat.send(events.Undone(draft))
    before = chat.state
    chat.send(events.Undone(draft))
    assert (chat.state, chat.said[0]) == (before, replies.Stale())
    assert chat.reply(replies.Listed)


def test_an_order_that_was_placed_after_undo_is_not_brought_back_once_more() -> None:
    chat = reviewing()
    draft = cancelled(chat)
    chat.send(events.Undone(draft))
    chat.tap(events.Confirmed)
    chat.settle(Outcome.PLACED, number="N-1")
    before = chat.state
    chat.send(events.Undone(draft))
    assert (chat.said, chat.state) == ((replies.Hint(HintCode.UNDO_GONE),), before)
    assert len(chat.placed) == 1


def test_another_draft_that_is_open_is_parked_and_offered_once_the_first_is_done() -> None:
    chat = listing()
    draft = cancelled(chat)
    chat.order("note")
    chat.say("Hello")
    chat.send(events.Undone(draft))
    assert chat.reply(replies.DraftKept).line.account == "Notes"
    assert chat.reply(replies.Listed).count == 1
    note = chat.known.parked()[0].draft.id
    chat.tap(events.Cancelled)
    assert chat.reply(replies.DraftKept).line.draft == note
    chat.send(events.DraftPicked(note))
    assert chat.reply(replies.Summarised).account == "Notes"


def test_a_draft_without_answers_gives_way() -> None:
    chat = listing()
    draft = cancelled(chat)
    chat.order("note")
    chat.send(events.Undone(draft))
    assert chat.reply(replies.Listed).count == 1


def test_the_next_cancelled_draft_takes_its_place() -> None:
    chat = listing()
    first = cancelled(chat)
    chat.order("note")
    chat.say("Hello")
    second = cancelled(chat)
    chat.send(events.Undone(first))
    assert chat.said == (replies.Hint(HintCode.UNDO_GONE),)
    chat.send(events.Undone(second))
    assert chat.reply(replies.Summarised)


def test_a_tap_of_before_the_cancelling_does_not_fit_afterwards() -> None:
    chat = reviewing()
    confirm = events.Confirmed(chat.draft.id, chat.draft.revision)
    draft = cancelled(chat)
    chat.send(events.Undone(draft))
    chat.send(confirm)
    assert (chat.said[0], chat.placed) == (replies.Stale(), [])
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


def test_after_a_deploy_only_what_changed_is_asked() -> None:
    chat = at_remark()
    draft = cancelled(chat)
    deployed(chat, **SHORTER)
    chat.send(events.Undone(draft))
    assert (chat.asked, chat.problem) == ("Size", "less_than_equal")
    chat.say("20")
    assert chat.asked == "Note"


def test_an_account_that_is_gone_keeps_the_draft_until_it_is_back() -> None:
    chat = listing()
    draft, account = cancelled(chat), chat.accounts.pop("toy")
    chat.send(events.Undone(draft))
    assert chat.said == (replies.Hint(HintCode.UNDO_NO_ACCOUNT, {"account": "toy"}),)
    chat.accounts["toy"] = account
    chat.send(events.Undone(draft))
    assert chat.reply(replies.Listed).count == 1


def test_a_draft_that_is_cancelled_without_its_account_comes_back_with_it() -> None:
    chat = listing()
    account = chat.accounts.pop("toy")
    chat.send(events.CancelRequested())
    draft = chat.reply(replies.DraftCancelled).draft
    chat.accounts["toy"] = account
    chat.send(events.Undone(draft))
    assert chat.reply(replies.Listed).count == 1
