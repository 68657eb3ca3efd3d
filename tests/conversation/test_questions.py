"""A form's fields become questions, whatever they are made of."""

from enum import StrEnum
from typing import Annotated, Literal, Self

import pytest
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.conversation import events, replies
from bot.conversation.answers import drop, get, put
from bot.conversation.filled import Filled
from bot.conversation.known import Account
from bot.conversation.questions import field_at, list_around, plans, steps
from providers.fields import AskWhen, Form, Text
from providers.registry import names, provider_class
from tests.conversation.chat import Chat
from tests.conversation.forms import Group, Toy
from tests.words.reading import as_read, said


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Bolt(Group):
    size: Text = Field(title="Size")


class Box(Group):
    name: Text = Field(title="Name")
    bolts: list[Bolt] = Field(title="Bolts", min_length=1)


class Many(Form):
    untitled: Text
    colour: Colour = Field(title="Colour")
    finish: Annotated[Literal["matt", "bright"], Field(title="Finish")] = "matt"
    code: int | str = Field(title="Code")
    boxes: list[Box] = Field(title="Boxes", min_length=1)
    wish: Annotated[Text | None, AskWhen(lambda known: known.get("colour") == "red", skippable=True)] = None


def at_boxes() -> Chat:
    chat = Chat([Account("many", "Many", Many)])
    chat.order("many")
    chat.say("a", "BLUE")
    chat.skip()
    chat.say("7", "Box 1", "M6")
    return chat


def test_the_questions_of_a_form_stand_in_its_order() -> None:
    asked = [(q.title, q.choices, q.skips is not None) for q in Filled(Many, {"colour": "red"}).questions]
    assert asked == [
        ("untitled", (), False),
        ("Colour", ("red", "blue"), False),
        ("Finish", ("bright",), True),
        ("Code", (), False),
        ("Name", (), False),
        ("Size", (), False),
        ("wish", (), True),
    ]


def test_what_is_taken_by_skipping_is_no_button_and_stands_in_the_summary() -> None:
    chat = at_boxes()
    chat.done()
    chat.done()
    assert chat.summary()["Finish"] == "matt"


def test_a_list_within_a_list_leads_back_to_the_outer_one() -> None:
    chat = at_boxes()
    assert chat.reply(replies.Listed).title == "Bolts"
    chat.tap(events.AddedAnother)
    chat.say("M8")
    chat.done()
    assert (chat.reply(replies.Listed).title, chat.reply(replies.Listed).count) == ("Boxes", 1)
    chat.tap(events.AddedAnother)
    chat.say("Box 2", "M10")
    chat.done()
    chat.done()
    assert chat.summary()["Boxes"] == 2
    assert [len(box["bolts"]) for box in chat.answers["boxes"]] == [2, 1]


def test_a_path_that_leads_nowhere_is_a_mistake() -> None:
    for path in (("nothing",), ("colour", "nothing"), ()):
        with pytest.raises(KeyError):
            field_at(Many, path)


def test_the_list_around_a_path_is_the_innermost() -> None:
    assert list_around(("boxes", 0, "bolts", 1, "size")) == ("boxes", 0, "bolts")
    assert list_around(("boxes", 0)) == ("boxes",)
    assert list_around(("boxes",)) is None


def test_answers_are_never_changed_in_place() -> None:
    first = put({}, ("boxes", 0, "name"), "a")
    second = put(first, ("boxes", 1, "name"), "b")
    third = drop(second, ("boxes", 0))
    assert first == {"boxes": [{"name": "a"}]}
    assert second == {"boxes": [{"name": "a"}, {"name": "b"}]}
    assert third == {"boxes": [{"name": "b"}]}
    assert drop(third, ("nothing", "at all")) is third
    assert get(third, ("boxes", 0, "name")) == "b"


class Either(Form):
    post: Text | None = Field(None, title="Post")
    phone: Text | None = Field(None, title="Phone")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.post is None) == (self.phone is None):
            raise PydanticCustomError("one_target", "not exactly one")
        return self


def test_a_rule_of_the_whole_order_speaks_at_confirm_and_is_mended_by_an_edit() -> None:
    chat = Chat([Account("either", "Either", Either)])
    chat.order("either")
    chat.skip(2)
    before = chat.state
    chat.tap(events.Confirmed)
    assert (chat.state, chat.placed) == (before, [])
    (message,) = said(chat.reply(replies.Summarised), chat.state)
    assert as_read(message).split("\n")[1].startswith("Not accepted: ")
    chat.edit("Phone")
    chat.say("123")
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


class Rows(Form):
    rows: list[Bolt] = Field(title="Rows", min_length=2)


def test_what_a_list_lacks_is_said_at_confirm() -> None:
    chat = Chat([Account("rows", "Rows", Rows)])
    chat.order("rows")
    chat.say("M6")
    chat.done()
    chat.tap(events.Confirmed)
    assert (chat.asked, chat.problem, chat.placed) == ("Size", "too_short", [])
    chat.say("M6")
    chat.tap(events.AddedAnother)
    chat.say("M8")
    chat.done()
    chat.tap(events.Confirmed)
    assert len(chat.placed) == 1


def test_a_found_field_is_never_asked() -> None:
    assert "facts" not in {q.path[0] for q in Filled(Toy, {"kind": "new"}).questions}


@pytest.mark.parametrize(
    ("supplier", "sections"),
    [
        (
            "anqicms",
            [["type", "items"], ["remark"], ["address"]],
        ),
        (
            "citiesocial",
            [
                ["items"],
                ["email", "first_name", "last_name", "title", "zip", "city", "address1", "address2", "phone"],
                ["transaction_amount"],
            ],
        ),
        (
            "damaijia",
            [["product_id", "product_number"], ["remark", "source"], ["recipients"], ["sender"]],
        ),
        (
            "guoguo",
            [
                ["product_id", "kind"],
                ["target", "link", "username"],
                [
                    "quantity",
                    "runs",
                    "interval_minutes",
                    "comments",
                    "min_quantity",
                    "max_quantity",
                    "new_post_count",
                    "old_post_count",
                    "delay_minutes",
                    "expiry_date",
                ],
            ],
        ),
    ],
)
def test_the_steps_of_a_suppliers_form_are_its_sections(supplier: str, sections: list[list[str]]) -> None:
    of_each = {name: step for step, fields in enumerate(sections, 1) for name in fields}
    assert steps(provider_class(supplier).form) == of_each


@pytest.mark.parametrize("supplier", names())
def test_every_section_begins_at_a_question_and_the_first_one_at_the_first(supplier: str) -> None:
    form = provider_class(supplier).form
    asked = [plan.name for plan in plans(form) if plan.source is None]
    assert form.section_starts <= set(asked)
    assert asked[0] in form.section_starts


def test_a_form_without_sections_counts_its_fields() -> None:
    assert steps(Many) == {"untitled": 1, "colour": 2, "finish": 3, "code": 4, "boxes": 5, "wish": 6}
