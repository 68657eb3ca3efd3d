"""The verdict of a look-up on an order of unknown outcome. It fails closed: whatever isn't certain is a person's."""

from collections.abc import Collection
from dataclasses import dataclass

from providers.orders import Findings, Match

AT_ANOTHER_TIME = "time"
"""In `Match.differs`: it was made when ours was not under way, unless clocks differ."""


@dataclass(frozen=True, slots=True)
class Found:
    """The order is placed, and this is it."""

    match: Match


@dataclass(frozen=True, slots=True)
class Absent:
    """The order was not placed."""


@dataclass(frozen=True, slots=True)
class Open:
    """Nothing is proven. `matches` may be the order; a person can tell."""

    matches: tuple[Match, ...]


Verdict = Found | Absent | Open


def judge(
    findings: Findings, answered: Collection[str], found_out: Collection[str] = (), *, late_enough: bool
) -> Verdict:
    """`answered` are numbers that the supplier gave to other orders of ours.

    `found_out` are numbers that others of ours have without its word: they can't be this order's, and yet one of them
    may be, by mistake. `late_enough`: the list was read after the time that an order may take to appear in it.
    """
    taken = {*answered, *found_out}
    matches = tuple(match for match in findings.matches if match.order.number not in taken)
    in_time = [match for match in matches if AT_ANOTHER_TIME not in match.differs]
    if len(in_time) == 1 and in_time[0].certain and not in_time[0].differs:
        return Found(in_time[0])
    mistakable = any(match.order.number in found_out for match in findings.matches)
    if not matches and not mistakable and findings.complete and late_enough:
        return Absent()
    return Open(tuple(sorted(matches, key=lambda match: AT_ANOTHER_TIME in match.differs)))
