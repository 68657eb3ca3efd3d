"""Moves that tell a bot with one fault from ours, each with the faults and the deaths that it takes."""

from collections.abc import Callable

from providers.simulators.base import Fault
from tests.chaos.machine import Chaos
from tests.chaos.stage import LAG
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


def order_again_what_has_come(chaos: Chaos) -> None:
    chaos.it_is_ordered_again_when_it_has_come(ADMIN, "guoguo")


def call_it_not_placed(chaos: Chaos) -> None:
    """And order it again, without being asked if nobody remembers."""
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.DROP_AFTER)
    chaos.decide_wrongly(ADMIN, 0)


def call_it_not_placed_with_it_in_view(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "guoguo", Fault.DROP_AFTER)
    chaos.time_passes(16)
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


def fail_over_an_answer(chaos: Chaos) -> None:
    chaos.bot_fails_over_an_answer("citiesocial")


def order_the_same_by_another_name(chaos: Chaos) -> None:
    chaos.account_is_renamed_over_an_order("guoguo")


def answer_two_at_once_with_one_number(chaos: Chaos) -> None:
    chaos.answer_is_that_of_one_beside("gifts", Fault.HANG)


def answer_two_of_one_customer_with_one_number(chaos: Chaos) -> None:
    """Each by an account of its own."""
    chaos.account_is_named_twice("gifts")
    answer_two_at_once_with_one_number(chaos)


def order_at_once_by_two_names(chaos: Chaos) -> None:
    chaos.account_is_named_twice("guoguo")
    chaos.answer_is_that_of_one_beside("guoguo", Fault.DELAY)


def answer_with_an_address(chaos: Chaos) -> None:
    chaos.answer_redirects("citiesocial")


def send_again(chaos: Chaos) -> None:
    chaos.answer_is_lost(ADMIN, "gifts", Fault.DROP_AFTER)
    chaos.time_passes(16)
    chaos.decide(ADMIN, 0, "resend")


def tap_what_was_said_of_an_earlier_sending(chaos: Chaos) -> None:
    """Then it was not placed; it is by now."""
    chaos.answer_is_lost(ADMIN, "gifts", Fault.DROP_BEFORE)
    chaos.time_passes(16)
    order = chaos.order_of(0)
    shown = chaos.do(chaos.staff.evidence(ADMIN, order))
    chaos.stage.place("gifts").fail(Fault.DROP_AFTER)
    chaos.decide(ADMIN, 0, "resend")
    chaos.do(chaos.staff.taps(ADMIN, *shown))
