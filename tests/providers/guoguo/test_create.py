import json
from typing import Any

import pytest

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.guoguo.create import PER_FIELD, REFUSALS, read_created
from providers.http import Answer
from tests.providers.contract import sentence_of

WITH_LINK = {"quantity": 10, "runs": 2, "link": "https://example.com/posts/abc123", "product_id": "9c07a89a"}


def error_from(status: int, body: Any, sent: dict[str, Any] | None = None) -> ProviderError:
    answer = Answer(status, {}, json.dumps(body).encode())
    with pytest.raises(ProviderError) as caught:
        read_created(answer, WITH_LINK if sent is None else sent)
    assert sentence_of("guoguo", caught.value)
    return caught.value


def envelope(code: Any, *faults: Any, **more: Any) -> dict[str, Any]:
    return {
        "message": "Validation failed.",
        "result_code": code,
        "validation_failed_responses": list(faults),
        "odata": None,
    } | more


def fault(code: str, name: str, message: str = "says so") -> dict[str, str]:
    return {"result_code": code, "message": message, "property_name": name}


def test_the_documents_envelope_names_the_field() -> None:
    error = error_from(
        400,
        envelope("data_validation_failed", fault("field_is_required", "product_id", "product_id is required.")),
    )
    assert isinstance(error, OrderRefused)
    assert error.fields == ("product_id",)
    assert error.said == "Validation failed. product_id is required."
    assert sentence_of("guoguo", error) == "our account wants an answer to Product."


@pytest.mark.parametrize("code", PER_FIELD)
def test_every_code_of_one_field_has_its_own_sentence(code: str) -> None:
    error = error_from(400, envelope("data_validation_failed", fault(code, "Runs")))
    assert (error.code, error.fields) == (f"{code}_in", ("runs",))
    assert "Runs" in sentence_of("guoguo", error)


def test_several_fields_are_all_named() -> None:
    faults = [fault("value_out_of_range", "quantity"), fault("brand_new_code", "$.intervalMinutes", "too long")]
    error = error_from(400, envelope("data_validation_failed", *faults))
    assert error.fields == ("quantity", "interval_minutes")
    assert sentence_of("guoguo", error) == (
        "our account does not accept the answers to Quantity (value out of range), Interval (minutes) (brand new code)."
    )
    assert error.said == "Validation failed. says so too long"


@pytest.mark.parametrize(
    "faults", [None, "none", [1, None], [{}], [{"property_name": 5}], [{"property_name": "colour", "message": []}]]
)
def test_an_odd_list_of_fields_is_still_a_refusal(faults: object) -> None:
    body = {"result_code": "data_validation_failed", "validation_failed_responses": faults}
    error = error_from(400, body)
    assert isinstance(error, OrderRefused)
    assert error.fields == ()


def test_a_question_that_was_not_asked_is_not_named() -> None:
    sent = {"quantity": 1, "username": "sample_user", "product_id": "9c07a89a"}
    faults = [fault("field_is_required", "link"), fault("field_is_required", "interval_minutes")]
    assert error_from(400, envelope("data_validation_failed", *faults), sent).fields == ()


@pytest.mark.parametrize("code", REFUSALS)
def test_a_documented_code_is_a_refusal_also_with_a_status_that_says_yes(code: str) -> None:
    assert type(error_from(200, envelope(code))) is OrderRefused
    assert type(error_from(400, envelope(code))) is OrderRefused


@pytest.mark.parametrize("status", [302, 408, 409, 425, 429, 500, 502])
def test_a_documented_code_proves_nothing_with_a_status_that_may_not_be_the_suppliers(status: int) -> None:
    assert type(error_from(status, envelope("credit_not_enough"))) is OutcomeUnknown


@pytest.mark.parametrize("code", ["un_handle_exception", "brand_new_code", "x" * 10_000])
def test_a_code_without_a_documented_meaning_is_unknown(code: str) -> None:
    assert type(error_from(400, envelope(code))) is OutcomeUnknown


@pytest.mark.parametrize("body", [None, "no", [], {}, {"message": "no"}, {"result_code": None}, {"result_code": []}])
@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_anything_but_the_envelope_is_unknown(status: int, body: object) -> None:
    assert type(error_from(status, body)) is OutcomeUnknown


def test_a_401_is_about_our_key_whatever_it_says() -> None:
    assert type(error_from(401, None)) is AccessDenied
    assert type(error_from(401, envelope("token_validation_failed"))) is AccessDenied


def test_long_words_of_the_supplier_are_cut() -> None:
    assert len(error_from(400, envelope("data_not_exist", message="x" * 5000)).said) == 300


@pytest.mark.parametrize(
    ("more", "status", "others"),
    [
        ({}, "", ()),
        ({"order_status": "brand_new", "order_id": "2fe533a2"}, "brand_new", ("2fe533a2",)),
        ({"order_status": 7, "order_id": None, "order_detail": "?", "total": "120.5"}, "7", ()),
        ({"order_status": {"a": 1}, "order_id": ["2fe533a2"]}, "", ()),
    ],
)
def test_an_order_number_is_all_that_a_placed_order_needs(
    more: dict[str, Any], status: str, others: tuple[str, ...]
) -> None:
    body = json.dumps({"order_number": "ORD-1"} | more).encode()
    for http_status in (200, 201):
        placed = read_created(Answer(http_status, {}, body), WITH_LINK)
        assert (placed.number, placed.supplier_status, placed.also_known_as) == ("ORD-1", status, others)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"total": 120, "payment_type": "credit"}, [("amount", {"amount": "120", "currency": "points"})]),
        ({"total": "120.50", "payment_type": "Credit"}, [("amount", {"amount": "120.50", "currency": "points"})]),
        # The documents know no other way to pay, so no unit of another one.
        ({"total": 120, "payment_type": "card"}, [("amount", {"amount": "120", "currency": ""})]),
        ({"total": None, "payment_type": "credit"}, []),
        ({"total": [120]}, []),
    ],
)
def test_the_total_of_a_yes_is_what_the_order_cost(
    more: dict[str, Any], said: list[tuple[str, dict[str, str]]]
) -> None:
    placed = read_created(Answer(200, {}, json.dumps({"order_number": "ORD-1"} | more).encode()), WITH_LINK)
    assert [(remark.code, remark.params) for remark in placed.remarks] == said


@pytest.mark.parametrize("number", [None, "", " ", [], {}, True])
def test_a_yes_without_an_order_number_is_unknown_and_keeps_the_evidence(number: object) -> None:
    error = error_from(200, {"order_number": number, "order_id": "2fe533a2"})
    assert (type(error), error.code) == (OutcomeUnknown, "no_number")
    assert "2fe533a2" in error.said
