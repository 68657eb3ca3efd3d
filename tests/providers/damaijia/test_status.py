"""How far an order is, told by lists whose rows nobody documents."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from providers.base import ReadsStatus
from providers.damaijia.orders import ORDERS, PARCELS
from providers.damaijia.provider import Damaijia
from providers.errors import AccessDenied, OrderNotFound, ReadingFailed
from providers.orders import ParcelState, Status
from providers.simulators.base import Fault
from providers.simulators.damaijia.orders import POOR, RICH, TRACKED
from providers.simulators.damaijia.simulator import BANNED_PROVINCE
from tests.providers.contract import sentence_of
from tests.providers.damaijia.looking import told_of
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import RECIPIENT, REFERENCE, a_form


@pytest.fixture
async def three(supplier: Recording, account: Damaijia) -> AsyncIterator[str]:
    """The number of an order of three parcels."""
    people = [RECIPIENT | {"consignee": name} for name in ("测试", "李小红", "王小明")]
    yield (await account.place(a_form(recipients=people), REFERENCE)).number
    assert len(supplier.ledger) == 1


def put(supplier: Recording, number: str, letters: str) -> None:
    for place, letter in enumerate(letters):
        supplier.set_parcel(number, place, letter)


@pytest.mark.parametrize("carried", [POOR, RICH, frozenset({"order_sn"}), frozenset({"order_sn", "status"})])
@pytest.mark.parametrize(
    ("letters", "status", "word", "remarks"),
    [
        ("ppp", Status.PLACED, "p", []),
        ("sss", Status.SHIPPED, "s", []),
        ("ccc", Status.CANCELLED, "c", []),
        ("fff", Status.AWAITING_PAYMENT, "f", []),
        ("psp", Status.PLACED, "p, s", ["1 of 3 parcels: shipped."]),
        ("ssc", Status.SHIPPED, "s, c", ["2 of 3 parcels: shipped.", "1 of 3 parcels: cancelled."]),
        ("cpp", Status.PLACED, "p, c", ["1 of 3 parcels: cancelled."]),
        (
            "fsc",
            Status.AWAITING_PAYMENT,
            "f, s, c",
            [f"1 of 3 parcels: {word}." for word in ("awaiting payment", "shipped", "cancelled")],
        ),
    ],
)
async def test_the_parcels_tell_how_far_the_order_is_whatever_the_rows_carry(
    supplier: Recording,
    account: Damaijia,
    three: str,
    carried: frozenset[str],
    letters: str,
    status: Status,
    word: str,
    remarks: list[str],
) -> None:
    supplier.rows_carry = carried
    put(supplier, three, letters)
    progress = await account.read_status(three)
    assert (progress.number, progress.status, progress.supplier_status) == (three, status, word)
    assert told_of(progress) == remarks
    assert (progress.amount, progress.times, progress.tracking) == (None, {}, ())


async def test_parcels_go_from_not_shipped_to_shipped_by_the_suppliers_clock(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    assert (await account.read_status(three)).status is Status.PLACED
    supplier.clock += timedelta(hours=2)
    assert (await account.read_status(three)).status is Status.SHIPPED
    assert isinstance(account, ReadsStatus)
    assert account.final == {Status.SHIPPED, Status.CANCELLED, Status.NO_PARCEL_ACCEPTED}


async def test_another_order_is_no_part_of_it(supplier: Recording, account: Damaijia, three: str) -> None:
    other = supplier.take_elsewhere(dict(supplier.ledger[0].body) | {"site_order_id": 7}).number
    put(supplier, other, "ccc")
    put(supplier, three, "sss")
    assert (await account.read_status(three)).status is Status.SHIPPED
    assert (await account.read_status(other)).status is Status.CANCELLED
    supplier.ledger.pop()


@pytest.mark.parametrize("carried", [POOR, RICH])
async def test_an_order_of_many_parcels_is_read_over_pages(
    supplier: Recording, account: Damaijia, carried: frozenset[str]
) -> None:
    supplier.rows_carry = carried
    people = [RECIPIENT | {"consignee": f"测试{n}"} for n in range(120)]
    number = (await account.place(a_form(recipients=people), REFERENCE)).number
    put(supplier, number, "s" * 70)
    progress = await account.read_status(number)
    assert (progress.status, told_of(progress)) == (Status.PLACED, ["70 of 120 parcels: shipped."])


async def test_a_tracking_number_is_shown_for_parcels_that_have_one(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    supplier.rows_carry = TRACKED
    put(supplier, three, "spp")
    (parcel,) = (await account.read_status(three)).tracking
    assert (parcel.company, parcel.number[:2]) == ("Courier 1", "YT")


async def test_an_order_without_parcels_is_there_and_nothing_more_is_claimed(
    supplier: Recording, account: Damaijia
) -> None:
    barred = a_form(recipients=[RECIPIENT | {"province": BANNED_PROVINCE}])
    number = (await account.place(barred, REFERENCE)).number
    progress = await account.read_status(number)
    assert (progress.status, progress.supplier_status) == (Status.PLACED, "")
    assert told_of(progress) == ["our account has the order, and its list has no parcels for it."]
    assert len(supplier.ledger) == 1


async def test_a_number_in_neither_list_is_not_found(supplier: Recording, account: Damaijia, three: str) -> None:
    with pytest.raises(OrderNotFound) as caught:
        await account.read_status("1")
    assert sentence_of("damaijia", caught.value)
    assert (await account.read_status(f" {three} ")).number == three
    assert len(supplier.ledger) == 1


async def test_no_number_is_no_order_and_asks_nothing(supplier: Recording, account: Damaijia, three: str) -> None:
    supplier.queries.clear()
    with pytest.raises(OrderNotFound):
        await account.read_status("  ")
    assert supplier.queries == []
    assert (await account.read_status(three)).number == three


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
async def test_lists_that_cannot_be_read_prove_nothing_and_later_the_order_is_found(
    supplier: Recording, account: Damaijia, three: str, fault: Fault
) -> None:
    supplier.fail_reads(fault, PARCELS)
    for number in (three, "1"):
        with pytest.raises(ReadingFailed) as caught:
            await account.read_status(number)
        assert sentence_of("damaijia", caught.value)
    supplier.heal()
    supplier.fail_reads(fault, ORDERS)
    with pytest.raises(ReadingFailed):
        await account.read_status("1")
    assert (await account.read_status(three)).status is Status.PLACED
    supplier.heal()
    with pytest.raises(OrderNotFound):
        await account.read_status("1")


async def test_lists_that_hang_end_in_time(supplier: Recording, account: Damaijia, three: str) -> None:
    account.longest_status = 0.2
    supplier.fail_reads(Fault.HANG)
    with pytest.raises(ReadingFailed):
        await account.read_status(three)
    supplier.heal()
    account.longest_status = 20
    assert (await account.read_status(three)).number == three


async def test_a_token_that_is_not_accepted_is_a_denied_access(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    supplier.revoke_tokens()
    with pytest.raises(AccessDenied):
        await account.read_status(three)
    supplier.heal()
    assert (await account.read_status(three)).number == three


async def test_each_parcel_is_told_by_its_recipient_and_what_is_known_of_it(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    supplier.rows_carry = TRACKED
    put(supplier, three, "spc")
    first, second, third = (await account.read_status(three)).parcels
    assert (first.id, second.id, third.id) == tuple(f"{REFERENCE}{n:03}" for n in (1, 2, 3))
    assert (first.recipient, second.recipient, third.recipient) == ("测试", "李小红", "王小明")
    states = (ParcelState.SHIPPED, ParcelState.NOT_SHIPPED, ParcelState.CANCELLED)
    assert (first.state, second.state, third.state) == states
    assert (first.supplier_state, first.tracking[:2], first.company) == ("s", "YT", "Courier 1")
    assert (second.tracking, second.company) == ("", "")


async def test_rows_that_name_nobody_tell_no_parcel_from_another(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    supplier.rows_carry = frozenset({"order_sn", "status"})
    put(supplier, three, "spp")
    progress = await account.read_status(three)
    assert (progress.parcels, told_of(progress)) == ((), ["1 of 3 parcels: shipped."])
    supplier.rows_carry = POOR
    assert {parcel.recipient for parcel in (await account.read_status(three)).parcels} == {"测试", "李小红", "王小明"}


async def test_parcels_that_look_alike_are_told_as_often_as_there_are(supplier: Recording, account: Damaijia) -> None:
    supplier.rows_carry = POOR
    number = (await account.place(a_form(recipients=[RECIPIENT, RECIPIENT]), REFERENCE)).number
    put(supplier, number, "sp")
    states = [parcel.state for parcel in (await account.read_status(number)).parcels]
    assert sorted(states) == [ParcelState.NOT_SHIPPED, ParcelState.SHIPPED]
