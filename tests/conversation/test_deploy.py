"""A draft of another version of its form: what still holds stays, and only what changed is asked."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, create_model

from bot.conversation import events, replies, requests
from bot.conversation.known import Account
from bot.conversation.questions import version
from bot.conversation.state import Phase
from bot.conversation.views import OrderView
from providers.fields import AskWhen, Form, Found, LookUp, PlainId, Text, WholeNumber
from providers.orders import Outcome
from tests.conversation.chat import Chat


class Line(BaseModel):
    article: PlainId = Field(title="Article")
    count: Annotated[WholeNumber, Field(ge=1)] = Field(title="Count")


FIELDS: dict[str, Any] = {
    "name": (Text, Field(title="Name")),
    "size": (Annotated[WholeNumber, Field(ge=1, le=100)], Field(title="Size")),
    "colour": (Text | None, Field(None, title="Colour")),
    "lines": (list[Line], Field(min_length=1, title="Lines")),
    "remark": (Text | None, Field(None, title="Note")),
}


def form(**changes: Any) -> type[Form]:
    """The form, or what it is after a deploy: some fields are defined anew, and None takes one out."""
    fields = {name: field for name, field in (FIELDS | changes).items() if field is not None}
    return create_model("Shop", __base__=Form, **fields)


def deployed(chat: Chat, **fields: Any) -> None:
    chat.accounts["shop"] = Account("shop", "Shop", form(**fields))


def at_remark() -> Chat:
    chat = Chat([Account("shop", "Shop", form())])
    chat.order("shop")
    chat.say("Ann", "50")
    chat.skip()
    chat.say("A-1", "2")
    chat.done()
    assert chat.asked == "Note"
    return chat


def reviewing() -> Chat:
    chat = at_remark()
    chat.skip()
    return chat


SHORTER: dict[str, Any] = {"size": (Annotated[WholeNumber, Field(ge=1, le=20)], Field(title="Size"))}
CODE: dict[str, Any] = {"code": (Text, Field(title="Code"))}


def test_the_version_says_what_a_form_asks_and_accepts() -> None:
    assert version(form()) == version(form())
    assert len({version(form(**changes)) for changes in ({}, SHORTER, CODE, {"size": None})}) == 4


def test_the_words_of_a_form_do_not_count_in_its_version_but_a_field_of_that_name_does() -> None:
    said = (Text, Field(title="Your name", description="As on the parcel.", examples=["Ann"]))
    assert version(form(name=said)) == version(form())
    assert version(form(title=(Text, Field(title="Title")))) != version(form())


def test_a_draft_goes_on_when_only_a_title_changed() -> None:
    chat = at_remark()
    deployed(chat, name=(Text, Field(title="Your name")))
    chat.say("Quick")
    assert chat.summary() == {"Your name": "Ann", "Size": "50", "Lines": 1, "Note": "Quick"}


def test_an_answer_that_is_no_longer_accepted_is_asked_again_and_nothing_else() -> None:
    chat = at_remark()
    deployed(chat, **SHORTER)
    chat.say("Quick")
    assert (chat.asked, chat.problem) == ("Size", "less_than_equal")
    assert "remark" not in chat.answers, "the text was typed for another question"
    chat.say("20")
    assert chat.asked == "Note"
    chat.skip()
    assert chat.summary() == {"Name": "Ann", "Size": "20", "Lines": 1}


def test_a_tap_meant_for_what_stood_before_asks_what_changed() -> None:
    chat = reviewing()
    deployed(chat, **SHORTER)
    chat.tap(events.Confirmed)
    assert (chat.asked, chat.problem, chat.placed) == ("Size", "less_than_equal", [])
    chat.say("20")
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


def test_a_new_question_is_asked_before_the_order_is_placed() -> None:
    chat = reviewing()
    deployed(chat, **CODE)
    chat.tap(events.Confirmed)
    assert (chat.asked, chat.problem, chat.placed) == ("Code", "missing", [])
    chat.say("X")
    chat.tap(events.Confirmed)
    assert chat.placed[0].answers["code"] == "X"


def test_a_question_that_is_gone_is_left_out() -> None:
    chat = at_remark()
    deployed(chat, remark=None)
    chat.say("Quick")
    assert chat.summary() == {"Name": "Ann", "Size": "50", "Lines": 1}


def test_an_answer_whose_question_is_gone_is_left_out() -> None:
    chat = reviewing()
    deployed(chat, name=None)
    chat.tap(events.Confirmed)
    assert chat.summary() == {"Size": "50", "Lines": 1}
    chat.tap(events.Confirmed)
    assert "name" not in chat.placed[0].answers


def test_what_was_skipped_and_is_needed_now_is_asked() -> None:
    chat = reviewing()
    deployed(chat, colour=(Text, Field(title="Colour")))
    chat.tap(events.Confirmed)
    assert (chat.asked, chat.reply(replies.Asked).question.skips) == ("Colour", None)
    chat.say("red")
    assert chat.summary()["Colour"] == "red"


@pytest.mark.parametrize(
    ("name", "field", "title"),
    [
        ("name", (Line, Field(title="Name")), "Article"),
        ("name", (list[Line], Field(title="Name", min_length=1)), "Article"),
        ("lines", (Line, Field(title="Lines")), "Article"),
        ("lines", (Text, Field(title="Lines")), "Lines"),
    ],
)
def test_an_answer_of_another_shape_is_asked_anew(name: str, field: Any, title: str) -> None:
    for chat in (at_remark(), reviewing()):
        deployed(chat, **{name: field})
        chat.send(events.SentOther(events.Medium.STICKER))
        chat.send(events.TapUnreadable())
        assert chat.asked == title


def test_what_changed_is_shown_with_the_answer_to_anything_else() -> None:
    chat = at_remark()
    deployed(chat, **SHORTER)
    view = OrderView("1", "shop", "shop", {}, Outcome.PLACED, number="N-1")
    chat.send(events.Settled(view))
    assert chat.asked == "Size"
    assert chat.reply(replies.OutcomeShown).order == view


def test_cancel_still_cancels() -> None:
    chat = at_remark()
    deployed(chat, **SHORTER)
    chat.send(events.CancelRequested())
    assert [type(reply) for reply in chat.said] == [replies.DraftCancelled]


def test_an_order_of_an_earlier_version_stands_again_with_what_still_holds() -> None:
    chat = reviewing()
    chat.tap(events.Confirmed)
    deployed(chat, lines=(Line, Field(title="Lines")))
    chat.settle(Outcome.NOT_SENT)
    assert chat.asked == "Article"
    chat.say("A-1", "1")
    chat.tap(events.Confirmed)
    first, second = chat.placed
    assert second.reference != first.reference


def test_a_look_up_under_way_goes_on() -> None:
    class Before(Form):
        item: Annotated[PlainId, LookUp(into="facts")] = Field(title="Item")
        facts: Annotated[Line | None, Found()] = None

    class After(Before):
        more: Annotated[Text | None, AskWhen(lambda known: "facts" in known)] = Field(None, title="More")

    chat = Chat([Account("shop", "Shop", Before)])
    chat.order("shop")
    chat.say("I-1")
    assert chat.phase is Phase.CHECKING
    chat.accounts["shop"] = Account("shop", "Shop", After)
    chat.find(events.LookUpResult.FAILED)
    assert chat.asked == "More"


def naming(chat: Chat) -> Chat:
    unknown = OrderView("7", "shop", "Shop", {}, Outcome.UNKNOWN, attempts=2)
    chat.knows.order(unknown)
    chat.send(events.NameTapped(unknown.reference, unknown.attempts))
    assert chat.state.phase is Phase.NAMING
    return chat


@pytest.mark.parametrize("changes", [{"name": (Text, Field(title="Your name"))}, SHORTER, CODE, {"size": None}])
@pytest.mark.parametrize("draft", [at_remark, reviewing])
def test_a_deploy_while_an_orders_number_is_asked_forgets_neither(draft: Callable[[], Chat], changes: Any) -> None:
    chat = naming(draft())
    deployed(chat, **changes)
    chat.send(events.HelpRequested())
    assert chat.state.phase is Phase.NAMING
    chat.say("two words")
    assert chat.reply(replies.NumberWanted) == replies.NumberWanted("7", "Shop")
    chat.say("N-1")
    assert chat.requests[-1] == requests.CheckNumber("7", 2, "N-1")


@pytest.mark.parametrize("event", [events.NumberGivenUp(), events.CancelRequested()])
def test_what_a_deploy_has_changed_is_asked_when_the_number_is_given_up(event: events.Event) -> None:
    chat = naming(reviewing())
    deployed(chat, **SHORTER)
    chat.send(event)
    assert (chat.state.phase, chat.asked) == (Phase.ASKING, "Size")
    chat.say("20")
    assert chat.summary() == {"Name": "Ann", "Size": "20", "Lines": 1}
