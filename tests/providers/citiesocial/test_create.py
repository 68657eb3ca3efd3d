import json
from typing import Any

import pytest

from providers.citiesocial.create import read_created
from providers.citiesocial.form import CitiesocialOrder
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.http import Answer
from providers.orders import PlacedOrder, Remark, Status
from tests.providers.citiesocial.test_provider import answers
from tests.providers.contract import WORDS, sentence_of

A, B, C = 123450001, 123450002, 123450003


def order(*lines: tuple[int, int]) -> CitiesocialOrder:
    items = [{"variant_id": variant, "quantity": quantity} for variant, quantity in lines or ((A, 2), (B, 1))]
    return CitiesocialOrder.model_validate(answers(items=items))


def answer(status: int, body: Any) -> Answer:
    return Answer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def error_from(status: int, body: Any, form: CitiesocialOrder | None = None) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read_created(answer(status, body), form or order())
    assert sentence_of("citiesocial", caught.value)
    return caught.value


def placed_from(form: CitiesocialOrder | None = None, status: int = 201, **given: Any) -> PlacedOrder:
    return read_created(answer(status, {"order": {"name": "#1207", "id": "5764308878"} | given}), form or order())


def pieces(*variants: Any) -> list[dict[str, Any]]:
    return [{"variant_id": variant} for variant in variants]


def test_both_amounts_are_in_the_sentence() -> None:
    error = error_from(400, {"errors": "total_price:1190 does not equal transaction_amount:30"})
    assert error.fields == ("transaction_amount",)
    assert "1190" in sentence_of("citiesocial", error)
    assert "30" in sentence_of("citiesocial", error)


def test_a_wrong_variant_is_named_only_when_there_is_no_other() -> None:
    body = {"errors": "variant_id is not valid."}
    assert error_from(400, body, order((A, 2))).fields == ("items.0.variant_id",)
    assert error_from(400, body, order((A, 2), (B, 1))).fields == ()
    assert error_from(400, body, order((A, 2), (A, 1))).fields == ()


@pytest.mark.parametrize("body", [b'"POST is required."', b"POST is required."])
def test_the_bare_text_of_a_405_is_a_refusal(body: bytes) -> None:
    error = error_from(405, body)
    assert (type(error), error.code, error.said) == (OrderRefused, "post_required", "POST is required.")


@pytest.mark.parametrize("body", [{"message": "Unauthorized access"}, b"Unauthorized access", b"", b"<html>"])
def test_a_401_is_about_our_credentials_whatever_it_says(body: Any) -> None:
    assert type(error_from(401, body)) is AccessDenied


@pytest.mark.parametrize("text", ["zip is not valid.", "total_price is missing", "x" * 5000])
def test_an_error_that_no_document_lists_is_unknown_and_quoted(text: str) -> None:
    error = error_from(400, {"errors": text})
    assert (type(error), error.code) == (OutcomeUnknown, "unclear_error")
    assert error.said == text[:300]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"null", {}, {"errors": ["variant_id is not valid."]}, {"errors": ""}]
)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
def test_a_no_in_a_shape_that_no_document_shows_is_unknown(status: int, body: Any) -> None:
    assert type(error_from(status, body)) is OutcomeUnknown


@pytest.mark.parametrize("status", [302, 404, 409, 429, 500])
def test_a_documented_text_proves_nothing_with_another_status(status: int) -> None:
    assert type(error_from(status, {"errors": "Unable to claim inventory."})) is OutcomeUnknown


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_yes_with_a_number_is_placed(status: int) -> None:
    placed = placed_from(status=status)
    assert (placed.number, placed.also_known_as) == ("#1207", ("1207", "5764308878"))


@pytest.mark.parametrize("name", [None, "", [], {}])
def test_the_id_is_the_number_when_there_is_no_name(name: object) -> None:
    placed = placed_from(name=name)
    assert (placed.number, placed.also_known_as) == ("5764308878", ())


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", {}, {"order": None}, {"order": []}, {"order": {"name": "", "id": None}}, {"name": "#1"}],
)
def test_a_yes_without_any_number_is_unknown(body: Any) -> None:
    assert type(error_from(201, body)) is OutcomeUnknown


@pytest.mark.parametrize(
    "given",
    [
        {"financial_status": None, "items": None},
        {"financial_status": ["?"], "items": "two", "id": 5764308878, "is_cancelled": "no"},
        {"total_price": "30.0", "shipping_address": None, "email": 5},
    ],
)
def test_odd_values_do_not_break_a_placed_order(given: dict[str, Any]) -> None:
    placed = placed_from(**given)
    assert (placed.number, placed.status, placed.supplier_status, placed.remarks) == ("#1207", Status.PLACED, "", ())
    assert placed.also_known_as == ("1207", "5764308878")


@pytest.mark.parametrize("word", ["pending", "paid", "brand_new"])
def test_the_suppliers_word_is_kept_and_never_taken_for_a_payment(word: str) -> None:
    placed = placed_from(financial_status=word)
    assert (placed.status, placed.supplier_status) == (Status.PLACED, word)


def test_an_order_that_comes_back_cancelled_is_not_called_placed() -> None:
    assert placed_from(is_cancelled=True).status is Status.CANCELLED


@pytest.mark.parametrize(
    ("lines", "confirmed", "differences"),
    [
        (((A, 2), (B, 1)), (A, B, A), []),
        (((A, 2), (B, 1)), (str(A), str(A), B), []),
        (((A, 1), (A, 2)), (A, A, A), []),
        (((A, 2), (B, 1)), (A, B), [(A, 2, 1)]),
        (((A, 2),), (A, A, A), [(A, 2, 3)]),
        (((A, 2), (B, 1)), (A, A, C), [(B, 1, 0), (C, 0, 1)]),
        (((A, 2), (B, 1)), (), [(A, 2, 0), (B, 1, 0)]),
    ],
)
def test_pieces_are_counted_by_variant(
    lines: tuple[tuple[int, int], ...], confirmed: tuple[Any, ...], differences: list[tuple[int, int, int]]
) -> None:
    placed = placed_from(order(*lines), items=pieces(*confirmed))
    assert placed.number == "#1207"
    assert placed.remarks == tuple(
        Remark("pieces_differ", {"variant": str(variant), "ordered": str(ordered), "confirmed": str(got)})
        for variant, ordered, got in differences
    )


def test_a_difference_is_told_in_words() -> None:
    [remark] = placed_from(order((A, 2)), items=pieces(A)).remarks
    sentence = WORDS[f"remark.citiesocial.{remark.code}"].format_map({"account": "citiesocial"} | remark.params)
    assert sentence == "Variant 123450001: 2 ordered, 1 confirmed."


@pytest.mark.parametrize("strange", [None, "A", {}, {"variant_id": None}, {"variant_id": [A]}])
def test_pieces_that_cannot_be_counted_are_said_to_be_so(strange: object) -> None:
    assert placed_from(items=[*pieces(A, A), strange]).remarks == (Remark("pieces_not_counted"),)
