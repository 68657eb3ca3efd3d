"""`make bench`: measures the parts that are named, or all of them, prints what came out and keeps it in docs/."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.benchmarks import engine, hanging, look_ups, opening, replicas, side_by_side, switching, texts
from tests.benchmarks.contestants import ROOT
from tests.benchmarks.report import Run, Section, renewed, say

PAPER: Final = ROOT / "docs" / "benchmark.md"
PARTS: Final[dict[str, Callable[[Run], list[Section]]]] = {
    "bots": side_by_side.part,
    "replicas": replicas.part,
    "hanging": hanging.part,
    "switching": switching.part,
    "engine": engine.part,
    "journal": look_ups.part,
    "opening": opening.part,
    "texts": texts.part,
}
HEADINGS: Final = (
    *(side_by_side.HEADING, replicas.HEADING, hanging.HEADING, switching.HEADING, engine.HEADING),
    *(look_ups.HEADING, look_ups.POSTGRESQL, look_ups.PRODUCTS, opening.HEADING, texts.HEADING),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status is 1 when something costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all unless named")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, which no paper keeps")
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.parts) - PARTS.keys()):
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    # Ended from outside, it ends the processes that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    found: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="orderbot-bench-") as folder:
        for name, part in PARTS.items():
            if not chosen.parts or name in chosen.parts:
                began = perf_counter()
                sections = part(Run(Path(folder), chosen.quick))
                say(f"\n{name}: {perf_counter() - began:.0f} s")
                for section in sections:
                    say(f"\n## {section.heading}\n\n{section.text}\n")
                found += sections
    if not chosen.quick:
        before = PAPER.read_text("utf-8") if PAPER.exists() else ""
        PAPER.write_text(renewed(before, found, HEADINGS), "utf-8")
        say(f"{PAPER.relative_to(ROOT)} is renewed.")
    return int(any(section.failed for section in found))


if __name__ == "__main__":
    sys.exit(main())
