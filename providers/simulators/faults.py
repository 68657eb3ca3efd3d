"""The faults that a simulator has on demand: the ways in which a supplier's answer can be a no, or no answer at all."""

from enum import StrEnum


class Fault(StrEnum):
    """A way to fail; "taken" means that the order is in the ledger."""

    REFUSE = "refuse"  # a documented refusal, not taken
    DELAY = "delay"  # a late answer, also when the client has given up meanwhile
    HANG = "hang"  # taken, no answer
    ERROR_BEFORE = "error_before"  # 500, not taken
    ERROR_AFTER = "error_after"  # taken, then 500
    DROP_BEFORE = "drop_before"  # line cut, not taken
    DROP_AFTER = "drop_after"  # taken, then line cut
    GARBAGE = "garbage"  # taken, 200 with bytes that are not JSON
    EMPTY = "empty"  # taken, 200 without a body
    TRUNCATED = "truncated"  # taken, line cut in the middle of the answer
    NO_NUMBER = "no_number"  # taken, the usual answer lacks the order number
    LATE = "late"  # line cut at once, taken when `take_late` is called


BEFORE = frozenset({Fault.REFUSE, Fault.ERROR_BEFORE, Fault.DROP_BEFORE})
"""Faults of creates that are not taken."""
OF_READS = frozenset({Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG, Fault.GARBAGE, Fault.EMPTY})
"""Faults that a read can have."""
