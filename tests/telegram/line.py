"""A bench joined to a Telegram stand-in: real HTTP in both directions."""

from collections.abc import AsyncIterator, Callable, Container, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.desk.unit import Unit
from bot.sandbox.chats import ChatMessage
from bot.sandbox.standin import StandIn
from bot.telegram.client import Client, connect, start
from bot.telegram.deliver import Delivery
from bot.telegram.receive import Inbox
from bot.words.message import Message
from storage.outbox import OutboxRow, Taken
from tests.bench import Bench, Clock, Noted, desk_on, opened
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE, STRANGER
from tests.storage.direct import reading, writing


@dataclass
class Waking(Noted):
    """Workers of which the delivery is real."""

    delivery: Delivery | None = None
    hands_over: bool = True

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None:
        super().messages_wait(rows)
        if self.delivery is not None and self.hands_over:
            self.delivery.add(rows)
        elif self.delivery is not None:
            self.delivery.wake()

    def hand_out(self) -> Sequence[Taken]:
        return self.delivery.taken.hand_out() if self.delivery is not None and self.hands_over else ()

    def take_back(self, taken: Sequence[Taken]) -> None:
        if self.delivery is not None:
            self.delivery.taken.take_back(taken)

    def on_the_way(self) -> Container[int]:
        return self.delivery.on_the_way() if self.delivery is not None else super().on_the_way()

    def stored(self, taken: Sequence[Taken]) -> None:
        if self.delivery is not None:
            self.delivery.taken.stored(taken)


@dataclass(kw_only=True)
class Line(Bench):
    telegram: StandIn
    client: Client
    inbox: Inbox
    delivery: Delivery
    hands_over: bool
    """Rows are handed to the delivery, which else is only told that there are some."""
    handed: int = 0

    def puts(self, *texts: str, chat: int = ADMIN) -> None:
        """Messages into the outbox, in one transaction."""
        with writing(self.database) as tx:
            for text in texts:
                self.desk.outgoing.plain(Unit(tx), chat, text)
        self.committed()

    def edits(self, text: str, chat: int = ADMIN) -> None:
        """A change of the message that was put last."""
        with writing(self.database) as tx:
            row = tx.fetchrow("SELECT MAX(id) AS id FROM outbox WHERE chat_id = $1", chat)
            assert row is not None
            self.desk.outgoing.post(Unit(tx), chat, Message(text), edits=row["id"])
        self.committed()

    def committed(self) -> None:
        """Rows were written: what the desk does after a commit."""
        if not self.hands_over:
            self.delivery.wake()
            return
        rows = reading(self.database).fetch("SELECT * FROM outbox WHERE id > $1 ORDER BY id", self.handed)
        for row in rows:
            self.handed = row["id"]
        self.delivery.add(OutboxRow(**row) for row in rows if row["state"] == "waiting")

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.delivery.wake()

    async def reads(self, *texts: str, chat: int = ADMIN) -> list[ChatMessage]:
        """Wait until the bot's messages in a chat are exactly these."""
        return await self.telegram.wait_for(
            chat, lambda messages: [m.text for m in messages if m.sender == "bot"] == list(texts), PATIENCE
        )

    def states(self) -> list[str]:
        rows = reading(self.database).fetch("SELECT state FROM outbox ORDER BY id")
        return [str(row["state"]) for row in rows]

    def nothing_waits(self) -> Callable[[], bool]:
        def check() -> bool:
            return "waiting" not in self.states()

        return check

    def has(self, state: str, count: int = 1) -> Callable[[], bool]:
        def check() -> bool:
            return self.states().count(state) == count

        return check

    def postponed(self, count: int = 1) -> Callable[[], bool]:
        """Whether so many attempts have failed and are to be made again."""

        def check() -> bool:
            row = reading(self.database).fetchrow("SELECT SUM(attempts) AS n FROM outbox WHERE state = 'waiting'")
            return row is not None and row["n"] == count

        return check

    def acknowledged(self) -> Callable[[], bool]:
        def check() -> bool:
            return self.telegram.pending == 0

        return check


@asynccontextmanager
async def line(
    folder: Path, *, busy_timeout: float = 5.0, telegram: StandIn | None = None, hands_over: bool = True
) -> AsyncIterator[Line]:
    """Nothing runs yet; the client has said hello. A `telegram` that is given goes on living."""
    async with AsyncExitStack() as stack:
        if telegram is None:
            telegram = await stack.enter_async_context(StandIn())
            for person in (ADMIN, COLLEAGUE, STRANGER):
                telegram.add_person(person, started=True)
        database = await stack.enter_async_context(opened(folder, busy_timeout=busy_timeout))
        client = connect(telegram.token, telegram.url)
        stack.push_async_callback(client.shutdown)
        await start(client)
        clock, workers = Clock(), Waking()
        desk = desk_on(database, clock, workers)
        delivery = Delivery(client, database, clock, clock.forward)
        workers.delivery, workers.hands_over = delivery, hands_over
        yield Line(
            path=folder / "orderbot.db",
            database=database,
            clock=clock,
            workers=workers,
            desk=desk,
            telegram=telegram,
            client=client,
            inbox=Inbox(client, desk, forward=clock.forward, delivery=delivery),
            delivery=delivery,
            hands_over=hands_over,
        )
