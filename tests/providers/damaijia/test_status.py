"""How far an order is, told by lists whose rows nobody documents."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from providers.base import ReadsStatus
from providers.damaijia.lists import ORDERS, PARCELS, Row
from providers.damaijia.provider import Damaijia
from providers.damaijia.status import read_status
from providers.errors import AccessDenied, OrderNotFound, ProviderUnavailable
from providers.orders import Progress, Status
from providers.simulators.damaijia import BANNED_PROVINCE
from providers.simulators.damaijia_lists import POOR, RICH, TRACKED
from providers.simulators.faults import Fault
from tests.providers.contract import WORDS, sentence_of
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import RECIPIENT, REFERENCE, a_form

SN = "2021020411023208680132"


def told(progress: Progress) -> list[str]:
    """The remarks in words."""
    return [WORDS[f"remark.damaijia.{remark.code}"].format_map(remark.params) for remark in progress.remarks]


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
    assert told(progress) == remarks
    assert (progress.amount, progress.times, progress.tracking) == (None, {}, ())


async def test_parcels_go_from_not_shipped_to_shipped_by_the_suppliers_clock(
    supplier: Recording, account: Damaijia, three: str
) -> None:
    assert (await account.read_status(three)).status is Status.PLACED
    supplier.clock += timedelta(hours=2)
    assert (await account.read_status(three)).status is Status.SHIPPED
    assert isinstance(account, ReadsStatus)
    assert account.final == {Status.SHIPPED, Status.CANCELLED}


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
    assert (progress.status, told(progress)) == (Status.PLACED, ["70 of 120 parcels: shipped."])


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
    assert told(progress) == ["The supplier has the order, and its list has no parcels for it."]
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
        with pytest.raises(ProviderUnavailable) as caught:
            await account.read_status(number)
        assert sentence_of("damaijia", caught.value)
    supplier.heal()
    supplier.fail_reads(fault, ORDERS)
    with pytest.raises(ProviderUnavailable):
        await account.read_status("1")
    assert (await account.read_status(three)).status is Status.PLACED
    supplier.heal()
    with pytest.raises(OrderNotFound):
        await account.read_status("1")


async def test_lists_that_hang_end_in_time(supplier: Recording, account: Damaijia, three: str) -> None:
    account.longest_status = 0.2
    supplier.fail_reads(Fault.HANG)
    with pytest.raises(ProviderUnavailable):
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


class Lists:
    """A supplier by its rows: `parcels` tells the ones for a filter's status, None for no such filter."""

    def __init__(self, parcels: Mapping[str | None, list[Row]], orders: list[Row] | None = None) -> None:
        self.parcels, self.orders = parcels, orders or []

    async def __call__(self, path: str, body: Mapping[str, Any]) -> list[Row]:
        page, size = body["range"]
        rows = self.orders if path == ORDERS else self.parcels.get(body["filter"].get("status"), [])
        return rows[(page - 1) * size : page * size]


def row(status: str | None = None, number: str = SN, **more: Any) -> Row:
    return {"order_sn": number, **more} | ({} if status is None else {"status": status})


SAME = [row("s")]
BARE = [{"mobile": "15000000007"}]


@pytest.mark.parametrize(
    ("parcels", "status", "word", "unclear"),
    [
        # A word that is none of the four leaves the state to the filters.
        ({None: [row("已发货")], "s": [row("已发货")]}, Status.SHIPPED, "s", False),
        ({None: [row("已发货")]}, Status.PLACED, "已发货", True),
        # A row's word and the filter that lists it say different things.
        ({None: SAME, "p": SAME}, Status.PLACED, "s", True),
        ({None: SAME}, Status.PLACED, "s", True),
        # The filter isn't heeded: every state has it.
        (dict.fromkeys((None, *"fpsc"), SAME), Status.PLACED, "s", True),
        ({letter: [row()] for letter in (None, *"fpsc")}, Status.PLACED, "", True),
        # Alike rows add up, whichever parcel each of them is.
        ({None: [row()] * 3, "s": [row()] * 2, "p": [row()]}, Status.PLACED, "p, s", False),
        ({None: [row()] * 3, "s": [row()] * 2}, Status.PLACED, "", True),
        # Rows without a number were asked for by number.
        ({None: BARE, "c": BARE}, Status.CANCELLED, "c", False),
        # A status that is a number is no letter.
        ({None: [row() | {"status": 2}], "p": [row() | {"status": 2}]}, Status.PLACED, "p", False),
        # A parcel moved between two questions: its own id says that it is the same.
        (
            {None: [row("p", site_order_consignee_id="1")], "s": [row("s", site_order_consignee_id="1")]},
            Status.PLACED,
            "p",
            True,
        ),
    ],
)
async def test_a_state_counts_only_where_everything_agrees(
    parcels: Mapping[str | None, list[Row]], status: Status, word: str, *, unclear: bool
) -> None:
    progress = await read_status(Lists(parcels), SN)
    assert (progress.status, progress.supplier_status) == (status, word)
    assert ("parcels_unclear" in [remark.code for remark in progress.remarks]) is unclear
    assert len(told(progress)) == len(progress.remarks)


async def test_one_clear_parcel_beside_an_unclear_one_ships_no_order() -> None:
    clear, unclear = row("s", mobile="1"), row("s", mobile="2")
    progress = await read_status(Lists({None: [clear, unclear], "s": [clear]}), SN)
    assert (progress.status, progress.supplier_status) == (Status.PLACED, "s")
    assert [remark.params for remark in progress.remarks] == [{"count": "1", "total": "2"}] * 2


@pytest.mark.parametrize(
    "lists",
    [
        Lists({None: [row(number="2")]}, [row()]),
        Lists({None: [row(number="2"), *BARE]}, [row()]),
        Lists({}, [row(number="2")]),
    ],
)
async def test_lists_of_other_orders_prove_nothing(lists: Lists) -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        await read_status(lists, SN)
    assert caught.value.code == "other_orders"


async def test_a_list_without_end_is_not_read_for_ever() -> None:
    asked = []

    async def endless(path: str, _body: Mapping[str, Any]) -> list[Row]:
        asked.append(path)
        return [row(mobile=str(len(asked)))]

    with pytest.raises(ProviderUnavailable) as caught:
        await read_status(endless, SN)
    assert sentence_of("damaijia", caught.value)
    assert len(asked) < 50


async def test_a_page_that_repeats_itself_is_the_last() -> None:
    async def same(path: str, body: Mapping[str, Any]) -> list[Row]:
        return [row("s")] if path == PARCELS and body["filter"].get("status") in (None, "s") else []

    progress = await read_status(same, SN)
    assert (progress.status, progress.remarks) == (Status.SHIPPED, ())


@pytest.mark.parametrize(
    ("carried", "shown"),
    [
        ({"express_no": "SF1234567890"}, ["SF1234567890"]),
        ({"waybill_no": 75123456789012, "express_company": "中通"}, ["75123456789012"]),
        ({"express_number": "", "tracking_no": "YT-123456"}, ["YT-123456"]),
        ({"express_number": "**********12"}, []),
        ({"express_number": "not yet"}, []),
        ({"express_number": None}, []),
        ({"number": "SF1234567890"}, []),
    ],
)
async def test_only_what_plainly_is_a_tracking_number_is_shown(carried: dict[str, Any], shown: list[str]) -> None:
    parcel = row("s") | carried
    progress = await read_status(Lists({None: [parcel], "s": [parcel]}), SN)
    assert [tracking.number for tracking in progress.tracking] == shown
