"""Hands what a commit has brought about to the workers: those of this process, or those of the replica that leads.

The workers are made after the desk, so they are put in afterwards.
"""

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Protocol

from bot.conversation.requests import Request
from bot.conversation.state import ConversationKey
from bot.workers.signals import Signals, as_signal, from_signal
from storage.chats import Entered
from storage.outbox import OutboxRow, Taken
from storage.signals import ANYTHING, Signal

log = logging.getLogger(__name__)


class TakenRows(Protocol):
    """The messages that Telegram has taken and storage doesn't know of."""

    def hand_out(self) -> Sequence[Taken]: ...
    def take_back(self, taken: Iterable[Taken]) -> None: ...
    def stored(self, taken: Iterable[Taken]) -> None: ...


class RowDelivery(Protocol):
    """The delivery of messages."""

    def add(self, rows: Iterable[OutboxRow]) -> None: ...
    def hold(self, chats: Mapping[int, Entered]) -> None: ...
    def on_the_way(self) -> Container[int]: ...
    def groups_moved(self) -> None: ...

    @property
    def taken(self) -> TakenRows: ...


class WokenWork(Protocol):
    """A worker that looks anew when it is woken."""

    def wake(self) -> None: ...


class SendingWork(Protocol):
    """The sender, whose accounts are woken one by one."""

    def wake(self, account: str) -> None: ...
    def wake_all(self) -> None: ...


class CatalogueWork(Protocol):
    """The refresh of catalogues."""

    def want(self, account: str) -> None: ...


class AtWork(Protocol):
    """A worker that knows what it is doing just now."""

    def is_at(self, key: ConversationKey, request: Request) -> bool: ...


class Dispatch:
    """The desk's `Workers`. Without `signals` all work is done here; else by the replica that `leads`."""

    delivery: RowDelivery
    sender: SendingWork
    catalogues: CatalogueWork
    journal: Sequence[WokenWork]
    """Workers for whom the outcome of an order may be news."""
    at_work: Sequence[AtWork] = ()

    def __init__(self, signals: Signals | None = None, leads: Callable[[], bool] = lambda: True) -> None:
        self.duties: dict[type[Request], Callable[[ConversationKey, Any], None]] = {}
        self._signals = signals
        self._leads = leads

    # By the process itself.

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None:
        self.delivery.add(rows)

    def chats_held(self, chats: Mapping[int, Entered]) -> None:
        self.delivery.hold(chats)

    def hand_out(self) -> Sequence[Taken]:
        return self.delivery.taken.hand_out()

    def take_back(self, taken: Sequence[Taken]) -> None:
        self.delivery.taken.take_back(taken)

    def stored(self, taken: Sequence[Taken]) -> None:
        self.delivery.taken.stored(taken)

    def on_the_way(self) -> Container[int]:
        return self.delivery.on_the_way()

    def groups_moved(self) -> None:
        self.delivery.groups_moved()
        if self._signals is not None:
            self._signals.send(("groups",))

    # By the one that leads.

    def order_waits(self, account: str) -> None:
        self._tell(("order", account))

    def orders_moved(self) -> None:
        self._tell(("orders",))

    def catalogue_is_old(self, account: str) -> None:
        self._tell(("catalogue", account))

    def do(self, key: ConversationKey, request: Request) -> None:
        if self._signals is None or self._leads():
            self.duties[type(request)](key, request)
        else:
            self._signals.send(as_signal(key, request))

    def is_at(self, key: ConversationKey, request: Request) -> bool:
        return any(worker.is_at(key, request) for worker in self.at_work)

    def _tell(self, signal: Signal) -> None:
        if self._signals is None or self._leads():
            self.hear(signal)
        else:
            self._signals.send(signal)

    def hear(self, signal: Signal) -> None:
        """Wake whoever does what another replica, or this one, has brought about."""
        match signal:
            case ("order", str(account)):
                self.sender.wake(account)
            case ("orders",):
                self._wake_all()
            case ("catalogue", str(account)):
                self.catalogues.want(account)
            case ("do", *_):
                self._do(signal)
            case _ if signal == ANYTHING:
                self._wake_all()
            case _:
                log.warning("another replica has sent what this program doesn't know: %s", signal[:1])

    def _wake_all(self) -> None:
        self.sender.wake_all()
        for worker in self.journal:
            worker.wake()

    def _do(self, signal: Signal) -> None:
        kinds: Mapping[str, type[Request]] = {kind.__name__: kind for kind in self.duties}
        try:
            key, request = from_signal(signal, kinds)
        except ValueError:
            log.warning("another replica has asked for what this program doesn't know")
            return
        self.duties[type(request)](key, request)
