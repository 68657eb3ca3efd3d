"""A supplier whose every answer is written down beforehand, for what no documented supplier can be brought to say."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from providers.anqicms.form import AnqicmsForm
from providers.base import AccountSettings, Provider
from providers.errors import OrderNotFound, OutcomeUnknown
from providers.fields import Form
from providers.orders import Balance, Findings, Match, PlacedOrder, Progress, Sending, Status

Answer = PlacedOrder | Exception


class Scripted(Provider[AccountSettings]):
    """Answers creates with `answers` in turn and then with an outcome that nobody knows; each waits for `gate`."""

    name: ClassVar[str] = "anqicms"
    title: ClassVar[str] = "Scripted"
    settings_model: ClassVar[type[AccountSettings]] = AccountSettings
    form: ClassVar[type[Form]] = AnqicmsForm

    def __init__(self, *answers: Answer) -> None:
        super().__init__(AccountSettings(provider="scripted", base_url="http://127.0.0.1", timeout=60))
        self.answers = list(answers)
        self.references: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def place(self, form: Any, reference: str) -> PlacedOrder:
        del form
        self.references.append(reference)
        answer = self.answers.pop(0) if self.answers else OutcomeUnknown("no_answer")
        await self.gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        pass


class Searchable(Scripted):
    """Has a list: `found` is what every look-up says from now on, `read` what it says of one number."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*answers)
        self.found: Findings | Exception = Findings()
        self.read: Match | Exception = Match(PlacedOrder("1207"))
        self.left: Decimal | Exception = Decimal(100)
        self.sought: list[Sending] = []
        self.on_search: Callable[[], Any] | None = None
        self.search_gate = asyncio.Event()
        self.search_gate.set()

    async def find_order(self, form: Any, sending: Sending) -> Findings:
        del form
        self.sought.append(sending)
        found = self.found
        await self.search_gate.wait()
        if self.on_search is not None:
            await self.on_search()
        if isinstance(found, Exception):
            raise found
        return found

    async def read_order(self, form: Any, sending: Sending, number: str) -> Match:
        del form, sending, number
        if isinstance(self.read, Exception):
            raise self.read
        return self.read

    async def balance(self) -> Balance:
        if isinstance(self.left, Exception):
            raise self.left
        return Balance(self.left)


class TakesNoneTwice(Searchable):
    """As Damaijia: a second order under the same reference is refused there."""

    idempotent_create: ClassVar[bool] = True


class Telling(Scripted):
    """Tells how far orders are: `says` is what it answers about a number, `asked` are the numbers in order."""

    final: ClassVar[frozenset[Status]] = frozenset({Status.COMPLETED, Status.CANCELLED})

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*answers)
        self.says: dict[str, Progress | Exception] = {}
        self.asked: list[str] = []
        self.status_gate = asyncio.Event()
        self.status_gate.set()

    async def read_status(self, number: str) -> Progress:
        self.asked.append(number)
        # As it is when it is asked, however long the answer takes.
        answer = self.says.get(number, OrderNotFound("not_found"))
        await self.status_gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Remembering(Telling):
    """Knows an order by its number from the moment it placed it."""

    knows_at_once: ClassVar[bool] = True


class Limited(Telling):
    """May not be asked too often."""

    @property
    def watch_gap(self) -> float:
        return 4


def ours(number: str) -> PlacedOrder:
    """A yes that repeats our reference."""
    return PlacedOrder(number, is_ours=True)


def certain(number: str = "1207", *differs: str) -> Match:
    return Match(PlacedOrder(number), certain=True, at=datetime(2026, 9, 21, tzinfo=UTC), differs=differs)


def possible(number: str = "1207") -> Match:
    return Match(PlacedOrder(number), facts={"total": "2.00"})
