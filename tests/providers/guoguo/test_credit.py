"""Debits are a second witness: they can leave a question open, and never settle one."""

import json
from decimal import Decimal
from typing import Any

import pytest

from providers.errors import ReadingFailed
from providers.orders import Balance, Findings
from providers.simulators.guoguo.products import LIKES
from tests.providers.contract import sentence_of
from tests.providers.guoguo.lists import BODY, FORM, SENDING, Lists, guoguo, order, record
from tests.providers.stranger import answering, http_answer

FOREIGN = [{"product_id": LIKES, "link": BODY["link"]}]


async def found(orders: list[Any], records: list[Any]) -> Findings:
    async with Lists(orders, records) as lists, guoguo(lists) as provider:
        return await provider.find_order(FORM, SENDING)


def codes(findings: Findings) -> list[str]:
    return [signal.code for signal in findings.signals]


@pytest.mark.parametrize(
    ("row", "points"),
    [
        (record("CR-1"), "120"),
        (record("CR-1", type="brand_new"), "120"),
        (record("CR-1", quantity="-120.50"), "120.5"),
        (record("CR-1", quantity=1200, type="Decrease"), "1200"),
        (record("CR-1", quantity=-0.5), "0.5"),
    ],
)
async def test_a_negative_quantity_or_a_decrease_is_a_debit(row: dict[str, Any], points: str) -> None:
    findings = await found([order("O-1")], [row])
    assert findings.complete
    [signal] = findings.signals
    assert signal.params == {"quantity": points, "at": "2026-06-02T12:30:00+08:00", "record": "CR-1"}


@pytest.mark.parametrize(
    "row", [record("CR-1", quantity=500, type="increase"), record("CR-1", -63), record("CR-1", quantity=0, type=None)]
)
async def test_credit_that_comes_in_and_debits_before_the_horizon_are_no_evidence(row: dict[str, Any]) -> None:
    findings = await found([], [row])
    assert (findings.complete, findings.signals) == (True, ())


@pytest.mark.parametrize("named", [{"order_number": "O-1"}, {"order_id": "ID-O-1"}, {"id": "id-o-1", "more": []}])
async def test_a_debit_that_names_somebody_elses_order_is_left_out(named: dict[str, Any]) -> None:
    rows = [order("O-1", order_detail=FOREIGN)]
    findings = await found(rows, [record("CR-1", order=named)])
    assert (findings.matches, findings.signals, findings.complete) == ((), (), True)


@pytest.mark.parametrize("named", [{"order_number": "OLD"}, {"order_number": "LATE"}])
async def test_a_debit_that_names_an_order_of_another_time_is_left_out(named: dict[str, Any]) -> None:
    orders = [order("LATE", 20, order_detail=FOREIGN), order("OLD", -63)]
    findings = await found(orders, [record("CR-1", order=named)])
    assert (findings.signals, findings.complete) == ((), True)


async def test_a_debit_that_names_an_order_that_may_be_ours_is_told() -> None:
    findings = await found([order("O-1")], [record("CR-1", order={"order_number": "O-1"})])
    assert (codes(findings), findings.complete) == (["debit"], True)


async def test_a_debit_of_another_order_does_not_explain_ours() -> None:
    rows = [order("O-1", order_detail=FOREIGN)]
    records = [record("CR-2"), record("CR-1", order={"order_number": "O-1"})]
    findings = await found(rows, records)
    assert (codes(findings), findings.complete) == (["debit", "debit_without_order"], False)


@pytest.mark.parametrize("named", [{"order_number": "O-9"}, {}, [], "O-9", 5])
async def test_a_debit_whose_order_is_not_in_the_list_leaves_it_open(named: object) -> None:
    findings = await found([], [record("CR-1", order=named)])
    assert (codes(findings), findings.complete) == (["debit", "debit_without_order"], False)


async def test_an_order_that_was_paid_otherwise_explains_no_debit() -> None:
    findings = await found([order("O-1", payment_type="card", order_detail=FOREIGN)], [record("CR-1")])
    assert (codes(findings), findings.complete) == (["debit", "debit_without_order"], False)


async def test_an_order_without_a_debit_leaves_nothing_open() -> None:
    findings = await found([order("O-1"), order("O-2")], [record("CR-1")])
    assert (codes(findings), findings.complete) == (["debit"], True)


@pytest.mark.parametrize("minutes", [-61, -3, 11, 300])
async def test_a_debit_of_another_time_that_no_order_explains_leaves_it_open(minutes: float) -> None:
    findings = await found([], [record("CR-1", minutes)])
    assert (codes(findings), findings.complete) == (["debit", "debit_without_order"], False)
    findings = await found([order("O-1", minutes, order_detail=FOREIGN)], [record("CR-1", minutes)])
    assert (findings.matches, codes(findings), findings.complete) == ((), [], True)


async def test_an_order_of_another_time_does_not_explain_a_debit_of_the_time_in_question() -> None:
    findings = await found([order("O-1", -30, order_detail=FOREIGN)], [record("CR-1")])
    assert (codes(findings), findings.complete) == (["debit", "debit_without_order"], False)


async def balance(answer: bytes) -> Balance:
    async with Lists([]) as lists, answering(answer) as stranger, guoguo(lists, base_url=stranger.url) as provider:
        return await provider.balance()


@pytest.mark.parametrize(
    ("told", "points"), [(880, "880"), (880.5, "880.5"), ("880", "880"), (" 12.30 ", "12.30"), (-3, "-3"), (0, "0")]
)
async def test_a_balance_is_read_in_every_shape_of_a_number(told: object, points: str) -> None:
    answer = http_answer(200, json.dumps({"balance": told}).encode())
    assert await balance(answer) == Balance(Decimal(points), "points")


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(200, b'{"balance": null}'),
        http_answer(200, b'{"balance": ""}'),
        http_answer(200, b'{"balance": "lots"}'),
        http_answer(200, b'{"balance": true}'),
        http_answer(200, b'{"balance": [880]}'),
        http_answer(200, b'{"balance": "1e999"}'),
        http_answer(200, b'{"balance": NaN}'),
        http_answer(200, b'{"balance": Infinity}'),
        http_answer(200, b"{}"),
        http_answer(200, b"<html>"),
        http_answer(400, b'{"balance": 5, "result_code": "organization_disable"}'),
        http_answer(500, b'{"balance": 5}'),
    ],
)
async def test_anything_else_is_no_balance(answer: bytes) -> None:
    with pytest.raises(ReadingFailed) as caught:
        await balance(answer)
    assert sentence_of("guoguo", caught.value)
