"""A process that has imported the program once: each start of the program is a fork of it, at a fraction of the cost.

A fork has its own folder, environment, streams and end, and runs the command line as `python -m bot` does. It listens
on the socket named by its argument: a start is an empty line that comes with the two files for its output and errors,
then {"argv": [...], "cwd": FOLDER, "env": {...}}. Its process id is answered, and its exit code when it has ended.
"""

import asyncio
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys

from bot.__main__ import main
from bot.telegram import request
from tests.end_to_end.nursery import warm_up

AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables by which a program trusts others than its machine does."""
TRUSTED = request._trusted()
"""Reading the certificates anew takes a good part of a start."""


def be_the_program(start: dict[str, object], files: list[int]) -> None:
    """What a forked process does; it ends with SystemExit, as any Python program."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in zip((nothing, *files), (0, 1, 2), strict=True):
        os.dup2(source, target)
        os.close(source)
    os.chdir(str(start["cwd"]))
    os.environ.clear()
    os.environ.update(json.loads(json.dumps(start["env"])))
    if not set(AUTHORITIES) & set(os.environ):
        vars(request)["_trusted"] = lambda: TRUSTED
    sys.argv = ["orderbot", *json.loads(json.dumps(start["argv"]))]
    main(prog_name="orderbot")


class Forks:
    """`running` are the connections of those who wait for the end of a process."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.running: dict[int, socket.socket] = {}

    def start(self) -> None:
        connection, _ = self._listener.accept()
        _, files, _, _ = socket.recv_fds(connection, 1, 2)
        with connection.makefile("rb") as lines:
            asked = lines.readline()
        pid = os.fork()
        if pid == 0:
            self._listener.close()
            for other in (connection, *self.running.values()):
                other.close()
            be_the_program(json.loads(asked), files)
        for file in files:
            os.close(file)
        connection.sendall(f"{pid}\n".encode())
        self.running[pid] = connection

    def bury(self) -> None:
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self.running.pop(pid) as connection, contextlib.suppress(OSError):
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def end(self) -> None:
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def serve(address: str) -> None:
    """Until the input ends."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    forks = Forks(listener)
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting = selectors.DefaultSelector()
    for readable in (sys.stdin, listener, read_end):
        waiting.register(readable, selectors.EVENT_READ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in waiting.select():
            if key.fileobj is listener:
                forks.start()
            elif key.fileobj == read_end:
                os.read(read_end, 65536)
                forks.bury()
            else:
                forks.end()
                return


if __name__ == "__main__":
    # Started once, so that every start to come finds everything imported, and the authorities of TLS read.
    asyncio.run(warm_up())
    gc.freeze()  # what is never looked at stays shared
    serve(sys.argv[1])
