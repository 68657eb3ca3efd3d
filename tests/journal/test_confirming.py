"""Writing a confirmed order down: guarded statements decide, whatever was read before."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import read
from bot.conversation.requests import PlaceOrder
from bot.journal.duplicates import duplicate_of
from bot.journal.recording import OvertakenError, confirm
from bot.journal.views import Result
from providers.orders import Outcome
from storage import guards, orders
from storage.database import Transaction
from storage.orders import NewOrder
from tests.bench import Bench, bench
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing

FIRST = PlaceOrder("2001", "d1", "shop", "v", {"a": "1"}, likeness="same")
SECOND = replace(FIRST, reference="2002", draft="d2")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def written(tx: Transaction, request: PlaceOrder, now: int) -> None:
    new = NewOrder(
        reference=request.reference,
        draft_id=request.draft,
        account=request.account,
        provider="anqicms",
        form="Form",
        form_version=request.form_version,
        answers=json.dumps(request.answers),
        chat_id=ADMIN,
        user_id=ADMIN,
        user_name="Ann",
        confirmed_at=now,
    )
    confirm(tx, request, new, 0)


def place(house: Bench, request: PlaceOrder) -> None:
    with writing(house.database) as tx:
        written(tx, request, house.clock())


def references(house: Bench) -> list[str]:
    rows = reading(house.database).fetch("SELECT reference FROM orders ORDER BY reference")
    return [str(row["reference"]) for row in rows]


def test_the_order_that_holds_a_likeness_is_known_with_who_and_when(house: Bench) -> None:
    place(house, FIRST)
    found = duplicate_of(reading(house.database), "shop", "same", read(house.clock))
    assert found is not None
    assert (found.reference, found.number, found.person, found.confirmed_at) == ("2001", "", "Ann", house.clock())
    assert duplicate_of(reading(house.database), "shop", "other", read(house.clock)) is None
    assert duplicate_of(reading(house.database), "guoguo", "same", read(house.clock)) is None


def test_a_likeness_whose_order_is_not_there_is_nobodys(house: Bench) -> None:
    with writing(house.database) as tx:
        assert guards.take(tx, "shop", "same", "9", now=house.clock(), shown="")
    assert duplicate_of(reading(house.database), "shop", "same", read(house.clock)) is None


@pytest.mark.parametrize("shown", ["", "1999"])
def test_while_another_holds_the_guard_nothing_is_written(house: Bench, shown: str) -> None:
    place(house, FIRST)
    with pytest.raises(OvertakenError, match="2002"):
        place(house, replace(SECOND, duplicate=shown))
    assert references(house) == ["2001"]
    found = duplicate_of(reading(house.database), "shop", "same", read(house.clock))
    assert found is not None
    assert found.reference == "2001"


def test_in_spite_of_the_one_that_was_shown_it_is_written_and_says_so(house: Bench) -> None:
    place(house, FIRST)
    place(house, replace(SECOND, duplicate="2001"))
    assert references(house) == ["2001", "2002"]
    (told,) = reading(house.database).fetch("SELECT * FROM order_history WHERE reference = $1", "2002")
    assert "2001" in told["body"]


@pytest.mark.parametrize("retry", [False, True])
async def test_what_has_gone_on_since_it_was_opened_again_is_not_written_and_leaves_no_guard(
    house: Bench, *, retry: bool
) -> None:
    """Where nothing has gone on the very same is written, so that it is this that stands in the way."""
    house.sending("2001")
    assert await house.settle("2001", Result(Outcome.NOT_SENT, code="unreachable"))
    anew = replace(FIRST, retry=True) if retry else replace(SECOND, source="2001")
    with writing(house.database) as tx:
        assert orders.replace(tx, "2001", "2000")
    with pytest.raises(OvertakenError):
        place(house, anew)
    assert references(house) == ["2001"]
    assert duplicate_of(reading(house.database), "shop", "same", read(house.clock)) is None
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET replaced_by = NULL")
    place(house, anew)
    assert references(house) == (["2001"] if retry else ["2001", "2002"])
