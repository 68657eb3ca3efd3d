"""The processes of one measurement: the stand-ins on one core, the bot on the other, all ended afterwards."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from tests import postgres
from tests.benchmarks.contestants import ROOT
from tests.benchmarks.processes import cores

_PATIENCE: Final = 20.0
"""Seconds that a process gets to end by itself."""
_LAST_LINES: Final = 15


class BenchmarkError(Exception):
    """A measurement that came to nothing, with what the bot wrote at last."""


class Standin:
    """The process that plays Telegram and the people; `do` gives it an order and waits for what comes of it."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid
        self.url = f"http://127.0.0.1:{self._next()['port']}"

    def do(self, what: str, **order: Any) -> dict[str, Any]:
        """Raises BenchmarkError when the bot doesn't play along."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, "own": self.pid, **order}).encode() + b"\n")
        self._process.stdin.flush()
        return self._next()

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or b'{"fault": "the stand-in ended"}')
        if "fault" in answer:
            raise BenchmarkError("\n".join([answer["fault"], *last_words(self._log)]))
        return answer


@contextlib.contextmanager
def telegram(folder: Path, certificate: str = "") -> Iterator[Standin]:
    """A fresh stand-in; `folder` is that of the bot, whose last words are told when it fails.

    `certificate` is the file of the one that it trusts when it calls a bot's webhook.
    """
    command = [sys.executable, "-m", "tests.benchmarks.telegram", *([certificate] if certificate else [])]
    with started(command, cores()[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Standin(process, log_in(folder))


@contextlib.contextmanager
def supplier(*, hangs: bool = False) -> Iterator[str]:
    """The origin of a shop that takes every order, or that never answers one.

    Raises BenchmarkError at the end when it was asked for what it doesn't know, or has broken down.
    """
    command = [sys.executable, "-m", "tests.benchmarks.supplier", *(["--hangs"] if hangs else [])]
    with tempfile.TemporaryFile() as faults:
        try:
            with started(command, cores()[1], stdout=subprocess.PIPE, stderr=faults) as process:
                assert process.stdout is not None
                yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            faults.seek(0)
            if said := faults.read().decode(errors="replace").splitlines():
                raise BenchmarkError("\n".join(["the stand-in for a shop is at fault:", *said[-_LAST_LINES:]]))


@contextlib.contextmanager
def bot(
    command: list[str], folder: Path, environment: Mapping[str, str] | None = None, on: set[int] | None = None
) -> Iterator[int]:
    """The process id of a bot. What it writes goes into a file in `folder`."""
    with log_in(folder).open("wb") as log:
        variables = os.environ | dict(environment or {})
        with started(command, on or cores()[0], stdout=log, stderr=log, env=variables) as process:
            yield process.pid


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis of our own with its defaults; empty where none is installed."""
    if not (program := shutil.which("redis-server")):
        yield ""
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="orderbot-bench-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        with started(command, cores()[1], stdout=subprocess.DEVNULL):
            await_port(port)
            yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgresql(settings: Mapping[str, str] | None = None) -> Iterator[postgres.Server]:
    """A PostgreSQL of our own with its defaults but for `settings`: what is committed is on the disk."""
    server = postgres.new_server(dict(settings or {}))
    try:
        yield server
    finally:
        postgres.remove(server)


def process_of(server: postgres.Server) -> int:
    """The first process of a PostgreSQL, which all others are children of."""
    return int((server.data / "postmaster.pid").read_text("ascii").splitlines()[0])


def log_in(folder: Path) -> Path:
    return folder / "bot.log"


def last_words(log: Path) -> list[str]:
    return log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:] if log.exists() else []


@contextlib.contextmanager
def started(
    command: list[str], on: set[int], stdout: "int | IO[bytes]", **more: Any
) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(command, cwd=ROOT, stdout=stdout, **more)
    os.sched_setaffinity(process.pid, on)
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_port(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise BenchmarkError(f"nothing listens on port {port}")
