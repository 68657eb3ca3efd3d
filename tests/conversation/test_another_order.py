"""A customer's order for another supplier is begun at once, and the draft that was open is one tap away."""

from collections.abc import Callable

import pytest

from bot.conversation import events, replies
from bot.conversation.parking import MOST
from bot.conversation.state import Phase, Proposal
from tests.conversation.chat import Chat
from tests.conversation.test_pasting import FACTS, FANS, TEXT, answer, chat, holding, person
from tests.conversation.test_trays import likes

LINES = "Likes\nexample.com/p/1 1000"
PASTED = "Wang Xiaoming, 1000 likes"
"""It names no account, not even by its first word."""


def at_a_question(*proposals: Proposal, text: str = TEXT) -> Chat:
    """A draft of the one supplier that waits for a phone, and a text that is an order for another."""
    made = chat(*proposals, account="guoguo", text=text)
    made.knows.facts["guoguo", FANS] = FACTS
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", "王小明")
    assert made.asked == "Phone"
    return made


def at_the_list(*proposals: Proposal) -> Chat:
    made = at_a_question(*proposals)
    made.say(*(one.answer for one in person(0)[1:]))
    made.skip()
    assert made.reply(replies.Listed).count == 1
    return made


def at_the_summary(*proposals: Proposal) -> Chat:
    made = at_the_list(*proposals)
    made.tap(events.ListDone)
    made.skip()
    assert made.phase is Phase.REVIEWING
    return made


@pytest.mark.parametrize("open_at", [at_a_question, at_the_list, at_the_summary])
def test_the_order_of_a_text_is_begun_and_the_open_one_is_kept(open_at: Callable[[Proposal], Chat]) -> None:
    made = open_at(likes(1))
    kept, before = made.draft.id, made.answers
    made.say(TEXT)
    assert made.reply(replies.DraftKept).line.draft == kept
    made.find(**FACTS)
    assert (made.draft.account, made.phase, made.answers["quantity"]) == ("guoguo", Phase.REVIEWING, "1000")
    made.tap(events.Cancelled)
    made.send(events.DraftPicked(kept))
    assert (made.draft.account, made.answers) == ("gifts", before)


@pytest.mark.parametrize("text", [TEXT, LINES])
def test_a_link_and_a_number_may_be_a_slip_and_are_told_to_be_wrong(text: str) -> None:
    made = at_a_question(
        holding(answer("link", value="https://example.com/p"), answer("quantity", value="2")), text=text
    )
    made.say(text)
    assert (made.draft.account, made.asked) == ("gifts", "Phone")
    assert made.reply(replies.Asked).problem is not None


@pytest.mark.parametrize("open_at", [at_the_list, at_the_summary])
def test_what_the_open_draft_may_mean_too_is_never_another_order(open_at: Callable[[Proposal], Chat]) -> None:
    """However much more of it another account reads."""
    made = open_at(likes(1))
    made.knows.proposals["gifts", TEXT] = (holding(*person(0, consignee="李小红")[:2], unread=("a rest",)),)
    made.say(TEXT)
    assert made.draft.account == "gifts"
    assert not any(isinstance(reply, replies.DraftKept) for reply in made.said)


def test_what_this_account_does_not_deliver_is_begun_where_it_is_an_order() -> None:
    made = at_a_question(likes(1))
    made.knows.proposals["gifts", TEXT] = (Proposal(region="tw"),)
    made.say(TEXT)
    assert made.draft.account == "guoguo"


def test_one_order_for_another_account_joins_no_young_tray_of_a_third() -> None:
    made = chat(likes(1), account="guoguo")
    made.knows.facts["guoguo", FANS] = FACTS
    made.knows.proposals["shop", "two"] = (
        holding(answer("items", 0, "id", value="188"), answer("items", 0, "quantity", value="1")),
        holding(answer("items", 0, "id", value="189"), answer("items", 0, "quantity", value="1")),
    )
    made.say("two")
    assert len(made.reply(replies.TrayShown).lines) == 2
    # Read for that tray's account it would be one order more, though another one reads all of it.
    made.knows.proposals["shop", TEXT] = (
        holding(answer("items", 0, "id", value="1"), answer("items", 0, "quantity", value="1"), unread=("a rest",)),
    )
    made.order("gifts")
    made.say("614", "1", "ceshi", "taobao", "王小明", TEXT)
    assert made.draft.account == "guoguo"
    assert not any(isinstance(reply, replies.TrayShown) for reply in made.said)


def test_several_orders_are_a_tray_below_which_the_open_draft_goes_on() -> None:
    made = at_a_question(likes(1), likes(2))
    made.say(TEXT)
    assert len(made.reply(replies.TrayShown).lines) == 2
    assert (made.draft.account, made.phase) == ("gifts", Phase.ASKING)
    made.say("13800000000")
    assert made.asked == "Province"


def test_a_draft_without_answers_makes_room() -> None:
    made = chat(likes(1), account="guoguo")
    made.knows.facts["guoguo", FANS] = FACTS
    made.order("gifts")
    made.say(TEXT)
    assert made.draft.account == "guoguo"
    assert made.known.parked() == ()


def behind_the_command(made: Chat) -> None:
    """`/order TEXT`, whose first word is where an account is named."""
    made.send(events.OrderRequested(*PASTED.split(maxsplit=1)))


def kept_for_later(made: Chat) -> None:
    """The same, and the open draft is kept."""
    behind_the_command(made)
    made.tap(events.KeptForLater, "")


@pytest.mark.parametrize("brings", [lambda made: made.say(PASTED), kept_for_later])
def test_of_several_accounts_that_a_text_may_be_for_one_is_asked_for_and_nothing_is_lost(
    brings: Callable[[Chat], None],
) -> None:
    made = at_a_question(likes(1), text=PASTED)
    made.knows.proposals["shop", PASTED] = (
        holding(*(answer("address", key, value="x") for key in ("name", "phone", "city"))),
    )
    kept = made.draft.id
    brings(made)
    assert {name for name, _ in made.reply(replies.AccountsOffered).accounts} == {"guoguo", "shop"}
    made.order("guoguo")
    made.find(**FACTS)
    assert made.answers["quantity"] == "1000"
    assert [one.draft.id for one in made.known.parked()] == [kept]


def test_what_the_other_supplier_does_not_deliver_is_said_and_the_question_stands() -> None:
    made = at_a_question(holding(*likes(1).fields).model_copy(update={"region": "tw"}))
    kept = made.draft
    made.say(TEXT)
    assert made.reply(replies.Hint).code == replies.HintCode.OTHER_REGION
    assert (made.draft.id, made.asked) == (kept.id, "Phone")


def test_where_no_more_drafts_can_be_kept_it_is_said_and_the_question_stands() -> None:
    made = chat(likes(1), account="guoguo")
    made.knows.facts["guoguo", FANS] = FACTS
    for _ in range(MOST + 1):
        made.order("gifts")
        if made.phase is not Phase.ASKING or made.draft.answers:
            made.tap(events.KeptForLater, "gifts")
        made.say("614", "1", "ceshi", "taobao", "王小明")
    assert len(made.known.parked()) == MOST
    made.say(TEXT)
    assert made.reply(replies.Hint).code == replies.HintCode.NO_ROOM
    assert (made.draft.account, made.asked) == ("gifts", "Phone")


@pytest.mark.parametrize("begins", [events.KeptForLater, events.StartedAnew])
def test_a_text_behind_the_command_is_kept_whatever_a_button_can_carry(begins: type[events.Tap]) -> None:
    made = at_a_question(likes(1))
    made.send(events.OrderRequested("guoguo", TEXT))
    made.tap(begins, "guoguo")
    made.find(**FACTS)
    assert (made.draft.account, made.phase) == ("guoguo", Phase.REVIEWING)


def test_a_text_behind_the_command_may_tell_by_itself_whose_it_is() -> None:
    made = chat(likes(1), account="guoguo", text=PASTED)
    made.knows.facts["guoguo", FANS] = FACTS
    behind_the_command(made)
    made.find(**FACTS)
    assert (made.draft.account, made.phase, made.answers["quantity"]) == ("guoguo", Phase.REVIEWING, "1000")


def test_several_orders_behind_the_command_are_a_tray() -> None:
    made = chat(likes(1), likes(2), account="guoguo", text=PASTED)
    made.knows.facts["guoguo", FANS] = FACTS
    behind_the_command(made)
    assert made.reply(replies.TrayShown).account == "GuoGuo"


def test_what_is_no_order_behind_the_command_names_the_accounts() -> None:
    made = chat(account="guoguo", text=PASTED)
    behind_the_command(made)
    assert made.reply(replies.AccountsOffered).unknown == PASTED.split(maxsplit=1)[0]


@pytest.mark.parametrize("begins", [events.KeptForLater, events.StartedAnew])
def test_with_a_draft_open_such_a_text_is_asked_about_once_and_kept(begins: type[events.Tap]) -> None:
    made = at_a_question(likes(1), text=PASTED)
    behind_the_command(made)
    assert [type(one) for one in made.said] == [replies.DraftOpen]
    made.tap(begins, "")
    made.find(**FACTS)
    assert (made.draft.account, made.phase) == ("guoguo", Phase.REVIEWING)


def test_a_slip_is_still_said_before_the_question_about_the_draft() -> None:
    made = at_a_question(likes(1), text=PASTED)
    made.send(events.OrderRequested("guogo", ""))
    assert [type(one) for one in made.said] == [replies.AccountsOffered, replies.DraftOpen]
