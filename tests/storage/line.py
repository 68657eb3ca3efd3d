"""A line to the server of the tests that is cut at a chosen moment: before a message, or before its answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg

from storage.database import Database
from tests import postgres


def admin(database: Database) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of the test's own."""
    return psycopg.connect(database.address.conninfo, autocommit=True)  # type: ignore[attr-defined]  # PostgreSQL's


def address_of(database: Database, port: int | None = None) -> str:
    """The storage address of a database, perhaps by another port."""
    name = psycopg.conninfo.conninfo_to_dict(database.address.conninfo)["dbname"]  # type: ignore[attr-defined]  # as above
    return f"postgresql://orderbot@127.0.0.1:{port or postgres.shared().port}/{name}"


_ABOUT_CONNECTIONS = (b"client_encoding", b"set_config")


class Proxy:
    """A line to the server. What it is given at a time is a message here, however many statements that holds."""

    def __init__(self, port: int) -> None:
        self.server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut: str | None = None
        """`before` or `after`: a message doesn't reach the server, or its answer doesn't come back."""
        self.moment: int | None = None
        """The message that this happens to: so many are let through before it; None for the next with a COMMIT."""
        self.cuts = 0
        self._ended = False
        self._lines: list[socket.socket] = []
        self.messages: list[bytes] = []
        """All but those by which connections are made and ended."""
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self) -> None:
        """Cut all, for ever."""
        self._ended = True
        # Else a thread that waits there would take one more.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._lines:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self.server))
            self._lines += [here, there]
            if self._ended:
                # It was taken just before.
                here.close()
                there.close()
                return
            mute, answered = threading.Event(), threading.Event()
            threading.Thread(target=self._there, args=(here, there, mute, answered), daemon=True).start()
            threading.Thread(target=self._back, args=(here, there, mute, answered), daemon=True).start()

    def _is_its_turn(self, data: bytes) -> bool:
        if self.cut is None:
            return False
        if self.moment is None:
            return b"COMMIT" in data
        self.moment -= 1
        return self.moment < 0

    def answered(self) -> None:
        """Hear that the answer is here that doesn't go back."""

    def _there(
        self, here: socket.socket, there: socket.socket, mute: threading.Event, answered: threading.Event
    ) -> None:
        with here, there:
            try:
                while data := here.recv(65536):
                    if any(word in data for word in _ABOUT_CONNECTIONS) or data.startswith(b"X"):
                        there.sendall(data)
                        continue
                    self.messages.append(data)
                    if self._is_its_turn(data):
                        if self.cut == "after":
                            mute.set()
                            there.sendall(data)
                            assert answered.wait(10)
                            self.answered()
                        self.cut = self.moment = None
                        self.cuts += 1
                        return
                    there.sendall(data)
            except OSError:
                return
            finally:
                for one in (here, there):
                    with suppress(OSError):
                        # Closing alone isn't noticed there while the other thread waits for more.
                        one.shutdown(socket.SHUT_RDWR)

    def _back(
        self, here: socket.socket, there: socket.socket, mute: threading.Event, answered: threading.Event
    ) -> None:
        try:
            while data := there.recv(65536):
                if mute.is_set():
                    answered.set()
                    return
                here.sendall(data)
            # What the server has ended is ended here too.
            here.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


@contextmanager
def proxy() -> Iterator[Proxy]:
    """A line to the server of this test run."""
    with ended(Proxy(postgres.shared().port)) as made:
        yield made


Line = TypeVar("Line", bound=Proxy)


@contextmanager
def ended(made: Line) -> Iterator[Line]:
    """The line, until the block ends."""
    try:
        yield made
    finally:
        made.end()
