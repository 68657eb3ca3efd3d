"""Several drafts: one is put aside for another and stands again exactly as it did; none is lost on the way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.commands import event_of
from bot.conversation.parking import MOST
from bot.conversation.replies import HintCode
from bot.conversation.screens import on_screen
from bot.conversation.state import Phase
from bot.conversation.views import OrderView
from providers.orders import Outcome
from tests.conversation.chat import Chat, at_parts, listing, reviewing
from tests.conversation.test_decisions import UNKNOWN
from tests.conversation.test_deploy import SHORTER, at_remark, deployed
from tests.conversation.test_restoring import STARTS
from tests.conversation.test_table import checking


def keep(chat: Chat, account: str = "note") -> str:
    """Keep the open draft for later and begin another; returns the id of the one that is kept."""
    draft = chat.draft.id
    chat.knows.now += 1
    chat.order(account)
    chat.tap(events.KeptForLater, account)
    return draft


def parked(chat: Chat) -> list[str]:
    return [kept.draft.id for kept in chat.known.parked()]


def full(chat: Chat) -> list[str]:
    """As many drafts as may be are kept, and one more is open; returns their ids, the latest first."""
    for n in range(MOST):
        chat.order("note")
        chat.say(f"note {n}")
        keep(chat, "")
    chat.order("note")
    chat.say("one more")
    return parked(chat)


@pytest.mark.parametrize("start", STARTS)
def test_a_parked_draft_stands_again_exactly_as_it_did(start: Callable[[], Chat]) -> None:
    chat = start()
    before, shown = chat.state, chat.said
    draft = keep(chat)
    assert (chat.asked, chat.draft.account, parked(chat)) == ("Text", "note", [draft])
    chat.send(events.DraftPicked(draft))
    assert before.draft is not None
    again = before.draft.model_copy(update={"revision": before.draft.revision + 1})
    assert (chat.state.phase, chat.draft) == (before.phase, again)
    assert chat.said[-1:] == shown[-1:]
    # Nothing was answered in the other one.
    assert parked(chat) == []


def test_the_new_order_is_begun_and_the_other_one_is_said_to_be_kept() -> None:
    chat = at_parts()
    keep(chat)
    assert [type(reply) for reply in chat.said] == [replies.DraftKept, replies.Asked]
    assert chat.reply(replies.DraftKept).line.account == "Toys & Co"


def test_a_product_that_was_asked_for_is_kept_for_the_new_order() -> None:
    chat = at_parts()
    chat.send(events.OrderRequested("note", "Hello"))
    chat.tap(events.KeptForLater, "note", "Hello")
    assert (chat.draft.account, chat.draft.wanted) == ("note", "Hello")


@pytest.mark.parametrize("ends", [events.Confirmed, events.Cancelled])
def test_once_the_other_is_done_the_first_is_one_tap_away(ends: type[events.Tap]) -> None:
    chat = listing()
    draft = keep(chat)
    chat.say("Hello")
    chat.tap(ends)
    assert chat.reply(replies.DraftKept).line.draft == draft
    chat.send(events.DraftPicked(draft))
    assert chat.reply(replies.Listed).count == 1
    # It is said once: whoever goes on with others knows.
    keep(chat)
    chat.say("Hello")
    chat.tap(ends)
    chat.order("note")
    chat.say("More")
    chat.tap(ends)
    assert not any(isinstance(reply, replies.DraftKept) for reply in chat.said)


def test_the_way_back_is_known_even_if_the_account_was_chosen_later() -> None:
    chat = listing()
    draft = keep(chat, "")
    assert chat.reply(replies.AccountsOffered)
    chat.order("note")
    chat.say("Hello")
    chat.tap(events.Confirmed)
    assert chat.reply(replies.DraftKept).line.draft == draft


def test_what_was_looked_up_is_asked_again_and_a_late_answer_changes_nothing() -> None:
    chat = checking()
    late = events.LookedUp(chat.draft.id, chat.draft.revision, events.LookUpResult.FOUND, {"title": "Late"})
    draft = keep(chat)
    chat.send(late)
    assert chat.draft.account == "note"
    chat.send(events.DraftPicked(draft))
    asked = [request for request in chat.requests if isinstance(request, requests.LookUpAnswer)]
    assert (asked[-1].draft, asked[-1].revision) == (draft, chat.draft.revision)
    chat.send(late)
    assert chat.phase is Phase.CHECKING
    chat.find(title="Robot")
    assert chat.asked == "Article"


def test_the_list_has_the_open_draft_and_then_the_latest() -> None:
    chat = listing()
    first = keep(chat)
    chat.say("Hello")
    second = keep(chat, "toy")
    chat.say("new")
    before = chat.state
    chat.send(events.DraftsRequested())
    lines = chat.reply(replies.DraftsListed).drafts
    assert [line.draft for line in lines] == [chat.draft.id, second, first]
    assert [(line.account, line.asks, line.at > 0) for line in lines] == [
        ("Toys & Co", "Product", False),
        ("Notes", "", True),
        ("Toys & Co", lines[2].asks, True),
    ]
    assert chat.state == before


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_draft_is_opened_by_its_place(place: int) -> None:
    chat = listing()
    first = keep(chat)
    chat.say("Hello")
    second = keep(chat, "toy")
    chat.say("new")
    third = chat.draft.id
    event = event_of("drafts", f"{place}")
    assert event is not None
    chat.send(event)
    expected = [third, second, first, third][place - 1]
    assert chat.draft.id == expected
    assert {*parked(chat), chat.draft.id} == {first, second, third}
    assert any(isinstance(reply, replies.DraftsListed) for reply in chat.said) == (place == 4)


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "1.5", "9" * 30])
def test_what_is_no_place_shows_the_list(text: str) -> None:
    assert event_of("drafts", text) == events.DraftsRequested()
    assert event_of("drafts", " ２ ") == events.DraftPicked(place=2)


def test_a_button_of_a_parked_draft_says_where_it_is() -> None:
    chat = reviewing()
    confirm = events.Confirmed(chat.draft.id, chat.draft.revision)
    draft = keep(chat)
    before = chat.state
    chat.send(confirm)
    assert (chat.reply(replies.DraftKept).line.draft, chat.state, chat.placed) == (draft, before, [])
    assert chat.asked == "Text"
    chat.send(events.Undone(draft))
    assert (chat.reply(replies.DraftKept).line.draft, chat.state) == (draft, before)
    chat.say("Hello")
    chat.tap(events.Confirmed)
    chat.send(confirm)
    assert (chat.said, len(chat.placed)) == ((chat.reply(replies.DraftKept),), 1)


def test_a_tap_of_before_it_was_parked_does_not_fit_afterwards() -> None:
    chat = reviewing()
    confirm = events.Confirmed(chat.draft.id, chat.draft.revision)
    draft = keep(chat)
    chat.send(events.DraftPicked(draft))
    chat.send(confirm)
    assert (chat.said[0], chat.placed) == (replies.Stale(), [])
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


def test_a_draft_that_is_gone_is_said_to_be() -> None:
    chat = reviewing()
    draft = chat.draft.id
    chat.tap(events.Confirmed)
    for event in (events.DraftPicked(draft), events.DraftPicked("none")):
        chat.send(event)
        assert chat.said == (replies.Hint(HintCode.DRAFT_GONE),)


def test_a_removed_draft_comes_back_to_its_place() -> None:
    chat = listing()
    first = keep(chat)
    chat.say("Hello")
    second = keep(chat, "toy")
    chat.say("new")
    chat.send(events.DraftRemoved(first))
    listed = chat.reply(replies.DraftsListed)
    assert ([line.draft for line in listed.drafts], listed.removed and listed.removed.draft) == (
        [chat.draft.id, second],
        first,
    )
    assert parked(chat) == [second]
    chat.send(events.Undone(first))
    assert [line.draft for line in chat.reply(replies.DraftsListed).drafts] == [chat.draft.id, second, first]
    assert parked(chat) == [second, first]
    chat.send(events.Undone(first))
    assert chat.reply(replies.DraftKept).line.draft == first
    chat.send(events.DraftPicked(first))
    assert chat.reply(replies.Listed).count == 1


def test_the_open_draft_can_be_removed_too_and_stands_again_where_it_did() -> None:
    chat = listing()
    first = keep(chat)
    chat.say("Hello")
    second = chat.draft.id
    chat.send(events.DraftRemoved(second))
    assert [line.draft for line in chat.reply(replies.DraftsListed).drafts] == [first]
    assert chat.phase is Phase.IDLE
    chat.send(events.Undone(second))
    assert chat.reply(replies.Summarised).account == "Notes"


def test_the_oldest_of_too_many_goes_only_once_it_was_named_and_can_be_brought_back() -> None:
    chat = Chat()
    ids = full(chat)
    held = chat.draft.id
    chat.send(events.KeptForLater(held, chat.draft.revision, "note"))
    named = chat.reply(replies.DraftOpen).drops
    assert (named and named.draft, parked(chat), chat.draft.id) == (ids[-1], ids, held)
    chat.tap(events.KeptForLater, "note")
    assert chat.reply(replies.DraftCancelled).draft == ids[-1]
    assert (set(parked(chat)), chat.asked) == ({held, *ids[:-1]}, "Text")
    # Nothing is answered in the new one yet.
    before = chat.state
    chat.send(events.Undone(ids[-1]))
    assert (chat.draft.id, len(parked(chat))) == (ids[-1], MOST)
    chat.state = before
    chat.say("Hello")
    chat.send(events.Undone(ids[-1]))
    assert chat.reply(replies.Hint).code is HintCode.NO_ROOM
    chat.send(events.DraftRemoved(ids[0]))
    # Now that one is another's, the last one that went is the one that comes back.
    chat.send(events.Undone(ids[-1]))
    assert chat.reply(replies.Hint).code is HintCode.UNDO_GONE
    chat.send(events.Undone(ids[0]))
    assert ids[0] in parked(chat)


def test_where_another_has_become_the_oldest_that_one_is_named_first() -> None:
    chat = Chat()
    ids = full(chat)
    chat.order("note")
    chat.send(events.DraftRemoved(ids[-1]))
    chat.knows.parked["other"] = chat.knows.parked[ids[-2]].model_copy(
        update={"draft": chat.draft.model_copy(update={"id": "other"}), "at": -1}
    )
    chat.tap(events.KeptForLater, "note")
    named = chat.reply(replies.DraftOpen).drops
    assert named is not None
    assert named.draft == "other"
    assert "other" in parked(chat)


def test_with_no_room_left_the_open_draft_stays_whatever_asks_for_its_place() -> None:
    chat = reviewing()
    chat.tap(events.Confirmed)
    order = chat.placed[0]
    full(chat)
    before = chat.state
    chat.settle(Outcome.REFUSED, order)
    shown = chat.reply(replies.OutcomeShown)
    assert (shown.reopenable, len(parked(chat))) == (True, MOST)
    placed = OrderView("9", "note", "note", {"text": "x"}, Outcome.PLACED, number="N")
    chat.knows.order(placed)
    for tap in (events.ReopenTapped(order.reference), events.AgainTapped("9")):
        chat.send(tap)
        assert (chat.reply(replies.Hint).code, chat.state) == (HintCode.NO_ROOM, before)
    # Taking one up leaves room for the one that it takes the place of.
    chat.send(events.DraftPicked(parked(chat)[-1]))
    assert len(parked(chat)) == MOST
    chat.send(events.DraftRemoved(parked(chat)[0]))
    chat.send(events.ReopenTapped(order.reference))
    assert chat.reply(replies.Summarised).account == "Toys & Co"


def test_an_order_that_was_refused_meanwhile_is_parked_once_and_its_button_opens_that() -> None:
    chat = reviewing()
    chat.tap(events.Confirmed)
    order = chat.placed[0]
    chat.order("note")
    chat.say("Hello")
    for _ in range(2):
        chat.settle(Outcome.REFUSED, order)
    (kept,) = chat.known.parked()
    assert (kept.draft.source, kept.phase) == (order.reference, Phase.REVIEWING)
    chat.send(events.ReopenTapped(order.reference))
    assert (chat.draft.id, chat.draft.answers) == (kept.draft.id, order.answers)
    chat.tap(events.Confirmed)
    assert [placed.source for placed in chat.placed] == [None, order.reference]


def test_a_row_of_a_batch_that_was_not_placed_becomes_no_draft() -> None:
    chat = listing()
    row = OrderView("9", "note", "note", {"text": "x"}, Outcome.REFUSED, batch="b1", carded=False)
    chat.knows.order(row)
    chat.send(events.Settled(row))
    assert row.is_told_by_batch
    assert parked(chat) == []


def test_of_an_order_that_was_sent_again_meanwhile_the_parked_draft_orders_nothing() -> None:
    chat = reviewing()
    chat.tap(events.Confirmed)
    order = chat.placed[0]
    chat.order("note")
    chat.say("Hello")
    chat.settle(Outcome.NOT_SENT, order)
    (kept,) = chat.known.parked()
    chat.settle(Outcome.PLACED, order, number="N-1")
    chat.send(events.DraftPicked(kept.draft.id))
    chat.tap(events.Confirmed)
    assert (chat.reply(replies.Hint).code, len(chat.placed)) == (HintCode.NOT_REOPENABLE, 1)


def test_start_anew_can_be_undone() -> None:
    chat = listing()
    draft = chat.draft.id
    chat.order("note")
    chat.tap(events.StartedAnew, "note")
    assert [type(reply) for reply in chat.said] == [replies.DraftCancelled, replies.Asked]
    shown = chat.reply(replies.DraftCancelled)
    assert shown in [replace(one, account="Toys & Co") for one in on_screen_cancelled(chat)]
    chat.say("Hello")
    chat.send(events.Undone(shown.draft))
    assert (chat.draft.id, chat.reply(replies.Listed).count) == (draft, 1)
    assert [kept.draft.account for kept in chat.known.parked()] == ["note"]


def on_screen_cancelled(chat: Chat) -> list[replies.DraftCancelled]:
    return [reply for reply in on_screen(chat.state, chat.known) if isinstance(reply, replies.DraftCancelled)]


def test_nothing_is_said_of_a_draft_without_answers_that_gives_way() -> None:
    chat = Chat()
    chat.order("toy")
    chat.order("note")
    chat.tap(events.StartedAnew, "note")
    assert [type(reply) for reply in chat.said] == [replies.Asked]


def test_after_a_deploy_only_what_changed_is_asked() -> None:
    chat = at_remark()
    draft = keep(chat)
    deployed(chat, **SHORTER)
    chat.send(events.DraftsRequested())
    assert chat.reply(replies.DraftsListed).drafts[-1].draft == draft
    chat.send(events.DraftPicked(draft))
    assert (chat.asked, chat.problem) == ("Size", "less_than_equal")
    chat.say("20")
    assert chat.asked == "Note"


def test_a_parked_draft_whose_account_is_gone_waits_for_it() -> None:
    chat = listing()
    draft = keep(chat)
    toy = chat.accounts.pop("toy")
    chat.send(events.DraftsRequested())
    assert chat.reply(replies.DraftsListed).drafts[1] == replies.DraftLine(draft, "toy", at=1)
    chat.send(events.DraftPicked(draft))
    assert chat.said[0] == replies.Hint(HintCode.DRAFT_NO_ACCOUNT, {"account": "toy"})
    assert parked(chat) == [draft]
    chat.accounts["toy"] = toy
    chat.send(events.DraftPicked(draft))
    assert chat.reply(replies.Listed).count == 1


def test_the_open_draft_whose_account_is_gone_makes_room_for_another() -> None:
    chat = Chat()
    chat.order("note")
    chat.say("Hello")
    note = keep(chat, "toy")
    chat.say("new")
    toy = chat.draft.id
    gone = chat.accounts.pop("toy")
    chat.send(events.DraftPicked(note))
    assert (chat.reply(replies.Summarised).account, parked(chat)) == ("Notes", [toy])
    chat.accounts["toy"] = gone
    chat.send(events.DraftPicked(toy))
    assert chat.asked == "Product"


def test_a_number_that_is_asked_waits_while_drafts_are_looked_at_and_ends_with_another_draft() -> None:
    chat = listing()
    first = keep(chat)
    chat.say("Hello")
    note = chat.draft.id
    chat.knows.order(UNKNOWN)
    chat.send(events.NameTapped("7", 2))
    chat.send(events.DraftsRequested())
    assert chat.phase is Phase.NAMING
    chat.send(events.DraftPicked(first))
    assert (chat.phase, [(kept.draft.id, kept.phase) for kept in chat.known.parked()]) == (
        Phase.LISTING,
        [(note, Phase.REVIEWING)],
    )


def test_with_nothing_open_it_is_said_that_drafts_are_kept() -> None:
    chat = listing()
    keep(chat, "")
    chat.send(events.CancelRequested())
    assert chat.said == (replies.NothingOpen(parked=1),)


@pytest.mark.parametrize("text", ["614", "Confirm", "Skip", "王小明"])
def test_a_text_below_the_choice_between_two_orders_answers_neither(text: str) -> None:
    chat = Chat()
    chat.order("note")
    chat.order("toy")
    before = chat.state
    chat.say(text)
    hint, choice = chat.said
    assert hint == replies.Hint(replies.HintCode.CHOOSE_FIRST, {"text": text})
    assert isinstance(choice, replies.DraftOpen)
    assert chat.state == before


def test_once_the_draft_goes_on_its_question_is_answered_again() -> None:
    chat = Chat()
    chat.order("note")
    chat.order("toy")
    chat.tap(events.Continued)
    assert chat.draft.anew is None
    chat.say("a note")
    assert chat.answers
