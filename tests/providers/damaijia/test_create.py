"""A create sends what the document's sample has, and each documented answer becomes one outcome."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from providers.damaijia.create import REFUSALS, order_body, parcel_ids, read_created
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.http import Answer
from providers.orders import PlacedOrder, Remark, Status
from tests.providers.contract import WORDS, sentence_of
from tests.providers.damaijia.samples import PLACED, RECIPIENT, REFERENCE, a_form

SENT = {"88888111": "王小明", "77788111": "李小红"}
NUMBER = "2021020411023208680132"


def test_the_body_is_the_documents_sample_in_its_order() -> None:
    body = order_body(a_form(), REFERENCE)
    assert json.dumps(body, ensure_ascii=False) == (
        '{"product_id": 614, "site_order_id": 1000111, "product_number": 1, "remark": "ceshi", "source": "taobao",'
        ' "consignees": [{"site_order_consignee_id": "1000111001", "consignee": "测试", "mobile": "15000000007",'
        ' "province": "浙江省", "city": "杭州市", "district": "余杭区", "address": "梦想大道108号",'
        ' "platform_order_sn": "00000000001"}]}'
    )


def test_a_skipped_platform_number_is_the_parcels_id() -> None:
    body = order_body(a_form(recipients=[RECIPIENT | {"platform_order_sn": None}]), REFERENCE)
    assert body["consignees"][0]["platform_order_sn"] == "1000111001"


def test_every_parcel_has_an_id_of_its_own_that_fits_64_bits() -> None:
    ids = parcel_ids(a_form(recipients=[RECIPIENT] * 999), "999999999999999")
    assert (ids[0], ids[-1], len(set(ids))) == ("999999999999999001", "999999999999999999", 999)
    assert int(ids[-1]) < 2**63


def test_a_sender_has_the_given_keys_only() -> None:
    body = order_body(a_form(sender={"consigner": "李小红", "mobile": None, "city": "杭州市"}), REFERENCE)
    assert body["consigners"] == [{"consigner": "李小红", "city": "杭州市"}]
    assert "consigners" not in order_body(a_form(), REFERENCE)


def test_what_the_catalogue_knows_is_not_sent() -> None:
    assert order_body(a_form(gift={"title": "Tissues", "price": "3"}), REFERENCE) == order_body(a_form(), REFERENCE)


def read(body: Any, status: int = 200, sent: dict[str, str] = SENT) -> PlacedOrder:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_created(Answer(status, {}, raw), sent)


def error_of(body: Any, status: int = 200) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read(body, status)
    assert sentence_of("damaijia", caught.value)
    assert len(caught.value.said) <= 300
    return caught.value


def words_of(remark: Remark) -> str:
    return WORDS[f"remark.damaijia.{remark.code}"].format_map({"account": "our account"} | remark.params)


def placed_with(*parcels: dict[str, Any]) -> PlacedOrder:
    return read({"status": 0, "data": {"order_sn": NUMBER, "consignees": parcels}})


def test_the_documents_sample_is_placed_and_names_the_refused_recipient() -> None:
    placed = read(PLACED)
    assert (placed.number, placed.status, placed.supplier_status) == (NUMBER, Status.PLACED, "")
    assert [words_of(remark) for remark in placed.remarks] == [
        "Recipient 1, 王小明, was refused. our account says: 该地区已禁发 (北京/北京市)"
    ]


@pytest.mark.parametrize("code", [2001, "2001"])
@pytest.mark.parametrize("own_id", ["88888111", 88888111])
def test_codes_and_ids_may_be_text_or_numbers(code: Any, own_id: Any) -> None:
    (remark,) = placed_with({"site_order_consignee_id": own_id, "msg_code": code}).remarks
    assert (remark.code, remark.params["recipient"]) == ("recipient_refused", "王小明")


def test_an_order_without_any_accepted_parcel_is_placed_and_says_so() -> None:
    placed = placed_with(*({"site_order_consignee_id": own_id, "msg_code": "2001"} for own_id in SENT))
    assert (placed.number, placed.status) == (NUMBER, Status.NO_PARCEL_ACCEPTED)
    assert [remark.params["number"] for remark in placed.remarks] == ["1", "2"]


def test_the_same_parcel_refused_twice_leaves_the_other_one_accepted() -> None:
    parcel = {"site_order_consignee_id": "88888111", "msg_code": 2001}
    assert placed_with(parcel, parcel).status is Status.PLACED


def test_a_zone_or_a_message_alone_refuses_nobody() -> None:
    parcel = {"site_order_consignee_id": "88888111", "forbidden_zone": "北京/北京市", "msg": "该地区已禁发"}
    assert placed_with(parcel, parcel | {"msg_code": "2000"}, parcel | {"msg_code": None}).remarks == ()


@pytest.mark.parametrize("code", [2002, "new", [2001], True])
def test_an_unknown_parcel_code_is_a_remark_and_no_failure(code: Any) -> None:
    placed = placed_with(*({"site_order_consignee_id": own_id, "msg_code": code} for own_id in SENT))
    assert placed.status is Status.PLACED
    assert {remark.code for remark in placed.remarks} == {"recipient_unclear"}
    assert all(words_of(remark) for remark in placed.remarks)


@pytest.mark.parametrize(("code", "kind"), [(2001, "parcel_refused"), (2002, "parcel_unclear")])
def test_a_parcel_that_is_not_ours_is_told_by_its_id(code: int, kind: str) -> None:
    placed = placed_with({"site_order_consignee_id": 5, "msg_code": code}, {"msg_code": code})
    assert [(remark.code, remark.params["parcel"]) for remark in placed.remarks] == [(kind, "5"), (kind, "?")]
    assert placed.status is Status.PLACED
    assert all(words_of(remark) for remark in placed.remarks)


def test_the_only_parcel_needs_no_id() -> None:
    placed = read({"status": 0, "data": {"order_sn": NUMBER, "consignees": [{"msg_code": 2001}]}}, sent={"1": "王小明"})
    assert (placed.status, placed.remarks[0].params["recipient"]) == (Status.NO_PARCEL_ACCEPTED, "王小明")


def amount_told(data: dict[str, Any], beside: dict[str, Any] | None = None) -> list[Mapping[str, str]]:
    placed = read({"status": 0, "data": {"order_sn": NUMBER, **data}, **(beside or {})})
    return [remark.params for remark in placed.remarks if remark.code == "amount"]


def test_the_points_that_an_order_took_are_said_wherever_the_answer_has_them() -> None:
    six = [{"amount": "6", "currency": "points"}]
    own = {"site_order_consignee_id": "88888111", "msg_code": 2000}
    assert amount_told({"amount": 6}) == six
    assert amount_told({"amount": "6"}) == six
    assert amount_told({}, {"amount": 6}) == six
    assert amount_told({"consignees": [own | {"amount": 2}, own | {"amount": 4}]}) == six


@pytest.mark.parametrize("data", [{}, {"amount": None}, {"amount": 1.5}, {"amount": "many"}, {"amount": True}])
def test_points_that_are_not_told_or_can_not_be_read_are_not_said(data: dict[str, Any]) -> None:
    assert amount_told(data) == []
    assert amount_told({"consignees": [{"amount": 2}, data]}) == []


@pytest.mark.parametrize(
    "body",
    [
        {"status": 0, "data": {"order_sn": NUMBER}},
        {"status": "0", "data": {"order_sn": int(NUMBER), "consignees": None, "amount": "many"}},
        {"status": 0, "data": {"order_sn": f" {NUMBER} ", "consignees": ["?", None, 5]}},
        {"status": 0, "order_sn": NUMBER, "data": []},
        {"status": 0, "data": {"order_sn": NUMBER, "consignees": [{"msg_code": 2000, "site_order_consignee_id": []}]}},
    ],
)
def test_a_number_is_enough(body: Any) -> None:
    assert read(body) == PlacedOrder(number=NUMBER)


@pytest.mark.parametrize("number", ["", "  ", None, True, 1.5, [NUMBER]])
def test_a_success_without_a_number_is_unknown(number: Any) -> None:
    error = error_of({"status": 0, "data": {"order_sn": number}})
    assert (type(error), error.code) == (OutcomeUnknown, "no_number")


@pytest.mark.parametrize(
    ("status", "code", "fields"),
    [
        (132, "not_json", ()),
        (422, "invalid", ()),
        (209, "balance", ()),
        (226, "off_sale", ("product_id",)),
        (228, "source_not_supported", ("source",)),
        (235, "no_shipping", ()),
    ],
)
@pytest.mark.parametrize("http", [200, 400, 422])
def test_a_documented_status_is_a_refusal(status: int, code: str, fields: tuple[str, ...], http: int) -> None:
    error = error_of({"status": status, "err": "为什么"}, http)
    assert (type(error), error.code, error.said, error.fields) == (OrderRefused, code, "为什么", fields)
    assert status in REFUSALS


@pytest.mark.parametrize(
    ("err", "said"),
    [
        ("mobile 不合法", "mobile 不合法"),
        ({"mobile": ["不合法"]}, '{"mobile": ["不合法"]}'),
        ("字" * 400, "字" * 300),
        (None, "msg"),
        ("", "msg"),
    ],
)
def test_the_hint_of_422_is_shown_whatever_its_type(err: Any, said: str) -> None:
    assert error_of({"status": 422, "err": err, "msg": "msg"}).said == said


def test_200_in_the_body_is_a_denied_access() -> None:
    assert isinstance(error_of({"status": 200}), AccessDenied)
    assert isinstance(error_of({"status": "200"}, 401), AccessDenied)


def test_an_id_that_exists_already_is_unknown_and_never_refused() -> None:
    error = error_of({"status": 234})
    assert (type(error), error.code) == (OutcomeUnknown, "exists")


@pytest.mark.parametrize("status", [1, -1, 500, 2001, 999_999_999_999])
def test_a_status_of_no_document_is_unknown(status: int) -> None:
    error = error_of({"status": status})
    assert (type(error), error.params) == (OutcomeUnknown, {"status": str(status)})


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"{}", {"status": None}, {"status": False}, {"status": 0.0}]
)
def test_an_answer_without_a_status_is_unknown(body: Any) -> None:
    error = error_of(body)
    assert (type(error), error.code) == (OutcomeUnknown, "strange_answer")


@pytest.mark.parametrize("http", [302, 408, 409, 425, 429, 500, 502])
@pytest.mark.parametrize("status", [0, 200, 226])
def test_some_http_statuses_are_unknown_whatever_the_body_says(http: int, status: int) -> None:
    error = error_of(PLACED | {"status": status}, http)
    assert (type(error), error.code, error.params) == (OutcomeUnknown, "http_status", {"status": str(http)})


@pytest.mark.parametrize("body", [b"<html>not found</html>", {"status": 0}, {"status": 1}])
def test_a_client_error_without_a_documented_refusal_is_unknown(body: Any) -> None:
    assert error_of(body, 404).code == "http_status"
