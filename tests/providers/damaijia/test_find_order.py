"""An order whose answer was lost, looked for in lists whose rows nobody documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from providers.base import ReadsOrders, ReconcilesOrders
from providers.damaijia.create import order_body
from providers.damaijia.matching import Signal
from providers.damaijia.orders import ORDERS, PARCELS
from providers.damaijia.provider import Damaijia
from providers.errors import OutcomeUnknown
from providers.orders import Findings, Sending
from providers.simulators.base import Fault
from providers.simulators.damaijia.orders import RICH
from tests.providers.damaijia.looking import elsewhere, look, lose, numbers, told
from tests.providers.damaijia.recording import LISTS, Recording
from tests.providers.damaijia.samples import NOON, RECIPIENT, REFERENCE, a_form, a_sending

TWO = [RECIPIENT, RECIPIENT | {"consignee": "李小红", "mobile": "15000000008", "city": "宁波市"}]


def test_the_account_can_find_and_check_and_send_again(account: Damaijia) -> None:
    assert isinstance(account, ReconcilesOrders)
    assert isinstance(account, ReadsOrders)
    assert account.idempotent_create


async def test_our_id_on_a_row_that_agrees_is_certain(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH
    await lose(supplier, account)
    findings = await look(account)
    assert told(findings) == [(numbers(supplier)[0], True, ())]
    assert findings.signals == ()
    (match,) = findings.matches
    assert match.at == NOON
    assert match.facts == {
        "product": "614",
        "quantity": "1",
        "recipients": "测试",
        "mobile": "15000000007",
        "our_id": "1000111, 1000111001",
        "status": "placed (p)",
    }


@pytest.mark.parametrize(
    "carried", [{"site_order_id"}, {"site_order_consignee_id"}, {"site_order_consignee_id", "product_id"}]
)
async def test_one_of_our_ids_is_enough(supplier: Recording, account: Damaijia, carried: set[str]) -> None:
    supplier.rows_carry = frozenset({"order_sn"} | carried)
    await lose(supplier, account)
    assert told(await look(account)) == [(numbers(supplier)[0], True, ())]


async def test_a_parcel_id_in_place_of_the_platform_number_is_ours(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = frozenset({"order_sn", "platform_order_sn"})
    recipients = [RECIPIENT | {"platform_order_sn": None}]
    await lose(supplier, account, recipients=recipients)
    assert told(await look(account, recipients=recipients)) == [(numbers(supplier)[0], True, ())]


async def test_poor_rows_are_evidence_only(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    findings = await look(account)
    assert told(findings) == [(numbers(supplier)[0], False, ())]
    assert findings.matches[0].facts == {
        "product": "614",
        "quantity": "1",
        "recipients": "测试",
        "mobile": "15000000007",
    }


async def test_an_order_that_was_never_taken_is_not_found_and_not_excluded(
    supplier: Recording, account: Damaijia
) -> None:
    await lose(supplier, account, Fault.DROP_BEFORE)
    assert await look(account) == Findings()


async def test_an_order_that_was_taken_late_is_found_then(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH
    await lose(supplier, account, Fault.LATE)
    assert told(await look(account)) == []
    supplier.clock += timedelta(minutes=10)
    supplier.take_late()
    assert told(await look(account)) == [(numbers(supplier)[0], True, ())]


@pytest.mark.parametrize("changes", [{"product_id": "615"}, {"product_number": "2"}])
async def test_another_order_for_the_same_mobile_is_left_out(
    supplier: Recording, account: Damaijia, changes: dict[str, Any]
) -> None:
    elsewhere(supplier, **changes)
    await lose(supplier, account)
    assert told(await look(account)) == [(numbers(supplier)[1], False, ())]


async def test_two_orders_that_look_alike_are_both_shown(supplier: Recording, account: Damaijia) -> None:
    other = elsewhere(supplier)
    await lose(supplier, account)
    assert {number for number, _, _ in told(await look(account))} == {other, numbers(supplier)[1]}
    supplier.rows_carry = RICH
    assert told(await look(account)) == [(numbers(supplier)[1], True, ())]


async def test_our_id_on_a_row_that_differs_is_evidence_that_says_where(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH
    order = supplier.take_elsewhere(order_body(a_form(product_id="615", remark="another"), REFERENCE))
    findings = await look(account)
    assert told(findings) == [(order.number, False, ("product", "remark"))]
    assert findings.matches[0].facts.items() >= {"product": "615", "remark": "another"}.items()


async def test_several_recipients_are_one_match(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH
    await lose(supplier, account, recipients=TWO)
    findings = await look(account, recipients=TWO)
    assert told(findings) == [(numbers(supplier)[0], True, ())]
    assert findings.matches[0].facts["recipients"] == "测试, 李小红"


async def test_a_recipient_that_we_did_not_send_is_somebody_elses(supplier: Recording, account: Damaijia) -> None:
    elsewhere(supplier, recipients=[RECIPIENT, RECIPIENT | {"consignee": "李小红"}])
    assert told(await look(account)) == []


async def test_parcels_are_asked_for_by_mobile_and_the_suppliers_days(supplier: Recording, account: Damaijia) -> None:
    recipients = [RECIPIENT | {"mobile": f"1500000000{n}"} for n in (1, 1, 2, 3, 4, 5, 6)]
    await look(account, recipients=recipients)
    days = {"create_time": ["2021-08-05", "2021-08-06"]}
    assert supplier.filters(PARCELS) == [{"mobile": 15000000000 + n} | days for n in (1, 2, 3, 4, 5)]
    assert supplier.filters(ORDERS) == [days]


@pytest.mark.parametrize("mobile", ["15*********7", "15000000007-12", "05000000007"])
async def test_a_mobile_that_is_no_number_is_not_asked_for(supplier: Recording, account: Damaijia, mobile: str) -> None:
    recipients = [RECIPIENT | {"mobile": mobile}]
    await lose(supplier, account, recipients=recipients)
    findings = await look(account, recipients=recipients)
    assert (told(findings), findings.signals) == ([(numbers(supplier)[0], False, ())], ())
    assert supplier.filters(PARCELS) == supplier.filters(ORDERS)


async def test_days_are_the_suppliers_and_the_last_one_counts_whole(supplier: Recording, account: Damaijia) -> None:
    midnight = datetime(2021, 8, 5, 16, 0, tzinfo=UTC)
    sending = Sending(REFERENCE, since=midnight - timedelta(minutes=1), until=midnight + timedelta(minutes=30))
    supplier.clock = midnight + timedelta(minutes=20)
    await lose(supplier, account)
    findings = await account.find_order(a_form(), sending)
    assert told(findings) == [(numbers(supplier)[0], False, ())]
    assert supplier.filters(ORDERS) == [{"create_time": ["2021-08-05", "2021-08-07"]}]


@pytest.mark.parametrize("minutes", [-6, 31])
async def test_an_order_of_another_time_is_left_out_unless_it_has_our_id(
    supplier: Recording, account: Damaijia, minutes: int
) -> None:
    supplier.clock = NOON + timedelta(minutes=minutes)
    await lose(supplier, account)
    assert told(await look(account)) == []
    supplier.rows_carry = RICH
    findings = await look(account)
    assert told(findings) == [(numbers(supplier)[0], False, ("time",))]
    assert findings.matches[0].facts["time"].startswith("2021-08-05 ")


async def test_an_order_is_found_behind_many_others(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    for _ in range(120):
        elsewhere(supplier, product_id="615", recipients=[RECIPIENT | {"mobile": "15000000001"}])
    assert told(await look(account)) == [(numbers(supplier)[0], False, ())]


async def test_our_id_without_a_number_is_told(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = RICH - {"order_sn"}
    await lose(supplier, account)
    findings = await look(account)
    assert findings.matches == ()
    assert [signal.code for signal in findings.signals] == [Signal.OUR_ID_WITHOUT_NUMBER]


async def test_rows_with_nothing_to_compare_are_counted(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = frozenset({"order_sn", "create_time"})
    elsewhere(supplier)
    await lose(supplier, account)
    findings = await look(account)
    assert findings.matches == ()
    assert [(signal.code, signal.params) for signal in findings.signals] == [(Signal.NOT_COMPARABLE, {"count": "2"})]


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.GARBAGE, Fault.NO_NUMBER])
async def test_the_same_order_sent_again_is_not_taken_and_then_found(
    supplier: Recording, account: Damaijia, fault: Fault
) -> None:
    supplier.rows_carry = RICH
    await lose(supplier, account, fault)
    with pytest.raises(OutcomeUnknown) as caught:
        await account.place(a_form(), REFERENCE)
    assert caught.value.code == "exists"
    assert told(await look(account)) == [(numbers(supplier)[0], True, ())]
    assert len(supplier.ledger) == 1


async def test_looking_only_reads(supplier: Recording, account: Damaijia) -> None:
    await lose(supplier, account)
    before = (list(supplier.ledger), list(supplier.received), supplier.points)
    await look(account)
    await account.read_order(a_form(), a_sending(), numbers(supplier)[0])
    assert set(supplier.asked) == LISTS
    assert (supplier.ledger, supplier.received, supplier.points) == before
