"""A replica among others on a PostgreSQL database: it renews its lease in a thread, buries the dead, and may lead.

Another is dead when its lease stayed as it is for all the time of one, seen by somebody who renewed without a gap. So
the restart of a server, or a clock of its that is set, buries nobody who comes back.
"""

import asyncio
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from storage.errors import StorageError
from storage.postgres.address import Address
from storage.postgres.connection import LostError
from storage.postgres.place import Place, PlaceLostError
from storage.replicas import LONGEST_SIGNAL, Replica
from storage.units import to_the_end

log = logging.getLogger(__name__)

LEASE: Final = 8.0
"""Seconds after which a replica that doesn't renew its lease counts as dead."""
TICK: Final = 1.0
"""Seconds between two renewals."""
_PAUSE: Final = 0.25
"""Seconds between two attempts to reach a server that is away."""
_PATIENCE: Final = 5.0
"""Seconds in which to leave; who doesn't manage is buried."""
_MOST_UNHEARD: Final = 10_000
"""Signals that are kept for whoever listens, before they hear that some were missed."""


class _LeftError(Exception):
    """The thread is to end."""


class PostgresMembership:
    """A `storage.location.Membership`. `lease` and `tick` are in seconds."""

    def __init__(self, address: Address, name: str, settings: str, *, lease: float = LEASE, tick: float = TICK) -> None:
        self.name = name
        self.leads = False
        self._address = address
        self._lease = lease
        self._tick = tick
        self._place = Place(address, name, settings, lease, self._pause)
        self._thread = threading.Thread(target=self._live, name="membership", daemon=True)
        self._stopping = threading.Event()
        self._settling = threading.Event()
        self._bell, self._wire = socket.socketpair()
        self._bell.setblocking(False)
        self._outgoing: deque[str] = deque(maxlen=_MOST_UNHEARD)
        self._seen: dict[str, tuple[int, float]] = {}
        """The lease of each other replica as it was last seen, and since when it is that."""
        self._turned: float | None = None
        self._names: set[str] = set()
        self._has_row = False

        self._loop = asyncio.get_running_loop()
        self._joined: asyncio.Future[None] = self._loop.create_future()
        self._settled: asyncio.Future[None] = self._loop.create_future()
        self._ended = asyncio.Event()
        self._fault: BaseException | None = None
        self._leading = asyncio.Event()
        self._parting = asyncio.Event()
        self._unheard: dict[str, None] = {}
        self._signal = asyncio.Event()

    @property
    def slot(self) -> int:
        return self._place.slot

    @property
    def is_first(self) -> bool:
        return self._place.is_first

    async def begin(self) -> None:
        """Take a place. Raises StorageError when there is none."""
        self._thread.start()
        await asyncio.shield(self._joined)

    async def end(self) -> None:
        """Leave."""
        self._stopping.set()
        self._ring()
        await to_the_end(asyncio.to_thread(self._thread.join, _PATIENCE))

    async def settled(self) -> None:
        if self.is_first:
            self._settling.set()
            self._ring()
            await asyncio.shield(self._settled)

    async def keep(self) -> None:
        await self._ended.wait()
        if self._fault is not None:
            raise self._fault
        raise StorageError(f"this replica has left the database {self._address.shown}")

    async def lead(self) -> None:
        await self._leading.wait()

    async def parted(self) -> None:
        await self._parting.wait()
        self._parting.clear()

    async def heard(self) -> str:
        await self._signal.wait()
        text = next(iter(self._unheard))
        del self._unheard[text]
        if not self._unheard:
            self._signal.clear()
        return text

    async def publish(self, text: str) -> None:
        if len(text.encode()) > LONGEST_SIGNAL:
            raise ValueError("a signal is longer than PostgreSQL takes it")
        self._outgoing.append(text)
        self._ring()

    # What follows is the loop's, called by the thread.

    def _hear(self, texts: list[str]) -> None:
        if len(self._unheard) + len(texts) > _MOST_UNHEARD:
            self._unheard.clear()
            texts = [""]
        # The same hint twice says no more than once.
        self._unheard.update(dict.fromkeys(texts))
        if self._unheard:
            self._signal.set()

    def _begin_to_lead(self) -> None:
        self._leading.set()
        self._parting.set()

    def _end(self, fault: BaseException | None) -> None:
        self._fault = fault
        for waiting in (self._joined, self._settled):
            if not waiting.done():
                waiting.set_exception(fault or StorageError("this replica has left"))
                waiting.exception()  # seen: nobody has to wait for it
        self._ended.set()

    def _done(self, waiting: "asyncio.Future[None]") -> None:
        if not waiting.done():
            waiting.set_result(None)

    def _ring(self) -> None:
        """Wake the thread."""
        with suppress(OSError):
            self._bell.send(b".")

    # What follows is the thread's.

    def _tell(self, what: Callable[..., None], *args: Any) -> None:
        # A loop that is closed has nobody who would hear it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *args)

    def _live(self) -> None:
        fault: BaseException | None = None
        try:
            self._place.take()
            self._has_row = not self.is_first
            self._tell(self._done, self._joined)
            if self.is_first:
                self._settle()
            self._go_on()
        except _LeftError:
            self._leave()
        except BaseException as error:  # noqa: BLE001  whoever keeps the place raises it
            fault = error
        finally:
            self._place.close()
            self._wire.close()
            self._bell.close()
            self._tell(self._end, fault)

    def _settle(self) -> None:
        while not self._settling.wait(self._tick / 4):
            self._expect_wanted()
        self._has_row = True
        self._place.settle()
        self._turn()
        self._tell(self._done, self._settled)

    def _go_on(self) -> None:
        """Renew, hear and signal until told to leave. Raises PlaceLostError."""
        due = time.monotonic()
        while True:
            self._expect_wanted()
            try:
                if time.monotonic() >= due:
                    due = time.monotonic() + self._tick
                    self._turn()
                self._publish()
                if self._listen():
                    due = time.monotonic()
                    continue
                self._sleep(due - time.monotonic())
            except LostError as error:
                log.warning("%s: this replica takes its place anew", error)
                self._come_back()
                due = time.monotonic()
            except PlaceLostError:
                raise
            except StorageError as error:
                log.warning("the lease of this replica could not be renewed; trying again: %s", error)
                self._pause(self._tick)

    def _turn(self) -> None:
        """Renew the lease; see who is dead, and whether somebody leads."""
        while True:
            present = self._place.renew()
            self._note(present)
            dead = self._dead(present)
            if dead:
                for name in self._place.bury(dead):
                    log.warning("a replica was silent for too long and is given up for dead: %s", name)
            if not dead and any(one.leads for one in present):
                return
            if not any(one.leads for one in present if one not in dead):
                self._place.begin_to_lead()

    def _note(self, present: list[Replica]) -> None:
        """Tell what has changed since the last turn."""
        names = {one.name for one in present}
        if self._names - names:
            self._tell(self._parting.set)
        self._names = names
        if not self.leads and any(one.leads for one in present if one.name == self.name):
            self.leads = True
            log.info("this replica leads: %s", self.name)
            self._tell(self._begin_to_lead)

    def _dead(self, present: list[Replica]) -> list[Replica]:
        now = time.monotonic()
        if self._turned is None or now - self._turned > self._lease / 2:
            # A gap: others may have had it, too.
            self._seen.clear()
        self._turned = now
        others = {one.name: one.until for one in present if one.name != self.name}
        as_before = {name for name, until in others.items() if name in self._seen and self._seen[name][0] == until}
        self._seen = {name: self._seen[name] if name in as_before else (until, now) for name, until in others.items()}
        return [one for one in present if one.name in self._seen and now - self._seen[one.name][1] >= self._lease]

    def _publish(self) -> None:
        texts = [self._outgoing.popleft() for _ in range(len(self._outgoing))]
        if texts:
            self._place.publish(texts)

    def _listen(self) -> bool:
        """Hand on the signals that have come; True when another has parted."""
        texts, has_parted = self._place.signals()
        if texts:
            self._tell(self._hear, texts)
        if has_parted:
            self._tell(self._parting.set)
        return has_parted

    def _come_back(self) -> None:
        self._turned = None
        while not self._place.come_back():
            self._pause(_PAUSE)
        # Whatever was said meanwhile was missed.
        self._tell(self._hear, [""])
        self._tell(self._parting.set)

    def _leave(self) -> None:
        if not self._has_row:
            return
        try:
            self._place.leave()
        except StorageError as error:
            log.warning("this replica left without a word: %s", error)

    def _expect_wanted(self) -> None:
        if self._stopping.is_set():
            raise _LeftError

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise _LeftError

    def _sleep(self, seconds: float) -> None:
        """Until that time is over, a signal comes, or somebody rings."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wire, selectors.EVENT_READ)
            selector.register(self._place.session, selectors.EVENT_READ)
            for key, _ in selector.select(max(seconds, 0)):
                if key.fileobj is self._wire:
                    self._wire.recv(4096)


@asynccontextmanager
async def member(
    address: Address, name: str, settings: str, *, lease: float = LEASE, tick: float = TICK
) -> AsyncIterator[PostgresMembership]:
    """Be a replica while the block runs. Raises StorageError when that can't be."""
    membership = PostgresMembership(address, name, settings, lease=lease, tick=tick)
    try:
        await membership.begin()
        yield membership
    finally:
        await membership.end()
