"""What people ask of the journal, asked through the desk's own functions, and how they would ask without indexes."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from itertools import product
from time import perf_counter
from typing import Final

from bot.buttons.list_buttons import account_code
from bot.conversation.known import Account
from bot.conversation.state import ConversationKey
from bot.conversation.views import Days, Wanted
from bot.journal.lookup import named
from bot.journal.pages import JournalPages
from bot.staff.access import Staff
from providers.fields import Form
from storage.database import Database, Reader
from tests.benchmarks.journal import ACCOUNTS, FIRST_AT, FIRST_REFERENCE, MINUTE, PEOPLE

LOOK_UP: Final = "look-up of a number"
PAGE: Final = "page of /orders"
SOMEBODY: Final = ConversationKey(1, 1)
SOME_DAYS: Final = 6 * 24 * 60
"""Orders of the days that are asked for."""
SCAN: Final = "SELECT * FROM orders WHERE number LIKE '%' || $1 || '%' ORDER BY confirmed_at DESC LIMIT 8"
SAMPLE: Final = "SELECT reference, number FROM orders WHERE reference = $1"

Ask = Callable[["Journalist"], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` answers with how many orders were found; it is asked `times` in a run."""

    name: str
    ask: Ask
    times: int


@dataclass(slots=True)
class Journalist:
    """Somebody with many questions about a journal of so many orders; no two runs have the same ones."""

    database: Database
    orders: int
    chance: random.Random

    @property
    def journal(self) -> JournalPages:
        accounts = {name: Account(name, name.capitalize(), Form) for name in ACCOUNTS}
        return JournalPages(accounts=accounts, staff=Staff(frozenset({1})), now=lambda: self.newest_at, zone=UTC)

    @property
    def newest_at(self) -> int:
        return FIRST_AT + (self.orders - 1) * MINUTE

    def reference(self, *, newest: int | None = None) -> str:
        """Of any order, or of any of the newest so many."""
        back = self.chance.randrange(min(newest or self.orders, self.orders))
        return str(FIRST_REFERENCE + (self.orders - 1 - back) * 60_000)

    async def numbers(self, count: int) -> list[str]:
        """Of any orders that have one."""
        return await self.database.read(self._numbers, count)

    def _numbers(self, reader: Reader, count: int) -> list[str]:
        found: list[str] = []
        while len(found) < count:
            row = reader.fetchrow(SAMPLE, self.reference())
            if row is not None and row["number"] is not None:
                found.append(row["number"])
        return found

    async def seconds(self, question: Question) -> float:
        """What one answer takes on the average of a run."""
        asked = [perf_counter()]
        for _ in range(question.times):
            await question.ask(self)
        asked.append(perf_counter())
        return (asked[1] - asked[0]) / question.times


def look_up(numbers: list[str]) -> Ask:
    left = iter(numbers)

    async def ask(who: Journalist) -> int:
        number = next(left)
        return len(await who.database.run(lambda tx: named(tx, number)))

    return ask


def page(**filters: object) -> Ask:
    async def ask(who: Journalist) -> int:
        beside = who.reference(newest=SOME_DAYS if "days" in filters else None)
        wanted = Wanted(**filters, beside=beside)  # type: ignore[arg-type]  # its own fields
        return await _listed(who, wanted)

    return ask


def search(texts: list[str]) -> Ask:
    left = iter(texts)

    async def ask(who: Journalist) -> int:
        return await _listed(who, Wanted(text=next(left)))

    return ask


async def _listed(who: Journalist, wanted: Wanted) -> int:
    found = await who.database.run(lambda tx: who.journal.listed(tx, wanted, SOMEBODY))
    assert found is not None
    return len(found.orders)


def scan(texts: list[str]) -> Ask:
    left = iter(texts)

    async def ask(who: Journalist) -> int:
        text = next(left)
        return len(await who.database.read(lambda reader: reader.fetch(SCAN, text)))

    return ask


async def questions(who: Journalist, times: int) -> list[Question]:
    """Those of one run: look-ups so many times, the others less often."""
    fewer = max(times // 10, 1)
    made = [Question(LOOK_UP, look_up(await who.numbers(times)), times)]
    choices = {"account": account_code("shop"), "state": "placed", "person": 1 + PEOPLE // 2, "days": Days.WEEK}
    for picked in product((False, True), repeat=len(choices)):
        filters = {name: value for (name, value), is_picked in zip(choices.items(), picked, strict=True) if is_picked}
        name = f"{PAGE} by {', '.join(filters)}" if filters else PAGE
        made.append(Question(name, page(**filters), fewer))
    numbers = await who.numbers(2 * fewer)
    made.append(Question("search by 7 digits of a number", search([n[2:9] for n in numbers]), fewer))
    alike = [f"{chr(19968 + who.chance.randrange(97))}{chr(19968 + who.chance.randrange(991))}" for _ in numbers]
    made.append(Question("search by a part of a name", search(alike), fewer))
    few = max(fewer // 50, 1)
    made.append(Question("without an index: number LIKE '%…%'", scan([n[2:9] for n in numbers]), few))
    return made
