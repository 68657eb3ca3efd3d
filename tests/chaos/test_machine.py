"""Whatever happens, in whatever order: no order is lost, none is placed twice, nobody is told what isn't so."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.machine import Chaos
from tests.chaos.playing import LENGTH, PLAYED
from tests.chaos.tally import Tally


def test_every_promise_holds_whatever_happens() -> None:
    class Short(Chaos):
        tally = Tally()

    run_state_machine_as_test(
        Short, settings=settings(PLAYED, max_examples=12, stateful_step_count=LENGTH, derandomize=True)
    )
    assert Short.tally.is_clean
    # So that it is known to have come to something.
    assert min(Short.tally.confirmed, Short.tally.kills, Short.tally.faults.total()) > 10
