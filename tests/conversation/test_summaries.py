"""The warnings at a summary: the same order of not long ago, what has gone on meanwhile, a balance that won't do."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.filled import Filled
from bot.conversation.known import Balance
from bot.conversation.replies import HintCode, Shortage
from bot.conversation.state import IDLE, Duplicate, Phase
from bot.conversation.views import OrderView
from providers.orders import Outcome
from tests.conversation.chat import Chat, listing, reviewing
from tests.conversation.forms import NOTE
from tests.conversation.goods import BASKET, CUP, GIFTS, TEA

FIRST = Duplicate(reference="6", number="N-6", person="Ann", confirmed_at=1)
SECOND = Duplicate(reference="7", person="Bob", confirmed_at=2)
REFRESHES = requests.RefreshBalance("gifts")


def duplicated(chat: Chat, duplicate: Duplicate | None) -> None:
    """The journal has an order with the answers of the open draft, or has none any more."""
    likeness = Filled.of(chat.accounts[chat.draft.account].form, chat.draft.answers).likeness
    assert likeness
    chat.knows.duplicates.pop((chat.draft.account, likeness), None)
    if duplicate is not None:
        chat.knows.duplicates[chat.draft.account, likeness] = duplicate


def warned() -> Chat:
    chat = reviewing()
    duplicated(chat, FIRST)
    chat.send(events.TapUnreadable())
    return chat


def test_the_summary_says_that_the_same_was_ordered_before_and_keeps_saying_so() -> None:
    chat = warned()
    assert [type(reply) for reply in chat.said] == [replies.Stale, replies.Summarised]
    assert chat.reply(replies.Summarised).duplicate == FIRST
    before = chat.state
    chat.send(events.TapUnreadable())
    assert (chat.reply(replies.Summarised).duplicate, chat.state) == (FIRST, before)


def test_a_summary_that_was_just_reached_says_it_at_once() -> None:
    chat = Chat()
    chat.order("note")
    chat.knows.duplicates["note", Filled.of(NOTE.form, {"text": "Hello"}).likeness] = FIRST
    chat.say("Hello")
    assert chat.said == (chat.reply(replies.Summarised),)
    assert chat.reply(replies.Summarised).duplicate == FIRST


def test_what_was_shown_and_confirmed_goes_through_and_names_the_other() -> None:
    chat = warned()
    chat.tap(events.Confirmed)
    assert (chat.placed[-1].duplicate, chat.state) == ("6", IDLE)


def test_what_was_ordered_while_a_summary_stood_returns_to_it_and_then_goes_through() -> None:
    chat = reviewing()
    duplicated(chat, FIRST)
    tap = chat.tap(events.Confirmed)
    assert (chat.phase, chat.placed) == (Phase.REVIEWING, [])
    assert chat.said == (chat.reply(replies.Summarised),)
    assert chat.reply(replies.Summarised).duplicate == FIRST
    chat.send(tap)
    assert chat.reply(replies.Stale), "a second tap on the old button is no yes to the warning"
    chat.tap(events.Confirmed)
    assert [order.duplicate for order in chat.placed] == ["6"]


def test_a_warning_holds_for_the_order_that_it_named() -> None:
    chat = warned()
    duplicated(chat, SECOND)
    chat.tap(events.Confirmed)
    assert (chat.reply(replies.Summarised).duplicate, chat.placed) == (SECOND, [])
    chat.tap(events.Confirmed)
    assert chat.placed[-1].duplicate == "7"


@pytest.mark.parametrize("by_now", [{"outcome": ""}, {"outcome": "decided", "decided_by": "Lee"}])
def test_a_warning_holds_only_as_long_as_no_more_is_known_of_the_order(by_now: dict[str, str]) -> None:
    chat = reviewing()
    held = FIRST.model_copy(update={"outcome": "inferred", "known_at": 5})
    duplicated(chat, held)
    chat.send(events.TapUnreadable())
    seen = held.model_copy(update=by_now)
    duplicated(chat, seen)
    chat.tap(events.Confirmed)
    assert (chat.reply(replies.Summarised).duplicate, chat.placed) == (seen, [])
    chat.tap(events.Confirmed)
    assert chat.placed[-1].duplicate == FIRST.reference


def test_another_answer_is_another_order() -> None:
    chat = warned()
    chat.edit("Most")
    chat.say("11")
    assert chat.reply(replies.Summarised).duplicate is None
    chat.tap(events.Confirmed)
    assert chat.placed[-1].duplicate == ""


def test_what_is_no_longer_alike_is_no_longer_said() -> None:
    chat = warned()
    duplicated(chat, None)
    chat.send(events.TapUnreadable())
    assert chat.reply(replies.Summarised).duplicate is None


def stands_again(outcome: Outcome) -> Chat:
    chat = reviewing()
    chat.tap(events.Confirmed)
    chat.settle(outcome)
    return chat


def test_an_order_that_is_retried_is_not_its_own_duplicate() -> None:
    chat = stands_again(Outcome.NOT_SENT)
    duplicated(chat, Duplicate(reference=chat.placed[0].reference))
    chat.tap(events.Confirmed)
    assert chat.placed[-1].retry


def test_under_its_own_reference_an_order_is_not_said_to_become_two_and_changed_it_may() -> None:
    chat = stands_again(Outcome.NOT_SENT)
    held = Duplicate(reference=chat.placed[0].reference, outcome="inferred", known_at=5)
    duplicated(chat, held)
    chat.send(events.TapUnreadable())
    assert (chat.reply(replies.Summarised).duplicate, chat.reply(replies.Summarised).retried) == (None, True)
    chat.knows.elsewhere.add(held.reference)
    chat.send(events.TapUnreadable())
    assert (chat.reply(replies.Summarised).duplicate, chat.reply(replies.Summarised).retried) == (held, False)
    chat.knows.elsewhere.clear()
    chat.send(events.TapUnreadable())
    chat.tap(events.Confirmed)
    assert (chat.placed[-1].retry, chat.placed[-1].duplicate) == (True, "")


@pytest.mark.parametrize(
    ("outcome", "by_now"),
    [
        (Outcome.REFUSED, {"replaced_by": "9"}),
        (Outcome.NOT_SENT, {"replaced_by": "9"}),
        (Outcome.REFUSED, {"outcome": Outcome.PLACED}),
        (Outcome.NOT_SENT, {"outcome": None}),
        (Outcome.NOT_SENT, {"outcome": Outcome.REFUSED}),
    ],
)
def test_what_has_gone_on_since_it_was_opened_again_is_not_ordered_anew(
    outcome: Outcome, by_now: dict[str, object]
) -> None:
    chat = stands_again(outcome)
    (source,) = chat.knows.orders.values()
    chat.knows.order(replace(source, **by_now))  # type: ignore[arg-type]  # its own fields
    chat.tap(events.Confirmed)
    assert chat.said == (replies.Hint(HintCode.NOT_REOPENABLE),)
    assert (len(chat.placed), chat.state) == (1, IDLE)


def test_what_was_removed_from_the_journal_meanwhile_is_not_ordered_anew_either() -> None:
    chat = stands_again(Outcome.REFUSED)
    chat.knows.orders.clear()
    chat.tap(events.Confirmed)
    assert chat.said == (replies.Hint(HintCode.NOT_REOPENABLE),)


def test_the_same_is_asked_about_before_it_is_said_that_the_order_has_gone_on() -> None:
    chat = stands_again(Outcome.REFUSED)
    chat.knows.orders.clear()
    duplicated(chat, FIRST)
    chat.tap(events.Confirmed)
    assert chat.reply(replies.Summarised).duplicate == FIRST


def paying(amount: str, unit: str = "CNY", product: dict[str, object] | None = None, *, reads: bool = True) -> Chat:
    """An order of ten at 1.20 CNY, with so much left."""
    chat = Chat([replace(GIFTS, reads_balance=reads)])
    chat.knows.facts["gifts", "614"] = TEA if product is None else product
    chat.knows.balances["gifts"] = Balance(Decimal(amount), unit, 5)
    chat.order("gifts")
    chat.say("614", "10")
    chat.skip()
    return chat


@pytest.mark.parametrize(
    ("amount", "unit", "shown"), [("11.99", "CNY", "CNY"), ("0", "CNY", "CNY"), ("-3", "CNY", "CNY"), ("1", "", "CNY")]
)
def test_a_balance_that_is_too_low_is_told_with_its_age(amount: str, unit: str, shown: str) -> None:
    told = paying(amount, unit).reply(replies.Summarised).shortage
    assert told == Shortage(Decimal(amount), Decimal("12.00"), shown, 5, per_piece=True)


@pytest.mark.parametrize(
    "chat",
    [
        lambda: paying("12.00"),
        lambda: paying("NaN"),
        lambda: paying("-Infinity"),
        lambda: paying("1", "USD"),
        lambda: paying("1", product={"title": "Tea"}),
        lambda: paying("1", reads=False),
    ],
)
def test_nothing_is_said_of_a_balance_that_will_do_or_cannot_be_compared(chat: Callable[[], Chat]) -> None:
    assert chat().reply(replies.Summarised).shortage is None


def test_nothing_is_said_of_a_balance_that_was_never_read() -> None:
    chat = paying("1")
    chat.knows.balances.clear()
    chat.send(events.TapUnreadable())
    assert chat.reply(replies.Summarised).shortage is None


def test_a_short_balance_hinders_nobody() -> None:
    chat = paying("1")
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


def test_the_balance_is_asked_for_once_for_each_new_draft() -> None:
    chat = paying("1")
    assert chat.requests == [REFRESHES]
    chat.tap(events.Confirmed)
    chat.order("gifts")
    assert chat.requests.count(REFRESHES) == 2
    chat.tap(events.StartedAnew, "gifts")
    assert chat.requests.count(REFRESHES) == 3
    chat.say("614")
    chat.send(events.HelpRequested())
    assert chat.requests.count(REFRESHES) == 3


def test_an_order_that_stands_again_is_a_new_draft_too() -> None:
    chat = paying("100")
    chat.tap(events.Confirmed)
    chat.settle(Outcome.REFUSED)
    assert chat.requests[-1] == REFRESHES
    assert chat.requests.count(REFRESHES) == 2


def test_no_balance_is_asked_for_where_none_is_told() -> None:
    chat = paying("1", reads=False)
    assert REFRESHES not in chat.requests
    assert listing().requests == [request for request in listing().requests if request != REFRESHES]


def test_ordered_again_an_order_has_the_prices_of_now() -> None:
    chat = paying("1")
    chat.tap(events.Confirmed)
    order = OrderView("8", "gifts", "toy", chat.placed[0].answers, Outcome.PLACED, number="N-8")
    chat.knows.order(order)
    chat.knows.facts["gifts", "614"] = TEA | {"price": "2.00"}
    chat.send(events.AgainTapped("8"))
    told = chat.reply(replies.Summarised).shortage
    assert told is not None
    assert told.total == Decimal("20.00")


def test_ordered_again_each_product_is_looked_up_once() -> None:
    chat = Chat([BASKET])
    items = [{"variant": variant, "pieces": "2"} for variant in ("614", "615", "614")]
    chat.knows.order(OrderView("8", "basket", "toy", {"kind": "goods", "items": items, "amount": "5"}, Outcome.PLACED))
    chat.knows.facts["basket", "614"] = CUP
    chat.send(events.AgainTapped("8"))
    assert chat.known.asked == ["614", "615"]
    assert [item.get("about") for item in chat.answers["items"]] == [CUP, None, CUP]


def long_order(count: int) -> Chat:
    """At the summary of an order with so many parts."""
    chat = listing()
    for n in range(2, count + 1):
        chat.tap(events.AddedAnother)
        chat.say(f"A-{n}", "1")
        chat.skip()
    chat.done()
    chat.skip()
    chat.say("Long Street 1", "Taipei")
    chat.skip()
    chat.say("5", "10")
    chat.skip()
    return chat


def test_all_items_are_shown_above_the_summary_whose_confirm_stays_valid() -> None:
    chat = long_order(11)
    confirm = events.Confirmed(chat.draft.id, chat.draft.revision)
    chat.tap(events.AllAsked)
    (block,) = chat.reply(replies.AllShown).blocks
    assert (len(block.items), block.items[-1], block.more) == (11, "A-11 · 1", 0)
    assert chat.reply(replies.Summarised)
    chat.send(confirm)
    assert len(chat.placed) == 1


def test_all_items_of_a_list_are_shown_at_the_list_too() -> None:
    chat = long_order(11)
    chat.edit("Parts")
    chat.tap(events.AllAsked)
    assert len(chat.reply(replies.AllShown).blocks[0].items) == 11
    assert chat.reply(replies.Listed).count == 11


def test_a_summary_that_shows_everything_has_nothing_more_to_show() -> None:
    chat = long_order(10)
    chat.tap(events.AllAsked)
    assert [type(reply) for reply in chat.said] == [replies.Summarised]
