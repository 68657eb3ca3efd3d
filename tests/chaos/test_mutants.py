"""Bots with one fault each break a promise by moves that ours survives: the state machine can see such faults."""

import pytest

from tests.chaos import moves
from tests.chaos.machine import Chaos
from tests.chaos.moves import Moves
from tests.chaos.mutants import Mutant
from tests.chaos.tally import Tally

NO_SUCH_NUMBER = "which the supplier doesn't have"
CASES = [
    (Mutant.RETRIES_UNKNOWN, moves.lose_an_answer, "doubled", "was sent 2 times"),
    (Mutant.RESUMES, moves.die_with_an_answer_unrecorded, "doubled", "was sent 2 times"),
    (Mutant.DROP_IS_NOT_SENT, moves.lose_an_answer, "untrue", "the supplier has it"),
    (Mutant.UNFORESEEN_IS_NOT_SENT, moves.fail_over_an_answer, "untrue", "the supplier has it"),
    (Mutant.FOLLOWS, moves.answer_with_an_address, "doubled", "2 orders for"),
    (Mutant.ANOTHER_REFERENCE, moves.send_again, "untrue", NO_SUCH_NUMBER),
    (Mutant.OBEYS_OLD_BUTTONS, moves.tap_what_was_said_of_an_earlier_sending, "untrue", "the supplier has it"),
    (Mutant.HASTY, moves.die_before_the_commit, "lost", "acknowledged and forgotten"),
    (Mutant.FORGETFUL, moves.die_before_it_is_said, "untold", "told were"),
    (Mutant.PEEKING, moves.order_the_same_at_once, "doubled", "nobody was asked"),
    (Mutant.BELIEVES_ELSEWHERE, moves.move_while_nobody_knows, "untrue", "the supplier has it"),
    (Mutant.NUMBERS_BY_ACCOUNT, moves.get_the_same_number_elsewhere, "untold", "has no outcome"),
    (Mutant.GOES_BY_THE_WALL, moves.set_the_clock_while_it_is_late, "untrue", "may still take it"),
    (Mutant.GOES_ON_AFTER_AN_ABSENCE, moves.be_away_while_an_order_waits, "doubled", "by itself after an absence"),
    (Mutant.ABSENT_FOR_GOOD, moves.take_it_late, "lost", "nobody knows"),
    (Mutant.SENDS_WITHOUT_A_LOOK, moves.order_again_what_has_come, "doubled", "was there to be seen"),
    (Mutant.FORGETS_DECIDED, moves.call_it_not_placed, "doubled", "nobody was asked"),
    (Mutant.TAKES_THE_FIRST_TAP, moves.call_it_not_placed_with_it_in_view, "untrue", "by one tap"),
    (Mutant.BELIEVES_ANY_ANSWER, moves.answer_with_somebody_elses, "untrue", NO_SUCH_NUMBER),
    (
        Mutant.BELIEVES_AN_OPEN_ORDERS_ANSWER,
        moves.answer_with_an_open_orders,
        "untrue",
        NO_SUCH_NUMBER,
    ),
    (Mutant.BELIEVES_AT_ONCE, moves.answer_two_at_once_with_one_number, "untrue", NO_SUCH_NUMBER),
    (Mutant.LOOKS_BESIDE_BY_ACCOUNT, moves.answer_two_of_one_customer_with_one_number, "untrue", NO_SUCH_NUMBER),
    (Mutant.ONE_BY_ONE_BY_ACCOUNT, moves.order_at_once_by_two_names, "untrue", "nothing tells the two apart"),
    (Mutant.GUARDS_BY_ACCOUNT, moves.order_the_same_by_another_name, "doubled", "nobody was asked"),
    (Mutant.ADOPTS_LIKENESSES, moves.order_what_somebody_else_orders, "untrue", NO_SUCH_NUMBER),
    (Mutant.SENDS_ELSEWHERE, moves.move_while_an_order_waits, "doubled", "no order is for that place"),
    (Mutant.SENDS_FROM_A_COPY, moves.put_back_what_has_gone, "doubled", "by itself after an absence"),
    (Mutant.TELLS_WHOEVER_ORDERED, moves.leave_before_it_is_known, "outsiders", "is no staff"),
]


def live(machine: type[Chaos], play: Moves) -> None:
    """A day on which this happens. Raises AssertionError when a promise is broken, then or in the end."""
    chaos = machine()
    try:
        chaos.open_the_house(marker=True, reads_status=False, rich=False, many=True, bare=True)
        play(chaos)
        chaos.every_promise_holds()
    finally:
        chaos.teardown()


@pytest.mark.parametrize(("mutant", "play", "promise", "how"), CASES, ids=[case[0].name.lower() for case in CASES])
def test_a_bot_with_a_fault_breaks_a_promise_by_moves_that_ours_survives(
    mutant: Mutant, play: Moves, promise: str, how: str
) -> None:
    class Sound(Chaos):
        tally = Tally()

    live(Sound, play)
    assert Sound.tally.is_clean

    class Faulty(Chaos):
        tally = Tally()

    Faulty.mutant = mutant
    # Not by accident: it is this promise, and broken in this way.
    with pytest.raises(AssertionError, match=f"(?m)^{promise}: .*{how}"):
        live(Faulty, play)
    assert getattr(Faulty.tally, promise) > 0


def test_every_fault_has_its_moves() -> None:
    assert {mutant for mutant, *_ in CASES} == set(Mutant)
