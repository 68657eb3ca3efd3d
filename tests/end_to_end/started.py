"""Starts of the program from `tests.end_to_end.warm`, which is begun when the first test of a process needs it."""

import asyncio
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

ROOT = Path(__file__).parents[2]


class Started:
    """A process, to be used as asyncio's; `returncode` is None until its end was heard of."""

    def __init__(self, told: asyncio.StreamReader, connection: asyncio.StreamWriter, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._told = told
        self._connection = connection
        self._ended = asyncio.create_task(self._hear())

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _hear(self) -> int:
        self.returncode = int(await self._told.readline())
        self._connection.close()
        await self._connection.wait_closed()
        return self.returncode


async def start(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdout: IO[bytes], stderr: IO[bytes]
) -> Started:
    """`orderbot` with these arguments."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_warm())
    asked = json.dumps({"argv": list(arguments), "cwd": str(cwd), "env": dict(env)})
    # The files come with the first byte, wherever the rest is cut.
    socket.send_fds(connection, [b"\n"], [stdout.fileno(), stderr.fileno()])
    told, writer = await asyncio.open_unix_connection(sock=connection)
    writer.write(f"{asked}\n".encode())
    return Started(told, writer, int(await told.readline()))


@cache
def _warm() -> str:
    """The address of the one of this process; it ends with this process, whose end of its input goes then."""
    folder = mkdtemp()
    address = f"{folder}/warm"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.end_to_end.warm", address],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def end() -> None:
        process.communicate()
        shutil.rmtree(folder)

    atexit.register(end)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return address
