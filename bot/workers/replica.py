"""One of several bots on a database: it hears of the others, leads when its turn comes, and takes over from the dead.

Whoever leads does all that only one may do: it talks to suppliers and waits for times. The others do what people ask.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Protocol

from bot.desk.desk import Desk
from bot.workers.dispatch import Dispatch
from bot.workers.loop import until_stored
from bot.workers.sender import Sender
from bot.workers.signals import Signals
from storage import groups
from storage.database import Database
from storage.location import Membership
from storage.signals import ANYTHING, ROWS, WANTED, Signal, from_text

log = logging.getLogger(__name__)


class ClosedRegister(Protocol):
    """The chats to which the bot may not write."""

    def note(self, chats: Iterable[int]) -> None: ...
    def forget(self) -> None: ...


class Deliverer(Protocol):
    """The delivery of messages, as far as it depends on other replicas."""

    @property
    def closed(self) -> ClosedRegister: ...

    async def take_over(self) -> None: ...
    def lack(self, chats: Iterable[int]) -> None: ...
    def want(self, chats: Iterable[int]) -> None: ...
    def groups_moved(self) -> None: ...


class Replica:
    """This process among those that share the database."""

    def __init__(
        self,
        member: Membership,
        database: Database,
        desk: Desk,
        delivery: Deliverer,
        sender: Sender,
        dispatch: Dispatch,
        signals: Signals,
    ) -> None:
        self._member = member
        self._database = database
        self._desk = desk
        self._delivery = delivery
        self._sender = sender
        self._dispatch = dispatch
        self._signals = signals

    @property
    def is_first(self) -> bool:
        """Nobody else is on the database until this one is `ready`."""
        return self._member.is_first

    async def ready(self) -> None:
        """Let the others in."""
        await self._member.settled()

    def work(self, lead: Callable[[], Awaitable[None]]) -> list[Coroutine[Any, Any, None]]:
        """All that a replica does as such, until cancelled; `lead` is what it does while it leads."""
        return [self._signals.run(), self._hear(), self._lead(lead), self._inherit()]

    async def _lead(self, lead: Callable[[], Awaitable[None]]) -> None:
        await self._member.lead()
        log.info("this replica leads from now on: it sends orders and asks suppliers")
        await lead()

    async def _inherit(self) -> None:
        """Go on with what those were at who are gone."""
        while True:
            await self._member.parted()
            if self._member.leads:
                await until_stored(self._take_over, "what a replica has left behind could not be read")

    async def _take_over(self) -> None:
        await self._delivery.take_over()
        await self._sender.recover_sending()
        await self._desk.resume()

    async def _hear(self) -> None:
        while True:
            text = await self._member.heard()
            if not text:
                # The line was lost, and with it perhaps what this replica had to say.
                self._signals.send(ANYTHING)
            for signal in from_text(text):
                await until_stored(partial(self._note, signal), "a signal could not be followed")

    async def _note(self, signal: Signal) -> None:
        match signal:
            case (word, int(), str(holder)) if word in {ROWS, WANTED} and holder != self._member.name:
                # Whoever holds that chat hears it too.
                pass
            case (word, int(chat_id), str()) if word == ROWS:
                self._delivery.lack([chat_id])
            case (word, int(chat_id), str()) if word == WANTED:
                self._delivery.want([chat_id])
            case ("groups",):
                await self._read_groups()
            case ("closed", int(chat_id)):
                self._delivery.closed.note([chat_id])
            case _ if signal == ANYTHING:
                self._delivery.closed.forget()
                await self._read_groups()
                if self._member.leads:
                    self._dispatch.hear(signal)
                    await self._desk.resume()
            case _ if self._member.leads:
                self._dispatch.hear(signal)

    async def _read_groups(self) -> None:
        for old, new in (await self._database.read(groups.moves)).items():
            self._desk.staff.groups.move(old, new)
        self._delivery.groups_moved()
