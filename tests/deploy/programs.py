"""Programs of Debian that try what is deployed: tests are left out without theirs, and `make test` says which."""

import os
import shutil
import sys
from typing import NamedTuple


class Program(NamedTuple):
    """A program, the file of tests that needs it, and the package that has it."""

    name: str
    tests: str
    package: str


PROGRAMS = (
    Program("systemd-analyze", "test_service.py", "systemd"),
    Program("haproxy", "test_proxy.py", "haproxy"),
    Program("promtool", "test_prometheus.py", "prometheus"),
)


def missing(path: str | None = None) -> list[Program]:
    """Those that are not on `path`, the machine's own when None."""
    # Debian keeps programs of the system where not everybody looks for programs.
    where = path if path is not None else f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    return [program for program in PROGRAMS if shutil.which(program.name, path=where) is None]


def what_to_install(missed: list[Program]) -> str:
    """A line for people, or nothing."""
    tests = ", ".join(f"tests/deploy/{program.tests}" for program in missed)
    packages = " ".join(program.package for program in missed)
    return f"Left out: {tests}; to run it too: sudo apt-get install {packages}" if missed else ""


if __name__ == "__main__" and missing():
    sys.stdout.write(what_to_install(missing()) + "\n")
