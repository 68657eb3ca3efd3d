"""After an absence nothing is sent by itself: a database put back, a machine that slept, a clock that was set."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.clock import SECOND, Clock
from bot.conversation.views import OrderView
from bot.journal.views import view
from bot.workers.presence import Presence
from storage import program, sending
from storage.program import Heartbeat
from tests.bench import START, Bench, bench, desk_on
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

ABSENCE = 120


@dataclass
class Hands:
    """A clock of the wall and one that only rises, each to be moved by hand."""

    wall: int = START
    steady: int = 7 * SECOND
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(lambda: self.wall, lambda: self.steady)

    def goes_by(self, seconds: float) -> None:
        self.wall += int(seconds * SECOND)
        self.steady += int(seconds * SECOND)

    def sleeps(self, seconds: float) -> None:
        """The machine does: the steady clock may stand still meanwhile."""
        self.wall += int(seconds * SECOND)


@dataclass
class Place:
    house: Bench
    hands: Hands

    def started(self) -> Presence:
        """The bot, started anew: another clock on the same wall."""
        self.hands.clock = Clock(lambda: self.hands.wall, lambda: self.hands.steady)
        self.house.desk = desk_on(self.house.database, self.hands.clock, self.house.workers)
        return Presence(self.house.database, self.house.outcomes, self.hands.clock)

    def shown(self, reference: str = "1000") -> OrderView:
        return view(self.house.order(reference))


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with bench(tmp_path) as house:
        yield Place(house, Hands())


async def test_the_first_start_of_all_is_no_absence(place: Place) -> None:
    place.house.confirmed("1000")
    await place.started().begin()
    assert place.house.order("1000").stage == "confirmed"
    assert program.last_heartbeat(reading(place.house.database)) is not None


@pytest.mark.parametrize("away", [0, 1, ABSENCE])
async def test_a_short_absence_changes_nothing(place: Place, away: float) -> None:
    await place.started().begin()
    place.house.confirmed("1000")
    place.hands.goes_by(away)
    await place.started().begin()
    assert place.house.order("1000").stage == "confirmed"
    assert place.house.outbox() == []


@pytest.mark.parametrize("away", [ABSENCE + 1, 7 * 86400, -60], ids=["longer", "a week", "a heartbeat of the future"])
async def test_after_an_absence_what_waited_is_asked_about(place: Place, away: float) -> None:
    await place.started().begin()
    place.house.confirmed("1000")
    place.hands.wall += int(away * SECOND)
    await place.started().begin()
    order = place.shown()
    assert (order.outcome, order.code) == ("not_sent", "absence")
    assert int(order.params["until"]) - int(order.params["from"]) == away * SECOND
    assert any(text.startswith("<b>Not placed") for text in place.house.outbox())
    # It was said once, and the next start is no absence.
    said = len(place.house.outbox())
    await place.started().begin()
    assert len(place.house.outbox()) == said


async def test_a_machine_that_slept_makes_questions_of_what_waits(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.house.confirmed("1000")
    place.hands.goes_by(30)
    await presence.check()
    assert place.house.order("1000").stage == "confirmed"
    place.hands.sleeps(3600)
    await presence.check()
    assert place.shown().code == "absence"
    place.house.confirmed("2000")
    await presence.check()
    assert place.house.order("2000").stage == "confirmed"


async def test_a_process_that_stood_still_makes_questions_of_what_waits(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.house.confirmed("1000")
    place.hands.goes_by(ABSENCE + 1)
    await presence.check()
    assert place.shown().code == "absence"


async def test_time_that_is_skipped_on_purpose_is_no_absence(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.house.confirmed("1000")
    place.hands.clock.advance(86400)
    await presence.check()
    assert place.house.order("1000").stage == "confirmed"


async def test_a_clock_set_back_is_no_absence_while_it_runs(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.house.confirmed("1000")
    place.hands.clock.set(-3600)
    await presence.check()
    assert place.house.order("1000").stage == "confirmed"


async def test_what_waited_in_a_copy_may_have_been_sent_since(place: Place) -> None:
    await place.started().begin()
    place.house.confirmed("1000")
    with writing(place.house.database) as tx:
        tx.execute("INSERT INTO copied (at) VALUES ($1)", place.hands.wall)
    await place.started().begin()
    order = place.shown()
    assert (order.outcome, order.code, order.params) == ("unknown", "restored", {"at": str(place.hands.wall)})
    told = place.house.outbox(ADMIN), place.house.outbox(COLLEAGUE)
    assert all(sum("put back from a copy" in text for text in texts) == 1 for texts in told)
    # It is the database that is worked on from now on.
    assert program.copied_at(reading(place.house.database)) is None
    said = len(place.house.outbox())
    await place.started().begin()
    assert len(place.house.outbox()) == said


async def test_an_order_that_waited_in_a_copy_is_looked_for_from_when_it_was_confirmed(place: Place) -> None:
    place.house.confirmed("1000")
    with writing(place.house.database) as tx:
        tx.execute("INSERT INTO copied (at) VALUES ($1)", place.hands.wall)
    place.hands.goes_by(3600)
    await place.started().begin()
    order = place.house.order("1000")
    assert order.sending_at is None
    assert order.look_at is not None or not place.house.desk.accounts["shop"].reconciles
    (ended,) = reading(place.house.database).fetch("SELECT body FROM order_history WHERE kind = 'ended'")
    assert f'"sent_at": {order.confirmed_at}' in str(ended["body"])


async def test_how_long_the_bot_was_up_goes_on_where_it_was(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.hands.goes_by(100)
    await presence._turn()
    up, forward = place.hands.clock.up(), place.hands.clock.forward()
    assert up == 100 * SECOND
    # Away for a day, and back with a clock that is behind.
    place.hands.wall -= 3600 * SECOND
    await place.started().begin()
    assert (place.hands.clock.up(), place.hands.clock.forward()) == (up, forward)
    place.hands.goes_by(5)
    assert place.hands.clock.up() == up + 5 * SECOND
    assert place.hands.clock.forward() == forward + 5 * SECOND


async def test_a_heartbeat_is_noted_again_and_again(place: Place) -> None:
    presence = place.started()
    await presence.begin()
    place.hands.goes_by(20)
    assert await presence._turn() <= ABSENCE / 2
    now = place.hands.clock
    assert program.last_heartbeat(reading(place.house.database)) == Heartbeat(now(), now.forward(), now.up())


async def test_what_was_being_sent_in_a_copy_may_have_been_sent_again_since(place: Place) -> None:
    await place.started().begin()
    place.house.sending("1000")
    with writing(place.house.database) as tx:
        tx.execute("INSERT INTO copied (at) VALUES ($1)", place.hands.wall)
        sending.lapse(tx)
    place.hands.goes_by(7 * 86400)
    await place.started().begin()
    order = place.shown()
    assert (order.outcome, order.code) == ("unknown", "restored")
    (ended,) = reading(place.house.database).fetch("SELECT at FROM order_history WHERE kind = 'ended'")
    # It is looked for among all that was made until now.
    assert ended["at"] == place.hands.wall


async def test_what_waited_for_long_when_nobody_had_noted_a_heartbeat_is_asked_about(place: Place) -> None:
    place.house.confirmed("1000")
    place.hands.goes_by(3600)
    await place.started().begin()
    assert place.shown("1000").code == "absence"
    place.house.confirmed("2000")
    await place.started().begin()
    assert place.house.order("2000").stage == "confirmed"
