"""The warning at a summary of products that the account's list doesn't have, at every supplier's form."""

from typing import Any

import pytest

from bot.conversation import events, replies
from bot.conversation.events import LookUpResult
from bot.conversation.known import Account
from bot.conversation.state import Phase
from bot.conversation.views import OrderView
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from providers.orders import Outcome
from tests.conversation.chat import Chat
from tests.conversation.goods import BASKET, CUP, FANS, TEA

FANS_ID = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
SUPPLIERS = [
    (Account("guoguo", "GuoGuo", DefaultOrder), FANS_ID),
    (Account("citiesocial", "citiesocial", CitiesocialOrder), "120"),
    (Account("damaijia", "Damaijia", DamaijiaForm), "99999"),
    (Account("anqicms", "Shop", AnqicmsForm), "206"),
]


def up_to_the_summary(account: Account, product: str, *, listed: bool = True) -> Chat:
    """Everything is answered by its example, but the product; a supplier that is asked for it doesn't have it."""
    chat = Chat([account])
    chat.knows.listed = {account.name} if listed else set()
    chat.order(account.name)
    while chat.phase is not Phase.REVIEWING:
        if chat.phase is Phase.CHECKING:
            chat.find(LookUpResult.NOT_FOUND)
            chat.tap(events.UsedAnyway)
        elif chat.phase is Phase.LISTING:
            chat.done()
        else:
            question = chat.reply(replies.Asked).question
            if question.choices:
                chat.tap(events.Chose, 0)
            elif question.skips and question.facts is None:
                chat.skip()
            else:
                chat.say(product if question.facts is not None else question.example)
    return chat


def up_to_the_product(account: Account, *, lists: bool) -> Chat:
    chat = Chat([account])
    chat.knows.listed = {account.name} if lists else set()
    chat.order(account.name)
    if chat.reply(replies.Asked).question.facts is None:
        chat.tap(events.Chose, 0)
    return chat


def unlisted(chat: Chat) -> tuple[str, ...]:
    return chat.reply(replies.Summarised).unlisted


@pytest.mark.parametrize(("account", "product"), SUPPLIERS)
def test_a_product_that_the_list_lacks_is_told_and_asks_nothing(account: Account, product: str) -> None:
    chat = up_to_the_summary(account, product)
    assert unlisted(chat) == (product,)
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


@pytest.mark.parametrize(("account", "product"), SUPPLIERS[1:])
def test_an_id_that_the_list_lacks_is_told_at_the_next_question_and_goes_on(account: Account, product: str) -> None:
    chat = up_to_the_product(account, lists=True)
    chat.say(product)
    following = chat.reply(replies.Asked)
    assert (following.note, following.problem, following.insist) == (replies.NoteCode.NOT_LISTED, None, False)
    assert following.question.title.lower().endswith("quantity")
    chat.back()
    assert chat.reply(replies.Asked).question.facts is not None
    # The list is read again, and has it by now.
    chat.knows.facts[account.name, product] = {"title": "Tea"}
    chat.say(product)
    assert chat.reply(replies.Asked).note is replies.NoteCode.NONE


@pytest.mark.parametrize(("account", "product"), SUPPLIERS[1:])
def test_an_id_is_not_told_to_be_unlisted_where_the_list_is_not_known(account: Account, product: str) -> None:
    chat = up_to_the_product(account, lists=False)
    chat.say(product)
    assert chat.reply(replies.Asked).note is replies.NoteCode.NONE


@pytest.mark.parametrize(("account", "product"), SUPPLIERS)
def test_nothing_is_told_where_the_list_is_not_known_from_end_to_end(account: Account, product: str) -> None:
    assert unlisted(up_to_the_summary(account, product, listed=False)) == ()


@pytest.mark.parametrize(("account", "product"), SUPPLIERS)
def test_a_product_that_is_listed_by_now_is_told_no_more(account: Account, product: str) -> None:
    chat = up_to_the_summary(account, product)
    chat.knows.facts[account.name, product] = {"title": "Tea"}
    chat.send(events.TapUnreadable())
    assert unlisted(chat) == ()


def test_each_product_of_the_items_is_told_once_and_those_of_the_list_are_not() -> None:
    chat = Chat([BASKET])
    chat.knows.listed = {"basket"}
    chat.knows.facts["basket", "614"] = CUP
    items = [{"variant": variant, "pieces": "2"} for variant in ("7", "614", "7", "8")]
    answers: dict[str, Any] = {"kind": "goods", "items": items, "amount": "5"}
    chat.knows.order(OrderView("8", "basket", "toy", answers, Outcome.PLACED))
    chat.send(events.AgainTapped("8"))
    assert unlisted(chat) == ("7", "8")


def test_what_the_supplier_has_just_found_is_not_doubted_for_an_older_list() -> None:
    chat = Chat([FANS])
    chat.knows.listed = {"fans"}
    chat.order("fans")
    chat.say("614")
    chat.find(**TEA)
    chat.say("10")
    chat.skip()
    assert unlisted(chat) == ()


def test_the_number_of_a_membership_is_no_product_of_the_list() -> None:
    account, _ = SUPPLIERS[-1]
    chat = Chat([account])
    chat.knows.listed = {account.name}
    answers = {"type": "vip", "items": [{"goods_id": "3", "quantity": "1"}], "remark": None, "address": None}
    chat.knows.order(OrderView("8", account.name, "anqicms", answers, Outcome.PLACED))
    chat.send(events.AgainTapped("8"))
    assert unlisted(chat) == ()
