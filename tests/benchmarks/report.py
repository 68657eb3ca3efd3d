"""Puts what was measured into words: tables, goals, the machine, and the paper in docs/ that keeps them."""

import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TITLE: Final = "# Benchmark\n"
INTRODUCTION: Final = """
Made by `make bench`; a section is renewed whenever its part is run. Times depend on the machine and on what else it
does, so what counts are ratios within one section: those are of one run.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """`folder` is temporary, and common to all parts. Quick figures are rough, and no paper keeps them."""

    folder: Path
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What a part has to say under its heading. `failed`: something cost more than it may."""

    heading: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` is what came out; it may be at least or at most `bound`."""

    name: str
    figure: float
    bound: float
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose source can be read too; the first column is text, the others are numbers."""
    lines = [list(head), *map(list, rows)]
    widths = [max(3, *(len(line[n]) for line in lines)) for n in range(len(head))]
    rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(_cells(line, widths))} |" for line in [lines[0], rule, *lines[1:]])


def _cells(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]


def goals(found: Iterable[Goal]) -> str:
    """A table of what was aimed at and what came out."""
    rows = [
        (
            goal.name,
            f"{goal.figure:.2f}",
            f"{'at least' if goal.at_least else 'at most'} {goal.bound:g}",
            "yes" if goal.is_reached else "no",
        )
        for goal in found
    ]
    return markdown(("goal", "figure", "wanted", "reached"), rows)


def machine(folder: Path) -> str:
    """What was measured on, in a sentence."""
    cpu = re.search(r"model name\s*: (.*)", _text("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", _text("/proc/meminfo"))
    parts = [
        f"{len(os.sched_getaffinity(0))} cores of {cpu.group(1) if cpu else platform.machine()}",
        f"{int(memory.group(1)) / 1024**2:.0f} GB of memory" if memory else "",
        f"Python {platform.python_version()}",
        f"Linux {platform.release().partition('-')[0]}",
        f"temporary files on {_file_system(folder)}",
    ]
    return ", ".join(part for part in parts if part)


def _file_system(folder: Path) -> str:
    """Its type; a file system in memory has no disk to wait for."""
    mounts = [line.split()[1:3] for line in _text("/proc/self/mounts").splitlines()]
    holding = [(len(where), kind) for where, kind in mounts if folder.resolve().is_relative_to(where)]
    return max(holding)[1] if holding else "an unknown file system"


def _text(name: str) -> str:
    return Path(name).read_text("utf-8", "replace")


def renewed(paper: str, sections: Iterable[Section], order: Sequence[str]) -> str:
    """The paper with these sections in place of those of the same heading, in the order of all headings."""
    kept: dict[str, str] = dict(re.findall(r"(?ms)^## (.*?)\n(.*?)(?=^## |\Z)", paper))
    kept |= {section.heading: section.text for section in sections}
    listed = sorted(kept, key=lambda heading: order.index(heading) if heading in order else len(order))
    return TITLE + INTRODUCTION + "".join(f"\n## {heading}\n\n{kept[heading].strip()}\n" for heading in listed)
