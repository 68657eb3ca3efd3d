"""When a look-up could mislead: numbers found for another order, the same twice, decisions that came too early."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation.events import Decision, DecisionTapped
from bot.conversation.state import ConversationKey
from bot.journal.rules import Rules
from providers.errors import ProviderUnavailable
from providers.orders import Findings
from tests.bench import until
from tests.end_to_end.house import COLLEAGUE
from tests.storage.direct import reading
from tests.workers.lost import evidence, look, lose
from tests.workers.scripted import Scripted, Searchable, certain, possible
from tests.workers.supplied import Supplied, supplied

HOUR = 3600


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


async def test_a_number_that_was_only_found_for_another_order_may_be_this_ones_after_all(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    await lose(house, "1001", who=COLLEAGUE, remark="Another")
    provider.found = Findings((certain("1207"),), complete=True)
    await look(house, "1001")
    house.clock.advance(HOUR)
    await look(house)
    assert house.order("1001").number == "1207"
    assert house.order("1000").outcome == "unknown"


async def test_of_two_orders_for_the_same_nobody_can_tell_which_one_was_found(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    await lose(house, "1001", who=COLLEAGUE)
    provider.found = Findings((certain("1207"),), complete=True)
    house.clock.advance(HOUR)
    await look(house)
    assert {house.order(reference).outcome for reference in ("1000", "1001")} == {"unknown"}
    assert "It is 1207" in [label for label, _ in labels(house)]


async def test_what_a_look_up_under_way_finds_corrects_what_a_person_decided_meanwhile(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    provider.found = Findings((certain("1207"),))
    provider.search_gate.clear()
    house.reconciler.look_for("1000")
    looking = house.reconciler._looking["1000"]
    await until(lambda: begun(provider))
    await house.does(DecisionTapped("1000", 1, Decision.NOT_PLACED), tapped=1)
    assert house.order("1000").outcome == "not_sent"
    provider.search_gate.set()
    await looking
    assert (house.order("1000").outcome, house.order("1000").number) == ("placed", "1207")
    assert house.outbox()[-1].startswith("<b>Placed")
    await house.does(read(house.button("Confirm")), tapped=1)
    assert house.order("1000").stage == "settled"
    assert house.workers.orders == []


async def test_what_is_found_after_it_was_confirmed_anew_is_told(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    provider.found = Findings((certain("1207"),))
    provider.search_gate.clear()
    house.reconciler.look_for("1000")
    looking = house.reconciler._looking["1000"]
    await until(lambda: begun(provider))
    await house.does(DecisionTapped("1000", 1, Decision.NOT_PLACED), tapped=1)
    await house.does(read(house.button("Confirm")), tapped=1)
    provider.search_gate.set()
    await looking
    told = house.outbox()[-1]
    assert "Order 1000 is there after all: Scripted lists it as 1207." in told
    assert "There may be two" in told


async def test_a_look_up_that_fails_leaves_what_an_earlier_one_found(house: Supplied, provider: Searchable) -> None:
    await lose(house)
    provider.found = Findings((possible("1207"),))
    await look(house)
    provider.found = ProviderUnavailable("list_not_read")
    await look(house)
    assert "lists an order like it, 1207" in evidence(house)
    assert "It is 1207" in [label for label, _ in labels(house)]
    await house.does(read(dict(labels(house))["Details"]), tapped=1)
    shown = evidence(house)
    assert "could not be read" in shown
    assert "1207" in shown


async def test_a_colleague_who_asks_for_a_look_up_is_shown_what_came_of_it(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    provider.found = Findings((possible("1207"),))
    house.reconciler.look_for("1000", ConversationKey(COLLEAGUE, COLLEAGUE))
    await house.reconciler._looking["1000"]
    assert "1207" in evidence(house, COLLEAGUE)


async def test_a_colleague_who_asks_for_a_look_up_too_late_is_shown_the_order_as_it_is(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    provider.found = Findings((certain("1207"),))
    await look(house)
    house.reconciler.look_for("1000", ConversationKey(COLLEAGUE, COLLEAGUE))
    await house.reconciler._looking["1000"]
    assert "1207" in house.outbox(COLLEAGUE)[-1]
    assert len(provider.sought) == 1


def labels(house: Supplied) -> list[tuple[str, str]]:
    """The buttons of the newest evidence."""
    rows = reading(house.database).fetch("SELECT body FROM outbox ORDER BY id DESC")
    bodies = [json.loads(row["body"]) for row in rows]
    shown = next(body for body in bodies if body["html"].startswith("<b>Please check"))
    return [(label, data) for row in shown["rows"] for label, data, *_ in row]


async def begun(provider: Searchable) -> bool:
    return bool(provider.sought)
