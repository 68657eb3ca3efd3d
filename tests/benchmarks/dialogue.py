"""An order as a person gives it, a message or a tap at a time; every bot of the benchmark is sent the same."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

PRODUCTS: Final = 200
"""The shop's products have the ids from 1 to this."""
_QUANTITIES: Final = range(PRODUCTS + 1, 10_001)
"""None is the id of a product: the same text twice within a second is taken once, as a bad line sends it."""


class End(Enum):
    """A form round ends in nothing sent, an order round in an order."""

    CANCEL = "Cancel"
    CONFIRM = "Confirm"


@dataclass(frozen=True, slots=True)
class Step:
    """`say` a text or `tap` the button whose label begins so; answered by the next message that begins with `until`."""

    say: str = ""
    tap: str = ""
    until: str = ""


def order(number: int, end: End, account: str = "shop") -> tuple[Step, ...]:
    """The steps of an order. No two with different numbers are alike: the same order twice would be asked about."""
    number %= PRODUCTS * len(_QUANTITIES)
    return (
        Step(say=f"/order {account}"),
        Step(tap="goods"),
        Step(say=str(1 + number % PRODUCTS)),
        Step(say=str(_QUANTITIES[number // PRODUCTS]), until="Items"),
        Step(tap="Done"),
        Step(tap="Skip"),
        Step(say="王小明"),
        Step(say="13800000000"),
        Step(say="河南省"),
        Step(say="郑州市"),
        Step(say="中原区"),
        Step(say="建设路1号"),
        Step(say="450000", until="Summary"),
        Step(tap=end.value, until="Cancelled" if end is End.CANCEL else "Placed"),
    )


STEPS: Final = len(order(0, End.CANCEL))
