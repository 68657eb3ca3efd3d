"""Bots with one fault each break a promise by moves that ours survives: the state machine can see such faults."""

from collections.abc import Callable

import pytest

from providers.simulators.base import Fault
from tests.chaos.machine import Chaos
from tests.chaos.mutants import Mutant
from tests.chaos.stage import LAG
from tests.chaos.tally import Tally
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN

Moves = Callable[[Chaos], None]


def lose_an_answer(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "citiesocial", Fault.DROP_AFTER)
    chaos.every_promise_holds()
    chaos.time_passes(16)


def die_with_an_answer_unrecorded(chaos: Chaos) -> None:
    chaos.bot_dies_over_an_order("citiesocial", Death(Kind.SETTLE, When.BEFORE))
    chaos.restart(softly=False)


def die_before_the_commit(chaos: Chaos) -> None:
    chaos.bot_dies_over_an_order("shop", Death(Kind.UPDATE, When.BEFORE))


def die_before_it_is_said(chaos: Chaos) -> None:
    # Not at a supplier that tells how far an order is: its card is said anew with the first answer.
    chaos.bot_dies_over_an_order("citiesocial", Death(Kind.SETTLE, When.AFTER))


def order_the_same_at_once(chaos: Chaos) -> None:
    chaos.two_order_the_same("guoguo", None)


def move_while_nobody_knows(chaos: Chaos) -> None:
    """The order is at the supplier, and the account leads to another customer before anybody has looked."""
    chaos.settings_change_over_an_order(ADMIN, "guoguo", Fault.DROP_AFTER)
    chaos.time_passes(LAG + 120)


def get_the_same_number_elsewhere(chaos: Chaos) -> None:
    chaos.order(ADMIN, "citiesocial", None, None, 1, 0)
    chaos.settings_change("citiesocial")
    chaos.order(ADMIN, "citiesocial", None, None, 1, 0)


def set_the_clock_while_it_is_late(chaos: Chaos) -> None:
    chaos.the_clock_is_set(-3600)
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.LATE)
    chaos.the_clock_is_set(3600)
    chaos.time_passes(16)


def be_away_while_an_order_waits(chaos: Chaos) -> None:
    chaos.bot_is_away_over_an_order(ADMIN, "shop", LAG)


def take_it_late(chaos: Chaos) -> None:
    chaos.supplier_takes_its_time(ADMIN, "guoguo")


def call_it_not_placed(chaos: Chaos) -> None:
    """And order it again, without being asked if nobody remembers."""
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.DROP_AFTER)
    chaos.decide_wrongly(ADMIN, 0)


def answer_with_somebody_elses(chaos: Chaos) -> None:
    chaos.somebody_orders_elsewhere("guoguo")
    chaos.time_passes(25 * 3600)
    chaos.order(ADMIN, "guoguo", Fault.ANOTHER_BEFORE, None, 1, 0)


def answer_with_an_open_orders(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.DROP_AFTER)
    chaos.order(ADMIN, "guoguo", Fault.ANOTHER_AFTER, None, 1, 0)


def order_what_somebody_else_orders(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.DROP_BEFORE)
    chaos.somebody_orders_the_same_elsewhere("guoguo", 0)
    chaos.time_passes(16)


def move_while_an_order_waits(chaos: Chaos) -> None:
    chaos.settings_change_over_an_order(ADMIN, "citiesocial", None)
    chaos.time_passes(16)


def put_back_what_has_gone(chaos: Chaos) -> None:
    chaos.a_copy_is_put_back_over_an_order(ADMIN, "citiesocial", None, 16)


def leave_before_it_is_known(chaos: Chaos) -> None:
    chaos.somebody_leaves_over_an_order("shop", Fault.DROP_AFTER)


CASES = [
    (Mutant.RETRIES_UNKNOWN, lose_an_answer, "doubled", "was sent 2 times"),
    (Mutant.RESUMES, die_with_an_answer_unrecorded, "doubled", "was sent 2 times"),
    (Mutant.DROP_IS_NOT_SENT, lose_an_answer, "untrue", "the supplier has it"),
    (Mutant.HASTY, die_before_the_commit, "lost", "acknowledged and forgotten"),
    (Mutant.FORGETFUL, die_before_it_is_said, "untold", "told were"),
    (Mutant.PEEKING, order_the_same_at_once, "doubled", "nobody was asked"),
    (Mutant.BELIEVES_ELSEWHERE, move_while_nobody_knows, "untrue", "the supplier has it"),
    (Mutant.NUMBERS_BY_ACCOUNT, get_the_same_number_elsewhere, "untold", "has no outcome"),
    (Mutant.GOES_BY_THE_WALL, set_the_clock_while_it_is_late, "untrue", "may still take it"),
    (Mutant.GOES_ON_AFTER_AN_ABSENCE, be_away_while_an_order_waits, "doubled", "by itself after an absence"),
    (Mutant.ABSENT_FOR_GOOD, take_it_late, "lost", "nobody knows"),
    (Mutant.FORGETS_DECIDED, call_it_not_placed, "doubled", "nobody was asked"),
    (Mutant.BELIEVES_ANY_ANSWER, answer_with_somebody_elses, "untrue", "which the supplier doesn't have"),
    (Mutant.BELIEVES_AN_OPEN_ORDERS_ANSWER, answer_with_an_open_orders, "untrue", "which the supplier doesn't have"),
    (Mutant.ADOPTS_LIKENESSES, order_what_somebody_else_orders, "untrue", "which the supplier doesn't have"),
    (Mutant.SENDS_ELSEWHERE, move_while_an_order_waits, "doubled", "no order is for that place"),
    (Mutant.SENDS_FROM_A_COPY, put_back_what_has_gone, "doubled", "by itself after an absence"),
    (Mutant.TELLS_WHOEVER_ORDERED, leave_before_it_is_known, "outsiders", "is no staff"),
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


@pytest.mark.parametrize(("mutant", "moves", "promise", "how"), CASES, ids=[case[0].name.lower() for case in CASES])
def test_a_bot_with_a_fault_breaks_a_promise_by_moves_that_ours_survives(
    mutant: Mutant, moves: Moves, promise: str, how: str
) -> None:
    class Sound(Chaos):
        tally = Tally()

    live(Sound, moves)
    assert Sound.tally.is_clean

    class Faulty(Chaos):
        tally = Tally()

    Faulty.mutant = mutant
    # Not by accident: it is this promise, and broken in this way.
    with pytest.raises(AssertionError, match=f"(?m)^{promise}: .*{how}"):
        live(Faulty, moves)
    assert getattr(Faulty.tally, promise) > 0


def test_every_fault_has_its_moves() -> None:
    assert {mutant for mutant, *_ in CASES} == set(Mutant)
