"""One clock for the whole house: it agrees with the system's until it is moved on, and whoever waits is told."""

from datetime import UTC, datetime

import pytest

from bot.clock import SECOND, Clock
from bot.ids import now_us

START = 1_780_000_000


def test_a_clock_that_nobody_moved_is_the_systems() -> None:
    before = now_us()
    assert before <= Clock()() <= now_us()


def test_moved_on_it_says_so_in_every_unit_and_goes_on_from_there() -> None:
    system = [START * SECOND]
    clock = Clock(lambda: system[0])
    clock.advance(90)
    clock.advance(0.5)
    assert clock() == START * SECOND + 90_500_000
    assert clock.seconds() == START + 90.5
    assert clock.moment() == datetime.fromtimestamp(START + 90.5, UTC)
    system[0] += SECOND
    assert clock.seconds() == START + 91.5


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_it_never_goes_back(seconds: float) -> None:
    clock = Clock(lambda: START * SECOND)
    told: list[str] = []
    clock.on_move(lambda: told.append("moved"))
    with pytest.raises(ValueError, match="forward"):
        clock.advance(seconds)
    assert (clock.seconds(), told) == (START, [])
    clock.advance(1)
    assert (clock.seconds(), told) == (START + 1, ["moved"])


def test_whoever_asked_is_told_after_the_move_until_it_asks_no_more() -> None:
    clock = Clock(lambda: START * SECOND)
    told: list[tuple[str, float]] = []
    ends = clock.on_move(lambda: told.append(("one", clock.seconds())))
    clock.on_move(lambda: told.append(("other", clock.seconds())))
    clock.advance(60)
    assert told == [("one", START + 60), ("other", START + 60)]
    ends()
    ends()
    clock.advance(60)
    assert told[2:] == [("other", START + 120)]


def test_setting_the_time_changes_nothing_for_what_only_goes_forward() -> None:
    system, elapsed = [START * SECOND], [7]
    clock = Clock(lambda: system[0], lambda: elapsed[0])
    system[0] -= 3600 * SECOND
    elapsed[0] += SECOND
    assert (clock.seconds(), clock.forward()) == (START - 3600, (START + 1) * SECOND)
    clock.advance(60)
    assert clock.forward() == (START + 61) * SECOND


def test_what_only_goes_forward_follows_a_given_time_as_far_as_that_rises() -> None:
    system = [START * SECOND]
    clock = Clock(lambda: system[0])
    assert clock.forward() == START * SECOND
    system[0] -= SECOND
    assert clock.forward() == START * SECOND
    system[0] += 3 * SECOND
    assert clock.forward() == (START + 2) * SECOND


def test_the_systems_own_goes_forward_by_itself() -> None:
    before = now_us()
    clock = Clock()
    first = clock.forward()
    assert before <= first <= clock.forward() <= now_us() + SECOND
