"""What is made of rows that nobody documents: only what all lists of parcels agree on is claimed."""

from collections.abc import Mapping
from typing import Any

import pytest

from providers.damaijia.orders import ORDERS, PARCELS, Row
from providers.damaijia.status import read_status
from providers.errors import ReadingFailed
from providers.orders import Status
from tests.providers.contract import sentence_of
from tests.providers.damaijia.looking import told_of

SN = "2021020411023208680132"


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
    assert len(told_of(progress)) == len(progress.remarks)


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
    with pytest.raises(ReadingFailed) as caught:
        await read_status(lists, SN)
    assert caught.value.code == "other_orders"


async def test_a_list_without_end_is_not_read_for_ever() -> None:
    asked = []

    async def endless(path: str, _body: Mapping[str, Any]) -> list[Row]:
        asked.append(path)
        return [row(mobile=str(len(asked)))]

    with pytest.raises(ReadingFailed) as caught:
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
