"""Bots with one fault each break a promise by moves that ours survives: the state machine can see such faults."""

from collections.abc import Callable

import pytest

from providers.simulators.base import Fault
from tests.chaos.machine import Chaos
from tests.chaos.mutants import Mutant
from tests.chaos.tally import Tally
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN

Moves = Callable[[Chaos], None]


def lose_an_answer(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "citiesocial", Fault.DROP_AFTER)
    chaos.every_promise_holds()
    chaos.time_passes(16)


def die_before_the_commit(chaos: Chaos) -> None:
    chaos.bot_dies_over_an_order("shop", Death(Kind.UPDATE, When.BEFORE))


def die_before_it_is_said(chaos: Chaos) -> None:
    chaos.bot_dies_over_an_order("gifts", Death(Kind.SETTLE, When.AFTER))


def order_the_same_at_once(chaos: Chaos) -> None:
    chaos.two_order_the_same("guoguo", None)


CASES = [
    (Mutant.RETRIES_UNKNOWN, lose_an_answer, "doubled"),
    (Mutant.DROP_IS_NOT_SENT, lose_an_answer, "untrue"),
    (Mutant.HASTY, die_before_the_commit, "lost"),
    (Mutant.FORGETFUL, die_before_it_is_said, "untold"),
    (Mutant.PEEKING, order_the_same_at_once, "doubled"),
]


def live(machine: type[Chaos], moves: Moves) -> None:
    """A day on which this happens. Raises AssertionError when a promise is broken, then or in the end."""
    chaos = machine()
    try:
        chaos.open_the_house(marker=True, reads_status=False, rich=False, many=True)
        moves(chaos)
        chaos.every_promise_holds()
    finally:
        chaos.teardown()


@pytest.mark.parametrize(("mutant", "moves", "promise"), CASES, ids=[mutant.name.lower() for mutant, *_ in CASES])
def test_a_bot_with_a_fault_breaks_a_promise_by_moves_that_ours_survives(
    mutant: Mutant, moves: Moves, promise: str
) -> None:
    class Sound(Chaos):
        tally = Tally()

    live(Sound, moves)
    assert Sound.tally.is_clean

    class Faulty(Chaos):
        tally = Tally()

    Faulty.mutant = mutant
    with pytest.raises(AssertionError):
        live(Faulty, moves)
    assert getattr(Faulty.tally, promise) > 0


def test_every_fault_has_its_moves() -> None:
    assert {mutant for mutant, *_ in CASES} == set(Mutant)
