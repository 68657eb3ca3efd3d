"""The calls on the wire, by customer: a yes that doesn't show whose it is waits for the answers to those beside it.

A supplier's guard against double clicks, or a proxy that keeps answers, may give one order's answer to another one, and
before that one has its own. Once all are in, their numbers tell: two that were given the same are told apart by nobody.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.journal.views import NUMBER_OF_WHICH, Result, have_a_number_in_common
from providers.orders import Outcome
from storage.orders import Order


@dataclass(eq=False, slots=True)
class WireCall:
    """One create on its way; `beside` are all of the same customer, itself included, that nobody has recorded yet.

    `ended`: it has an answer, or none will come. `recorded`: what it came to is in the journal.
    """

    reference: str
    beside: list["WireCall"]
    result: Result | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    recorded: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, result: Result) -> Result:
        """The result as it can be recorded: unknown where the number may be that of an order that was beside it."""
        others = [one for one in self.beside if one is not self]
        self.result = result
        self.ended.set()
        if result.outcome is not Outcome.PLACED or result.is_ours:
            return result
        for other in others:
            await other.ended.wait()
            if other.result is None or other.result.outcome is Outcome.UNKNOWN:
                # The journal compares with it.
                await other.recorded.wait()
            elif have_a_number_in_common(result, other.result):
                params = {"number": result.number or "", "other": other.reference}
                return Result(Outcome.UNKNOWN, code=NUMBER_OF_WHICH, params=params)
        return result


class Wire:
    """All calls of this process."""

    def __init__(self) -> None:
        self._calls: dict[str, list[WireCall]] = defaultdict(list)

    @contextmanager
    def call(self, order: Order) -> Iterator[WireCall]:
        """For the time from before an order is sent until what became of it is recorded."""
        beside = self._calls[order.identity]
        one = WireCall(order.reference, beside)
        beside.append(one)
        try:
            yield one
        finally:
            beside.remove(one)
            one.ended.set()
            one.recorded.set()
