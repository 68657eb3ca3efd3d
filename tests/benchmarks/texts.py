"""Scores the reading of pasted texts against its corpora, and times it.

A text that is read wrongly and isn't asked about may be ordered so; that counts for more than one that isn't read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Final

from tests.benchmarks.report import Goal, Run, Section, goals, markdown
from tests.reading.goods import reader_of
from tests.reading.score import Score, entries, score

HEADING: Final = "Reading texts"
CORPUS: Final = Path(__file__).parents[1] / "reading" / "corpus"
BLIND: Final = "blind"
CORPORA: Final = {
    BLIND: "written without a look at the reader, frozen, and not tuned to",
    "unseen": "written without a look at the reader, and tuned to since",
    "varied": "written over all shapes without a look at the reader, and tuned to by kinds since",
    "ours": "written beside the reader",
}
RUNS: Final = 5
LINES: Final = 500
MOST_SECONDS: Final = 1.0
MOST_MILLISECONDS: Final = 5.0
FEWEST_RIGHT: Final = 97.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The score of a corpus, and the milliseconds that each of its texts takes at best."""

    texts: int
    score: Score
    milliseconds: Sequence[float]

    @property
    def p95(self) -> float:
        return sorted(self.milliseconds)[len(self.milliseconds) * 95 // 100]


def part(run: Run) -> list[Section]:
    """All corpora, and a list that is as long as staff paste."""
    runs = 1 if run.quick else RUNS
    figures = {name: measured(CORPUS / f"{name}.jsonl", runs) for name in CORPORA}
    aims = aimed_at(figures, seconds_of_lines(LINES, runs))
    about = "; ".join(f"{name}: {words}" for name, words in CORPORA.items())
    text = (
        f"Texts of real shapes with sample names. {about[0].upper()}{about[1:]}. An answer is wrong unmarked where it "
        f"is not what a careful person reads, or is what they would ask about, and the reader calls it sure. Each text "
        f"at its best of {runs}, on one core. A goal that a corpus misses which the reader was tuned to fails the "
        f"benchmark; the blind one only shows what is left to do."
    )
    listed = "\n\n".join([text, table(figures), goals(aims)])
    return [Section(HEADING, listed, failed=not all(aim.is_reached for aim in aims if not aim.name.startswith(BLIND)))]


def measured(corpus: Path, runs: int) -> Figures:
    """Read each text of a corpus for its score, and again for its time."""
    texts = list(entries(corpus))
    taken = [_milliseconds(entry["account"], entry["text"], runs) for entry in texts]
    return Figures(len(texts), score(corpus), taken)


def _milliseconds(account: str, text: str, runs: int) -> float:
    reader, found = reader_of(account), []
    for _ in range(runs):
        start = process_time()
        reader.read(text)
        found.append(process_time() - start)
    return min(found) * 1000


def seconds_of_lines(lines: int, runs: int) -> float:
    """The time of one text with a recipient in each line."""
    text = "\n".join(f"{n}. 王小明 138{n:08d} 浙江省杭州市余杭区文一路{n}号" for n in range(1, lines + 1))
    return min(_milliseconds("damaijia", text, 1) for _ in range(runs)) / 1000


def table(figures: dict[str, Figures]) -> str:
    """A row for each corpus."""
    head = ("corpus", "texts", "answers", "right", "wrong unmarked", "asked without need", "p95 ms")
    rows = [
        (
            name,
            str(one.texts),
            str(one.score.expected),
            f"{one.score.share:.1%}",
            str(len(one.score.unmarked)),
            str(len(one.score.asked)),
            f"{one.p95:.1f}",
        )
        for name, one in figures.items()
    ]
    return markdown(head, rows)


def aimed_at(figures: dict[str, Figures], seconds: float) -> list[Goal]:
    """The bounds of each corpus, and of the long list."""
    found = [Goal(f"{LINES} lines, s", seconds, MOST_SECONDS)]
    for name, one in figures.items():
        found += [
            Goal(f"{name}: right, %", one.score.share * 100, FEWEST_RIGHT, at_least=True),
            Goal(f"{name}: wrong unmarked", len(one.score.unmarked), 0),
            Goal(f"{name}: p95 of a text, ms", one.p95, MOST_MILLISECONDS),
        ]
    return found
