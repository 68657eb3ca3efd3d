"""Trouble on demand, so that a bot can be shown what a network and a busy server do to it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

FaultKind = Literal["retry_after", "error", "drop_before", "drop_after", "hang", "odd_result", "at_once"]
ANY_METHOD = "*"


@dataclass(slots=True)
class Fault:
    """A fault of the next calls of `method`.

    `retry_after`: 429 with `seconds`. `error`: `status` with `body` (None: Telegram's JSON, in which `said` is the
    description; empty: the status's name). `drop_before`: the line is cut and nothing is done. `drop_after`: it is
    done, then the line is cut. `hang`: no answer until healed, then a cut line, and nothing is done. `odd_result`: it
    is done, and answered as such, but its result is the JSON in `body` (None: an answer without any). `at_once`: a
    poll isn't held open.
    """

    method: str
    kind: FaultKind
    left: int | None
    """Calls still to fail; None for all until healed."""
    chat_id: int | None = None
    seconds: int = 1
    status: int = 500
    body: str | None = None
    said: str = ""

    def hits(self, method: str, given: dict[str, Any]) -> bool:
        if self.method not in {ANY_METHOD, method} or self.left == 0:
            return False
        return self.chat_id is None or str(given.get("chat_id", "")) == str(self.chat_id)


class Faults:
    """The faults that are set, oldest first; each call meets at most one."""

    def __init__(self) -> None:
        self._set: list[Fault] = []
        self._healed = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self._set.append(fault)

    def next(self, method: str, given: dict[str, Any]) -> Fault | None:
        """The fault that this call meets, used up by it."""
        for fault in self._set:
            if fault.hits(method, given):
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None

    def clear(self) -> None:
        """Forget all faults and let hanging calls go."""
        self._set.clear()
        self._healed.set()
        self._healed = asyncio.Event()

    async def wait_until_healed(self) -> None:
        await self._healed.wait()
