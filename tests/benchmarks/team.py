"""The processes of one contestant: a bot that polls, or as many as are wanted by webhook, with all that they need.

Several stand behind the proxy that is deployed with them, in its own configuration.
"""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.benchmarks import stage
from tests.benchmarks.contestants import ROOT, WEBHOOK_PATH, Contestant, Site, proxy_program
from tests.benchmarks.lock_waits import LockWaits
from tests.benchmarks.processes import cores

_PROXY: Final = ROOT / "deploy" / "haproxy.cfg"
_PATIENCE: Final = 60.0
"""Seconds that a bot gets to start."""
_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
_NAME: Final = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")


@dataclass(frozen=True, slots=True)
class Team:
    """`bots` are process ids; `beside` those of what works for them, by the name that its cost gets in a row.

    `looks` is the session that looks for waits, whose cost isn't the database's.
    """

    standin: stage.Standin
    bots: tuple[int, ...]
    beside: Mapping[str, int]
    waits: LockWaits | None = None


@contextlib.contextmanager
def team(bot: Contestant, people: Iterable[int]) -> Iterator[Team]:
    """Stand-ins, servers and bots, until the block ends. Raises BenchmarkError."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderbot-bench-")))
        # HAProxy gives up root before it is asked for anything, and reads its key before that.
        certificate = certificate_in(folder) if bot.replicas > 1 else ""
        server = stack.enter_context(stage.postgresql()) if bot.needs_postgresql else None
        standin = stack.enter_context(stage.telegram(folder, certificate))
        beside = {} if server is None else {"postgresql": stage.process_of(server)}
        site = Site(
            telegram=standin.url,
            supplier=stack.enter_context(stage.supplier()),
            folder=folder,
            people=list(people),
            redis=stack.enter_context(stage.redis()) if bot.needs_redis else "",
            postgresql="" if server is None else server.address(server.create()),
        )
        if not bot.replicas:
            pid = stack.enter_context(stage.bot(bot.command(site), folder))
            standin.do("polled", pid=pid)
            yield Team(standin, (pid,), beside)
            return
        listeners = [f"127.0.0.1:{free_port()}" for _ in range(bot.replicas)]
        port, called = free_port(), f"http://{listeners[0]}{WEBHOOK_PATH}"
        if certificate:
            called = f"https://localhost:{port}{WEBHOOK_PATH}"
        bots = []
        for place, at in enumerate(listeners):
            own = folder if not place else folder / str(place + 1)
            own.mkdir(exist_ok=True)
            database = (
                server.address(server.create()) if place and bot.apart and server is not None else site.postgresql
            )
            command = bot.command(replace(site, folder=own, listen=at, webhook=called, postgresql=database))
            # The first has a core to itself, if there are two; the others share with everything else.
            bots.append(stack.enter_context(stage.bot(command, own, on=cores()[place > 0])))
            await_health(at, own)
        if certificate:
            beside["proxy"] = stack.enter_context(proxy(certificate, port, listeners))
        standin.do("polled", pid=bots[0])
        waits = stack.enter_context(LockWaits(site.postgresql))
        beside["looks"] = waits.process
        yield Team(standin, tuple(bots), beside, waits)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def await_health(at: str, folder: Path) -> None:
    """Wait until a bot says that it is alive. Raises BenchmarkError with its last words when it doesn't."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{at}/healthz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise stage.BenchmarkError("\n".join([f"no bot is alive at {at}", *stage.last_words(stage.log_in(folder))]))


def certificate_in(folder: Path) -> str:
    """The file of a certificate for `localhost`, with its key, as the proxy wants it."""
    key, signed, both = folder / "key.pem", folder / "signed.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", *_KEY, *_NAME, "-keyout", str(key), "-out", str(signed)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(signed.read_bytes() + key.read_bytes())
    return str(both)


@contextlib.contextmanager
def proxy(certificate: str, port: int, bots: list[str]) -> Iterator[int]:
    environment = {
        "PATH": os.environ["PATH"],
        "ORDERBOT_CERTIFICATE": certificate,
        "ORDERBOT_LISTEN": f"127.0.0.1:{port}",
        "ORDERBOT_WEBHOOK_PATH": WEBHOOK_PATH,
        **{f"ORDERBOT_BOT_{number}": bot for number, bot in enumerate(bots, 1)},
        **({} if os.geteuid() == 0 else {"ORDERBOT_HAS_USER": "yes"}),
    }
    program = proxy_program()
    assert program is not None
    command = [program, "-db", "-f", str(_PROXY)]
    with stage.started(command, cores()[1], stdout=subprocess.DEVNULL, env=environment) as process:
        stage.await_port(port)
        yield process.pid
