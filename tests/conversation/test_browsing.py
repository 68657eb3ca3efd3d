"""Picking from the catalogue at a question, as the pure conversation sees it."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from bot.conversation import events, replies, requests
from bot.conversation.answers import is_answered
from bot.conversation.filled import Filled
from bot.conversation.likeness import likeness_of
from bot.conversation.replies import About
from bot.conversation.state import Browse, Phase
from bot.conversation.views import ItemLine, Prices
from providers.orders import Money, Outcome
from tests.conversation.chat import Chat
from tests.conversation.goods import BASKET, CUP, FANS, GIFTS, TEA, Basket, Gift

EACH = Money(Decimal("1.20"), "CNY")
PRICE = Money(Decimal(1190), "CNY")


def gifts(account: str = "gifts", known: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> Chat:
    """At the first question of an account of whose products so much is known."""
    chat = Chat([GIFTS, FANS, BASKET])
    chat.knows.facts = {(account, product): facts for product, facts in known.items()}
    chat.order(account)
    return chat


def test_a_typed_id_is_taken_as_ever_when_nothing_is_known_of_it() -> None:
    chat = gifts()
    chat.say("614")
    assert (chat.asked, chat.answers) == ("Quantity", {"gift": "614", "about": None})
    assert chat.reply(replies.Asked).about is None


def test_what_is_known_of_a_typed_or_picked_id_is_kept_and_told_at_the_quantity() -> None:
    for typed in (True, False):
        chat = gifts()
        chat.knows.facts["gifts", "614"] = TEA
        chat.say("614") if typed else chat.tap(events.Picked, "614")
        assert chat.answers == {"gift": "614", "about": TEA}
        assert chat.reply(replies.Asked).about == About("Green tea", EACH, 2, 5000, 40)


@pytest.mark.parametrize(
    ("quantity", "code"), [("1", "greater_than_equal"), ("41", "stock"), ("5001", "stock"), ("40", "")]
)
def test_bounds_and_stock_hold_at_the_question(quantity: str, code: str) -> None:
    chat = gifts(known={"614": TEA})
    chat.say("614")
    chat.say(quantity)
    assert chat.problem == code if code else chat.asked == "Note"


def test_what_has_run_out_is_said_at_the_question() -> None:
    chat = gifts(known={"614": TEA | {"stock": 0}})
    chat.say("614")
    chat.say("5")
    assert chat.problem == "out_of_stock"


def test_facts_that_the_form_cannot_read_count_as_unknown() -> None:
    chat = gifts(known={"614": {"title": "Tea", "minimum": "many"}})
    chat.say("614")
    assert chat.answers["about"] is None
    chat.say("5")
    chat.skip()
    assert chat.phase is Phase.REVIEWING


def test_another_product_drops_what_was_known_of_the_first() -> None:
    chat = gifts(known={"614": TEA})
    chat.say("614")
    chat.say("5")
    chat.skip()
    chat.edit("Gift")
    chat.say("615")
    assert (chat.phase, chat.answers["about"]) == (Phase.REVIEWING, None)


def test_text_that_is_no_id_is_searched_for_and_asks_the_same_question() -> None:
    chat = gifts()
    chat.knows.matches["gifts", "tea"] = 3
    chat.say("tea")
    assert (chat.asked, chat.problem, chat.draft.browse) == ("Gift", "", Browse(query="tea"))
    assert chat.answers == {}
    assert chat.reply(replies.Asked).progress == replies.Progress(1, 3)


def test_text_that_finds_nothing_is_not_accepted() -> None:
    chat = gifts()
    chat.say("nothing")
    assert (chat.problem, chat.draft.browse) == ("digits_only", None)


def test_a_search_that_finds_nothing_says_so_and_leaves_no_earlier_finds_behind() -> None:
    chat = gifts()
    chat.knows.matches["gifts", "tea"] = 3
    chat.say("tea")
    chat.knows.matches["gifts", "coffee"] = 0
    chat.say("coffee")
    assert (chat.asked, chat.problem, chat.draft.browse) == ("Gift", "nothing_found", None)
    assert chat.answers == {}


def test_what_finds_nothing_is_named_once_and_never_as_the_answer_that_stands_there() -> None:
    chat = gifts()
    chat.say("614", "2")
    chat.skip()
    chat.edit("Gift")
    chat.knows.matches["gifts", "\u200b茶"] = 0
    chat.say("\u200b茶")
    asked = chat.reply(replies.Asked)
    assert (chat.problem, asked.sent) == ("nothing_found", "")
    assert asked.problem is not None
    assert asked.problem.params == {"query": "⟨U+200B⟩茶"}


def test_a_search_at_any_other_question_is_a_bad_answer() -> None:
    chat = gifts()
    chat.say("614")
    chat.knows.matches["gifts", "tea"] = 3
    chat.say("tea")
    assert chat.problem == "digits_only"


def test_pages_are_turned_and_back_leads_out_step_by_step() -> None:
    chat = gifts()
    chat.tap(events.CategoriesAsked)
    chat.tap(events.CategoryPicked, "abc")
    chat.tap(events.Paged, 2)
    shown = [chat.draft.browse]
    for _ in range(2):
        chat.back()
        shown.append(chat.draft.browse)
    assert shown == [Browse(group="abc", page=2), Browse(), None]
    assert chat.asked == "Gift"
    chat.back()
    assert chat.phase is Phase.IDLE


def test_an_answer_ends_the_browsing() -> None:
    chat = gifts()
    chat.knows.matches["gifts", "tea"] = 3
    chat.say("tea")
    chat.tap(events.Picked, "614")
    assert (chat.asked, chat.draft.browse) == ("Quantity", None)


@pytest.mark.parametrize(
    "tap", [(events.Picked, "614"), (events.CategoriesAsked,), (events.CategoryPicked, "abc"), (events.Paged, 1)]
)
def test_the_catalogues_buttons_change_nothing_at_another_question(tap: tuple[type[events.Tap], str | int]) -> None:
    chat = gifts()
    chat.say("614")
    before = chat.state
    chat.tap(tap[0], *tap[1:])
    assert (chat.state, chat.asked) == (before, "Quantity")


def test_a_product_that_is_looked_up_is_asked_of_the_supplier_also_when_it_was_picked() -> None:
    chat = gifts("fans")
    chat.tap(events.Picked, "614")
    assert chat.phase is Phase.CHECKING
    assert chat.requests == [requests.LookUpAnswer("fans", chat.draft.id, chat.draft.revision, "about", "614")]


def test_when_the_look_up_fails_what_was_read_before_is_used_and_its_age_is_said() -> None:
    chat = gifts("fans", {"614": TEA | {"read_at": 123}})
    chat.say("614")
    chat.find(events.LookUpResult.FAILED)
    told = chat.reply(replies.Asked)
    assert (told.question.title, told.note, told.note_at) == ("Quantity", "catalogue_kept", 123)
    assert chat.answers["about"] == TEA | {"read_at": 123, "kept": True}
    chat.back()
    chat.say("615")
    chat.find(events.LookUpResult.FAILED)
    assert (chat.reply(replies.Asked).note, chat.answers["about"]) == ("catalogue_not_read", None)


def test_an_order_can_be_opened_with_its_product_answered() -> None:
    chat = Chat([GIFTS, FANS, BASKET])
    chat.knows.facts["gifts", "614"] = TEA
    chat.send(events.OrderRequested("gifts", "614"))
    assert (chat.asked, chat.answers) == ("Quantity", {"gift": "614", "about": TEA})


def test_an_order_opened_with_a_word_searches_and_with_nonsense_asks() -> None:
    chat = Chat([GIFTS, FANS, BASKET])
    chat.knows.matches["gifts", "tea"] = 2
    chat.send(events.OrderRequested("gifts", "tea"))
    assert (chat.asked, chat.draft.browse) == ("Gift", Browse(query="tea"))
    chat = Chat([GIFTS, FANS, BASKET])
    chat.send(events.OrderRequested("gifts", "nonsense"))
    assert (chat.asked, chat.problem) == ("Gift", "digits_only")


def test_where_another_question_comes_first_the_product_is_kept_for_its_own() -> None:
    chat = Chat([GIFTS, FANS, BASKET])
    chat.send(events.OrderRequested("basket", "614"))
    assert (chat.asked, chat.draft.wanted) == ("Kind", "614")
    chat.say("goods")
    assert (chat.asked, chat.draft.wanted) == ("Variant", "614")
    chat.say("614")
    assert chat.draft.wanted == ""


def test_a_draft_that_is_open_keeps_the_product_for_starting_anew() -> None:
    chat = gifts()
    chat.send(events.OrderRequested("basket", "614"))
    assert chat.reply(replies.DraftOpen).product == "614"
    chat.tap(events.StartedAnew, "basket", "614")
    assert chat.draft.wanted == "614"


def test_the_summary_tells_prices_and_total_where_they_are_per_piece() -> None:
    chat = gifts(known={"614": TEA | {"read_at": 5}})
    chat.say("614")
    chat.say("10")
    chat.skip()
    told = chat.reply(replies.Summarised)
    assert told.prices == Prices(EACH, total=Money(Decimal("12.00"), "CNY"), read_at=5)
    assert replies.Line("Gift", "614", "Green tea") in told.parts


def test_no_total_is_made_up_where_nobody_says_what_a_price_is_for() -> None:
    chat = gifts("fans")
    chat.say("614")
    chat.find(**TEA)
    chat.say("10")
    chat.skip()
    assert chat.reply(replies.Summarised).prices == Prices(EACH, per_piece=False)


def basket(*products: tuple[str, dict[str, object] | None, str]) -> Chat:
    """Up to the question for the amount."""
    chat = gifts("basket")
    chat.say("goods")
    for i, (product, facts, pieces) in enumerate(products):
        if i:
            chat.tap(events.AddedAnother)
        if facts is not None:
            chat.knows.facts["basket", product] = facts
        chat.say(product, pieces)
    chat.done()
    return chat


def test_a_suggested_answer_is_a_button_and_a_summary_without_a_word() -> None:
    chat = basket(("1", CUP, "2"))
    assert chat.reply(replies.Asked).question.suggests == "2380"
    chat.tap(events.Chose, 0)
    told = chat.reply(replies.Summarised)
    assert chat.answers["amount"] == "2380"
    assert replies.Line("Amount", "2380", amount=Money(Decimal(2380), "CNY")) in told.parts
    # What a line says already is not said again.
    assert told.prices is None


@pytest.mark.parametrize(("pieces", "amount"), [("2,000", "2380000"), ("２", "2380")])
def test_a_suggestion_reads_the_answers_as_they_will_be_sent(pieces: str, amount: str) -> None:
    assert basket(("1", CUP, pieces)).reply(replies.Asked).question.suggests == amount


def test_another_amount_than_the_suggested_one_is_taken_and_said() -> None:
    chat = basket(("1", CUP, "2"))
    chat.say("2,000")
    told = chat.reply(replies.Summarised).prices
    assert chat.phase is Phase.REVIEWING
    assert told is not None
    assert told.suggested == "2380"


def test_nothing_is_suggested_or_added_up_while_a_price_is_unknown() -> None:
    chat = basket(("1", CUP, "2"), ("2", None, "1"))
    assert chat.reply(replies.Asked).question.suggests is None
    chat.tap(events.Chose, 0)
    assert chat.asked == "Amount"
    chat.say("5")
    told = chat.reply(replies.Summarised)
    assert told.prices is None
    (items,) = [part for part in told.parts if isinstance(part, replies.Block)]
    assert items.items == (ItemLine("Cup", "1", 2, PRICE), ItemLine("2", "2", 1))


def test_a_listed_item_without_a_price_is_still_told_by_its_title() -> None:
    chat = basket(("1", {"title": "Cup"}, "2"))
    chat.say("5")
    told = chat.reply(replies.Summarised)
    assert told.prices is None
    assert replies.Block("Items", (ItemLine("Cup", "1", 2),), 0) in told.parts


def test_two_products_of_one_title_are_told_apart_by_their_ids() -> None:
    chat = basket(("1", CUP, "2"), ("3", CUP, "1"), ("1", CUP, "4"))
    chat.say("5")
    listed = next(part for part in chat.reply(replies.Summarised).parts if isinstance(part, replies.Block))
    assert [line.name for line in listed.items if isinstance(line, ItemLine)] == [
        "Cup (1)",
        "Cup (3)",
        "Cup (1)",
    ]


def test_what_is_known_of_products_is_no_part_of_what_is_ordered() -> None:
    answers = {"kind": "goods", "amount": 1, "items": [{"variant": 1, "pieces": 2}]}
    plain = Basket.model_validate(answers)
    known = Basket.model_validate(answers | {"items": [{"variant": 1, "pieces": 2, "about": TEA}]})
    assert likeness_of(plain) == likeness_of(known)
    assert likeness_of(plain) != likeness_of(plain.model_copy(update={"kind": "vip"}))


def test_a_draft_from_before_the_catalogue_needs_no_facts() -> None:
    answers = {"gift": "614", "quantity": "5"}
    assert is_answered(next(Filled(Gift, answers).questions), answers)
    assert Filled(Gift, answers).pruned == answers
    assert Filled(Gift, {"about": TEA, "quantity": "5"}).pruned == {"quantity": "5"}


def test_an_item_is_told_with_what_its_product_is_called() -> None:
    chat = gifts("basket")
    chat.say("goods")
    chat.say("614")
    chat.say("3")
    assert chat.reply(replies.Listed).block.items == (ItemLine("614", "614", 3),), "nothing is known of it"
    chat.tap(events.AddedAnother)
    chat.knows.facts["basket", "615"] = TEA
    chat.say("615", "2")
    assert chat.reply(replies.Listed).block.items == (ItemLine("614", "614", 3), ItemLine("Green tea", "615", 2, EACH))


def test_the_product_that_a_supplier_refused_is_not_kept_and_another_one_is() -> None:
    chat = gifts()
    chat.say("614", "2")
    chat.skip()
    chat.tap(events.Confirmed)
    chat.settle(Outcome.REFUSED, fields=("gift",))
    asked = chat.reply(replies.Asked)
    assert (chat.asked, asked.present, asked.question.example) == ("Gift", None, "")
    chat.tap(events.Kept)
    assert chat.asked == "Gift"
    chat.say("615")
    chat.edit("Gift")
    present = chat.reply(replies.Asked).present
    assert present is not None
    assert present.value == "615"


@pytest.mark.parametrize(
    "text", ["https://example.com/posts/a", "instagram.com/p/x 1k", "likes http://example.com/a 10"]
)
def test_a_link_is_no_search_where_orders_are_for_parcels(text: str) -> None:
    chat = gifts()
    chat.say(text)
    assert (chat.asked, chat.problem) == ("Gift", "no_links")
    chat.say("614")
    assert chat.asked == "Quantity"
