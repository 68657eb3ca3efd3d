"""A row of keys that nobody documents against what was sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from providers.damaijia.create import order_body
from providers.damaijia.matching import FACT_OF, Entry, Sent
from tests.providers.damaijia.samples import NOON, RECIPIENT, REFERENCE, a_form, a_sending

TWO = [RECIPIENT, RECIPIENT | {"consignee": "李小红", "mobile": "15000000008"}]


def compare(row: dict[str, Any], reference: str = REFERENCE, **changes: Any) -> Entry:
    return Sent(a_form(**changes), a_sending(reference)).compare(row, of_parcel=True)


def differs(row: dict[str, Any], **changes: Any) -> list[str]:
    return sorted(compare(row, **changes).differs)


def test_everything_that_was_sent_agrees_with_itself() -> None:
    body = order_body(a_form(), REFERENCE)
    entry = compare(body | body["consignees"][0])
    assert entry.own
    assert not entry.differs
    assert entry.agrees == set(FACT_OF.values())


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ({"product_id": 615}, "product"),
        ({"product_number": "2"}, "quantity"),
        ({"consignee": "李小红"}, "recipients"),
        ({"mobile": 15000000008}, "mobile"),
        ({"province": "江苏省"}, "address"),
        ({"city": "宁波市"}, "address"),
        ({"district": "西湖区"}, "address"),
        ({"address": "文一路1号"}, "address"),
        ({"platform_order_sn": "00000000002"}, "platform_number"),
        ({"source": "jd"}, "source"),
        ({"remark": "another"}, "remark"),
        ({"site_order_id": 1000112}, "our_id"),
        ({"site_order_consignee_id": "1000111002"}, "our_id"),
    ],
)
def test_every_key_of_the_create_can_differ(row: dict[str, Any], fact: str) -> None:
    entry = compare(row)
    assert (set(entry.differs), entry.own) == ({fact}, False)
    assert fact in entry.values


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, True, 1.5, "15*********7"])
def test_a_value_that_says_nothing_does_not_differ(value: Any) -> None:
    entry = compare({"mobile": value, "platform_order_sn": value, "site_order_id": value})
    assert (entry.agrees, entry.differs, entry.own) == (frozenset(), frozenset(), False)


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        ({"mobile": " 15000000007 "}, {}),
        ({"mobile": 15000000007}, {}),
        # As it was sent by a program that took no separators off, and as lists may write it.
        ({"mobile": "150 0000-0007"}, {}),
        ({"mobile": "+86 15000000007"}, {}),
        ({"mobile": "15000000007 转 12"}, {"recipients": [RECIPIENT | {"mobile": "15000000007转12"}]}),
        ({"platform_order_sn": 1}, {}),
        ({"remark": "two lines"}, {"remark": "two\nlines"}),
        ({"mobile": "15000000009"}, {"recipients": [RECIPIENT | {"mobile": "15*********7"}]}),
    ],
)
def test_what_only_looks_different_does_not_differ(row: dict[str, Any], changes: dict[str, Any]) -> None:
    assert differs(row, **changes) == []


def test_our_ids_are_known_as_numbers_and_as_text() -> None:
    for given in (
        {"site_order_id": "1000111"},
        {"site_order_id": 1000111},
        {"site_order_consignee_id": 1000111001},
        {"platform_order_sn": "1000111001"},
    ):
        assert compare(given, recipients=[RECIPIENT | {"platform_order_sn": None}]).own
    assert compare({"site_order_consignee_id": 7001}, reference="007").own


def test_a_row_is_held_against_the_recipient_that_it_fits() -> None:
    assert differs({"consignee": "李小红", "mobile": "15000000008"}, recipients=TWO) == []
    assert differs({"consignee": "李小红", "mobile": "15000000007"}, recipients=TWO) != []
    parcel = {"site_order_consignee_id": "1000111001", "consignee": "李小红", "mobile": "15000000008"}
    assert differs(parcel, recipients=TWO) == ["mobile", "recipients"]


def test_a_number_of_pieces_is_compared_only_where_its_meaning_is_clear() -> None:
    assert differs({"product_number": 2}) == ["quantity"]
    assert differs({"product_number": 2}, recipients=TWO) == []
    assert "quantity" in compare({"product_number": 1}, recipients=TWO).agrees


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("create_time", "2021-08-05 12:00:00"),
        ("created_at", "2021/08/05 12:00"),
        ("create_at", "2021-08-05T04:00:00Z"),
        ("add_time", 1628136000),
        ("create_time", "1628136000000"),
    ],
)
def test_a_time_is_the_suppliers_office_time(key: str, written: Any) -> None:
    entry = compare({key: written})
    assert (entry.at, entry.differs) == (NOON, frozenset())


@pytest.mark.parametrize("written", ["2021-08-05", "20210805", "soon", "0000-00-00 00:00:00", "9" * 10, "9" * 400, ""])
def test_a_time_that_is_none_is_only_shown(written: str) -> None:
    entry = compare({"create_time": written})
    assert entry.at is None or entry.at > datetime(2286, 1, 1, tzinfo=UTC)
    assert entry.values.get("time", "") == written


def test_a_time_outside_the_time_in_question_differs() -> None:
    local = timedelta(hours=8)
    for moment, far in ((-6, True), (-5, False), (30, False), (31, True)):
        written = f"{NOON + local + timedelta(minutes=moment):%Y-%m-%d %H:%M:%S}"
        assert differs({"create_time": written}) == (["time"] if far else [])
    assert differs({"create_time": "2021-08-04"}) == ["time"]


@pytest.mark.parametrize(
    ("letter", "shown"),
    [("f", "awaiting payment (f)"), ("p", "placed (p)"), ("s", "shipped (s)"), ("c", "cancelled (c)"), ("x", "x")],
)
def test_the_letter_of_a_parcel_is_shown_with_its_meaning(letter: str, shown: str) -> None:
    assert compare({"status": letter}).values == {"status": shown}
    assert Sent(a_form(), a_sending()).compare({"status": letter}, of_parcel=False).values == {}
