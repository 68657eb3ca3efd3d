"""A start takes in what has changed since the last one, before anything is confirmed, sent or looked for."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.buttons.data import read
from bot.conversation.likeness import LIKENESS_VERSION, likeness_of
from bot.sheets.keys import content_key
from bot.workers.circumstances import Circumstances
from providers.base import Customer
from providers.orders import Findings
from storage import guards, identities, program, sheets
from tests.bench import until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.workers.lost import LAG, lose, settled
from tests.workers.scripted import Searchable
from tests.workers.supplied import Supplied, supplied


class Keyed(Searchable):
    """A supplier at one address, whose customer only the key names."""

    key = "old"

    def customer(self) -> Customer:
        return Customer("scripted", "https://one.example.org", key=(self.key,))


@pytest.fixture
def provider() -> Keyed:
    return Keyed()


@pytest.fixture
async def house(tmp_path: Path, provider: Keyed) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, scripted=provider) as made:
        await started(made)
        yield made


async def started(house: Supplied) -> None:
    await Circumstances(house.database, house.outcomes, house.providers).take_in()


async def test_a_new_key_is_asked_about_until_an_admin_says_that_it_is_the_same_customer(
    house: Supplied, provider: Keyed
) -> None:
    await lose(house)
    provider.key, provider.found = "new", Findings(complete=True)
    await started(house)
    for admin in (ADMIN, COLLEAGUE):
        assert "has another key" in house.outbox(admin)[-1]
    house.clock.advance(LAG + 1)
    async with working(house.reconciler.run()):
        house.reconciler.look_for("1000")
        await until(lambda: house.order("1000").looks == 1)
        assert (house.order("1000").outcome, provider.sought) == ("unknown", [])
        await house.does(read(house.button("Same customer, new key", COLLEAGUE)), COLLEAGUE, tapped=1)
        assert "is the same customer" in house.outbox(COLLEAGUE)[-1]
        house.reconciler.wake()
        await settled(house, "not_sent")
    row = identities.account(reading(house.database), "scripted")
    assert row is not None
    said = identities.get(reading(house.database), row.own)
    assert said is not None
    assert (said.user_id, said.user_name, row.asks) == (COLLEAGUE, "Colleague", "")
    # The other admin's button has had its answer.
    await house.does(read(house.button("Another customer")), tapped=1)
    assert house.order("1000").outcome == "not_sent"
    before = len(house.outbox())
    await started(house)
    assert len(house.outbox()) == before


async def test_what_is_said_while_an_order_is_looked_for_in_vain_counts_at_once(
    house: Supplied, provider: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lose(house)
    provider.key, provider.found = "new", Findings(complete=True)
    await started(house)
    house.clock.advance(LAG + 1)
    looked, said = house.reconciler._looked, asyncio.Event()

    async def slowly(*how: Any) -> None:
        if not said.is_set():
            said.set()
            await house.does(read(house.button("Same customer, new key")), tapped=1)
        await looked(*how)

    monkeypatch.setattr(house.reconciler, "_looked", slowly)
    house.reconciler.look_for("1000")
    await settled(house, "not_sent")


async def test_another_customer_leaves_the_orders_of_before_alone(house: Supplied, provider: Keyed) -> None:
    await lose(house)
    provider.key, provider.found = "new", Findings(complete=True)
    await started(house)
    await house.does(read(house.button("Another customer")), tapped=1)
    assert "is another customer now" in house.outbox()[-1]
    house.clock.advance(LAG + 1)
    house.reconciler.look_for("1000")
    await house.reconciler._looking["1000"]
    assert (house.order("1000").outcome, provider.sought) == ("unknown", [])


async def test_rows_of_sheets_are_known_by_what_they_ask_for_as_orders_are_compared_now(house: Supplied) -> None:
    house.confirmed("2000", "shop")
    with writing(house.database) as tx:
        program.compares_by(tx, LIKENESS_VERSION - 1)
        sheets.note_orders(tx, [("as it was compared before", "2000"), ("by its cells", "2000")], house.clock())
    await started(house)
    form = house.providers["shop"].form
    likeness = likeness_of(form.model_validate(json.loads(house.order("2000").answers)))
    keys = [content_key("shop", likeness, place) for place in (1, 2)]
    assert sheets.references_of(reading(house.database), [*keys, "by its cells"]) == {
        keys[0]: "2000",
        "by its cells": "2000",
    }
    with writing(house.database) as tx:
        tx.execute("DELETE FROM sheet_rows WHERE row_key = $1", keys[0])
    await started(house)
    # It is done once for each way of comparing.
    assert sheets.references_of(reading(house.database), keys) == {}


async def test_orders_alike_of_one_sheet_are_known_one_by_one(house: Supplied) -> None:
    for reference in ("2000", "2001", "2002"):
        house.confirmed(reference, "shop")
    with writing(house.database) as tx:
        program.compares_by(tx, LIKENESS_VERSION - 1)
        sheets.note_orders(tx, [("a", "2001"), ("b", "2000"), ("c", "gone")], house.clock())
        sheets.note_orders(tx, [("d", "2002")], house.clock() + 1)
    await started(house)
    form = house.providers["shop"].form
    likeness = likeness_of(form.model_validate(json.loads(house.order("2000").answers)))
    keys = [content_key("shop", likeness, place) for place in (1, 2, 3, 4)]
    known = sheets.references_of(reading(house.database), keys)
    assert sorted(known.values()) == ["2000", "2001", "2002"]
    assert known[keys[2]] == "2002"


async def test_guards_of_before_hold_for_orders_as_they_are_compared_now(house: Supplied) -> None:
    house.confirmed("2000", "shop")
    with writing(house.database) as tx:
        assert guards.take(tx, "shop", "as it was compared before", "2000", now=house.clock(), shown="")
    await started(house)
    form = house.providers["shop"].form
    likeness = likeness_of(form.model_validate(json.loads(house.order("2000").answers)))
    held = guards.holders(reading(house.database), "shop", [likeness], house.clock(), house.clock.up()).get(likeness)
    assert held == "2000"
    await started(house)
    assert len(guards.held(reading(house.database))) == 1
