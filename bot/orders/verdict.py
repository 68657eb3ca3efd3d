"""What a look-up proves about an order whose answer was lost. It fails closed: whatever isn't certain is a person's."""

from collections.abc import Collection
from dataclasses import dataclass

from providers.orders import Findings, Match


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


def judge(findings: Findings, taken: Collection[str], *, late_enough: bool) -> Verdict:
    """`taken` are numbers that belong to other orders of ours.

    `late_enough`: the list was read after the time that an order may take to appear in it.
    """
    matches = tuple(match for match in findings.matches if match.order.number not in taken)
    if len(matches) == 1 and matches[0].certain and not matches[0].differs:
        return Found(matches[0])
    if not matches and findings.complete and late_enough:
        return Absent()
    return Open(matches)
