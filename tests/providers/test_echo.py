"""An answer that contradicts what was sent is no yes; one that repeats it in another spelling, or is silent, is."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from providers.anqicms import echo as anqicms
from providers.citiesocial import echo as citiesocial
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia import echo as damaijia
from providers.damaijia.create import parcel_ids
from providers.errors import OutcomeUnknown
from providers.guoguo import echo as guoguo
from providers.guoguo.kinds import Kind
from providers.http import Answer
from providers.orders import PlacedOrder
from tests.providers.anqicms.samples import ADDRESS
from tests.providers.anqicms.samples import a_form as an_order_of_goods
from tests.providers.citiesocial.test_provider import EXAMPLE, answers
from tests.providers.damaijia.samples import RECIPIENT
from tests.providers.damaijia.samples import a_form as gifts
from tests.providers.guoguo.kinds import LINK, an_order

BEGAN = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)
ENDED = BEGAN + timedelta(seconds=2)
PLACED = PlacedOrder("N-1")
REFERENCE = "100000000000001"


def differs(name: str, told: Mapping[str, Any]) -> str:
    """The facts that an answer contradicts; empty for none."""
    error = _error(name, told)
    if error is None:
        return ""
    assert (error.code, error.params["number"]) == ("answer_differs", "N-1")
    assert 0 < len(error.said) <= 300
    return error.params["facts"]


def _error(name: str, told: Mapping[str, Any]) -> OutcomeUnknown | None:
    try:
        placed = _check(name, told)
    except OutcomeUnknown as error:
        return error
    assert replace(placed, is_ours=False, made_since=None) == PLACED
    return None


def an_answer(told: Mapping[str, Any], clock: datetime | None = None) -> Answer:
    headers = {} if clock is None else {"date": format_datetime(clock, usegmt=True)}
    return Answer(200, headers, json.dumps(told).encode())


def _check(name: str, told: Mapping[str, Any], clock: datetime | None = None) -> PlacedOrder:
    match name:
        case "guoguo":
            return guoguo.check_echo(PLACED, an_answer(told, clock), an_order(Kind.DEFAULT), BEGAN, ENDED)
        case "citiesocial":
            form = CitiesocialOrder.model_validate(answers())
            return citiesocial.check_echo(PLACED, {"order": told}, form, REFERENCE)
        case "damaijia":
            form_of_gifts = gifts(recipients=[RECIPIENT, RECIPIENT | {"mobile": "13900000000"}])
            return damaijia.check_echo(PLACED, {"status": 0, "data": told}, form_of_gifts, REFERENCE)
        case _:
            form_of_shop = an_order_of_goods(remark="quick & please 🎁 now", address=ADDRESS)
            sent = f"quick & please 🎁 now [R{REFERENCE}]"
            return anqicms.check_echo(PLACED, an_answer({"data": told}, clock), form_of_shop, sent, BEGAN, ENDED)


def detail(**told: Any) -> dict[str, Any]:
    return {"order_detail": [told]}


def pieces(*variants: Any) -> list[dict[str, Any]]:
    return [{"variant_id": variant} for variant in variants]


def address(**changes: Any) -> dict[str, Any]:
    sent: Any = EXAMPLE["shipping_address"]
    return {"shipping_address": sent | changes}


def parcel(named: Any = f"{REFERENCE}001", **told: Any) -> dict[str, Any]:
    return {"consignees": [{"site_order_consignee_id": named, "msg_code": 2000} | told]}


SECONDS = int(BEGAN.timestamp())
FANS = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
A, B = 123450001, 123450002

AGREES: list[tuple[str, dict[str, Any]]] = [
    ("guoguo", {}),
    ("guoguo", {"total": 7, "order_detail": None, "create_date_time": "?"}),
    ("guoguo", {"create_date_time": (BEGAN - timedelta(minutes=59)).isoformat()}),
    ("guoguo", {"create_date_time": "2026-06-02T12:30:00+08:00", "order_detail": []}),
    ("guoguo", {"create_date_time": (BEGAN + timedelta(days=1)).isoformat()}),
    ("guoguo", detail(productId=FANS.upper(), link=LINK + "/?utm_source=x", quantity="10", product_name="Fans")),
    ("guoguo", detail(link="https://exmpl.co/1", quantity=20.0)),
    ("guoguo", detail(quantity=5, runs=1, product_id="fans")),
    ("guoguo", {"link": "https://example.com/orders/1", "username": "staff"}),
    ("citiesocial", {}),
    ("citiesocial", {"channel_order_reference": f" {REFERENCE}", "email": "STAFF@example.com", "total_price": "30.0"}),
    ("citiesocial", {"email": "[email protected]", "total_price": None, "shipping_address": "?", "items": "?"}),
    ("citiesocial", {"email": "st***@example.com"}),
    ("citiesocial", address(city="臺北市", phone="+886912345678", address2="八德路1段", title="")),
    ("citiesocial", address(first_name="", phone="09****5678")),
    ("citiesocial", {"items": pieces(A, B, str(A))}),
    ("citiesocial", {"items": pieces(A, None)}),
    ("citiesocial", {"items": pieces("A", "B")}),
    ("citiesocial", {"channel_order_reference": REFERENCE, "items": pieces(1793693507, 1793693507, 1793680195)}),
    ("damaijia", {}),
    ("damaijia", parcel()),
    ("damaijia", parcel(named="88888111")),
    ("damaijia", parcel(mobile="+86 150-0000-0007", consignee="测 试", platform_order_sn="1")),
    ("damaijia", parcel(mobile="150****0007", address="梦想大道108号。")),
    ("damaijia", {"site_order_id": int(REFERENCE), "product_id": "614", "product_number": 2, "source": "TAOBAO"}),
    ("anqicms", {}),
    ("anqicms", {"type": "Goods", "remark": "quick &amp; please ? now", "created_time": SECONDS - 3599}),
    ("anqicms", {"remark": f"quick & please 🎁 now [R{REFERENCE}]", "details": None, "amount": 1}),
    ("anqicms", {"remark": "quick & pl", "created_time": 0}),
    ("anqicms", {"details": [{"goods_id": 188, "quantity": 1}]}),
    ("anqicms", {"order_address": ADDRESS | {"phone": "+8613800000000"}}),
]

DIFFERS: list[tuple[str, dict[str, Any], str]] = [
    ("guoguo", {"create_date_time": (BEGAN - timedelta(minutes=61)).isoformat()}, "time"),
    ("guoguo", {"create_date_time": "2026-06-02T11:29:00+08:00"}, "time"),
    ("guoguo", detail(product_id=FANS[:-1] + "0"), "product"),
    ("guoguo", detail(product_id=FANS, link=LINK + "4"), "target"),
    ("guoguo", detail(quantity=11), "quantity"),
    ("guoguo", detail(product_id=FANS[:-1] + "0", quantity=11), "quantity, product"),
    ("citiesocial", {"channel_order_reference": "100000000000002"}, "our_id"),
    ("citiesocial", {"channel_order_reference": REFERENCE, "email": "other@example.com"}, "email"),
    ("citiesocial", {"total_price": 31}, "amount"),
    ("citiesocial", address(first_name="大明"), "recipients"),
    ("citiesocial", address(phone="0912345679"), "mobile"),
    ("citiesocial", address(zip="200", address2="信義路"), "address"),
    ("citiesocial", {"items": pieces(A, B)}, "items"),
    ("citiesocial", {"items": pieces(A, A, A, B)}, "items"),
    ("citiesocial", {"items": pieces(1, 1, 2)}, "items"),
    ("citiesocial", {"channel_order_reference": REFERENCE, "items": pieces(1, 1)}, "items"),
    ("damaijia", {"site_order_id": 100000000000002}, "our_id"),
    ("damaijia", parcel(named="100000000000002001"), "our_id"),
    ("damaijia", parcel(named=100000000000002001), "our_id"),
    ("damaijia", {"product_id": 615, "source": "jd"}, "product, source"),
    ("damaijia", {"product_number": 3}, "quantity"),
    ("damaijia", parcel(consignee="李小红", mobile="13900000000"), "recipients, mobile"),
    ("damaijia", parcel(address="文一路1号"), "address"),
    ("anqicms", {"type": "vip"}, "type"),
    ("anqicms", {"remark": "quick & please 🎁 now [R100000000000002]"}, "remark"),
    ("anqicms", {"remark": "Theme A"}, "remark"),
    ("anqicms", {"details": [{"goods_id": 188, "quantity": 2}]}, "items"),
    ("anqicms", {"order_address": ADDRESS | {"name": "李小红", "phone": "13900000000"}}, "address"),
    ("anqicms", {"created_time": SECONDS - 3601}, "time"),
]


@pytest.mark.parametrize(("name", "told"), AGREES)
def test_an_answer_that_is_silent_or_spells_it_otherwise_is_believed(name: str, told: dict[str, Any]) -> None:
    assert differs(name, told) == ""


@pytest.mark.parametrize(("name", "told", "facts"), DIFFERS)
def test_an_answer_that_contradicts_what_was_sent_is_not(name: str, told: dict[str, Any], facts: str) -> None:
    assert differs(name, told) == facts


def test_a_shop_that_got_no_remark_may_write_its_title_but_no_other_marker() -> None:
    form = an_order_of_goods()
    title = an_answer({"data": {"remark": "英文外贸响应式通用主题等"}})
    assert anqicms.check_echo(PLACED, title, form, "", BEGAN, ENDED) == PLACED
    with pytest.raises(OutcomeUnknown):
        anqicms.check_echo(PLACED, an_answer({"data": {"remark": "[R100000000000002]"}}), form, "", BEGAN, ENDED)


def test_the_only_parcel_is_compared_without_its_id() -> None:
    form = gifts()
    (ours,) = parcel_ids(form, REFERENCE)
    for named in (ours, "", None):
        told = {"status": 0, "data": parcel(named=named, mobile="13900000000")}
        with pytest.raises(OutcomeUnknown):
            damaijia.check_echo(PLACED, told, form, REFERENCE)


@pytest.mark.parametrize(
    ("name", "told", "is_ours"),
    [
        ("citiesocial", {"channel_order_reference": REFERENCE}, True),
        ("citiesocial", {"total_price": None}, False),
        ("damaijia", {"site_order_id": REFERENCE}, True),
        ("damaijia", {"consignees": [{"site_order_consignee_id": parcel_ids(gifts(), REFERENCE)[0]}]}, True),
        ("damaijia", {"consignees": [{"site_order_consignee_id": "88888111"}]}, False),
        ("damaijia", {}, False),
        ("anqicms", {"remark": f"quick &amp; please 🎁 now [R{REFERENCE}]"}, True),
        ("anqicms", {"remark": "quick &amp; please"}, False),
        ("guoguo", detail(link=LINK), False),
    ],
)
def test_an_answer_is_ours_alone_where_it_repeats_our_reference(
    name: str, told: dict[str, Any], *, is_ours: bool
) -> None:
    assert _check(name, told).is_ours is is_ours


def seconds(after: float) -> datetime:
    return BEGAN + timedelta(seconds=after)


@pytest.mark.parametrize(
    ("made", "told_at", "proven"),
    [
        (0, 0, True),
        (2, 2, True),
        # Whole seconds, and clocks that are not the same to the second.
        (-1, -3, True),
        (3, 5, True),
        # A clock of its own proves nothing, and an answer that was kept shows the time when it was given first.
        (0, -4, False),
        (0, 6, False),
        (-30, -30, False),
        # Made before ours was sent: an hour is what clocks may differ by, but this clock is ours.
        (-6, 1, False),
        (0, None, False),
        (None, 0, False),
    ],
)
def test_the_time_of_an_answer_proves_that_an_order_is_not_one_from_before(
    made: float | None, told_at: float | None, *, proven: bool
) -> None:
    clock = None if told_at is None else seconds(told_at)
    since = BEGAN - timedelta(seconds=5) if proven else None
    told = {} if made is None else {"create_date_time": seconds(made).isoformat()}
    assert _check("guoguo", told, clock).made_since == since
    told_by_shop = {} if made is None else {"created_time": int(seconds(made).timestamp())}
    assert _check("anqicms", told_by_shop, clock).made_since == since
