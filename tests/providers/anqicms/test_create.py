"""A create sends what the document's sample has, and each documented answer becomes one outcome."""

import json
from typing import Any

import pytest

from providers.anqicms.answer import money
from providers.anqicms.create import order_body, read_created
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.http import Answer
from providers.orders import PlacedOrder, Status
from tests.providers.anqicms.samples import ADDRESS, PLACED, REFERENCE, a_form
from tests.providers.contract import WORDS, sentence_of

TWO_LINES = [{"goods_id": 188, "quantity": 1}, {"goods_id": 189, "quantity": 3}]

NUMBER = "202211232209080046"


def test_one_line_is_the_documents_sample() -> None:
    assert json.dumps(order_body(a_form())) == '{"goods_id": 188, "quantity": 1, "type": "goods"}'


def test_more_lines_are_details_in_their_order() -> None:
    assert order_body(a_form(items=TWO_LINES)) == {"details": TWO_LINES, "type": "goods"}


def test_an_address_goes_without_an_id_and_in_lower_case_keys() -> None:
    assert order_body(a_form(address=ADDRESS))["address"] == ADDRESS


def test_a_remark_is_sent_when_there_is_one() -> None:
    assert order_body(a_form(remark="quick\nplease"))["remark"] == "quick\nplease"
    assert "remark" not in order_body(a_form())


def test_the_marker_ends_the_remark_and_fits_the_shops_column() -> None:
    assert order_body(a_form(), marker=REFERENCE)["remark"] == f"[R{REFERENCE}]"
    assert order_body(a_form(remark="quick"), marker=REFERENCE)["remark"] == f"quick [R{REFERENCE}]"
    longest = order_body(a_form(remark="字" * 220), marker=REFERENCE)["remark"]
    assert longest == "字" * 220 + f" [R{REFERENCE}]"
    assert len(longest) <= 250


def test_what_is_known_of_a_product_is_not_sent() -> None:
    known = [line | {"goods": {"title": "Theme", "price": "99.00", "in_stock": 3}} for line in TWO_LINES]
    assert order_body(a_form(items=known)) == {"details": TWO_LINES, "type": "goods"}
    assert order_body(a_form(items=known[:1])) == TWO_LINES[0] | {"type": "goods"}


def read(body: Any, status: int = 200, our_user: int | None = None) -> PlacedOrder:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_created(Answer(status, {}, raw), "CNY", our_user)


def error_of(body: Any, status: int = 200) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read(body, status)
    assert sentence_of("anqicms", caught.value)
    assert len(caught.value.said) <= 300
    return caught.value


def remarks_of(placed: PlacedOrder) -> list[str]:
    sentences = [WORDS.get(f"remark.anqicms.{one.code}") or WORDS[f"remark.{one.code}"] for one in placed.remarks]
    given = [{"account": "AnqiCMS"} | one.params for one in placed.remarks]
    return [text.format_map(gaps) for text, gaps in zip(sentences, given, strict=True)]


@pytest.mark.parametrize("code", [0, 200])
def test_the_documents_sample_is_placed_and_awaits_payment(code: int) -> None:
    placed = read(PLACED | {"code": code})
    assert (placed.number, placed.status, placed.supplier_status) == (NUMBER, Status.AWAITING_PAYMENT, "0")
    assert placed.also_known_as == ()
    assert remarks_of(placed) == ["Amount: 99.00"]


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        (-1, Status.CANCELLED, "-1"),
        (0, Status.AWAITING_PAYMENT, "0"),
        (1, Status.PAID, "1"),
        (2, Status.SHIPPED, "2"),
        (3, Status.COMPLETED, "3"),
        (8, Status.REFUNDING, "8"),
        (9, Status.REFUNDED, "9"),
        ("1", Status.PAID, "1"),
        (77, Status.PLACED, "77"),
        (None, Status.PLACED, ""),
        ([1], Status.PLACED, ""),
    ],
)
def test_the_shops_status_has_our_word_or_is_just_placed(given: Any, status: Status, word: str) -> None:
    placed = read({"code": 0, "data": {"order_id": NUMBER, "status": given}})
    assert (placed.status, placed.supplier_status) == (status, word)


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "data": {"order_id": NUMBER}},
        {"code": 0, "data": {"order_id": int(NUMBER), "amount": "99", "user_id": None}, "msg": None},
        {"code": 0, "data": {"order_id": f" {NUMBER} ", "amount": 99.5, "status": True}, "total": "?"},
    ],
)
def test_a_number_is_enough(body: Any) -> None:
    assert read(body, our_user=1) == PlacedOrder(number=NUMBER)


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(9900, "99.00"), (5, "0.05"), (0, "0.00"), (-150, "-1.50"), (10**18 + 1, f"{10**16}.01")]
)
def test_amounts_are_exact(hundredths: int, shown: str) -> None:
    assert money(hundredths) == shown


def test_an_order_of_another_user_is_told() -> None:
    body = {"code": 0, "data": {"order_id": NUMBER, "user_id": 7}}
    assert remarks_of(read(body, our_user=1000)) == [
        "AnqiCMS booked the order under its user 7; we are user 1000. Please check it there."
    ]
    assert remarks_of(read(body, our_user=7)) == []
    assert remarks_of(read(body)) == []


@pytest.mark.parametrize("ours", [1000, None])
def test_an_order_that_is_booked_under_nobody_is_always_told(ours: int | None) -> None:
    (told,) = remarks_of(read({"code": 0, "data": {"order_id": NUMBER, "user_id": 0}}, our_user=ours))
    assert "under nobody" in told


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0},
        {"code": 0, "data": None},
        {"code": 200, "data": []},
        {"code": 0, "data": {"order_id": ""}},
        {"code": 0, "data": {"order_id": " "}},
        {"code": 0, "data": {"order_id": None}},
        {"code": 0, "data": {"order_id": True}},
        {"code": 0, "data": {"order_id": 1.5}},
        {"code": 0, "data": {"order_id": {}}},
    ],
)
def test_a_success_without_a_number_is_unknown(body: Any) -> None:
    error = error_of(body)
    assert (type(error), error.code) == (OutcomeUnknown, "no_number")


@pytest.mark.parametrize("http", [200, 400, 403])
def test_minus_one_is_a_refusal_in_the_shops_words(http: int) -> None:
    error = error_of({"code": -1, "msg": "请选择商品"}, http)
    assert (type(error), error.code, error.said, error.fields) == (OrderRefused, "refused", "请选择商品", ())
    assert error_of({"code": -1, "message": "x" * 400}).said == "x" * 300
    assert error_of({"code": -1, "msg": None}).said == ""


@pytest.mark.parametrize("code", [1001, 1002])
def test_a_missing_login_is_a_denied_access(code: int) -> None:
    assert isinstance(error_of({"code": code, "msg": "请登录"}), AccessDenied)


@pytest.mark.parametrize("code", [1, 4001, -2, 500])
def test_a_code_of_no_document_is_unknown(code: int) -> None:
    error = error_of({"code": code, "msg": "?"})
    assert (type(error), error.code, error.params) == (OutcomeUnknown, "undocumented", {"code": str(code)})


@pytest.mark.parametrize(
    "body", [b"", b"Too many", b"[]", b"null", {}, {"code": "0"}, {"code": None}, {"code": False}, {"code": 0.0}]
)
def test_an_answer_without_an_integer_code_is_unknown(body: Any) -> None:
    error = error_of(body)
    assert (type(error), error.code) == (OutcomeUnknown, "strange_answer")


@pytest.mark.parametrize(
    ("http", "body"),
    [(429, b"Too many requests from this IP."), (403, b"Your IP is blocked."), (404, b"<html>"), (429, b""), (500, b"")]
    + [(http, PLACED | {"code": code}) for http in (302, 408, 409, 425, 429, 500, 503) for code in (0, -1, 1001)]
    + [(404, PLACED)],
)
def test_an_http_error_that_is_not_the_shops_refusal_is_unknown(http: int, body: Any) -> None:
    error = error_of(body, http)
    assert (type(error), error.code, error.params) == (OutcomeUnknown, "http_status", {"status": str(http)})
