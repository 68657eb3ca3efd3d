from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from providers.damaijia.form import DamaijiaForm, Gift, Recipient, Sender
from providers.fields import Found, InCatalogue
from providers.products import Chosen
from tests.providers.damaijia.samples import RECIPIENT, a_form


def asked(model: type[BaseModel]) -> list[FieldInfo]:
    """The fields that are questions."""
    return [field for field in model.model_fields.values() if not any(isinstance(m, Found) for m in field.metadata)]


def titles(model: type[BaseModel]) -> list[str | None]:
    return [field.title for field in asked(model)]


def recipient(**changes: Any) -> Recipient:
    return Recipient.model_validate(RECIPIENT | changes)


def test_the_questions_stand_in_their_order() -> None:
    assert titles(DamaijiaForm) == ["Product", "Quantity", "Note", "Source", "Recipients", "Sender"]
    assert titles(Recipient) == [
        "Recipient",
        "Phone",
        "Province",
        "City",
        "District",
        "Address",
        "Platform order number",
    ]
    assert titles(Sender) == [
        "Sender",
        "Sender phone",
        "Sender province",
        "Sender city",
        "Sender district",
        "Sender address",
    ]


def test_only_the_platform_number_and_the_sender_can_be_skipped() -> None:
    skippable = {
        field.title for model in (DamaijiaForm, Recipient) for field in asked(model) if not field.is_required()
    }
    assert skippable == {"Platform order number", "Sender"}
    assert [name for name, field in Sender.model_fields.items() if field.is_required()] == ["consigner"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("150****0007", "150****0007"),
        ("13800000000-1234", "13800000000-1234"),
        ("138 0000 0000 ext 5", "138 0000 0000 ext 5"),
        (" 1380000\u200b0000 ", "13800000000"),
        ("１３８０００００００００－１２", "13800000000" + "0-12"),
        ("12345", "12345"),
        ("1" * 32, "1" * 32),
    ],
)
def test_masked_numbers_and_extensions_arrive_whole(typed: str, sent: str) -> None:
    assert recipient(mobile=typed).mobile == sent
    assert Sender(consigner="李小红", mobile=typed).mobile == sent


@pytest.mark.parametrize("typed", ["1234", "1" * 33, "", "13800\n00000"])
def test_a_mobile_has_5_to_32_characters_on_one_line(typed: str) -> None:
    with pytest.raises(ValidationError):
        recipient(mobile=typed)
    assert recipient(mobile="15000000007")


@pytest.mark.parametrize(
    ("question", "bad", "good"),
    [
        ("product_id", "0", "614"),
        ("product_id", "614.0", "１，６１４"),
        ("product_number", "-1", "1"),
        ("remark", "  ", "two\nlines"),
        ("source", "Taobao", "other"),
        ("recipients", [], [RECIPIENT]),
        ("sender", {"mobile": "13900000000"}, {"consigner": "李小红"}),
    ],
)
def test_a_bad_answer_is_refused_and_a_good_one_taken(question: str, bad: Any, good: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        a_form(**{question: bad})
    assert {error["loc"][0] for error in caught.value.errors()} == {question}
    a_form(**{question: good})


def test_999_recipients_are_taken_and_no_more() -> None:
    assert len(a_form(recipients=[RECIPIENT] * 999).recipients) == 999
    with pytest.raises(ValidationError):
        a_form(recipients=[RECIPIENT] * 1000)


def test_a_gift_can_be_picked_and_what_is_known_of_it_stands_right_after() -> None:
    names = list(DamaijiaForm.model_fields)
    (pick,) = [mark for mark in DamaijiaForm.model_fields["product_id"].metadata if isinstance(mark, InCatalogue)]
    assert names[:2] == ["product_id", pick.into]


def test_the_chosen_gift_is_told_with_its_facts() -> None:
    known = {"title": "Tissues", "warehouse": "Courier 1", "read_at": 5, "no_such": "fact"}
    gift = Gift(title="Tissues", warehouse="Courier 1", read_at=5)
    places = (("product_id",), ("gift",), "614")
    assert a_form(product_number="3", gift=known).chosen() == (Chosen(*places, 3, gift, ("product_number",)),)
    assert a_form().chosen() == (Chosen(*places, 1, None, ("product_number",)),)


def test_a_parcel_is_known_by_the_number_and_name_that_were_sent() -> None:
    typed = {"recipients": [{"consignee": " 王小明\u200b ", "platform_order_sn": "A–100"}, {"consignee": "李小红"}]}
    assert DamaijiaForm.recipients_of(typed) == (("王小明", "A-100"), ("李小红", ""))


@pytest.mark.parametrize("typed", ["６１４", "614", " 614\u200b"])
def test_an_untitled_gift_goes_by_the_number_that_was_sent(typed: str) -> None:
    assert DamaijiaForm.describe({"product_id": typed, "product_number": "1"}) == "614 ×1"
