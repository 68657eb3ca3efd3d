"""Texts that ask about an order: replies to its messages, bare numbers and words; and where a text is an answer."""

from dataclasses import replace

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.prompts import current_prompt
from bot.conversation.replies import Toast, ToastCode
from bot.conversation.state import Phase
from bot.conversation.views import EVERYTHING, OrderView
from providers.orders import Outcome
from tests.conversation.chat import Chat, reviewing
from tests.conversation.forms import NOTE
from tests.conversation.test_deploy import SHORTER
from tests.conversation.test_deploy import deployed as deploy
from tests.conversation.test_deploy import reviewing as at_summary
from tests.conversation.test_table import IN

ORDER = OrderView("1000", "note", "note", {"text": "x"}, Outcome.PLACED, number="1207")
OTHER = OrderView("2000", "note", "note", {"text": "y"}, Outcome.PLACED, number="gift_no")
FREE = [phase for phase in Phase if phase not in {Phase.ASKING, Phase.NAMING}]
"""Phases in which no text is waited for."""
REPLY = events.Answered("where is it?", ("1207", "1000", "2000"))


def in_phase(phase: Phase) -> Chat:
    chat = IN[phase]()
    chat.knows.order(ORDER, OTHER)
    chat.knows.names = {"1207": (ORDER,), "1000": (ORDER,), "gift_no": (OTHER,), "12": (ORDER, OTHER)}
    return chat


@pytest.mark.parametrize("phase", FREE)
@pytest.mark.parametrize(
    ("text", "found"),
    [("1207", ORDER), (" １２０７ ", ORDER), ("1000", ORDER), ("gift_no", OTHER), (" gift_no ", OTHER)],
)
def test_a_number_or_a_word_that_the_journal_has_is_looked_up(phase: Phase, text: str, found: OrderView) -> None:
    chat = in_phase(phase)
    before = chat.state
    chat.say(text)
    assert chat.said == (chat.reply(replies.StatusShown),)
    assert (chat.reply(replies.StatusShown).order, chat.state) == (found, before)


@pytest.mark.parametrize("phase", [phase for phase in FREE if phase is not Phase.CHECKING])
def test_a_number_that_the_journal_does_not_have_is_not_found(phase: Phase) -> None:
    chat = in_phase(phase)
    chat.knows.near["1208"] = (ORDER,)
    chat.say("1208")
    assert chat.said == (replies.OrderNotKnown("1208", ((ORDER, "Notes"),)),)


@pytest.mark.parametrize("phase", FREE)
@pytest.mark.parametrize("text", ["hello", "no 12", "", "12 07", "gift no", "gift_no " * 9, "x" * 65])
def test_other_text_is_no_look_up_and_shows_where_we_stand(phase: Phase, text: str) -> None:
    chat = in_phase(phase)
    chat.knows.names["gift no"] = chat.knows.names["x" * 65] = (OTHER,)
    before = chat.state
    chat.say(text)
    assert not [reply for reply in chat.said if isinstance(reply, replies.StatusShown | replies.OrderNotKnown)]
    told = 2 if text and phase in {Phase.LISTING, Phase.PICKING_ITEM, Phase.PICKING_FIELD, Phase.REVIEWING} else 1
    assert (len(chat.said), chat.state) == (told, before)


def test_a_number_of_several_orders_asks_which() -> None:
    chat = in_phase(Phase.IDLE)
    chat.say("12")
    assert chat.said == (replies.WhichOrder(((ORDER, "Notes"), (OTHER, "Notes"))),)


def test_a_number_is_asked_of_the_suppliers_that_tell() -> None:
    chat = Chat([replace(NOTE, reads_status=True)])
    chat.say("#7788")
    assert (chat.said, chat.requests) == ((Toast(ToastCode.ASKING, about="#7788"),), [requests.AskEverywhere("#7788")])


def test_a_bare_number_is_an_answer_while_a_question_is_open() -> None:
    chat = in_phase(Phase.ASKING)
    chat.say("1207")
    assert chat.asked == "Count"
    chat = in_phase(Phase.NAMING)
    chat.say("1207")
    assert chat.reply(replies.NumberChecking).number == "1207"


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.NAMING])
def test_a_reply_to_an_orders_message_asks_about_that_order_by_its_reference(phase: Phase) -> None:
    chat = in_phase(phase)
    before = chat.state
    chat.send(REPLY)
    assert chat.said == (chat.reply(replies.StatusShown),)
    assert (chat.reply(replies.StatusShown).order, chat.state) == (ORDER, before)


def test_a_reply_while_a_number_is_asked_is_that_number() -> None:
    chat = in_phase(Phase.NAMING)
    chat.send(events.Answered("ORD-9", ("1000",)))
    assert chat.reply(replies.NumberChecking).number == "ORD-9"


@pytest.mark.parametrize("phase", FREE)
def test_a_reply_that_is_a_number_means_that_number(phase: Phase) -> None:
    chat = in_phase(phase)
    chat.send(events.Answered("1207", ("2000",)))
    assert chat.reply(replies.StatusShown).order == ORDER


def test_a_reply_that_is_a_number_or_is_about_no_order_is_an_answer_while_a_question_is_open() -> None:
    for text, replied in (("1207", ("2000",)), ("A-9", ("1207", "7"))):
        chat = in_phase(Phase.ASKING)
        chat.send(events.Answered(text, replied))
        assert chat.asked == "Count"


def gone(phase: Phase) -> Chat:
    """The open draft's account is no longer in the settings."""
    chat = in_phase(phase)
    del chat.accounts["toy"]
    return chat


WITH_DRAFT = [phase for phase in Phase if phase not in {Phase.IDLE, Phase.NAMING}]


@pytest.mark.parametrize("phase", WITH_DRAFT)
def test_a_draft_whose_account_is_gone_keeps_nobody_from_asking_about_orders(phase: Phase) -> None:
    chat = gone(phase)
    before = chat.state
    chat.send(REPLY)
    assert chat.reply(replies.StatusShown).order == ORDER
    chat.say("1207")
    if phase is Phase.ASKING:
        assert chat.said == (replies.AccountGone("toy"),)
    else:
        assert chat.reply(replies.StatusShown).order == ORDER
    assert chat.state == before


OLD: list[events.Event] = [
    events.LanguageChosen("xx"),
    events.NoticesTapped("some"),
    events.OrdersRequested(),
    events.ShowTapped("9"),
    events.ReopenTapped("9"),
    events.AgainTapped("9"),
    events.NameTapped("9", 1),
    events.DecisionTapped("9", 1, events.Decision.NOT_PLACED),
]


@pytest.mark.parametrize("phase", [*WITH_DRAFT, Phase.NAMING])
@pytest.mark.parametrize("event", OLD)
def test_an_old_button_says_that_the_account_is_gone(phase: Phase, event: events.Event) -> None:
    chat = gone(phase)
    chat.knows.pages[EVERYTHING] = None
    before = chat.state
    chat.send(event)
    assert (chat.said, chat.state) == ((replies.AccountGone("toy"),), before)


@pytest.mark.parametrize("event", [events.ReopenTapped("5"), events.AgainTapped("1000"), events.NameTapped("2", 1)])
def test_what_would_change_the_chat_waits_for_the_account_and_what_only_shows_does_not(
    event: events.OrderTapped,
) -> None:
    chat = gone(Phase.LISTING)
    refused = OrderView("5", "note", "note", {"text": "x"}, Outcome.REFUSED, attempts=1)
    chat.knows.order(refused, replace(refused, reference="2", outcome=Outcome.UNKNOWN))
    before = chat.state
    chat.send(event)
    assert (chat.said, chat.state) == ((replies.AccountGone("toy"),), before)
    waiting = replace(refused, reference=event.reference, outcome=None)
    chat.knows.order(waiting)
    chat.send(event)
    assert (chat.reply(replies.StatusShown).order, chat.state) == (waiting, before)


def test_a_checked_number_is_told_of_although_the_drafts_account_is_gone() -> None:
    chat = gone(Phase.NAMING)
    chat.accounts["toy"] = reviewing().accounts["toy"]
    chat.say("N-1")
    del chat.accounts["toy"]
    order = chat.knows.orders["2"]
    chat.send(events.NumberChecked(order, "N-1", events.NumberCheck.NOT_FOUND))
    assert [type(reply) for reply in chat.said] == [replies.NumberDoubted, replies.AccountGone]
    assert chat.state.naming is None


def deployed() -> Chat:
    """At the summary of a form that takes less by now."""
    chat = at_summary()
    chat.accounts["note"] = NOTE
    deploy(chat, **SHORTER)
    chat.knows.order(ORDER)
    chat.knows.names["1207"] = (ORDER,)
    return chat


@pytest.mark.parametrize("event", [events.Answered("1207"), REPLY, events.ShowTapped("1000")])
def test_what_a_deploy_changed_is_asked_beside_an_answer_about_an_order(event: events.Event) -> None:
    chat = deployed()
    chat.send(event)
    assert [type(reply) for reply in chat.said] == [replies.Asked, replies.StatusShown]
    assert chat.phase is Phase.ASKING


@pytest.mark.parametrize("event", [events.ShowTapped("9"), events.LanguageChosen("xx"), events.Answered("hello")])
def test_what_a_deploy_changed_is_asked_once_where_nothing_else_is_to_be_said(event: events.Event) -> None:
    chat = deployed()
    chat.send(event)
    assert chat.said == (chat.reply(replies.Asked),)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", [events.LanguageChosen("xx"), events.NoticesTapped("some"), events.OrdersRequested()])
def test_a_choice_that_is_no_longer_offered_is_an_old_button(phase: Phase, event: events.Event) -> None:
    chat = in_phase(phase)
    chat.knows.pages[EVERYTHING] = None
    before, asked = chat.state, list(chat.requests)
    chat.send(event)
    assert chat.said[0] == replies.Stale()
    assert (chat.state, chat.requests) == (before, asked)


@pytest.mark.parametrize("phase", [*WITH_DRAFT, Phase.NAMING])
def test_what_is_open_is_shown_anew_in_another_language(phase: Phase) -> None:
    chat = in_phase(phase)
    before = chat.state
    chat.send(events.LanguageChosen("en"))
    assert chat.said == (replies.LanguagesOffered("en"), current_prompt(before, chat.known))
    assert chat.state == before


def test_a_language_and_notices_are_written_down() -> None:
    chat = Chat()
    chat.send(events.LanguageChosen("en"))
    assert chat.reply(replies.LanguagesOffered).chosen == "en"
    chat.knows.notices = "important"
    chat.send(events.NoticesRequested())
    assert chat.reply(replies.NoticesOffered) == replies.NoticesOffered("important")
    for chosen in events.NOTICES:
        chat.send(events.NoticesTapped(chosen))
        assert chat.reply(replies.NoticesOffered) == replies.NoticesOffered(chosen, changed=True)
    assert chat.requests == [
        requests.ChooseLanguage("en"),
        *(requests.ChooseNotices(chosen) for chosen in events.NOTICES),
    ]
