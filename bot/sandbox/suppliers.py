"""The suppliers as the page beside the chat shows them, and the buttons that change what they do and sell.

What a simulator will do next is known only to itself, so a card remembers what it asked for until that has happened.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from providers.simulators.base import Fault, Simulator

SHOWN = 20
"""Requests and orders that a card shows; the simulator keeps them all."""
SLOW_SECONDS = 5
UP, DOWN = 11, 9
"""Tenths of a price that it becomes."""
Deed = Literal["dearer", "cheaper", "stop", "sell"]
_SPENT_BY_ANY = frozenset({Fault.REFUSE, Fault.DELAY})


class SupplierCard:
    """One simulator. `on_change` is called with this card whenever what it shows has changed."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.name = simulator.name
        self.on_change: Callable[[SupplierCard], None] | None = None
        self._arrived: list[datetime] = []
        self._next: tuple[Fault, str] | None = None
        simulator.on_change = self._received

    def fail(self, fault: Fault, code: str = "") -> None:
        """Make the next create fail. Raises ValueError for a `code` that the supplier doesn't know."""
        seconds = SLOW_SECONDS if fault is Fault.DELAY else 0
        self.simulator.fail(fault, code=code, seconds=seconds)
        self._next = (fault, (code or self.simulator.refusals[0]) if fault is Fault.REFUSE else "")
        self._tell()

    def heal(self) -> None:
        """Answer the next create as usual, and let go what hangs."""
        self._next = None
        self.simulator.heal()
        self._tell()

    def change(self, number: str, deed: Deed) -> None:
        """Change what is sold. Raises ValueError for what this supplier can't."""
        match deed:
            case "dearer":
                self.simulator.shelf.reprice(number, UP)
            case "cheaper":
                self.simulator.shelf.reprice(number, DOWN)
            case _:
                self.simulator.shelf.sell(number, on=deed == "sell")
        self._tell()

    def as_json(self) -> dict[str, Any]:
        """The supplier as the page shows it; `held` and `received` newest first, times in milliseconds since 1970."""
        received = list(zip(self._arrived, self.simulator.received, strict=False))[-SHOWN:]
        return {
            "name": self.name,
            "title": self.simulator.title,
            "orders": len(self.simulator.ledger),
            "requests": len(self.simulator.received),
            "next": None if self._next is None else {"fault": self._next[0], "code": self._next[1]},
            "held": [
                {"number": order.number, "status": self.simulator.status_of(order)}
                for order in reversed(self.simulator.ledger[-SHOWN:])
            ],
            "wares": [asdict(ware) for ware in self.simulator.shelf.wares()],
            "examples": [{"title": title, "text": text} for title, text in self.simulator.examples.items()],
            "has_sheet": bool(self.simulator.example_rows),
            "more_wares": self.simulator.shelf.unlisted(),
            "refusals": [
                {"code": code, "words": self.simulator.refusal_words.get(code, "")} for code in self.simulator.refusals
            ],
            "received": [
                {
                    "at": int(at.timestamp() * 1000),
                    "method": one.method,
                    "path": one.path,
                    "outcome": one.outcome,
                    "body": one.body,
                }
                for at, one in reversed(received)
            ],
        }

    def _received(self) -> None:
        self._arrived.append(self.simulator.now())
        if self._next is not None:
            fault, _ = self._next
            if fault in _SPENT_BY_ANY or self.simulator.received[-1].outcome == f"fault {fault}":
                self._next = None
        self._tell()

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change(self)
