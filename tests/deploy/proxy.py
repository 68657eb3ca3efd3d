"""The proxy of the deployment, for tests: Debian's HAProxy with our configuration, on loopback, with a certificate."""

import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "haproxy.cfg"


def free_port() -> int:
    """A port that nothing listens on now."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def certificate_for_localhost(place: Path) -> Path:
    """A certificate for `localhost` with its key in one file, as the proxy wants it."""
    key, signed, both = place / "key.pem", place / "signed.pem", place / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    name = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [*made, *name, "-keyout", str(key), "-out", str(signed)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(signed.read_bytes() + key.read_bytes())
    return both


@contextmanager
def proxy_before(
    bots: Sequence[str], place: Path, certificate: Path, *, path: str = "/hook", port: int = 0
) -> Iterator[tuple[int, int]]:
    """The proxy before the bots at these addresses. Yields its port and the number of its process.

    `place` gets its log. `port`: where it listens; 0 for any.
    """
    port = port or free_port()
    environment = {
        "PATH": f"{os.environ['PATH']}:/usr/sbin",
        "ORDERBOT_CERTIFICATE": str(certificate),
        "ORDERBOT_LISTEN": f"127.0.0.1:{port}",
        "ORDERBOT_WEBHOOK_PATH": path,
    }
    if os.geteuid() != 0:
        environment["ORDERBOT_HAS_USER"] = "yes"
    environment |= {f"ORDERBOT_BOT_{number}": address for number, address in enumerate(bots, 1)}
    command = ["haproxy", "-db", "-f", str(CONFIGURATION)]
    log = (place / "haproxy.log").open("wb")
    with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            yield port, process.pid
        finally:
            process.terminate()
