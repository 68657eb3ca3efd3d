"""An order that was held to be not placed is looked for all the same, and what is seen of it late is told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SECOND
from bot.conversation.events import Decision, DecisionTapped
from bot.journal.evidence import note_duplicate
from bot.journal.identities import settle_accounts
from bot.journal.rules import Rules
from bot.journal.views import Result, placed
from providers.base import Customer
from providers.orders import Findings, Outcome, PlacedOrder
from storage import guards, orders
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.workers.lost import LAG, UNKNOWN, lines, look, lose, pause, settled
from tests.workers.scripted import Scripted, Searchable, certain, ours, possible
from tests.workers.supplied import Supplied, supplied

NOTHING = Findings(complete=True)
HOUR = 3600
ONE = Customer("scripted", "https://one.example.org", key=("one",))
OTHER = Customer("scripted", "https://other.example.org", key=("other",))


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


async def not_listed(house: Supplied, provider: Searchable) -> None:
    """An order whose answer was lost, and that isn't in the whole list, late enough."""
    await lose(house)
    provider.found = NOTHING
    house.clock.advance(LAG + 1)
    await look(house)
    await settled(house, "not_sent")
    assert house.order("1000").inferred == 1


async def said_not_placed(house: Supplied, provider: Searchable, number: str = "") -> None:
    """A person has said so, with an order of this number in view."""
    await lose(house)
    provider.found = Findings((possible(number),) if number else ())
    await look(house)
    tap = DecisionTapped("1000", 1, Decision.NOT_PLACED)
    await house.does(tap, tapped=1)
    if house.order("1000").outcome == "unknown":
        from bot.buttons.data import read  # noqa: PLC0415  the second, differently worded tap

        await house.does(read(house.button("That is another order: ours was not placed")), tapped=1)
    await settled(house, "not_sent")
    assert house.order("1000").inferred == 1


def confirmed_anew(house: Supplied, reference: str = "2000") -> None:
    """The same content, confirmed in spite of the one that was held to be not placed."""
    house.confirmed(reference, "scripted")
    with writing(house.database) as tx:
        assert orders.replace(tx, "1000", reference)
        note_duplicate(tx, house.order(reference), "1000", held=True)


async def test_it_is_looked_for_again_for_a_day_and_then_no_more(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    before = len(house.outbox())
    assert pause(house) == 2
    for _ in range(9):
        await look(house)
        assert pause(house) is not None
    house.clock.advance(24 * HOUR + 1)
    await look(house)
    assert pause(house) is None
    # Nothing new was seen, so nothing was said.
    assert len(house.outbox()) == before


async def test_what_is_certainly_ours_is_placed_after_all(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    provider.found = Findings((certain("1207"),), complete=True)
    await look(house)
    order = house.order("1000")
    assert (order.outcome, order.number, order.inferred) == ("placed", "1207", 0)
    assert any(text.startswith("<b>Placed") for text in house.outbox()[-3:])


async def test_what_may_be_ours_is_asked_about_again(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    provider.found = Findings((possible("1207"),), complete=True)
    await look(house)
    order = house.order("1000")
    assert (order.outcome, order.inferred) == ("unknown", 0)
    assert order.remind_at is not None
    rows = reading(house.database).fetch("SELECT edits FROM outbox WHERE chat_id = $1 ORDER BY id DESC LIMIT 1", ADMIN)
    assert house.outbox()[-1].startswith("<b>Please check an order")
    assert rows[0]["edits"] is None
    assert "1207" in house.outbox()[-1]


async def test_what_a_person_has_seen_and_ruled_out_is_not_asked_about_again(
    house: Supplied, provider: Searchable
) -> None:
    await said_not_placed(house, provider, "1207")
    await look(house)
    assert house.order("1000").outcome == "not_sent"
    provider.found = Findings((possible("1207"), possible("1300")))
    await look(house)
    assert house.order("1000").outcome == "unknown"


async def test_what_is_seen_before_the_same_is_sent_stops_it(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    provider.found = Findings((possible("1207"),))
    sender = house.sender
    async with working(sender.run()):
        await until(lambda: house.order("2000").outcome == "not_sent")
    assert provider.references == []
    assert "seen_before_sending" in house.order("2000").details
    assert house.order("1000").outcome == "unknown"
    # There is one only.
    assert not any("There may be two" in text for text in house.outbox())


async def test_what_comes_to_light_while_the_same_waits_stops_it_until_somebody_confirms_it_again(
    house: Supplied, provider: Searchable
) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    provider.found = Findings((possible("1207"),))
    await look(house)
    assert house.order("1000").outcome == "unknown"
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").outcome == "not_sent")
        assert (provider.references, "seen_before_sending" in house.order("2000").details) == ([], True)
        assert not any("There may be two" in text for text in house.outbox())
        before = house.order("2000")
        with writing(house.database) as tx:
            assert orders.retry(tx, "2000", before.draft_id, before.form_version, before.answers)
            note_duplicate(tx, before, "1000", held=False)
        house.sender.wake("scripted")
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == ["2000"]


async def test_when_nothing_is_seen_it_is_sent_once(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    sought = len(provider.sought)
    async with working(house.sender.run()):
        await until(lambda: house.order("2000").stage == "settled")
    assert provider.references == ["2000"]
    assert len(provider.sought) == sought + 1


async def test_found_when_the_same_was_ordered_anew_it_is_said_that_there_may_be_two(
    house: Supplied, provider: Searchable
) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = '2000'")
    assert await house.settle("2000", placed(ours("1300")))
    provider.found = Findings((certain("1207"),))
    await look(house)
    assert house.order("1000").number == "1207"
    assert any("There may be two" in text for text in house.outbox()[-4:])


async def test_the_same_in_a_draft_of_its_own_was_ordered_anew_too_and_what_only_may_be_it_is_said_as_that(
    house: Supplied, provider: Searchable
) -> None:
    await not_listed(house, provider)
    house.sending("2000", "scripted")
    with writing(house.database) as tx:
        note_duplicate(tx, house.order("2000"), "1000", held=True)
        assert guards.take(tx, "scripted", "the same", "2000", now=1, shown="")
    assert await house.settle("2000", placed(ours("1300")))
    provider.found = Findings((possible("1207"),))
    await look(house)
    (told,) = [text for text in house.outbox() if "There may be two" in text]
    assert "Order 1000 may be there after all" in told
    assert "1207" in told
    assert "(2000)" in told


async def test_there_are_no_two_where_the_second_was_not_sent(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    confirmed_anew(house)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = '2000'")
    assert await house.settle("2000", Result(Outcome.NOT_SENT, code="unreachable"))
    provider.found = Findings((certain("1207"),))
    await look(house)
    assert house.order("1000").number == "1207"
    assert not any("There may be two" in text for text in house.outbox())


async def test_a_number_of_another_order_of_ours_is_no_answer(house: Supplied) -> None:
    for reference in ("1000", "1001"):
        house.sending(reference, "scripted")
    assert await house.settle("1000", placed(PlacedOrder("1207")))
    assert await house.settle("1001", placed(ours("1207")))
    order = house.order("1001")
    assert (order.outcome, order.number) == ("unknown", None)
    assert "number_taken" in order.details
    assert house.order("1000").number == "1207"
    assert "1207" in "".join(house.outbox()[-2:])


async def test_an_answer_that_may_be_an_open_orders_places_no_other(house: Supplied) -> None:
    await lose(house)
    house.clock.advance(1)
    house.sending("1001", "scripted")
    assert await house.settle("1001", placed(PlacedOrder("1207")))
    order = house.order("1001")
    assert (order.outcome, order.number) == ("unknown", None)
    told = [text for text in house.outbox() if "nothing in that answer tells whether it is for this order" in text]
    assert told
    assert all("1207" in text and "(1000)" in text for text in told)


async def test_nor_one_that_is_held_to_be_not_placed_and_may_be_there(house: Supplied, provider: Searchable) -> None:
    await not_listed(house, provider)
    house.sending("1001", "scripted")
    assert await house.settle("1001", placed(PlacedOrder("1207")))
    assert "number_of_which" in house.order("1001").details


async def test_an_answer_that_shows_that_it_is_of_a_later_time_is_believed(house: Supplied) -> None:
    await lose(house)
    lost = house.clock()
    house.clock.advance(10)
    for reference, since, outcome in (("1001", lost, "unknown"), ("1002", house.clock() - 1, "placed")):
        house.sending(reference, "scripted")
        made = datetime.fromtimestamp(since / SECOND, UTC)
        assert await house.settle(reference, placed(PlacedOrder(f"N-{reference}", made_since=made)))
        assert house.order(reference).outcome == outcome
        with writing(house.database) as tx:
            tx.execute("UPDATE orders SET outcome = 'refused' WHERE reference = '1001'")


async def test_another_place_s_open_order_has_nothing_to_do_with_it(house: Supplied) -> None:
    await lose(house, account="plain")
    house.sending("1001", "scripted")
    assert await house.settle("1001", placed(PlacedOrder("1207")))
    assert house.order("1001").outcome == "placed"


async def test_a_number_that_another_order_got_while_this_one_was_under_way_may_be_this_ones(
    house: Supplied, provider: Searchable
) -> None:
    house.sending("1000", "scripted")
    house.sending("1001", "scripted")
    house.clock.advance(1)
    assert await house.settle("1001", placed(PlacedOrder("1207")))
    house.clock.advance(1)
    assert await house.settle("1000", UNKNOWN)
    provider.found = Findings((certain("1207"),), complete=True)
    house.clock.advance(LAG + 1)
    await look(house)
    assert house.order("1000").outcome == "unknown"


async def test_a_number_that_was_listed_before_the_order_was_sent_is_no_answer(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    provider.found = Findings((possible("1207"),))
    await look(house)
    house.clock.advance(1)
    house.sending("1001", "scripted")
    assert await house.settle("1001", placed(ours("1207")))
    order = house.order("1001")
    assert (order.outcome, order.number) == ("unknown", None)
    assert "which it listed before this order was sent" in "".join(house.outbox()[-2:])
    house.sending("1002", "scripted")
    assert await house.settle("1002", placed(ours("1300")))
    assert house.order("1002").number == "1300"


async def test_a_number_that_was_listed_while_the_order_was_under_way_may_be_its_own(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    house.sending("1001", "scripted")
    house.clock.advance(1)
    provider.found = Findings((possible("1207"),))
    await look(house)
    assert await house.settle("1001", placed(ours("1207")))
    assert house.order("1001").number == "1207"


async def test_nothing_is_looked_for_at_another_place(house: Supplied, provider: Searchable) -> None:
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": ONE}, 1)
    await lose(house)
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": OTHER}, 2)
    provider.found = NOTHING
    house.clock.advance(LAG + 1)
    await look(house)
    order = house.order("1000")
    assert (order.outcome, order.look_at, provider.sought) == ("unknown", None, [])
    assert [line["code"] for line in lines(house, "look-up")] == ["other_identity"]
    assert "https://one.example.org" in house.outbox()[-1]
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": ONE}, 3)
    await look(house)
    await settled(house, "not_sent")


async def test_it_is_looked_for_again_once_its_account_leads_there_again(house: Supplied, provider: Searchable) -> None:
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": ONE}, 1)
    await not_listed(house, provider)
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": OTHER}, 2)
    sought = len(provider.sought)
    await look(house)
    assert (len(provider.sought), pause(house)) == (sought, HOUR)
    await found_after_a_start(house, provider, ONE)


async def test_it_is_looked_for_again_once_its_account_is_back(house: Supplied, provider: Searchable) -> None:
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": ONE}, 1)
    await not_listed(house, provider)
    providers = house.reconciler._providers
    house.reconciler._providers = {"plain": providers["plain"]}
    await look(house)
    assert pause(house) == HOUR
    house.reconciler._providers = providers
    await found_after_a_start(house, provider, ONE)


async def found_after_a_start(house: Supplied, provider: Searchable, customer: Customer) -> None:
    """With these settings, and within the day."""
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": customer}, 3)
    provider.found = Findings((certain("1207"),), complete=True)
    async with working(house.reconciler.run()):
        await house.reconciler.recover()
        house.reconciler.wake()
        await until(lambda: house.order("1000").number == "1207")
    assert any(text.startswith("<b>Placed") for text in house.outbox()[-3:])


@pytest.mark.parametrize("found", [NOTHING, Findings((certain("1207"),))], ids=["absent", "certain"])
async def test_of_an_order_from_before_there_were_identities_nothing_is_decided(
    house: Supplied, provider: Searchable, found: Findings
) -> None:
    await lose(house)
    with writing(house.database) as tx:
        settle_accounts(tx, {"scripted": ONE}, 1)
    provider.found = found
    house.clock.advance(LAG + 1)
    await look(house)
    assert house.order("1000").outcome == "unknown"
    assert len(provider.sought) == 1


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_a_clock_that_was_set_proves_no_absence(house: Supplied, provider: Searchable, step: float) -> None:
    await lose(house)
    provider.found = NOTHING
    house.clock.set(step)
    house.clock.advance(1)
    await look(house)
    assert house.order("1000").outcome == "unknown"
    house.clock.advance(LAG + abs(min(step, 0)))
    await look(house)
    await settled(house, "not_sent")


async def test_what_was_sent_when_the_clock_was_hours_ahead_is_looked_for_when_it_was_sent(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    sent_at = house.clock()
    await look(house)
    house.clock.advance(60)
    house.clock.set(-5 * HOUR)
    await look(house)
    before, after = provider.sought
    assert before.since - after.since == before.until - after.until == timedelta(hours=5)
    # By the clock of now.
    assert after.covers(datetime.fromtimestamp(sent_at / SECOND, UTC) - timedelta(hours=5))
    provider.found = NOTHING
    house.clock.advance(LAG)
    await look(house)
    await settled(house, "not_sent")


async def test_a_clock_set_back_does_not_put_off_the_next_try(house: Supplied, provider: Searchable) -> None:
    house.sending("1000", "scripted")
    await house.outcomes.postpone(house.order("1000"), Result(Outcome.NOT_SENT, code="unreachable"), 1, 1)
    house.clock.set(-86400)
    house.clock.advance(1)
    async with working(house.sender.run()):
        await until(lambda: house.order("1000").stage == "settled")
    assert provider.references == ["1000"]


async def test_a_list_has_to_have_the_orders_that_we_know(house: Supplied, provider: Searchable) -> None:
    house.sending("0900", "scripted")
    assert await house.settle("0900", placed(PlacedOrder("1200")))
    await lose(house)
    await look(house)
    assert provider.sought[0].known == ("1200",)
