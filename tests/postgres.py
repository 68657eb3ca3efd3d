"""A PostgreSQL server for the tests, in a folder of its own, on loopback; without one `make test` says what to install.

All processes of a test run share it: the first that needs it starts it, and the run's own process stops it at the end.
"""

import fcntl
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

WHAT_TO_INSTALL = "The tests on PostgreSQL were left out; they need its server: sudo apt-get install postgresql"
FOLDER = "ORDERBOT_TESTS_POSTGRES"
"""The environment variable that tells the processes of a test run where the server's folder is."""
_USER, _TEMPLATE = "orderbot", "migrated"
_FAST = {
    # A crash of the machine may lose a test's database; a killed server may not.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "autovacuum": "off",
    "max_wal_size": "1GB",
    "log_min_messages": "fatal",
}
_numbers = itertools.count(1)


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or None. Debian keeps it off the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


class Server:
    """A server in `folder`. It runs as another user where we are root, which PostgreSQL refuses."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str] = _FAST) -> None:
        self.folder = folder
        self.port = port
        self.settings = settings

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {settings}"
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(log), "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", mode, "-D", str(self.data))

    def restart(self, mode: str = "immediate") -> None:
        self.stop(mode)
        self.start()

    def make(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def create(self, template: str | None = None, name: str | None = None) -> str:
        """A new database, empty or with what a template has; returns its name."""
        name = name or f"t{os.getpid()}_{next(_numbers)}"
        statement = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template or "template0"))
        with closing(psycopg.connect(self.address(), autocommit=True)) as connection:
            connection.execute(statement)
        return name

    def drop(self, name: str) -> None:
        with closing(psycopg.connect(self.address(), autocommit=True)) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def has(self, name: str) -> bool:
        with closing(psycopg.connect(self.address(), autocommit=True)) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def _run(self, program: str, *arguments: str) -> None:
        folder = programs()
        if folder is None:
            raise RuntimeError(WHAT_TO_INSTALL)
        done = subprocess.run(
            [*_as_its_user(), str(folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            check=False,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def _as_its_user() -> list[str]:
    return ["setpriv", f"--reuid={_its_user()}", "--regid=nogroup", "--clear-groups", "--"] if os.geteuid() == 0 else []


def _its_user() -> str:
    """Debian's package makes a user; another that may do nothing does as well."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def new_server(settings: Mapping[str, str] = _FAST) -> Server:
    """A server of one's own that runs; whoever asks for it stops it (`remove`). `settings` are beyond its defaults."""
    folder = Path(tempfile.mkdtemp(prefix="orderbot-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _its_user())
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = Server(folder, port, settings)
    server.make()
    server.start()
    return server


def remove(server: Server) -> None:
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


def shared() -> Server:
    """The server of this test run, started now if no other test has needed it."""
    folder = Path(os.environ[FOLDER])
    with _locked(folder):
        note = folder / "server"
        if not note.exists():
            server = new_server()
            note.write_text(f"{server.port}\n{server.folder}")
        port, where = note.read_text().split("\n")
    return Server(Path(where), int(port))


def announce() -> Path:
    """The folder in which the processes of a test run tell each other about their server."""
    folder = Path(tempfile.mkdtemp(prefix="orderbot-tests-"))
    os.environ[FOLDER] = str(folder)
    return folder


def end(folder: Path) -> None:
    """Stop the server of the test run, if a test has needed one."""
    note = folder / "server"
    if note.exists():
        port, where = note.read_text().split("\n")
        remove(Server(Path(where), int(port)))
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def template_lock() -> Iterator[None]:
    """While the block runs no other process of the test run makes the template."""
    with _locked(Path(os.environ[FOLDER])):
        yield


if __name__ == "__main__" and programs() is None:
    sys.stdout.write(WHAT_TO_INSTALL + "\n")
