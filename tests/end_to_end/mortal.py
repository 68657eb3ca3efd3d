"""A bot that is killed around every commit while a dialogue is played, and started again each time."""

import json
from collections.abc import Callable
from typing import Any

from bot.conversation.state import Phase
from providers.base import ReadsOrders, ReconcilesOrders
from providers.registry import provider_class
from tests.end_to_end.clock import StandingClock
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.gate import Gate, Held
from tests.end_to_end.house import World
from tests.end_to_end.nursing import Nursed, Nursing
from tests.end_to_end.on_the_way import on_the_way
from tests.transcripts.supplying import Ask

BEFORE_UPDATE, AFTER_UPDATE = Death(Kind.UPDATE, When.BEFORE), Death(Kind.UPDATE, When.AFTER)
BEFORE_CLAIM, AFTER_SETTLE = Death(Kind.CLAIM, When.BEFORE), Death(Kind.SETTLE, When.AFTER)
BEFORE_REPORT, BEFORE_LOOK = Death(Kind.REPORT, When.BEFORE), Death(Kind.LOOK, When.BEFORE)
AFTER_READING = (Death(Kind.REPORT, When.AFTER), Death(Kind.LOOK, When.AFTER), AFTER_SETTLE)
UNKNOWN_AT = "SELECT account FROM orders WHERE outcome = 'unknown'"


class Mortal:
    """The bot of a `LivePlayer`. It is killed twice at each message of the person.

    It is also killed before it begins to send an order, each time that it does, after it has recorded what became of
    one, around its recording of what a look-up found, and whenever time goes by. It is spared where death is another
    story than the dialogue's: while an order is on the wire, which makes its outcome unknown, and while a supplier is
    asked about a number. Messages that are not `chosen` are passed over, each with the bot that has taken in the last
    one. `killed_at`, `spared` and `passed_over` are the messages, counted from 0.
    """

    is_killed = True

    def __init__(
        self, house: World, gate: Gate, nursing: Nursing, chosen: Callable[[int], bool] = lambda _: True
    ) -> None:
        self._chosen = chosen
        self._house = house
        self._gate = gate
        self._nursing = nursing
        self._next = 0
        self._armed = False
        self._kept: list[Any] = []
        self.killed_at: list[int] = []
        self.spared: list[int] = []
        self.passed_over: list[int] = []
        self.bot: Nursed

    async def begin(self) -> None:
        """Start for the first time; return when it listens."""
        await self._start(BEFORE_UPDATE)
        self._armed = True
        await self._house.telegram.wait_for_call("getUpdates")
        self._kept = self._stored()

    async def take_in(self) -> None:
        message, self._next = self._next, self._next + 1
        if self._armed:
            await self._die_around_the_update()
            self.killed_at.append(message)
        else:
            (self.spared if self._chosen(message) else self.passed_over).append(message)
        await self._rest()
        if not self._armed and not self._chosen(self._next) and not self.bot.gone.done():
            return
        if not self._armed and not self._in_flight():
            await self.bot.kill()
            await self._stand_by()

    async def later(self, seconds: int) -> None:
        await self.bot.kill()
        StandingClock.beside(self._house.config_file).advance(seconds)
        if self._in_flight():
            await self._start(BEFORE_CLAIM)
            await self.bot.dies()
        await self._stand_by()

    async def hear(self, gate: Gate, held: Held) -> None:
        kept, unknown = self._stored(), self._unknown()
        gate.let_through(held)
        if held.ask is Ask.NUMBER:
            await self._nursing.until(lambda: self._stored() != kept)
        if held.ask is not Ask.NUMBER or self._unknown() != unknown:
            await self.bot.dies()
        if self._stored() == kept:
            assert held.ask is not Ask.CREATE
            # Nobody knows any more what was found: it is looked up again.
            gate.close()
            await self._start(*AFTER_READING)
            gate.let_through(await gate.first(held.ask))
            await self.bot.dies()
        gate.close()
        await self._rest_if_alive()
        await self._stand_by()
        await self._rest()

    async def miss(self) -> None:
        await self._nursing.until(lambda: not self._in_flight())
        await self._rest()
        await self.bot.kill()
        await self._stand_by()

    async def _die_around_the_update(self) -> None:
        names = self._named()
        await self.bot.dies()
        assert self._stored() == self._kept
        told = self._told()
        await self._start(AFTER_UPDATE)
        await self.bot.dies()
        if names:
            # The supplier is asked about the number again.
            await self._start(AFTER_SETTLE)
            self._armed = False
            await self._take_a_number(names, told)
            return
        kept = self._stored()
        if self._in_flight():
            await self._start(BEFORE_CLAIM)
            await self.bot.dies()
        assert self._stored() == kept
        await self._stand_by()

    async def _rest_if_alive(self) -> None:
        if not self.bot.gone.done():
            await self._rest()
            await self.bot.kill()

    async def _rest(self) -> None:
        """Wait until all is done and said, and that is recorded: else it would come twice."""
        await self._house.taken_in()
        await self._nursing.until(lambda: not self._house.has_more_to_say())
        self._kept = self._stored()

    def _in_flight(self) -> bool:
        return on_the_way(self._house) or bool(self._gate.waiting(Ask.NUMBER))

    async def _take_a_number(self, accounts: list[str], told: int) -> None:
        """Return when its supplier is being asked, or all is said that can be said without asking."""
        (account,) = accounts
        if not self._named() and self._can(account, ReadsOrders):
            await self._gate.first(Ask.NUMBER)
        elif not self._named():
            await self._nursing.until(lambda: self._told() == told + 2)

    def _named(self) -> list[str]:
        """The accounts of which the next text is an order's number."""
        states = [json.loads(state) for (state,) in self._house.rows("SELECT state FROM conversations")]
        asking = (state["naming"] for state in states if state["phase"] == Phase.NAMING)
        return [naming["account"] for naming in asking if not naming["number"]]

    def _told(self) -> int:
        return len(self._house.rows("SELECT id FROM outbox"))

    def _unknown(self) -> list[Any]:
        return self._house.rows(UNKNOWN_AT)

    def _stored(self) -> list[Any]:
        """Where everybody stands, which orders there are, and how much was ever to be said."""
        return [
            self._house.rows("SELECT state, waiting FROM conversations ORDER BY chat_id"),
            self._house.rows("SELECT reference, answers FROM orders ORDER BY reference"),
            self._house.rows("SELECT count(*), max(id) FROM outbox"),
        ]

    def _before_reading(self) -> list[Death]:
        # Where nothing can be looked up, just that is recorded at every start.
        finds = [self._can(account, ReconcilesOrders) for (account,) in self._house.rows(UNKNOWN_AT)]
        return [BEFORE_REPORT, *([BEFORE_LOOK] if any(finds) else [])]

    def _can(self, account: str, ability: type) -> bool:
        return issubclass(provider_class(self._house.suppliers[account].name), ability)

    async def _start(self, *deaths: Death) -> None:
        self.bot = await self._nursing.start(self._house.config_file, deaths)

    async def _stand_by(self) -> None:
        """Start so that it dies at the next message and when a supplier's answer is recorded."""
        self._armed = not self._in_flight() and self._chosen(self._next)
        # Without a supplier that answers nobody decides when an outcome is recorded.
        settle = [AFTER_SETTLE] if self._gate.reachable else []
        await self._start(*self._before_reading(), *settle, *([BEFORE_UPDATE] if self._armed else []))
