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


def test_two_lines_are_an_order_even_if_they_hold_little() -> None:
    two = holding(answer("product_id", value=FANS), answer("quantity", value="1000"))
    made = at_a_question(two, text=LINES)
    made.say(LINES)
    made.find(**FACTS)
    assert (made.draft.account, made.asked) == ("guoguo", "Link")


def test_one_line_that_holds_little_may_be_a_slip_and_is_told_to_be_wrong() -> None:
    made = at_a_question(holding(answer("product_id", value=FANS), answer("quantity", value="1000")))
    made.say(TEXT)
    assert (made.draft.account, made.asked) == ("gifts", "Phone")
    assert made.reply(replies.Asked).problem is not None


def test_what_the_open_draft_may_mean_too_is_never_another_order() -> None:
    made = at_the_summary(likes(1))
    made.knows.proposals["gifts", TEXT] = (holding(*person(0, consignee="李小红")[:3]),)
    made.say(TEXT)
    assert (made.draft.account, made.phase) == ("gifts", Phase.REVIEWING)
    assert made.reply(replies.Hint).code == replies.HintCode.NOT_TAKEN


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


def test_of_several_accounts_that_a_text_may_be_for_one_is_asked_for_and_nothing_is_lost() -> None:
    made = at_a_question(likes(1))
    made.knows.proposals["shop", TEXT] = (
        holding(*(answer("address", key, value="x") for key in ("name", "phone", "city"))),
    )
    kept = made.draft.id
    made.say(TEXT)
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
