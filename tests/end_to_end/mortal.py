"""A bot that is killed around every commit while a dialogue is played, and started again each time."""

from typing import Any

from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.gate import Gate
from tests.end_to_end.house import World
from tests.end_to_end.nursing import Nursed, Nursing

BEFORE_UPDATE, AFTER_UPDATE = Death(Kind.UPDATE, When.BEFORE), Death(Kind.UPDATE, When.AFTER)
BEFORE_REPORT, AFTER_REPORT = Death(Kind.REPORT, When.BEFORE), Death(Kind.REPORT, When.AFTER)
BEFORE_CLAIM, AFTER_SETTLE = Death(Kind.CLAIM, When.BEFORE), Death(Kind.SETTLE, When.AFTER)


class Mortal:
    """The bot of a `LivePlayer`. It is killed twice at each message of the person.

    It is also killed before it begins to send an order, after it has recorded what became of one, and around its
    recording of what a look-up found. Only while an order is on the wire it is spared: that death makes its outcome
    unknown, which is another story than the dialogue's. `killed_at` and `spared` are the messages, counted from 0.
    """

    is_killed = True

    def __init__(self, house: World, gate: Gate, nursing: Nursing) -> None:
        self._house = house
        self._gate = gate
        self._nursing = nursing
        self._config = house.config()
        self._next = 0
        self._armed = False
        self._kept: list[Any] = []
        self.killed_at: list[int] = []
        self.spared: list[int] = []
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
            self.spared.append(message)
        await self._rest()
        if not self._armed and not self._in_flight():
            await self.bot.kill()
            await self._stand_by()

    async def hear(self, gate: Gate) -> None:
        creates = gate.creates
        kept = self._stored()
        gate.let_through()
        if not creates:
            await self.bot.dies()
            assert self._stored() == kept
            # Nobody knows any more what was found: it is looked up again.
            await self._start(AFTER_REPORT)
            await gate.first()
            gate.let_through()
        await self.bot.dies()
        await self._stand_by()
        await self._rest()

    async def miss(self) -> None:
        await self._nursing.until(lambda: not self._in_flight())
        await self._rest()
        await self.bot.kill()
        await self._stand_by()

    async def _die_around_the_update(self) -> None:
        await self.bot.dies()
        assert self._stored() == self._kept
        await self._start(AFTER_UPDATE)
        await self.bot.dies()
        kept = self._stored()
        if self._in_flight():
            await self._start(BEFORE_CLAIM)
            await self.bot.dies()
        assert self._stored() == kept
        await self._stand_by()

    async def _rest(self) -> None:
        """Wait until all is done and said, and that is recorded: else it would come twice."""
        await self._house.taken_in()
        await self._nursing.until(lambda: not self._house.is_telling())
        self._kept = self._stored()

    def _in_flight(self) -> bool:
        return bool(self._house.rows("SELECT reference FROM orders WHERE stage <> 'settled'"))

    def _stored(self) -> list[Any]:
        """Where everybody stands, which orders there are, and how much was ever to be said."""
        return [
            self._house.rows("SELECT state, waiting FROM conversations ORDER BY chat_id"),
            self._house.rows("SELECT reference, answers FROM orders ORDER BY reference"),
            self._house.rows("SELECT count(*), max(id) FROM outbox"),
        ]

    async def _start(self, *deaths: Death) -> None:
        self.bot = await self._nursing.start(self._config, deaths)

    async def _stand_by(self) -> None:
        """Start so that it dies at the next message and when a supplier's answer is recorded."""
        self._armed = not self._in_flight()
        # Without a supplier that answers nobody decides when an outcome is recorded.
        settle = [AFTER_SETTLE] if self._gate.reachable else []
        await self._start(BEFORE_REPORT, *settle, *([BEFORE_UPDATE] if self._armed else []))
