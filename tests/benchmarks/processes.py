"""What a process costs, read from /proc, and the core that it runs on."""

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PEAK: Final = "5"
"""Written to clear_refs, it lets the peak of the resident memory begin anew."""


def is_alive(pid: int) -> bool:
    """False too for one that has ended and whose end nobody has looked at."""
    return _read(pid, "stat").rpartition(")")[2].split()[:1] not in ([], ["Z"])


def family(pid: int) -> list[int]:
    """The process and all below it that are alive."""
    found = [pid]
    for one in found:
        for task in _read(one, "task", listing=True).split():
            found += [int(child) for child in _read(one, f"task/{task}/children").split()]
    return found


def cpu_seconds(pid: int) -> float:
    """Of all threads of the process, of its children and of those that have ended."""
    return sum(_ticks(one, ended=one == pid) for one in family(pid)) / _TICKS


def _ticks(pid: int, *, ended: bool) -> int:
    # The name of the program, in brackets, may have blanks.
    values = _read(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, values[11 : 15 if ended else 13]))


def forget_peak(pid: int) -> None:
    for one in family(pid):
        Path(f"/proc/{one}/clear_refs").write_text(_PEAK, "ascii")


def peak_megabytes(pid: int) -> float:
    """Resident memory at its highest, of the process and its children that are alive."""
    lines = (line for one in family(pid) for line in _read(one, "status").splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _read(pid: int, name: str, *, listing: bool = False) -> str:
    """Nothing of a process that has just ended."""
    path = Path(f"/proc/{pid}/{name}")
    try:
        return " ".join(entry.name for entry in path.iterdir()) if listing else path.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cores() -> tuple[set[int], set[int]]:
    """Where the bot runs, and where everything else does: apart where there are two cores."""
    have = sorted(os.sched_getaffinity(0))
    return ({have[-1]}, set(have[:-1])) if len(have) > 1 else (set(have), set(have))
